"""Checking a display: what passes, what fails and how the failure reads."""

import math

import mpmath as mp
import numpy as np
import pytest

from nndl_notes.verification import Instance
from nndl_notes.verification.checking import check
from nndl_notes.verification.instance import Declaration


def declared(bindings, **options):
    """Return a declaration that serves the label ``here``; a callable draws, a dict is constant."""
    draw = bindings if callable(bindings) else lambda rng: dict(bindings)
    return Declaration(draw, ("here",), **options)


def checked(latex, bindings, *more, loose=(), **options):
    return check(latex, "here", [declared(bindings, **options), *more], loose=loose)


def two_normals(rng):
    return {"a": rng.normal(), "b": rng.normal()}


def columns(rng):
    return {r"\mathbf{u}": rng.normal(size=(3, 1)), r"\mathbf{v}": rng.normal(size=(3, 1)),
            r"\mathbf{A}": rng.normal(size=(2, 3))}


# -- Passing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("latex", "bindings"), [
    (r"(a + b)^2 = a^2 + 2 a b + b^2", two_normals),
    (r"\mathbf{u}^\top \mathbf{v} = \mathbf{v}^\top \mathbf{u}", columns),
    (r"\mathbf{A} \mathbf{u} \in \mathbb{R}^2", columns), (r"a \neq b", two_normals),
    (r"a \triangleq b", lambda rng: dict.fromkeys("ab", rng.normal())),
    (r"\mathbf{u} \propto 3 \mathbf{u}", columns),
])
def test_a_true_statement_passes(latex, bindings):
    report = checked(latex, bindings)
    assert report.message == ""
    assert [link.instances for link in report.links] == [3]
    assert report.strata == {"generic": {"accepted": 3, "rejected": 0}}


def test_numbers_need_no_instance_and_are_exact():
    report = check(r"\frac{1}{3} + \frac{1}{6} = \frac{1}{2} \approx 0.5", "here", [])
    assert report.passed and report.exact
    wrong = check(r"\frac{1}{3} = 0.3333333333333333333", "here", [])
    assert "the relation = does not hold" in wrong.message


def test_numbers_beside_symbols_are_decided_exactly_too():
    report = checked(r"a = a + 0, \quad \frac{1}{3} = 0.33333333333333333", {"a": 1.5})
    assert "link 1 (=)" in report.message


# -- What a failure says ---------------------------------------------------------------------------


def test_a_failure_names_the_link_the_stratum_both_sides_and_the_instance():
    report = checked(r"a = a + 0 = 2 a", {"a": 1.5})
    assert report.message.splitlines() == [
        r"the relation = does not hold", "link 1 (=) on a generic instance", "left side  = 1.5",
        "right side = 3", "difference = -1.5", "a = 1.5"]
    assert [link.passed for link in report.links] == [True, False]
    assert report.counterexample.instance == {"a": "1.5"}


def test_the_letters_of_a_case_are_shown():
    instance = Instance({"x_?": {1: 1.0, 2: 5.0}}, forall=[{"n": 1}, {"n": 2}])
    report = checked("x_n = 1", lambda rng: instance)
    assert "n = 2" in report.message and "x_2 = 5" in report.message


def test_shapes_that_do_not_fit_name_their_link():
    report = checked(r"\mathbf{u} = \mathbf{u} + \mathbf{0}, \quad \mathbf{A} \mathbf{v} = "
                     r"\mathbf{v}^\top \mathbf{A}", columns)
    assert "the product of shapes (1, 3) and (2, 3) does not exist" in report.message
    assert "link 1 (=) on a generic instance" in report.message
    assert [link.passed for link in report.links] == [True, False]


