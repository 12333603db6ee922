"""The reader's language: 中文, English or both, without a flash of the other one.

A page holds both languages.  A script in ``<head>`` marks ``<html>`` with the choice before
anything is drawn, and a style sheet hides the other language; without JavaScript both are shown.
"""

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from .parity import TWIN, language_of

HERE = Path(__file__).parent


def add_paths(app: Sphinx, config: Config) -> None:
    """Serve the files of the extension; a site's own templates come first."""
    # New lists: the defaults are shared by all applications of a process.
    config.html_static_path = [*config.html_static_path, str(HERE / "static")]
    config.templates_path = [*config.templates_path, str(HERE / "templates")]


def titles_in_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the page a title in plain text, and one for each language to the script."""
    title = app.env.titles.get(pagename)
    if title is None:
        return
    halves = {language: plain_title(title, language) for language in TWIN}
    if halves["zh"] == halves["en"]:
        return
    context["title"] = escape(" · ".join(halves.values()), quote=False)
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n    <meta name="title-{language}" content="{escape(text)}" />'
        for language, text in halves.items()
    )


def titles_in_body(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Replace the theme's plain titles, both languages in a row, with switchable ones."""
    for key, docname in (("pagetitle", pagename), ("root_title", app.config.root_doc)):
        title = app.env.titles.get(docname)
        if title is not None and key in context:
            context[key] = app.builder.render_partial(title)["title"]


def plain_title(title: nodes.title, language: str) -> str:
    """Return the text of a title for readers of one language."""
    parts = [child.astext() for child in title.children if language_of(child) != TWIN[language]]
    return " ".join("".join(parts).split())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the switch; the theme option ``article_header_end`` places it."""
    app.connect("config-inited", add_paths)
    # Before the theme (500), which derives from the title, and after it.
    app.connect("html-page-context", titles_in_context, priority=200)
    app.connect("html-page-context", titles_in_body, priority=600)
    head = (HERE / "templates" / "language-head.js").read_text("utf-8")
    app.add_js_file(None, priority=1, body=head)
    app.add_js_file("nndl-notes.js", loading_method="defer")
    app.add_css_file("nndl-notes.css", priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
