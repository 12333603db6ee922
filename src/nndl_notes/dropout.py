r"""Dropout masks: drawn at random, or all of them with their probabilities.

An entry is kept with probability p and set to zero otherwise. The masks here are those of
"inverted" dropout: what is kept is divided by p, so that the mean of every entry is 1 and nothing
has to be rescaled at test time. The book multiplies by p at test time instead.

Source: NNDL, section 7.7.4 and exercise 7-10.
"""

import itertools

import numpy as np

from ._validation import Array, integer, positive

MOST_MASKS = 1_000_000


def dropout_mask(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Array:
    r"""Return independent entries that are :math:`1/p` with probability p, else 0.

    Parameters
    ----------
    shape : tuple of int
        Shape of the mask.
    p : float
        Probability of being kept, > 0 and <= 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray
        Of the given shape.

    Raises
    ------
    ValueError
        If `p` is outside its range.
    """
    p = _keep_probability(p)
    return (rng.random(shape) < p) / p


def enumerate_dropout_masks(size: int, p: float) -> tuple[Array, Array]:
    r"""Return all :math:`2^n` masks of n entries with their probabilities.

    Parameters
    ----------
    size : int
        The number n of entries, from 1 to 19.
    p : float
        Probability of being kept, > 0 and <= 1.

    Returns
    -------
    masks : (2**size, size)
        One mask per row, with entries 0 and :math:`1/p`.
    probabilities : (2**size,)
        They add up to one.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """
    size = integer("size", size, least=1, most=MOST_MASKS.bit_length() - 1)
    p = _keep_probability(p)
    kept = np.array(list(itertools.product((0, 1), repeat=size)))
    count = kept.sum(axis=1)
    return kept / p, p**count * (1 - p) ** (size - count)


def _keep_probability(p: float) -> float:
    p = positive("p", p)
    if p > 1:
        raise ValueError(f"p: expected a probability <= 1, got {p:g}")
    return p
