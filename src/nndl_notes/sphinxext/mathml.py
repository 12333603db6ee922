r"""Formulas as MathML, written by the build: no script, no request, readable without JavaScript.

``math-core`` translates one formula at a time; what it does not know and LaTeX does is rewritten
first.  A formula that it cannot read is a warning of type ``nndl.math`` at its line.

A labelled equation is ``div.math`` with the label as its id.  The LaTeX of every formula is in
``data-tex``: it is what a browser without MathML shows.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.util.typing import ExtensionMetadata

from nndl_notes.export.formulas import by_itself

from . import maths_font
from .displayed import put_in_place
from .statements import statement

logger = logging.getLogger(__name__)

RENDERER = "nndl-mathml"
LINE_END = "\ue00a"  # private, in no formula
CLASSES = "math notranslate nohighlight"

PUNCTUATION = re.compile(r"[,.;:!?)\]’”，。；：！？、）】」》]+")
# Browsers draw \bigr)^2 with a bracket that is small and low, unless a row is around it.
SIZED_BASE = re.compile(r"<(msup|msub|msubsup)>(<mo\b[^>]*\bminsize=[^>]*>[^<]*</mo>)")
MACROS = {"dotsb": r"\cdots", "dotsc": r"\ldots", "pmb": r"\boldsymbol"}


class MathMLWriter:
    """Writes formulas as MathML, each different one once.

    Parameters
    ----------
    macros : dict
        Command names, without backslash, to their LaTeX.
    """

    def __init__(self, macros: dict[str, str]) -> None:
        self._converter = LatexToMathML(
            macros=MACROS | macros, allow_unreliable_rendering=True, fancy_error=False
        )
        self._cache: dict[tuple[str, bool], str] = {}

    def convert(self, latex: str, *, display: bool) -> str:
        """Return a ``<math>`` element.

        Raises
        ------
        math_core.LatexError
            The formula is not LaTeX that the converter knows.
        """
        key = (latex, display)
        if key not in self._cache:
            source = prepare(latex) if display else replace_substack(latex.strip())
            formula = self._converter.convert_with_local_state(source, displaystyle=display)
            self._cache[key] = SIZED_BASE.sub(r"<\1><mrow>\2</mrow>", formula)
        return self._cache[key]


def prepare(latex: str) -> str:
    """Rewrite a display formula into what the converter knows."""
    return by_itself(replace_substack(latex))


def replace_substack(latex: str) -> str:
    r"""Write ``\substack{…}`` as the environment that it abbreviates."""
    while (start := latex.find(r"\substack")) >= 0:
        opening = latex.find("{", start)
        closing = matching_brace(latex, opening)
        if opening < 0 or closing < 0:
            break
        body = latex[opening + 1 : closing]
        stack = rf"{{\begin{{subarray}}{{c}}{body}\end{{subarray}}}}"
        latex = latex[:start] + stack + latex[closing + 1 :]
    return latex


def matching_brace(latex: str, opening: int) -> int:
    """Return the place of the brace that closes the one at ``opening``, or -1."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(latex, max(opening, 0)):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match[0] == "}":
            return match.start()
    return -1


def formula_html(translator: Any, node: nodes.Element, *, display: bool) -> str:
    """Return the MathML of a node; a formula in error is shown as its source, with a warning."""
    writer = translator.builder.nndl_mathml
    try:
        formula = writer.convert(node.astext(), display=display)
    except LatexError as error:
        place, _, reason = str(error).partition(": ")
        logger.warning(
            "formula cannot be shown: %s (character %s of %r)",
            reason or place,
            place,
            node.astext().strip(),
            type="nndl",
            subtype="math",
            location=node,
        )
        return f'<code class="math-error">{translator.encode(node.astext().strip())}</code>'
    for character in sorted(maths_font.missing(formula, translator.builder.nndl_font)):
        logger.warning(
            "the maths font has no U+%04X (%s), which %r needs: "
            "write it otherwise, or add it to REPERTOIRE in %s.py",
            character,
            chr(character),
            node.astext().strip(),
            maths_font.__name__,
            type="nndl",
            subtype="math",
            location=node,
        )
    return formula


def opening(translator: Any, node: nodes.Element, tag: str, latex: str) -> str:
    """Return the start tag of a formula.

    Docutils would make blanks of the ends of lines, and a comment in LaTeX ends with its line.
    """
    attributes = {"data-tex": latex.replace("\n", LINE_END), "CLASS": CLASSES}
    return translator.starttag(node, tag, "", **attributes).replace(LINE_END, "&#10;")


def visit_inline(translator: Any, node: nodes.math) -> None:
    """Write an inline formula."""
    translator.body.append(opening(translator, node, "span", node.astext().strip()))
    translator.body.append(formula_html(translator, node, display=False) + "</span>")
    raise nodes.SkipNode


def visit_display(translator: Any, node: nodes.math_block) -> None:
    """Write a display formula, with its number and permanent link where it has a label."""
    wrapper = node.copy()
    anchor = equation_anchor(node)
    # The label comes first, as the id that is shown; Sphinx's own id stays for {eq} links.
    wrapper["ids"] = [*([anchor] if anchor else []), *node["ids"]]
    translator.body.append(opening(translator, wrapper, "div", node.astext().strip()))
    if node.get("number"):
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        linked = node.copy()
        linked["ids"] = [node["label"]]
        translator.add_permalink_ref(linked, _("Link to this equation"))
        translator.body.append("</span>")
    formula = formula_html(translator, node, display=True)
    translator.body.append(f'<div class="math-scroll">{formula}</div></div>\n')
    raise nodes.SkipNode


def equation_anchor(node: nodes.math_block) -> str | None:
    """Return the label of an equation, unless the box around it bears it already."""
    label = node.get("label")
    ancestor = node.parent
    while label and ancestor is not None:
        if isinstance(ancestor, statement) and ancestor["label"] == label:
            return None
        ancestor = ancestor.parent
    return label


def keep_punctuation(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Join inline formulas and the punctuation after them, which browsers would let wrap."""
    if app.builder.format != "html":
        return
    for formula in list(doctree.findall(nodes.math)):
        following = formula.next_node(descend=False, siblings=True)
        if isinstance(following, nodes.Text) and (mark := PUNCTUATION.match(following)):
            tail = nodes.inline("", "", formula.deepcopy(), classes=["math-tail"])
            tail += nodes.Text(mark[0])
            put_in_place(following, nodes.Text(following[mark.end() :]))
            put_in_place(formula, tail)


def register_targets(app: Sphinx, doctree: nodes.document) -> None:
    """Make every labelled equation a target of ``{ref}`` and an entry of ``objects.inv``."""
    standard = app.env.domains.standard_domain
    for node in doctree.findall(nodes.math_block):
        label = equation_anchor(node)
        if label:
            standard.note_hyperlink_target(label, app.env.current_document.docname, label, label)


def prepare_builder(app: Sphinx) -> None:
    """Give the builder its writer of formulas, and the font for them."""
    app.builder.nndl_mathml = MathMLWriter(app.config.nndl_math_macros)
    app.builder.nndl_font = maths_font.load(Path(app.doctreedir))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the renderer; ``html_math_renderer = "nndl-mathml"`` selects it."""
    app.add_config_value("nndl_math_macros", {}, "html", dict)
    app.add_html_math_renderer(RENDERER, (visit_inline, None), (visit_display, None))
    app.connect("builder-inited", prepare_builder)
    app.connect("doctree-read", register_targets)
    app.connect("doctree-resolved", keep_punctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
