"""Batch normalisation: moments, invariances, derivatives."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.normalization import batch_normalization_gradients, batch_normalize


@st.composite
def batches(draw):
    M, N = draw(st.integers(1, 4)), draw(st.integers(3, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([1e-3, 1.0, 1e3]))
    Z = scale * rng.normal(loc=1, size=(M, N))
    gamma, beta = rng.normal(size=(2, M, 1))
    return Z, gamma, beta, rng.normal(size=(M, N))


@given(batches())
def test_without_epsilon_it_is_the_z_score(batch):
    Z, gamma, beta, _ = batch
    expected = scipy.stats.zscore(Z, axis=1)
    assert_allclose(batch_normalize(Z), expected, atol=1e-9)
    assert_allclose(batch_normalize(Z, gamma, beta), gamma * expected + beta, atol=1e-9)
    assert_allclose(batch_normalize(Z, gamma[:, 0], beta[:, 0]), gamma * expected + beta, atol=1e-9)


@given(batches(), st.floats(1e-5, 10))
def test_epsilon_is_added_to_the_variance(batch, epsilon):
    Z, _, beta, _ = batch
    variance = Z.var(axis=1, keepdims=True)
    expected = scipy.stats.zscore(Z, axis=1) * np.sqrt(variance / (variance + epsilon))
    assert_allclose(batch_normalize(Z, epsilon=epsilon), expected, atol=1e-9)
    shifted = batch_normalize(Z, beta=beta, epsilon=epsilon)
    assert_allclose(shifted, expected + beta, atol=1e-9)


@pytest.mark.parametrize("epsilon", [0.0, 1e-5, 0.3])
@given(batch=batches())
def test_gradients_are_the_slopes_of_the_loss(batch, epsilon):
    Z, gamma, beta, weight = batch
    Z = Z / Z.std(axis=1, keepdims=True)
    found = batch_normalization_gradients(Z, gamma, weight, epsilon=epsilon)

    def slope(name, direction, h=1e-6):
        moved = {"Z": Z, "gamma": gamma, "beta": beta}
        values = []
        for sign in (1, -1):
            changed = {**moved, name: moved[name] + sign * h * direction}
            output = batch_normalize(
                changed["Z"], changed["gamma"], changed["beta"], epsilon=epsilon
            )
            values.append(np.sum(weight * output))
        return (values[0] - values[1]) / (2 * h)

    rng = np.random.default_rng(0)
    for name, value in (("Z", Z), ("gamma", gamma), ("beta", beta)):
        direction = rng.normal(size=value.shape)
        gradient = getattr(found, name)
        assert gradient.shape == value.shape
        assert_allclose(slope(name, direction), np.sum(gradient * direction), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda Z: batch_normalize(Z[0]), r"^Z: .*\(D, N\).*\(3,\)"),
        (lambda Z: batch_normalize(0 * Z), r"^Z: .*vary.*row 0"),
        (lambda Z: batch_normalize(Z[:, :1]), r"^Z: .*vary"),
        (lambda Z: batch_normalize(Z, epsilon=-1), r"^epsilon: .*>= 0, got -1"),
        (lambda Z: batch_normalize(Z, gamma=[1.0]), r"^gamma: .*\(2, 1\)"),
        (lambda Z: batch_normalize(Z, beta=[[1.0, 2.0]]), r"^beta: .*\(2, 1\)"),
        (
            lambda Z: batch_normalization_gradients(Z, [1, 1], Z.T),
            r"^dL_dY: .*\(2, 3\).*\(3, 2\)",
        ),
        (lambda Z: batch_normalization_gradients(Z, [1], Z), r"^gamma: .*\(2, 1\)"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 5.0]]))
