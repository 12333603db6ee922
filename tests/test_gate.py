"""Builds of small sites: what closes the gate, and what no cache may open again."""

import json

import jsonschema
import pytest
from bs4 import BeautifulSoup

from small_site import CONF, SmallSite, cell, equation, page, start

pytestmark = pytest.mark.site

INDEX = "# {zh}`首页` {en}`Home`\n\n```{toctree}\n:glob:\n\n*\n```\n"
LEDGER = """# {zh}`账本` {en}`Ledger`

```{ledger}
```

## {zh}`已驳` {en}`Refuted`

```{ledger}
:only: refuted
```

## {zh}`论证` {en}`Argued`

```{ledger}
:only: argued
```
"""
HALVES = ":::{zh}\n中文。\n:::\n\n:::{en}\nEnglish.\n:::\n\n"
REFUTED = "::::{refuted} minus\n:::{zh}\n见 [账本](ledger.md) 与 {eq}`nine`。\n:::\n:::{en}\nSee "
REFUTED += "[the ledger](ledger.md) and {eq}`nine`.\n:::\n"
REFUTED += equation("minus", "f(3) = 8") + "::::\n\n"
SQUARE = page(
    "square",
    equation("nine", "f(3) = 9")
    + REFUTED
    + f"::::{{claim}} mean\n{HALVES}::::\n\n::::{{argued}} why\n{HALVES}::::\n\n"
    + start("square.md", "square")
    + cell("page.check('nine', {'f': f})")
    + cell("page.show(page.run('prove', 'nine', {'f': f}), evaluated=1)")
    + cell("page.show(page.run('refute', 'minus', {'f': f}))")
    + cell("page.show(page.run('measure', 'mean', {}, 'claim', True))")
    + cell("from IPython.display import Math\nMath('x = 1')"),
)
CUBE = page(
    "cube",
    equation("eight", "g(2) = 8")
    + start("cube.md", "cube").replace("square import f", "cube import g")
    + cell("page.check('eight', {'g': g})"),
)


