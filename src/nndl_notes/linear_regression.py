r"""Linear regression: least squares, weighted least squares and ridge regression.

A data set is a matrix ``X`` of shape ``(D, N)`` with one column :math:`\mathbf x^{(n)}` per sample
and a vector ``y`` of the N targets. The model is :math:`\mathbf w^\top\mathbf x`; a bias is the
weight of a constant feature 1. Vectors are columns ``(D, 1)`` or one-dimensional arrays ``(D,)``.

Source: NNDL, section 2.3 and exercises 2-2, 2-4 and 4-7.
"""

import numpy as np
from numpy.typing import ArrayLike

from ._validation import (
    Array,
    as_column,
    as_matrix,
    like,
    non_negative,
    non_negative_column,
    positive,
)


def squared_risk(w: ArrayLike, X: ArrayLike, y: ArrayLike) -> float:
    r"""Return the empirical risk :math:`\frac12\lVert\mathbf y-X^\top\mathbf w\rVert^2`.

    Parameters
    ----------
    w : (D,) or (D, 1)
        Weights.
    X : (D, N)
        One column per sample.
    y : (N,) or (N, 1)
        Targets.

    Returns
    -------
    float
        The risk, >= 0. It is a sum over the samples, not a mean.

    Raises
    ------
    ValueError
        If a shape does not fit or a number is not finite.
    """
    residual = _residual(w, X, y)
    return 0.5 * float(np.sum(residual**2))


def weighted_risk(w: ArrayLike, X: ArrayLike, y: ArrayLike, r: ArrayLike) -> float:
    r"""Return :math:`\frac12\sum_n r^{(n)}(y^{(n)}-\mathbf w^\top\mathbf x^{(n)})^2`, NNDL (2.91).

    Parameters
    ----------
    w : (D,) or (D, 1)
        Weights of the model.
    X : (D, N)
        One column per sample.
    y : (N,) or (N, 1)
        Targets.
    r : (N,) or (N, 1)
        Weights of the samples, >= 0.

    Returns
    -------
    float
        The risk, >= 0.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or a sample weight is negative.
    """
    residual = _residual(w, X, y)
    r = non_negative_column("r", r, len(residual))
    return 0.5 * float(np.sum(r * residual**2))


def least_squares(X: ArrayLike, y: ArrayLike) -> Array:
    r"""Return the minimiser of `squared_risk`, :math:`(XX^\top)^{-1}X\mathbf y`.

    Parameters
    ----------
    X : (D, N)
        One column per sample; its rank must be D.
    y : (N,) or (N, 1)
        Targets.

    Returns
    -------
    (D,) or (D, 1)
        The weights, in the form of `y`.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or the rank of X is below D.
    """
    X = as_matrix("X", X)
    return weighted_least_squares(X, y, np.ones(X.shape[1]))


def weighted_least_squares(X: ArrayLike, y: ArrayLike, r: ArrayLike) -> Array:
    r"""Return the minimiser of `weighted_risk`, :math:`(XRX^\top)^{-1}XR\mathbf y`.

    Here :math:`R=\mathrm{diag}(\mathbf r)`. The normal equations square the condition number, so
    the least-squares problem :math:`R^{1/2}X^\top\mathbf w\approx R^{1/2}\mathbf y` is solved
    instead.

    Parameters
    ----------
    X : (D, N)
        One column per sample; the columns with positive weight must have rank D.
    y : (N,) or (N, 1)
        Targets.
    r : (N,) or (N, 1)
        Weights of the samples, >= 0. Only their ratios matter.

    Returns
    -------
    (D,) or (D, 1)
        The weights of the model, in the form of `y`.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite, a sample weight is negative or the
        minimiser is not unique.
    """
    X = as_matrix("X", X)
    D, N = X.shape
    targets = as_column("y", y, N)
    root = np.sqrt(non_negative_column("r", r, N))
    w, _, rank, _ = np.linalg.lstsq(root * X.T, root * targets)
    _require_full_rank(int(rank), D)
    return like(w, y)


def leverage(X: ArrayLike, r: ArrayLike) -> Array:
    r"""Return :math:`r^{(n)}\,\mathbf x^{(n)\top}(XRX^\top)^{-1}\mathbf x^{(n)}` for each sample n.

    The leverage is the derivative of the fitted value of sample n by its own target. It measures
    the influence of a sample weight, which the weight alone does not: only ratios matter.

    Parameters
    ----------
    X : (D, N)
        One column per sample; the columns with positive weight must have rank D.
    r : (N,) or (N, 1)
        Weights of the samples, >= 0.

    Returns
    -------
    (N,) or (N, 1)
        Numbers between 0 and 1 with sum D, in the form of `r`.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite, a sample weight is negative or
        :math:`XRX^\top` is singular.
    """
    X = as_matrix("X", X)
    D, N = X.shape
    root = np.sqrt(non_negative_column("r", r, N))
    basis, s, _ = np.linalg.svd(root * X.T, full_matrices=False)
    _require_full_rank(int(np.sum(s > _negligible(s, D, N))), D)
    return like(np.sum(basis**2, axis=1, keepdims=True), r)


