"""Formulas and how they combine: leaves, brackets, sums and products."""

import re
from dataclasses import dataclass, replace

import numpy as np

from .symbols import ARRAYS, COLUMNS, FAMILIES, SCALARS, inside, ratio

# How tightly a formula is closed: a + b, a / b, a \cdot b, a b, \log(a), a.
SUM, MIXED, DOT, PRODUCT, FACTOR, ATOM = range(6)


@dataclass(frozen=True)
class Formula:
    """LaTeX, its value as a function of the symbols, and how it may be combined."""

    latex: str
    value: object
    shape: tuple = ()
    level: int = ATOM
    open: bool = False  # a factor written behind it would fall into its scope
    first: str = ""
    indexed: bool = False
    kinds: frozenset = frozenset()
    careless: frozenset = frozenset()


class Combinations:
    """Writes leaves, sums and products; what else there is, :meth:`rules` says.

    Parameters
    ----------
    random : random.Random
    """

    def __init__(self, random):
        self.random, self.scope, self.differentiating = random, [], False

    # -- pieces ------------------------------------------------------------------------------
    def chance(self, probability):
        return self.random.random() < probability

    def choice(self, items):
        return self.random.choice(list(items))

    def bracket(self, formula):
        left, right = self.choice([("(", ")"), ("(", ")"), ("[", "]"), (r"\left(", r"\right)"),
                                   (r"\bigl[", r"\bigr]"), (r"\{", r"\}")])
        return replace(formula, latex=f"{left} {formula.latex} {right}", level=ATOM, open=False,
                       first="bracket", indexed=False)

    def closed(self, formula, level, open_allowed=False):
        """Return the formula, in brackets if it is not closed enough or by whim."""
        # Brackets around a lone symbol would look like the argument of a function.
        by_whim = formula.level < ATOM and formula.kinds != {"family"} and self.chance(0.1)
        if formula.level < level or (formula.open and not open_allowed) or by_whim:
            return self.bracket(formula)
        return formula

    def make(self, kind, latex, value, *parts, shape=(), level=FACTOR, careless=(), **options):
        kinds = frozenset({kind}).union(*(p.kinds for p in parts))
        careless = frozenset(careless).union(*(p.careless for p in parts))
        return Formula(latex, lambda e: inside(value(e)), shape, level, kinds=kinds,
                       careless=careless, **options)

    def script(self, mark, text):
        if len(text) == 1 and self.chance(0.5):
            return f"{mark}{text}"
        return f"{mark}{{{text}}}"

    def joined(self, left, right):
        space = self.choice([" ", " ", r" \, ", ""])
        if re.search(r"\\[A-Za-z]+$", left) and right[0].isalpha():
            space = space or " "
        return f"{left}{space}{right}"

    # -- formulas of a shape -----------------------------------------------------------------
    def formula(self, depth, shape=()):
        if depth <= 0 or self.chance(0.1):
            return self.leaf(shape)
        rules = self.rules(shape)
        while True:
            found = self.choice(rules)(self, depth - 1, shape)
            if found is not None:
                return found

    def leaf(self, shape):
        if shape == ():
            return self.scalar_leaf()
        names = [name for name, array in ARRAYS.items() if array.shape == shape]
        if shape == (3, 1) and self.chance(0.5):
            n = self.choice([*self.scope, "2"])
            return self.make("family", r"\mathbf{x}" + self.script("_", n),
                             lambda e: COLUMNS[e.get(n, 2)], shape=shape, level=ATOM)
        if names:
            name = self.choice(names)
            return self.make("symbol", name, lambda e: e[name], shape=shape, level=ATOM)
        return self.transpose(0, shape)

    def scalar_leaf(self):
        kind = self.choice(["symbol", "symbol", "number", "family", "letter", "constant"])
        if kind == "number":
            return self.number()
        if kind == "family":
            n = self.choice([*self.scope, *self.scope, "1", "3"])
            if self.chance(0.5):
                return self.make(kind, "x" + self.script("_", n), level=ATOM,
                                 value=lambda e: FAMILIES["x_?"][e.get(n) or int(n)])
            return self.make(kind, f"y^{{({n})}}",
                             lambda e: FAMILIES["y^{(?)}"][e.get(n) or int(n)])
        if kind == "letter" and self.scope:
            n = self.choice(self.scope)
            return self.make(kind, n, lambda e: float(e[n]), level=ATOM)
        if kind == "constant":
            return self.make(kind, r"\pi", lambda e: np.pi, level=ATOM)
        name = self.choice(SCALARS)
        return self.make("symbol", name, lambda e: e[name], level=ATOM)

    def number(self):
        digits = self.choice(["2", "3", "0.5", "1.25", "7"])
        return self.make("number", digits, lambda e: float(digits), level=ATOM, first="number")

    # -- sums and products -------------------------------------------------------------------
    def add(self, depth, shape):
        left = self.closed(self.formula(depth, shape), SUM, open_allowed=True)
        right = self.closed(self.formula(depth, shape), MIXED, open_allowed=True)
        sign = self.choice("+-")
        if sign == "+":
            return self.make("add", f"{left.latex} + {right.latex}",
                             lambda e: left.value(e) + right.value(e), left, right, shape=shape,
                             level=SUM, open=right.open)
        return self.make("subtract", f"{left.latex} - {right.latex}",
                         lambda e: left.value(e) - right.value(e), left, right, shape=shape,
                         level=SUM, open=right.open)

    def negative(self, depth, shape):
        part = self.closed(self.formula(depth, shape), MIXED, open_allowed=True)
        return self.make("negative", f"-{part.latex}", lambda e: -part.value(e), part,
                         shape=shape, level=SUM, open=part.open)

    def multiply(self, depth, shape):
        if shape == () and self.chance(0.1):
            return self.product(self.number(), self.numeric_fraction(depth, shape), shape)
        return self.product(self.formula(depth), self.formula(depth, shape), shape)

    def product(self, left, right, shape):
        inner = shape == () and right.shape != ()
        left = self.closed(left, PRODUCT)
        # A scalar product in the middle of a chain of matrices needs its brackets.
        level = FACTOR if "inner" in right.kinds or "inner" in left.kinds else PRODUCT
        right = self.closed(right, level, open_allowed=True)

        def value(e):
            a, b = left.value(e), right.value(e)
            found = a @ b if np.ndim(a) and np.ndim(b) else a * b
            return found[0, 0] if np.shape(found) == (1, 1) else found
        options = {"shape": shape, "open": right.open, "first": left.first}
        mixed = (left.first, left.level, right.first) == ("number", ATOM, "ratio")
        careless = ()
        if mixed and self.chance(0.5):
            careless = ["mixed number"]
        elif mixed or right.latex[0].isdigit() or self.chance(0.2):
            dots = [r"\cdot", r"\times"] if left.shape == right.shape == () else [r"\cdot"]
            if self.chance(0.03):
                return self.make("dot", rf"{left.latex} \cdot - {right.latex}",
                                 lambda e: -value(e), left, right, level=DOT,
                                 careless=["sign behind a product sign"], **options)
            return self.make("dot", f"{left.latex} {self.choice(dots)} {right.latex}", value,
                             left, right, level=DOT, **options)
        kind = "inner" if inner else "product"
        return self.make(kind, self.joined(left.latex, right.latex), value, left, right,
                         level=PRODUCT, careless=careless, **options)

    def inner(self, depth, shape):
        k = self.choice([2, 3])
        return self.product(self.formula(depth, (1, k)), self.formula(depth, (k, 1)), ())

    def matrix_product(self, depth, shape):
        k = self.choice([1, 2, 3])
        if (shape[0], k) == (1, 1) or (k, shape[1]) == (1, 1):
            return None
        return self.product(self.formula(depth, (shape[0], k)),
                            self.formula(depth, (k, shape[1])), shape)

    def entrywise_product(self, depth, shape):
        left = self.closed(self.formula(depth, shape), PRODUCT)
        right = self.closed(self.formula(depth, shape), PRODUCT, open_allowed=True)
        latex = rf"{left.latex} \odot {right.latex}"
        found = self.make("odot", latex, lambda e: left.value(e) * right.value(e), left, right,
                          shape=shape, level=MIXED, open=right.open)
        if self.chance(0.05) and not right.open:
            return self.make("odot", rf"{latex} \cdot a", lambda e: found.value(e) * e["a"],
                             found, shape=shape, level=MIXED,
                             careless=["entrywise product beside a dot"])
        return found

    def fraction(self, depth, shape):
        return self.quotient(self.formula(depth, shape), self.formula(depth), shape)

    def numeric_fraction(self, depth, shape):
        return self.quotient(self.number(), self.number(), ())

    def quotient(self, top, bottom, shape):
        command = self.choice([r"\frac", r"\frac", r"\dfrac", r"\tfrac"])
        digits = {top.latex, bottom.latex} <= set("237") and self.chance(0.5)
        latex = command + (f"{top.latex}{bottom.latex}" if digits
                           else f"{{{top.latex}}}{{{bottom.latex}}}")
        numbers = all(p.first == "number" and p.level == ATOM for p in (top, bottom))
        return self.make("fraction", latex, lambda e: ratio(top.value(e), bottom.value(e)), top,
                         bottom, shape=shape, first="ratio" if numbers else "fraction")

    def slash(self, depth, shape):
        top = self.closed(self.formula(depth, shape), PRODUCT)
        bottom = self.closed(self.formula(depth), FACTOR, open_allowed=True)
        latex = f"{top.latex} / {bottom.latex}"
        careless = ["slash beside a product"] * (top.first in ("fraction", "ratio"))
        found = self.make("slash", latex, lambda e: ratio(top.value(e), bottom.value(e)), top,
                          bottom, shape=shape, level=MIXED, open=bottom.open, careless=careless)
        if self.chance(0.05) and not bottom.open:
            return self.make("slash", rf"{latex} \cdot c", lambda e: found.value(e) * e["c"],
                             found, shape=shape, level=MIXED, careless=["slash beside a product"])
        return found
