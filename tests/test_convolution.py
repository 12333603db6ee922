import numpy as np
import pytest
import scipy.linalg
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nndl_notes.convolution import (
    convolve2d,
    correlation_matrix,
    cross_correlate2d,
    output_length,
    padding,
    transposed_convolve2d,
)

INTEGERS = st.integers(-1000, 1000)


@st.composite
def inputs_and_kernels(draw):
    """A matrix and a kernel that fits in it; integers, so that every result is exact."""
    M, N = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    U, V = draw(st.integers(1, M)), draw(st.integers(1, N))
    return draw(hnp.arrays(int, (M, N), elements=INTEGERS)), draw(
        hnp.arrays(int, (U, V), elements=INTEGERS)
    )


def test_a_convolution_by_hand():
    X = np.arange(1, 10).reshape(3, 3)
    K = [[1, 0], [0, -1]]
    assert cross_correlate2d(X, K).tolist() == [[-4, -4], [-4, -4]]
    assert convolve2d(X, K).tolist() == [[4, 4], [4, 4]]
    assert cross_correlate2d(X, [[1, 2]]).tolist() == [[5, 8], [14, 17], [20 + 3, 26]]


@given(inputs_and_kernels())
def test_both_convolutions_are_those_of_scipy(instance):
    X, K = instance
    assert np.array_equal(cross_correlate2d(X, K), scipy.signal.correlate2d(X, K, "valid"))
    assert np.array_equal(convolve2d(X, K), scipy.signal.convolve2d(X, K, "valid"))
    assert np.array_equal(transposed_convolve2d(X, K), scipy.signal.convolve2d(X, K, "full"))


def test_the_matrix_of_exercise_5_5():
    a, b, c, d = 2, 3, 5, 7
    expected = [
        [a, b, 0, c, d, 0, 0, 0, 0],
        [0, a, b, 0, c, d, 0, 0, 0],
        [0, 0, 0, a, b, 0, c, d, 0],
        [0, 0, 0, 0, a, b, 0, c, d],
    ]
    K = [[a, b], [c, d]]
    assert correlation_matrix(K, (3, 3)).tolist() == expected
    assert correlation_matrix([[d, c], [b, a]], (3, 3), flip=True).tolist() == expected
    # Stacking by columns exchanges k₁₂ and k₂₁.
    assert correlation_matrix([[a, c], [b, d]], (3, 3), order="F").tolist() == expected


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("flip, function", [(False, cross_correlate2d), (True, convolve2d)])
@given(instance=inputs_and_kernels())
def test_the_matrix_maps_the_stacked_input_to_the_stacked_output(order, flip, function, instance):
    X, K = instance
    matrix = correlation_matrix(K, X.shape, order, flip)
    assert np.array_equal(matrix @ X.ravel(order), function(X, K).ravel(order))


@given(inputs_and_kernels())
def test_the_transposed_matrix_is_the_transposed_convolution(instance):
    X, K = instance
    Y = cross_correlate2d(X, K)
    matrix = correlation_matrix(K, X.shape)
    back = transposed_convolve2d(Y, K)
    assert back.shape == X.shape
    assert np.array_equal(matrix.T @ Y.ravel(), back.ravel())


def test_the_matrix_is_doubly_block_toeplitz():
    K = np.array([[1.0, 2.0], [3.0, 4.0]])
    blocks = [scipy.linalg.toeplitz([k[0], 0], [k[0], k[1], 0]) for k in K]
    zero = np.zeros((2, 3))
    assert np.array_equal(
        correlation_matrix(K, (3, 3)), np.block([[*blocks, zero], [zero, *blocks]])
    )


@given(inputs_and_kernels(), st.integers(1, 3))
def test_the_length_of_a_padded_and_strided_convolution(instance, S):
    x, k = instance[0][0], instance[1][0]
    for P in range(3):
        y = np.correlate(np.pad(x, P), k, "valid")[::S]
        assert output_length(len(x), len(k), P, S) == len(y)


@given(st.integers(1, 9), st.integers(0, 8))
def test_narrow_wide_and_equal_width(K, extra):
    M = K + extra
    assert output_length(M, K, padding("narrow", K)) == M - K + 1
    assert output_length(M, K, padding("wide", K)) == M + K - 1
    if K % 2:
        assert output_length(M, K, padding("equal", K)) == M


def test_no_symmetric_padding_keeps_the_width_under_an_even_kernel():
    assert [output_length(6, 4, P) for P in (0, 1, 2, 3)] == [3, 5, 7, 9]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: cross_correlate2d(np.ones((2, 2)), np.ones((3, 1))), r"^K: .*\(2, 2\).*\(3, 1\)"),
        (lambda: cross_correlate2d(np.ones(3), [[1]]), r"^X: .*\(D, N\).*\(3,\)"),
        (lambda: cross_correlate2d([[np.inf]], [[1]]), r"^X: .*finite"),
        (lambda: convolve2d(np.ones((2, 2)), np.ones((1, 3))), r"^K: .*\(2, 2\).*\(1, 3\)"),
        (lambda: convolve2d(np.ones((2, 2)), np.ones(2)), r"^K: .*\(D, N\).*\(2,\)"),
        (lambda: transposed_convolve2d(np.ones(2), [[1]]), r"^Y: .*\(D, N\).*\(2,\)"),
        (lambda: transposed_convolve2d([[1]], np.ones((0, 2))), r"^K: .*\(D, N\).*\(0, 2\)"),
        (lambda: correlation_matrix(np.ones((2, 2)), (3, 1)), r"^K: .*\(3, 1\).*\(2, 2\)"),
        (lambda: correlation_matrix([[1]], (3, 0)), r"^input_shape: .*>= 1, got 0"),
        (lambda: correlation_matrix([[1]], (3, 3), "A"), r"^order: .*C, F.*'A'"),
        (lambda: output_length(3, 4), r"^K: .*from 1 to 3, got 4"),
        (lambda: output_length(3, 8, 2), r"^K: .*from 1 to 7, got 8"),
        (lambda: output_length(3, 0), r"^K: .*got 0"),
        (lambda: output_length(0, 1), r"^M: .*>= 1, got 0"),
        (lambda: output_length(3, 2, -1), r"^P: .*>= 0, got -1"),
        (lambda: output_length(3, 2, 0, 0), r"^S: .*>= 1, got 0"),
        (lambda: output_length(3.0, 2), r"^M: .*integer.*3\.0"),
        (lambda: padding("same", 3), r"^kind: .*narrow, wide, equal.*'same'"),
        (lambda: padding("equal", 4), r"^K: .*odd.*4"),
        (lambda: padding("wide", 0), r"^K: .*>= 1, got 0"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
