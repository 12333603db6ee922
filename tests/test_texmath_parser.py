"""Displays to trees: one reading, or an error that says which readings there are."""

import numpy as np
import pytest

from equation_language import column, evaluate, read, refused
from nndl_notes.texmath import (
    AmbiguousNotation,
    EvaluationError,
    Notation,
    ParseError,
    ShapeError,
    UnknownSymbol,
    parse,
    variables,
)
from nndl_notes.texmath.parser import Parser

SCALARS = {"a": 2, "b": 3, "c": 5, "d": 7, "x": 11, "N": 3, "f": lambda v: 2 * v,
           "x_?": {1: 1, 2: 4, 3: 9}, r"\mathbf{v}": column(3, 4), r"\mathbf{w}": column(1, 2)}


def sentences(latex, *symbols):
    return parse(latex, Notation(dict.fromkeys(symbols or "abcdx", "value")))


def relations(latex):
    return [chain.value for sentence in sentences(latex) for chain in sentence.args]


# -- One reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("latex", "value"), [
    ("a + b c", 17), ("a - b - c", -6), ("-a + b", 1), ("--a", 2), ("a (b + c)", 16),
    ("a^2 b", 12), ("a^{b c}", 2**15), ("-a^2", -4), ("(-a)^2", 4), ("a^{-1}", 0.5),
    ("a^{-2}", 0.25), ("{a}^2 b", 12), ("a b / c", 1.2), ("a / b", 2 / 3), ("1/2", 0.5),
    (r"\frac ab", 2 / 3), (r"\frac12", 0.5), (r"\frac{1}2", 0.5), (r"\frac12 a", 1),
    (r"2 \cdot 3 \times a", 12), ("2a", 4), ("2(3)", 6), ("N(a + 1)", 9), ("f(a + 1)", 6),
    ("f(a) b", 12), ("f(a)^2", 16), ("f^2(a)", 16), (r"\sqrt 4", 2), (r"\sqrt{a + 2}", 2),
    (r"\sqrt[3]{8}", 2), (r"\sqrt4^2", 4), ("50\\%", 0.5), (r"5\,000", 5000), ("x_1", 1),
    (r"5\,000.5", 5000.5),
    (r"\lvert a - b \rvert", 1), ("|a - b|", 1), ("|a||b|", 6), ("||a| - |b||", 1),
    ("|a - b| c", 5), (r"\left|a - b\right| c", 5), (r"\lfloor x / a \rfloor", 5),
    (r"\lceil x / a \rceil", 6), (r"\lVert \mathbf{v} \rVert", 5), (r"\|\mathbf{v}\|^2", 25),
    (r"\|\mathbf{v}\|_1", 7), (r"\|\mathbf{v}\|_\infty", 4), (r"\binom{5}{2}", 10),
    (r"\bigl( a + b \bigr) c", 25), (r"\log e", 1), (r"\log e + 1", 2), (r"e^{\log a}", 2),
    (r"\max(a, b, x_3)", 9), (r"\min\{a, b\}", 2), (r"\max_{i} x_i", 9), (r"\sin^2 \pi", 0),
    (r"\sum_{n=1}^N n^2 + 1", 15), (r"\sum_{n=1}^{N} (n + 1)", 9), (r"a \sum_{n=1}^N n b", 36),
    (r"\prod_{n=1}^{N} a n", 48), (r"\prod_{n=1}^{N} (n) a", 12), (r"\sum_{i} x_i", 14),
    (r"\sum_{i \neq 2} x_i", 10), (r"\sum_{i < j} x_i x_j", 1 * 4 + 1 * 9 + 4 * 9),
    (r"\prod_{n=2}^{1} x_n", 1), (r"\sum_{n \in S} x_n", 13),
    (r"x_1 + \dots + x_N", 14), (r"1 + 2 + \dots + N", 6), (r"\max(x_1, \dots, x_N)", 9),
    (r"x_1 x_1 + \dots + x_N x_N", 98), (r"\mathbb{1}[a < b]", 1), (r"\mathbb{1}(a > b)", 0),
    (r"\begin{cases} a, & \text{if } b > c \\ x, & \text{otherwise.} \end{cases}", 11),
    (r"\begin{cases} a & b < c \\ x & \text{otherwise} \end{cases}", 2),
])
def test_scalars(latex, value):
    bindings = SCALARS | {"S": (2, 3)}
    found = evaluate(latex, bindings, ranges={"i": (1, 2, 3), "j": (1, 2, 3)})
    assert found == pytest.approx(value, rel=1e-13, abs=1e-14)


