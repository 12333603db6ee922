"""Derivatives are interventions in denominator layout, and a kink has none."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equation_language import column, evaluate, refused
from nndl_notes.texmath import (
    Cell,
    EvaluationError,
    NotDifferentiable,
    ShapeError,
    component,
    jacobian,
)

RNG = np.random.default_rng(3)
A, B = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4))
BINDINGS = {
    r"\mathbf{A}": A, r"\mathbf{B}": B, r"\mathbf{x}": column(0.3, -0.7, 1.1), "t": 0.4,
    r"\mathbf{u}": column(1, 2), "c": 5, "n": 2, "x_?": component(r"\mathbf{x}"),
    r"\mathbf{y}": Cell(lambda e: e[r"\mathbf{A}"] @ e[r"\mathbf{x}"]),
    r"\mathbf{z}": Cell(lambda e: np.tanh(e[r"\mathbf{y}"])),
    "J": Cell(lambda e: float(np.sum(e[r"\mathbf{z}"] ** 2))),
    "f": lambda v: v**3, "g": np.sin, "s": lambda v: v[::-1],
}
X = BINDINGS[r"\mathbf{x}"]
Z = np.tanh(A @ X)


@pytest.mark.parametrize(("latex", "expected"), [
    # a scalar by a column, a row, a matrix, an entry
    (r"\frac{\partial \mathbf{x}^\top \mathbf{x}}{\partial \mathbf{x}}", 2 * X),
    (r"\frac{\partial \mathbf{x}^\top \mathbf{x}}{\partial \mathbf{x}^\top}", 2 * X.T),
    (r"\frac{\partial \mathbf{u}^\top \mathbf{A} \mathbf{x}}{\partial \mathbf{A}}",
     column(1, 2) @ X.T),
    (r"\frac{\partial \mathbf{u}^\top \mathbf{A} \mathbf{x}}{\partial \mathbf{A}_{2,3}}",
     2 * X[2, 0]),
    (r"\frac{\partial \mathbf{x}^\top \mathbf{x}}{\partial x_2}", 2 * X[1, 0]),
    (r"\frac{\partial \mathbf{x}^\top \mathbf{x}}{\partial \mathbf{x}_2}", 2 * X[1, 0]),
    (r"\nabla_{\mathbf{x}} J", 2 * A.T @ (Z * (1 - Z**2))),
    (r"\frac{\partial J}{\partial \mathbf{y}}", 2 * Z * (1 - Z**2)),
    (r"\frac{\partial J}{\partial \mathbf{z}}", 2 * Z),
    # a column by a column, a scalar, a row
    (r"\frac{\partial \mathbf{y}}{\partial \mathbf{x}}", A.T),
    (r"\frac{\partial \mathbf{y}}{\partial \mathbf{x}^\top}", A),
    (r"\frac{\partial \mathbf{z}}{\partial \mathbf{y}}", np.diagflat(1 - Z**2)),
    (r"\frac{\partial (t^2 \mathbf{u})}{\partial t}", 0.8 * np.array([[1, 2]])),
    (r"\frac{\partial \mathbf{y}}{\partial x_3}", A[:, [2]].T),
    # of higher order
    (r"\frac{\partial^2 J}{\partial t^2}", 0),
    (r"\frac{\partial^2 t^5}{\partial t^2}", 20 * 0.4**3),
    (r"\frac{\partial^2 \mathbf{x}^\top \mathbf{x}}"
     r"{\partial \mathbf{x} \, \partial \mathbf{x}^\top}",
     2 * np.eye(3)),
    (r"\frac{\partial^2 \mathbf{u}^\top \mathbf{A} \mathbf{x}}"
     r"{\partial \mathbf{x} \, \partial \mathbf{u}^\top}", A.T),
    (r"\frac{\partial^2 \mathbf{u}^\top \mathbf{A} \mathbf{x}}"
     r"{\partial \mathbf{x}^\top \, \partial \mathbf{u}}", A),
    (r"\frac{\partial^2 (t^2 c^3)}{\partial t \, \partial c}", 6 * 0.4 * 25),
    (r"\frac{\partial^2 \mathbf{x}^\top \mathbf{x}}{\partial x_1 \, \partial x_1}", 2),
    # total derivatives, held and set symbols
    (r"\left. \frac{\partial J}{\partial \mathbf{x}} \right|_{\mathbf{z}}", np.zeros((3, 1))),
    (r"\left. \frac{\partial t^3}{\partial t} \right|_{t = 2}", 12),
    (r"\left. f'(t) \right|_{t = 2}", 12),
    # operator form and primes
    (r"\frac{\mathrm{d}}{\mathrm{d}t} \left[ t^2 c \right]", 4),
    (r"c \frac{d}{dt} (t^2)", 4), (r"\frac{d^2}{d t^2} [t^3]", 2.4),
    ("f'(c)", 75), ("f''(c)", 30), ("f'''(c)", 6), (r"f^\prime(c)", 75), ("f'(c)^2", 75**2),
    (r"f'(\mathbf{u})", column(3, 12)), (r"f''(\mathbf{u})", column(6, 12)),
    (r"\mathrm{diag}(f'(\mathbf{u}))", np.diag([3, 12])), ("c f'(1)", 15), ("g'(0)", 1),
    (r"\frac{\partial f(t)}{\partial t}^2", (3 * 0.16) ** 2),
    (r"\frac{\partial \log t}{\partial t}", 2.5), (r"\frac{\partial -t}{\partial t}", -1),
    (r"\frac{\partial (t + c)}{\partial t}", 1),
])
def test_layout_and_values(latex, expected):
    found = evaluate(latex, BINDINGS)
    assert np.shape(found) == np.shape(expected)
    assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\frac{\partial \mathbf{A}}{\partial \mathbf{x}}", "is a tensor"),
    (r"\frac{\partial \mathbf{y}}{\partial \mathbf{A}}", "is a tensor"),
    (r"\frac{\partial (t \mathbf{A})}{\partial t}", "the derivative of a matrix"),
    (r"\frac{\partial t}{\partial t^\top}", "the transpose of a scalar"),
    (r"\frac{\partial^2 (t c)}{\partial t \, \partial c^\top}", "the transpose of a scalar"),
    (r"\frac{\partial^2 J}{\partial \mathbf{x} \, \partial \mathbf{x}}", "a Hessian is written"),
    (r"\frac{\partial^2 J}{\partial \mathbf{x}^2}", "a Hessian is written"),
    (r"\frac{\partial^2 J}{\partial \mathbf{x}^\top \, \partial \mathbf{x}^\top}", "a Hessian is"),
    (r"\frac{\partial^2 (t \mathbf{x}^\top \mathbf{x})}{\partial \mathbf{x}^\top \, \partial t}",
     "a Hessian is written"),
    (r"f'(\mathbf{A})", "a prime at a matrix"), (r"s'(\mathbf{u})", "acts entry by entry"),
])
def test_what_has_no_layout(latex, message):
    refused(ShapeError, latex, BINDINGS, match=message)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\frac{\partial J}{\partial \mathbf{x}_0}", r"index 0 is outside 1\.\.3"),
    (r"\frac{\partial J}{\partial \mathbf{x}_4}", r"index 4 is outside"),
    (r"\frac{\partial J}{\partial \mathbf{A}_{0,1}}", "index 0 is outside"),
    (r"\frac{\partial J}{\partial x_0}", "index 0 is outside"),
    (r"\frac{\partial J}{\partial (t c)}", "only a symbol can be varied"),
    (r"\frac{\partial J}{\partial 2 t}", "only a symbol can be varied"),
    (r"\frac{\partial i}{\partial i}", "a derivative by an integer index"),
])
def test_what_cannot_be_varied(latex, message):
    refused(EvaluationError, latex, BINDINGS, match=message, letters={"i": 1})


@pytest.mark.parametrize("latex", [
    r"\left. \frac{\partial \mathrm{ReLU}(t)}{\partial t} \right|_{t = 0}",
    r"\left. \frac{\partial \lvert t \rvert}{\partial t} \right|_{t = 0}",
    r"\left. \frac{\partial \mathrm{sgn}(t)}{\partial t} \right|_{t = 0}",
    r"\left. \frac{\partial \max(t, c)}{\partial t} \right|_{t = 5}",
    r"\left. \frac{\partial \sqrt{t}}{\partial t} \right|_{t = 0}",
    r"\left. \frac{\partial \log(t)}{\partial t} \right|_{t = 0}",
    r"h'(0)", r"h'(\mathbf{0}_2)",
])
def test_kinks_and_ends_of_the_domain(latex):
    bindings = BINDINGS | {"h": lambda v: np.maximum(v, 0.1 * v)}
    refused(NotDifferentiable, latex, bindings, match="does not converge")


@pytest.mark.parametrize("at", [1e-3, -1e-3, 0.02, 7.0])
def test_a_kink_nearby_only_shortens_the_step(at):
    bindings = {"t": at, "h": lambda v: np.maximum(v, 0.1 * v)}
    assert evaluate("h'(t)", bindings) == pytest.approx(1 if at > 0 else 0.1)


@given(st.floats(0.05, 50), st.integers(-3, 5))
@example(0.03125, -1)  # the first step ends at the pole
def test_powers(at, exponent):
    found = jacobian(lambda x: x**exponent, at)
    assert found == pytest.approx(exponent * at ** (exponent - 1), rel=1e-7, abs=1e-7)


@given(st.floats(-40, 40))
def test_saturated_functions(at):
    assert jacobian(math.tanh, at) == pytest.approx(1 - math.tanh(at) ** 2, abs=1e-9)


def test_a_jacobian_of_a_function():
    assert_allclose(jacobian(lambda x: A @ x, X), A.T, rtol=1e-10)
    assert_allclose(jacobian(lambda W: float(np.sum(W * A)), A), A, rtol=1e-10)
    with pytest.raises(ShapeError, match="is a tensor"):
        jacobian(lambda W: W @ X, A)
    with pytest.raises(NotDifferentiable, match="the slopes from both sides differ"):
        jacobian(abs, 0.0)
    with pytest.raises(NotDifferentiable, match="slopes"):
        jacobian(lambda v: float(np.max(v)), column(1, 2, 2))


def test_a_derivative_marks_its_tolerance():
    from nndl_notes.texmath import Interpreter, NumericArithmetic, parse
    from nndl_notes.verification import Instance
    instance = Instance(BINDINGS)
    interpreter = Interpreter(NumericArithmetic())
    statement, = parse("f'(c) = 75", instance.notation())
    interpreter.value(statement.args[0].args[0], instance.environment(), {})
    assert interpreter.used == {"derivative"}
    assert interpreter.magnitude >= 75
