"""Seventy-three displays of the textbook, and what their symbols mean, chapter by chapter."""

from pathlib import Path

from nndl_notes.verification.checking import check
from nndl_notes.verification.source import Source

from . import (
    bindings_ch02,
    bindings_ch03,
    bindings_ch04,
    bindings_ch05,
    bindings_ch06,
    bindings_ch07,
    bindings_ch08,
    bindings_ch12,
)
from .registry import DECLARATIONS

CHAPTERS = (bindings_ch02, bindings_ch03, bindings_ch04, bindings_ch05, bindings_ch06,
            bindings_ch07, bindings_ch08, bindings_ch12)
EQUATIONS = {label: display.latex for label, display in
             Source(Path(__file__).with_name("equations.md")).equations.items()}


def verdict(label, latex=None, seed=0, loose=()):
    """Check a display of the corpus, or other LaTeX under the bindings of that display."""
    return check(latex or EQUATIONS[label], label, DECLARATIONS, seed, loose)