def test_the_tree_is_the_same_whatever_the_spacing():
    assert read(r"\frac{1}{2}a ( b+c )", SCALARS) == read(r"\tfrac 1 2 \, a \left(b + c\right)",
                                                           SCALARS)
    assert read("a b", SCALARS) != read("b a", SCALARS)


def test_an_empty_sum_is_zero_of_any_shape():
    assert evaluate(r"a + \sum_{n=2}^{1} x_n", SCALARS) == 2
    total = evaluate(r"\mathbf{v} + \sum_{n=2}^{1} x_n \mathbf{v}", SCALARS)
    assert total.tolist() == [[3], [4]]


def test_nodes_know_their_place():
    source = r"a + \frac{b}{c}"
    tree = read(source, SCALARS)
    assert [source[n.start:n.end] for n in tree.args] == ["a", r"\frac{b}{c}"]


def test_free_letters():
    tree = read(r"x_i + \sum_{n=1}^{j} x_n", SCALARS, {"i": 1, "j": 2})
    assert variables(tree) == {"i", "j"}
    assert variables(read(r"\sum_{n=1}^{N} n", SCALARS)) == set()


# -- Several readings ------------------------------------------------------------------------------


@pytest.mark.parametrize(("latex", "message", "place"), [
    ("a / b c", r"a/bc and a \\cdot b/c have two readings", "/"),
    (r"a / b \cdot c", "have two readings", None),
    (r"a \cdot b / c", "have two readings", "/"),
    ("a / b / c", "have two readings", None),
    (r"a \cdot -b", "a sign directly behind a product operator", "-"),
    ("a / -b", "a sign directly behind", "-"),
    ("2 3", "two numbers side by side", "3"),
    ("1 234", "two numbers side by side", "234"),
    (r"0.044\,715", "two numbers side by side", "715"),
    (r"5\,898\,240\,0001", "two numbers side by side", "0001"),
    (r"2 \frac{1}{2}", "a mixed number or a product", r"\frac"),
    (r"\sqrt12", "TeX takes one digit of 12", "12"),
    ("a^10", "TeX takes one digit of 10", "10"),
    ("a^1.5", "TeX takes one digit of 1.5", "1.5"),
    ("x_12", "TeX takes one digit of 12", "12"),
    (r"\log a b", "takes one symbol without brackets", None),
    (r"\log a / b", "takes one symbol without brackets", "/"),
    (r"\log a^2", "takes one symbol without brackets", None),
    (r"\mathbf{v}^\top_{1,2}", "an entry of the transpose or inverse", None),
    (r"\mathbf{v}_1^{-1}", "an entry of the transpose or inverse", None),
    (r"\exp(a)^2", "of its argument or of its value", "^"),
    (r"\log^{-1}(a)", "inverse function or reciprocal", r"\log"),
    ("f^{-1}(a)", "inverse function or reciprocal", "f"),
    ("f a", "f needs its argument in brackets, not a", "a"),
    ("f", "f needs its argument in brackets", None),
    (r"\mathrm{diag} \mathbf{v}", "needs its argument in brackets", r"\mathbf{v}"),
    (r"\nabla f(a)", "needs a subscript that names the variable", None),
    (r"\frac{\partial}{\partial a} f(a)", "needs a bracketed operand", None),
    (r"\frac{\partial a + b}{\partial a}", "a sum behind a differential needs brackets", "a"),
    (r"\min_{a} (a - b)^2 + c", "how far does", "+"),
    (r"\arg\max_{a} f(a) - c", "how far does", "-"),
    (r"\max_{i} x_i + c", "how far does", "+"),
    (r"\sum_{n=1}^{N} x_n \sum_{n=1}^{N} x_n", "n already runs in an enclosing sum", r"\sum"),
    ("{a + b} c", "braces are not shown", "{"),
    ("c {-a}", "braces are not shown", "{"),
    ("{a b}^2", "braces are not shown", "{"),
    ("{a^2}^3", "braces are not shown", "{"),
    ("{a / b} c", "braces are not shown", "{"),
    (r"{\log a} b", "braces are not shown", "{"),
    (r"{\prod_{n=1}^{N} n} N", "braces are not shown", "{"),
    ("|a| b |c|", "which bars are a pair", "|"),
    (r"\|\mathbf{v}\| a \|\mathbf{w}\|", "which bars are a pair", r"\|"),
    (r"\prod_{n=1}^{N} n a", "a factor that does not vary", "a"),
    (r"\prod_{n=1}^{N} n / a", "a factor that does not vary", "a"),
    (r"\max_{i} x_i a", "a factor that does not vary", "a"),
    (r"\min_{a} (a - b)^2 c", "a factor that does not vary", "c"),
    ("a 2", "a number behind a factor", "2"),
    ("2 e3", "a number behind a factor", "3"),
    ("a(b)", "the value of a function there, or a product", "(b)"),
    ("a(b)^2", "the value of a function there, or a product", None),
    (r"\frac{\partial a^2}{\partial a}(3)", "the value of a function there", "(3)"),
    (r"\nabla_{a} a b", "how far does the differential operator reach", None),
    (r"\frac{\partial}{\partial a} (a^2) a", "how far does the differential", None),
    (r"\nabla_{a} a \cdot b", "how far does the differential operator reach", None),
    (r"\log a \cdot b", "takes one symbol without brackets", None),
    (r"N \sum_{N=1}^{2} N", "the letter N runs in a sum of this statement and is a symbol", "N"),
    (r"\sum_{i} a_i x_i", "declared with the label i, which is an index", "a_i"),
    ("y^{(N)2}", "an index and a power, or one exponent", "(N)2"),
    ("y^{(N)^2}", "an index and a power, or one exponent", "(N)^2"),
])
def test_two_readings(latex, message, place):
    bindings = SCALARS | {"a_i": 5, "y^{(?)}": {3: 7}}
    refused(AmbiguousNotation, latex, bindings, match=message, at=place, ranges={"i": (1, 2, 3)})


