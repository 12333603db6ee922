"""A link that shows a bilingual title shows it in the reader's language.

Sphinx fills a link without text with the plain text of the title it leads to, both languages in
a row.  Here the halves come back; a link inside a half keeps the title of that language only.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import clean_astext
from sphinx.util.typing import ExtensionMetadata

from .parity import TWIN, language_of


class ReferenceTitles:
    """The bilingual titles of the site by their plain text, and their use in links."""

    def __init__(self) -> None:
        self.titles: dict[str, list[nodes.Node]] = {}

    def collect(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Collect the headings of all pages, once they are read."""
        self.titles = {
            clean_astext(entry): entry.children
            for toc in env.tocs.values()
            for entry in toc.findall(nodes.reference)
            if any(language_of(child) in TWIN for child in entry.children)
        }

    def restore(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Give the links of a page the titles in two languages."""
        for reference in doctree.findall(nodes.reference):
            title = self.titles.get(reference.astext())
            if title is None or any(language_of(node) in TWIN for node in reference.children):
                continue
            inner = reference.next_node(nodes.inline) or reference
            inner.children = []
            inner.extend(title_nodes(title, enclosing_language(reference)))


def title_nodes(title: list[nodes.Node], language: str | None) -> list[nodes.Node]:
    """Return copies of the nodes of a title, in one language or in both."""
    if language is None:
        return [node.deepcopy() for node in title]
    return [
        child.deepcopy()
        for node in title
        if language_of(node) == language
        for child in node.children
    ]


def title_texts(env: BuildEnvironment, docname: str) -> tuple[str, str]:
    """Return the title of a page as text, in Chinese and in English."""
    title = env.titles[docname].children
    halves = (title_nodes(title, language) for language in ("zh", "en"))
    whole = clean_astext(env.titles[docname])
    zh, en = ("".join(node.astext() for node in half) or whole for half in halves)
    return zh, en


def enclosing_language(node: nodes.Node) -> str | None:
    """Return the language of the half that the node is in, if it is in one."""
    while node is not None and language_of(node) not in TWIN:
        node = node.parent
    return language_of(node)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Restore titles after Sphinx has resolved the links."""
    titles = ReferenceTitles()
    app.connect("env-updated", titles.collect)
    app.connect("doctree-resolved", titles.restore)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