MODULE = "def f(x):\n    return x * x\n"
COLLECTED = """# {zh}`错误` {en}`Errors`

```{collection} refuted
```

```{collection} erratum
```
"""
SOUND = {"index.md": INDEX, "ledger.md": LEDGER, "errors.md": COLLECTED}
SOUND |= {"square.md": SQUARE, "cube.md": CUBE}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two sound pages that reach different modules, and a ledger."""
    return SmallSite(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def green(site):
    """The same, sound and built; what an earlier test broke is mended."""
    for name, text in SOUND.items():
        site.write(f"docs/{name}", text)
    site.write("docs/conf.py", CONF)
    site.write("src/nndl_notes/square.py", MODULE)
    status, errors, _ = site.build()
    assert status == 0, errors
    return site


def soup(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


# -- What a sound site publishes -------------------------------------------------------------


def test_a_sound_site(green):
    html = soup(green.out / "square.html")
    verdicts = {
        line.select_one("details a")["href"]: line.summary.get_text(" ", strip=True)
        for line in html.select(".verdict-line")
    }
    assert verdicts == {
        "#evidence-nine-prove": "已证 proved",
        "#evidence-minus-refute": "已驳 refuted",
        "#evidence-mean-measure": "实测 measured",
    }
    for anchor in verdicts:
        assert html.select_one(f"tr{anchor}")
    # What the badge opens: both kinds of evidence, the stronger first, and the compared values.
    proved, refuted = (html.select(".verdict-line details")[i].select("p") for i in (0, 1))
    assert [p.select_one(".zh").text for p in proved] == ["一个实例", "一个实例", "完整的记录"]
    assert refuted[0].select_one(".zh").text == "一个实例左边是 1，右边是 2。"
    assert refuted[0].select_one(".en").text.endswith("The left side is 1, the right side 2.")
    before = html.select_one("#equation-nine, #nine").find_next_sibling()
    assert before["class"] == ["verdict-line"]
    row = html.select_one("#evidence-minus-refute")
    assert row.select_one("a")["href"] == "#equation-minus"
    assert row.select_one(".counterexample .zh").text == "反例"
    assert row.select_one(".counterexample .en").text == "counterexample"

    ledger = soup(green.out / "ledger.html")
    assert ledger.select(".previews") == []
    assert ledger.select_one('a[href="square.html#equation-nine"]')
    assert ledger.select_one("#refuted .counterexample")
    assert ledger.select_one('#argued a[href="square.html#why"]')
    assert not ledger.select('#refuted a[href$="#equation-nine"]')
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("td")]
            for row in ledger.select("table.claims tbody tr")]
    # In the order of the source; what no machine tested is there as well.
    assert [(row[0], row[1], row[2], row[4]) for row in rows] == [
        ("cube", "eight g(2) = 8", "已验 checked", "1"),
        ("square", "mean", "实测 measured", "1"),
        ("square", "nine f(3) = 9", "已验 checked", "1"),
        ("square", "nine f(3) = 9", "已证 proved", "1"),
        ("square", "minus f(3) = 8", "已驳 refuted", "1"),
        ("square", "why", "论证 argued", "—"),
    ]
    assert rows[0][3:] == ["代入 evaluation", "1", "0", "1e-10", rows[0][7], "—"]
    assert len(rows[0][7]) == 12 and rows[2][7] == rows[3][7] != rows[0][7]
    proved = ledger.select_one("table.claims tr.level-proved .verdict").parent
    assert proved["href"] == "square.html#evidence-nine-prove"
    values = [option["value"] for option in ledger.select(".claims-filter option")]
    assert values[0] == "" and {"cube", "square"} <= set(values)

    errors = soup(green.out / "errors.html")
    (box,) = errors.select(".statement")
    assert errors.select_one(".ledger-page a")["href"] == "square.html"
    assert box.select_one(".counterexample .zh").text == "反例"
    links = {a["href"] for a in box.select("a")}
    assert links == {"square.html#equation-nine", "square.html#minus"}
    assert "the ledger" in box.text and not box.select("[id], .eqno")

    found = green.verification
    schema = json.loads((green.out / "verification-1.schema.json").read_text("utf-8"))
    jsonschema.validate(found, schema, cls=jsonschema.Draft202012Validator)
    assert found["passed"] and found["problems"] == []
    assert found["pages"]["square"]["counts"] == {
        **{"equations": 2, "checks": 1, "proofs": 1, "refutations": 1, "measured": 1},
        **{"argued": 1, "inline_evaluated": 1, "inline_unread": 0},
    }
    assert "nndl_notes.square" in found["pages"]["square"]["modules"]
    assert "nndl_notes.cube" not in found["pages"]["square"]["modules"]

    # Read by two processes, and written in another format: the same records.
    before = (green.out / "verification.json").read_bytes()
    status, errors, _ = green.build("-E", "-j", "2")
    assert status == 0, errors
    assert (green.out / "verification.json").read_bytes() == before

    status, errors, _ = green.build("-b", "text", "-d", str(green.root / "doctrees"))
    assert status == 0, errors
    assert "f(3) = 9" in (green.out / "square.txt").read_text("utf-8")


def test_nothing_is_executed_twice_and_ledgers_follow(green):
    assert green.build() == (0, "", [])

    green.replace("docs/cube.md", "g(2) = 8", "g(3) = 27")
    assert green.build()[::2] == (0, ["cube.md"])
    assert green.verification["pages"]["cube"]["records"][0]["latex"] == "g(3) = 27"

    # What a build leaves behind that was interrupted while it read the other page.
    (green.out / ".doctrees" / "nndl-red.json").write_text('["square"]')
    (green.docs / "cube.md").unlink()
    assert green.build()[::2] == (0, ["square.md"])
    assert list(green.verification["pages"]) == ["square"]
    assert "cube.html" not in (green.out / "ledger.html").read_text("utf-8")


# -- What closes the gate --------------------------------------------------------------------

WRONG = page(
    "wrong",
    "".join(
        [
            equation("lonely", "1 = 1"),
            equation("changed", "1 = 1"),
            equation("false", "2 + 2 = 5"),
            ":::{refuted} right\n" + equation("right", "2 + 2 = 4") + ":::\n\n",
            equation("outside", "2 = 3"),
            ":::{refuted} inside\n" + equation("inside", "2 = 2") + ":::\n\n",
            "```{math}\nx = 3\n```\n\n```{math}\n:class: illustration\nx = 4\n```\n\n",
            "```{math}\n:class: illustration\nx + 5\n```\n\n<math><mi>x</mi></math>\n\n",
            "```{math}\n:label: dressed\n:class: nndl-generated nndl_generated\nx = 6\n```\n\n",
            ":::{zh}\n设 $x = 1$，{given}`y = 2`。\n:::\n\n",
            ":::{en}\nLet $x = 1$ and {given}`y = 2`.\n:::\n\n",
            ":::{zh}\n一半是 {value}`half:.2f`，\n丢了 {value}`lost:.2f`，手写 0.25。\n:::\n",
            ":::{en}\nHalf is {value}`half:.2f`,\nlost {value}`lost:.2f`, typed 0.25.\n:::\n\n",
            f"::::{{claim}} mean\n{HALVES}::::\n\n::::{{argued}} why\n{HALVES}::::\n\n",
            start("wrong.md", "wrong"),
            cell(
                "page.show(page.run('check', 'changed', {}, latex_sha256='0' * 64))\n"
                "page.show(page.run('check', 'false', {}))\n"
                "page.show(page.run('refute', 'right', {}))\n"
                "page.show(page.run('refute', 'outside', {}))\n"
                "page.show(page.run('check', 'inside', {}))\n"
                "page.show(page.run('measure', 'ghost', {}, 'claim', True))\n"
                "page.show(source='other.md')\n"
                "page.show(schema=2)\n"
                "page.show(values={'half': 0.5})\n"
                "page.show(values={'half': 0.25})\n"
                "page.show(evaluated=0, unread=[\n"
                "    {'latex': 'u = 1', 'line': 1, 'reason': 'unknown symbol u'}])\n"
                "class Other: values = staticmethod(lambda **named: None)\n"
                "Other.values(half=1 / 2, third=len('abc') / 9)\n"
                "__import__('nndl_notes.' + 'cu' + 'be')\n"
                "page.show()"
            ),
        ]
    ),
)
MANY = {
    "wrong": WRONG,
    "drawing": page(
        "drawing",
        start("drawing.md", "drawing")
        + cell("import warnings\nwarnings.warn('Glyph 23725 missing')")
        + cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
        + ":::{zh}\n图：一条直线。\n:::\n:::{en}\nA line.\n:::\n",
    ),
    "raising": page("raising", "\n\n" + cell("raise AssertionError('no\\nleft 1')", "hide-input")
                    + cell("1 +")),
    "chinese": page("chinese", "", ":::{zh}\n中文。\n:::\n\n"),
    "english": page("english", "", ":::{en}\nEnglish.\n:::\n\n"),
}
# Page, text before which the problem is reported (or line 1), and words of the message.
EXPECTED = [
    ("wrong", "```{math}\n:label: lonely", "no evidence for lonely"),
    ("wrong", "```{math}\n:label: changed", "the evidence for changed is for another formula"),
    ("wrong", "```{math}\n:label: false", "check fails for false\nleft 2 + 2 = 5 differs"),
    ("wrong", "```{math}\n:label: right", "refute does not refute right"),
    ("wrong", "```{math}\n:label: outside", "outside is refuted but in no {refuted} box"),
    ("wrong", "```{math}\n:label: outside", "no evidence for outside"),
    ("wrong", "```{math}\n:label: inside", "inside is shown as false, but there is a check"),
    ("wrong", "```{math}\n:label: inside", "no evidence for inside"),
    ("wrong", "```{math}\nx = 3", "display without a label"),
    ("wrong", "```{math}\n:class: illustration\nx = 4", "an illustration states a relation"),
    ("wrong", "<math>", "raw HTML, in which formulas go unseen"),
    ("wrong", "```{math}\n:label: dressed", "no evidence for dressed"),
    ("wrong", "设 $x = 1$", "inline formula $x = 1$"),
    ("wrong", "一半", "no cell gives the value 'lost'; given are: half"),
    ("wrong", "Half", "no cell gives the value 'lost'; given are: half"),
    ("wrong", "一半", "0.25 is typed"),
    ("wrong", "Half", "0.25 is typed"),
    ("wrong", "page.show(page.run('check', 'changed'", "half is given in digits"),
    ("wrong", "::::{claim} mean", "no evidence for claim mean"),
    ("wrong", None, "cells give half as 0.5 and as 0.25: use two names"),
    ("wrong", None, "inline formula $u = 1$ states a relation that cannot be read (unknown"),
    ("wrong", None, "ghost, which is not on the page"),
    ("wrong", None, "evidence for other.md"),
    ("wrong", None, "the cells loaded nndl_notes.cube"),
    ("drawing", "import warnings", "a cell writes to standard error"),
    ("drawing", "import matplotlib", "an alternative text in both languages"),
    ("drawing", "import matplotlib", "a {en} block that begins with “Figure”"),
    ("drawing", None, "the page checks nothing"),
    ("raising", ":tags:", "a cell fails\nAssertionError: no\nleft 1"),
    ("chinese", None, "no English half"),
    ("chinese", None, "a derivation refutes at least one"),
    ("chinese", None, "the page checks nothing"),
    ("english", None, "no Chinese half"),
    ("english", None, "the page checks nothing"),
]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Every kind of problem, each on its page, in one build; and what the build printed."""
    site = SmallSite(tmp_path_factory.mktemp("many"))
    site.write("docs/index.md", INDEX)
    for name, text in MANY.items():
        site.write(f"docs/{name}.md", text)
    paths = [*MANY, "absent"]
    paths.remove("english")
    register = "\n".join(f'[exercises.{name}]\npath = "{name}.md"\n' for name in paths)
    kind = 'path = "chinese.md"\n'
    register = register.replace(kind, kind + 'kind = "derivation"\n')
    site.write("docs/registry.toml", register)
    status, errors, _ = site.build("-j", "2")
    assert status == 1
    return site, errors


