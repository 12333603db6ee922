"""Heads of the lists in the API reference, in both languages; Sphinx has one language per site."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from .evidence import both

ENGLISH = {
    "参数": "Parameters",
    "关键字参数": "Keyword arguments",
    "变量": "Attributes",
    "返回": "Returns",
    "返回类型": "Return type",
    "抛出": "Raises",
    "生成器": "Yields",
}


def translate(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Add the English name to each head that Sphinx has written in Chinese."""
    for name in doctree.findall(nodes.field_name):
        chinese = name.astext()
        if chinese in ENGLISH:
            name.children = []
            name += both(chinese, ENGLISH[chinese])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Translate the heads when all else has been resolved."""
    app.connect("doctree-resolved", translate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
