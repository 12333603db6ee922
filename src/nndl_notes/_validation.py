"""Checks of arguments at the public boundary.

The book writes a vector as a column and a data set as a matrix with one column per sample.
A public function therefore takes a vector either as a column ``(D, 1)`` or as a one-dimensional
array ``(D,)``, works with columns inside, and answers in the form in which it was asked (`like`).
A row ``(1, D)`` is refused: nothing is transposed silently.

Every function raises ``ValueError`` whose message names the argument, what was expected and what
was given.
"""

import operator
import reprlib
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def as_array(name: str, value: ArrayLike) -> Array:
    """Return `value` as an array of finite floats of any shape."""
    try:
        array = np.asarray(value)
        # NumPy would read the text "1.5" as a number and drop an imaginary part.
        if array.dtype.kind not in "buifO":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name}: expected an array of real numbers, got {reprlib.repr(value)}"
        ) from None
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name}: expected finite numbers, got an array with nan or infinity")
    return array


def as_matrix(
    name: str, value: ArrayLike, *, rows: int | None = None, columns: int | None = None
) -> Array:
    """Return `value` as a non-empty matrix with the given numbers of rows and columns."""
    array = as_array(name, value)
    if array.ndim != 2 or array.size == 0 or not _fits(array.shape, rows, columns):
        raise ValueError(
            f"{name}: expected a matrix of shape {_shape(rows, columns)}, got shape {array.shape}"
        )
    return array


def as_columns(
    name: str, value: ArrayLike, *, rows: int | None = None, columns: int | None = None
) -> Array:
    """Return `value` as a matrix of columns; a one-dimensional array is a single column."""
    array = as_array(name, value)
    given = array.shape
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or array.size == 0 or not _fits(array.shape, rows, columns):
        length = "D" if rows is None else rows
        flat = f" or ({length},)" if columns in (None, 1) else ""
        raise ValueError(
            f"{name}: expected columns of shape {_shape(rows, columns)}{flat}, got shape {given}"
        )
    return array


def as_column(name: str, value: ArrayLike, size: int | None = None) -> Array:
    """Return the vector `value`, of length `size`, as a column ``(size, 1)``."""
    return as_columns(name, value, rows=size, columns=1)


def like(columns: Array, template: ArrayLike) -> Array:
    """Return `columns` in the form of `template`: one-dimensional if the template is."""
    return columns[:, 0] if np.ndim(template) == 1 else columns


def as_distribution(name: str, value: ArrayLike, *, rows: int | None = None) -> Array:
    """Return `value` as columns whose entries are non-negative and sum to one."""
    array = as_columns(name, value, rows=rows)
    sums = array.sum(axis=0)
    if np.any(array < 0) or not np.allclose(sums, 1.0, rtol=0, atol=1e-8):
        raise ValueError(
            f"{name}: expected non-negative columns with sum 1, "
            f"got least entry {array.min():g} and column sums {sums}"
        )
    return array


def non_negative_column(name: str, value: ArrayLike, size: int) -> Array:
    """Return the vector `value` as a column without negative entries."""
    column = as_column(name, value, size)
    if np.any(column < 0):
        raise ValueError(f"{name}: expected entries >= 0, got the entry {column.min():g}")
    return column


def as_symmetric(name: str, value: ArrayLike, size: int) -> Array:
    """Return `value` as a symmetric matrix ``(size, size)``."""
    matrix = as_matrix(name, value, rows=size, columns=size)
    asymmetry = np.abs(matrix - matrix.T).max()
    if asymmetry > 1e-12 * np.abs(matrix).max():
        raise ValueError(
            f"{name}: expected a symmetric matrix, got entries that differ by {asymmetry:g}"
        )
    return matrix


def finite(name: str, value: Any) -> float:
    """Return the finite number `value` as a float."""
    array = as_array(name, value)
    if array.ndim != 0:
        raise ValueError(f"{name}: expected a number, got an array of shape {array.shape}")
    return float(array)


def positive(name: str, value: Any) -> float:
    """Return the number `value` > 0 as a float."""
    number = finite(name, value)
    if not number > 0:
        raise ValueError(f"{name}: expected a number > 0, got {number:g}")
    return number


def non_negative(name: str, value: Any) -> float:
    """Return the number `value` >= 0 as a float."""
    number = finite(name, value)
    if number < 0:
        raise ValueError(f"{name}: expected a number >= 0, got {number:g}")
    return number


def integer(name: str, value: Any, *, least: int, most: int | None = None) -> int:
    """Return the integer `value` with ``least <= value <= most``."""
    bounds = f">= {least}" if most is None else f"from {least} to {most}"
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: expected an integer {bounds}, got {value!r}") from None
    if number < least or (most is not None and number > most):
        raise ValueError(f"{name}: expected an integer {bounds}, got {number}")
    return number


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the `allowed` words."""
    if value not in allowed:
        raise ValueError(f"{name}: expected one of {', '.join(allowed)}, got {value!r}")
    return value


def _fits(shape: tuple[int, ...], rows: int | None, columns: int | None) -> bool:
    return rows in (None, shape[0]) and columns in (None, shape[1])


def _shape(rows: int | None, columns: int | None) -> str:
    return f"({'D' if rows is None else rows}, {'N' if columns is None else columns})"
