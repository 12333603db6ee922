"""Verification of a page's displayed equations: check, prove, refute, measure, enumerate."""

from nndl_notes.texmath import Cell, Function, Probability, View, column, component, sequence

from .instance import Instance, draw
from .page import Page, VerificationError, page

__all__ = ["Cell", "Function", "Instance", "Page", "Probability", "VerificationError", "View",
           "column", "component", "draw", "page", "sequence"]
