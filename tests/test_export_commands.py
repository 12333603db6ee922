"""``nndl-notes export`` and ``nndl-notes show``: what they write, say and return."""

import json
import re
import sys

import nbformat
import pytest

from exported import REGISTER, answer
from nndl_notes.cli import main
from nndl_notes.export.files import target
from nndl_notes.export.reading import Box, walk
from nndl_notes.export.terminal import Terminal, columns, wrapped
from nndl_notes.verification.source import Display

PAGE = """---
exercise: "9-1"
---
(ex-9-1)=
# {{zh}}`习题 9-1　和` {{en}}`Exercise 9-1. A sum`

## {{zh}}`题目` {{en}}`Question`

:::{{zh}}
求和。
:::
:::{{en}}
Find the sum.
:::

## {{zh}}`推导` {{en}}`Derivation`

:::{{zh}}
数一数。
:::
:::{{en}}
Count.
:::

```{{math}}
:label: 9-1-sum
1 + 1 = {right}
```

::::{{refuted}} 9-1-three
:::{{zh}}
“三。”其实是二。
:::
:::{{en}}
“Three.” It is two.
:::
::::

```{{code-cell}}
---
mystnb:
  image:
    alt: "一个点 · A point"
---
import matplotlib.pyplot as plt
import nndl_notes
page = nndl_notes.page("9-1")
plt.plot([1], "o")
print("two")
page.check()
page.counterexample("9-1-three", {{"n": 2}}, lambda case: case["n"] == 3)
```
"""
REGISTRY = """\
[exercises.9-1]
path = "9-1.md"
kind = "proof"
aliases = ["1e:9-1"]
title.zh = "和"
title.en = "A sum"
"""


@pytest.fixture
def docs(tmp_path, monkeypatch):
    folder = tmp_path / "docs"
    folder.mkdir()
    monkeypatch.setenv("NNDL_NOTES_DOCS", str(folder))
    monkeypatch.chdir(tmp_path)
    (folder / "registry.toml").write_text(REGISTRY, "utf-8")
    (folder / "9-1.md").write_text(PAGE.format(right=2), "utf-8")
    return folder


@pytest.fixture
def recorded(docs, capsys):
    assert main(["record"]) == 0
    capsys.readouterr()
    return docs


# -- export --------------------------------------------------------------------------------------


def test_markdown_with_output_figure_verdicts_and_citation(recorded, tmp_path, capsys):
    assert main(["export", "习题9-1", "--to", "md", "--lang", "en"]) == 0
    assert capsys.readouterr().out == (
        "wrote nndl-9-1/9-1.md\nwrote nndl-9-1/9-1-figure-1.png\n"
    )
    text = (tmp_path / "nndl-9-1" / "9-1.md").read_text("utf-8")
    assert "$$\n1 + 1 = 2\n\\tag{9-1-sum}\n$$\n\n*9-1-sum: proved*" in text
    assert "Output:\n\n```text\ntwo\n```\n\n![A point](9-1-figure-1.png)" in text
    assert "> [!failure] Refuted: a common answer\n> “Three.” It is two." in text
    assert text.index("## How to cite") < text.index("/t/") < text.index("@online{")
    assert not re.search(r"[\u4e00-\u9fff]", text)
    assert (tmp_path / "nndl-9-1" / "9-1-figure-1.png").read_bytes().startswith(b"\x89PNG")


def test_latex_with_output_figure_verdicts_and_citation(recorded, tmp_path, capsys):
    assert main(["export", "9-1-sum", "--to", "tex", "--lang", "both", "-o", "a/b.tex"]) == 0
    assert capsys.readouterr().out == "wrote a/b.tex\nwrote a/b-figure-1.pdf\n"
    text = (tmp_path / "a" / "b.tex").read_text("utf-8")
    assert r"\formulaverdict{已证 · proved}" in text
    assert "alt={一个点 · A point}]{b-figure-1.pdf}" in text
    assert r"\title{习题 9-1　和 \\ Exercise 9-1. A sum}" in text
    assert text.index(r"\section{引用 · How to cite}") < text.index("@online\\{")
    figure = (tmp_path / "a" / "b-figure-1.pdf").read_bytes()
    assert figure.startswith(b"%PDF") and b"CreationDate" not in figure


