r"""Maximum pooling: the largest entry of each window, and where its derivative goes.

Where a window has one largest entry, the maximum has the derivative 1 by that entry and 0 by the
others. At a tie there is no derivative; the functions here take the first of the largest, in row
order, which picks one subgradient.

Source: NNDL, section 5.2 and exercise 5-6.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._validation import Array, as_matrix, integer


@dataclass(frozen=True)
class Pooled:
    """The result of maximum pooling.

    Attributes
    ----------
    values : (M', N') array
        The largest entry of each window.
    rows, columns : (M', N') arrays of int
        Where in the input it stands, counted from 0.
    """

    values: Array
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]


def max_pool2d(X: ArrayLike, size: int, stride: int | None = None) -> Pooled:
    r"""Return the maximum of each window of a matrix.

    Parameters
    ----------
    X : (M, N)
        Input.
    size : int
        Height and width of the windows, from 1 to the smaller of M and N.
    stride : int, optional
        Distance between neighbouring windows, >= 1; by default `size`, so that they touch.

    Returns
    -------
    Pooled
        Of shape :math:`M'=\lfloor(M-\text{size})/\text{stride}\rfloor+1`, and N' likewise.

    Raises
    ------
    ValueError
        If X is not a finite matrix, or a window or step does not fit.
    """
    X = as_matrix("X", X)
    size = integer("size", size, least=1, most=min(X.shape))
    stride = size if stride is None else integer("stride", stride, least=1)
    windows = np.lib.stride_tricks.sliding_window_view(X, (size, size))[::stride, ::stride]
    winner = windows.reshape(*windows.shape[:2], size * size).argmax(axis=2)
    i, j = np.indices(winner.shape)
    rows, columns = i * stride + winner // size, j * stride + winner % size
    return Pooled(X[rows, columns], rows, columns)


def max_pool2d_backward(
    X: ArrayLike, gradient: ArrayLike, size: int, stride: int | None = None
) -> Array:
    r"""Return the derivative of a loss by the input of :func:`max_pool2d`.

    Parameters
    ----------
    X : (M, N)
        Input.
    gradient : (M', N')
        Derivative of the loss by the pooled values.
    size, stride : int
        As in :func:`max_pool2d`.

    Returns
    -------
    (M, N)
        Each derivative is added where the maximum was found, and nowhere else.

    Raises
    ------
    ValueError
        If a shape does not fit or a window or step does not fit.
    """
    pooled = max_pool2d(X, size, stride)
    rows, columns = pooled.values.shape
    gradient = as_matrix("gradient", gradient, rows=rows, columns=columns)
    back = np.zeros(np.shape(X))
    np.add.at(back, (pooled.rows, pooled.columns), gradient)
    return back
