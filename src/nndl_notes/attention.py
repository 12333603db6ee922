r"""Soft attention with the dot product, and the Jacobian of softmax.

Queries, keys and values are columns: ``Q`` has shape ``(D, M)``, ``K`` has shape ``(D, N)``, and
``V`` holds one value per key, ``(C, N)``. The score of key n for query m is the dot product
divided by a number, by default :math:`\sqrt D`.

Source: NNDL, sections 8.2 and 8.3, exercises 8-2 and 8-3; the scale is that of Vaswani et al.
(2017), *Attention Is All You Need*.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_column, as_columns, like, positive
from .activations import softmax


def attention_weights(K: ArrayLike, Q: ArrayLike, *, divisor: float | None = None) -> Array:
    r"""Return the attention distributions :math:`\mathrm{softmax}(K^\top Q/\sqrt D)`.

    Parameters
    ----------
    K : (D, N)
        Keys.
    Q : (D, M) or (D,)
        Queries.
    divisor : float, optional
        What the dot products are divided by, > 0; :math:`\sqrt D` by default.

    Returns
    -------
    (N, M) or (N,)
        One distribution over the keys per column.

    Raises
    ------
    ValueError
        If the shapes do not fit or the divisor is not positive.
    """
    keys = as_columns("K", K)
    queries = as_columns("Q", Q, rows=len(keys))
    divisor = math.sqrt(len(keys)) if divisor is None else positive("divisor", divisor)
    return like(softmax(keys.T @ queries / divisor), Q)


def attend(
    K: ArrayLike, V: ArrayLike, Q: ArrayLike, *, divisor: float | None = None
) -> Array:
    r"""Return the attended values :math:`V\,\mathrm{softmax}(K^\top Q/\sqrt D)`.

    Parameters
    ----------
    K : (D, N)
        Keys.
    V : (C, N)
        Values.
    Q : (D, M) or (D,)
        Queries.
    divisor : float, optional
        As in :func:`attention_weights`.

    Returns
    -------
    (C, M) or (C,)

    Raises
    ------
    ValueError
        If the shapes do not fit or the divisor is not positive.
    """
    weights = attention_weights(K, Q, divisor=divisor)
    return as_columns("V", V, columns=len(weights)) @ weights


def softmax_jacobian(s: ArrayLike) -> Array:
    r"""Return :math:`\mathrm{diag}(\alpha)-\alpha\alpha^\top` for the softmax of the scores.

    Parameters
    ----------
    s : (N,) or (N, 1)
        Scores.

    Returns
    -------
    (N, N)
        The derivative of the weights by the scores, a symmetric matrix.

    Raises
    ------
    ValueError
        If `s` is not a finite vector.
    """
    alpha = softmax(as_column("s", s))
    return np.diagflat(alpha) - alpha @ alpha.T
