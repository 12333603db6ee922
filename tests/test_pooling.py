import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from nndl_notes.pooling import max_pool2d, max_pool2d_backward


@st.composite
def images(draw):
    """A matrix without ties, a window that fits, and a stride."""
    M, N = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    X = rng.permutation(M * N).reshape(M, N) / 4
    return X, draw(st.integers(1, min(M, N))), draw(st.integers(1, 3))


def test_pooling_by_hand():
    pooled = max_pool2d([[1, 5, 0, 2], [3, 4, 7, 6]], 2)
    assert pooled.values.tolist() == [[5, 7]]
    assert (pooled.rows.tolist(), pooled.columns.tolist()) == ([[0, 1]], [[1, 2]])
    back = max_pool2d_backward([[1, 5, 0, 2], [3, 4, 7, 6]], [[10, 20]], 2)
    assert back.tolist() == [[0, 10, 0, 0], [0, 0, 20, 0]]


def test_at_a_tie_the_first_entry_takes_all():
    assert max_pool2d_backward([[1, 2], [2, 1]], [[1]], 2).tolist() == [[0, 1], [0, 0]]


@given(images())
def test_pooling_is_a_maximum_filter_at_every_stride(image):
    X, size, stride = image
    # SciPy centres its windows; ours begin at their corner.
    filtered = scipy.ndimage.maximum_filter(X, size, origin=-(size // 2))
    M, N = X.shape
    expected = filtered[: M - size + 1 : stride, : N - size + 1 : stride]
    assert np.array_equal(max_pool2d(X, size, stride).values, expected)


@given(images())
def test_the_backward_pass_is_the_derivative(image):
    X, size, stride = image
    weights = np.random.default_rng(0).normal(size=max_pool2d(X, size, stride).values.shape)

    def loss(x):
        return np.sum(weights * max_pool2d(x.reshape(X.shape), size, stride).values)

    expected = approx_fprime(X.ravel(), loss, 1e-3).reshape(X.shape)
    assert np.allclose(max_pool2d_backward(X, weights, size, stride), expected, atol=1e-9)


def test_windows_touch_by_default():
    X = np.arange(36.0).reshape(6, 6)
    assert np.array_equal(max_pool2d(X, 3).values, max_pool2d(X, 3, 3).values)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: max_pool2d([1, 2], 1), r"^X: .*\(2,\)"),
        (lambda: max_pool2d([[1, np.nan]], 1), r"^X: .*finite"),
        (lambda: max_pool2d(np.ones((2, 3)), 3), r"^size: .*from 1 to 2, got 3"),
        (lambda: max_pool2d(np.ones((2, 3)), 1, 0), r"^stride: .*>= 1, got 0"),
        (lambda: max_pool2d_backward(np.ones((4, 4)), [[1, 1]], 2), r"^gradient: .*\(2, 2\)"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
