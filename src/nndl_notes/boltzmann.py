r"""Restricted Boltzmann machines, contrastive divergence and deep belief networks.

A restricted Boltzmann machine has :math:`K_v` visible and :math:`K_h` hidden units with values 0
and 1, the energy :math:`E(\mathbf v,\mathbf h)=-\mathbf a^\top\mathbf v-\mathbf b^\top\mathbf h
-\mathbf v^\top W\mathbf h` and the distribution :math:`p(\mathbf v,\mathbf h)=e^{-E}/Z`. Samples
are columns. What needs :math:`Z` is computed exactly, by summing over all states, and is
therefore limited to small machines. A deep belief network is a sequence of machines; the hidden
units of each are the visible units of the next.

Source: NNDL, sections 12.2 and 12.3, Algorithms 12.1 and 12.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from . import _validation as check
from ._validation import Array, as_column, as_columns, as_matrix, integer, like

LARGEST = 20  # units that are summed over: 2**20 states


@dataclass(frozen=True, eq=False)
class RestrictedBoltzmannMachine:
    """Weights ``W`` (K_v, K_h), visible biases ``a`` (K_v, 1), hidden biases ``b`` (K_h, 1).

    Raises
    ------
    ValueError
        If a shape does not fit or a number is not finite.
    """

    W: Array
    a: Array
    b: Array

    def __post_init__(self) -> None:
        W = as_matrix("W", self.W)
        object.__setattr__(self, "W", W)
        object.__setattr__(self, "a", as_column("a", self.a, W.shape[0]))
        object.__setattr__(self, "b", as_column("b", self.b, W.shape[1]))


@dataclass(frozen=True, eq=False)
class Gradient:
    """Derivatives, or their estimates, in the shapes of ``W``, ``a`` and ``b``."""

    W: Array
    a: Array
    b: Array


@dataclass(frozen=True, eq=False)
class GibbsStep:
    """One step of Gibbs sampling from v: hidden ``h``, reconstruction ``v``, its hidden ``h2``."""

    h: Array
    v: Array
    h2: Array


def random_machine(
    visible: int, hidden: int, rng: np.random.Generator, scale: float = 0.01
) -> RestrictedBoltzmannMachine:
    """Return a machine with normal weights of standard deviation `scale` and zero biases.

    Parameters
    ----------
    visible, hidden : int
        Numbers of units, >= 1.
    rng : numpy.random.Generator
        Source of the weights.
    scale : float
        >= 0.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    shape = integer("visible", visible, least=1), integer("hidden", hidden, least=1)
    weights = check.non_negative("scale", scale) * rng.normal(size=shape)
    return RestrictedBoltzmannMachine(weights, np.zeros(shape[0]), np.zeros(shape[1]))


def binary_states(size: int) -> Array:
    """Return all vectors of `size` bits as the columns of a matrix (size, 2**size).

    The last bit changes fastest. Raises ``ValueError`` unless ``1 <= size <= 20``.
    """
    size = integer("size", size, least=1, most=LARGEST)
    numbers = np.arange(2**size)
    return (numbers >> np.arange(size)[::-1, np.newaxis] & 1).astype(np.float64)


def energy(rbm: RestrictedBoltzmannMachine, v: ArrayLike, h: ArrayLike) -> Array:
    """Return the energy of each pair of columns.

    Parameters
    ----------
    rbm : RestrictedBoltzmannMachine
    v : (K_v, N) or (K_v,)
    h : (K_h, N) or (K_h,)

    Returns
    -------
    ndarray of shape (N,)

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not 0 or 1.
    """
    v = _bits("v", v, len(rbm.a))
    h = _bits("h", h, len(rbm.b), v.shape[1])
    return -(rbm.a.T @ v + rbm.b.T @ h)[0] - np.sum(v * (rbm.W @ h), axis=0)


def hidden_probabilities(rbm: RestrictedBoltzmannMachine, v: ArrayLike) -> Array:
    r"""Return :math:`\sigma(W^\top\mathbf v+\mathbf b)`, the probabilities of hidden ones.

    Parameters
    ----------
    rbm : RestrictedBoltzmannMachine
    v : (K_v, N) or (K_v,)
        Bits.

    Returns
    -------
    ndarray of shape (K_h, N) or (K_h,)

    Raises
    ------
    ValueError
        If the shape does not fit or an entry is not 0 or 1.
    """
    return like(special.expit(rbm.W.T @ _bits("v", v, len(rbm.a)) + rbm.b), v)


def visible_probabilities(rbm: RestrictedBoltzmannMachine, h: ArrayLike) -> Array:
    r"""Return :math:`\sigma(W\mathbf h+\mathbf a)`, the probabilities of visible ones.

    The arguments are those of `hidden_probabilities` with the layers exchanged.
    """
    return like(special.expit(rbm.W @ _bits("h", h, len(rbm.b)) + rbm.a), h)


