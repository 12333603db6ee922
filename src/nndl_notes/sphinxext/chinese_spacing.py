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
        before = leaves[place - 1][-1:] if place else ""
        after = leaves[place + 1][:1] if place + 1 < len(leaves) else ""
        text = GAP.sub("", before + leaf + after)
        text = text.removeprefix(before).removesuffix(after)
        if text != leaf:
            put_in_place(leaf, nodes.Text(text))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Close gaps in each page before it is written."""
    app.connect("doctree-resolved", close_gaps)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
