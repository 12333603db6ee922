"""Every page with cells to take away: as a notebook without outputs, and as plain Markdown.

Both lie beside the page, ``ch02/2-4.ipynb`` and ``ch02/2-4.md``, in both languages;
``nndl_notes.export`` writes them.
"""

from pathlib import Path

from sphinx.util import logging

from nndl_notes.export import markdown, notebook
from nndl_notes.export.markdown import Extras
from nndl_notes.export.reading import Page

from .displayed import values

logger = logging.getLogger(__name__)

LANGUAGE = "both"
BUTTONS = (
    (".ipynb", "fas fa-code", "下载笔记本 · Download as a notebook", "download-notebook-button"),
    (".md", "fas fa-file", "下载 Markdown · Download as Markdown", "download-source-button"),
)


def note(app, docname):
    """Return where a page comes from and what it needs, as Markdown."""
    return notebook.note(
        LANGUAGE,
        app.config.html_baseurl + app.builder.get_target_uri(docname),
        app.config.release,
        app.config.html_theme_options.get("repository_url", ""),
    )


def offer(app, pagename, templatename, context, doctree):
    """Write the two files of a page, and let the theme's download button lead to them."""
    if doctree is None or not app.env.metadata.get(pagename, {}).get("exercise"):
        return
    try:
        page = Page(app.env.doc2path(pagename), pagename, values(app.env, pagename))
    except ValueError as error:
        # A warning, for the gate has more to say about such a page.
        logger.warning(
            "cannot be offered for download: %s",
            error,
            type="nndl",
            subtype="download",
            location=pagename,
        )
        return
    base, extras = app.config.html_baseurl, Extras(note=note(app, pagename))
    path = Path(app.outdir, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = notebook.notebook(page, LANGUAGE, base, extras)
    path.with_name(f"{path.name}.ipynb").write_text(notebook.written(content), "utf-8")
    text = markdown.text(page, LANGUAGE, base, extras)
    path.with_name(f"{path.name}.md").write_text(text, "utf-8")
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            kept = [b for b in group["buttons"] if b["label"] == "download-pdf-button"]
            name = pagename.rpartition("/")[2]
            group["buttons"] = [
                {
                    "type": "link",
                    "url": name + suffix,
                    "text": suffix,
                    "icon": icon,
                    "tooltip": tooltip,
                    "label": label,
                }
                for suffix, icon, tooltip, label in BUTTONS
            ] + kept


def setup(app):
    """Offer the files after the theme has made its buttons."""
    app.connect("html-page-context", offer, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
