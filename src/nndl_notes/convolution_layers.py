r"""Convolution layers with several channels: what they compute and what they cost.

The input has D feature maps of size :math:`M\times N`; each of the P kernels spans all of them and
gives one output map. As in deep learning generally, kernels are not flipped.

Source: NNDL, section 5.2 and exercises 5-3 and 5-4.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_array, as_column, integer
from .convolution import output_length


def convolution_layer(
    X: ArrayLike, W: ArrayLike, b: ArrayLike | None = None, *, padding: int = 0, stride: int = 1
) -> Array:
    r"""Return :math:`y_{p,i,j}=\sum_{d,u,v}w_{p,d,u,v}\,x_{d,i+u-1,j+v-1}+b_p`.

    Parameters
    ----------
    X : (D, M, N)
        Input: D maps.
    W : (P, D, U, V)
        Kernels, U <= M + 2 padding and V <= N + 2 padding.
    b : (P,), optional
        One bias per kernel; zero by default.
    padding : int
        Rows and columns of zeros added on each of the four sides, >= 0.
    stride : int
        Distance between neighbouring positions of the kernel, >= 1.

    Returns
    -------
    (P, M', N')
        P maps, with :math:`M'=\lfloor(M-U+2\cdot\text{padding})/\text{stride}\rfloor+1`, and N'
        likewise.

    Raises
    ------
    ValueError
        If a shape does not fit or an argument is out of range.
    """
    X, W = as_array("X", X), as_array("W", W)
    if X.ndim != 3 or X.size == 0:
        raise ValueError(f"X: expected maps of shape (D, M, N), got shape {X.shape}")
    if W.ndim != 4 or W.size == 0 or W.shape[1] != len(X):
        raise ValueError(f"W: expected kernels of shape (P, {len(X)}, U, V), got shape {W.shape}")
    P, _, U, V = W.shape
    b = np.zeros((P, 1)) if b is None else as_column("b", b, P)
    # Their lengths are asked for first: they validate padding, stride and the kernel's size.
    for size, length in ((X.shape[1], U), (X.shape[2], V)):
        output_length(size, length, padding, stride)
    X = np.pad(X, ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(X, (U, V), axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    return np.einsum("dijuv,pduv->pij", windows, W) + b[:, :, np.newaxis]


@dataclass(frozen=True)
class LayerCost:
    """What a convolution layer costs for one input.

    Attributes
    ----------
    output_shape : tuple of int
        Number of output maps, their height and their width.
    multiplications : int
        Multiplications of a weight by an input, each followed by an addition; those by padded
        zeros are included.
    weights, biases : int
        Numbers to be learned.
    """

    output_shape: tuple[int, int, int]
    multiplications: int
    weights: int
    biases: int

    @property
    def outputs(self) -> int:
        """Numbers that the layer hands on."""
        P, M, N = self.output_shape
        return P * M * N

    @property
    def parameters(self) -> int:
        """Weights and biases together."""
        return self.weights + self.biases


def layer_cost(
    input_shape: tuple[int, int, int], P: int, U: int, V: int, *, padding: int = 0, stride: int = 1
) -> LayerCost:
    """Count what a convolution layer with biases costs for one input.

    Parameters
    ----------
    input_shape : (D, M, N)
        Number of input maps, their height and their width, each >= 1.
    P : int
        Number of kernels, and so of output maps, >= 1.
    U, V : int
        Height and width of a kernel.
    padding : int
        Rows and columns of zeros added on each of the four sides, >= 0.
    stride : int
        Distance between neighbouring positions of the kernel, >= 1.

    Returns
    -------
    LayerCost

    Raises
    ------
    ValueError
        If an argument is not an integer in its range.
    """
    D, M, N = (integer("input_shape", size, least=1) for size in input_shape)
    P = integer("P", P, least=1)
    rows, columns = output_length(M, U, padding, stride), output_length(N, V, padding, stride)
    weights = U * V * D * P
    return LayerCost((P, rows, columns), rows * columns * weights, weights, P)
