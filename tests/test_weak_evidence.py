"""Evidence that proves less than a reader would think is refused, or says how little it is."""

import numpy as np
import pytest
import sympy as sp

from nndl_notes.texmath.exact import symbol_array
from nndl_notes.verification import Cell, Instance, Probability
from nndl_notes.verification.checking import check
from nndl_notes.verification.instance import Declaration
from nndl_notes.verification.proving import prove
from nndl_notes.verification.refuting import refute


def declared(build, **options):
    return Declaration(build if callable(build) else lambda rng: dict(build), **options)


def checked(latex, build, **options):
    return check(latex, "here", [declared(build, **options)])


def proved(latex, build, *, also=()):
    builders = (build, *also)
    return prove(latex, "here", [
        Declaration(lambda rng, b=b: b(), ("here",), arithmetic="exact") for b in builders])


# -- Comparison --------------------------------------------------------------------------------


def test_rounding_of_huge_values_does_not_make_sides_equal():
    def saturated(rng):
        return {"x": 40 + rng.uniform(0, 1)}

    assert checked(r"\log(1 + e^x) = x", saturated).passed
    assert not checked(r"\log(1 + e^x) = x + \frac{1}{2}", saturated).passed
    assert not checked(r"\log(1 + e^x) \le x - \frac{1}{2}", saturated).passed


def test_cancellation_to_zero_is_no_failure():
    rounding = checked("(a + b) - a - b = 0", lambda rng: {"a": 1e8 * rng.normal(),
                                                          "b": rng.normal()})
    assert rounding.message == ""


def test_a_builder_without_random_numbers_counts_once():
    fixed, random = {"a": 2.0, "b": 4.0}, lambda rng: {"a": (x := rng.normal()), "b": 2 * x}
    assert checked("b = 2 a", fixed).links[0].instances == 1
    assert checked("b = 2 a", random).links[0].instances == 3


def test_an_approximation_is_not_as_far_off_as_its_sides_are_large():
    bindings = {"a": 2.0, "b": 3.0}
    report = checked(r"a \approx b", bindings, errors={0: "1.00"})
    assert "an error of 1 is no approximation of sides up to 3" in report.message
    assert checked(r"a \approx b", bindings | {"b": 2.1}, errors={0: "1.00e-1"}).passed


def test_equality_of_zeros_does_not_attain_an_inequality():
    def anywhere(rng):
        return {r"\mathbf{u}": rng.normal(size=(3, 1)), r"\mathbf{v}": rng.normal(size=(3, 1))}

    bound = r"\mathbf{u}^\top \mathbf{v} \leq 5 \lVert \mathbf{u} \rVert \lVert \mathbf{v} \rVert"
    zero = {r"\mathbf{u}": np.zeros((3, 1)), r"\mathbf{v}": np.ones((3, 1))}
    report = check(bound, "here", [declared(anywhere), declared(zero, attained=(0,))])
    assert "both sides vanish" in report.message
    square = check(r"\lVert \mathbf{u} \rVert^2 \geq 0", "here",
                   [declared(anywhere), declared(zero, attained=(0,))])
    assert square.message == ""


def test_a_premise_is_no_conclusion():
    bindings = {"a": 2.0, "b": 3.0}
    report = checked(r"a = b + 4 \Rightarrow a = b + 4", bindings)
    assert "the premise says the same" in report.message
    assert checked(r"a = b + 4 \Rightarrow a - b = 4", bindings).passed


def test_nothing_is_proportional_to_zero():
    report = checked(r"\mathbf{v} \propto \mathbf{0}", lambda rng: {
        r"\mathbf{v}": rng.normal(size=(3, 1))})
    assert "with a side that vanishes says nothing" in report.message


def test_only_what_is_random_has_a_probability():
    def coin(rng):
        return Instance({"x": 0, "c": 1.0, "p": Probability(), "y": Cell(lambda e: 1 - e["x"])},
                        space=lambda env: [(0.25, {("x", ()): 0}), (0.75, {("x", ()): 1})],
                        forall=[{"x": 0}, {"x": 1}])

    assert checked(r"p(y) = p(x)", coin).message == ""
    assert "this symbol is not random" in checked("p(c) = 1", coin).message
    assert "this symbol is not random" in checked(r"p(x \mid c) = p(x)", coin).message


# -- Proofs --------------------------------------------------------------------------------------


def test_a_proof_says_what_it_supposes():
    positive = proved(r"\lvert x \rvert = x", lambda: {"x": sp.Symbol("x", positive=True)})
    assert (positive.message, positive.sizes) == ("", "x > 0")
    assert not proved(r"\lvert x \rvert = x", lambda: {"x": sp.Symbol("x", real=True)}).passed
    whole = proved("(-1)^{2 n} = 1", lambda: {"n": sp.Symbol("n", integer=True)})
    assert (whole.message, whole.sizes) == ("", "n ∈ ℤ")
    parts = proved("x^2 = a x", lambda: {"a": sp.Integer(2), "x": sp.Integer(2)})
    assert (parts.message, parts.sizes) == ("", "the values shown, a = 2, x = 2")


def test_one_by_one_matrices_prove_nothing():
    latex = r"\mathbf{A} \mathbf{B} = \mathbf{B} \mathbf{A}"

    def matrices(n):
        return {r"\mathbf{A}": symbol_array("a", n, n), r"\mathbf{B}": symbol_array("b", n, n)}

    assert r"\mathbf{A} is one by one" in proved(latex, lambda: matrices(1)).message
    assert "does not hold" in proved(latex, lambda: matrices(2)).message


# -- Refutations ---------------------------------------------------------------------------------


def test_an_approximation_without_digits_is_not_refuted():
    report = refute(r"a \approx b", "here", [declared({"a": 2.0, "b": 2.001})])
    assert "an approximation that states no digits cannot be refuted" in report.message
    assert refute(r"a \approx 2.1", "here", [declared({"a": 2.0})]).passed


@pytest.mark.parametrize(("order", "refuted"), [(2, False), (3, False), (4, True)])
def test_a_smaller_remainder_does_not_refute_an_order(order, refuted):
    def at_steps(rng):
        return Instance({"h": 0.1}, limit=("h", (0.1, 0.05, 0.025, 0.0125)))

    report = refute(rf"\sin h = h + O(h^{order})", "here", [declared(at_steps)])
    assert report.passed is refuted