def test_a_notebook_without_outputs_but_with_note_and_citation(recorded, tmp_path, capsys):
    assert main(["export", "9-1", "--to", "ipynb", "--lang", "zh", "-o", "here"]) == 0
    assert capsys.readouterr().out == "wrote here/9-1.ipynb\n"
    found = nbformat.read(tmp_path / "here" / "9-1.ipynb", as_version=4)
    nbformat.validate(found)
    assert [cell.cell_type for cell in found.cells] == ["markdown", "code", "markdown"]
    assert "nndl-notes[notebooks] @ git+https" in found.cells[0].source
    assert found.cells[0].source.count("· nndl-notes 0.") == 1
    assert found.cells[-1].source.startswith("## 引用")


def test_nothing_is_overwritten_unasked(recorded, tmp_path, capsys):
    file = tmp_path / "x.ipynb"
    file.write_text("mine", "utf-8")
    command = ["export", "9-1", "--to", "ipynb", "-o", "x.ipynb"]
    assert main(command) == 2
    assert "x.ipynb is there already; --force" in capsys.readouterr().err
    assert file.read_text("utf-8") == "mine"
    assert main([*command, "--force"]) == 0
    assert capsys.readouterr().out == "replaced x.ipynb\n"
    assert json.loads(file.read_text("utf-8"))["nbformat"] == 4


@pytest.mark.parametrize(("form", "suffix"), [("md", ".png"), ("tex", ".pdf")])
def test_no_figure_is_overwritten_unasked(recorded, tmp_path, capsys, form, suffix):
    figure = tmp_path / f"x-figure-1{suffix}"
    figure.write_text("mine", "utf-8")
    command = ["export", "9-1", "--to", form, "-o", f"x.{form}"]
    assert main(command) == 2
    assert f"{figure.name} is there already; --force" in capsys.readouterr().err
    assert figure.read_text("utf-8") == "mine" and not (tmp_path / f"x.{form}").exists()
    assert main([*command, "--force"]) == 0
    assert capsys.readouterr().out == f"wrote x.{form}\nreplaced {figure.name}\n"


def test_figures_of_others_are_in_no_way(recorded, tmp_path):
    for name in ("x-figure-1.pdf", "xy-figure-1.png", "[a]-figure.png", "a-figure-1.png"):
        (tmp_path / name).write_text("mine", "utf-8")
    assert main(["export", "9-1", "--to", "md", "-o", "x.md"]) == 0
    assert main(["export", "9-1", "--to", "md", "-o", "[a].md"]) == 0


@pytest.mark.parametrize(("form", "status"), [("md", 2), ("tex", 2), ("ipynb", 0)])
def test_without_what_the_cells_need_nothing_is_written(
    recorded, tmp_path, capsys, monkeypatch, form, status
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["export", "9-1", "--to", form]) == status
    needs = 'python -m pip install "nndl-notes[notebooks]"'
    assert (needs in capsys.readouterr().err) == (status == 2)
    assert (tmp_path / "nndl-9-1").exists() == (status == 0)


def test_a_failing_cell_is_told_and_what_ran_is_kept(docs, tmp_path, capsys):
    (docs / "9-1.md").write_text(PAGE.format(right=3), "utf-8")
    assert main(["export", "9-1", "--to", "md", "--lang", "en"]) == 1
    captured = capsys.readouterr()
    assert "wrote nndl-9-1/9-1.md" in captured.out
    assert "a cell failed" in captured.err and "9-1-sum" in captured.err
    assert "9-1 is not published yet" in captured.err
    assert "How to cite" not in (tmp_path / "nndl-9-1" / "9-1.md").read_text("utf-8")


def test_without_the_extra_nothing_is_run_or_written(recorded, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    assert main(["export", "9-1", "--to", "tex"]) == 2
    assert 'python -m pip install "nndl-notes[export]"' in capsys.readouterr().err
    assert not (tmp_path / "nndl-9-1").exists()


def test_a_place_where_nothing_can_be_written_is_named(recorded, tmp_path, capsys):
    (tmp_path / "file").write_text("", "utf-8")
    assert main(["export", "9-1", "--to", "ipynb", "-o", "file"]) == 2
    assert "file/9-1.ipynb: " in capsys.readouterr().err


def test_a_page_without_a_heading_is_named(recorded, capsys):
    text = (recorded / "9-1.md").read_text("utf-8")
    (recorded / "9-1.md").write_text(re.sub(r"^#+ .*\n", "", text, flags=re.M), "utf-8")
    assert main(["show", "9-1"]) == 2
    assert "9-1.md has no heading" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["show", "9-2"], ["export", "9-2", "--to", "md"]])
def test_an_unknown_identifier_suggests_near_ones(docs, capsys, command):
    assert main(command) == 2
    assert "near: 9-1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "file"),
    [(None, "nndl-2-4/2-4.md"), ("a", "a/2-4.md"), ("a/b.md", "a/b.md"), ("B.MD", "B.MD"),
     ("v1.2", "v1.2/2-4.md")],
)
def test_where_a_file_goes(path, file):
    assert target(path, "2-4", "md").as_posix() == file


