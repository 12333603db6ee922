"""The values of a counterexample, as the table of evidence sets them."""

import pytest
from docutils import nodes

from nndl_notes.sphinxext.evidence import counterexample


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        ("5898240000", r"5\,898\,240\,000"),
        ("-12345", r"-12\,345"),
        ("2160", "2160"),
        ("12345.5", "12345.5"),
        ("1.5e-07", r"1.5 \times 10^{-7}"),
        ("[1, 20000; 3, 4e+12]",
         r"\begin{pmatrix} 1 & 20\,000 \\ 3 & 4 \times 10^{12} \end{pmatrix}"),
        (r"\mathbf{0}", r"\mathbf{0}"),
        (r"4\cdot \mathbf{1}^\top", r"4\cdot \mathbf{1}^\top"),
    ],
)
def test_numbers_and_matrices_are_formulas(value, latex):
    shown = {"zh": "例", "en": "For instance", "instance": {"a": value}, "left": "", "right": ""}
    name, formula = counterexample(shown).findall(nodes.math)
    assert (name.astext(), formula.astext()) == ("a", latex)


def test_anything_else_is_literal():
    shown = {"zh": "例", "en": "For instance", "instance": {}, "left": "{i, f}", "right": "x"}
    found = [literal.astext() for literal in counterexample(shown).findall(nodes.literal)]
    assert found == ["{i, f}", "x"]
