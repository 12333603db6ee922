r"""Mini-batch gradients, step sizes, and gradient descent on a quadratic, with noise or without.

The per-sample gradients are the columns of a matrix ``G`` of shape ``(D, N)``, with mean
:math:`\bar{\mathbf g}` and covariance
:math:`\Sigma=\frac1N\sum_n(\mathbf g_n-\bar{\mathbf g})(\mathbf g_n-\bar{\mathbf g})^\top`.
A mini-batch of size B gives the mean of B of them.

Without noise, gradient descent on a quadratic needs a number of steps that is proportional to the
condition number of its Hessian.

Source: NNDL, section 7.2.1 and exercises 4-1 and 7-1; the optimal step size is that of McCandlish
et al. (2018), *An Empirical Model of Large-Batch Training*.
"""

import itertools
import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._validation import (
    Array,
    as_column,
    as_matrix,
    as_symmetric,
    finite,
    integer,
    like,
    non_negative,
    positive,
)

MOST_MINIBATCHES = 1_000_000


def minibatch_gradient_mean(G: ArrayLike) -> Array:
    r"""Return the expectation :math:`\bar{\mathbf g}` of a mini-batch gradient.

    It does not depend on the size of the batch, nor on whether samples are replaced.

    Parameters
    ----------
    G : (D, N)
        Gradient of each sample, one per column.

    Returns
    -------
    (D, 1)
        The full gradient.

    Raises
    ------
    ValueError
        If `G` is not a finite matrix.
    """
    return as_matrix("G", G).mean(axis=1, keepdims=True)


def minibatch_gradient_covariance(G: ArrayLike, B: int, *, replacement: bool) -> Array:
    r"""Return the covariance of a mini-batch gradient over all mini-batches.

    Parameters
    ----------
    G : (D, N)
        Gradient of each sample, one per column.
    B : int
        Size of the batch, >= 1; without replacement at most N.
    replacement : bool
        Whether a sample may occur more than once in a batch.

    Returns
    -------
    (D, D)
        :math:`\Sigma/B` with replacement, :math:`\frac{N-B}{N-1}\,\Sigma/B` without.

    Raises
    ------
    ValueError
        If `G` is not a finite matrix or `B` is outside its range.
    """
    G = as_matrix("G", G)
    N = G.shape[1]
    B = integer("B", B, least=1, most=None if replacement else N)
    deviation = G - minibatch_gradient_mean(G)
    covariance = deviation @ deviation.T / N
    # max: with a single sample the covariance is zero, and the factor 0/0 must not spoil it.
    factor = 1.0 if replacement else (N - B) / max(N - 1, 1)
    return factor * covariance / B


def enumerate_minibatches(N: int, B: int, *, replacement: bool) -> NDArray[np.intp]:
    r"""Return all equally probable mini-batches as sample indices from 0 to N - 1.

    Parameters
    ----------
    N : int
        Number of samples, >= 1.
    B : int
        Size of the batch, >= 1; without replacement at most N.
    replacement : bool
        True: the :math:`N^B` ordered draws. False: the :math:`\binom NB` subsets.

    Returns
    -------
    (count, B) of int
        One mini-batch per row; ``G[:, batches].mean(axis=2)`` holds the gradients as columns.

    Raises
    ------
    ValueError
        If an argument is outside its range or there are more than a million mini-batches.
    """
    N = integer("N", N, least=1)
    B = integer("B", B, least=1, most=None if replacement else N)
    count = N**B if replacement else math.comb(N, B)
    if count > MOST_MINIBATCHES:
        raise ValueError(f"B: expected at most {MOST_MINIBATCHES} mini-batches, got {count}")
    if replacement:
        return np.array(list(itertools.product(range(N), repeat=B)), dtype=np.intp)
    return np.array(list(itertools.combinations(range(N), B)), dtype=np.intp)


