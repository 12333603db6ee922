"""Comparing two values: equality to rounding, direction, shapes, sets, proportion."""

import math

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from equation_language import column
from nndl_notes.texmath import EvaluationError, Interpreter, NumericArithmetic, ShapeMismatch
from nndl_notes.texmath.arithmetic import SizeFree
from nndl_notes.texmath.exact import ExactArithmetic
from nndl_notes.texmath.multiprecision import MultiprecisionArithmetic
from nndl_notes.texmath.relations import Space

FLOATS = Interpreter(NumericArithmetic())
EXACT = Interpreter(ExactArithmetic())
MULTI = Interpreter(MultiprecisionArithmetic())


def compare(relation, left, right, rtol=1e-10, atol=0.0, interpreter=FLOATS):
    return interpreter.compare(relation, left, right, rtol, atol)


@pytest.mark.parametrize("interpreter", [FLOATS, EXACT, MULTI])
@pytest.mark.parametrize(("relation", "holds"), [
    ("=", (False, True, False)), (r"\equiv", (False, True, False)),
    (r"\triangleq", (False, True, False)), (r"\neq", (True, False, True)),
    ("<", (True, False, False)), (r"\leq", (True, True, False)), (">", (False, False, True)),
    (r"\geq", (False, True, True)),
])
def test_relations_of_numbers(interpreter, relation, holds):
    number = {"float64": float, "exact": sp.Integer, "mpmath": mp.mpf}[interpreter.arithmetic.name]
    found = tuple(compare(relation, number(2), number(right), interpreter=interpreter).passed
                  for right in (3, 2, 1))
    assert found == holds


@given(st.floats(1e-300, 1e300), st.sampled_from([1e-12, 1e-6, 1e-2]))
def test_the_tolerance_scales_with_the_sides(scale, rtol):
    for sign in (1, -1):
        near, far = scale * (1 + sign * 0.9 * rtol), scale * (1 + sign * 1.2 * rtol)
        assert compare("=", near, scale, rtol).passed
        assert not compare("=", far, scale, rtol).passed
        assert compare(r"\neq", far, scale, rtol).passed


@given(st.integers(-10**6, 10**6), st.integers(-10**6, 10**6))
def test_integers_agree_exactly_or_not_at_all(a, b):
    assert compare("=", a, b, rtol=1.0, atol=10.0).passed is (a == b)
    assert compare(r"\leq", a, b, rtol=1.0, atol=10.0).passed is (a <= b)


def test_the_gap_is_that_of_the_worst_entry():
    found = compare("=", column(1, 2, 4), column(1, 2.5, 4))
    assert (found.passed, found.gap, found.relative_gap) == (False, 0.5, 0.125)
    assert found.tolerance == pytest.approx(4e-10)
    assert compare("=", 0.0, 0.0).relative_gap == 0
    assert compare("=", 0.0, 1e-14, atol=1e-13).relative_gap == 1e-14


def test_an_inequality_holds_for_every_entry():
    assert compare(r"\leq", column(1, 2), column(1, 3)).passed
    assert not compare(r"\leq", column(1, 2), column(3, 1)).passed
    assert not compare("<", column(1, 2), column(1, 3)).passed
    assert compare("<", column(1, 2), column(1.5, 3)).passed


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("relation", ["=", r"\neq", "<", r"\leq", ">", r"\geq", r"\approx"])
def test_what_is_not_finite_is_no_value(value, relation):
    pairs = (value, 1.0), (1.0, value), (value, value), (column(1, value), column(1, 2))
    for left, right in pairs:
        with pytest.raises(EvaluationError, match="a side of the relation is not finite"):
            compare(relation, left, right)
    with pytest.raises(EvaluationError, match="not finite"):
        compare(relation, mp.mpf(value), mp.mpf(1), interpreter=MULTI)


@pytest.mark.parametrize(("left", "right"), [
    (1.0, column(1, 2)), (column(1, 2), column(1, 2).T), (column(1, 2), column(1, 2, 3)),
    (np.eye(2), np.eye(3)), (column(1), 1.0)])
def test_sides_of_different_shapes(left, right):
    for interpreter in (FLOATS, EXACT):
        with pytest.raises(ShapeMismatch, match=r"the left side has .*shape"):
            compare("=", left, right, interpreter=interpreter)


def test_bold_constants_take_the_shape_of_the_other_side():
    assert compare("=", np.eye(3), SizeFree("I")).passed
    assert compare("=", SizeFree("1", 2), column(2, 2)).passed
    assert not compare("=", SizeFree("1"), column(2, 2)).passed
    assert compare("=", SizeFree("0", 0), 0.0).passed
    assert compare("=", SizeFree("1", 2.0), SizeFree("1", 2.0)).passed
    assert not compare("=", SizeFree("1", 2.0), SizeFree("1", 3.0)).passed


@pytest.mark.parametrize(("left", "right", "message"), [
    (SizeFree("1"), SizeFree("I"), "unknown size cannot be compared"),
    (1.0, SizeFree("1"), "a scalar is compared with a bold constant"),
    ((1, 2), (1, 2), "sets are compared"), (np.ones((2, 3)), SizeFree("I"), "identity against"),
])
def test_what_cannot_be_compared(left, right, message):
    with pytest.raises(EvaluationError, match=message):
        compare("=", left, right)


@pytest.mark.parametrize(("left", "right", "passed"), [
    (2, (1, 2, 3), True), (4, (1, 2, 3), False), (column(1, 2), Space((2, 1)), True),
    (column(1, 2), (column(1, 1), column(1, 2)), True), (column(1, 2), (column(1, 1), 1), False),
    (column(1, 2), Space((3, 1)), False), (1.0, Space(()), True), (1.0, Space((1, 1)), False)])
def test_membership(left, right, passed):
    assert compare(r"\in", left, right).passed is passed


def test_membership_in_what_is_no_set():
    with pytest.raises(EvaluationError, match="must be a set"):
        compare(r"\in", 1.0, 2.0)
    with pytest.raises(EvaluationError, match="has no shape"):
        compare(r"\in", SizeFree("1"), Space((2, 1)))


@pytest.mark.parametrize(("left", "right", "passed"), [
    (column(1, 2, 3), column(2, 4, 6), True), (column(1, 2, 3), -column(2, 4, 6), True),
    (column(1, 2, 3), column(2, 4, 6.001), False), (column(1, 0), column(0, 1), False)])
def test_proportion(left, right, passed):
    assert compare(r"\propto", left, right).passed is passed


def test_proportion_that_says_nothing():
    with pytest.raises(EvaluationError, match="between scalars says nothing"):
        compare(r"\propto", 1.0, 2.0)
    with pytest.raises(EvaluationError, match="vanishes says nothing"):
        compare(r"\propto", column(0, 0), column(1, 2))


def test_an_unknown_relation():
    with pytest.raises(EvaluationError, match="is not evaluated"):
        compare(r"\sim", 1.0, 1.0)
    with pytest.raises(EvaluationError, match="is not decided exactly"):
        compare(r"\propto", sp.Integer(1), sp.Integer(2), interpreter=EXACT)
