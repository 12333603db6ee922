"""What the cells of a page print and draw, when they run here and now."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CellOutput:
    """What one cell printed, and the names of the files with its figures."""

    text: str = ""
    figures: tuple = ()