def noise_scale(gradient: ArrayLike, hessian: ArrayLike, covariance: ArrayLike) -> float:
    r"""Return the batch size :math:`B_{noise}=\mathrm{tr}(H\Sigma)/(\mathbf g^\top H\mathbf g)`.

    Below it the gradient noise decides the optimal step, above it the curvature.

    Parameters
    ----------
    gradient : (D,) or (D, 1)
        Full gradient.
    hessian : (D, D)
        Symmetric, with positive curvature along the gradient.
    covariance : (D, D)
        Covariance of the gradient of one sample, symmetric.

    Returns
    -------
    float
        Not an integer in general.

    Raises
    ------
    ValueError
        If a shape does not fit, a matrix is not symmetric, the curvature is not positive or
        the trace is negative.
    """
    _, curvature, noise = _second_order(gradient, hessian, covariance)
    return noise / curvature


def optimal_step_size(
    gradient: ArrayLike, hessian: ArrayLike, covariance: ArrayLike, B: int
) -> float:
    r"""Return the step size with the greatest expected decrease of a quadratic in one step.

    It is :math:`\lVert\mathbf g\rVert^2/(\mathbf g^\top H\mathbf g+\mathrm{tr}(H\Sigma)/B)`, or
    :math:`\eta_{\max}/(1+B_{noise}/B)`: proportional to B far below `noise_scale`, constant far
    above it.

    Parameters
    ----------
    gradient : (D,) or (D, 1)
        Full gradient.
    hessian : (D, D)
        Symmetric, with positive curvature along the gradient.
    covariance : (D, D)
        Covariance of the gradient of one sample, symmetric.
    B : int
        Size of the batch, >= 1, drawn with replacement.

    Returns
    -------
    float
        The step size, > 0.

    Raises
    ------
    ValueError
        If a shape does not fit, a matrix is not symmetric, the curvature is not positive, the
        trace is negative or `B` is less than 1.
    """
    squared_norm, curvature, noise = _second_order(gradient, hessian, covariance)
    return squared_norm / (curvature + noise / integer("B", B, least=1))


def quadratic_drift(eta: float, h: float, steps: int) -> float:
    r"""Return :math:`(1-\eta h)^k`, the factor on the mean of :math:`\theta` after k steps.

    The loss is :math:`\frac h2\theta^2`, the update
    :math:`\theta\leftarrow\theta-\eta(h\theta+\varepsilon)` with noise of mean zero.

    Parameters
    ----------
    eta : float
        Step size, > 0.
    h : float
        Curvature, > 0.
    steps : int
        Number k >= 0 of steps.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """
    return (1 - positive("eta", eta) * positive("h", h)) ** integer("steps", steps, least=0)


def quadratic_variance(eta: float, h: float, variance: float, B: int, steps: int) -> float:
    r"""Return :math:`\frac{\eta^2\sigma^2}B\sum_{j<k}(1-\eta h)^{2j}`, the variance after k steps.

    The update is that of `quadratic_drift`, from a fixed start.

    Parameters
    ----------
    eta : float
        Step size, > 0.
    h : float
        Curvature, > 0.
    variance : float
        Variance :math:`\sigma^2\ge0` of the gradient of one sample.
    B : int
        Size of the batch, >= 1.
    steps : int
        Number k >= 0 of steps.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """
    factor = quadratic_drift(eta, h, 1)
    one_step = eta**2 * non_negative("variance", variance) / integer("B", B, least=1)
    return one_step * math.fsum(factor ** (2 * j) for j in range(integer("steps", steps, least=0)))


def quadratic_stationary_variance(eta: float, h: float, variance: float, B: int) -> float:
    r"""Return :math:`\frac{\eta\sigma^2}{Bh(2-\eta h)}`, the limit of `quadratic_variance`.

    Parameters
    ----------
    eta : float
        Step size, > 0, with :math:`\eta h<2`; beyond that the iteration diverges.
    h : float
        Curvature, > 0.
    variance : float
        Variance :math:`\sigma^2\ge0` of the gradient of one sample.
    B : int
        Size of the batch, >= 1.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """
    eta, h = positive("eta", eta), positive("h", h)
    variance = non_negative("variance", variance)
    if eta * h >= 2:
        raise ValueError(f"eta: expected eta * h < 2 for convergence, got eta * h = {eta * h:g}")
    return eta * variance / (integer("B", B, least=1) * h * (2 - eta * h))


