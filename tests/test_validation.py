from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nndl_notes import _validation as v

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(hnp.arrays(float, st.integers(1, 5), elements=NUMBERS))
def test_a_flat_vector_and_a_column_are_the_same_column(flat):
    tall = flat.reshape(-1, 1)
    assert v.as_column("x", flat).tolist() == v.as_column("x", tall).tolist() == tall.tolist()
    assert np.array_equal(v.like(tall, flat), flat)
    assert np.array_equal(v.like(tall, tall), tall)


def test_a_list_asks_for_a_flat_answer():
    assert v.like(np.ones((2, 1)), [1, 2]).shape == (2,)
    assert v.like(np.ones((2, 1)), [[1], [2]]).shape == (2, 1)


def test_numbers_of_other_types_become_floats():
    for value in ([1, 2], [True, 2], [Fraction(1), 2], np.array([1, 2], dtype=np.float32)):
        array = v.as_array("x", value)
        assert array.dtype == np.float64
        assert array.tolist() == [1, 2]
    assert v.finite("x", Fraction(1, 4)) == 0.25
    assert v.integer("n", np.int64(3), least=3, most=3) == 3


def test_the_bounds_themselves():
    assert v.non_negative("b", 0) == 0
    assert v.non_negative("b", 0.25) == 0.25
    assert v.positive("b", 1e-300) == 1e-300
    assert v.non_negative_column("r", [0, 0.25], 2).tolist() == [[0], [0.25]]


def test_the_argument_is_copied():
    given_array = np.ones((2, 1))
    v.as_column("x", given_array)[0] = 5
    assert given_array[0] == 1


def test_a_symmetric_matrix_may_have_rounding_errors():
    assert v.as_symmetric("H", [[1, 2 + 1e-15], [2, 1]], 2).shape == (2, 2)
    assert v.as_symmetric("H", [[0, 0], [0, 0]], 2).shape == (2, 2)


def test_a_distribution_may_have_rounding_errors():
    assert v.as_distribution("y", [0.5, 0.5 + 1e-12]).shape == (2, 1)
    assert v.as_distribution("y", [0, 1]).shape == (2, 1)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: v.as_array("x", "1.5"), r"^x: expected an array of real numbers, got '1.5'$"),
        (
            lambda: v.as_array("x", [1, 1j]),
            r"^x: expected an array of real numbers, got \[1, 1j\]$",
        ),
        (lambda: v.as_array("x", [[1], [2, 3]]), r"^x: expected an array of real numbers"),
        (lambda: v.as_array("x", object()), r"^x: expected an array of real numbers"),
        (lambda: v.as_array("x", -np.inf), r"^x: expected finite numbers, got"),
        (lambda: v.as_array("x", None), r"^x: expected finite numbers, got"),
        (
            lambda: v.as_matrix("X", np.ones((2, 3)), rows=3),
            r"^X: expected a matrix of shape \(3, N\), got shape \(2, 3\)$",
        ),
        (
            lambda: v.as_matrix("X", np.ones((2, 3)), columns=2),
            r"^X: expected a matrix of shape \(D, 2\), got shape \(2, 3\)$",
        ),
        (lambda: v.as_matrix("X", np.ones((2, 0))), r"^X: .*\(D, N\), got shape \(2, 0\)$"),
        (
            lambda: v.as_columns("X", np.ones((2, 3)), columns=2),
            r"^X: expected columns of shape \(D, 2\), got shape \(2, 3\)$",
        ),
        (
            lambda: v.as_columns("X", np.ones((2, 3)), rows=4),
            r"^X: expected columns of shape \(4, N\) or \(4,\), got shape \(2, 3\)$",
        ),
        (
            lambda: v.as_column("x", [[1, 2]]),
            r"^x: expected columns of shape \(D, 1\) or \(D,\), got shape \(1, 2\)$",
        ),
        (lambda: v.as_column("x", np.ones((2, 1, 1))), r"^x: .*got shape \(2, 1, 1\)$"),
        (lambda: v.as_column("x", 3.0), r"^x: .*got shape \(\)$"),
        (
            lambda: v.as_distribution("y", [[0.5, 1], [0.5, 0.1]]),
            r"^y: .*sum 1, got least entry 0.1 and column sums \[1\. +1\.1\]$",
        ),
        (lambda: v.as_distribution("y", [1.5, -0.5]), r"^y: .*least entry -0.5"),
        (
            lambda: v.as_symmetric("H", [[1, 2], [3, 1]], 2),
            r"^H: expected a symmetric matrix, got entries that differ by 1$",
        ),
        (
            lambda: v.finite("b", [1.0]),
            r"^b: expected a number, got an array of shape \(1,\)$",
        ),
        (lambda: v.positive("b", 0), r"^b: expected a number > 0, got 0$"),
        (lambda: v.non_negative("b", -1e-9), r"^b: expected a number >= 0, got -1e-09$"),
        (lambda: v.integer("n", 2.0, least=1), r"^n: expected an integer >= 1, got 2.0$"),
        (lambda: v.integer("n", 0, least=1), r"^n: expected an integer >= 1, got 0$"),
        (
            lambda: v.integer("n", 4, least=1, most=3),
            r"^n: expected an integer from 1 to 3, got 4$",
        ),
        (lambda: v.one_of("f", "x", ("a", "b")), r"^f: expected one of a, b, got 'x'$"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
