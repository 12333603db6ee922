"""Numbers in sentences: what cells may give, what is shown, and what is the same number."""

import numpy as np
import pytest

import nndl_notes
from nndl_notes.citing import record
from nndl_notes.cli import main
from nndl_notes.verification import emission
from nndl_notes.verification.emission import collecting
from nndl_notes.verification.records import MIME_TYPE
from nndl_notes.verification.source import Source
from nndl_notes.verification.values import agree, number, of_page, replaced, shown

VALUES = {"half": 0.5, "steps": 12345, "tiny": -1.25e-7, "share": 0.528}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (0.5, 0.5),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.array([[0.5]]), 0.5),
        (np.array(3), 3),
    ],
)
def test_numbers_of_every_kind_are_plain_numbers(value, expected):
    found = number("x", value)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize("value", [True, np.True_, np.nan, np.inf, "3", None, np.zeros(2), 1j, []])
def test_nothing_else_is_a_number(value):
    with pytest.raises(ValueError, match=r"^slope: expected a finite real number, got "):
        number("slope", value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("half:.2f", "0.50"),
        ("half: .2f ", "0.50"),
        ("steps", "12345"),
        ("steps:d", "12345"),
        ("tiny:.1e", "−1.2 × 10⁻⁷"),
        ("tiny:.8f", "−0.00000012"),
        ("share:.1%", "52.8%"),
        ("share:.0e", "5 × 10⁻¹"),
        ("steps:,", "12\u202f345"),
        ("tiny:.2f", "0.00"),  # zero but for rounding errors
    ],
)
def test_what_a_sentence_shows(text, expected):
    assert shown(text, VALUES) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("quarter:.2f", "no cell gives the value 'quarter'; given are: half, share, steps, tiny"),
        ("half", "half: say how many digits are shown, such as half:.3f"),
        ("half:", "half:: say how many digits"),
        ("half:.2x", "half:.2x: expected a format such as .3f"),
        ("half:0<5.1f", "half:0<5.1f: expected a format such as .3f"),
        ("half:d", "half:d: .*code 'd'"),
        ("half:.0f", "half:.0f: 0 is too coarse for 0.5"),
        ("tiny:.4f", "tiny:.4f: -0.0000 is too coarse for -1.25e-07"),
        ("share:.0f", "share:.0f: 1 is too coarse for 0.528"),
    ],
)
def test_what_cannot_be_shown_says_why(text, message):
    with pytest.raises(ValueError, match=message):
        shown(text, VALUES)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0.2066", "0.2066", True),
        ("0.2066", "0.2067", True),  # a processor may round otherwise
        ("0.0999", "0.1000", True),
        ("9.99", "10.00", True),
        ("0.2066", "0.2068", False),
        ("0.2066", "−0.2066", False),
        ("0.207", "0.2066", False),
        ("52.8%", "52.9%", True),
        ("52.8%", "52.8", False),
        ("12345", "12346", False),  # counts are exact
        ("13\u202f780.6", "13\u202f780.7", True),
        ("1.2 × 10⁻⁷", "1.3 × 10⁻⁷", True),
        ("1.2 × 10⁻⁷", "1.2 × 10⁻⁸", False),
        ("3", "0.3", False),
        ("0.1", "0.2", False),  # of one digit there is nothing to round
    ],
)
def test_the_same_number_but_for_the_last_digit(one, other, same):
    assert agree(one, other) is same
    assert agree(other, one) is same


def test_roles_are_replaced_and_none_is_forgotten():
    found = {"half:.2f": "0.50", "steps": "12345"}
    text = "`x` {value}`half:.2f` and {value}`steps` of {given}`y`"
    assert replaced(text, found) == "`x` 0.50 and 12345 of {given}`y`"
    with pytest.raises(ValueError, match=r"the value 'steps:,' is not recorded; .*notes record"):
        replaced("{value}`steps:,`", found)


# -- A page ----------------------------------------------------------------------------------------

