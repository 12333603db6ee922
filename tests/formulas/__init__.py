r"""Random textbook LaTeX together with its value, which NumPy computes without reading the LaTeX.

Brackets are written where textbook precedence needs them, and now and then where it does not:
a sum or product sign reaches to the end of its term, juxtaposition binds tighter than ``\cdot``,
``\odot`` and ``/``, a script belongs to what stands directly before it.
"""

import numpy as np

from .combinations import Combinations
from .functions import Functions
from .scopes import Scopes
from .symbols import BINDINGS, RANGES, START, Outside

__all__ = ["BINDINGS", "CARELESS", "RANGES", "random_formula"]

# Notation without one agreed reading: the parser may refuse it, for the reason that stands here.
CARELESS = {
    "script behind a call": "of its argument or of its value",
    "slash beside a product": "have two readings",
    "mixed number": "a mixed number or a product",
    "sign behind a product sign": "a sign directly behind a product operator",
    "bracketed exponent": "not part of a declared symbol|is not in the page's notation",
    "inverse behind an index": "an entry of the transpose or inverse, or the reverse",
    "indices without a comma": "one index on a matrix",
    "entrywise product beside a dot": "mixed with another product needs brackets",
}
SHAPES = [(), (), (), (3, 1), (2, 1), (1, 3), (2, 3), (2, 2)]


class Writer(Combinations, Functions, Scopes):
    """Writes random formulas."""

    def rules(self, shape):
        return SCALAR_RULES if shape == () else ARRAY_RULES


SCALAR_RULES = [
    Writer.add, Writer.add, Writer.negative, Writer.multiply, Writer.multiply, Writer.inner,
    Writer.fraction, Writer.slash, Writer.power, Writer.power, Writer.exponential, Writer.entry,
    Writer.function, Writer.call, Writer.root, Writer.absolute, Writer.norm, Writer.extremum,
    Writer.of_matrix, Writer.big, Writer.big, Writer.cases, Writer.indicator, Writer.at_point,
    Writer.derivative]
ARRAY_RULES = [
    Writer.add, Writer.add, Writer.negative, Writer.multiply, Writer.matrix_product,
    Writer.matrix_product, Writer.entrywise_product, Writer.fraction, Writer.matrix_power,
    Writer.transpose, Writer.function, Writer.call, Writer.extremum, Writer.of_column,
    Writer.literal, Writer.size_free, Writer.big, Writer.cases, Writer.at_point,
    Writer.derivative]


def random_formula(random, depth=3):
    """Return a random formula and its value, away from poles, kinks and overflow.

    Parameters
    ----------
    random : random.Random
    depth : int

    Returns
    -------
    (Formula, float or ndarray)
    """
    while True:
        formula = Writer(random).formula(random.randint(1, depth), random.choice(SHAPES))
        try:
            with np.errstate(all="ignore"):
                return formula, formula.value(START)
        except (Outside, np.linalg.LinAlgError):
            continue
