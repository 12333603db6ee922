"""Run the cells of a page in this process, without building the site."""

import ast
import importlib.util
import io
import os
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from .emission import Collected, collecting
from .modules import code_cells
from .registry import documents, exercises
from .source import Source
from .values import of_page

EXTRA = ("matplotlib",)  # what the extra "notebooks" installs
NEEDED = ('the cells of {} need {}, which is not installed: '
          'python -m pip install "nndl-notes[notebooks]"')


@dataclass
class Run:
    """Outcome of running a page's cells.

    ``values`` are the numbers that its sentences show; ``started`` tells whether the cells were
    run at all.
    """

    id: str
    collected: Collected = field(default_factory=Collected)
    values: dict = field(default_factory=dict)
    error: BaseException = None
    seconds: float = 0.0
    started: bool = True


def require(identifier):
    """Complain of what is missing before the cells of a page have run.

    Raises
    ------
    ModuleNotFoundError
        If a cell imports what only the extra ``notebooks`` installs, and it is not there.
    """
    folder = documents()
    text = Path(folder, exercises(folder)[identifier]["path"]).read_text("utf-8")
    imported = {name for cell in code_cells(text) for name in _imported(cell)}
    for name in EXTRA:
        if name in imported and importlib.util.find_spec(name) is None:
            raise ModuleNotFoundError(NEEDED.format(identifier, name), name=name)


def _imported(cell):
    """Yield the packages that a cell imports; of one that is no Python, running it will tell."""
    try:
        tree = ast.parse(cell)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def run(identifier, seed=0, after=None):
    """Run the cells of one page and gather its evidence.

    Parameters
    ----------
    identifier : str
        A key of the register.
    seed : int
        Of the instances; the site is built with 0.
    after : callable, optional
        ``after(number, printed)`` is called when a cell has run: its number from 1, and what it
        printed.  Its figures are still open.

    Returns
    -------
    Run
        With the exception that stopped it, if any.
    """
    folder = documents()
    path = folder / exercises(folder)[identifier]["path"]
    outcome, started = Run(identifier), time.perf_counter()
    before, environment = os.getcwd(), dict(os.environ)
    os.environ |= {"MPLBACKEND": "Agg", "NNDL_NOTES_DOCS": str(folder),
                   "NNDL_NOTES_SEED": str(seed)}
    os.chdir(path.parent)
    try:
        with collecting() as outcome.collected:
            namespace = {"__name__": "__main__"}
            for number, cell in enumerate(code_cells(path.read_text(encoding="utf-8")), 1):
                with redirect_stdout(io.StringIO()) as printed:
                    exec(compile(cell, f"{path.name}, cell {number}", "exec"), namespace)
                if after:
                    after(number, printed.getvalue())
        outcome.values = of_page(Source(path).values, outcome.collected.bundles)
    except (Exception, SystemExit) as error:  # reported by the caller, who decides how to exit
        outcome.error = error
    finally:
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")  # or the figures of all pages are kept
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)
    outcome.seconds = time.perf_counter() - started
    return outcome
