r"""Stochastic gradient descent for any model whose per-sample gradient is known.

The update of step k is :math:`\theta\leftarrow\theta-\alpha_k\,\partial\mathcal L/\partial\theta`,
with the gradient of the loss of one sample at the current parameters.

Source: NNDL, Algorithm 2.1.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_column, integer, positive

Gradient = Callable[[Array, int], ArrayLike]
LearningRate = float | Callable[[int], float]


@dataclass(frozen=True, eq=False)
class Descent:
    """The parameters with the least validation error, and the validation error by epoch."""

    theta: Array
    errors: list[float]


def descent_steps(
    gradient: Gradient,
    theta: ArrayLike,
    order: Iterable[int],
    learning_rate: LearningRate,
    first: int = 0,
) -> list[Array]:
    r"""Take one step for each sample of `order`; each gradient is taken at the current point.

    Parameters
    ----------
    gradient : callable
        ``gradient(theta, n)`` is the gradient (D, 1) or (D,) of the loss of sample n at theta.
    theta : (D,) or (D, 1)
        Where to start.
    order : iterable of int
        Numbers of the samples to visit.
    learning_rate : float or callable
        The step size α > 0, or a function of the number k of the update, counted from 0.
    first : int
        Number of the first update, >= 0.

    Returns
    -------
    list of (D, 1)
        The start and the point after each step.

    Raises
    ------
    ValueError
        If a learning rate is not positive or a gradient does not have the length of theta.
    """
    points = [as_column("theta", theta)]
    first = integer("first", first, least=0)
    for k, n in enumerate(order, start=first):
        rate = learning_rate(k) if callable(learning_rate) else learning_rate
        slope = as_column("gradient", gradient(points[-1], n), len(points[0]))
        points.append(points[-1] - positive("learning_rate", rate) * slope)
    return points


def stochastic_gradient_descent(
    gradient: Gradient,
    theta: ArrayLike,
    N: int,
    validation_error: Callable[[Array], float],
    *,
    learning_rate: LearningRate,
    rng: np.random.Generator,
    max_epochs: int,
    patience: int = 1,
) -> Descent:
    """Minimise a mean of N losses sample by sample, Algorithm 2.1.

    Each epoch visits the samples once in a new random order. The descent ends when the validation
    error has not fallen below its best value for `patience` epochs.

    Parameters
    ----------
    gradient : callable
        As in `descent_steps`; samples are numbered from 0.
    theta : (D,) or (D, 1)
        The random initial parameters.
    N : int
        Number of samples, >= 1.
    validation_error : callable
        Maps parameters (D, 1) to the error on the validation set.
    learning_rate : float or callable
        As in `descent_steps`; updates are counted over all epochs.
    rng : numpy.random.Generator
        Source of the sample orders.
    max_epochs : int
        Greatest number of epochs, >= 1.
    patience : int
        Number of epochs without improvement that end the descent, >= 1; the book's is 1.

    Returns
    -------
    Descent
        The best parameters (D, 1), and all validation errors, the first being that of the start.

    Raises
    ------
    ValueError
        If a number is outside its range or a gradient does not have the length of theta.
    """
    N = integer("N", N, least=1)
    integer("max_epochs", max_epochs, least=1)
    integer("patience", patience, least=1)
    theta = as_column("theta", theta)
    best, errors, best_epoch = theta, [float(validation_error(theta))], 0
    for epoch in range(1, max_epochs + 1):
        order = rng.permutation(N).tolist()
        theta = descent_steps(gradient, theta, order, learning_rate, first=(epoch - 1) * N)[-1]
        errors.append(float(validation_error(theta)))
        if errors[epoch] < errors[best_epoch]:
            best, best_epoch = theta, epoch
        elif epoch - best_epoch >= patience:
            break
    return Descent(best, errors)
