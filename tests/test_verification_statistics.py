"""Statistical claims: the promised rate of false alarms, and wrong values that cannot hide."""

import numpy as np
import pytest
from scipy.stats import t

from nndl_notes.verification.statistics import FALSE_ALARM, enumerate_cases, measure

NORMALS = np.random.default_rng(5).normal(3.0, 1.0, size=4000)


def test_the_interval():
    found = measure(NORMALS, 3.0, precision=0.05)
    assert found.problem == ""
    assert found.estimate == pytest.approx(NORMALS.mean())
    assert found.standard_error == pytest.approx(NORMALS.std(ddof=1) / 4000**0.5)
    assert (found.size, found.expected, found.false_alarm) == (4000, 3.0, 1e-9)


@pytest.mark.parametrize("size", [30, 100, 4000])
@pytest.mark.parametrize("false_alarm", [1e-9, 1e-12])
def test_a_true_claim_is_rejected_as_rarely_as_promised(size, false_alarm):
    # For normal observations (mean - truth) / standard error follows Student's t exactly.
    found = measure(NORMALS[:size], 3.0, 0.5, false_alarm)
    quantile = found.half_width / found.standard_error
    assert 2 * t.sf(quantile, size - 1) <= false_alarm * (1 + 1e-6) <= FALSE_ALARM * (1 + 1e-6)
    assert 2 * t.sf(0.99 * quantile, size - 1) > false_alarm


@pytest.mark.parametrize("expected", [2.85, 3.15, 6.0, -3.0])
def test_a_false_claim_is_rejected(expected):
    found = measure(NORMALS, expected, precision=0.05)
    assert f"expected {expected:.6g}" in found.problem
    assert "measured 3.0" in found.problem or "measured 2.9" in found.problem


def test_a_value_at_the_edge_of_the_interval():
    half_width = measure(NORMALS, 3.0, 0.5).half_width
    centre = NORMALS.mean()
    assert measure(NORMALS, centre + 0.999 * half_width, 0.5).problem == ""
    assert measure(NORMALS, centre - 1.001 * half_width, 0.5).problem != ""


def test_an_interval_too_wide_to_say_anything_fails():
    found = measure(NORMALS[:30], 3.0, precision=0.05)
    assert "too wide for the declared precision 0.05" in found.problem
    assert measure(NORMALS[:30], 3.0, precision=0.9).problem == ""


@pytest.mark.parametrize(("arguments", "message"), [
    ((NORMALS[:29], 3.0, 0.1), "at least 30 observations, got 29"),
    (([np.nan, *NORMALS], 3.0, 0.1), "finite"), (([np.inf, *NORMALS], 3.0, 0.1), "finite"),
    ((np.ones(100), 1.0, 0.1), "all observations are equal"), ((NORMALS, 0.0, 0.1), "other than 0"),
    ((NORMALS, np.nan, 0.1), "finite value"), ((NORMALS, 3.0, 0.0), "between 0 and 1"),
    ((NORMALS, 3.0, 1.0), "between 0 and 1"), ((NORMALS, 3.0, 0.1, 1e-3), "at most 1e-09"),
    ((NORMALS, 3.0, 0.1, 0.0), "at most 1e-09"), ((NORMALS, 3.0, 0.1, np.nan), "at most"),
])
def test_what_is_no_statistical_claim(arguments, message):
    with pytest.raises(ValueError, match=message):
        measure(*arguments)


def test_enumeration():
    assert enumerate_cases(range(10), lambda n: n * (n + 1) % 2 == 0) == (10, None)
    assert enumerate_cases(range(10), lambda n: n < 4) == (5, (4,))
    assert enumerate_cases(iter([None]), lambda case: False) == (1, (None,))
    assert enumerate_cases([1], lambda n: np.bool_(True)) == (1, None)


@pytest.mark.parametrize(("cases", "predicate", "message"), [
    ([], lambda case: True, "at least one case"), ([1], lambda case: case, "expected a bool for 1"),
    ([1], lambda case: None, "got NoneType"), ([1], lambda case: np.array([True]), "got ndarray"),
])
def test_what_is_no_enumeration(cases, predicate, message):
    with pytest.raises(ValueError, match=message):
        enumerate_cases(cases, predicate)
