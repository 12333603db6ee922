"""Numbers that are typed in sentences, and what may stand there."""

import pytest
from docutils import nodes

from nndl_notes.sphinxext import numerals


def of_sentence(text, collect=numerals.typed):
    return collect(nodes.paragraph("", "", nodes.Text(text)).children[0])


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("about 0.37 of them", ["0.37"]),
        ("(0.37)", ["0.37"]),
        ("（0.37）", ["0.37"]),
        ("(at most 0.37)", ["0.37"]),
        ("如图 0.37", ["0.37"]),
        ("列表 0.37", ["0.37"]),
        ("half is .5", [".5"]),
        ("error0.37x", ["0.37"]),
        ("0.3/0.4", ["0.3", "0.4"]),
        ("53%", ["53%"]),
        ("准确率 53 ％", ["53 ％"]),
        ("3e-5", ["3e-5"]),
        ("10⁻⁵", ["10⁻⁵"]),
        ("a ½ of it", ["½"]),
        ("on ٠.٣٧ of them", ["٠.٣٧"]),
        ("by (2.44) and （5.6）", []),
        ("算法 12.1 与图 4.2", []),
        ("Algorithm 2.1, Theorem 4.1 and Section 5.1.3", []),
        ("第 5.1.3 节", []),
        ("Python 3.11.2, 2020, 4096 networks, the 3 of them.", []),
    ],
)
def test_typed_numbers(text, digits):
    assert of_sentence(text) == digits


def test_code_and_numbers_of_cells_are_not_sentences():
    assert numerals.typed(nodes.literal("", "0.37").children[0]) == []
    assert numerals.typed(nodes.inline("", "0.37", value="half").children[0]) == []


def test_alternative_texts_have_no_decimals():
    assert numerals.typed_beside({"alt": "损失降到 0.37 · A loss of 0.37"}) == ["0.37", "0.37"]
    assert numerals.typed_beside({"alt": "一条直线 · A line"}) == []


@pytest.mark.parametrize(
    ("text", "signs"), [("5 > 7, 1 + 1 = 3", [">", "="]), ("a–b -> c", [">"]), ("5 to 7", [])]
)
def test_relations_outside_formulas(text, signs):
    assert of_sentence(text, numerals.related) == signs


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("it is ", " and", False),
        ("共", "个", False),
        ("1", "", True),
        ("0.", "", True),
        ("−", "", True),
        ("", "%", True),
        ("", " %", True),
        ("", " × 10⁵", True),
        ("", ".5", True),
        ("", ".", False),
        ("", " × 4", False),
    ],
)
def test_numbers_that_the_text_beside_changes(before, after, joined):
    place = nodes.inline("", "0.37", value="half")
    nodes.paragraph("", "", nodes.Text(before), place, nodes.Text(after))
    assert numerals.joined(place) is joined


def test_a_chosen_number_is_in_a_cell_or_a_display():
    latex = ("0.3", "-0.50", "0.25", "x")
    formulas = [{"latex": digits, "line": line} for line, digits in enumerate(latex)]
    code = ["%matplotlib inline\nrate = .3"]
    found = list(numerals.chosen(formulas, [r"\frac{1}{2} = 0.5"], code))
    assert found == [{"line": 2, "digits": "0.25"}]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("page.values(x=0.3)", ["x"]),
        ("%matplotlib inline\npage.values(x=1 / 3, y=error)", ["x"]),
        ("page.values(x=len('abc'))", []),
        ("values(x=3); page.check()", []),
        ("page.values(", []),
    ],
)
def test_numbers_that_a_cell_gives_in_digits(code, names):
    assert numerals.by_hand(code) == names
