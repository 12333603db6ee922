"""Parallel readers get equal shares of the pages to execute.

Sphinx cuts the sorted list of pages into runs, one for each of its readers in turn, and neighbours
in the list are the pages of one chapter.  The order of reading changes nothing that is published.
"""

import json
from pathlib import Path

from sphinx.util.parallel import make_chunks

from .progress import PAGE

UNKNOWN = 2.0  # seconds, for a page that has not been executed before
READING = 0.05  # seconds, for any page


def expected(app, docnames):
    """Return ``{docname: seconds}``, from what the pages took when they last ran."""
    try:
        past = json.loads(Path(app.outdir, f"{PAGE}.json").read_text("utf-8"))
    except (OSError, ValueError):
        past = {}
    executed = app.nndl_progress.docnames
    return {n: READING + (past.get(n, UNKNOWN) if n in executed else 0) for n in docnames}


def arranged(seconds, readers):
    """Return pages in an order that gives each reader about the same to do.

    Parameters
    ----------
    seconds : dict of str to float
        What each page is expected to take.
    readers : int
        How many read at a time.
    """
    sizes = [len(run) for run in make_chunks(list(seconds), readers)]
    # Runs beyond the last complete round, in which readers are idle, get what is left.
    complete = max(len(sizes) - len(sizes) % readers, 1)
    runs, loads = [[] for _ in sizes], [0.0] * len(sizes)
    for name in sorted(seconds, key=lambda name: (-seconds[name], name)):
        free = [i for i, size in enumerate(sizes) if len(runs[i]) < size]
        chosen = min(free, key=lambda i: (i >= complete, loads[i], i))
        runs[chosen].append(name)
        loads[chosen] += seconds[name]
    return [name for run in runs for name in run]


def share(app, env, docnames):
    """Arrange the pages for parallel readers."""
    if app.parallel > 1:
        docnames[:] = arranged(expected(app, docnames), app.parallel)


def setup(app):
    """Arrange the pages when it is known which will be executed."""
    app.connect("env-before-read-docs", share, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
