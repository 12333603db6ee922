r"""A page as a LaTeX document, for Overleaf or any TeX distribution.

A display has its label as ``\label`` and as ``\tag``, so that the numbers are those of the site;
boxes are ``tcolorbox``es, cells are listings followed by what they print and draw.
"""

from nndl_notes.verification.source import Display

from .formulas import by_itself
from .languages import choose
from .markdown import MEASURED, Extras
from .reading import Box, Cell, Heading, Prose, Target
from .texprose import ProseWriter, escape, listing, parser
from .wording import BOXES, OUTPUT, SEPARATOR, say

PREAMBLE = r"""
\usepackage{amsmath,amssymb,bm}
% amssymb has no digits in blackboard bold: the indicator is set of a 1 and an l.
\let\blackboardletter\mathbb
\renewcommand{\mathbb}[1]{\ifx1#1\mathrm{1\mkern-4.6mu l}\else\blackboardletter{#1}\fi}
\usepackage[a4paper,margin=2.4cm]{geometry}
\usepackage{graphicx}
\usepackage{booktabs,tabularx}
\usepackage{fvextra}
\usepackage[most]{tcolorbox}
\usepackage[hidelinks]{hyperref}

\definecolor{refuted}{HTML}{B3261E}
\definecolor{erratum}{HTML}{9A6700}
\definecolor{claim}{HTML}{1F5FA8}
\definecolor{argued}{HTML}{5F6368}
\definecolor{answer}{HTML}{1B6E3C}
\newtcolorbox{statement}[2]{breakable, enhanced, colback=#1!4, colframe=#1, coltitle=#1,
  colbacktitle=#1!4, boxrule=0pt, leftrule=2pt, arc=0pt, titlerule=0pt, fonttitle=\bfseries,
  title={#2}}
\newcommand{\verdict}[1]{{\par\nopagebreak\raggedleft\footnotesize\itshape #1\par}}
\newcommand{\formulaverdict}[1]{\par\nopagebreak\vspace{-0.7\belowdisplayskip}\verdict{#1}}
\postdisplaypenalty=10000
\newcommand{\outputname}[1]{\par\noindent{\footnotesize #1}\par}
\fvset{breaklines, breakanywhere, fontsize=\small}
\setcounter{secnumdepth}{0}
\allowdisplaybreaks
\emergencystretch=3em
""".strip()
# The numbers of sections on the site, and the commands of LaTeX.
SECTIONS = {2: "section", 3: "subsection", 4: "subsubsection"}
CLASSES = {"zh": r"\documentclass{ctexart}", "both": r"\documentclass{ctexart}",
           "en": r"\documentclass{article}"}
FONTS = "\\usepackage{iftex}\n\\iftutex\\else\\usepackage[T1]{fontenc}\\fi\n\\usepackage{lmodern}"
# Unchanged by the language: an English page may name the book by its Chinese title.
CHINESE_WORDS = r"\usepackage[scheme=plain]{ctex}"
HEADS = {
    "zh": "% !TeX program = xelatex\n% 用 XeLaTeX 编译；在 Overleaf：菜单 → 编译器 → XeLaTeX。",
    "en": "% Compiles with pdfLaTeX, XeLaTeX and LuaLaTeX.",
    "chinese": "% !TeX program = xelatex\n% Compile with XeLaTeX; on Overleaf: Menu, Compiler.",
}


