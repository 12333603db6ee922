"""Pages are read, and so executed, again when the content that they depend on has changed.

Sphinx compares times of modification, and only of the page and of what it declares.  Here each
page has a fingerprint of contents: its source, every module of the package that its cells reach,
what lies beside it, how its kernel is configured, and the versions of what computes and renders.
It is taken before the page is executed.
"""

import os
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from nndl_notes.verification.modules import Package, sha256

from . import redlist
from .pagedata import PageData

# Beside the modules that a page reaches: what makes a page of its source and outputs.
EXTENSION = (
    __package__,
    "nndl_notes.kernels",
    "nndl_notes.export",
    "nndl_notes.verification.records",
)
FINGERPRINTS = PageData("nndl_fingerprints")
DISTRIBUTIONS = ("numpy", "scipy", "sympy", "mpmath", "matplotlib")
# What runs the cells and makes a page of their outputs.
TOOLS = (
    *("docutils", "ipykernel", "ipython", "markdown-it-py", "math-core", "matplotlib-inline"),
    *("myst-nb", "myst-parser", "nbclient", "pygments", "sphinx"),
)


@cache
def versions():
    """Return ``{name: version}`` of what the pages compute with."""
    import nndl_notes

    ours = {"python": platform.python_version(), "nndl_notes": nndl_notes.__version__}
    return dict(sorted((ours | installed(DISTRIBUTIONS)).items()))


@cache
def installed(names):
    """Return ``{name: version}``, with None for what is not installed."""
    found = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def fingerprint(path, package, configuration=(), is_page=lambda path: path.suffix == ".md"):
    """Return the digests of all that a page depends on.

    Parameters
    ----------
    path : path-like
        The page.
    package : Package
    configuration : sequence of path-like, optional
        Files that configure the kernels.
    is_page : callable, optional
        Tells of a path in the page's folder whether it is a page, or else data for cells.

    Returns
    -------
    dict
        ``source``: digest of the page; ``extension``: digests of this extension, of the
        kernels' provisioner and of what else writes a page; ``tools``: their versions; and, for
        pages with code cells, ``modules``: digests of the modules it reaches; ``versions``;
        ``files``: digests of the configuration and of the data beside the page.
    """
    path = Path(path)
    modules = package.closure(path.read_text("utf-8"))
    beside = [p for p in path.parent.iterdir() if p.is_file() and not is_page(p)]
    data = sorted(p for p in beside if not (p.name.startswith(".") or p.name.endswith("~")))
    files = {os.path.relpath(file, path.parent): sha256(file) for file in [*configuration, *data]}
    return {
        "source": sha256(path),
        "extension": [package.tree_digest(name) for name in EXTENSION],
        "tools": installed(TOOLS),
        "modules": modules,
        "versions": versions() if modules else {},
        "files": files if modules else {},
    }


def of_page(app, docname, package):
    """Return the fingerprint of a page of the site, from the files as they are now."""
    return fingerprint(
        app.env.doc2path(docname),
        package,
        [Path(app.confdir, name) for name in app.config.nndl_kernel_files],
        lambda path: path.suffix in app.config.source_suffix,
    )


def note(app, docname, source):
    """Take the fingerprint of a page that is about to be parsed and executed."""
    env = app.env
    package = Package()
    current = of_page(app, docname, package)
    FINGERPRINTS.of(env)[docname] = current
    for module in current["modules"]:
        env.note_dependency(package.path(module), docname=docname)


def outdated(app, env, added, changed, removed):
    """Return the pages whose fingerprint differs now, and those that were red."""
    package = Package()
    stored = FINGERPRINTS.of(env)
    known = env.found_docs - added
    stale = {name for name in known if stored.get(name) != of_page(app, name, package)}
    return sorted(stale | (redlist.read(app, env) & known))


def setup(app):
    """Connect to the reading of documents."""
    app.add_config_value("nndl_kernel_files", [], "", list)
    FINGERPRINTS.connect(app)
    app.connect("source-read", note)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
