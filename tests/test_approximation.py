import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.interpolate import RegularGridInterpolator

from nndl_notes.approximation import relu_interpolant, ridge_network
from nndl_notes.feedforward import Network, forward

VALUES = st.lists(st.floats(-10, 10), min_size=2, max_size=8)


def outputs(network, x):
    return forward(network, x).a[network.depth][0]


def test_by_hand():
    tent = relu_interpolant([0.0, 1.0, 2.0], [0.0, 1.0, 0.0])
    assert tent.W[2].tolist() == [[1.0, -2.0]]
    assert outputs(tent, [[-1.0, 0.5, 1.0, 1.5, 3.0]]).tolist() == [0.0, 0.5, 1.0, 0.5, -1.0]


@given(VALUES, st.integers(0, 2**31))
def test_it_interpolates_as_numpy_and_scipy_do(values, seed):
    rng = np.random.default_rng(seed)
    knots = np.cumsum(rng.uniform(0.1, 1, size=len(values)))
    x = rng.uniform(knots[0], knots[-1], size=30)
    found = outputs(relu_interpolant(knots, values), x[np.newaxis])
    assert_allclose(found, np.interp(x, knots, values), atol=1e-10)
    assert_allclose(found, RegularGridInterpolator((knots,), np.array(values))(x), atol=1e-10)


@given(VALUES, VALUES, st.integers(0, 2**31))
def test_a_ridge_network_is_a_sum_of_functions_of_one_direction(first, second, seed):
    rng = np.random.default_rng(seed)
    U, x = rng.normal(size=(3, 2)), rng.normal(size=(3, 7))
    parts = [relu_interpolant(np.arange(len(v)) / 2, v) for v in (first, second)]
    total = sum(outputs(net, u @ x[np.newaxis]) for net, u in zip(parts, U.T, strict=True))
    assert_allclose(outputs(ridge_network(U, parts), x), np.ravel(total), atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: relu_interpolant([0.0], [1.0]), "knots: expected at least 2, got 1"),
        (lambda: relu_interpolant([0.0, 0.0], [1, 2]), "knots: expected increasing numbers"),
        (lambda: relu_interpolant([0.0, 1.0], [1, 2, 3]), "values: expected columns"),
        (lambda: ridge_network(np.ones((2, 1)), []), "networks: expected at least one"),
        (
            lambda: ridge_network(
                np.ones((2, 1)), [Network.from_layers([(np.ones((1, 1)), [0.0], "relu")])]
            ),
            "networks: expected one input, one ReLU hidden layer and one linear output, got "
            "1 inputs, 1 outputs and the layers relu",
        ),
        (
            lambda: ridge_network(np.ones((2, 2)), [relu_interpolant([0, 1], [0, 1])]),
            r"directions: expected a matrix of shape \(D, 1\)",
        ),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