def condition_number(hessian: ArrayLike) -> float:
    r"""Return :math:`\kappa=\lambda_{\max}/\lambda_{\min}` of a positive definite matrix.

    Parameters
    ----------
    hessian : (D, D)
        Symmetric, with positive eigenvalues.

    Returns
    -------
    float
        At least 1; it is 1 for multiples of the identity.

    Raises
    ------
    ValueError
        If the matrix is not symmetric, not finite or, to rounding, not positive definite.
    """
    H = as_symmetric("hessian", hessian, len(as_matrix("hessian", hessian)))
    eigenvalues = np.linalg.eigvalsh(H)
    least, greatest = eigenvalues[0], eigenvalues[-1]
    if not least > len(H) * np.finfo(float).eps * greatest:
        raise ValueError(f"hessian: expected positive eigenvalues, got {least:g} and {greatest:g}")
    return float(greatest / least)


def gradient_descent_steps(condition: float, tolerance: float) -> int:
    r"""Return how many steps shrink every error on a quadratic to a given fraction.

    With the step size :math:`1/\lambda_{\max}` the slowest error is multiplied by
    :math:`1-1/\kappa` in each step, so the number is the least k with
    :math:`(1-1/\kappa)^k\le\varepsilon`, which is at most
    :math:`\lceil\kappa\log\frac1\varepsilon\rceil`.

    Parameters
    ----------
    condition : float
        Condition number :math:`\kappa\ge1` of the Hessian.
    tolerance : float
        The fraction :math:`\varepsilon`, between 0 and 1.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """
    condition, tolerance = finite("condition", condition), positive("tolerance", tolerance)
    if condition < 1:
        raise ValueError(f"condition: expected a number >= 1, got {condition:g}")
    if tolerance >= 1:
        raise ValueError(f"tolerance: expected a number < 1, got {tolerance:g}")
    if condition == 1:
        return 1
    # log1p: 1 - 1/condition loses the digits of a large condition number.
    return math.ceil(math.log(tolerance) / math.log1p(-1 / condition))


def clip_by_norm(gradient: ArrayLike, threshold: float) -> Array:
    r"""Shorten a gradient to a norm of at most `threshold` and keep its direction.

    The result :math:`\min(1,\,C/\lVert\mathbf g\rVert)\,\mathbf g` is the point of the ball of
    radius C that is nearest to :math:`\mathbf g`; NNDL, section 7.2.4.

    Parameters
    ----------
    gradient : (D,) or (D, 1)
        Gradient of all parameters together.
    threshold : float
        Largest norm C > 0.

    Returns
    -------
    (D,) or (D, 1)
        In the form of `gradient`.

    Raises
    ------
    ValueError
        If the gradient is not a finite vector or the threshold is not positive.
    """
    g, C = as_column("gradient", gradient), positive("threshold", threshold)
    norm = np.linalg.norm(g)
    return like(g if norm <= C else C / norm * g, gradient)


def _second_order(
    gradient: ArrayLike, hessian: ArrayLike, covariance: ArrayLike
) -> tuple[float, float, float]:
    r"""Return :math:`\lVert g\rVert^2`, :math:`g^\top Hg` and :math:`\mathrm{tr}(H\Sigma)`."""
    g = as_column("gradient", gradient)
    H = as_symmetric("hessian", hessian, len(g))
    Sigma = as_symmetric("covariance", covariance, len(g))
    curvature = float((g.T @ H @ g).item())
    if not curvature > 0:
        raise ValueError(
            f"hessian: expected positive curvature along the gradient, got {curvature:g}"
        )
    noise = float(np.trace(H @ Sigma))
    if noise < 0:
        raise ValueError(f"covariance: expected tr(hessian covariance) >= 0, got {noise:g}")
    return float((g.T @ g).item()), curvature, noise