@pytest.mark.parametrize(("latex", "bindings", "message"), [
    ("a = c", {"a": 1.0}, "c is not in the page's notation"),
    ("a = b", {"a": math.nan, "b": 1.0}, "not finite"),
    ("a = b", {"a": math.inf, "b": math.inf}, "not finite"),
    (r"a \neq b", {"a": math.nan, "b": 1.0}, "not finite"),
    (r"a \leq b", {"a": 1.0, "b": math.inf}, "not finite"),
    (r"\log(a) = b", {"a": -1.0, "b": 0.0}, "log is not finite"),
    ("a", {"a": 1.0}, "a statement needs a relation"), ("", {"a": 1.0}, "an empty display"),
    (r"\mathbb{E}[a] = a", {"a": 1.0}, "needs a declared sample space"),
    ("f(a) = a", {"a": 1.0, "f": lambda z: z / 0}, "f cannot be computed: ZeroDivisionError"),
    ("(a + b) = (a) + b", two_normals, "both sides are the same expression"),
])
def test_what_cannot_be_evaluated_is_a_failure(latex, bindings, message):
    report = checked(latex, bindings)
    assert message in report.message


def test_a_label_without_an_instance_fails():
    other = Declaration(two_normals, ("elsewhere",))
    assert "here: no instance declares its symbols" in check("a = b", "here", [other]).message
    assert check("a + b = b + a", "here", [other, Declaration(two_normals)]).passed
    exact = declared(two_normals, arithmetic="exact")
    assert "no instance declares" in check("a + b = b + a", "here", [exact]).message


def test_a_declaration_that_names_the_label_replaces_those_for_all():
    everywhere = Declaration(lambda rng: {"a": 1.0, "b": 2.0})
    assert not check("a = b", "here", [everywhere]).passed
    assert check("a = b", "here", [everywhere, declared({"a": 1.0, "b": 1.0})]).passed


def test_every_declaration_of_a_label_counts():
    good, bad = declared({"a": 1.0, "b": 1.0}), declared({"a": 1.0, "b": 2.0})
    assert not check("a = b", "here", [good, bad]).passed


# -- Strata ----------------------------------------------------------------------------------------


def test_a_stratum_that_cannot_be_filled_fails():
    def never_near_zero(rng, stratum):
        return None if stratum == "near zero" else dict.fromkeys("ab", rng.normal())

    report = checked("a = b", never_near_zero, strata=("generic", "near zero"))
    assert "the stratum 'near zero' of never_near_zero gave 0 of" in report.message
    assert report.strata["generic"] == {"accepted": 3, "rejected": 0}
    assert report.strata["near zero"]["accepted"] == 0


def test_rejected_draws_are_replaced_and_counted():
    rejects = iter([True, False, True, False, False])

    def sometimes(rng):
        return None if next(rejects) else {"a": rng.normal()}

    report = checked("2 a = a + a", sometimes)
    assert report.message == ""
    assert report.strata["generic"] == {"accepted": 3, "rejected": 2}


def test_an_instance_that_draws_nothing_counts_once():
    report = checked("2 a = a + a", {"a": 1.5})
    assert report.strata["generic"] == {"accepted": 1, "rejected": 0}
    assert report.links[0].instances == 1


def test_points_without_a_derivative_are_rejected_not_passed():
    report = checked(r"\frac{\partial \lvert a \rvert}{\partial a} = 1",
                     lambda rng: {"a": 0 * rng.normal()})
    assert "gave 0 of" in report.message
    assert "slopes from both sides differ" in report.message


def test_a_claim_that_fails_in_one_stratum_fails():
    def draw(rng, stratum):
        return {"a": rng.uniform(20, 30) if stratum == "saturated" else 0.5}

    assert checked(r"\tanh(a) = \frac{1 - e^{-2a}}{1 + e^{-2a}}", draw,
                   strata=("generic", "saturated")).message == ""
    report = checked(r"\tanh(a) = \tanh(\min(a, 1))", draw, strata=("generic", "saturated"))
    assert "on a saturated instance" in report.message


# -- Tolerance -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1.0, 1e9, 1e200])
def test_the_tolerance_is_relative(scale):
    assert checked("a = b", {"a": scale, "b": scale * (1 + 1e-12)}).passed
    assert not checked("a = b", {"a": scale, "b": scale * (1 + 1e-9)}).passed


def test_rounding_of_large_terms_that_cancel_is_forgiven():
    assert checked("a + b - a = b", {"a": 1e3, "b": 1 / 3}).passed
    assert not checked("a + b - a = b + c", {"a": 1e3, "b": 1 / 3, "c": 1e-9}).passed


