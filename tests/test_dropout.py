"""Dropout masks: all of them, and random ones."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.dropout import dropout_mask, enumerate_dropout_masks


@given(st.integers(1, 8), st.floats(0.05, 1))
def test_all_masks_have_the_binomial_law_and_mean_one(size, p):
    masks, probabilities = enumerate_dropout_masks(size, p)
    assert masks.shape == (2**size, size)
    assert len(np.unique(masks, axis=0)) == 2**size
    kept = np.count_nonzero(masks, axis=1)
    for count in range(size + 1):
        total = probabilities[kept == count].sum()
        assert_allclose(total, scipy.stats.binom.pmf(count, size, p), atol=1e-12)
    assert_allclose(probabilities @ masks, np.ones(size))
    assert_allclose(probabilities @ masks**2, np.full(size, 1 / p))


def test_two_entries():
    masks, probabilities = enumerate_dropout_masks(2, 0.25)
    assert masks.tolist() == [[0, 0], [0, 4], [4, 0], [4, 4]]
    assert_allclose(probabilities, [9 / 16, 3 / 16, 3 / 16, 1 / 16])


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test_random_masks_keep_the_fraction_p(p):
    mask = dropout_mask((200, 500), p, np.random.default_rng(710))
    assert mask.shape == (200, 500)
    assert set(np.unique(mask)) == {0, 1 / p}
    kept = np.count_nonzero(mask)
    assert abs(kept - p * mask.size) < 5 * math.sqrt(p * (1 - p) * mask.size)
    rows = np.count_nonzero(mask, axis=1)
    assert_allclose(rows.var(), 500 * p * (1 - p), rtol=0.5)


def test_nothing_is_dropped_with_probability_one():
    assert np.all(dropout_mask((3, 4), 1, np.random.default_rng(0)) == 1)
    assert enumerate_dropout_masks(2, 1)[1].tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda rng: dropout_mask((2,), 0, rng), r"^p: .*> 0, got 0"),
        (lambda rng: dropout_mask((2,), 1.5, rng), r"^p: .*<= 1, got 1.5"),
        (lambda rng: enumerate_dropout_masks(0, 0.5), r"^size: .*from 1 to 19, got 0"),
        (lambda rng: enumerate_dropout_masks(20, 0.5), r"^size: .*from 1 to 19, got 20"),
        (lambda rng: enumerate_dropout_masks(2, -1), r"^p: .*> 0, got -1"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))
