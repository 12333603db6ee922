"""The table of symbols decides how an occurrence is read, before anything is parsed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equation_language import column, evaluate, read, refused
from nndl_notes.texmath import (
    AmbiguousNotation,
    EvaluationError,
    Notation,
    ParseError,
    UnknownSymbol,
)
from nndl_notes.texmath.lexer import tokenize
from nndl_notes.texmath.notation import Pattern
from nndl_notes.texmath.scripts import read_scripts


def match(occurrence, *symbols, kind="value"):
    """Return (pattern, slots) by which the table reads an occurrence, or None."""
    notation = Notation(dict.fromkeys(symbols, kind))
    tokens = tokenize(occurrence)
    subscript, superscript, primes, end = read_scripts(tokens, 1)
    assert end == len(tokens)
    found = notation.resolve(tokens[0], subscript, superscript, primes)
    if found is None:
        return None
    return found.pattern.spec, ["".join(t.text for t in slot) for slot in found.slots]


@pytest.mark.parametrize(("occurrence", "pattern", "slots"), [
    ("x", "x", []),
    ("x_i", "x_?", ["i"]),
    ("x_{i}", "x_?", ["i"]),
    ("x_{i+1}", "x_?", ["i+1"]),
    ("w_{ij}", "w_{??}", ["i", "j"]),
    ("w_{12}", "w_{??}", ["1", "2"]),
    ("w_{i,j+1}", "w_{??}", ["i", "j+1"]),
    ("w_{i+1,j}", "w_{?,?}", ["i+1", "j"]),
    ("w_{ij}", "w_{?,?}", ["i", "j"]),
    ("x^{(n)}", "x^{(?)}", ["n"]),
    ("w_{ji}^{(l+1)}", "w_{??}^{(?)}", ["j", "i", "l+1"]),
    (r"w^{(l)}_{ji}", "w_{??}^{(?)}", ["j", "i", "l"]),
    (r"\mathbf{W}_f", r"\mathbf{W}_f", []),
    (r"\mathbf{w}^*", r"\mathbf{w}^{*}", []),
    (r"\mathbf{w}^\ast", r"\mathbf{w}^{*}", []),
    (r"\mathbf{w}^\star", r"\mathbf{w}^*", []),
    ("M'", "M'", []),
    (r"M^\prime", "M'", []),
    (r"\boldsymbol{\mu}_{\mathcal{B}}", r"\boldsymbol{\mu}_{\mathcal B}", []),
    ("x^{(4)}", "x^{(4)}", []),
])
def test_a_pattern_reads(occurrence, pattern, slots):
    assert match(occurrence, pattern) == (pattern, slots)


@pytest.mark.parametrize(("occurrence", "pattern"), [
    ("y", "x"), ("x", "x_?"), ("x", "x^{(?)}"), ("x^{(n)}", "x"), ("x^{*}", "x"), ("x'", "x"),
    ("x", "x'"), ("w_{ijk}", "w_{??}"), ("w_{i+1j}", "w_{??}"), ("w_i", "w_{??}"),
    (r"\hat{x}", "x"), (r"\mathbf{x}", "x"), ("x^{2}", "x^{(?)}"), ("x^{n}", "x^{(?)}"),
    ("M_1'", "M'_2"),
])
def test_a_pattern_does_not_read(occurrence, pattern):
    assert match(occurrence, pattern) is None


@pytest.mark.parametrize(("occurrence", "patterns", "chosen"), [
    (r"\mathbf{W}_i", [r"\mathbf{W}_?", r"\mathbf{W}_i"], r"\mathbf{W}_i"),
    (r"\mathbf{W}_j", [r"\mathbf{W}_?", r"\mathbf{W}_i"], r"\mathbf{W}_?"),
    ("x_1", ["x", "x_?"], "x_?"),
    ("x^{(4)}", ["x^{(?)}", "x^{(4)}"], "x^{(4)}"),
    ("x_1^{(4)}", ["x_?^{(4)}", "x_1^{(?)}", "x_1^{(4)}"], "x_1^{(4)}"),
    ("x'", ["x", "x'"], "x'"),
])
def test_the_most_literal_pattern_wins(occurrence, patterns, chosen):
    assert match(occurrence, *patterns)[0] == chosen
    assert match(occurrence, *reversed(patterns))[0] == chosen


def test_two_patterns_that_tie_are_ambiguous():
    with pytest.raises(AmbiguousNotation, match=r"x_1\^\{\(\?\)\} and x_\?\^\{\(4\)\} both read"):
        match("x_1^{(4)}", "x_1^{(?)}", "x_?^{(4)}")


def test_what_a_pattern_leaves_is_power_transpose_or_entry():
    x = {r"\mathbf{x}": column(3, 4), "y_?": {1: 5}, "z": 2}
    assert evaluate(r"\mathbf{x}_2", x) == 4
    assert evaluate("y_1^2", x) == 25
    assert evaluate(r"\mathbf{x}^\top \mathbf{x}", x) == 25
    refused(UnknownSymbol, r"z^{(1)}", x, match=r"z\^\{\(1\)\} is not in", at="z")
    refused(UnknownSymbol, "z'", x, match="z' is not in", at="z")


def test_functions_take_primes_and_probabilities_do_not():
    assert match("f'", "f", kind="function") == ("f", [])
    assert match("f_1", "f", kind="function") is None
    assert match("p'", "p", kind="probability") is None


@pytest.mark.parametrize("spec", ["", "x y", "x_1 + 2", r"\frac", "x_?y", "2", r"\text{if}"])
def test_what_is_not_a_symbol_cannot_be_declared(spec):
    with pytest.raises(ParseError):
        Pattern(spec)


def test_increments_are_one_symbol():
    bindings = {r"\Delta t": 0.5, "t": 2, r"\Delta": 7}
    assert evaluate(r"\Delta t", bindings) == 0.5
    assert evaluate(r"(\Delta t)^2", bindings) == 0.25
    assert evaluate(r"\Delta (t + 1)", bindings) == 21


@pytest.mark.parametrize(("latex", "value"), [
    ("a_{ij}", 21), ("a_{i,j}", 21), ("a_{2 i}", None), ("b_{2i}", 4), ("b_{i+j}", 3),
    ("b_{i}", 2), ("b_{2i - 1}", 3)])
def test_indices(latex, value):
    bindings = {"a_{??}": {(2, 1): 21, (1, 2): 12}, "b_?": {1: 9, 2: 2, 3: 3, 4: 4}}
    letters = {"i": 2, "j": 1}
    if value is None:
        refused(EvaluationError, latex, bindings, letters=letters, match="no member with index")
    else:
        assert evaluate(latex, bindings, letters) == value


@pytest.mark.parametrize("latex", ["b_{ij}", "b_{iN}", "x_{i(j)}", r"\mathbf{x}_{i(j)}"])
def test_two_letters_in_the_place_of_one_index_are_ambiguous(latex):
    bindings = {"b_?": {1: 1, 2: 2}, "N": 2, "x_?": {2: 3}, r"\mathbf{x}": column(1, 2)}
    refused(AmbiguousNotation, latex, bindings, letters={"i": 1, "j": 2},
            match="two indices or a product")


@given(st.lists(st.sampled_from("ijk123"), min_size=1, max_size=3))
def test_subscripts_are_read_alike_with_and_without_commas(indices):
    pattern = "a_{" + "?" * len(indices) + "}"
    closed, commas = (match(f"a_{{{mark.join(indices)}}}", pattern) for mark in ("", ","))
    assert closed == commas == (pattern, indices)


def test_an_index_letter_hides_a_symbol_of_that_name():
    assert evaluate(r"\sum_{n=1}^{3} n", {"n": 100}) == 6
    assert read("n", {"n": 100}).op == "symbol"
    assert read("n", {}, {"n": 1}).op == "variable"
