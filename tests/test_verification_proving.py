"""Proving a display: symbolic entries at declared sizes, and nothing that SymPy cannot decide."""

import numpy as np
import pytest
import sympy as sp

from nndl_notes.texmath.exact import symbol_array
from nndl_notes.verification import Cell, Instance
from nndl_notes.verification.instance import Declaration
from nndl_notes.verification.proving import plain, prove

x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
SCALARS = {"x": x, "y": y, "p": p, "n": sp.Symbol("n", integer=True)}
ARRAYS = {r"\mathbf{A}": symbol_array("a", 2, 3), r"\mathbf{u}": symbol_array("u", 3),
          r"\mathbf{S}": symbol_array("s", 2, 2), r"\lambda": sp.Symbol("lambda", positive=True)}


def proved(latex, bindings, *more, links=None):
    first = Declaration(lambda rng: bindings, ("here",), links, arithmetic="exact")
    return prove(latex, "here", [first, *more])


@pytest.mark.parametrize(("latex", "bindings"), [
    ("(x + y)^2 = x^2 + 2 x y + y^2", SCALARS),
    (r"\tanh(x) = \frac{1 - e^{-2 x}}{1 + e^{-2 x}}", SCALARS),
    (r"\frac{\partial}{\partial x} \left( \frac{1}{1 + e^{-x}} \right) = "
     r"\frac{e^{-x}}{(1 + e^{-x})^2}", SCALARS),
    (r"\sin^2(x) + \cos^2(x) = 1", SCALARS), (r"\sqrt{p^2} = p", SCALARS),
    (r"(x - y)^2 \geq 0", SCALARS | {"y": x}), (r"p + 1 > 1", SCALARS),
    (r"(\mathbf{A} \mathbf{u})^\top = \mathbf{u}^\top \mathbf{A}^\top", ARRAYS),
    (r"\frac{\partial \lVert \mathbf{A} \mathbf{u} \rVert^2}{\partial \mathbf{u}} = 2 "
     r"\mathbf{A}^\top \mathbf{A} \mathbf{u}", ARRAYS),
    (r"(\mathbf{S} + \lambda \mathbf{I})^{-1} (\mathbf{S} + \lambda \mathbf{I}) = \mathbf{I}",
     ARRAYS),
    (r"\det(\mathbf{S}) \mathbf{S}^{-1} \mathbf{S} = \det(\mathbf{S}) \mathbf{I}", ARRAYS),
    ("0.1 + 0.2 = 0.3", SCALARS),
])
def test_an_identity_is_proved(latex, bindings):
    report = proved(latex, bindings)
    assert report.message == ""
    assert report.exact and [link.instances for link in report.links] == [1]


@pytest.mark.parametrize("latex", [
    "(x + y)^2 = x^2 + y^2", r"\sqrt{x^2} = x", r"\tanh(x) = \frac{1 - e^{-x}}{1 + e^{-x}}",
    r"x = x + 10^{-40}", r"\frac{\partial e^{2 x}}{\partial x} = e^{2 x}",
    "p < p + x - x", "p < 0", r"p \leq -p",
])
def test_what_is_false_is_not_proved(latex):
    assert "does not hold" in proved(latex, SCALARS).message


@pytest.mark.parametrize(("latex", "message"), [
    (r"x^2 \geq y", "the sign of"), (r"x y \leq x^2 + y^2", "the sign of"),
    (r"\frac{\partial \max(x, 0)}{\partial x} = \frac{\partial \max(y, 0)}{\partial y}",
     "the sign of"),
    (r"\lfloor x \rfloor = x", "this has no value"), (r"x \neq y", "cannot be proved"),
    (r"p = \sqrt{x}^2", "does not hold"),
    (r"\min_{x} (x - y)^2 = 0", "floating point only"), (r"x \approx y", "cannot be proved"),
    (r"x \in \mathbb{R}", "cannot be proved"), (r"x \propto y", "cannot be proved"),
    (r"\sum_{k=1}^{n} k = \frac{n (n + 1)}{2}", "must be an integer"),
    ("x = z", "z is not in the page's notation"), (r"\mathrm{rank}(x) = 1", "rank"),
])
def test_what_sympy_cannot_decide_is_a_failure(latex, message):
    assert message in proved(latex, SCALARS).message


@pytest.mark.parametrize("value", [
    1e20, sp.Float(1e20), 0.5 * x, Cell(lambda env: 1e20), np.array([[1.0], [2]])])
def test_floats_prove_nothing(value):
    # In floating point 1e20 + 1 - 1e20 is 0; what rounding removes, no later step can see.
    report = proved("x + y + 1 - y = x", {"x": x, "y": value})
    assert "floating-point number" in report.message


def test_a_float_from_a_function_proves_nothing():
    bindings = {"x": x, "f": lambda z: 1e20}
    assert "floating-point number" in proved("x + f(x) + 1 - f(x) = x", bindings).message


def test_every_link_must_be_covered():
    latex = r"x^2 - y^2 = (x - y)(x + y) = 0"
    assert "link 1 is covered by no symbolic instance" in proved(latex, SCALARS, links=(0,)).message
    equal = Declaration(lambda rng: SCALARS | {"y": x}, ("here",), (1,), arithmetic="exact")
    assert proved(latex, SCALARS, equal, links=(0,)).message == ""
    assert "link 1 (=)" in proved(latex, SCALARS).message


def test_only_symbolic_instances_that_name_the_label_prove():
    numeric = Declaration(lambda rng: {"x": 1.0}, ("here",))
    unnamed = Declaration(lambda rng: SCALARS, arithmetic="exact")
    for declaration in (numeric, unnamed):
        assert "no symbolic instance" in prove("x + 1 = 1 + x", "here", [declaration]).message


def test_a_matrix_shape_that_does_not_fit():
    report = proved(r"\mathbf{u} \mathbf{A} = \mathbf{A} \mathbf{u}", ARRAYS)
    assert "the product of shapes (3, 1) and (2, 3) does not exist" in report.message


def test_all_cases_are_proved_and_the_sizes_are_named():
    instance = Instance({"x_?": {1: x, 2: y}, r"\mathbf{A}": symbol_array("a", 2, 3)},
                        forall=[{"i": 1}, {"i": 2}])
    report = proved(r"(x_i + 1) \mathbf{A} = \mathbf{A} + x_i \mathbf{A}", instance)
    assert report.message == "" and report.links[0].instances == 2
    assert "A: 2×3" in report.sizes and "2 cases" in report.sizes
    assert "does not hold" in proved("x_i = x_1", instance).message


@pytest.mark.parametrize(("symbol", "text"), [
    (r"\mathbf{w}", "w"), (r"\hat{\mathbf{y}}", "ŷ"), (r"\bar{x}_?", "x̄"),
    (r"\boldsymbol{\alpha}", "alpha"), ("x", "x")])
def test_plain_symbols(symbol, text):
    assert plain(symbol) == text
