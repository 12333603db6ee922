r"""Activation functions, their derivatives, and the cross-entropy loss.

Each activation acts element by element on a number or an array of any shape; `softmax` acts on
columns. All are evaluated without overflow for every finite argument of ordinary size, in
particular at :math:`\pm10^3`, where a naive :math:`1/(1+e^{-x})` is not.

Source: NNDL, section 4.1 and exercise 4-4; Swish: Ramachandran et al. (2017), GELU: Hendrycks
and Gimpel (2016). Logarithms are natural.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ._validation import Array, as_array, as_columns, as_distribution, finite, like, positive

# The tanh form of GELU replaces Φ(x) by (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
TANH_SCALE = np.sqrt(2 / np.pi)
TANH_CUBIC = 0.044715
# Beyond this argument every bell-shaped factor below is exactly 0 in double precision.
SATURATED = 40.0


def logistic(x: ArrayLike) -> Array:
    r"""Return :math:`\sigma(x)=1/(1+e^{-x})`.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.

    Returns
    -------
    ndarray
        Numbers from 0 to 1, in the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return special.expit(as_array("x", x))


def logistic_derivative(x: ArrayLike) -> Array:
    r"""Return :math:`\sigma'(x)=\sigma(x)(1-\sigma(x))`, in the shape of `x`.

    Raises ``ValueError`` if a number is not finite.
    """
    x = as_array("x", x)
    # 1 − σ(x) = σ(−x), without cancellation.
    return special.expit(x) * special.expit(-x)


def tanh(x: ArrayLike) -> Array:
    r"""Return :math:`\tanh(x)`, in the shape of `x`.

    Raises ``ValueError`` if a number is not finite.
    """
    return np.tanh(as_array("x", x))


def tanh_derivative(x: ArrayLike) -> Array:
    r"""Return :math:`1-\tanh^2(x)=4\,\sigma(2x)\,\sigma(-2x)`, in the shape of `x`.

    Raises ``ValueError`` if a number is not finite.
    """
    return 4 * logistic_derivative(2 * as_array("x", x))


def relu(x: ArrayLike) -> Array:
    r"""Return :math:`\max(0,x)`, in the shape of `x`.

    Raises ``ValueError`` if a number is not finite.
    """
    return np.maximum(0.0, as_array("x", x))


def relu_derivative(x: ArrayLike) -> Array:
    r"""Return 1 where :math:`x>0` and 0 elsewhere, in the shape of `x`.

    At the kink, where no derivative exists, the value is the subgradient 0.
    Raises ``ValueError`` if a number is not finite.
    """
    return np.where(as_array("x", x) > 0, 1.0, 0.0)


def identity(x: ArrayLike) -> Array:
    """Return `x`; the activation of a linear layer.

    Raises ``ValueError`` if a number is not finite.
    """
    return as_array("x", x)


def identity_derivative(x: ArrayLike) -> Array:
    """Return ones in the shape of `x`.

    Raises ``ValueError`` if a number is not finite.
    """
    return np.ones_like(as_array("x", x))


def swish(x: ArrayLike, beta: float = 1.0) -> Array:
    r"""Return :math:`\mathrm{swish}_\beta(x)=x\,\sigma(\beta x)`.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.
    beta : float
        Any finite number: 0 gives :math:`x/2`, a large one approaches ReLU.

    Returns
    -------
    ndarray
        In the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    x = as_array("x", x)
    return x * special.expit(finite("beta", beta) * x)


def swish_derivative(x: ArrayLike, beta: float = 1.0) -> Array:
    r"""Return :math:`\sigma(\beta x)+\beta x\,\sigma(\beta x)(1-\sigma(\beta x))`.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.
    beta : float
        Any finite number.

    Returns
    -------
    ndarray
        The derivative of `swish` by x, in the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    u = finite("beta", beta) * as_array("x", x)
    return special.expit(u) + u * logistic_derivative(u)


def gelu(x: ArrayLike, mu: float = 0.0, sigma: float = 1.0) -> Array:
    r"""Return :math:`x\,P(X\le x)=x\,\Phi((x-\mu)/\sigma)`.

    The random variable X has the normal law :math:`\mathcal N(\mu,\sigma^2)`.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.
    mu, sigma : float
        Mean and standard deviation (> 0) of the normal law.

    Returns
    -------
    ndarray
        In the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite or `sigma` is not positive.
    """
    x = as_array("x", x)
    return x * special.ndtr(_standardise(x, mu, sigma))


