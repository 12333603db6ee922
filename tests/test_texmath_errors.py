"""Error messages say what is wrong and point at the place in the LaTeX."""

import subprocess
import sys

import pytest

from equation_language import column, refused, underlined
from nndl_notes.texmath import (
    AmbiguousNotation,
    EvaluationError,
    Notation,
    NotDifferentiable,
    ParseError,
    ShapeError,
    ShapeMismatch,
    TexMathError,
    UnknownSymbol,
    parse,
)


def test_the_family_of_errors():
    assert issubclass(TexMathError, ValueError)
    assert issubclass(UnknownSymbol, ParseError)
    assert issubclass(AmbiguousNotation, ParseError)
    assert issubclass(ShapeMismatch, ShapeError)
    assert issubclass(ShapeError, EvaluationError)
    assert issubclass(NotDifferentiable, EvaluationError)
    assert not issubclass(EvaluationError, ParseError)


def test_a_message_without_a_place_is_just_the_message():
    assert str(ParseError("no")) == "no"
    assert str(ParseError("no", 0, 1)) == "no"
    assert str(ParseError("no").within("x")) == "no"


def test_the_caret_counts_lines_and_columns():
    error = ParseError("no y", 6, 8).within("x =\n  y_1 + 2")
    assert str(error) == "no y\n  line 2, column 3:\n      y_1 + 2\n      ^^"


def test_the_caret_stays_on_its_line():
    assert str(ParseError("no", 2, 9).within("ab cd\ne")).endswith("ab cd\n      ^^^")
    assert str(ParseError("no", 7, 8).within("abc")).endswith("column 4:\n    abc\n       ^")


def test_the_first_and_most_precise_place_is_kept():
    error = ParseError("no", 1, 2)
    assert error.locate(5, 6) is error
    assert (error.start, error.end) == (1, 2)
    assert error.within("a+b").within("other").source == "a+b"


@pytest.mark.parametrize(("latex", "kind", "message", "place"), [
    ("x + q_1 = 0", UnknownSymbol, r"q_\{1\} is not in the page's notation", "q"),
    ("x = 0 +", ParseError, "unexpected the end", None),
    ("", ParseError, "an empty display states nothing", None),
    ("x", ParseError, "a statement needs a relation", None),
    ("x = y = ", ParseError, "unexpected the end", None),
    ("x = \\frac{1}{}", ParseError, "a fraction with an empty part", "\\frac"),
    ("x = \\frac{1}", ParseError, "a script or command lacks its argument", None),
    ("x_1_2 = 0", ParseError, "double subscript", "_"),
    ("x^2^3 = 0", ParseError, "double superscript", "^"),
    ("x^23 = 0", AmbiguousNotation, "TeX takes one digit of 23 only", "23"),
    ("x_12 = 0", AmbiguousNotation, "TeX takes one digit of 12 only", "12"),
    ("(x = 0", ParseError, "expected \\) but found the end", None),
    ("(x = 0) = 0", ParseError, "a relation stands where a value is expected", "x = 0"),
    ("(x + 1 = 0", ParseError, "expected \\) but found", None),
    ("x) = 0", ParseError, "a statement needs a relation; reading stopped at \\)", ")"),
    ("x = 0 )", ParseError, "unexpected \\)", ")"),
    ("x = \\mathbf", ParseError, "\\\\mathbf without an argument", "\\mathbf"),
    ("x = \\mathbf{y", ParseError, "unbalanced braces", "\\mathbf"),
    ("x = \\left", ParseError, "\\\\left without a delimiter", "\\left"),
    ("x = {y", ParseError, "unbalanced braces", "{"),
    ("x = y }", ParseError, "unexpected }", "}"),
    ("x = \\foo", ParseError, "unexpected \\\\foo", "\\foo"),
    ("x = y!", ParseError, "unexpected !", "!"),
    ("x ≤ y", ParseError, "≤ is not ASCII; write the character or command of LaTeX", "≤"),
    ("x = ２", ParseError, "２ is not ASCII", "２"),
    ("x − 1 = y", ParseError, "− is not ASCII", "−"),
    ("𝐱 = y", ParseError, "𝐱 is not ASCII", "𝐱"),
    ("x = \\text{（注）}", ParseError, "is not ASCII", "（"),
    ("x = y\u00a0", ParseError, "is not ASCII", "\u00a0"),
    ("x = y \\\\[2pt] + 1", ParseError, "the site would show this option of a row break", "["),
    ("x = \\text{the loss}", UnknownSymbol, "the", None),
    ("x = \\int y", ParseError, "unexpected \\\\int", "\\int"),
    ("x \\to y", ParseError, "reading stopped at", "\\to"),
    ("x \\sim y", ParseError, "reading stopped at", "\\sim"),
    ("x = \\begin{array}{c} y \\end{array}", ParseError, "array has no meaning here", "\\begin"),
    ("x = \\begin{cases} y", ParseError, "cases is not closed", None),
    ("x = \\begin{cases} y & x > 0 \\end{bmatrix}", ParseError,
     "cases is closed by another environment", None),
])
def test_what_is_no_sentence(latex, kind, message, place):
    with pytest.raises(kind, match=message) as caught:
        parse(latex, Notation({"x": "value", "y": "value"}))
    assert type(caught.value) is kind
    if place:
        assert underlined(caught.value) == place


def test_the_place_is_found_in_a_display_of_several_lines():
    with pytest.raises(UnknownSymbol) as caught:
        parse("\\begin{aligned}\n  x &= y \\\\\n    &= y + \\hat{z}^{(n)}\n\\end{aligned}",
              Notation({"x": "value", "y": "value"}))
    assert "line 3, column 12:" in str(caught.value)
    assert underlined(caught.value) == "\\hat{z}"


def test_evaluation_points_at_the_smallest_part_that_fails():
    w = {r"\mathbf{w}": column(1, 2), r"\mathbf{v}": column(1, 2, 3), "x": 0}
    refused(ShapeMismatch, r"x + \lVert \mathbf{w} + \mathbf{v} \rVert", w,
            match=r"shapes \(2, 1\) and \(3, 1\)", at=r"\mathbf{w} + \mathbf{v}")
    refused(EvaluationError, r"1 + \frac{2}{x}", w, match="division by zero", at=r"\frac{2}{x}")
    refused(EvaluationError, r"1 + \log(x)", w, match="log is not finite", at=r"\log(x)")


def test_the_language_is_imported_without_sympy_and_scipy():
    code = ("import sys, nndl_notes, nndl_notes.texmath\n"
            "print(sorted({'sympy', 'scipy', 'mpmath', 'IPython'} & set(sys.modules)))")
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_package_is_imported_without_numpy():
    code = "import sys, nndl_notes\nprint('numpy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
