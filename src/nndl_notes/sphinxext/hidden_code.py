"""The line that opens and closes a hidden cell, in both languages; MyST-NB has it in English."""

from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from .bilingual import LANGUAGE_TAGS

PROMPTS = {
    "collapsed": {"zh": "显示代码", "en": "Show the code"},
    "expanded": {"zh": "收起代码", "en": "Hide the code"},
}


def open_details(translator: Any, node: nodes.Element) -> None:
    """Open the element and write its line; a style sheet shows the one that applies."""
    classes = " ".join(["admonition", "hide", *node["classes"]])
    translator.body.append(f'<details class="{classes}">\n<summary>\n')
    for state, words in PROMPTS.items():
        spans = " ".join(
            f'<span class="{language}" lang="{LANGUAGE_TAGS[language]}">{text}</span>'
            for language, text in words.items()
        )
        translator.body.append(f'<p class="{state} admonition-title">{spans}</p>\n')
    translator.body.append("</summary>\n")


def close_details(translator: Any, node: nodes.Element) -> None:
    """Close the element."""
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take the place of MyST-NB's own line."""
    app.add_node(HideCodeCellNode, override=True, html=(open_details, close_details))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
