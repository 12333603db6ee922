"""What a page loads: the font of its formulas, the icons it shows, and nothing that it never uses.

The theme's script with all icons (1.5 MB) is left out of the page by
``templates/static/webpack-macros.html``; the same icons come from a font.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.util.typing import ExtensionMetadata

from . import icons, maths_font
from .mathml import RENDERER

# Of the theme: for its developers, or never asked for.
UNUSED = ("**/*.map", "*webpack-macros.html", "scripts/fontawesome.js*")


def has_maths(app: Sphinx) -> bool:
    """Tell whether the pages have formulas in MathML."""
    return app.builder.format == "html" and app.config.html_math_renderer == RENDERER


def link_maths(app: Sphinx) -> None:
    """Let every page load the font of the formulas."""
    if has_maths(app):
        app.add_js_file(maths_font.SCRIPT, priority=100)


def link_without_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let browsers without JavaScript load it too."""
    if has_maths(app):
        address = context["pathto"](f"_static/{maths_font.STYLE}", 1)
        link = f'<noscript><link rel="stylesheet" href="{address}" /></noscript>'
        context["metatags"] = context.get("metatags", "") + f"\n    {link}"


def write_maths(app: Sphinx, builder: Builder) -> None:
    """Write the font before the pages, which name it with its checksum."""
    if has_maths(app):
        static = Path(builder.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        for name, content in maths_font.files(builder.nndl_font).items():
            (static / name).write_bytes(content)


def tidy(app: Sphinx, exception: Exception | None) -> None:
    """Remove what no page loads; cut the icon fonts."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for pattern in UNUSED:
        for path in static.glob(pattern):
            path.unlink()
    icons.cut(static, sorted(set(app.outdir.rglob("*.html")) - set(static.rglob("*.html"))))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect to the beginning and the end of a build."""
    app.connect("builder-inited", link_maths)
    app.connect("html-page-context", link_without_scripts)
    app.connect("write-started", write_maths)
    app.connect("build-finished", tidy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
