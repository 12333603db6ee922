"""Fifty-digit arithmetic for scalar functions."""

import mpmath as mp

from .arithmetic import Arithmetic, is_scalar
from .errors import EvaluationError, NotDifferentiable

_FUNCTIONS = {r"\log": mp.log, r"\exp": mp.exp, r"\tanh": mp.tanh, r"\sin": mp.sin,
              r"\cos": mp.cos, r"\sinh": mp.sinh, r"\cosh": mp.cosh, r"\tan": mp.tan,
              "sqrt": mp.sqrt, r"\mathrm{ReLU}": lambda x: max(x, mp.mpf(0)),
              r"\mathrm{sgn}": mp.sign}
DIGITS = 50


class MultiprecisionArithmetic(Arithmetic):
    """mpmath numbers with 50 digits; bound functions must accept them."""

    name = "mpmath"

    def working_precision(self):
        return mp.workdps(DIGITS)

    def number(self, digits):
        return int(digits) if digits.isdigit() else mp.mpf(digits)

    def constant(self, name):
        return +mp.e if name == "e" else +mp.pi

    def function(self, name, argument):
        value = self.each(_FUNCTIONS[name], argument)
        if is_scalar(value) and not mp.isfinite(value):
            raise EvaluationError(f"{name} is not finite here")
        return value

    def inverse_matrix(self, matrix):
        raise EvaluationError("matrices are not inverted at 50 digits")

    def quotient(self, a, b):
        return self.each(lambda x: mp.mpf(x) / b, a)

    def scalar_power(self, base, exponent):
        value = mp.power(base, exponent)
        if isinstance(value, mp.mpc):
            raise EvaluationError("a fractional power of a negative number")
        return value

    def integer(self, value):
        return int(value) if mp.isint(value) else None

    def sign_of(self, value):
        return int(mp.sign(value))

    def spectral_norm(self, matrix):
        raise EvaluationError("the spectral norm is not evaluated at 50 digits")

    def derivative(self, function, at):
        if not is_scalar(at):
            return self.each(lambda x: x, _gradient(self, function, at))
        try:
            left, right = (mp.diff(function, at, direction=side) for side in (-1, 1))
            if abs(left - right) > mp.mpf(10) ** (-DIGITS // 4) * max(1, abs(left)):
                raise NotDifferentiable("the slopes from both sides differ")
            return mp.diff(function, at)
        except (ValueError, ZeroDivisionError) as error:
            raise NotDifferentiable(f"no derivative at {at}: {error}") from error


def _gradient(arithmetic, function, at):
    gradient = at.copy()
    for i in range(at.shape[0]):
        for j in range(at.shape[1]):
            def along(x, i=i, j=j):
                point = at.copy()
                point[i, j] = x
                return function(point)
            gradient[i, j] = arithmetic.derivative(along, at[i, j])
    return gradient
