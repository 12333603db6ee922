"""The equation language: LaTeX of a textbook display to a tree, and the tree to values.

The notation of a page is declared before anything is parsed, so nothing is guessed; whatever
cannot be read in exactly one way is an error that points at its place in the source.
"""

from .environment import (
    Cell,
    Environment,
    Function,
    Probability,
    View,
    column,
    component,
    kind_of,
    normalise,
    sequence,
)
from .errors import (
    AmbiguousNotation,
    EvaluationError,
    NotDifferentiable,
    ParseError,
    ShapeError,
    ShapeMismatch,
    TexMathError,
    UnknownSymbol,
)
from .interpreter import Interpreter
from .notation import Notation
from .numeric import NumericArithmetic, jacobian
from .parser import parse
from .tree import Node, variables

__all__ = [
    "AmbiguousNotation",
    "Cell",
    "Environment",
    "EvaluationError",
    "Function",
    "Interpreter",
    "Node",
    "NotDifferentiable",
    "Notation",
    "NumericArithmetic",
    "ParseError",
    "Probability",
    "ShapeError",
    "ShapeMismatch",
    "TexMathError",
    "UnknownSymbol",
    "View",
    "column",
    "component",
    "jacobian",
    "kind_of",
    "normalise",
    "parse",
    "sequence",
    "variables",
]
