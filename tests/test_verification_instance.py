"""Drawing instances: the same for the same seed, other ones elsewhere, and in their domain."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndl_notes.verification import Instance, draw
from nndl_notes.verification.instance import STRATA, Declaration

RANGES = {"generic": (0, 10), "near zero": (0, 1e-3), "saturated": (8, 40)}


def value(seed=0, label="a", stratum="generic", attempt=0, name="build"):
    def build(rng):
        return {"x": rng.normal()}
    build.__name__ = name
    drawn = Declaration(build, ("a",)).draw(seed, label, stratum, attempt)
    return drawn.bindings["x"]


@given(st.integers(0, 2**32), st.text(max_size=8), st.sampled_from(STRATA), st.integers(0, 99))
def test_the_same_draw_for_the_same_seed(seed, label, stratum, attempt):
    assert value(seed, label, stratum, attempt) == value(seed, label, stratum, attempt)


def test_other_draws_elsewhere():
    values = {value(), value(seed=1), value(label="b"), value(stratum="saturated"),
              value(attempt=1), value(name="other")}
    assert len(values) == 6


@given(st.sampled_from(STRATA), st.integers(0, 2**32), st.sampled_from([None, (3, 1), (2, 4)]))
def test_the_strata(stratum, seed, shape):
    found = draw(np.random.default_rng(seed), stratum, shape)
    assert np.shape(found) == (shape or ())
    low, high = RANGES[stratum]
    assert np.all((np.abs(found) >= low) & (np.abs(found) <= high))


def test_both_signs_are_drawn():
    for stratum in STRATA:
        found = draw(np.random.default_rng(0), stratum, (40, 1))
        assert found.min() < 0 < found.max()
    with pytest.raises(ValueError, match="expected one of generic, near zero, saturated"):
        draw(np.random.default_rng(0), "typical")


def test_the_stratum_is_passed_to_builders_that_ask():
    seen = []

    def build(rng, stratum):
        seen.append(stratum)

    assert Declaration(build).draw(0, "a", "saturated", 0) is None
    assert seen == ["saturated"]


def test_a_builder_may_return_bindings_or_an_instance():
    whole = Instance({"x": 1.0}, elementwise=True)
    assert Declaration(lambda rng: whole).draw(0, "a", "generic", 0) is whole
    assert Declaration(lambda rng: {"x": np.float64(2)}).draw(0, "a", "generic", 0).bindings == {
        "x": 2.0}


def test_fifty_digits_are_drawn_at_fifty_digits():
    drawn = Declaration(lambda rng: {"x": mp.mpf(1) / 3}, arithmetic="mpmath").draw(0, "a", "", 0)
    with mp.workdps(50):
        assert abs(3 * drawn.bindings["x"] - 1) < mp.mpf(10) ** -48


@pytest.mark.parametrize(("options", "message"), [
    ({"strata": ()}, "at least one stratum"),
    ({"strata": ("large",)}, "expected some of generic, near zero, saturated, got 'large'"),
    ({"count": 0}, "expected at least 1, got 0"),
    ({"errors": {0: "4.7e-4"}}, "three significant digits or more for link 0, got '4.7e-4'"),
    ({"errors": {0: "0.0012"}}, "three significant digits"),
])
def test_declarations_that_say_too_little(options, message):
    with pytest.raises(ValueError, match=message):
        Declaration(lambda rng: {}, **options)
    Declaration(lambda rng: {}, errors={0: "4.71e-4", 1: "0.00123"})


def test_which_labels_a_declaration_serves():
    declaration = Declaration(lambda rng: {}, ("a", "b"), links=(0, 2))
    assert declaration.serves("a") and declaration.serves("b", 2)
    assert not declaration.serves("c") and not declaration.serves("a", 1)


def test_cases_are_restricted_to_what_a_statement_uses():
    instance = Instance({"x": 0.0}, forall=[{"n": n, "m": m, "x": float(n)} for n in (1, 2)
                                            for m in (1, 2)])
    assert instance.letters == {"n", "m"}
    cases = list(instance.cases({"n"}))
    assert cases == [({("x", ()): 1.0}, {"n": 1}), ({("x", ()): 2.0}, {"n": 2})]
    assert len(list(instance.cases({"n", "m"}))) == 4
    with pytest.raises(ValueError, match="at least one case"):
        Instance({}, forall=[])


@pytest.mark.parametrize(("binding", "message"), [
    (np.zeros(3), "bind vectors as columns"), ("text", "which has no meaning"), (None, "NoneType")])
def test_bindings_without_a_meaning(binding, message):
    with pytest.raises(ValueError, match=message):
        Instance({"x": binding})
