"""Parallel readers take the pages in runs that become shorter and shorter.

Sphinx cuts the sorted list of pages into a few long runs, three for two readers and forty pages:
while the last is read, the other reader is idle.  The order of reading changes nothing that is
published.
"""

import json
from itertools import chain
from pathlib import Path

import sphinx.builders
from sphinx.util.parallel import make_chunks

from .progress import PAGE, executing

UNKNOWN = 2.0  # seconds, for a page that has not been executed before
READING = 0.05  # seconds, for any page


def expected(app, env, docnames):
    """Return ``{docname: seconds}``, from what the pages took when they last ran."""
    try:
        past = json.loads(Path(app.outdir, f"{PAGE}.json").read_text("utf-8"))
    except (OSError, ValueError):
        past = {}
    executed = executing(env, docnames)
    return {n: READING + (past.get(n, UNKNOWN) if n in executed else 0) for n in docnames}


def runs(seconds, readers):
    """Return runs of pages, the longest pages first, for readers to take one when free.

    Parameters
    ----------
    seconds : dict of str to float
        What each page is expected to take.
    readers : int
        How many read at a time.

    Notes
    -----
    A run is half of a reader's share of what is left (guided self-scheduling; Polychronopoulos
    and Kuck, 1987): few runs, each of which costs a fork, and short ones at the end.
    """
    waiting = sorted(seconds, key=lambda name: (-seconds[name], name))
    left, found = sum(seconds.values()), []
    while waiting:
        run, most = [], left / (2 * readers)
        while waiting and (not run or seconds[waiting[0]] <= most):
            name = waiting.pop(0)
            run.append(name)
            most -= seconds[name]
            left -= seconds[name]
        found.append(run)
    return found


def share(app, env, docnames):
    """Plan the runs of parallel readers."""
    if app.parallel > 1:
        planned = runs(expected(app, env, docnames), app.parallel)
        docnames[:] = chain.from_iterable(planned)
        # Sphinx has no setting for it.  What it writes, it cuts as before.
        sphinx.builders.make_chunks = lambda names, readers: (
            planned if names is docnames else make_chunks(names, readers)
        )


def setup(app):
    """Plan when all others have said what is to be read."""
    app.connect("env-before-read-docs", share, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
