"""What a page builds on: the pages to which it refers, and the modules that its cells import."""

from pathlib import Path

from sphinx import addnodes

from nndl_notes.verification.modules import Package

from .pagedata import PageData

LINKS = PageData("nndl_links")
IMPORTS = PageData("nndl_imports")


def note(app, doctree):
    """Remember where the links of a page lead, as their author wrote them, and its imports."""
    source = Path(app.env.doc2path(app.env.docname)).read_text("utf-8")
    IMPORTS.of(app.env)[app.env.docname] = Package().imported(source)
    found = doctree.findall(addnodes.pending_xref)
    LINKS.of(app.env)[app.env.docname] = sorted(
        {(link.get("refdomain") or "", link["reftype"], link["reftarget"]) for link in found}
    )


def target_page(env, domain, kind, target):
    """Return the page to which a link leads, or None."""
    if domain == "doc" or kind == "doc":
        return target
    if kind == "eq":
        return env.domains.math_domain.equations.get(target, (None,))[0]
    return env.domains.standard_domain.anonlabels.get(target, (None,))[0]


def referred_pages(env, docname):
    """Return the other pages to which the links of a page lead."""
    links = LINKS.of(env).get(docname, ())
    return {target_page(env, *link) for link in links} - {None, docname}


def setup(app):
    """Keep both on the environment."""
    LINKS.connect(app)
    IMPORTS.connect(app)
    app.connect("doctree-read", note)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
