r"""Linear classification: the hyperplane :math:`\mathbf w^\top\mathbf x+b=0`, softmax regression.

Vectors are columns ``(D, 1)`` or one-dimensional arrays ``(D,)``. In softmax regression each
column of ``X`` is a sample, each column of ``Y`` the distribution of its class, and each column
of ``W`` the weights of one class; logarithms are natural.

Source: NNDL, sections 3.1 and 3.3 and exercises 3-1, 3-2 and 3-6.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from ._validation import (
    Array,
    as_column,
    as_distribution,
    as_matrix,
    finite,
    like,
    non_negative,
    positive,
)
from .activations import softmax, softmax_cross_entropy

MOST_NEWTON_STEPS = 200


def decision_function(x: ArrayLike, w: ArrayLike, b: float) -> float:
    r"""Return :math:`f(\mathbf x;\mathbf w)=\mathbf w^\top\mathbf x+b`.

    Parameters
    ----------
    x : (D,) or (D, 1)
        The point.
    w : (D,) or (D, 1)
        Weights.
    b : float
        Bias.

    Returns
    -------
    float
        Positive on the side of the hyperplane to which `w` points.

    Raises
    ------
    ValueError
        If the lengths of `x` and `w` differ or a number is not finite.
    """
    x = as_column("x", x)
    w = as_column("w", w, len(x))
    return float((w.T @ x).item()) + finite("b", b)


def signed_distance(x: ArrayLike, w: ArrayLike, b: float) -> float:
    r"""Return :math:`f(\mathbf x;\mathbf w)/\lVert\mathbf w\rVert`.

    Parameters
    ----------
    x : (D,) or (D, 1)
        The point.
    w : (D,) or (D, 1)
        Weights, not all zero.
    b : float
        Bias.

    Returns
    -------
    float
        The distance to the hyperplane, positive on the side to which `w` points.

    Raises
    ------
    ValueError
        If the lengths of `x` and `w` differ, a number is not finite or `w` is zero.
    """
    return decision_function(x, w, b) / _norm(w)


def hyperplane_distance(x: ArrayLike, w: ArrayLike, b: float) -> float:
    r"""Return the distance :math:`\lvert f(\mathbf x;\mathbf w)\rvert/\lVert\mathbf w\rVert`.

    Parameters
    ----------
    x : (D,) or (D, 1)
        The point.
    w : (D,) or (D, 1)
        Weights, not all zero.
    b : float
        Bias.

    Returns
    -------
    float
        The Euclidean distance from `x` to the hyperplane, >= 0.

    Raises
    ------
    ValueError
        If the lengths of `x` and `w` differ, a number is not finite or `w` is zero.
    """
    return abs(signed_distance(x, w, b))


def project_onto_hyperplane(x: ArrayLike, w: ArrayLike, b: float) -> Array:
    r"""Return the point of the hyperplane that is nearest to `x`.

    It is :math:`\mathbf x-f(\mathbf x;\mathbf w)\,\mathbf w/\lVert\mathbf w\rVert^2`.

    Parameters
    ----------
    x : (D,) or (D, 1)
        The point.
    w : (D,) or (D, 1)
        Weights, not all zero.
    b : float
        Bias.

    Returns
    -------
    (D,) or (D, 1)
        The foot of the perpendicular from `x`, in the form of `x`.

    Raises
    ------
    ValueError
        If the lengths of `x` and `w` differ, a number is not finite or `w` is zero.
    """
    distance = signed_distance(x, w, b)
    return like(as_column("x", x) - distance * (as_column("w", w) / _norm(w)), x)


def hyperplane_directions(w: ArrayLike) -> Array:
    r"""Return an orthonormal basis of the directions of a hyperplane.

    The directions are the vectors :math:`\mathbf u` with :math:`\mathbf w^\top\mathbf u=0`; every
    point of the hyperplane is one of its points plus a combination of them. The basis consists
    of all columns but the first of the Householder reflection that turns the first axis into the
    normal.

    Parameters
    ----------
    w : (D,) or (D, 1)
        Weights, not all zero.

    Returns
    -------
    (D, D - 1)
        Orthonormal columns; none if D is 1, where the hyperplane is a point.

    Raises
    ------
    ValueError
        If a number is not finite or `w` is zero.
    """
    normal = as_column("w", w) / _norm(w)
    axis = np.eye(len(normal))[:, [0]]
    # Of the two reflections the one without cancellation.
    mirror = normal + np.copysign(1.0, normal[0]) * axis
    reflection = np.eye(len(normal)) - 2 * mirror @ mirror.T / (mirror.T @ mirror)
    return reflection[:, 1:]


def softmax_risk(W: ArrayLike, X: ArrayLike, Y: ArrayLike, lam: float = 0.0) -> float:
    r"""Return the risk of softmax regression with an L2 penalty.

    It is :math:`-\frac1N\sum_n\mathbf y^{(n)\top}\log\hat{\mathbf y}^{(n)}
    +\frac\lambda2\lVert W\rVert_F^2` with
    :math:`\hat{\mathbf y}=\mathrm{softmax}(W^\top\mathbf x)`.

    Parameters
    ----------
    W : (D, C)
        Weights, one column per class.
    X : (D, N)
        Samples, one per column.
    Y : (C, N)
        Class distribution of each sample, for example one-hot columns.
    lam : float, optional
        Coefficient :math:`\lambda\ge0` of the penalty.

    Returns
    -------
    float
        The risk in nats, >= 0.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite, a column of `Y` is no distribution or
        `lam` is negative.
    """
    W, X, Y = _softmax_problem(W, X, Y)
    penalty = non_negative("lam", lam) / 2 * np.sum(W**2)
    return softmax_cross_entropy(Y, W.T @ X) / X.shape[1] + float(penalty)


def softmax_risk_gradient(W: ArrayLike, X: ArrayLike, Y: ArrayLike, lam: float = 0.0) -> Array:
    r"""Return the gradient :math:`\frac1NX(\hat Y-Y)^\top+\lambda W` of `softmax_risk`.

    Parameters
    ----------
    W : (D, C)
        Weights, one column per class.
    X : (D, N)
        Samples, one per column.
    Y : (C, N)
        Class distribution of each sample.
    lam : float, optional
        Coefficient :math:`\lambda\ge0` of the penalty.

    Returns
    -------
    (D, C)
        The gradient, in the shape of `W`.

    Raises
    ------
    ValueError
        As for `softmax_risk`.
    """
    W, X, Y = _softmax_problem(W, X, Y)
    return X @ (softmax(W.T @ X) - Y).T / X.shape[1] + non_negative("lam", lam) * W


def softmax_risk_hessian(W: ArrayLike, X: ArrayLike, lam: float = 0.0) -> Array:
    r"""Return the Hessian of `softmax_risk` with respect to the columns of W, one below another.

    It is :math:`\frac1N\sum_n(\mathrm{diag}(\hat{\mathbf y})-\hat{\mathbf y}\hat{\mathbf y}^\top)
    \otimes\mathbf x\mathbf x^\top+\lambda I`, with the sample number left out and the Kronecker
    product :math:`\otimes`; it does not depend on the targets.

    Parameters
    ----------
    W : (D, C)
        Weights, one column per class.
    X : (D, N)
        Samples, one per column.
    lam : float, optional
        Coefficient :math:`\lambda\ge0` of the penalty.

    Returns
    -------
    (C D, C D)
        Symmetric; its least eigenvalue is `lam`.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or `lam` is negative.
    """
    W = as_matrix("W", W)
    X = as_matrix("X", X, rows=len(W))
    Y_hat = softmax(W.T @ X)
    spread = np.einsum("cn,ck->nck", Y_hat, np.eye(len(Y_hat)))
    spread = spread - np.einsum("cn,kn->nck", Y_hat, Y_hat)
    hessian = np.einsum("nck,dn,en->cdke", spread, X, X).reshape(W.size, W.size)
    return hessian / X.shape[1] + non_negative("lam", lam) * np.eye(W.size)


def softmax_regression(X: ArrayLike, Y: ArrayLike, lam: float) -> Array:
    r"""Return the weights with the least `softmax_risk`, by Newton's method.

    With :math:`\lambda>0` the risk is strongly convex, and there is exactly one minimiser; its
    columns sum to zero. Without the penalty there are infinitely many, or none.

    Parameters
    ----------
    X : (D, N)
        Samples, one per column.
    Y : (C, N)
        Class distribution of each sample.
    lam : float
        Coefficient :math:`\lambda>0` of the penalty.

    Returns
    -------
    (D, C)
        The weights, one column per class.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite, a column of `Y` is no distribution or
        `lam` is not positive.
    ArithmeticError
        If a tiny `lam` makes Newton's method fail.
    """
    X, lam = as_matrix("X", X), positive("lam", lam)
    W = np.zeros((len(X), len(as_matrix("Y", Y))))
    for _ in range(MOST_NEWTON_STEPS):
        gradient = softmax_risk_gradient(W, X, Y, lam).ravel(order="F")
        step = np.linalg.solve(softmax_risk_hessian(W, X, lam), gradient)
        decrease, risk = gradient @ step, softmax_risk(W, X, Y, lam)
        step = step.reshape(W.shape, order="F")
        if decrease <= np.finfo(float).eps * risk:
            return W - step
        size = 1.0
        while softmax_risk(W - size * step, X, Y, lam) > risk - 0.25 * size * decrease:
            size /= 2
        W = W - size * step
    raise ArithmeticError(
        f"lam: Newton's method did not converge in {MOST_NEWTON_STEPS} steps for lam = {lam:g}"
    )


def _softmax_problem(W: ArrayLike, X: ArrayLike, Y: ArrayLike) -> tuple[Array, Array, Array]:
    W = as_matrix("W", W)
    X = as_matrix("X", X, rows=len(W))
    Y = as_distribution("Y", Y, rows=W.shape[1])
    if Y.shape[1] != X.shape[1]:
        raise ValueError(
            f"Y: expected one column per sample, ({W.shape[1]}, {X.shape[1]}), got shape {Y.shape}"
        )
    return W, X, Y


def _norm(w: ArrayLike) -> float:
    # math.hypot scales its arguments: the square of a weight may overflow or underflow.
    norm = math.hypot(*as_column("w", w)[:, 0])
    if norm == 0:
        raise ValueError("w: expected a vector that is not zero, got zero: there is no hyperplane")
    return norm
