r"""Relatives of ReLU that keep a slope for negative arguments: leaky ReLU, ELU and softplus.

Each acts element by element on a number or an array of any shape. At a kink the derivative is
that of the left side. ReLU itself, which has slope 0 there, is in `nndl_notes.activations`.

Source: NNDL, section 4.1.2 and exercise 4-3.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ._validation import Array, as_array, non_negative, positive


def leaky_relu(x: ArrayLike, gamma: float = 0.01) -> Array:
    r"""Return :math:`\max(0,x)+\gamma\min(0,x)`.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.
    gamma : float
        Slope for negative arguments, >= 0; 0 gives ReLU.

    Returns
    -------
    ndarray
        In the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite or `gamma` is negative.
    """
    x = as_array("x", x)
    return np.maximum(0.0, x) + non_negative("gamma", gamma) * np.minimum(0.0, x)


def leaky_relu_derivative(x: ArrayLike, gamma: float = 0.01) -> Array:
    r"""Return 1 where :math:`x>0` and :math:`\gamma` elsewhere; arguments as in `leaky_relu`."""
    return np.where(as_array("x", x) > 0, 1.0, non_negative("gamma", gamma))


def elu(x: ArrayLike, gamma: float = 1.0) -> Array:
    r"""Return :math:`\max(0,x)+\min(0,\gamma(e^x-1))`, the exponential linear unit.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.
    gamma : float
        The limit at minus infinity is :math:`-\gamma`; > 0.

    Returns
    -------
    ndarray
        In the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite or `gamma` is not positive.
    """
    x = as_array("x", x)
    return np.maximum(0.0, x) + positive("gamma", gamma) * np.expm1(np.minimum(0.0, x))


def elu_derivative(x: ArrayLike, gamma: float = 1.0) -> Array:
    r"""Return 1 where :math:`x>0` and :math:`\gamma e^x` elsewhere; arguments as in `elu`."""
    x = as_array("x", x)
    return np.where(x > 0, 1.0, positive("gamma", gamma) * np.exp(np.minimum(0.0, x)))


def softplus(x: ArrayLike) -> Array:
    r"""Return :math:`\log(1+e^x)`, in the shape of `x`. Its derivative is the logistic function.

    Raises ``ValueError`` if a number is not finite.
    """
    return np.logaddexp(0.0, as_array("x", x))


def softplus_derivative(x: ArrayLike) -> Array:
    r"""Return :math:`\sigma(x)=1/(1+e^{-x})`, in the shape of `x`.

    Raises ``ValueError`` if a number is not finite.
    """
    return special.expit(as_array("x", x))
