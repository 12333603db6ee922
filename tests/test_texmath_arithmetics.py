"""Floats, exact expressions and fifty digits: one walk over the tree, the same values."""

from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from equation_language import evaluate
from nndl_notes.texmath import EvaluationError, NotDifferentiable, NumericArithmetic
from nndl_notes.texmath.exact import ExactArithmetic, difference_is_zero, is_zero, symbol_array
from nndl_notes.texmath.multiprecision import MultiprecisionArithmetic

RATIONALS = {"x": Fraction(1, 3), "y": Fraction(-7, 5), "p": Fraction(9, 4), "n": Fraction(3)}
EXACT, MULTI = ExactArithmetic(), MultiprecisionArithmetic()


def in_floats(latex, **options):
    bindings = {name: float(value) for name, value in RATIONALS.items()}
    return evaluate(latex, bindings, arithmetic=NumericArithmetic(), **options)


def exactly(latex, bindings=None, **options):
    bindings = bindings or {name: sp.Rational(value.numerator, value.denominator)
                            for name, value in RATIONALS.items()}
    return evaluate(latex, bindings, arithmetic=EXACT, **options)


def in_fifty_digits(latex, bindings=None, **options):
    with MULTI.working_precision():
        bindings = bindings or {name: mp.mpf(value.numerator) / value.denominator
                                for name, value in RATIONALS.items()}
        return evaluate(latex, bindings, arithmetic=MULTI, **options)


@pytest.mark.parametrize("latex", [
    r"x + y - 2 p", r"\frac{x y}{p}", "x^2 y^3", r"p^{x}", r"p^{-1}", r"\sqrt{p + x}",
    r"\sqrt[3]{p}", r"\exp(x) \log(p)", r"\tanh(y) + \sinh(x) \cosh(y)",
    r"\sin(x) + \cos(y) - \tan(x)", r"e^{y} + \pi", r"\lvert y \rvert", r"\max(x, y, p)",
    r"\min(x, y)", r"\sum_{k=1}^{5} \frac{x^k}{k}", r"\prod_{k=1}^{4} (1 + x k)",
    r"\mathrm{ReLU}(y) + \mathrm{ReLU}(x)", r"\mathrm{sgn}(y)", r"12.5\%", "0.1 + 0.2",
    r"\begin{bmatrix} x & y \\ p & 1 \end{bmatrix} \begin{bmatrix} y \\ 2 \end{bmatrix}",
    r"\begin{bmatrix} x & y \\ p & 1 \end{bmatrix}^\top", r"\lVert \begin{bmatrix} x \\ y "
    r"\end{bmatrix} \rVert", r"\mathrm{tr}(\begin{bmatrix} x & y \\ p & 1 \end{bmatrix})",
    r"\det(\begin{bmatrix} x & y \\ p & 1 \end{bmatrix})",
    r"\mathrm{softmax}(\begin{bmatrix} x \\ y \end{bmatrix})",
    r"\exp(\begin{bmatrix} x \\ y \end{bmatrix})", r"\frac{\partial (x^3 y)}{\partial x}",
    r"\frac{\partial \tanh(x y)}{\partial y}", r"\frac{\partial^2 (x^3 y)}{\partial x \partial y}",
    r"\left. \frac{\partial \log(x)}{\partial x} \right|_{x = p}",
    r"\begin{cases} x & y > 0 \\ p & \text{otherwise} \end{cases}", r"\mathbb{1}(y < 0)",
    r"\binom{5}{2} x", r"\lfloor p \rfloor + \lceil x \rceil",
])
def test_three_arithmetics_agree(latex):
    floats, exact, multi = in_floats(latex), exactly(latex), in_fifty_digits(latex)
    exact = np.vectorize(lambda v: float(sp.N(v)))(np.asarray(exact, dtype=object))
    multi = np.vectorize(float)(np.asarray(multi, dtype=object))
    assert np.shape(floats) == exact.shape == multi.shape
    np.testing.assert_allclose(exact, floats, rtol=1e-9)
    np.testing.assert_allclose(multi, exact, rtol=1e-15)


@pytest.mark.parametrize("latex", [
    r"\sqrt{p}", r"\exp(x)", r"p^{x}", r"\tanh(y) / \log(p)", r"\pi x", "e x", r"x / 7",
    r"\frac{\partial \exp(x y)}{\partial x}",
])
def test_fifty_digits_are_correct_digits(latex):
    with mp.workdps(70):
        truth = mp.mpf(sp.N(exactly(latex), 70))
        found = in_fifty_digits(latex)
        assert abs(found - truth) <= mp.mpf(10) ** -47 * abs(truth)