@pytest.mark.parametrize(("latex", "value"), [
    (r"|a|\,|b|", 6), (r"\|\mathbf{v}\|^2 \|\mathbf{w}\|^2", 125), ("|a| - b |c|", -13),
    (r"\lvert a \rvert b \lvert c \rvert", 30), (r"\prod_{n=1}^{N} a (n + 1)", 8 * 24),
    (r"\prod_{n=1}^{N} \frac{n}{a}", 6 / 8), (r"\max_{i} a x_i", 18), ("a (-b)", -6),
    ("a(y^{(3)})^2", 98), (r"\frac{\partial a^2}{\partial a} (c - 1)", 16),
    (r"(\nabla_{a} a^2) b", 12), (r"\sum_{N=1}^{2} N", 3), ("a_i + x_1", 6), ("(y^{(3)})^2", 49),
    ("{y^{(3)}}^2", 49), (r"{\frac{a}{b}} c", 10 / 3), ("a^{(1 + 1) b}", 64),
])
def test_close_to_two_readings(latex, value):
    bindings = SCALARS | {"a_i": 5, "y^{(?)}": {3: 7}}
    assert evaluate(latex, bindings, ranges={"i": (1, 2, 3)}) == pytest.approx(value)


def test_cases_that_contradict_each_other_have_no_value():
    overlap = r"\begin{cases} a & b > 0 \\ c & b > 1 \end{cases}"
    refused(EvaluationError, overlap, SCALARS, match="two of the cases apply, with different")
    assert evaluate(overlap, SCALARS | {"c": 2}) == 2
    first = r"\begin{cases} a & \text{otherwise} \\ c & b > 1 \end{cases}"
    assert evaluate(first, SCALARS) == 5