def document(page, language, base, extras=None):
    """Return a page as a LaTeX document.

    Parameters
    ----------
    page : Page
    language : {"zh", "en", "both"}
    base : str
        Address of the published site, with a final slash.
    extras : Extras, optional
        Its texts are LaTeX.

    Returns
    -------
    str

    Raises
    ------
    ModuleNotFoundError
        If what the extra ``export`` installs is missing.
    """
    extras = extras or Extras()
    writer = _Writer(page, language, base, extras)
    labels = set(page.labels())
    blocks = list(choose(page.blocks, language, labels))
    body = "\n\n".join(part for part in [*writer.write(blocks), extras.ending] if part)
    named = next(block.text for block in blocks if isinstance(block, Heading))
    lines = named.split(SEPARATOR, 1) if language == "both" else [named]
    title = r" \\ ".join(map(writer.prose.inline, lines))
    head, first = HEADS["en" if language == "en" else "zh"], CLASSES[language]
    if language == "both":
        head += "\n" + HEADS["chinese"].split("\n")[1]
    if language == "en":
        first += "\n" + FONTS
        if has_chinese(body + title):
            head, first = HEADS["chinese"], CLASSES["en"] + "\n" + CHINESE_WORDS
    date = extras.note or r"\relax"
    return "\n".join(
        [head, first, PREAMBLE, "", rf"\title{{{title}}}", r"\author{}", rf"\date{{{date}}}", "",
         r"\begin{document}", r"\maketitle", "", body, "", r"\end{document}", ""]
    )


def require(form):
    """Complain of what is missing before the cells have run.

    Raises
    ------
    ModuleNotFoundError
        For the form ``"tex"`` without what the extra ``export`` installs.
    """
    if form == "tex":
        parser()


def has_chinese(text):
    """Tell whether a text has Chinese characters, which an English document cannot show."""
    return any("\u2e80" <= character <= "\uffef" for character in text)


class _Writer:
    def __init__(self, page, language, base, extras):
        self.language, self.extras = language, extras
        self.equations = set(page.equations)
        self.prose = ProseWriter(page, base)

    def write(self, blocks):
        for block in blocks:
            if isinstance(block, Heading):
                if block.level > 1:
                    command = SECTIONS.get(block.level, "paragraph")
                    yield rf"\{command}{{{self.prose.inline(block.text)}}}"
            elif isinstance(block, Target):
                yield self.anchor(block.name)
            elif isinstance(block, Prose):
                yield self.prose.write(block.text, block.language)
            elif isinstance(block, Display):
                yield self.display(block)
            elif isinstance(block, Box):
                yield self.box(block)
            elif isinstance(block, Cell):
                yield self.cell(block)

    def anchor(self, name):
        return rf"\phantomsection\label{{{name}}}"

    def display(self, display):
        # An empty line ends a paragraph, which a formula must not.
        lines = [line for line in by_itself(display.latex).splitlines() if line.strip()]
        names = []
        if display.label:
            names = [rf"\tag{{{display.label}}}\label{{{display.label}}}"]
        environment = "equation" if names else "equation*"
        formula = [rf"\begin{{{environment}}}", *names, *lines, rf"\end{{{environment}}}"]
        return "\n".join([*formula, *self.verdict(display.label, r"\formulaverdict")])

    def verdict(self, label, command):
        level = self.extras.level(label, self.language)
        return [f"{command}{{{level}}}"] if level else []

    def box(self, box):
        parts = []
        if box.label and box.label not in self.equations:
            parts.append(self.anchor(box.label))
        parts += self.write(box.blocks)
        if box.kind in MEASURED:
            parts += self.verdict(box.label, r"\verdict")
        inside = "\n\n".join(parts)
        title = escape(say(BOXES[box.kind], self.language))
        return f"\\begin{{statement}}{{{box.kind}}}{{{title}}}\n{inside}\n\\end{{statement}}"

    def cell(self, cell):
        parts = [listing(cell.code, "frame=leftline,rulecolor=\\color{black!20}")]
        output = self.extras.outputs.get(cell.number)
        if output and output.text.strip():
            printed = "\n".join(line.rstrip() for line in output.text.rstrip().splitlines())
            name = escape(say(OUTPUT, self.language))
            shown = listing(printed, r"fontsize=\footnotesize")
            parts.append(f"\\outputname{{{name}}}\n{shown}")
        size = r"width=\linewidth,height=0.4\textheight,keepaspectratio"
        for figure in output.figures if output else ():
            image = rf"\includegraphics[{size},alt={{{escape(cell.alt)}}}]{{{figure}}}"
            parts.append(f"\\begin{{center}}\n{image}\n\\end{{center}}")
        return "\n\n".join(parts)