def gelu_derivative(x: ArrayLike, mu: float = 0.0, sigma: float = 1.0) -> Array:
    r"""Return :math:`\Phi(\frac{x-\mu}\sigma)+\frac x\sigma\,\phi(\frac{x-\mu}\sigma)`.

    The second term has the factor x, not :math:`x-\mu`.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.
    mu, sigma : float
        Mean and standard deviation (> 0) of the normal law.

    Returns
    -------
    ndarray
        The derivative of `gelu` by x, in the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite or `sigma` is not positive.
    """
    x = as_array("x", x)
    u = _standardise(x, mu, sigma)
    density = np.exp(-(np.clip(u, -SATURATED, SATURATED) ** 2) / 2) / np.sqrt(2 * np.pi)
    return special.ndtr(u) + x / sigma * density


def gelu_tanh(x: ArrayLike) -> Array:
    r"""Return :math:`\frac x2\,(1+\tanh u)` with :math:`u=\sqrt{2/\pi}\,(x+0.044715\,x^3)`.

    It approximates `gelu` with an error of at most 4.8e-4.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.

    Returns
    -------
    ndarray
        In the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    x = as_array("x", x)
    # (1 + tanh u) / 2 = σ(2u), which keeps its digits where tanh u is close to −1.
    return x * special.expit(2 * _tanh_argument(x))


def gelu_tanh_derivative(x: ArrayLike) -> Array:
    r"""Return :math:`\frac12(1+\tanh u)+\frac x2(1-\tanh^2u)\sqrt{2/\pi}\,(1+3\cdot0.044715\,x^2)`.

    Here :math:`u=\sqrt{2/\pi}\,(x+0.044715\,x^3)`.

    Parameters
    ----------
    x : array_like
        Finite numbers, any shape.

    Returns
    -------
    ndarray
        The derivative of `gelu_tanh`, in the shape of `x`.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    x = as_array("x", x)
    u = _tanh_argument(x)
    inner = np.clip(x, -SATURATED, SATURATED)
    du_dx = TANH_SCALE * (1 + 3 * TANH_CUBIC * inner**2)
    return special.expit(2 * u) + inner / 2 * tanh_derivative(u) * du_dx


def softmax(z: ArrayLike) -> Array:
    r"""Return :math:`e^{z_c}/\sum_{c'}e^{z_{c'}}` for each column of `z`.

    Parameters
    ----------
    z : (C,) or (C, N)
        Finite scores of C classes, one column per sample.

    Returns
    -------
    (C,) or (C, N)
        Columns of non-negative numbers with sum 1, in the form of `z`.

    Raises
    ------
    ValueError
        If `z` is not made of columns or a number is not finite.
    """
    return like(special.softmax(as_columns("z", z), axis=0), z)


def cross_entropy(y: ArrayLike, y_hat: ArrayLike) -> float:
    r"""Return :math:`-\mathbf y^\top\log\hat{\mathbf y}`, summed over the columns.

    Parameters
    ----------
    y : (C,) or (C, N)
        Target distributions, one column per sample.
    y_hat : (C,) or (C, N)
        Predicted distributions. Where one is 0 and the target is not, the loss is infinite.

    Returns
    -------
    float
        The loss in nats, >= 0, or infinity.

    Raises
    ------
    ValueError
        If the shapes differ or a column is not a distribution.
    """
    y = as_distribution("y", y)
    y_hat = as_distribution("y_hat", y_hat, rows=len(y))
    _require_same_columns("y_hat", y_hat, y)
    return -float(np.sum(special.xlogy(y, y_hat)))


def softmax_cross_entropy(y: ArrayLike, z: ArrayLike) -> float:
    r"""Return :math:`-\mathbf y^\top\log\mathrm{softmax}(\mathbf z)`, summed over the columns.

    It stays finite where `softmax` underflows to 0.

    Parameters
    ----------
    y : (C,) or (C, N)
        Target distributions, one column per sample.
    z : (C,) or (C, N)
        Finite scores.

    Returns
    -------
    float
        The loss in nats, >= 0. Its gradient by z is ``softmax(z) - y``.

    Raises
    ------
    ValueError
        If the shapes differ, a number is not finite or a column of `y` is not a distribution.
    """
    y = as_distribution("y", y)
    z = as_columns("z", z, rows=len(y))
    _require_same_columns("z", z, y)
    return -float(np.sum(y * special.log_softmax(z, axis=0)))


def _standardise(x: Array, mu: float, sigma: float) -> Array:
    return (x - finite("mu", mu)) / positive("sigma", sigma)


def _tanh_argument(x: Array) -> Array:
    x = np.clip(x, -SATURATED, SATURATED)
    return TANH_SCALE * (x + TANH_CUBIC * x**3)


def _require_same_columns(name: str, value: Array, y: Array) -> None:
    if value.shape != y.shape:
        raise ValueError(f"{name}: expected the shape of y {y.shape}, got shape {value.shape}")