def test_sizes_of_bold_constants():
    assert evaluate(r"\mathbf{0}_{2 \times 3}", {}).shape == (2, 3)
    assert evaluate(r"\mathbf{0}_{2, N}", SCALARS).shape == (2, 3)
    assert evaluate(r"\mathbf{I}_{N \times N}", SCALARS).shape == (3, 3)
    assert evaluate(r"\mathbf{1}_{N \times 1}", SCALARS).shape == (3, 1)
    refused(ShapeError, r"\mathbf{I}_{2 \times 3}", match="the identity against the shape")
    refused(ShapeError, r"\mathbf{1}_{2 \times 3}", match="the vector of ones against the shape")
    refused(ParseError, r"\mathbf{0}_{2 \times 3 \times 4}", match="a space of tensors")


def test_a_transpose_is_no_power():
    square = {r"\mathbf{A}": np.array([[1.0, 2], [3, 5]]), "T": 3}
    refused(AmbiguousNotation, r"\mathbf{A}^T", square, match="a power or the transpose")
    assert evaluate("T^T", square) == 27
    assert evaluate(r"\mathbf{A}^2", square, elementwise=True).tolist() == [[7, 12], [18, 31]]


def test_a_letter_that_runs_and_is_free():
    refused(AmbiguousNotation, r"x_n + \sum_{n=1}^{N} x_n", SCALARS, letters={"n": 1},
            match="the letter n runs in this sum and is free elsewhere")
    assert evaluate(r"\sum_{n=1}^{N} x_n", SCALARS, {"n": 1}) == 14


@pytest.mark.parametrize(("latex", "message"), [
    (r"\sum a", "lacks its index"), (r"\prod a", "lacks its index"),
    (r"\arg\min f(a)", "lacks its index"),
    (r"\sum_{n}^{N} n", "the lower limit must read n = 1"),
    (r"\sum'_{n=1}^{N} n", "a prime behind"),
    (r"\sum_{k} x_1", None),
    (r"\nabla^2_{a} f(a)", "takes a subscript only"),
    (r"\nabla_a^2 f(a)", "takes a subscript only"),
    (r"\left. a \right|_{a=1}^{2}", "a bar takes a subscript only"),
    (r"\left. a \right|^{2}", "must be closed by"),
    (r"\left. a \right)_{b}", "must be closed by"),
    (r"\left. a \right|_{a=1, b}", "must be symbol = value"),
    (r"\sqrt[2,3]{a}", "the degree of a root takes one argument"),
    (r"\mathbb{1}[a = 1, b = 2]", "takes one argument"),
    (r"O(a, b)", "O takes one argument"),
    (r"a (b = 3)", "a relation stands where a value is expected"),
    (r"f(a = 3)", "a relation stands where a value is expected"),
    (r"\max(a = 3, b)", "a relation stands where a value is expected"),
    (r"\lfloor a = 3 \rfloor", "a relation stands where a value is expected"),
    (r"a (b, c)", "a list in brackets belongs behind a function"),
    (r"(a + b]", r"expected \) but found ]"),
    (r"\lVert \mathbf{v} \rvert", r"expected \\rVert but found"),
    (r"|a", "expected |"),
    (r"\|\mathbf{v}\|'", "a prime behind a norm"),
    (r"(a)'", "a prime needs a declared function before it"),
    (r"(a)^{(2)} b^{(1)}", None),
    (r"(a)^{*}", "not part of a declared symbol"),
    (r"a * b", "reading stopped at"),
    (r"a \otimes b", "reading stopped at"),
    (r"a \pm b", "reading stopped at"),
    (r"\begin{bmatrix} a & b \\ c \end{bmatrix}", "different lengths"),
    (r"\begin{bmatrix} a & & b \end{bmatrix}", "a matrix entry is empty"),
    (r"\begin{bmatrix} a & \cdots & b \end{bmatrix}", "an ellipsis inside a matrix"),
    (r"\begin{bmatrix} a \\ \vdots \\ b \end{bmatrix}", "an ellipsis inside a matrix"),
    (r"\begin{bmatrix} a & \\ & \ddots \end{bmatrix}", None),
    (r"\begin{vmatrix} a \end{vmatrix}", "vmatrix has no meaning here"),
    (r"\begin{cases} a \end{cases}", "needs a value & a condition"),
    (r"\begin{cases} a & b \end{cases}", "a statement needs a relation"),
    (r"\begin{cases} a & \text{otherwise } b = 3 \end{cases}", "a condition behind otherwise"),
    (r"\frac{\partial^2 f(a)}{\partial a}", "orders in numerator and denominator differ"),
    (r"\frac{\partial f(a)}{\partial a^2}", "orders in numerator and denominator differ"),
    (r"\frac{\partial^n f(a)}{\partial a^n}", "must be a number"),
    (r"\frac{\partial f(a)}{\partial a \partial}", "a differential without a variable"),
    (r"a_{}", "an index is empty"), (r"a {} b", "a brace group is empty"),
    (r"a^", "unexpected ="), (r"f(a_)", None), (r"\frac{a^}{b}", "lacks its argument"),
    (r"\mathrm{softmax}_1(\mathbf{v})", "takes no prime and no subscript"),
    (r"\log_2 a", "takes no prime and no subscript"),
    (r"\tanh'(a)", "takes no prime and no subscript"),
    (r"\mathbb{E}'[a]", None),
    (r"\mathbb{E}^{\top}[a]", "takes only a power as superscript"),
    (r"\mathbb{E}_{a + b}[a]", r"must be p\(...\) or a random symbol"),
])
def test_no_reading(latex, message):
    with pytest.raises(ParseError, match=message):
        evaluate(latex, SCALARS)


