"""Exact arithmetic: rationals and SymPy expressions, derivatives by ``sympy.diff``."""

import numpy as np
import sympy as sp

from .arithmetic import Arithmetic, is_array, is_scalar
from .errors import EvaluationError, NotDifferentiable, ShapeError

_FUNCTIONS = {r"\log": sp.log, r"\exp": sp.exp, r"\tanh": sp.tanh, r"\sin": sp.sin,
              r"\cos": sp.cos, r"\sinh": sp.sinh, r"\cosh": sp.cosh, r"\tan": sp.tan,
              "sqrt": sp.sqrt, r"\mathrm{ReLU}": lambda x: sp.Max(x, 0), r"\mathrm{sgn}": sp.sign}


def symbol_array(name, rows, columns=1, **assumptions):
    """Return a matrix of SymPy symbols as a NumPy object array.

    Parameters
    ----------
    name : str
        Stem; entries are ``name11``, ``name12``, …
    rows, columns : int
    **assumptions
        For example ``real=True``.

    Returns
    -------
    ndarray of shape (rows, columns) and dtype object
    """
    array = np.empty((rows, columns), dtype=object)
    for i, j in np.ndindex(rows, columns):
        array[i, j] = sp.Symbol(f"{name}{i + 1}{j + 1}", **{"real": True, **assumptions})
    return array


def _entries(value):
    return list(value.flat) if is_array(value) else [value]


class ExactArithmetic(Arithmetic):
    """SymPy expressions; a floating-point number anywhere is an error."""

    name = "exact"

    def number(self, digits):
        return sp.Rational(digits)

    def constant(self, name):
        return sp.E if name == "e" else sp.pi

    def require_exact(self, value):
        """Return a value, or raise EvaluationError if a floating-point number is in it."""
        for entry in value if isinstance(value, tuple) else _entries(value):
            _refuse_floats(sp.sympify(entry))
        return value

    def function(self, name, argument):
        rule = _FUNCTIONS[name]
        return self.each(lambda x: rule(sp.sympify(x)), argument)

    def inverse_matrix(self, matrix):
        inverse = sp.Matrix(matrix.tolist()).inv(method="ADJ")
        return _to_array(inverse)

    def quotient(self, a, b):
        if is_array(b):
            out = np.empty(a.shape, dtype=object)
            for place in np.ndindex(*a.shape):
                out[place] = sp.sympify(a[place]) / b[place]
            return out
        return self.each(lambda x: sp.sympify(x) / sp.sympify(b), a)

    def scalar_power(self, base, exponent):
        return sp.sympify(base) ** sp.sympify(exponent)

    def integer(self, value):
        value = sp.sympify(value)
        return int(value) if value.is_integer and value.is_number else None

    def sign_of(self, value):
        value = sp.simplify(value)
        if value.is_zero:
            return 0
        if value.is_positive:
            return 1
        if value.is_negative:
            return -1
        raise EvaluationError(f"the sign of {value} is not known")

    def within(self, difference, bound):
        """Tell whether a number is at most `bound` in absolute value."""
        answer = (sp.Rational(bound) - sp.Abs(difference)).is_nonnegative
        if answer is None:
            raise EvaluationError(f"the size of {difference} is not known")
        return answer

    def spectral_norm(self, matrix):
        raise EvaluationError("the spectral norm is not evaluated exactly")

    def derivative(self, function, at):
        """Differentiate symbolically: replace by fresh symbols, differentiate, put back."""
        if is_scalar(at):
            fresh = sp.Dummy("t", real=True)
            back = {fresh: sp.sympify(at)}
            value = function(fresh)
            if is_array(value):
                if value.shape[1] != 1:
                    raise ShapeError("the derivative of a matrix")
                return self.each(lambda y: _slope(y, fresh, back), value).T
            return _slope(value, fresh, back)
        fresh = np.empty(at.shape, dtype=object)
        for place in np.ndindex(*at.shape):
            fresh[place] = sp.Dummy(f"t{place[0]}{place[1]}", real=True)
        back = dict(zip(fresh.flat, (sp.sympify(x) for x in at.flat), strict=True))
        value = function(fresh)
        if not is_array(value):
            return self.each(lambda x: _slope(value, x, back), fresh)
        if at.shape[1] != 1 or value.shape[1] != 1:
            raise ShapeError(f"the derivative of shape {value.shape} by shape {at.shape} is a "
                             "tensor")
        out = np.empty((at.shape[0], value.shape[0]), dtype=object)
        for i, j in np.ndindex(*out.shape):
            out[i, j] = _slope(value[j, 0], fresh[i, 0], back)
        return out


def _slope(value, variable, point):
    """Differentiate and evaluate; at a kink SymPy would give the mean of the one-sided slopes."""
    derivative = sp.diff(value, variable)
    for part in derivative.atoms(sp.Heaviside, sp.sign, sp.DiracDelta):
        if sp.simplify(part.args[0].subs(point, simultaneous=True)).is_zero:
            raise NotDifferentiable("a kink")
    return derivative.subs(point, simultaneous=True)


def _to_array(matrix):
    out = np.empty(matrix.shape, dtype=object)
    for place in np.ndindex(*matrix.shape):
        out[place] = matrix[place]
    return out


def is_zero(expression):
    """Tell whether SymPy proves that an expression vanishes identically.

    Raises
    ------
    EvaluationError
        If the expression contains a floating-point number, which proves nothing.
    """
    expression = sp.sympify(expression)
    _refuse_floats(expression)
    if expression.is_zero:
        return True
    # Cheap attempts first: simplify may take minutes on hyperbolic functions of a polynomial.
    attempts = (sp.together, sp.expand,
                lambda e: sp.expand(sp.numer(sp.together(e.rewrite(sp.exp)))), sp.simplify,
                lambda e: sp.simplify(e.rewrite(sp.exp)), lambda e: sp.simplify(e.doit()))
    if expression.has(sp.Max, sp.Min):
        attempts += (lambda e: sp.simplify(e.rewrite(sp.Abs)),)
    return any(attempt(expression) == 0 for attempt in attempts)


def difference_is_zero(left, right):
    """Tell whether two exact values of one shape are identical."""
    pairs = [(sp.sympify(a), sp.sympify(b))
             for a, b in zip(_entries(left), _entries(right), strict=True)]
    for pair in pairs:
        for side in pair:
            _refuse_floats(side)  # also those that cancel in the difference
    return all(is_zero(a - b) for a, b in pairs)


def _refuse_floats(expression):
    if expression.has(sp.Float):
        raise EvaluationError(f"a floating-point number entered an exact computation: "
                              f"{expression}")
