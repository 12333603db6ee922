"""Values: textbook shapes without broadcasting, lazily recomputed bindings, finite probability."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equation_language import column, evaluate, refused
from nndl_notes.texmath import (
    Cell,
    Environment,
    EvaluationError,
    Function,
    Interpreter,
    NumericArithmetic,
    ParseError,
    Probability,
    ShapeError,
    ShapeMismatch,
    View,
    component,
    normalise,
    parse,
    sequence,
)
from nndl_notes.texmath import column as column_of
from nndl_notes.verification import Instance

A, B = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([[1.0, -1], [2, 0], [0.5, 3]])
S = np.array([[2.0, 1], [0, 3]])
BINDINGS = {r"\mathbf{A}": A, r"\mathbf{B}": B, r"\mathbf{S}": S, r"\mathbf{u}": column(1, 2, 3),
            r"\mathbf{v}": column(4, 0, -1), r"\mathbf{w}": column(1, 2), "c": 5, "x": 0.5,
            "f": lambda z: z**2 + 1, "N": 3}


@pytest.mark.parametrize(("latex", "expected"), [
    (r"\mathbf{A} \mathbf{B}", A @ B), (r"\mathbf{A} \cdot \mathbf{u}", A @ column(1, 2, 3)),
    (r"\mathbf{u}^\top \mathbf{v}", 1), (r"\mathbf{u} \odot \mathbf{v}", column(4, 0, -3)),
    (r"\mathbf{A}^\top", A.T), (r"\mathbf{S}^{-1}", np.linalg.inv(S)),
    (r"\mathbf{S}^{-\top}", np.linalg.inv(S).T), (r"\mathbf{S}^2", S @ S),
    (r"\mathbf{S}^0", np.eye(2)), (r"\mathbf{A}^{\odot 2}", A**2),
    (r"\frac{\mathbf{u}}{c}", column(0.2, 0.4, 0.6)), (r"-\mathbf{u}", column(-1, -2, -3)),
    (r"\mathbf{u} \mathbf{v}^\top", np.outer([1, 2, 3], [4, 0, -1])),
    (r"\mathbf{u} - \mathbf{1}", column(0, 1, 2)), (r"\mathbf{u} + \mathbf{0}", column(1, 2, 3)),
    (r"\mathbf{1}^\top \mathbf{u}", 6), (r"\mathbf{u}^\top \mathbf{1}", 6),
    (r"\mathbf{1}^\top \mathbf{A}", A.sum(axis=0, keepdims=True)),
    (r"\mathbf{A} \mathbf{1}", A.sum(axis=1, keepdims=True)),
    (r"\mathbf{S} + c \mathbf{I}", S + 5 * np.eye(2)), (r"\mathbf{I} \mathbf{S}", S),
    (r"\mathbf{I}_N", np.eye(3)), (r"\mathbf{1}_N", np.ones((3, 1))),
    (r"\mathbf{1}_N \mathbf{w}^\top", np.ones((3, 1)) @ [[1, 2]]),
    (r"\mathbf{0}_{2,N}", np.zeros((2, 3))), (r"\frac{\mathbf{I}_2}{4}", np.eye(2) / 4),
    (r"\mathrm{diag}(\mathbf{w})", np.diag([1, 2])), (r"\mathrm{tr}(\mathbf{S})", 5),
    (r"\mathrm{diag}(\mathbf{w})^{-1}", np.diag([1, 0.5])), (r"\det(\mathbf{S})", 6),
    (r"\mathrm{rank}(\mathbf{A})", 2), (r"\mathrm{vec}(\mathbf{A})", column(1, 4, 2, 5, 3, 6)),
    (r"\mathrm{softmax}(\mathbf{0}_2)", column(0.5, 0.5)),
    (r"\mathrm{softmax}(\mathbf{w})_1", 1 / (1 + np.e)),
    (r"\mathrm{ReLU}(\mathbf{v})", column(4, 0, 0)),
    (r"\mathrm{sgn}(\mathbf{v})", column(1, 0, -1)),
    (r"\exp(\mathbf{w})", np.exp(column(1, 2))), (r"\tanh^2(\mathbf{w})", np.tanh(column(1, 2))**2),
    (r"f(\mathbf{w})^\top", [[2, 5]]), (r"\mathbf{A}_{2,3}", 6),
    (r"\mathbf{u}_2", 2), (r"(\mathbf{A}^\top)_{3,1}", 3), (r"(\mathbf{S}^{-1})_{1,1}", 0.5),
    (r"[\mathbf{u} + \mathbf{v}]_1", 5),
    (r"\begin{bmatrix} 1 & x \\ c & 0 \end{bmatrix}", [[1, 0.5], [5, 0]]),
    (r"\begin{pmatrix} \mathbf{S} & \mathbf{w} \end{pmatrix}", np.hstack([S, column(1, 2)])),
    (r"\lVert \mathbf{A} \rVert_F^2", 91), (r"\lVert \mathbf{S} \rVert_2", np.linalg.norm(S, 2)),
    (r"\max(\mathbf{u}, \mathbf{v})", column(4, 2, 3)), (r"\max(\mathbf{u})", 3),
    (r"\max(\mathbf{v}, \mathbf{0})", column(4, 0, 0)),
    (r"\sum_{n=1}^{N} n \mathbf{w}", column(6, 12)), (r"\prod_{n=1}^{2} \mathbf{S}", S @ S),
])
def test_arrays(latex, expected):
    assert_allclose(evaluate(latex, BINDINGS), expected, rtol=1e-14)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\mathbf{u} + \mathbf{w}", r"shapes \(3, 1\) and \(2, 1\) cannot be added"),
    (r"\mathbf{u} + \mathbf{u}^\top", "cannot be added"),
    (r"\mathbf{B} \mathbf{u}", r"the product of shapes \(3, 2\) and \(3, 1\) does not exist"),
    (r"\mathbf{u} \mathbf{v}", "does not exist"),
    (r"\mathbf{u} \odot \mathbf{w}", "equal shapes"),
    (r"\mathbf{u}^\top \mathbf{v} + \mathbf{u}", "a scalar and an array"),
    (r"\begin{bmatrix} \mathbf{S} & \mathbf{u} \end{bmatrix}", "the blocks do not fit"),
])
def test_shapes_that_do_not_fit(latex, message):
    refused(ShapeMismatch, latex, BINDINGS, match=message)


@pytest.mark.parametrize(("latex", "message"), [
    (r"1 - \mathbf{u}", r"write \\mathbf\{1\}"),
    (r"c \odot \mathbf{u}", r"\\odot needs two arrays"),
    (r"c^\top", "the transpose of a scalar"), (r"\mathbf{u}^2", "for entry by entry"),
    (r"\mathbf{S}^{0.5}", "the power of an array"), (r"c^{\mathbf{u}}", "must be a scalar"),
    (r"c^{\odot 2}", "needs an array"), (r"\sqrt{\mathbf{u}}", "the root of an array"),
    (r"\frac{c}{\mathbf{u}}", "division by a vector"),
    (r"\frac{\mathbf{u}}{\mathbf{v}}", "division by a vector"),
    (r"\mathbf{u} / \mathbf{v}", "division by a vector"), (r"\mathbf{A}^{-1}", "not a square"),
    (r"\mathbf{A} \times \mathbf{B}", r"\\times between arrays"),
    (r"\lvert \mathbf{u} \rvert", "a norm is written"), (r"\lVert c \rVert", "use single bars"),
    (r"c_1", "an index on a scalar"), (r"\mathbf{A}_1", "one index on a matrix"),
    (r"\mathbf{A}_{23}", "one index on a matrix"),
    (r"\mathrm{diag}(\mathbf{A})", "takes a column vector"), (r"\mathrm{diag}(c)", "of a scalar"),
    (r"\mathrm{tr}(\mathbf{A})", "not square"), (r"\det(\mathbf{A})", "not square"),
    (r"\lfloor \mathbf{u} \rfloor", "only a scalar is rounded"),
    (r"\mathbf{1}^\top \mathbf{1}", r"write it as \\mathbf\{1\}_N"),
    (r"c + \mathbf{1}", "a scalar and a vector"), (r"\mathbf{1} \mathbf{w}^\top", "not known here"),
    (r"\mathbf{S} + \mathbf{1}", "the vector of ones against the shape"),
    (r"\mathbf{u} + \mathbf{I}", "the identity against the shape"),
    (r"\begin{bmatrix} \mathbf{1} & c \end{bmatrix}", "a bold constant of unknown size"),
    (r"\max(\mathbf{u}, \mathbf{w})", "different shapes"), (r"\mathbf{1}^2", "a power of a bold"),
])
def test_careless_notation_is_no_statement(latex, message):
    refused(ShapeError, latex, BINDINGS, match=message)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\log(-c)", "log is not finite"), (r"\sqrt{-c}", "sqrt is not finite"),
    (r"\exp(1000)", "exp is not finite"), ("c / 0", "division by zero"),
    ("0^{-1}", "division by zero"), ("0^{-2}", "a negative power of zero"),
    ("(-c)^{x}", "a fractional power of a negative"), ("10^{400} c^{x}", "OverflowError"),
    (r"\begin{bmatrix} 1 & 1 \\ 1 & 1 \end{bmatrix}^{-1}", "singular"),
    (r"\lVert \mathbf{A} \rVert", "a matrix norm needs a subscript F or 2"),
    (r"\lVert \mathbf{A} \rVert_1", "subscript 1 has no meaning"),
    (r"\mathbf{u}_4", r"index 4 is outside 1\.\.3"), (r"\mathbf{u}_0", "index 0 is outside"),
    (r"\mathbf{A}_{0,1}", "index 0 is outside"), (r"\mathbf{u}_{N-4}", "index -1 is outside"),
    (r"\mathbf{u}_{x}", "an index must be an integer, not 0.5"),
    (r"\sum_{n=1}^{x} n", "a limit of summation must be an integer"),
    (r"\sum_{n \in N} n", "must run over a set"), (r"\mathrm{softmax}(\mathbf{1})", "known size"),
    (r"\binom{N}{-1}", "a binomial of negative"), ("f(c, c)", "f cannot be computed: TypeError"),
    (r"\begin{cases} 1 & c < 0 \end{cases}", "none of the cases applies"),
    (r"\mathbb{E}[c]", "needs a declared sample space"), ("O(x)", "needs a declared limit"),
    (r"\arg\max_{n} c", None), (r"\max_{n = 1}^{0} n", "at least one of them"),
    (r"\sqrt[0]{c}", "division by zero"), (r"1 + \dots + 5 + \dots + N", "one neighbour on each"),
    (r"5 + \dots + N", "dots must run upwards"), (r"2 + 4 + \dots + 8", "count upwards by one"),
    (r"1 + 4 + \dots + N^2", "not clear"), (r"1 + 2 + 4 + \dots + 2^N", "not clear"),
    (r"c + \dots + \mathbf{u}_2", "not clear"),
    (r"\mathbf{u}_1 + \dots + \mathbf{v}_N", "not clear"),
])
def test_what_has_no_value(latex, message):
    with pytest.raises((EvaluationError, ParseError), match=message):
        evaluate(latex, BINDINGS)


def test_entry_by_entry_where_it_is_declared():
    def found(latex):
        return evaluate(latex, BINDINGS, elementwise=True)

    assert_allclose(found(r"1 - \mathbf{u}"), column(0, -1, -2))
    assert_allclose(found(r"\sqrt{\mathbf{u}^2 + 1}"), np.sqrt(column(2, 5, 10)))
    assert_allclose(found(r"\frac{\mathbf{v}}{\mathbf{u}}"), column(4, 0, -1 / 3))
    assert_allclose(found(r"\mathbf{A}^2"), A**2)
    refused(ShapeMismatch, r"\mathbf{u} + \mathbf{w}", BINDINGS, match="cannot be added",
            elementwise=True)


# -- Bindings --------------------------------------------------------------------------------------


def test_cells_are_recomputed_when_a_symbol_is_set():
    env = Environment({"a": 2, "b": Cell(lambda e: 3 * e["a"]),
                       "c_?": Cell(lambda e, n: e["b"] if n == 0 else e["c_?", n - 1] + 1)})
    assert (env["b"], env["c_?", 2]) == (6, 8)
    changed = env.do({("a", ()): 10})
    assert (changed["b"], changed["c_?", 2], env["b"]) == (30, 32, 6)
    assert changed.do({("b", ()): 0})["c_?", 2] == 2
    assert env.do({("c_?", (1,)): 100})["c_?", 2] == 101


def test_each_cell_is_computed_once():
    calls = []
    env = Environment({"a": Cell(lambda e: calls.append(1) or 1)})
    assert env["a"] + env["a"] == 2
    assert len(calls) == 1


def test_views_set_a_part_of_their_parent():
    env = Environment({"v": column(1, 2), "v_?": component("v"), "A": A.copy(),
                       "a_?": column_of("A"), "s": Cell(lambda e: float(e["v"].sum()))})
    assert env["v_?", 2] == 2
    assert env.do({("v_?", (1,)): 10})["s"] == 12
    assert env.do({("v_?", (1,)): 10, ("v_?", (2,)): 20})["s"] == 30
    assert_allclose(env["a_?", 3], column(3, 6))
    assert env.do({("a_?", (3,)): column(0, 0)})["A"].tolist() == [[1, 2, 0], [4, 5, 0]]
    assert env["v"].tolist() == [[1], [2]]


@pytest.mark.parametrize("index", [0, -1, 3])
def test_a_view_outside_its_parent(index):
    env = Environment({"v": column(1, 2), "v_?": component("v")})
    with pytest.raises(EvaluationError, match=rf"index {index} is outside 1\.\.2"):
        env["v_?", index]
    with pytest.raises(EvaluationError, match="outside"):
        Environment({"A": A, "a_?": column_of("A")})["a_?", 0]


@pytest.mark.parametrize(("binding", "index", "message"), [
    ({1: 5}, (2,), "has no member with index 2"), ({(1, 1): 5}, (1, 2), "index \\(1, 2\\)"),
    (7, (1,), "is not a family"), (Cell(lambda e: 1 / 0), (), "ZeroDivisionError"),
    (Cell(lambda e: e["missing"]), (), "missing has no binding"),
    (Cell(lambda e: {}["key"]), (), "KeyError: 'key'"), (Cell(lambda e: None), (), "NoneType"),
    (Cell(lambda e: np.zeros(3)), (), "columns of shape"), (Cell(lambda: 1), (), "TypeError"),
    (Cell(lambda e: [1, 2]), (), "list, which has no meaning"),
])
def test_bindings_that_fail(binding, index, message):
    with pytest.raises(EvaluationError, match=message):
        Environment({"a_?": binding}).get("a_?", index)


@pytest.mark.parametrize("value", [np.zeros(3), np.zeros((2, 2, 2)), "text", None, [1.0], {1: "a"}])
def test_what_cannot_be_bound(value):
    with pytest.raises(ValueError, match="is bound to"):
        normalise("a", value)


def test_what_is_bound():
    assert normalise("a", np.float64(2)) == 2
    assert normalise("a", np.array(2.0)) == 2
    assert normalise("a", np.array([[1, 2]])).dtype == float
    assert isinstance(normalise("a", abs), Function)
    assert sequence([5, 6], 0) == {0: 5, 1: 6}


def test_functions_see_their_parameters():
    scale = Function(lambda e, x: e["a"] * x, uses_env=True)
    assert evaluate("f(3)", {"f": scale, "a": 2}) == 6
    assert evaluate(r"\left. f(3) \right|_{a = 5}", {"f": scale, "a": 2}) == 15
    family = Function({1: np.sin, 2: abs}.__getitem__, indexed=True)
    assert evaluate("g_2(-3)", {"g_?": family}) == 3
    refused(EvaluationError, "g_5(-3)", {"g_?": family}, match=r"g_\? has no member with index")
    refused(EvaluationError, "g_2(3)", {"g_?": abs}, match="is not a family of functions")


@pytest.mark.parametrize("result", [np.zeros(3), np.zeros((1, 1, 1))])
def test_functions_must_return_scalars_or_matrices(result):
    refused(EvaluationError, "f(1)", {"f": lambda x: result}, match="returned an array of shape")


def test_a_letter_without_a_value():
    instance = Instance({"x_?": {1: 1}}, forall=[{"i": 1}, {"j": 1}])
    (_, letters), (_, others) = instance.cases({"i", "j"})
    assert (letters, others) == ({"i": 1}, {"j": 1})
    statement, = parse("x_i = 1", instance.notation(), {"i", "j"})
    with pytest.raises(EvaluationError, match="the letter i has no value in this case"):
        Interpreter(NumericArithmetic()).holds(statement.args[0], instance.environment(), others)


def test_values_held_and_set_at_a_bar():
    bindings = {"a": 2, "b": Cell(lambda e: e["a"] ** 2), "c": Cell(lambda e: e["a"] + e["b"])}
    assert evaluate("c", bindings) == 6
    assert evaluate(r"\left. c \right|_{a = 3}", bindings) == 12
    assert evaluate(r"\left. c \right|_{b = 0}", bindings) == 2
    assert evaluate(r"\left. c \right|_{a = 3, b = 0}", bindings) == 3
    assert evaluate(r"\left. (\left. c \right|_{b = a}) \right|_{a = 3}", bindings) == 6
    refused(EvaluationError, r"\left. c \right|_{a + b = 3}", bindings, match="only a symbol can")


# -- Extrema over a continuous variable ------------------------------------------------------------


def test_unconstrained_extrema():
    bindings = {"w": 0.3, r"\mathbf{w}": column(1, 2), r"\mathbf{u}": column(3, -4), "c": 2,
                "J": lambda w: float(np.sum((w - column(3, -4)) ** 2))}
    assert evaluate(r"\arg\min_{w} (w - c)^2", bindings) == pytest.approx(2, abs=1e-6)
    assert evaluate(r"\min_{w} ((w - c)^2 + 1)", bindings) == pytest.approx(1)
    assert evaluate(r"\max_{w} (3 - (w - c)^2)", bindings) == pytest.approx(3)
    assert_allclose(evaluate(r"\arg\min_{\mathbf{w}} J(\mathbf{w})", bindings), column(3, -4),
                    rtol=1e-6)


def test_constrained_extrema():
    bindings = {r"\mathbf{w}": column(1, 1), r"\mathbf{u}": column(1, 2)}
    latex = r"\min_{\mathbf{w} : \mathbf{u}^\top \mathbf{w} = 5} \lVert \mathbf{w} \rVert^2"
    assert evaluate(latex, bindings) == pytest.approx(5)
    assert_allclose(evaluate(rf"\arg{latex}", bindings), column(1, 2), rtol=1e-5)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\min_{w} w", "did not converge"), (r"\min_{w : w > 1} w^2", "only one equality"),
    (r"\min_{w} (w \mathbf{u})", "must be a scalar"), (r"\min_{2 w} w^2", "only a symbol")])
def test_extrema_that_are_not_found(latex, message):
    refused(EvaluationError if "must" not in message else ShapeError, latex,
            {"w": 0.3, r"\mathbf{u}": column(1, 2)}, match=message)


# -- Finite probability ----------------------------------------------------------------------------


def two_dice(faces=(1, 2, 3, 4, 5, 6)):
    def space(env):
        for a, b in itertools.product(faces, repeat=2):
            yield 1 / len(faces) ** 2, {("a", ()): a, ("b", ()): b}
    return {"space": space}


DICE = {"a": 1, "b": 6, "p": Probability(), "c": 10, r"\mathbf{z}": Cell(
    lambda e: column(e["a"], e["b"])), "s": Cell(lambda e: e["a"] + e["b"])}


@pytest.mark.parametrize(("latex", "value"), [
    ("p(a = 1)", 1 / 6), ("p(a)", 1 / 6), ("p(a, b)", 1 / 36), ("p(s = 7)", 1 / 6),
    (r"p(s = 7 \mid a)", 1 / 6), (r"p(s = 7 \mid a > 3)", 1 / 6), (r"p(a = 6 \mid s > 10)", 2 / 3),
    ("p(a = 1)^2", 1 / 36), ("p^2(a = 1)", 1 / 36), (r"\mathbb{E}[a]", 3.5), (r"\mathbb{E}[s]", 7),
    (r"\mathbb{E}[a]^2", 12.25), (r"\mathbb{E}[a^2]", 91 / 6), (r"\mathbb{E}[c a]", 35),
    (r"\mathbb{E}[s \mid a = 6]", 9.5), (r"\mathbb{E}_{p(a, b)}[a b]", 12.25),
    (r"\mathbb{E}_{p(b \mid a)}[a b]", 3.5), (r"\mathbb{E}_{p(a \mid b)}[a b]", 21),
    (r"\mathrm{Var}(a)", 35 / 12), (r"\mathrm{Var}(c a)", 3500 / 12), (r"\mathrm{Var}(s)", 35 / 6),
    (r"\mathrm{Cov}(a, s)", 35 / 12), (r"\mathrm{Cov}(a, b)", 0),
    (r"\mathrm{Var}(a \mid b)", 35 / 12),
])
def test_two_dice(latex, value):
    assert evaluate(latex, DICE, **two_dice()) == pytest.approx(value, rel=1e-14, abs=1e-14)


def test_moments_of_vectors():
    assert_allclose(evaluate(r"\mathbb{E}[\mathbf{z}]", DICE, **two_dice()), column(3.5, 3.5))
    assert_allclose(evaluate(r"\mathrm{Cov}(\mathbf{z})", DICE, **two_dice()),
                    35 / 12 * np.eye(2), atol=1e-14)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\mathbb{E}_{p(a)}[a b]", "does not say whether b is averaged or given"),
    (r"\mathbb{E}_{a}[a b]", "does not say whether b is averaged or given"),
    (r"\mathbb{E}_{c}[a b]", "is not a random symbol"), ("p(2 a)", "an event is a relation or"),
    (r"p(a = 1 \mid b = 7)", "an event of probability zero"),
    (r"\mathbb{E}[a, b]", "a wrong number of arguments"), (r"\mathrm{Var}(a, b)", "wrong number"),
    (r"\mathrm{Var}(\mathbf{z})", "the variance of a vector; write Cov"),
    (r"\mathrm{Cov}(a)", "needs a column vector"),
    (r"\mathrm{Cov}(a, \mathbf{z})", "a scalar and a"),
])
def test_probabilities_that_are_not_read(latex, message):
    with pytest.raises(EvaluationError, match=message):
        evaluate(latex, DICE, **two_dice())


def test_a_sample_space_must_have_total_one():
    def space(env):
        yield 0.5, {("a", ()): 1}
        yield 0.4, {("a", ()): 2}
    refused(EvaluationError, r"\mathbb{E}[a]", DICE, match="add up to 0.9", space=space)


def test_a_view_with_indices_of_its_parent():
    bindings = {r"\mathbf{a}^{(?)}": {1: column(5, 6)},
                "a_?^{(?)}": View(r"\mathbf{a}^{(?)}", lambda i, layer: ((layer,), (i - 1,)))}
    assert evaluate("a_2^{(1)}", bindings) == 6
    refused(EvaluationError, "a_2^{(2)}", bindings, match="no member with index 2")
