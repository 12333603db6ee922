r"""Linear classification: a point and the hyperplane :math:`\mathbf w^\top\mathbf x+b=0`.

Vectors are columns ``(D, 1)`` or one-dimensional arrays ``(D,)``.

Source: NNDL, section 3.1 and exercises 3-1 and 3-2.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_column, finite, like


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


def _norm(w: ArrayLike) -> float:
    # math.hypot scales its arguments: the square of a weight may overflow or underflow.
    norm = math.hypot(*as_column("w", w)[:, 0])
    if norm == 0:
        raise ValueError("w: expected a vector that is not zero, got zero: there is no hyperplane")
    return norm