PAGE = """---
exercise: "9-1"
---
# {{zh}}`和` {{en}}`A sum`

:::{{zh}}
一半是 {{value}}`half:.2f`。
:::
:::{{en}}
Half is {{value}}`half:.2f`,
after {{value}}`steps` steps.
:::

```{{math}}
:label: 9-1-sum
1 + 1 = 2
```

```{{code-cell}}
import nndl_notes
page = nndl_notes.page("9-1")
page.check()
page.values(half={half}, steps=7)
```
"""
REGISTER = '[exercises.9-1]\npath = "9-1.md"\nkind = "proof"\ntitle.zh = "和"\ntitle.en = "Sum"\n'


@pytest.fixture
def docs(tmp_path, monkeypatch):
    monkeypatch.setenv("NNDL_NOTES_DOCS", str(tmp_path))
    (tmp_path / "registry.toml").write_text(REGISTER, "utf-8")
    (tmp_path / "9-1.md").write_text(PAGE.format(half="1 / 2"), "utf-8")
    return tmp_path


def test_a_page_gives_numbers_that_its_sentences_show(docs):
    roles = Source(docs / "9-1.md").values
    assert roles == [("half:.2f", 7), ("half:.2f", 10), ("steps", 11)]
    with collecting() as collected:
        nndl_notes.page("9-1").values(half=1 / 2)
        with pytest.raises(ValueError, match="line 11: no cell gives the value 'steps'"):
            of_page(roles, collected.bundles)
        nndl_notes.page("9-1").values(steps=6)
        nndl_notes.page("9-1").values(steps=7)
    assert of_page(roles, collected.bundles) == {"half:.2f": "0.50", "steps": "7"}
    assert all(bundle["records"] == [] for bundle in collected.bundles)


def test_a_cell_that_only_gives_numbers_shows_nothing(docs, monkeypatch):
    module, shown_data = pytest.importorskip("IPython.display"), []
    monkeypatch.setattr(emission, "_shell", lambda: object())
    monkeypatch.setattr(module, "display", lambda data, raw: shown_data.append(list(data)))
    nndl_notes.page("9-1").values(half=1 / 2, steps=7)
    assert shown_data == [[MIME_TYPE]]  # a text, even an empty one, would be an empty box


def test_a_page_gives_no_number_that_nobody_reads(docs):
    with pytest.raises(ValueError, match=r"no sentence of 9-1\.md shows third; write"):
        nndl_notes.page("9-1").values(half=1 / 2, third=1 / 3)


def test_the_record_has_them_and_verify_compares(docs, capsys):
    assert main(["record"]) == 0
    assert record.load_values(docs) == {"9-1": {"half:.2f": "0.50", "steps": "7"}}
    assert main(["verify"]) == 0
    assert "as published" in capsys.readouterr().out
    (docs / "9-1.md").write_text(PAGE.format(half="3 / 4"), "utf-8")
    assert main(["verify"]) == 3
    out = capsys.readouterr().out
    assert "9-1: ok, not as published" in out
    assert "{value}`half:.2f`: published as 0.50, now 0.75" in out
    assert main(["verify", "--seed", "3"]) == 0  # other instances, other numbers


def test_a_number_that_no_cell_gives_fails(docs, capsys):
    text = PAGE.format(half="1 / 2").replace(", steps=7", "")
    (docs / "9-1.md").write_text(text, "utf-8")
    assert main(["verify"]) == 1
    assert "line 11: no cell gives the value 'steps'; given are: half" in capsys.readouterr().out


@pytest.mark.parametrize(("language", "words"), [("zh", "一半是 0.50。"), ("en", "Half is 0.50,")])
def test_the_terminal_and_exports_show_the_recorded_number(docs, capsys, language, words):
    assert main(["record"]) == 0
    for form in ("md", "ipynb"):
        target = str(docs / f"out.{form}")
        assert main(["export", "9-1", "--lang", language, "--to", form, "-o", target]) == 0
        assert words in (docs / f"out.{form}").read_text("utf-8")


def test_an_export_does_without_no_number(docs, capsys):
    target = str(docs / "out.md")
    assert main(["export", "9-1", "--to", "md", "-o", target]) == 2
    assert "the value 'half:.2f' is not recorded" in capsys.readouterr().err
