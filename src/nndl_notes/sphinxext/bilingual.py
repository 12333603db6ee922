"""Two languages in one source: the ``zh`` and ``en`` directives and roles.

A page holds each paragraph twice, side by side, and each formula once::

    # {zh}`岭回归` {en}`Ridge regression`

    :::{zh}
    对 $J$ 求梯度。
    :::
    :::{en}
    Differentiate $J$.
    :::

Both halves are in every page; ``language_switch`` lets the reader choose.  ``parity`` holds the
halves together.
"""

import linecache
from types import SimpleNamespace
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata

from . import parity, reference_titles

LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}


class language_block(nodes.container):
    """Blocks in one language; the attribute ``bilingual`` names it."""


class LanguageDirective(SphinxDirective):
    """Blocks in the language that the directive is named after."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        block = language_block(bilingual=self.name, classes=language_classes(self.name))
        self.set_source_info(block)
        parse_blocks(self, block)
        return [block]


class LanguageRole(SphinxRole):
    """Words in the language that the role is named after; mark-up inside them is parsed."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        words = nodes.inline(bilingual=self.name, classes=language_classes(self.name))
        self.set_source_info(words)
        children, messages = parse_inline(self)
        words += children
        return [words], messages


class QuotedChineseRole(SphinxRole):
    """Chinese words shown to every reader: a name, a title, the term that is being explained."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        words = nodes.inline(bilingual="quoted", classes=["language-zh-CN"])
        self.set_source_info(words)
        children, messages = parse_inline(self)
        words += children
        return [words], messages


class GivenRole(SphinxRole):
    """An inline formula that the page supposes or quotes, and does not assert."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        formula = nodes.math(self.text, self.text, classes=["given"])
        self.set_source_info(formula)
        return [formula], []


def language_classes(language: str) -> list[str]:
    """Return the classes for a language; docutils writes ``language-x`` as ``lang="x"``."""
    return [language, f"language-{LANGUAGE_TAGS[language]}"]


def parse_blocks(directive: SphinxDirective, node: nodes.Element) -> None:
    """Parse the content of a directive without options into ``node``, with the right lines."""
    source, line = directive.get_source_info()
    linecache.checkcache(source)
    # MyST puts an empty line before content that begins with a fence, and then counts it.
    begins_with_fence = linecache.getline(source, line + 1).startswith(":::")
    offset = 0 if begins_with_fence else directive.content_offset
    directive.state.nested_parse(directive.content, offset, node)


def parse_inline(role: SphinxRole) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Parse the text of a role as inline mark-up."""
    inliner = role.inliner
    memo = SimpleNamespace(
        document=inliner.document, reporter=inliner.reporter, language=inliner.language
    )
    children, messages = inliner.parse(role.text, role.lineno, memo, inliner.parent)
    # The parser counts lines from the role, and its own start is line 1.
    source, line = role.get_source_info()
    for child in children:
        for node in child.findall(nodes.Element):
            node.source, node.line = source, line
    return children, messages


def visit_language_block(translator: Any, node: language_block) -> None:
    """Open a plain ``div``: the class ``container`` means page width in the theme's style."""
    translator.body.append(translator.starttag(node, "div"))


def depart_language_block(translator: Any, node: language_block) -> None:
    """Close the ``div``."""
    translator.body.append("</div>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the mark-up of the two languages and its checks."""
    app.add_node(language_block, html=(visit_language_block, depart_language_block))
    for name in LANGUAGE_TAGS:
        app.add_directive(name, LanguageDirective)
        app.add_role(name, LanguageRole())
    app.add_role("han", QuotedChineseRole())
    app.add_role("given", GivenRole())
    parity.setup(app)
    reference_titles.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