def free_energy(rbm: RestrictedBoltzmannMachine, v: ArrayLike) -> Array:
    r"""Return :math:`-\log\sum_{\mathbf h}e^{-E(\mathbf v,\mathbf h)}` for each column of `v`.

    The arguments are those of `hidden_probabilities`; the result has shape (N,).
    """
    v = _bits("v", v, len(rbm.a))
    return -(rbm.a.T @ v)[0] - np.logaddexp(0.0, rbm.W.T @ v + rbm.b).sum(axis=0)


def log_partition(rbm: RestrictedBoltzmannMachine) -> float:
    r"""Return :math:`\log Z`, summed over all states of the smaller layer.

    Raises ``ValueError`` if that layer has more than 20 units.
    """
    if len(rbm.a) > len(rbm.b):
        rbm = RestrictedBoltzmannMachine(rbm.W.T, rbm.b, rbm.a)
    return float(special.logsumexp(-free_energy(rbm, binary_states(len(rbm.a)))))


def log_likelihood(rbm: RestrictedBoltzmannMachine, v: ArrayLike) -> float:
    r"""Return the mean of :math:`\log p(\mathbf v)` over the columns of `v`.

    The arguments are those of `hidden_probabilities`; the smaller layer is limited to 20 units.
    """
    return float(-free_energy(rbm, v).mean() - log_partition(rbm))


def visible_distribution(rbm: RestrictedBoltzmannMachine) -> Array:
    """Return p(v) of all visible states, in the order of `binary_states`; K_v <= 20."""
    negative = -free_energy(rbm, binary_states(len(rbm.a)))
    return np.exp(negative - special.logsumexp(negative))


def log_likelihood_gradient(rbm: RestrictedBoltzmannMachine, v: ArrayLike) -> Gradient:
    """Return the gradient of `log_likelihood`, exactly; K_v <= 20."""
    v = _bits("v", v, len(rbm.a))
    data = np.full(v.shape[1], 1 / v.shape[1])
    return _difference(rbm, v, data, binary_states(len(rbm.a)), visible_distribution(rbm))


def expected_cd(rbm: RestrictedBoltzmannMachine, v: ArrayLike, steps: int = 1) -> Gradient:
    """Return the expectation of the contrastive divergence estimate CD-`steps`, exactly.

    Parameters
    ----------
    rbm : RestrictedBoltzmannMachine
        With K_v + K_h <= 20.
    v : (K_v, N) or (K_v,)
        Bits; the expectation is also a mean over the columns.
    steps : int
        Steps of Gibbs sampling, >= 1.

    Raises
    ------
    ValueError
        If the machine is too large, the shape does not fit or an entry is not 0 or 1.
    """
    v = _bits("v", v, len(rbm.a))
    integer("K_v + K_h", sum(rbm.W.shape), least=2, most=LARGEST)
    states = binary_states(len(rbm.a))
    up = conditional_distribution(rbm.W.T @ states + rbm.b)
    down = conditional_distribution(rbm.W @ binary_states(len(rbm.b)) + rbm.a)
    start = conditional_distribution(rbm.W.T @ v + rbm.b).mean(axis=1)
    reached = down @ start
    for _ in range(integer("steps", steps, least=1) - 1):
        reached = down @ (up @ reached)
    return _difference(rbm, v, np.full(v.shape[1], 1 / v.shape[1]), states, reached)


def conditional_distribution(logits: ArrayLike) -> Array:
    r"""Return the distribution of independent bits with probabilities :math:`\sigma(z_j)`.

    Parameters
    ----------
    logits : (K, N)
        One column for each condition, K <= 20.

    Returns
    -------
    ndarray of shape (2**K, N)
        Probabilities of the columns of `binary_states`.
    """
    z = as_matrix("logits", logits)
    return np.exp(binary_states(len(z)).T @ z - np.logaddexp(0.0, z).sum(axis=0))


def gibbs_step(
    rbm: RestrictedBoltzmannMachine, v: ArrayLike, rng: np.random.Generator
) -> GibbsStep:
    """Draw hidden units from v, a reconstruction from these, and hidden units from that.

    The arguments are those of `hidden_probabilities`; all draws are columns.
    """
    v = _bits("v", v, len(rbm.a))
    h = _draw(hidden_probabilities(rbm, v), rng)
    reconstruction = _draw(visible_probabilities(rbm, h), rng)
    return GibbsStep(h, reconstruction, _draw(hidden_probabilities(rbm, reconstruction), rng))


