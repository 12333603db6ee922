"""Answers that the reader opens after having thought: ``answer`` boxes.

Each is an admonition that Sphinx writes as a closed ``details`` element, which opens without
JavaScript and by keyboard, and by itself when a link leads to an equation inside::

    ::::::{answer}
    :::::{refuted} quiz-true-false-deeper
    …
    :::::
    ::::::
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from nndl_notes.export.wording import BOXES

from .bilingual import language_classes, parse_blocks


class AnswerDirective(SphinxDirective):
    """A closed box around the answer of a question."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        box = nodes.admonition(collapsible="closed", classes=["answer"])
        self.set_source_info(box)
        title = nodes.title("", "")
        self.set_source_info(title)
        for language, words in BOXES["answer"].items():
            title += nodes.inline("", words, bilingual=language, classes=language_classes(language))
            title += nodes.Text(" ")
        title.pop()
        box += title
        parse_blocks(self, box)
        return [box]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the box."""
    app.add_directive("answer", AnswerDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
