"""The gate: after the build, every page is held against the rules, and one problem is enough.

It reads what the pages show and what their cells recorded, not whether cells were executed, and
it compares digests with the files as they are now.  It therefore gives the same answer for pages
that were read in this build and for pages that were not.
"""

from sphinx.util import logging

from nndl_notes.verification.modules import Package

from . import citations, displayed, ledger, redlist, registry, rules, source_lines
from .evidence import BUNDLES
from .freshness import FINGERPRINTS, of_page
from .statements import statements

logger = logging.getLogger(__name__)


def pages(app):
    """Return the pages that have been read, as the rules see them."""
    package = Package()
    by_path = registry.by_path(app)
    return [_page(app, docname, by_path, package) for docname in sorted(app.env.all_docs)]


def _page(app, docname, by_path, package):
    env = app.env
    path = env.doc2path(docname)
    source = path.relative_to(env.srcdir).as_posix()
    name, entry = by_path.get(source, (None, {}))
    exercise = None if "withdrawn" in entry else env.metadata[docname].get("exercise", name)
    execution = getattr(env, "nb_metadata", {}).get(docname, {}).get("exec_data")
    return rules.Page(
        docname=docname,
        source=source,
        exercise=exercise,
        kind=entry.get("kind"),
        displayed=displayed.PAGES.of(env)[docname],
        statements=statements(env).get(docname, []),
        bundles=BUNDLES.of(env).get(docname, []),
        execution=execution,
        stored=FINGERPRINTS.of(env)[docname],
        current=of_page(app, docname, package),
        digest=package.digest,
    )


def close(app, exception):
    """Report every problem of every page and let the build fail if there is one."""
    if exception is not None:
        return
    app.nndl_warnings.closed = True
    env = app.env
    found = [problem for page in pages(app) for problem in rules.problems(page)]
    misplaced = list(registry.problems(app))
    misplaced += ledger.write(app, found)
    if not found:  # else the record is not what is wrong
        misplaced += citations.problems(app)
    for problem in found:
        logger.error(
            "%s",
            problem.message,
            location=(problem.docname, problem.line),
            type="nndl",
            subtype=problem.rule,
        )
    for location, message in misplaced:
        logger.error("%s", message, location=location, type="nndl", subtype="registry")

    warnings = app.nndl_warnings.locations
    red = {problem.docname for problem in found}
    red = red.union(*(redlist.pages_of(env, location) for location in warnings))
    redlist.write(app, red)
    if found or misplaced or warnings:
        app.statuscode = 1
        logger.error(
            "the gate is closed: %d problem(s) on %d page(s), %d elsewhere, %d warning(s) above",
            len(found),
            len({problem.docname for problem in found}),
            len(misplaced),
            len(warnings),
            type="nndl",
            subtype="gate",
        )


def setup(app):
    """Connect the gate; it runs after all other extensions have finished."""
    app.add_config_value("nndl_registry", "registry.toml", "")
    source_lines.setup(app)
    displayed.setup(app)
    redlist.setup(app)
    app.connect("build-finished", close, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
