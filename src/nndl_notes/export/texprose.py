"""Markdown as LaTeX: paragraphs, lists, tables and what stands in a line.

markdown-it reads the Markdown, as MyST does for the site.
"""

import re
import unicodedata

from .links import address

NEEDED = ('LaTeX needs {}, which the extra "export" installs: '
          'python -m pip install "nndl-notes[export]"')
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
}
# In English text: a Chinese font would take these as full-width punctuation.
_ENGLISH = {"“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"\dots{}"}
# Fonts for text have few mathematical characters.
_SYMBOLS = {
    "←": r"\leftarrow", "→": r"\to", "⊙": r"\odot", "−": "-", "×": r"\times", "·": r"\cdot",
    "′": "'", "ᵀ": r"^{\top}", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx",
    "∞": r"\infty", "±": r"\pm", "√": r"\surd", "∂": r"\partial", "∈": r"\in", "°": r"^{\circ}",
    **{c: "\\" + unicodedata.name(c).rpartition(" ")[2].lower().replace("lamda", "lambda")
       for c in "αβγδεζηθλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"},
    **{c: rf"^{{{plain}}}" for c, plain in zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True)},
}
_FORMULAS = {character: rf"\ensuremath{{{latex}}}" for character, latex in _SYMBOLS.items()}
# Fonts for text have these, and in Chinese they are punctuation.
_TEXT = _FORMULAS | _SPECIAL | {mark: mark for mark in "·°×"} | {"\u202f": r"\,"}
_VERBATIM = {
    # In a listing ^ is a character like any other.
    **{character: formula.replace("^", r"\sp") for character, formula in _FORMULAS.items()},
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "…": r"\ensuremath{\ldots}",
}
_ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar"}


def escape(text, language=None):
    """Return text in which LaTeX finds no command.

    Parameters
    ----------
    text : str
    language : {"zh", "en"}, optional
        English quotation marks and dashes become those of LaTeX.
    """
    table = _TEXT | (_ENGLISH if language == "en" else {})
    return "".join(table.get(character, character) for character in text)


def listing(code, options=""):
    """Return a listing; mathematical characters are set as formulas."""
    parts = []
    for character in _accents_apart(code):
        if character in _ACCENTS and parts:
            parts.append(rf"\ensuremath{{{_ACCENTS[character]}{{{parts.pop()}}}}}")
        else:
            parts.append(_VERBATIM.get(character, character))
    options = ",".join(filter(None, [r"commandchars=\\\{\}", options]))
    return f"\\begin{{Verbatim}}[{options}]\n{''.join(parts)}\n\\end{{Verbatim}}"


def _accents_apart(text):
    for character in text:
        apart = unicodedata.normalize("NFD", character)
        yield from apart if apart[-1] in _ACCENTS else character


def parser():
    """Return the reader of Markdown, with formulas between dollar signs."""
    try:
        from markdown_it import MarkdownIt
        from mdit_py_plugins.dollarmath import dollarmath_plugin
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(NEEDED.format(error.name), name=error.name) from None
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)


class ProseWriter:
    """Writes the prose of one page.

    Parameters
    ----------
    page : Page
    base : str
        Address of the published site, with a final slash.
    """

    def __init__(self, page, base):
        self.docname, self.base, self.name = page.docname, base, page.path.name
        self.labels, self.equations = set(page.labels()), set(page.equations)
        self.parser, self.language = parser(), None

    def write(self, markdown, language=None):
        """Return a block of Markdown."""
        from markdown_it.tree import SyntaxTreeNode

        self.language = language
        tree = SyntaxTreeNode(self.parser.parse(markdown))
        return "\n\n".join(self._block(node) for node in tree.children)

    def inline(self, markdown, language=None):
        """Return Markdown within a line, such as a title."""
        from markdown_it.tree import SyntaxTreeNode

        self.language = language
        return self._inside(SyntaxTreeNode(self.parser.parseInline(markdown)))

    def _block(self, node):
        write = getattr(self, f"_{node.type}", None)
        if write is None:
            raise ValueError(f"{self.name}: no LaTeX is known for Markdown's {node.type}")
        return write(node)

    def _inside(self, node, between=""):
        return between.join(self._block(child) for child in node.children)

    # blocks ---------------------------------------------------------------------------------
    def _paragraph(self, node):
        return self._inside(node)

    def _inline(self, node):
        return self._inside(node)

    def _bullet_list(self, node):
        return f"\\begin{{itemize}}\n{self._inside(node, chr(10))}\n\\end{{itemize}}"

    def _ordered_list(self, node):
        return f"\\begin{{enumerate}}\n{self._inside(node, chr(10))}\n\\end{{enumerate}}"

    def _list_item(self, node):
        return r"\item " + self._inside(node, "\n\n")

    def _blockquote(self, node):
        return f"\\begin{{quote}}\n{self._inside(node, chr(10) * 2)}\n\\end{{quote}}"

    def _fence(self, node):
        return listing(node.content.rstrip("\n"))

    def _math_block(self, node):
        return f"\\[\n{node.content.strip()}\n\\]"

    def _table(self, node):
        rows = [row for part in node.children for row in part.children]
        lines = [" & ".join(self._inside(cell) for cell in row.children) + r" \\" for row in rows]
        lines.insert(1, r"\midrule")
        columns = r">{\raggedright\arraybackslash}X" * len(rows[0].children)
        table = "\n".join([r"\toprule", *lines, r"\bottomrule"])
        return ("\\begin{center}\n" rf"\begin{{tabularx}}{{\linewidth}}{{{columns}}}" "\n"
                f"{table}\n\\end{{tabularx}}\n\\end{{center}}")

    # within a line --------------------------------------------------------------------------
    def _text(self, node):
        return escape(node.content, self.language)

    def _softbreak(self, node):
        return "\n"

    def _hardbreak(self, node):
        return "\\\\\n"

    def _strong(self, node):
        return rf"\textbf{{{self._inside(node)}}}"

    def _em(self, node):
        return rf"\emph{{{self._inside(node)}}}"

    def _math_inline(self, node):
        return f"${node.content}$"

    def _code_inline(self, node):
        # A long name may break after a full stop or an underscore.
        code = re.sub(r"(?<=[._])(?=\w)", "\0", node.content)
        return rf"\texttt{{{escape(code, 'en')}}}".replace("\0", r"\allowbreak{}")

    def _link(self, node):
        href, words = node.attrs["href"], self._inside(node)
        label = href.removeprefix("#")
        if href.startswith("#") and label in self.labels:
            if label in self.equations and words == f"({escape(label)})":
                return rf"\eqref{{{label}}}"
            return rf"\hyperref[{label}]{{{words}}}"
        target = re.sub("([%#])", r"\\\1", address(href, self.docname, self.base))
        return rf"\href{{{target}}}{{{words}}}"