@pytest.mark.parametrize("latex", ["y", r"\mathbf{x}", "x_1^{(2)}", "a'", r"\hat{a}", r"a_{\max}",
                                   r"\infty", r"\ell", r"\sum_{n=1}^{\infty} n"])
def test_unknown_symbols(latex):
    with pytest.raises((UnknownSymbol, ParseError)):
        evaluate(latex, SCALARS)


def test_what_the_table_decides():
    assert evaluate("h(a + b)", {"h": 10, "a": 1, "b": 2}) == 30
    assert evaluate("h(a + b)", {"h": lambda v: v - 1, "a": 1, "b": 2}) == 2
    assert evaluate(r"\frac{d a}{d b}", {"a": 6, "b": 3, "d": 5}) == 2
    assert evaluate("e", {"e": 7}) == 7
    assert evaluate(r"\pi", {r"\pi": lambda v: v, "a": 1} | {r"\pi": 4}) == 4
    assert evaluate("O(a + 1)", {"O": 2, "a": 3}) == 8


# -- Sentences of a display ------------------------------------------------------------------------


@pytest.mark.parametrize(("latex", "expected"), [
    ("a = b", [("=",)]),
    ("a = b.", [("=",)]),
    ("a = b \\le c \\approx d", [("=", r"\leq", r"\approx")]),
    ("a = b, c = d", [("=",), ("=",)]),
    (r"a = b, \quad c > d", [("=",), (">",)]),
    (r"a = b \text{ and } c < d", [("=",), ("<",)]),
    (r"\begin{aligned} a &= b \\ &= c \\ &= d \end{aligned}", [("=", "=", "=")]),
    (r"\begin{aligned} a &= b, \\ c &= d. \end{aligned}", [("=",), ("=",)]),
    (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", [("=",), ("=",)]),
    (r"\begin{aligned} a &= b \\ &\quad + c \\ &= d \end{aligned}", [("=", "=")]),
    (r"\begin{aligned} a &= b \\ &\quad \cdot c \end{aligned}", [("=",)]),
    (r"\begin{aligned} a &= b + \\ & c \end{aligned}", [("=",)]),
    (r"\begin{aligned} a &= b, \\ & c = d \end{aligned}", [("=",), ("=",)]),
    (r"\begin{aligned} a &= b \\ \end{aligned}.", [("=",)]),
    (r"\begin{gathered} a = b \\ c = d \end{gathered}", [("=",), ("=",)]),
    (r"a = b \\ = c", [("=", "=")]),
    (r"a = b, \\ -c = d", [("=",), ("=",)]),
    (r"a = b \\ - c", [("=",)]),
])
def test_sentences(latex, expected):
    assert relations(latex) == expected


def test_an_implication():
    sentence, = sentences(r"a = b, c = d \Rightarrow a = c")
    assert sentence.op == "implication"
    assert [len(part.args) for part in sentence.args] == [2, 1]
    sentence, = sentences(r"a = b, \quad c = d \quad \Rightarrow \quad a = c")
    assert [len(part.args) for part in sentence.args] == [2, 1]
    sentence, = sentences(r"\begin{aligned} & a = b \\ \Rightarrow & c = d \end{aligned}")
    assert sentence.op == "implication"


@pytest.mark.parametrize(("latex", "kind", "message"), [
    (r"\begin{aligned} & a = 0 \\ & b = 0 \end{aligned}", AmbiguousNotation,
     "must begin with a relation or a sign"),
    (r"\begin{aligned} a &= b \\ - c &= d \end{aligned}", AmbiguousNotation,
     "may continue the one above or be a new statement"),
    (r"\begin{aligned} a &= b \\ & - c = d \end{aligned}", AmbiguousNotation, "may continue"),
    (r"\begin{aligned} a &= 0 & b &= 0 \end{aligned}", ParseError, "more than one alignment mark"),
    (r"\begin{alignedat}{2} a &= b \end{alignedat}", ParseError, "has no meaning here"),
    (r"\begin{aligned}[a] b &= c \end{aligned}", ParseError, "as an option of aligned"),
    (r"\begin{aligned}[t] a &= b \end{aligned}", ParseError, "and this site shows it"),
    (r"\begin{aligned}[a + b] &= c \end{aligned}", ParseError, "as an option of aligned"),
    (r"\begin{aligned} a &= b \end{aligned} c", ParseError, "text behind the aligned block"),
    (r"\begin{aligned} a &= b \end{split}", ParseError, "aligned is closed by split"),
    (r"\begin{aligned} a &= b", ParseError, "aligned is not closed"),
    (r"a = b \Rightarrow c = d \Rightarrow a = c", ParseError, "only a single implication"),
    (r"a = b, \quad c = d \implies a = c", AmbiguousNotation, "premises, or statements of their"),
    (r"a = b \iff c = d", ParseError, "only a single implication"),
    (r"a = b, c", ParseError, "a statement needs a relation"),
    (r"a = 1\,000, 000", ParseError, "a statement needs a relation"),
    (r"a = b, \quad c = 1, \dots, d", ParseError, "unexpected"),
    (r"a == b", ParseError, "unexpected ="),
    (r"a := b", ParseError, "reading stopped at :"),
    (r"a \not= b", ParseError, "reading stopped at"),
    (r"a = b \tag{1}", ParseError, "unexpected"),
])
def test_what_is_not_divided_into_sentences(latex, kind, message):
    with pytest.raises(kind, match=message) as caught:
        sentences(latex)
    assert type(caught.value) is kind


def test_the_notation_must_be_a_notation():
    with pytest.raises(TypeError, match="notation must be a Notation, not dict"):
        Parser([], {})


# -- Layout of indices -----------------------------------------------------------------------------


def test_spaces_of_arrays():
    shapes = {r"\mathbf{v}": "value", "a": "value", "N": "value"}
    statement, = parse(r"\mathbf{v} \in \mathbb{R}^{N \times 1}, a \in \mathbb{R}",
                       Notation(shapes))
    assert [chain.args[1].op for chain in statement.args] == ["space", "space"]
    with pytest.raises(ParseError, match="a space of tensors"):
        parse(r"a \in \mathbb{R}^{N \times N \times N}", Notation(shapes))
    with pytest.raises(ParseError, match="unexpected _"):
        parse(r"a \in \mathbb{R}_+", Notation(shapes))
    with pytest.raises(ParseError, match="a dimension is empty"):
        parse(r"a \in \mathbb{R}^{N \times}", Notation(shapes))
