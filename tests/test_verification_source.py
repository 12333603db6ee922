"""Equations and inline formulas of a page, found in its MyST source."""

import pytest

from nndl_notes.verification.source import Source, digest

MATH = "```{math}\n:label: a\nx = 1\n```\n"


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "page.md"
        path.write_bytes(text.encode())
        return Source(path)
    return read


def displays(source):
    return [(d.label, d.latex, d.line) for d in source.displays]


def inlines(source):
    return [(i.latex, i.line, i.given) for i in source.inlines]


@pytest.mark.parametrize(("text", "expected"), [
    (MATH, [("a", "x = 1", 1)]),
    ("\n\n" + MATH, [("a", "x = 1", 3)]),
    (MATH.replace("\n", "\r\n"), [("a", "x = 1", 1)]),
    (MATH.replace("`", "~"), [("a", "x = 1", 1)]),
    (MATH.replace("`", ":"), [("a", "x = 1", 1)]),
    (MATH.replace("```", "`````"), [("a", "x = 1", 1)]),
    ("```{math}\n:label: a  \n:class: illustration\n\nx = 1\n```\n", [("a", "x = 1", 1)]),
    ("```{math}\n\n:label: a\nx = 1\n```\n", [("a", "x = 1", 1)]),
    ("```{math}\n:label:\ta\nx = 1\n```\n", [("a", "x = 1", 1)]),
    ("- item\n\n  ```{math}\n  :label: a\n  x = 1\n  ```\n", [("a", "x = 1", 3)]),
    ("```{math}\nx = 1\n\n= 2\n```\n", [(None, "x = 1\n\n= 2", 1)]),
    ("```{math}\r\n:label: a\r\nx\r\n= 1\r\n```\r\n", [("a", "x\n= 1", 1)]),
    ("text\n\n$$ x = 1 $$\n", [(None, "x = 1", 3)]),
    ("$$\nx\n= 1\n$$\n\n" + MATH, [(None, "x\n= 1", 1), ("a", "x = 1", 6)]),
    ("---\nexercise: '2-4'\n---\n" + MATH, [("a", "x = 1", 4)]),
    (MATH + "---\n" + MATH.replace(": a", ": b"), [("a", "x = 1", 1), ("b", "x = 1", 6)]),
])
def test_displays(read, text, expected):
    assert displays(read(text)) == expected


@pytest.mark.parametrize("text", [
    "```python\n$$ x = 1 $$\n$y = 1$\n```\n", "````markdown\n" + MATH + "````\n",
    "````{code-block} md\n" + MATH + "````\n", "````{code-cell}\n" + MATH + "````\n",
    "```\n$x = 1$\n```\n", "~~~~\n" + MATH + "~~~~\n", "text `$x = 1$` text\n",
    "``a ` $x = 1$ b``\n", r"costs \$5 and \$6" + "\n", "```{raw} html\n$x = 1$\n```\n",
])
def test_what_is_shown_as_code_is_not_read(read, text):
    source = read(text)
    assert displays(source) == inlines(source) == []


@pytest.mark.parametrize(("name", "refuted"), [
    ("refuted", True), ("erratum", True), ("claim", False), ("argued", False), ("note", False)])
def test_the_box_around_an_equation(read, name, refuted):
    source = read(f"::::{{{name}}} a\n:::{{zh}}\n中 $b = 1$\n:::\n{MATH}::::\n\n"
                  + MATH.replace(": a", ": b"))
    inside, outside = source.displays
    assert (inside.label, inside.inside, inside.refuted) == ("a", ((name, "a"),), refuted)
    assert (outside.label, outside.inside, outside.refuted) == ("b", (), False)
    assert inlines(source) == [("b = 1", 3, False)]
    assert source.statements == ({} if name == "note" else {"a": (name, 1)})


def test_boxes_within_boxes(read):
    source = read(":::::{refuted} a\n::::{note}\n" + MATH + "::::\n" + MATH.replace(": a", ": b")
                  + ":::::\n")
    assert [d.inside for d in source.displays] == [
        (("refuted", "a"), ("note", "")), (("refuted", "a"),)]
    assert all(d.refuted for d in source.displays)


@pytest.mark.parametrize(("text", "expected"), [
    ("first $x = 1$\nsecond $y$\n", [("x = 1", 1, False), ("y", 2, False)]),
    ("over $x =\n1$ lines\n", [("x =\n1", 1, False)]),
    ("one $x\n\nparagraph$ end\n", []),
    ("{given}`b = 0` and {math}`c = 1`\n", [("b = 0", 1, True), ("c = 1", 1, False)]),
    ("{zh}`中文 $x = 1$` {en}`English $y = 1$`\n", [("x = 1", 1, False), ("y = 1", 1, False)]),
    ("{ref}`$x = 1$`\n", []), ("- $x$\n- $y$\n", [("x", 1, False), ("y", 2, False)]),
    (r"$a \$ b$ text" + "\n", [(r"a \$ b", 1, False)]),
    (":::{note} The case $x = 1$\ntext\n:::\n", [("x = 1", 1, False)]),
    ("text\n" + MATH + "and $y = 1$\n", [("y = 1", 6, False)]),
])
def test_inline_formulas(read, text, expected):
    assert sorted(inlines(read(text))) == sorted(expected)


@pytest.mark.parametrize(("text", "message"), [
    (MATH + MATH, "page.md: the label a is used twice"),
    (":::{claim} a\n:::\n:::{refuted} a\n:::\n", "line 3: the label a is used twice"),
    ("text\n```{math}\nx = 1\n", "line 2: the fence ``` is not closed"),
    (":::{zh}\ntext\n", "line 1: the fence ::: is not closed"),
    ("::::{refuted} a\n:::{zh}\n::::\n", "line 1: the fence :::: is not closed"),
    ("$$\nx = 1\n", r"line 1: \$\$ is not closed"),
    ("```{math} x = 1\n```\n", "line 1: a formula begins on the line behind"),
    ("\t" + MATH, "line 1: {math} must begin its line"), ("    " + MATH, "must begin its line"),
    ("> ```{math}\n> x = 1\n> ```\n", "must begin its line"),
    ("```{math}\n---\nlabel: a\n---\nx = 1\n```\n", "line 2: write options of {math} as :name:"),
    (":::{refuted} a\n:::{zh}\n:::\n:::\n", "line 2: :::{zh} would close the fence around it"),
])
def test_what_would_be_read_wrongly_is_refused(read, text, message):
    with pytest.raises(ValueError, match=message):
        read(text)


def test_digests(read):
    source = read(MATH)
    assert source.equations["a"].latex == "x = 1"
    assert len(source.sha256) == 64 and source.sha256 != read(MATH + "\n").sha256
    assert digest(" x = 1\n") == digest("x = 1") != digest("x = 2")
