"""Textbook rules for scalars, column vectors and matrices, whatever their entries are.

Arrays are two-dimensional NumPy arrays: of floats, of SymPy expressions, or of mpmath numbers.
There is no broadcasting; a one-by-one product is a scalar.
"""

import abc
import contextlib

import numpy as np

from .errors import EvaluationError, ShapeError, ShapeMismatch


class SizeFree:
    r""":math:`\mathbf 0`, :math:`\mathbf 1` or :math:`\mathbf I` before its size is known."""

    def __init__(self, kind, factor=1):
        self.kind, self.factor = kind, factor

    def like(self, shape):
        """Return the array of this shape."""
        if self.kind == "0":
            return np.zeros(shape, dtype=int) * self.factor
        if self.kind == "I":
            if shape[0] != shape[1]:
                raise ShapeError(f"the identity against the shape {shape}")
            return np.eye(shape[0], dtype=int) * self.factor
        if (self.kind == "1" and shape[1] == 1) or (self.kind == "1T" and shape[0] == 1):
            return np.ones(shape, dtype=int) * self.factor
        raise ShapeError(f"the vector of ones against the shape {shape}")


def is_array(value):
    """Tell whether a value is a vector or matrix of known size."""
    return isinstance(value, np.ndarray)


def is_scalar(value):
    """Tell whether a value is a number or a symbolic expression."""
    return not isinstance(value, (np.ndarray, SizeFree, tuple)) and not callable(value)


def unwrap(array):
    """Return the entry of a one-by-one array, other arrays unchanged."""
    return array.flat[0] if is_array(array) and array.shape == (1, 1) else array


