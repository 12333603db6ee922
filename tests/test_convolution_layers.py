import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st

from nndl_notes.convolution_layers import convolution_layer, layer_cost

SIZES = st.integers(1, 3)


@st.composite
def layers(draw):
    """Maps, kernels that fit, biases, padding and stride; integers, so results are exact."""
    D, P, U, V = draw(SIZES), draw(SIZES), draw(SIZES), draw(SIZES)
    padding = draw(st.integers(0, 2))
    M = draw(st.integers(max(1, U - 2 * padding), 5))
    N = draw(st.integers(max(1, V - 2 * padding), 5))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    X, W, b = (rng.integers(-9, 10, size=shape) for shape in ((D, M, N), (P, D, U, V), P))
    return X, W, b, padding, draw(SIZES)


def test_a_layer_by_hand():
    X = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    W = [[[[1]], [[10]]], [[[0]], [[-1]]]]
    assert convolution_layer(X, W, [100, 0]).tolist() == [
        [[151, 162], [173, 184]], [[-5, -6], [-7, -8]]]


@given(layers())
def test_each_output_map_is_a_sum_of_correlations(layer):
    X, W, b, padding, stride = layer
    padded = np.pad(X, ((0, 0), (padding, padding), (padding, padding)))
    expected = [
        sum(scipy.signal.correlate2d(x, w, "valid") for x, w in zip(padded, kernel, strict=True))
        + bias
        for kernel, bias in zip(W, b, strict=True)
    ]
    assert np.array_equal(
        convolution_layer(X, W, b, padding=padding, stride=stride),
        np.array(expected)[:, ::stride, ::stride],
    )


class Tally:
    """A number that counts its multiplications by a weight."""

    count = 0

    def __rmul__(self, weight):
        Tally.count += 1
        return self

    def __add__(self, other):
        return self


@given(layers())
def test_the_cost_is_what_is_counted_during_a_convolution(layer):
    X, W, b, padding, stride = layer
    P, D, U, V = W.shape
    cost = layer_cost(X.shape, P, U, V, padding=padding, stride=stride)
    assert cost.output_shape == convolution_layer(X, W, b, padding=padding, stride=stride).shape
    assert (cost.weights, cost.biases, cost.parameters) == (W.size, P, W.size + P)
    assert cost.outputs == np.prod(cost.output_shape)
    padded = (D, X.shape[1] + 2 * padding, X.shape[2] + 2 * padding)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.full(padded, Tally(), dtype=object), (U, V), axis=(1, 2))
    Tally.count = 0
    np.tensordot(W.astype(object), windows[:, ::stride, ::stride], axes=((1, 2, 3), (0, 3, 4)))
    assert cost.multiplications == Tally.count


def test_the_layers_of_exercise_5_4():
    direct = layer_cost((256, 100, 100), 256, 3, 3, padding=1)
    assert direct.multiplications == 5_898_240_000
    assert (direct.weights, direct.parameters, direct.outputs) == (589_824, 590_080, 2_560_000)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: convolution_layer(np.ones((2, 2)), np.ones((1, 1, 1, 1))), r"^X: .*\(2, 2\)"),
        (lambda: convolution_layer(np.ones((2, 3, 3)), np.ones((1, 3, 1, 1))), r"^W: .*\(P, 2, "),
        (lambda: convolution_layer(np.ones((2, 3, 3)), np.ones((2, 1, 1))), r"^W: .*\(2, 1, 1\)"),
        (lambda: convolution_layer(np.ones((1, 2, 2)), np.ones((1, 1, 3, 1))), r"^K: .*got 3"),
        (lambda: convolution_layer(np.ones((1, 2, 2)), np.ones((1, 1, 1, 1)), [1, 2]), r"^b: "),
        (
            lambda: convolution_layer(np.ones((1, 2, 2)), np.ones((1, 1, 1, 1)), stride=0),
            r"^S: .*>= 1, got 0",
        ),
        (
            lambda: convolution_layer(np.ones((1, 2, 2)), np.ones((1, 1, 1, 1)), padding=-1),
            r"^P: .*>= 0, got -1",
        ),
        (lambda: layer_cost((0, 3, 3), 1, 1, 1), r"^input_shape: .*>= 1, got 0"),
        (lambda: layer_cost((1, 3, 3), 0, 1, 1), r"^P: .*>= 1, got 0"),
        (lambda: layer_cost((1, 3, 3), 1, 4, 1), r"^K: .*from 1 to 3, got 4"),
        (lambda: layer_cost((1, 3, 3), 1, 1, 1, stride=0), r"^S: .*>= 1, got 0"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
