"""Pages are read, and so executed, again when the content that they depend on has changed.

Sphinx compares times of modification, and only of the page and of what it declares.  Here each
page has a fingerprint of contents: its source, every module of the package that its cells reach,
and the versions of what they compute with.  It is taken before the page is executed.
"""

import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from nndl_notes.verification.modules import Package, sha256

from . import redlist
from .pagedata import PageData

FINGERPRINTS = PageData("nndl_fingerprints")
DISTRIBUTIONS = ("numpy", "scipy", "sympy", "mpmath", "matplotlib")


@cache
def versions():
    """Return ``{name: version}`` of what the pages compute with."""
    import nndl_notes

    found = {"python": platform.python_version(), "nndl_notes": nndl_notes.__version__}
    for name in DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return dict(sorted(found.items()))


def fingerprint(path, package):
    """Return the digests of all that a page depends on.

    Parameters
    ----------
    path : path-like
        The page.
    package : Package

    Returns
    -------
    dict
        ``source``: digest of the page; ``modules``: digests of the modules it reaches;
        ``versions``, for pages with code cells; ``extension``: digest of this extension, whose
        notes on a page may be of another form after a change.
    """
    modules = package.closure(Path(path).read_text("utf-8"))
    return {
        "source": sha256(path),
        "modules": modules,
        "versions": versions() if modules else {},
        "extension": package.tree_digest(__package__),
    }


def note(app, docname, source):
    """Take the fingerprint of a page that is about to be parsed and executed."""
    env = app.env
    package = Package()
    current = fingerprint(env.doc2path(docname), package)
    FINGERPRINTS.of(env)[docname] = current
    for module in current["modules"]:
        env.note_dependency(package.path(module), docname=docname)


def outdated(app, env, added, changed, removed):
    """Return the pages whose fingerprint differs now, and those that were red."""
    package = Package()
    stored = FINGERPRINTS.of(env)
    known = env.found_docs - added
    stale = {
        docname
        for docname in known
        if stored.get(docname) != fingerprint(env.doc2path(docname), package)
    }
    return sorted(stale | (redlist.read(app, env) & known))


def setup(app):
    """Connect to the reading of documents."""
    FINGERPRINTS.connect(app)
    app.connect("source-read", note)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