# -- Exact -----------------------------------------------------------------------------------------

x, y = sp.symbols("x y", real=True)


def test_exact_derivatives_of_symbolic_arrays():
    A, u = symbol_array("a", 2, 3), symbol_array("u", 3)
    bindings = {r"\mathbf{A}": A, r"\mathbf{u}": u}
    jacobian = exactly(r"\frac{\partial \mathbf{A} \mathbf{u}}{\partial \mathbf{u}}", bindings)
    assert jacobian.shape == (3, 2) and difference_is_zero(jacobian, A.T)
    squared = exactly(r"\frac{\partial \lVert \mathbf{A} \mathbf{u} \rVert^2}{\partial "
                      r"\mathbf{A}}", bindings)
    assert difference_is_zero(squared, 2 * A @ u @ u.T)
    assert {str(entry) for entry in u.flat} == {"u11", "u21", "u31"}
    assert all(entry.is_real for entry in A.flat)
    assert symbol_array("p", 1, positive=True)[0, 0].is_positive


def test_a_kink_has_no_exact_derivative():
    for point, slope in ((2, 1), (-2, 0)):
        assert exactly(r"\left. \frac{\partial \mathrm{ReLU}(x)}{\partial x} \right|_{x = "
                       f"{point}}}", {"x": x}) == slope
    with pytest.raises(NotDifferentiable, match="a kink"):
        exactly(r"\left. \frac{\partial \mathrm{ReLU}(x)}{\partial x} \right|_{x = 0}", {"x": x})
    with pytest.raises(NotDifferentiable, match="slopes from both sides differ"):
        in_fifty_digits(r"\frac{\partial \lvert x \rvert}{\partial x}", {"x": mp.mpf(0)})


@pytest.mark.parametrize(("expression", "zero"), [
    (x - x, True), ((x + y) ** 2 - x**2 - 2 * x * y - y**2, True), (sp.sin(x)**2 + sp.cos(x)**2 - 1,
                                                                   True),
    (sp.tanh(x) - (1 - sp.exp(-2 * x)) / (1 + sp.exp(-2 * x)), True), (1 / x - y / (x * y), True),
    (sp.Max(x, 0) - (x + sp.Abs(x)) / 2, True), (sp.sqrt(x**2) - x, False), (x, False),
    (sp.Rational(1, 10**40), False), (sp.exp(x) - 1 - x, False), (sp.sqrt(x**2) - sp.Abs(x), True),
])
def test_what_vanishes_identically(expression, zero):
    assert is_zero(expression) is zero


@pytest.mark.parametrize("value", [0.5, sp.Float(0.5), 0.5 * x, x**0.5])
def test_floats_are_refused(value):
    with pytest.raises(EvaluationError, match="a floating-point number entered"):
        EXACT.require_exact(value)
    with pytest.raises(EvaluationError, match="a floating-point number entered"):
        is_zero(sp.sympify(value))
    with pytest.raises(EvaluationError, match="a floating-point number entered"):
        difference_is_zero(value, value)


@pytest.mark.parametrize(("value", "sign"), [
    (sp.Rational(-1, 3), -1), (sp.Integer(0), 0), (sp.exp(x), 1), (-1 - x**2, -1),
    (sp.sqrt(2) - sp.Rational(141421, 100000), 1), (x - x, 0)])
def test_known_signs(value, sign):
    assert EXACT.sign_of(value) == sign


def test_unknown_signs():
    for value in (x, x - y, sp.sin(x)):
        with pytest.raises(EvaluationError, match=r"the sign of .* is not known"):
            EXACT.sign_of(value)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\lVert \begin{bmatrix} x & 1 \\ 1 & 0 \end{bmatrix} \rVert_2", "spectral norm"),
    (r"\frac{x}{0}", "division by zero"), (r"\mathrm{rank}(\begin{bmatrix} x & 1 \\ 1 & 0 "
                                          r"\end{bmatrix})", "floating point only"),
])
@pytest.mark.parametrize("compute", [exactly, in_fifty_digits])
def test_what_only_floats_compute(compute, latex, message):
    with pytest.raises(EvaluationError, match=message):
        compute(latex)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\begin{bmatrix} x & 1 \\ 1 & 0 \end{bmatrix}^{-1}", "not inverted at 50 digits"),
    (r"\log(0)", "not finite"), (r"(-p)^{x}", "fractional power of a negative"),
])
def test_what_fifty_digits_refuse(latex, message):
    with pytest.raises(EvaluationError, match=message):
        in_fifty_digits(latex)
