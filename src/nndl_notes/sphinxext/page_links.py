"""Links of each page for its readers to report an error; the theme knows where it is edited."""

from urllib.parse import urlencode

from .registry import by_path

BODY = """\
页面 Page: {page}
版本 Version: {release}
公式的标签 Label of the equation:
"""


def report_url(app, docname):
    """Return the address at which an error on a page is reported, with the page's identifier."""
    source = app.env.doc2path(docname).relative_to(app.srcdir).as_posix()
    name, entry = by_path(app).get(source, (None, {}))
    identifier = ", ".join(entry.get("aliases", ())) or name or docname
    page = f"{identifier} ({docname})" if name else docname
    text = {
        "title": f"[{identifier}] ",
        "body": BODY.format(page=page, release=app.config.release),
    }
    return f"{app.config.nndl_issues_url}/new?{urlencode(text)}"


def add_to_context(app, pagename, templatename, context, doctree):
    """Give the address to the template ``page-links.html``."""
    if app.config.nndl_issues_url and pagename in app.env.all_docs:
        context["report_url"] = report_url(app, pagename)


def setup(app):
    """Add the address of the issues to the configuration."""
    app.add_config_value("nndl_issues_url", "", "html", str)
    # Before the theme (500), which drops the components that are empty.
    app.connect("html-page-context", add_to_context, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