@pytest.mark.parametrize("latex", [
    r"a + \frac{1}{\exp(c)} = a + 5", r"\frac{1}{1 + \exp(c)} = 5", r"a + \frac{1}{f(a)} = a + 1",
    r"a \exp(-c) \exp(c) = 2 a",
])
def test_a_huge_intermediate_value_excuses_nothing(latex):
    report = checked(latex, {"a": 0.3, "c": 50.0, "f": lambda z: math.inf})
    assert "does not hold" in report.message


@pytest.mark.parametrize(("latex", "passes"), [
    (r"\frac{\partial a^3}{\partial a} = 3 a^2", True),
    (r"\frac{\partial a^3}{\partial a} = 3 a^2 + 10^{-5}", False),
    (r"\min_{a} (a - b)^2 = 10^{-4}", False), (r"\arg\min_{a} (a - b)^2 = b", True),
])
def test_numerical_derivatives_and_optima_have_a_wider_tolerance_but_not_much(latex, passes):
    assert checked(latex, two_normals).passed is passes


def test_fifty_digits_decide_what_floats_cannot():
    latex = r"\frac{a + b - a}{b} = 1"
    values = {"a": mp.mpf(10) ** 17, "b": mp.mpf(1)}
    assert not checked(latex, {"a": 1e17, "b": 1.0}).passed
    assert checked(latex, values, arithmetic="mpmath").passed
    almost = r"\frac{a + b - a}{b} = 1 + 10^{-28}"
    assert not checked(almost, values, arithmetic="mpmath").passed


# -- Chains and hypotheses -------------------------------------------------------------------------


def test_links_hold_under_their_own_hypotheses():
    latex = r"\lVert \mathbf{u} \rVert^2 = \mathbf{u}^\top \mathbf{u} = 1"

    def unit(rng):
        u = rng.normal(size=(3, 1))
        return {r"\mathbf{u}": u / np.linalg.norm(u)}

    anywhere = declared(lambda rng: {r"\mathbf{u}": rng.normal(size=(3, 1))}, links=(0,))
    assert check(latex, "here", [anywhere, declared(unit, links=(1,))]).message == ""
    assert "link 1 (=) is covered by no instance" in check(latex, "here", [anywhere]).message
    everywhere = declared(lambda rng: {r"\mathbf{u}": rng.normal(size=(3, 1))})
    assert "link 1 (=)" in check(latex, "here", [everywhere]).message


def test_each_link_is_compared_with_its_neighbour():
    report = checked("a = b = a + 0", {"a": 1.0, "b": 2.0})
    assert [link.passed for link in report.links] == [False, False]
    assert checked(r"a = b, \quad a = a + 0", {"a": 1.0, "b": 2.0}).links[1].passed


def test_an_implication_assumes_its_premise():
    bindings = {"a": 1.0, "b": 2.0}
    assert checked(r"a = b \Rightarrow a + b = 2 b", bindings).passed
    assert not checked(r"a = b \Rightarrow a + b = 3 b", bindings).passed
    assert "the premise of the implication is false" in checked(
        r"a > b \Rightarrow a > 0", bindings).message


# -- Inequalities ----------------------------------------------------------------------------------


def test_an_inequality_must_be_attained_or_declared_loose():
    latex = r"2 a b \leq a^2 + b^2"
    assert "no declared instance attains equality" in checked(latex, two_normals).message
    assert checked(latex, two_normals, loose=(0,)).passed
    equal = declared(lambda rng: dict.fromkeys("ab", rng.normal()), attained=(0,))
    report = checked(latex, two_normals, equal)
    assert report.message == ""
    assert report.links[0].attained and report.links[0].instances == 50
    apart = declared({"a": 0.7, "b": 0.8}, attained=(0,))
    assert "is declared to be attained" in checked(latex, two_normals, apart).message


@pytest.mark.parametrize(("latex", "passes"), [
    ("a < b", True), (r"a \leq b", True), ("b > a", True), (r"b \geq a", True), ("b < a", False),
    (r"b \leq a", False), ("a > b", False), (r"a \geq b", False), ("a < a + 0", False),
])
def test_the_direction_of_an_inequality(latex, passes):
    assert checked(latex, {"a": 1.0, "b": 2.0}, loose=(0,)).passed is passes


