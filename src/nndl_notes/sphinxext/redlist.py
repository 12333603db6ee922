"""Pages that were not green in the last build are read again in the next.

A warning is emitted while a page is read or written; an incremental build that does neither
would be silent, and green.  The list lies beside the pickled environment.  While a build runs,
it holds every page that is being read, so that an interrupted build leaves no page unread.
"""

import json
import logging
import os
from pathlib import Path

from sphinx.util.logging import NAMESPACE, WarningStreamHandler

from nndl_notes.verification.records import all_records

from .displayed import PAGES
from .evidence import BUNDLES

EVERY_PAGE = "*"


class WarningRecorder(logging.Filter):
    """Note the location of each warning that Sphinx prints; reject none."""

    def __init__(self):
        super().__init__()
        self.locations = []
        self.closed = False

    def filter(self, record):
        """Remember where the warning comes from."""
        if not self.closed:
            self.locations.append(getattr(record, "location", None) or "")
        return True


def attach(app):
    """Attach a recorder behind the filters that drop suppressed warnings, and return it."""
    recorder = WarningRecorder()
    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(recorder)
    app.nndl_warnings = recorder
    return recorder


def pages_of(env, location):
    """Return the pages that a warning's location (``path:line``) concerns.

    A place in another file concerns the pages that depend on it; an unknown one, every page.
    """
    path, found = location, set()
    while path and not found:
        place = os.path.abspath(path)
        found = {
            docname
            for docname in env.found_docs
            if place == str(env.doc2path(docname))
            or any(
                place == os.path.normpath(os.path.join(env.srcdir, name))
                for name in env.dependencies.get(docname, ())
            )
        }
        path = path.rpartition(":")[0]
    return found or {EVERY_PAGE}


def failed_pages(env):
    """Return the pages whose execution or whose evidence failed when they were read."""
    executions = getattr(env, "nb_metadata", {})
    failed = {
        docname
        for docname, data in executions.items()
        if not (data.get("exec_data") or {}).get("succeeded", True)
    }
    failed |= {docname for docname, page in PAGES.of(env).items() if page["tracebacks"]}
    for docname, bundles in BUNDLES.of(env).items():
        if not all(record["passed"] for record in all_records(bundles)):
            failed.add(docname)
    return failed


def read(app, env):
    """Return the pages to read again."""
    listed = failed_pages(env)
    if _path(app).is_file():
        listed |= set(json.loads(_path(app).read_text("utf-8")))
    return set(env.found_docs) if EVERY_PAGE in listed else listed


def write(app, docnames):
    """Replace the list."""
    _path(app).parent.mkdir(parents=True, exist_ok=True)
    _path(app).write_text(json.dumps(sorted(docnames), indent=1) + "\n", "utf-8")


def _path(app):
    return Path(app.doctreedir, "nndl-red.json")


def _start(app, env, docnames):
    write(app, read(app, env) | set(docnames))


def setup(app):
    """Record warnings, and list the pages that this build reads until it has finished."""
    attach(app)
    app.connect("env-before-read-docs", _start)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
