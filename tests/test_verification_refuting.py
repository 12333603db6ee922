"""Refuting a wrong answer: only a clear difference or shapes that do not fit count."""

import math

import numpy as np
import pytest

from nndl_notes.verification import Cell, Instance
from nndl_notes.verification.instance import Declaration
from nndl_notes.verification.refuting import refute


def refuted(latex, bindings, link=None, **options):
    draw = bindings if callable(bindings) else lambda rng: dict(bindings)
    return refute(latex, "here", [Declaration(draw, ("here",), **options)], link=link)


def normals(rng):
    return {"a": rng.normal(), "b": rng.normal(), r"\mathbf{u}": rng.normal(size=(3, 1)),
            r"\mathbf{A}": rng.normal(size=(2, 3))}


def test_the_counterexample_is_shown():
    report = refuted("(a + b)^2 = a^2 + b^2", {"a": 1.5, "b": 2.0})
    assert report.message == ""
    example = report.counterexample
    assert (example.left, example.right, example.difference) == ("12.25", "6.25", "6")
    assert example.instance == {"a": "1.5", "b": "2"}
    assert report.links[0].gap == pytest.approx(6 / 12.25)


def test_what_is_averaged_has_no_value_to_show():
    def tossed(rng):
        coin = {"m": 1.0, "a": 3.0, "q": Cell(lambda env: env["m"] ** 2)}
        return Instance(coin, space=lambda env: [(0.5, {("m", ()): x}) for x in (0.0, 2.0)])

    example = refuted(r"\mathbb{E}[a m q] = a", tossed, count=1).counterexample
    assert (example.left, example.instance) == ("12", {"a": "3"})


@pytest.mark.parametrize(("latex", "fits"), [
    (r"\mathbf{A} \mathbf{u} = \mathbf{u}^\top \mathbf{A}", "the product of shapes (1, 3)"),
    (r"\mathbf{A} \mathbf{u} = \mathbf{u}", "the left side has shape (2, 1)"),
    (r"\mathbf{u}^\top \mathbf{u} + \mathbf{u} = \mathbf{u}", "a scalar and an array"),
])
def test_shapes_that_do_not_fit_refute(latex, fits):
    report = refuted(latex, normals)
    assert report.passed
    assert fits in report.counterexample.shape_error


@pytest.mark.parametrize("latex", [
    "(a + b)^2 = a^2 + 2 a b + b^2", r"\mathbf{u}^\top \mathbf{u} = \lVert \mathbf{u} \rVert^2",
    r"\frac{\partial a^2}{\partial a} = 2 a", r"a^2 \geq 0", r"a \neq b",
])
def test_a_correct_formula_is_not_refuted(latex):
    report = refuted(latex, normals)
    assert "is shown as wrong, but it held on all 3 instances tried" in report.message
    assert report.counterexample is None


@pytest.mark.parametrize("latex", [r"a = a (1 + 10^{-8})", r"a^2 \leq a^2 - 10^{-9} a^2"])
def test_a_difference_of_rounding_refutes_nothing(latex):
    assert "held on all" in refuted(latex, normals).message


@pytest.mark.parametrize(("latex", "message"), [
    ("a = c", "c is not in the page's notation"), ("a == b", "unexpected ="),
    ("a / b a = 1", "two readings"), (r"1 - \mathbf{u} = \mathbf{u}", r"write \mathbf{1}"),
    (r"\mathbf{u}^2 = \mathbf{u}", "for entry by entry"), (r"\log(-1 - a^2) = a", "not finite"),
    (r"\mathbb{E}[a] = b", "sample space"), ("a", "needs a relation"),
])
def test_what_cannot_be_read_is_not_refuted_by_that(latex, message):
    report = refuted(latex, normals)
    assert "a wrong answer must be readable to be refuted" in report.message
    assert message in report.message
    assert report.counterexample is None


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_finite_is_no_counterexample(value):
    report = refuted("a = b", {"a": value, "b": 1.0})
    assert "not finite" in report.message


def test_a_binding_that_fails_is_no_counterexample():
    assert "cannot be computed" in refuted("f(a) = a", {"a": 1.0, "f": lambda z: z / 0}).message


def test_a_kink_is_no_counterexample():
    report = refuted(r"\frac{\partial \lvert a \rvert}{\partial a} = 5", {"a": 0.0})
    assert "held on all 0 instances" in report.message
    assert report.strata["generic"] == {"accepted": 0, "rejected": 3}


def test_one_of_several_relations_is_named():
    latex = "a + b = b + a = 2 a"
    assert "the display has 2 relations; name the wrong one" in refuted(latex, normals).message
    assert refuted(latex, normals, link=1).counterexample.link == 1
    assert "held on all" in refuted(latex, normals, link=0).message
    assert "relations 0 to 1, not 2" in refuted(latex, normals, link=2).message


def test_the_stratum_on_which_it_fails():
    def draw(rng, stratum):
        return {"a": 30.0 if stratum == "saturated" else 0.25}

    report = refuted(r"\lfloor a \rfloor = 0", draw, strata=("generic", "saturated"))
    assert report.counterexample.stratum == "saturated"
    assert "held on all 3" in refuted(r"\lfloor a \rfloor = 0", draw).message


def test_the_case_on_which_it_fails():
    instance = Instance({"x_?": {1: 0.0, 2: 3.0}}, forall=[{"n": 1}, {"n": 2}])
    assert refuted("x_n = 0", lambda rng: instance).counterexample.instance == {
        "n": "2", "x_2": "3"}


def test_numbers_are_refuted_exactly_and_without_an_instance():
    report = refute(r"\frac{1}{3} = 0.3333333333", "here", [])
    assert report.passed and report.exact
    assert refute("2 + 2 = 4", "here", []).message == (
        "the numbers of this relation agree exactly")
    assert refute("2 + 2 = 4 = 5", "here", [], link=1).passed


def test_a_label_without_an_instance():
    elsewhere = Declaration(normals, ("elsewhere",))
    assert "no instance declares" in refute("a = b", "here", [elsewhere]).message
    assert refute("a = b", "here", [elsewhere, Declaration(normals)]).passed


def test_rejected_draws_are_no_evidence():
    report = refuted("a = b", lambda rng: None)
    assert "held on all 0 instances" in report.message
    assert np.all([t["accepted"] == 0 for t in report.strata.values()])
