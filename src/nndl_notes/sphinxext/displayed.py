"""What a page shows its reader: equations, inline formulas, languages, cells that failed."""

import hashlib
import re

from docutils import nodes

from . import numerals
from .pagedata import PageData

PAGES = PageData("nndl_displayed")
# Attribute of nodes that the extension generates; their formulas are not statements of the page.
# No class, which an author could write as well.
GENERATED = "nndl_generated"
_COMMENT = re.compile(r"<!--(?:(?!-->).)*-->", re.DOTALL)


def latex_sha256(latex):
    """Return the hash by which a record and a displayed equation are recognised as the same."""
    return hashlib.sha256(latex.strip().encode()).hexdigest()


def put_in_place(old, new):
    """Replace a node; ``old.parent.replace`` would take the first child that is equal to it."""
    siblings = old.parent.children
    place = [child is old for child in siblings].index(True)
    old.parent.setup_child(new)
    siblings[place] = new


def line_of(node):
    """Return the line of the nearest enclosing node that has one, at least 1."""
    while node is not None:
        if node.line:
            return node.line
        node = node.parent
    return 1


def written_nodes(node):
    """Yield a node and those below it, without what cells and the extension generated."""
    if isinstance(node, nodes.Element) and (
        node.get(GENERATED) or node.get("nb_element") == "cell_code_output"
    ):
        return
    yield node
    for child in node.children:
        yield from written_nodes(child)


def _enclosing_classes(node):
    while node is not None:
        if isinstance(node, nodes.Element):
            yield from node.get("classes", ())
        node = node.parent


def describe(doctree):
    """Return what a page displays, as plain data.

    Returns
    -------
    dict
        ``equations``: label (or None), latex, line, classes; ``inline``: latex, line, given;
        ``values``: line, text of the role, what is shown, and problem (or None) of each number
        that a cell gives, and whether it is joined to other digits; ``typed`` and ``chosen``:
        line and digits of numbers that are in the text itself, and in formulas of their own
        without a cell or display that has them; ``related``: line and sign of relations in no
        formula; ``by_hand``: line and name of numbers that a cell gives without computing them;
        ``raw``: line of each piece of raw HTML; ``languages``: line of each language's first
        block; ``tracebacks``: line of each cell that shows an unexpected error; ``warnings``:
        line and text of what cells write to standard error; ``figures``: line, alternative text
        and captions of each figure that a cell draws.
    """
    page = {"equations": [], "inline": [], "raw": [], "languages": {}}
    page |= {"values": [], "typed": [], "related": [], "by_hand": []}
    page |= {"tracebacks": [], "warnings": [], "figures": []}
    code = []
    for node in written_nodes(doctree):
        if isinstance(node, nodes.math_block):
            # The amsmath extension invents a random label for each environment.
            label = None if "amsmath" in node["classes"] else node.get("label")
            page["equations"].append(
                {
                    "label": label,
                    "latex": node.astext(),
                    "line": line_of(node),
                    "classes": list(node["classes"]),
                }
            )
        elif isinstance(node, nodes.math):
            given = "given" in _enclosing_classes(node)
            page["inline"].append({"latex": node.astext(), "line": line_of(node), "given": given})
        elif isinstance(node, nodes.inline) and "value" in node:
            page["values"].append(
                {
                    "line": line_of(node),
                    "role": node["value"],
                    "shown": node.astext(),
                    "problem": node.get("problem"),
                    "joined": numerals.joined(node),
                }
            )
        elif isinstance(node, nodes.Text):
            page["typed"] += _at(line_of(node), "digits", numerals.typed(node))
            page["related"] += _at(line_of(node), "sign", numerals.related(node))
        elif isinstance(node, nodes.raw):
            if not _COMMENT.fullmatch(node.astext().strip()):
                page["raw"].append(line_of(node))
        elif isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
            if _unexpected_traceback(node):
                page["tracebacks"].append(line_of(node))
            page["warnings"] += _warnings(node)
            for figure in _figures(node):
                page["figures"].append(figure)
                page["typed"] += _at(figure["line"], "digits", numerals.typed_beside(figure))
            for source in _code(node):
                code.append(source)
                page["by_hand"] += _at(line_of(node), "name", numerals.by_hand(source))
        elif isinstance(node, nodes.container):
            for language in ("zh", "en"):
                if language in node.get("classes", ()):
                    page["languages"].setdefault(language, line_of(node))
    displays = [equation["latex"] for equation in page["equations"]]
    page["chosen"] = list(numerals.chosen(page["inline"], displays, code))
    return page


def _at(line, key, found):
    return [{"line": line, key: entry} for entry in found]


def _code(cell):
    blocks = cell.findall(nodes.literal_block)
    return [b.astext() for b in blocks if b.parent.get("nb_element") == "cell_code_source"]


def _unexpected_traceback(cell):
    if "raises-exception" in cell["cell_metadata"].get("tags", ()):
        return False
    return any("traceback" in block["classes"] for block in cell.findall(nodes.literal_block))


def _warnings(cell):
    blocks = cell.findall(nodes.literal_block)
    texts = [block.astext() for block in blocks if "stderr" in block["classes"]]
    return [{"line": line_of(cell), "text": text.strip()} for text in texts]


def _figures(cell):
    """Describe the figures of a cell; their captions are the two blocks after it."""
    captions = {}
    following = cell.next_node(descend=False, siblings=True)
    for _ in range(2):
        for language in ("zh", "en"):
            if following is not None and language in following.get("classes", ()):
                captions[language] = following.astext()
        following = following and following.next_node(descend=False, siblings=True)
    return [
        {"line": line_of(cell), "alt": image.get("alt") or "", "captions": captions}
        for image in cell.findall(nodes.image)
    ]


def values(env, docname):
    """Return the numbers in the sentences of a page: text of the role to what is shown."""
    return {place["role"]: place["shown"] for place in PAGES.of(env)[docname]["values"]}


def _remember(app, doctree):
    PAGES.of(app.env)[app.env.docname] = describe(doctree)


def setup(app):
    """Connect the collector to the reading of documents."""
    PAGES.connect(app)
    app.connect("doctree-read", _remember)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
