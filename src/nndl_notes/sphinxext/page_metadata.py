"""Each answer says in its head what it is, for search engines and reference managers."""

from pathlib import Path

from nndl_notes.citing import tags
from nndl_notes.citing.embedded import head
from nndl_notes.citing.provenance import provenance

from .registry import by_path


def add(app, pagename, templatename, context, doctree):
    """Add the description to a page in the register."""
    if doctree is None or not app.config.html_baseurl:
        return
    source = Path(app.env.doc2path(pagename)).relative_to(app.srcdir).as_posix()
    name, entry = by_path(app).get(source, (None, {}))
    if name is None or "withdrawn" in entry or "title" not in entry:
        return
    tag = tags.load(app.srcdir).of(name)
    page = app.config.html_baseurl + app.builder.get_target_uri(pagename)
    described = head(name, entry, tag, page, provenance())
    context["metatags"] = context.get("metatags", "") + described


def setup(app):
    """Write the description with the page."""
    app.connect("html-page-context", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
