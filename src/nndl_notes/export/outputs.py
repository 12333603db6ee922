"""What the cells of a page print and draw, when they run here and now."""

import importlib.util
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from nndl_notes.verification.registry import documents
from nndl_notes.verification.running import run

STYLE = "_config/matplotlibrc"  # the site's, which goes with the pages into the package
# The site's figures are transparent; other programs show them on who knows what.
OPAQUE = {"figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white"}
RESOLUTION = 200  # of PNG, in dots per inch
UNDATED = {".pdf": {"CreationDate": None}}


@dataclass(frozen=True)
class CellOutput:
    """What one cell printed, and the names of the files with its figures."""

    text: str = ""
    figures: tuple = ()


def collect(identifier, stem, suffix):
    """Run the cells of a page; keep what they print, and save every figure that they leave open.

    Parameters
    ----------
    identifier : str
        A key of the register.
    stem : path-like
        Where the figures go: folder, and beginning of their names.
    suffix : str
        Form of the figures: ``".png"`` or ``".pdf"``.

    Returns
    -------
    outcome : verification.running.Run
        With the exception that stopped the cells, if any.
    outputs : dict of int to CellOutput
        By number of the cell.
    """
    outputs, stem = {}, Path(stem).resolve()

    def after(number, printed):
        saved = sum(len(output.figures) for output in outputs.values())
        outputs[number] = CellOutput(printed, tuple(_save(stem, suffix, saved)))

    with ExitStack() as stack:
        if importlib.util.find_spec("matplotlib"):  # else the cell that needs it will say so
            import matplotlib

            style = documents() / STYLE
            stack.enter_context(matplotlib.rc_context(fname=style if style.is_file() else None))
            matplotlib.use("Agg")
            matplotlib.rcParams.update(OPAQUE)
        return run(identifier, after=after), outputs


def _save(stem, suffix, saved):
    """Save the open figures, close them, and yield the names of their files."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else ():
        saved += 1
        name = f"{stem.name}-figure-{saved}{suffix}"
        figure = pyplot.figure(number)
        figure.savefig(stem.with_name(name), dpi=RESOLUTION, metadata=UNDATED.get(suffix))
        yield name
    if pyplot:
        pyplot.close("all")