@pytest.mark.parametrize(("name", "before", "message"), EXPECTED)
def test_each_problem_is_reported_at_its_line(many, name, before, message):
    site, errors = many
    path = site.docs / f"{name}.md"
    source = path.read_text("utf-8")
    line = 1 if before is None else source.count("\n", 0, source.index(before)) + 1
    messages = errors.split(f"{path}:{line}: ERROR: ")[1:]
    assert any(text.startswith(message) or message in text.splitlines()[0] for text in messages)


def test_no_other_problem_is_reported(many):
    site, _ = many
    assert len(site.verification["problems"]) == len(EXPECTED)
    assert not site.verification["passed"]


def test_register_and_pages_agree(many):
    site, errors = many
    register = (site.docs / "registry.toml").read_text("utf-8")
    line = register.count("\n", 0, register.index("[exercises.absent]")) + 1
    assert f"registry.toml:{line}: ERROR: exercise absent: there is no page" in errors
    assert "english.md:1: ERROR: exercise english is not in registry.toml" in errors


def test_malformed_evidence_is_a_warning(many):
    _, errors = many
    assert "WARNING: evidence is not of schema 1" in errors


# -- What no cache may open again --------------------------------------------------------------


def test_a_broken_package_is_noticed(green):
    """Broken package, rebuild; again; prose edited; mended.  Only the page that reaches it."""
    green.replace("src/nndl_notes/square.py", "x * x", "x + x")
    status, errors, executed = green.build()
    assert (status, executed) == (1, ["square.md"])
    assert "check fails for nine" in errors
    assert "AssertionError: no, left f(3) = 9" in errors
    assert not green.verification["passed"]

    status, errors, executed = green.build()
    assert (status, executed) == (1, ["square.md"])
    assert "check fails for nine" in errors

    green.write("docs/square.md", SQUARE.replace("English.", "Other words."))
    status, errors, executed = green.build()
    assert (status, executed) == (1, ["square.md"])

    green.replace("src/nndl_notes/square.py", "x + x", "x * x")
    assert green.build()[::2] == (0, ["square.md"])
    assert green.verification["passed"]