class Arithmetic(abc.ABC):
    """Rules of matrix algebra; subclasses say what numbers and functions are."""

    name = "abstract"

    def working_precision(self):
        """Return a context manager within which numbers have the precision they need."""
        return contextlib.nullcontext()

    # what numbers are -----------------------------------------------------------------------
    @abc.abstractmethod
    def number(self, digits):
        """Return the scalar that a decimal literal denotes."""

    @abc.abstractmethod
    def constant(self, name):
        r"""Return ``e`` or ``\pi``."""

    @abc.abstractmethod
    def function(self, name, argument):
        """Apply an elementary function to a scalar or entry by entry."""

    @abc.abstractmethod
    def inverse_matrix(self, matrix):
        """Invert a square matrix."""

    @abc.abstractmethod
    def derivative(self, function, at):
        """Differentiate in denominator layout: the result has the shape of `at` for scalars."""

    @abc.abstractmethod
    def quotient(self, a, b):
        """Divide scalars, or arrays of one shape entry by entry."""

    @abc.abstractmethod
    def scalar_power(self, base, exponent):
        """Raise a scalar to a scalar power."""

    @abc.abstractmethod
    def integer(self, value):
        """Return `value` as int if it is an integer, else None."""

    @abc.abstractmethod
    def sign_of(self, value):
        """Return -1, 0 or 1 for a scalar whose sign is known, else raise EvaluationError."""

    @abc.abstractmethod
    def spectral_norm(self, matrix):
        """Return the largest singular value."""

    # rules ----------------------------------------------------------------------------------
    def add(self, a, b, elementwise=False):
        """Add two values of the same kind and shape."""
        if isinstance(a, SizeFree) or isinstance(b, SizeFree):
            free, other = (a, b) if isinstance(a, SizeFree) else (b, a)
            if is_array(other):
                return free.like(other.shape) + other
            if isinstance(other, SizeFree) and free.kind == other.kind:
                return SizeFree(free.kind, free.factor + other.factor)
            if free.kind == "0" and isinstance(other, SizeFree):
                return other
            if free.kind == "0" and free.factor == 0:
                return other
            raise ShapeError("a scalar and a vector or matrix cannot be added")
        if is_array(a) != is_array(b) and not elementwise:
            shape = (a if is_array(a) else b).shape
            raise ShapeMismatch(f"a scalar and an array of shape {shape} cannot be added",
                                f"标量不能与形状为 {shape} 的数组相加")
        if is_array(a) and is_array(b) and a.shape != b.shape:
            raise ShapeMismatch(f"shapes {a.shape} and {b.shape} cannot be added",
                                f"形状 {a.shape} 与 {b.shape} 不能相加")
        return a + b

    def negative(self, a):
        """Return -a."""
        return SizeFree(a.kind, -a.factor) if isinstance(a, SizeFree) else -a

    def multiply(self, a, b, operator):
        r"""Multiply: juxtaposition and ``\cdot`` for all, ``\odot`` for arrays of one shape."""
        if isinstance(a, tuple) or isinstance(b, tuple):
            raise EvaluationError("a set cannot be multiplied")
        if operator == r"\odot" and (is_scalar(a) or is_scalar(b)):
            raise ShapeError(r"\odot needs two arrays of the same shape, not a scalar")
        if isinstance(a, SizeFree) or isinstance(b, SizeFree):
            return self._multiply_size_free(a, b, operator)
        if operator == r"\odot":
            if a.shape != b.shape:
                raise ShapeMismatch(rf"\odot needs equal shapes, not {a.shape} and {b.shape}",
                                    f"形状 {a.shape} 与 {b.shape} 不同，不能按元素相乘")
            return a * b
        if is_array(a) and is_array(b):
            if operator in ("*", r"\times", r"\otimes"):
                raise ShapeError(f"{operator} between arrays is not defined")
            if a.shape[1] != b.shape[0]:
                raise ShapeMismatch(
                    f"the product of shapes {a.shape} and {b.shape} does not exist",
                    f"形状 {a.shape} 与 {b.shape} 不能相乘")
            return unwrap(a @ b)
        return a * b

    def _multiply_size_free(self, a, b, operator):
        if is_scalar(a) or is_scalar(b):
            free, factor = (a, b) if isinstance(a, SizeFree) else (b, a)
            return SizeFree(free.kind, free.factor * factor)
        if is_array(a) or is_array(b):
            free, other, left = (a, b, True) if isinstance(a, SizeFree) else (b, a, False)
            if operator == r"\odot":
                return free.like(other.shape) * other
            if free.kind == "I":
                return free.factor * other
            if free.kind == "1T" and left:
                return unwrap(free.factor * other.sum(axis=0, keepdims=True))
            if free.kind == "1" and not left:
                return unwrap(free.factor * other.sum(axis=1, keepdims=True))
            if free.kind == "1" and left and other.shape[0] == 1:
                raise ShapeError("the length of the vector of ones is not known here; "
                                 r"write \mathbf{1}_N")
        raise ShapeError("the size of a bold constant cannot be inferred in this product; "
                         r"write it as \mathbf{1}_N, \mathbf{I}_N or \mathbf{0}_N")

    def divide(self, a, b):
        """Divide by a scalar, or entry by entry for equal shapes."""
        if isinstance(a, SizeFree) and is_scalar(b):
            return SizeFree(a.kind, self.quotient(a.factor, b))
        if not is_scalar(b) and not (is_array(a) and is_array(b) and a.shape == b.shape):
            raise ShapeError("division by a vector or matrix")
        if is_scalar(b) and self.integer(b) == 0:
            raise EvaluationError("division by zero")
        return self.quotient(a, b)

    def power(self, base, exponent, elementwise):
        """Raise to a scalar power; arrays entry by entry only where that is declared."""
        if not is_scalar(exponent):
            raise ShapeError("an exponent must be a scalar")
        if isinstance(base, SizeFree):
            raise ShapeError("a power of a bold constant")
        if not is_array(base):
            return self.scalar_power(base, exponent)
        if elementwise:
            return self.each(lambda x: self.scalar_power(x, exponent), base)
        whole = self.integer(exponent)
        if base.shape[0] != base.shape[1] or whole is None or whole < 0:
            raise ShapeError(r"the power of an array; write ^{\odot 2} for entry by entry")
        result = np.eye(base.shape[0], dtype=int)
        for _ in range(whole):
            result = result @ base
        return result

    def each(self, function, value):
        """Apply a scalar function to each entry."""
        if not is_array(value):
            return function(value)
        entries = [function(x) for x in value.flat]
        out = np.empty(len(entries), dtype=object)
        out[:] = entries
        return out.reshape(value.shape)

    def transpose(self, a):
        """Transpose a vector or matrix."""
        if isinstance(a, SizeFree) and a.kind in ("1", "1T", "I"):
            return SizeFree({"1": "1T", "1T": "1", "I": "I"}[a.kind], a.factor)
        if not is_array(a):
            raise ShapeError("the transpose of a scalar")
        return a.T

    def inverse(self, a):
        """Invert a scalar or a square matrix."""
        if is_scalar(a):
            return self.divide(self.number("1"), a)
        if not is_array(a) or a.shape[0] != a.shape[1]:
            raise ShapeError("the inverse of something that is not a square matrix")
        return self.inverse_matrix(a)

    def norm(self, a, kind):
        """Return a vector norm (default Euclidean) or a named matrix norm (F or 2)."""
        if not is_array(a):
            raise ShapeError("the norm of a scalar; use single bars")
        is_vector = a.shape[1] == 1
        if kind is None and not is_vector:
            raise EvaluationError("a matrix norm needs a subscript F or 2")
        if kind == "F" or (is_vector and kind in (None, "2")):
            return self.function("sqrt", sum(self.square_modulus(x) for x in a.flat))
        if kind == "2":
            return self.spectral_norm(a)
        entries = [abs(x) for x in a.flat]
        if kind == "1" and is_vector:
            return sum(entries)
        if kind == r"\infty" and is_vector:
            return self.extremum(r"\max", entries)
        raise EvaluationError(f"the norm with subscript {kind} has no meaning here")

    def square_modulus(self, x):
        """Return the square of an entry, used by the Euclidean norm."""
        return x * x

    def extremum(self, op, values):
        r"""Return the largest (``\max``) or smallest of scalars."""
        best, sign = values[0], 1 if op == r"\max" else -1
        for value in values[1:]:
            if sign * self.sign_of(value - best) > 0:
                best = value
        return best

    def matrix(self, rows):
        """Assemble a block matrix."""
        blocks = [[np.array([[x]], dtype=object) if is_scalar(x) else x for x in row]
                  for row in rows]
        if any(isinstance(x, (SizeFree, tuple)) for row in blocks for x in row):
            raise ShapeError("a bold constant of unknown size inside a matrix")
        try:
            return self.tidy(np.block(blocks))
        except ValueError as error:
            raise ShapeMismatch(f"the blocks do not fit: {error}",
                                "分块矩阵的各块拼不起来") from None

    def tidy(self, array):
        """Give an assembled array the entries of this arithmetic."""
        return array
