r"""Two-dimensional convolution, its sizes, and its matrix.

What deep learning calls convolution is the cross-correlation :math:`W\otimes X`; the true
convolution :math:`W*X` turns the kernel by 180° first. All functions use stride 1 and, unless
they say otherwise, no padding (narrow convolution).

Source: NNDL, sections 5.1 and 5.5 and exercise 5-5.
"""

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_matrix, integer, one_of

PADDINGS = ("narrow", "wide", "equal")


def cross_correlate2d(X: ArrayLike, K: ArrayLike) -> Array:
    r"""Return :math:`y_{ij}=\sum_{u,v}k_{uv}\,x_{i+u-1,\,j+v-1}`.

    Parameters
    ----------
    X : (M, N)
        Input.
    K : (U, V)
        Kernel, U <= M and V <= N.

    Returns
    -------
    (M - U + 1, N - V + 1)
        The cross-correlation at all positions where the kernel lies inside the input.

    Raises
    ------
    ValueError
        If an argument is not a finite matrix or the kernel is larger than the input.
    """
    X = as_matrix("X", X)
    K = _kernel(K, X.shape)
    windows = np.lib.stride_tricks.sliding_window_view(X, K.shape)
    return np.einsum("ijuv,uv->ij", windows, K)


def convolve2d(X: ArrayLike, K: ArrayLike) -> Array:
    r"""Return the cross-correlation of X with the kernel turned by 180°.

    Parameters
    ----------
    X : (M, N)
        Input.
    K : (U, V)
        Kernel, U <= M and V <= N.

    Returns
    -------
    (M - U + 1, N - V + 1)
        The convolution at all positions where the kernel lies inside the input.

    Raises
    ------
    ValueError
        If an argument is not a finite matrix or the kernel is larger than the input.
    """
    return cross_correlate2d(X, as_matrix("K", K)[::-1, ::-1])


def transposed_convolve2d(Y: ArrayLike, K: ArrayLike) -> Array:
    r"""Return the transpose of the map ``X -> cross_correlate2d(X, K)``, applied to Y.

    This is the wide convolution of Y with K. It propagates the derivative by the output of a
    convolution layer back to its input.

    Parameters
    ----------
    Y : (M, N)
        Input, of any size.
    K : (U, V)
        Kernel of the cross-correlation.

    Returns
    -------
    (M + U - 1, N + V - 1)
        :math:`M^\top\mathrm{vec}(Y)` with the matrix M of `correlation_matrix`.

    Raises
    ------
    ValueError
        If an argument is not a finite matrix.
    """
    K = as_matrix("K", K)
    U, V = K.shape
    return convolve2d(np.pad(as_matrix("Y", Y), ((U - 1, U - 1), (V - 1, V - 1))), K)


def correlation_matrix(
    K: ArrayLike, input_shape: tuple[int, int], order: str = "C", flip: bool = False
) -> Array:
    r"""Return the matrix M with :math:`\mathrm{vec}(K\otimes X)=M\,\mathrm{vec}(X)`.

    Parameters
    ----------
    K : (U, V)
        Kernel.
    input_shape : (M, N)
        Shape of X, with U <= M and V <= N.
    order : {"C", "F"}
        How vec stacks a matrix: ``C`` row by row, ``F`` column by column; vec(X) is
        ``X.ravel(order)``.
    flip : bool
        If true, the matrix of the true convolution :math:`K*X` instead.

    Returns
    -------
    ((M - U + 1) (N - V + 1), M N)
        Each row holds the U V entries of the kernel. For a 2×2 kernel on a 3×3 input it is 4×9.

    Raises
    ------
    ValueError
        If the kernel is not a finite matrix, is larger than the input or `order` is unknown.
    """
    rows, columns = (integer("input_shape", size, least=1) for size in input_shape)
    K = _kernel(K, (rows, columns))
    if flip:
        K = K[::-1, ::-1]
    one_of("order", order, ("C", "F"))
    U, V = K.shape
    output_shape = (rows - U + 1, columns - V + 1)
    # Output (i, j) meets input (i + u, j + v) through the kernel entry (u, v).
    i, j, u, v = np.indices((*output_shape, U, V))
    matrix = np.zeros((output_shape[0] * output_shape[1], rows * columns))
    row = np.ravel_multi_index((i, j), output_shape, order=order)
    column = np.ravel_multi_index((i + u, j + v), (rows, columns), order=order)
    matrix[row, column] = K[u, v]
    return matrix


def output_length(M: int, K: int, P: int = 0, S: int = 1) -> int:
    r"""Return the length :math:`\lfloor(M-K+2P)/S\rfloor+1` of a one-dimensional convolution.

    Parameters
    ----------
    M : int
        Length of the input, >= 1.
    K : int
        Length of the kernel, from 1 to M + 2P.
    P : int
        Number of zeros added on each side, >= 0.
    S : int
        Stride, >= 1.

    Raises
    ------
    ValueError
        If an argument is not an integer in its range.
    """
    M = integer("M", M, least=1)
    P = integer("P", P, least=0)
    K = integer("K", K, least=1, most=M + 2 * P)
    return (M - K + 2 * P) // integer("S", S, least=1) + 1


def padding(kind: str, K: int) -> int:
    """Return the number of zeros that a convolution of stride 1 adds on each side.

    Parameters
    ----------
    kind : {"narrow", "wide", "equal"}
        Narrow: 0 zeros, output length M - K + 1. Wide: K - 1 zeros, length M + K - 1.
        Equal-width: (K - 1)/2 zeros, length M; only an odd K has a symmetric padding.
    K : int
        Length of the kernel, >= 1.

    Raises
    ------
    ValueError
        If the kind is unknown, or K is less than 1 or even for ``equal``.
    """
    one_of("kind", kind, PADDINGS)
    K = integer("K", K, least=1)
    if kind == "equal" and K % 2 == 0:
        raise ValueError(f"K: expected an odd length for equal-width convolution, got {K}")
    return {"narrow": 0, "wide": K - 1, "equal": (K - 1) // 2}[kind]


def _kernel(K: ArrayLike, input_shape: tuple[int, ...]) -> Array:
    K = as_matrix("K", K)
    if K.shape[0] > input_shape[0] or K.shape[1] > input_shape[1]:
        raise ValueError(
            f"K: expected a kernel no larger than the input {input_shape}, got shape {K.shape}"
        )
    return K
