"""No space where Chinese has none: at a line's end in the source, and beside full-width marks.

Sources hold one sentence per line, and Markdown wants a space after ``**重点。**``; browsers would
show both as gaps.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from .displayed import put_in_place

MARK = "、。，；：！？（）《》「」"
HAN = rf"{MARK}\u4e00-\u9fff“”"
GAP = re.compile(rf"(?<=[{MARK}])[ \n]+|[ \n]+(?=[{MARK}])|(?<=[{HAN}])\n(?=[{HAN}])")
VERBATIM = (nodes.literal, nodes.math, nodes.FixedTextElement, nodes.raw)


def close_gaps(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Close the gaps of a page."""
    if app.builder.format != "html":
        return
    for block in list(doctree.findall(nodes.TextElement)):
        if not isinstance(block, nodes.Inline | nodes.FixedTextElement):
            _close_gaps_of(block)


def _close_gaps_of(block: nodes.TextElement) -> None:
    leaves = [leaf for leaf in block.findall(nodes.Text) if leaf]
    for place, leaf in enumerate(leaves):
        if isinstance(leaf.parent, VERBATIM):
            continue
        before, after = (
            "".join(other for other in beside if _language(other) == _language(leaf))
            for beside in (leaves[max(place - 1, 0) : place], leaves[place + 1 : place + 2])
        )
        text = GAP.sub("", before[-1:] + leaf + after[:1])
        text = text.removeprefix(before[-1:]).removesuffix(after[:1])
        if text != leaf:
            put_in_place(leaf, nodes.Text(text))


def _language(node: nodes.Node) -> str | None:
    """Return the language of the block or phrase that holds a node: its twin may be hidden."""
    while node is not None and not (isinstance(node, nodes.Element) and "bilingual" in node):
        node = node.parent
    return node and node["bilingual"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Close gaps in each page before it is written."""
    app.connect("doctree-resolved", close_gaps)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