def test_an_edit_of_latex_alone_is_noticed(green):
    """No cell is changed, and the file's time of modification is not either."""
    green.replace("docs/square.md", "f(3) = 9", "f(3) = 7")
    status, errors, executed = green.build()
    assert (status, executed) == (1, ["square.md"])
    assert "square.md:15: ERROR: check fails for nine" in errors
    assert green.build()[0] == 1


def test_warnings_are_repeated_until_they_are_mended(green):
    green.write("docs/cube.md", CUBE + ":::{zh}\n见 [](#nowhere)。\n:::\n:::{en}\nSee.\n:::\n")
    for _ in range(2):
        status, errors, executed = green.build()
        assert (status, executed) == (1, ["cube.md"])
        assert "nowhere" in errors
    green.write("docs/cube.md", CUBE)
    assert green.build()[0] == 0


def test_pages_that_another_builder_has_executed_are_written_again(green):
    doctrees = ["-d", str(green.out / ".doctrees")]
    green.replace("src/nndl_notes/square.py", "x * x", "x ** 2")
    before = {name: (green.out / f"{name}.html").stat().st_mtime_ns for name in ("square", "cube")}
    assert green.build("-b", "dummy", *doctrees)[::2] == (0, ["square.md"])
    assert green.build(*doctrees) == (0, "", [])
    after = {name: (green.out / f"{name}.html").stat().st_mtime_ns for name in before}
    assert after["square"] > before["square"] and after["cube"] == before["cube"]