@pytest.mark.parametrize("path", ["a.md", "a/b.MD"])
def test_a_name_for_another_form_is_refused(recorded, tmp_path, capsys, path):
    assert main(["export", "9-1", "--to", "ipynb", "-o", path]) == 2
    assert f"{path} is a name for md, but --to asks for ipynb" in capsys.readouterr().err
    assert not (tmp_path / path).exists()
    (tmp_path / path).mkdir(parents=True)
    assert main(["export", "9-1", "--to", "ipynb", "-o", path]) == 0


# -- show ----------------------------------------------------------------------------------------


def test_an_answer_in_short(recorded, capsys):
    assert main(["show", "1e:9-1", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert re.sub("/t/[0-9A-Z]{4}/", "/t/TAG/", text) == """\
Exercise 9-1. A sum

Question
  Find the sum.

Claims
  9-1-sum  [proved]
      1 + 1 = 2

Refuted, with a counterexample
  Refuted: a common answer  9-1-three  [refuted]
    “Three.” It is two.

In full
  https://nndl-notes.github.io/nndl-notes/t/TAG/
"""


def test_an_equation_with_the_words_before_it(recorded, capsys):
    assert main(["show", "9-1-sum", "--lang", "zh"]) == 0
    text = capsys.readouterr().out
    assert re.sub("/t/[0-9A-Z]{4}/", "/t/TAG/", text) == """\
习题 9-1 和
  数一数。
  9-1-sum  [已证]
      1 + 1 = 2

全文
  https://nndl-notes.github.io/nndl-notes/t/TAG/
"""


def test_what_is_not_published_is_shown_as_such(docs, capsys):
    assert main(["show", "9-1-three", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert "9-1-three  [not published yet]" in text
    assert text.endswith("/9-1.html#9-1-three\n")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", REGISTER)
def test_every_answer_and_every_claim_can_be_shown(name, language):
    page = answer(name)
    text = Terminal(page, language, {}, 60).answer("https://example.org/")
    assert "\x1b" not in text
    assert re.findall(r"\{(?:zh|en|given|math)\}|:::|\*\*|\]\((?:#|http|\S+\.md)", text) == []
    shown = list(claims(page))
    quiz = REGISTER[name]["kind"] == "quiz"
    assert [label for label in shown if label not in text] == [] or quiz
    if language == "en":
        assert re.findall("[\u4e00-\u9fff]", text) == []
    for label in shown:
        text = Terminal(page, language, {label: ["checked"]}, 60).claim(label, "https://e.org/")
        assert label in text and ("[已验]" in text or "[checked]" in text)
        if label in page.equations:
            lines = page.equations[label].latex.splitlines()
            assert all(line.strip() in text for line in lines)


def claims(page):
    """Return the labels of a page's equations and boxes."""
    blocks = walk(page.blocks)
    return dict.fromkeys(b.label for b in blocks if isinstance(b, Box | Display) and b.label)


def test_listings_and_figures_are_told():
    text = Terminal(answer("alg-4-1"), "en", {}, 60).answer("u")
    assert "```" not in text and "\n    input: training set" in text
    assert "[Four curves. A: an S" in Terminal(answer("quiz-choice"), "en", {}).answer("u")


def test_headings_are_bold_only_where_asked():
    assert "\x1b[1m" in Terminal(answer("2-4"), "en", {}, bold=True).answer("u")


def test_lines_fit_the_terminal():
    for name in ("2-4", "alg-4-1", "quiz-short"):
        terminal = Terminal(answer(name), "zh", {}, 50)
        prose = [b for b in terminal.chosen(answer(name).blocks) if not isinstance(b, Display)]
        assert prose
        for block in prose:
            if getattr(block, "kind", "") == "paragraph":
                lines = wrapped(block.text, 50)
                long = [line for line in lines if columns(line) > 50]
                assert all(" " not in line.strip() for line in long)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("一二三四五", 6, ["一二三", "四五"]),
        ("一二三。四", 6, ["一二", "三。四"]),
        ("一（二三", 6, ["一（二", "三"]),
        ("甲 word 乙丙", 8, ["甲 word", "乙丙"]),
        ("a\nb", 8, ["a b"]),
        ("of 3\u202f149\u202f824 in all", 10, ["of", "3\u202f149\u202f824", "in all"]),
    ],
)
def test_text_is_wrapped_by_columns(text, width, lines):
    assert wrapped(text, width) == lines
