"""Floating-point arithmetic and numerical differentiation."""

import itertools
import math

import numpy as np

from .arithmetic import Arithmetic, is_array, is_scalar
from .errors import EvaluationError, NotDifferentiable, ShapeError

_FUNCTIONS = {r"\log": np.log, r"\exp": np.exp, r"\tanh": np.tanh, r"\sin": np.sin,
              r"\cos": np.cos, r"\sinh": np.sinh, r"\cosh": np.cosh, r"\tan": np.tan,
              "sqrt": np.sqrt, r"\mathrm{ReLU}": lambda x: np.maximum(x, 0),
              r"\mathrm{sgn}": np.sign}


class NumericArithmetic(Arithmetic):
    """IEEE double precision; derivatives by Richardson extrapolation, about 1e-13 relative."""

    name = "float64"

    def number(self, digits):
        return int(digits) if digits.isdigit() else float(digits)

    def constant(self, name):
        return math.e if name == "e" else math.pi

    def function(self, name, argument):
        with np.errstate(all="ignore"):
            value = _FUNCTIONS[name](argument)
        if not np.all(np.isfinite(value)):
            raise EvaluationError(f"{name} is not finite here (argument {argument})")
        return value if is_array(value) else float(value)

    def inverse_matrix(self, matrix):
        try:
            return np.linalg.inv(matrix)
        except np.linalg.LinAlgError:
            raise EvaluationError("the matrix is singular") from None

    def quotient(self, a, b):
        if np.any(np.asarray(b) == 0):
            raise EvaluationError("division by zero")
        return a / b

    def scalar_power(self, base, exponent):
        if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
            return base**exponent
        try:
            value = float(base) ** exponent
        except ZeroDivisionError:
            raise EvaluationError("a negative power of zero") from None
        except OverflowError:
            raise EvaluationError("a power that overflows") from None
        if isinstance(value, complex):
            raise EvaluationError("a fractional power of a negative number")
        return value

    def integer(self, value):
        return int(value) if np.isfinite(value) and value == int(value) else None

    def sign_of(self, value):
        return int(np.sign(value))

    def spectral_norm(self, matrix):
        return float(np.linalg.norm(matrix, 2))

    def tidy(self, array):
        return array.astype(float)

    def each(self, function, value):
        mapped = super().each(function, value)
        return mapped.astype(float) if is_array(mapped) else mapped

    def derivative(self, function, at):
        return jacobian(function, at)


def jacobian(function, at):
    """Differentiate numerically in denominator layout.

    Parameters
    ----------
    function : callable
        Maps a value like `at` to a scalar or a two-dimensional array.
    at : float or ndarray of shape (n, m)

    Returns
    -------
    float or ndarray
        Scalar by array: the shape of `at`. Column (p, 1) by column (n, 1): shape (n, p).

    Raises
    ------
    NotDifferentiable
        When the extrapolation does not converge.
    ShapeError
        For matrix by vector and the like, which would be tensors.
    """
    if is_scalar(at):
        value = slope(lambda h: function(at + h), max(1.0, abs(at)))
        if is_array(value):
            if value.shape[1] != 1:
                raise ShapeError("the derivative of a matrix")
            return value.T
        return float(value)
    base = function(at)
    rows = []
    for place in np.ndindex(*at.shape):
        def moved(h, place=place):
            point = at.astype(float)
            point[place] += h
            value = function(point)
            return value.ravel() if is_array(value) else value
        rows.append(slope(moved))
    if is_scalar(base):
        return np.array(rows, dtype=float).reshape(at.shape)
    if at.shape[1] == 1 and base.shape[1] == 1:
        return np.array(rows).reshape(at.shape[0], base.shape[0])
    raise ShapeError(f"the derivative of shape {base.shape} by shape {at.shape} is a tensor")


def slope(function, scale=1.0, levels=4, step=2.0**-5):
    """Return f'(0) by central differences with Richardson extrapolation.

    A step may leave the domain of a logarithm, hit a pole or cross a kink; then it shrinks.
    """
    for shrink in (1, 8, 64):
        try:
            return _richardson(function, scale * step / shrink, levels)
        except (NotDifferentiable, EvaluationError, ArithmeticError) as error:
            if isinstance(error, ShapeError):
                raise
            problem = error
    raise NotDifferentiable(f"the numerical derivative does not converge ({problem})")


def _richardson(function, step, levels):
    row, bends, centre = [], [], function(0.0)
    for k in range(levels):
        h = step / 2**k
        ahead, behind = function(h), function(-h)
        row.append((ahead - behind) / (2 * h))
        bends.append(float(np.max(np.abs(ahead - 2 * centre + behind), initial=0)) / h)
    size = max(1.0, float(np.max(np.abs(row[0]), initial=0)))
    # The slopes from both sides differ by h f'', which halves with h, unless there is a kink.
    if bends[-1] > 1e-6 * size and bends[-1] > 0.75 * bends[-2]:
        raise NotDifferentiable("the slopes from both sides differ")
    order, error = 1, 0.0
    while len(row) > 1:
        row = [(4**order * b - a) / (4**order - 1) for a, b in itertools.pairwise(row)]
        if len(row) == 2:
            error = float(np.max(np.abs(row[1] - row[0]), initial=0))
        order += 1
    if not np.all(np.isfinite(row[0])) or error > 1e-6 * size:
        raise NotDifferentiable("the extrapolated slopes disagree")
    return row[0]
