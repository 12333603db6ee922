"""Random textbook LaTeX is read as NumPy computes it, or refused for a stated reason."""

import random
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equation_language import evaluate
from formulas import BINDINGS, CARELESS, RANGES, random_formula
from nndl_notes.texmath import ParseError, ShapeError, TexMathError

DERIVATIVES = {"derivative", "prime"}  # numerical in the engine, exact in the oracle


def refusal(formula, expected):
    """Return why a formula is refused, '' if it is read; fail if it is read as another value."""
    try:
        found = evaluate(formula.latex, BINDINGS, ranges=RANGES)
    except TexMathError as error:
        reasons = [name for name in sorted(formula.careless)
                   if re.search(CARELESS[name], error.message)]
        assert reasons, f"refused without reason: {error}"
        assert isinstance(error, (ParseError, ShapeError))
        return reasons[0]
    tolerance = 1e-6 if formula.kinds & DERIVATIVES else 1e-10
    assert np.shape(found) == np.shape(expected), formula.latex
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=100 * tolerance,
                               err_msg=formula.latex)
    return ""


@given(st.integers(0, 2**64))
def test_the_value_is_the_one_computed_directly(seed):
    refusal(*random_formula(random.Random(seed), depth=3))


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_a_fixed_sample(depth):
    generator, kinds, refused = random.Random(depth), Counter(), Counter()
    count = 1200 if depth < 5 else 400
    for _ in range(count):
        formula, expected = random_formula(generator, depth)
        kinds.update(formula.kinds)
        refused[refusal(formula, expected)] += 1
    read = refused.pop("")
    assert read >= 0.96 * count
    if depth == 3:
        assert len(kinds) == 38
        assert min(kinds.values()) >= 10


def test_every_careless_notation_is_met_and_refused():
    generator, found = random.Random(1), set()
    for _ in range(20_000):
        formula, expected = random_formula(generator, 2)
        if formula.careless:
            found.add(refusal(formula, expected))
        if found >= set(CARELESS):
            return
    raise AssertionError(f"not refused or not met: {set(CARELESS) - found}")


def test_the_comparison_can_fail():
    formula, expected = random_formula(random.Random(0), 2)
    with pytest.raises(AssertionError):
        refusal(formula, expected + 1e-3)