def train_cd1(
    rbm: RestrictedBoltzmannMachine,
    v: ArrayLike,
    *,
    learning_rate: float,
    epochs: int,
    rng: np.random.Generator,
    below: Sequence[RestrictedBoltzmannMachine] = (),
) -> RestrictedBoltzmannMachine:
    r"""Train by one-step contrastive divergence, sample by sample (Algorithm 12.1).

    Parameters
    ----------
    rbm : RestrictedBoltzmannMachine
        The start. Do not start with equal hidden units, for instance all zero.
    v : (K, N)
        Bits, one column per sample.
    learning_rate : float
        :math:`\alpha>0`.
    epochs : int
        Passes through the data, >= 0.
    rng : numpy.random.Generator
        Source of the samples.
    below : sequence of RestrictedBoltzmannMachine
        Machines through which the data are sampled upwards, afresh in each epoch.

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not 0 or 1, or a number is out of range.
    """
    alpha = check.positive("learning_rate", learning_rate)
    v = _bits("v", v, len(below[0].a) if below else len(rbm.a))
    for _ in range(integer("epochs", epochs, least=0)):
        inputs = sample_upwards(below, v, rng)
        for n in range(inputs.shape[1]):
            sample = inputs[:, [n]]
            drawn = gibbs_step(rbm, sample, rng)
            rbm = RestrictedBoltzmannMachine(
                rbm.W + alpha * (sample @ drawn.h.T - drawn.v @ drawn.h2.T),
                rbm.a + alpha * (sample - drawn.v),
                rbm.b + alpha * (drawn.h - drawn.h2),
            )
    return rbm


def pretrain(
    v: ArrayLike,
    sizes: Sequence[int],
    *,
    learning_rate: float,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[RestrictedBoltzmannMachine, ...]:
    """Train a deep belief network layer by layer (Algorithm 12.2).

    Parameters
    ----------
    v : (K_0, N)
        Bits, one column per sample.
    sizes : sequence of int
        Numbers of units of the hidden layers, first layer first.
    learning_rate, epochs, rng
        As for `train_cd1`, for each layer.

    Returns
    -------
    tuple of RestrictedBoltzmannMachine
        One machine per hidden layer, each started with small random weights.

    Raises
    ------
    ValueError
        If there is no layer, or for the reasons of `train_cd1`.
    """
    if not sizes:
        raise ValueError("sizes: expected at least one hidden layer, got none")
    machines: tuple[RestrictedBoltzmannMachine, ...] = ()
    width = as_columns("v", v).shape[0]
    for size in sizes:
        start = random_machine(width, size, rng)
        trained = train_cd1(
            start, v, learning_rate=learning_rate, epochs=epochs, rng=rng, below=machines
        )
        machines += (trained,)
        width = size
    return machines


def sample_upwards(
    machines: Sequence[RestrictedBoltzmannMachine], v: ArrayLike, rng: np.random.Generator
) -> Array:
    """Draw the hidden units of each machine in turn, and return the last layer (K_l, N)."""
    sample = as_columns("v", v)
    for rbm in machines:
        sample = _draw(hidden_probabilities(rbm, sample), rng)
    return sample


def belief_distribution(machines: Sequence[RestrictedBoltzmannMachine]) -> Array:
    """Return the distribution of the visible states of a deep belief network, exactly.

    The last machine gives the distribution of the layer below the top; every other machine
    carries it down by its conditional distribution.

    Parameters
    ----------
    machines : sequence of RestrictedBoltzmannMachine
        At least one; all layers but the last have at most 20 units.

    Returns
    -------
    ndarray of shape (2**K_0,)
        In the order of `binary_states`.
    """
    *lower, top = machines
    distribution = visible_distribution(top)
    for rbm in reversed(lower):
        logits = rbm.W @ binary_states(len(rbm.b)) + rbm.a
        distribution = conditional_distribution(logits) @ distribution
    return distribution


def _difference(
    rbm: RestrictedBoltzmannMachine, v: Array, p: Array, v2: Array, p2: Array
) -> Gradient:
    """Return the statistics of v with the weights p minus those of v2 with the weights p2."""

    def mean(states: Array, weights: Array) -> tuple[Array, Array, Array]:
        h = hidden_probabilities(rbm, states)
        return (states * weights) @ h.T, states @ weights[:, None], h @ weights[:, None]

    return Gradient(*(x - y for x, y in zip(mean(v, p), mean(v2, p2), strict=True)))


def _draw(probabilities: Array, rng: np.random.Generator) -> Array:
    return (rng.random(probabilities.shape) < probabilities).astype(np.float64)


def _bits(name: str, value: ArrayLike, rows: int, columns: int | None = None) -> Array:
    array = as_columns(name, value, rows=rows, columns=columns)
    if not np.all((array == 0) | (array == 1)):
        wrong = array[(array != 0) & (array != 1)].flat[0]
        raise ValueError(f"{name}: expected entries 0 or 1, got the entry {wrong:g}")
    return array