def ridge_risk(w: ArrayLike, X: ArrayLike, y: ArrayLike, lam: float) -> float:
    r"""Return `squared_risk` plus the penalty :math:`\frac\lambda2\lVert\mathbf w\rVert^2`.

    Parameters
    ----------
    w : (D,) or (D, 1)
        Weights.
    X : (D, N)
        One column per sample.
    y : (N,) or (N, 1)
        Targets.
    lam : float
        Strength of the penalty, >= 0. A bias inside `w` is penalised as well.

    Returns
    -------
    float
        The structural risk, >= 0.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or `lam` is negative.
    """
    lam = non_negative("lam", lam)
    return squared_risk(w, X, y) + 0.5 * lam * float(np.sum(as_column("w", w) ** 2))


def ridge_regression(X: ArrayLike, y: ArrayLike, lam: float) -> Array:
    r"""Return the minimiser of `ridge_risk`, :math:`(XX^\top+\lambda I)^{-1}X\mathbf y`.

    This is NNDL (2.44). It exists and is unique for every X, of whatever rank. With the
    singular value decomposition :math:`X=U\,\mathrm{diag}(\mathbf s)V^\top` it is
    :math:`U\,\mathrm{diag}(s_i/(s_i^2+\lambda))V^\top\mathbf y`.

    Parameters
    ----------
    X : (D, N)
        One column per sample.
    y : (N,) or (N, 1)
        Targets.
    lam : float
        Strength of the penalty, > 0.

    Returns
    -------
    (D,) or (D, 1)
        The weights, in the form of `y`.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or `lam` is not positive.
    """
    X = as_matrix("X", X)
    targets = as_column("y", y, X.shape[1])
    lam = positive("lam", lam)
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    # A singular value that is rounding error would be blown up by s / (s² + λ) for a tiny λ.
    s = np.where(s > _negligible(s, *X.shape), s, 0.0)[:, np.newaxis]
    return like(U @ (s / (s**2 + lam) * (Vt @ targets)), y)


def ridge_regression_with_bias(
    X: ArrayLike, y: ArrayLike, lam: float, bias_penalty: float = 0.0
) -> tuple[Array, float]:
    r"""Return the weights and the bias of ridge regression with a penalty of its own for the bias.

    They minimise :math:`\frac12\lVert\mathbf y-X^\top\mathbf w-b\mathbf 1\rVert^2
    +\frac\lambda2\lVert\mathbf w\rVert^2+\frac\mu2b^2`, exercise 4-7. Without a penalty on the
    bias, :math:`\mu=0`, a constant added to all targets is added to the bias and changes nothing
    else.

    Parameters
    ----------
    X : (D, N)
        One column per sample, without a constant feature.
    y : (N,) or (N, 1)
        Targets.
    lam : float
        Strength λ of the penalty on the weights, > 0.
    bias_penalty : float
        Strength μ of the penalty on the bias, >= 0.

    Returns
    -------
    weights : (D,) or (D, 1)
        In the form of `y`.
    bias : float

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or a penalty is outside its range.
    """
    X = as_matrix("X", X)
    N = X.shape[1]
    targets = as_column("y", y, N)
    mu = non_negative("bias_penalty", bias_penalty)
    x_mean, y_mean = X.mean(axis=1, keepdims=True), float(targets.mean())
    # Eliminating the bias leaves ridge regression on data that lose this part of their means.
    lost = 1 - np.sqrt(mu / (N + mu))
    w = ridge_regression(X - lost * x_mean, targets - lost * y_mean, lam)
    b = N / (N + mu) * (y_mean - float(np.sum(w * x_mean)))
    return like(w, y), b


def ridge_shrinkage(X: ArrayLike, lam: float) -> Array:
    r"""Return the factors :math:`s_i^2/(s_i^2+\lambda)` by which ridge shrinks least squares.

    The component of the least-squares solution along the i-th left singular vector of X is
    multiplied by the i-th factor; the sum of the factors is the effective number of parameters.

    Parameters
    ----------
    X : (D, N)
        One column per sample, with singular values s.
    lam : float
        Strength of the penalty, > 0.

    Returns
    -------
    (min(D, N),)
        Numbers from 0 to 1, descending.

    Raises
    ------
    ValueError
        If X is not a finite matrix or `lam` is not positive.
    """
    s = np.linalg.svd(as_matrix("X", X), compute_uv=False)
    return (s / np.hypot(s, np.sqrt(positive("lam", lam)))) ** 2


def _residual(w: ArrayLike, X: ArrayLike, y: ArrayLike) -> Array:
    X = as_matrix("X", X)
    D, N = X.shape
    return as_column("y", y, N) - X.T @ as_column("w", w, D)


def _negligible(s: Array, D: int, N: int) -> float:
    """Return the size below which a singular value counts as zero, as `numpy.linalg.lstsq` does."""
    return float(np.finfo(float).eps) * max(D, N) * float(s[0])


def _require_full_rank(rank: int, D: int) -> None:
    if rank < D:
        raise ValueError(
            f"X: expected rank {D} among the samples with positive weight, got rank {rank}; "
            "the minimiser is not unique"
        )
