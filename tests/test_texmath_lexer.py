"""LaTeX to tokens: what TeX shows as one symbol is one token."""

import pytest

from nndl_notes.texmath import ParseError
from nndl_notes.texmath.lexer import raw_tokens, tokenize


def texts(latex):
    return [token.text for token in tokenize(latex)]


@pytest.mark.parametrize(("latex", "expected"), [
    (r"\mathbf{x}", [r"\mathbf{x}"]),
    (r"\mathbf x", [r"\mathbf{x}"]),
    (r"\hat{\mathbf{y}}", [r"\hat{\mathbf{y}}"]),
    (r"\hat{\mathbf y}", [r"\hat{\mathbf{y}}"]),
    (r"\hat y_1", [r"\hat{y}", "_", "1"]),
    (r"\boldsymbol\alpha", [r"\boldsymbol{\alpha}"]),
    (r"\bm{\alpha}", [r"\boldsymbol{\alpha}"]),
    (r"\widehat{y}", [r"\hat{y}"]),
    (r"\hat{y_{1}}", [r"\hat{y_{1}}"]),
    (r"\text{ReLU}", [r"\mathrm{ReLU}"]),
    (r"\operatorname{arg\,min}_w", [r"\argmin", "_", "w"]),
    (r"\operatorname*{argmax}", [r"\argmax"]),
    (r"\arg\min_w", [r"\argmin", "_", "w"]),
    (r"\arg \max", [r"\argmax"]),
    (r"\text{if } x", [r"\if", "x"]),
    (r"\text{otherwise.}", [r"\otherwise"]),
    (r"\text{otherwise,}", [r"\otherwise"]),
    (r"a \le b \ge c \ne d", ["a", r"\leq", "b", r"\geq", "c", r"\neq", "d"]),
    (r"\ldots \cdots \dotsc", [r"\dots"] * 3),
    (r"\ln \dfrac \tfrac", [r"\log", r"\frac", r"\frac"]),
    (r"a\,b\;c\!d~e\ f", list("abcdef")),
    (r"\displaystyle\sum\limits_n", [r"\sum", "_", "n"]),
    ("x % a comment\n + y", ["x", "+", "y"]),
    (r"27.8\%", ["27.8", r"\%"]),
    (r"5\,898\,240", [r"5\,898\,240"]),
    (r"13\,780.6", [r"13\,780.6"]),
    ("5{,}898", ["5{,}898"]),
    ("1.5.2", ["1.5", ".", "2"]),
    (r"x \\ [y]", ["x", r"\\", "[", "y", "]"]),
])
def test_tokens(latex, expected):
    assert texts(latex) == expected


@pytest.mark.parametrize("latex", [r"5\,89", r"5\,8982", r"0.044\,715", r"12\,345\,6789"])
def test_digits_that_are_no_groups_of_three_stay_apart(latex):
    assert len([t for t in tokenize(latex) if t.kind == "number"]) > 1


def test_kinds():
    source = r"x \mathbf{W} \alpha 3 \frac \text{if} +"
    kinds = {token.text: token.kind for token in tokenize(source)}
    assert kinds == {"x": "symbol", r"\mathbf{W}": "symbol", r"\alpha": "symbol", "3": "number",
                     r"\frac": "command", r"\if": "command", "+": "char"}


def test_delimiters_know_their_side():
    tokens = tokenize(r"\left( x \right| \bigl[ y \bigr) \big( z \big)")
    assert [(t.kind, t.text) for t in tokens if t.kind != "symbol"] == [
        ("open", "("), ("close", "|"), ("open", "["), ("close", ")"), ("char", "("), ("char", ")")]


def test_places_cover_the_source():
    source = r"\hat{\mathbf y} + 5\,898"
    assert [source[t.start:t.end] for t in tokenize(source)] == [
        r"\hat{\mathbf y}", "+", r"5\,898"]
    assert [t.start for t in raw_tokens("a  b")] == [0, 3]


@pytest.mark.parametrize("latex", [
    r"a = b, \quad c = d", r"a = b \quad \Rightarrow \quad c = d", r"a & \quad \text{if } b",
    r"a = b \quad \text{and} \quad c = d", r"\quad a = b \qquad", r"a \quad = \quad b",
    r"a = b,\qquad\qquad c = d", r"a = b \\ &\quad + c"])
def test_wide_spaces_beside_a_mark_of_punctuation_are_spaces(latex):
    assert not {r"\quad", r"\qquad"} & set(texts(latex))


@pytest.mark.parametrize("latex", [r"a = 0 \quad b = 0", r"a \qquad b", r"\frac{a}{b} \quad c",
                                   r"a \quad \text{ReLU}(b)"])
def test_a_wide_space_between_factors_is_no_product(latex):
    with pytest.raises(ParseError, match="separates statements; put a comma before it"):
        tokenize(latex)


@pytest.mark.parametrize(("latex", "message"), [
    (r"\left", "without a delimiter"), (r"\bigl", "without a delimiter"),
    (r"\hat", "without an argument"), (r"\hat{x", "unbalanced braces"),
    (r"\hat{\mathbf{x}", "unbalanced braces")])
def test_dangling_commands(latex, message):
    with pytest.raises(ParseError, match=message):
        tokenize(latex)