# A formula somewhere on a page, and what is reported of it.
PLACES = {
    "included": ("```{include} part.txt\n```\n\n", "no evidence for nine"),
    "dollars": ("$$\nx = 3\n$$\n\n", "display without a label"),
    "dollars-label": ("$$\nx = 3\n$$ (three)\n\n", "no evidence for three"),
    "restructured": ("```{eval-rst}\n.. math::\n   :label: three\n\n   x = 3\n```\n\n",
                     "no evidence for three"),
    "role": ("{math}`x = 3`\n\n", "inline formula $x = 3$"),
    "footnote": ("Words[^a].\n\n[^a]: Here $x = 3$.\n\n", "inline formula $x = 3$"),
    "table": ("| a | b |\n|---|---|\n| $x = 3$ | c |\n\n", "inline formula $x = 3$"),
    "admonition": (":::{note}\n$x = 3$\n:::\n\n", "inline formula $x = 3$"),
    "unexecuted": (equation("nine", "f(3) = 9")
                   + cell("page.check('nine', {'f': f})", "skip-execution"),
                   "no evidence for nine"),
    "hidden-output": (equation("nine", "f(3) = 9")
                      + cell("page.check('nine', {'f': f})", "remove-output"),
                      "no evidence for nine"),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("places"))
    site.write("docs/index.md", INDEX)
    site.write("docs/part.txt", equation("nine", "f(3) = 9"))
    for name, (body, _) in PLACES.items():
        site.write(f"docs/{name}.md", page(name, start(f"{name}.md", name) + body, prose="")
                   .replace(f'exercise: "{name}"', f'exercise: "{name}"\nlanguage: en'))
    status, errors, _ = site.build("-j", "2")
    assert status == 1
    return errors


@pytest.mark.parametrize("name", PLACES)
def test_no_place_hides_a_formula(places, name):
    found = [line for line in places.splitlines() if f"{name}.md:" in line and "ERROR" in line]
    assert any(PLACES[name][1] in line for line in found), found


@pytest.mark.parametrize("mode", ["off", "cache"])
def test_the_front_matter_cannot_turn_execution_off(green, mode):
    text = SQUARE.replace("exercise:", f"mystnb: {{execution_mode: '{mode}'}}\nexercise:")
    green.write("docs/square.md", text.replace("f(3) = 9", "f(3) = 7"))
    status, errors, _ = green.build()
    assert status == 1
    assert "nine" in errors


def test_a_notebook_cache_does_not_help(green):
    """MyST-NB's own cache keeps outputs of old code; the gate recomputes the digests."""
    conf = (green.docs / "conf.py").read_text("utf-8").replace('"force"', '"cache"')
    green.write("docs/conf.py", conf)
    assert green.build("-E")[0] == 0
    green.replace("src/nndl_notes/square.py", "x * x", "x + x")
    status, errors, executed = green.build("-E")
    assert (status, executed) == (1, [])
    assert "stale: nndl_notes.square is not the file that the cells used" in errors