def test_hunting_finds_what_random_instances_miss():
    # False only within 0.01 of (3, -2), where no draw of three normals comes.
    latex = r"(a - 3)^2 + (b + 2)^2 \geq 0.0001"

    def near_the_origin(rng):
        return {"a": 0.1 * rng.normal(), "b": 0.1 * rng.normal()}

    assert checked(latex, near_the_origin, loose=(0,)).passed
    report = checked(latex, near_the_origin, loose=(0,), vary=("a", "b"))
    assert "a search found a counterexample" in report.message
    assert "a = 3" in report.message or "a = 2.99" in report.message
    true = checked(r"(a - 3)^2 + (b + 2)^2 \geq 0", near_the_origin,
                   declared({"a": 3.0, "b": -2.0}, attained=(0,)), vary=("a", "b"))
    assert true.message == "" and true.links[0].hunted


# -- Approximations --------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "digits", "passes"), [
    (3.14159, "3.14", True), (3.1449, "3.14", True), (3.1451, "3.14", False),
    (0.12345, r"12.3\%", True), (0.1245, r"12.3\%", False), (5.94e9, r"5.9 \times 10^9", True),
    (5.96e9, r"5.9 \times 10^9", False), (-2.5, "-2.5", True), (41.6, "42", True),
])
def test_a_decimal_states_its_last_digit(value, digits, passes):
    assert checked(rf"a \approx {digits}", {"a": value}).passed is passes


@pytest.mark.parametrize(
    ("latex", "passes"),
    [
        (r"2^{-100} \approx 7.9 \times 10^{-31}", True),
        (r"2^{-100} \approx 7.8 \times 10^{-31}", False),
        (r"2^{-100} \approx 10^{-31}", False),  # how many digits would that be?
        (r"10^{20} + 1 - 10^{20} \approx 1.0", True),  # floating point would lose the 1
        (r"10^{20} + 1 - 10^{20} \approx 0.0", False),
        (r"\sqrt{2} \approx 1.4142", True),
        (r"0.125 \approx 0.12", True),  # half a unit of the last digit is allowed
        (r"0.1251 \approx 0.12", False),
        (r"0.7 \approx 1", False),  # a tenth off, or more, is no approximation
        (r"0.5^{20} \approx 0", False),
        (r"5.4 \approx 5", True),
        (r"2^{-40} \approx 11^{-12}", False),
        (r"\frac{2}{3} \approx \frac{5}{7}", False),
    ],
)
def test_numbers_agree_approximately_in_the_digits_that_are_written(latex, passes):
    report = check(latex, "here", [])
    assert report.passed is passes
    states = "states no digits" in report.message
    assert states == (r"\approx 10" in latex or "frac" in latex or "11" in latex)


def test_an_approximation_states_its_error():
    def sweep(rng):
        return Instance({"x": 0.0}, forall=[{"x": k / 10} for k in range(-10, 11)])

    latex, largest = r"\sin x \approx x", 1 - math.sin(1)
    assert checked(latex, sweep, errors={0: f"{largest:.4g}"}, count=1).message == ""
    assert not checked(latex, sweep, count=1).passed
    report = checked(latex, sweep, errors={0: f"{largest + 2e-4:.4g}"}, count=1)
    assert "the largest error is 0.158529, declared 0.1587" in report.message
    nowhere = checked(latex, sweep, errors={0: f"{largest:.4g}", 3: "0.123"}, count=1)
    assert "belongs to no approximation" in nowhere.message


def test_orders_of_magnitude():
    def at_steps(rng):
        return Instance({"h": 0.1, "x": rng.normal()}, limit=("h", (0.1, 0.05, 0.025, 0.0125)))

    assert checked(r"\sin(x + h) = \sin x + h \cos x + O(h^2)", at_steps).message == ""
    assert not checked(r"\sin(x + h) = \sin x + h \cos x + O(h^3)", at_steps).passed
    assert not checked(r"\sin(x + h) = \sin x + O(h^2)", at_steps).passed
