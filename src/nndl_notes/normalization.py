r"""Batch normalisation: forward and backward, in training mode.

A batch is a matrix with one column per sample; every row, that is every unit, is normalised with
the mean :math:`\mu` and the variance :math:`\sigma^2` (divided by N) of its own entries.

Source: NNDL, section 7.5.1, equations (7.52) to (7.57), and exercises 7-6 and 7-7.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_column, as_matrix, non_negative


@dataclass(frozen=True)
class BatchNormGradients:
    """Derivatives of a loss by what goes into a batch normalisation.

    Attributes
    ----------
    Z : (M, N)
        By the net inputs, one column per sample.
    gamma, beta : (M, 1)
        By scale and shift.
    """

    Z: Array
    gamma: Array
    beta: Array


def batch_normalize(
    Z: ArrayLike,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    *,
    epsilon: float = 0.0,
) -> Array:
    r"""Return :math:`\gamma_i\frac{z_i-\mu_i}{\sqrt{\sigma_i^2+\epsilon}}+\beta_i` for each unit i.

    Parameters
    ----------
    Z : (M, N)
        Net inputs of a batch, one column per sample.
    gamma, beta : (M,) or (M, 1), optional
        Scale and shift of each unit; 1 and 0 by default.
    epsilon : float
        Added to the variance, >= 0.

    Returns
    -------
    (M, N)

    Raises
    ------
    ValueError
        For wrong shapes, a negative `epsilon`, or a unit that does not vary while `epsilon` is 0.
    """
    Z = as_matrix("Z", Z)
    normalised, _ = _standardise(Z, non_negative("epsilon", epsilon))
    if gamma is not None:
        normalised = as_column("gamma", gamma, len(Z)) * normalised
    return normalised if beta is None else normalised + as_column("beta", beta, len(Z))


def batch_normalization_gradients(
    Z: ArrayLike, gamma: ArrayLike, dL_dY: ArrayLike, *, epsilon: float = 0.0
) -> BatchNormGradients:
    r"""Return the derivatives of a loss by net inputs, scale and shift.

    Mean and variance depend on the batch, and the derivative runs through them too.

    Parameters
    ----------
    Z : (M, N)
        Net inputs of a batch.
    gamma : (M,) or (M, 1)
        Scale of each unit.
    dL_dY : (M, N)
        Derivative of the loss by the outputs of :func:`batch_normalize`.
    epsilon : float
        Added to the variance, >= 0.

    Returns
    -------
    BatchNormGradients

    Raises
    ------
    ValueError
        As :func:`batch_normalize` does.
    """
    Z = as_matrix("Z", Z)
    dL_dY = as_matrix("dL_dY", dL_dY, rows=Z.shape[0], columns=Z.shape[1])
    gamma = as_column("gamma", gamma, len(Z))
    normalised, deviation = _standardise(Z, non_negative("epsilon", epsilon))
    mean = dL_dY.mean(axis=1, keepdims=True)
    projection = (dL_dY * normalised).mean(axis=1, keepdims=True)
    N = Z.shape[1]
    return BatchNormGradients(
        Z=gamma / deviation * (dL_dY - mean - normalised * projection),
        gamma=N * projection,
        beta=N * mean,
    )


def _standardise(Z: Array, epsilon: float) -> tuple[Array, Array]:
    constant = np.flatnonzero(Z.min(axis=1) == Z.max(axis=1))
    if constant.size and epsilon == 0:
        raise ValueError(
            f"Z: expected units that vary over the batch (or epsilon > 0), "
            f"got the constant row {constant[0]}"
        )
    centred = Z - Z.mean(axis=1, keepdims=True)
    deviation = np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + epsilon)
    return centred / deviation, deviation
