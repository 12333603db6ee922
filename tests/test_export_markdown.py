"""Pages as plain Markdown, in one language or in both."""

import re

import pytest
import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from exported import BASE, LANGUAGES, REGISTER, answer, small_page
from nndl_notes.export.languages import choose
from nndl_notes.export.links import address, unlinked
from nndl_notes.export.markdown import Extras, text
from nndl_notes.export.outputs import CellOutput
from nndl_notes.export.reading import Box, Cell, Heading, Prose, walk
from nndl_notes.export.wording import BOXES
from nndl_notes.verification.modules import code_cells
from nndl_notes.verification.source import Source

READER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        (":::{zh}\n中文。\n:::\n:::{en}\nEnglish.\n:::", "中文。\n\nEnglish."),
        ("# {zh}`题` {en}`Exercise`", "# 题 · Exercise"),
        ("(ex-2-4)=\n# {zh}`题` {en}`E`", "# 题 · E"),
        ("设 {given}`b = 0`，即 {math}`c`。", "设 $b = 0$，即 $c$。"),
        ("{han}`术语`", "术语"),
        ("```{math}\n:label: 2-4-a\na = b\n```", "$$\na = b\n\\tag{2-4-a}\n$$"),
        (
            "```{math}\n:class: illustration\n\na &= b \\\\\n  &= c\n```",
            "$$\n\\begin{aligned}a &= b \\\\\n  &= c\\end{aligned}\n$$",
        ),
        (
            "::::{refuted} 2-4-b\n:::{zh}\n错。\n:::\n:::{en}\nNo.\n:::\n::::",
            "**已驳：一个常见的答案 · Refuted: a common answer**\n\n错。\n\nNo.",
        ),
        ("```text\n:::{zh}\n(a)=\n\n# {zh}`c`\n```", "```text\n:::{zh}\n(a)=\n\n# {zh}`c`\n```"),
        ("[2-2](2-2.md), [c](../cite.md#how)", f"[2-2]({BASE}ch02/2-2.html), "
         f"[c]({BASE}cite.html#how)"),
        ("[here](#a-b), [out](https://x.org/y.md)",
         f"[here]({BASE}ch02/2-4.html#a-b), [out](https://x.org/y.md)"),
        ("[data](../verification.json)", f"[data]({BASE}verification.json)"),
        ("`w[i](x.md)`, $[a](b)$", "`w[i](x.md)`, $[a](b)$"),
        ("由 {eq}`2-4-a`，见 {ref}`岭 <ex-2-4>`", "由 (2-4-a)，见 岭"),
        (
            "(ex-2-4)=\n由 {eq}`a`，见 {ref}`岭 <ex-2-4>`\n\n```{math}\n:label: a\n1\n```",
            f"由 [(a)]({BASE}ch02/2-4.html#a)，见 [岭]({BASE}ch02/2-4.html#ex-2-4)\n\n"
            "$$\n1\n\\tag{a}\n$$",
        ),
        (
            ":::{zh}\n### 甲\n\n一。\n\n二。\n:::\n:::{en}\n### A\n\nOne.\n\nTwo.\n:::",
            "### 甲 · A\n\n一。\n\nOne.\n\n二。\n\nTwo.",
        ),
        (
            ":::{zh}\n一。\n\n- 二\n- 三\n:::\n:::{en}\nOne: two, three.\n:::",
            "一。\n\n- 二\n- 三\n\nOne: two, three.",
        ),
        (
            ":::{zh}\n- 一\n- 二\n:::\n:::{en}\n- one\n- two\n:::",
            "- 一\n- 二\n\n* one\n* two",
        ),
        (":::{zh}\n1. 一\n:::\n:::{en}\n1. one\n:::", "1. 一\n\n1) one"),
        ("```{code-cell}\n:tags: [hide-input]\n\nx = 1\n```", "```python\nx = 1\n```"),
    ],
)
def test_mark_up_becomes_plain(tmp_path, myst, plain):
    assert text(small_page(tmp_path, myst), "both", BASE) == plain + "\n"


@pytest.mark.parametrize(
    ("language", "plain"), [("zh", "# 题\n\n- 甲\n\n- 乙"), ("en", "# E\n\nA.")]
)
def test_one_language_is_chosen(tmp_path, language, plain):
    myst = "# {zh}`题` {en}`E`\n:::{zh}\n- 甲\n\n- 乙\n:::\n:::{en}\nA.\n:::"
    assert text(small_page(tmp_path, myst), language, BASE) == plain + "\n"


def test_what_nobody_could_show_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"2-4\.md, line 3: pages .* have no \{mermaid\}"):
        small_page(tmp_path, "# E\n\n```{mermaid}\na --> b\n```")


@pytest.mark.parametrize(
    ("href", "leads"),
    [
        ("2-2.md", f"{BASE}ch02/2-2.html"),
        ("../ch04/4-3.md#4-3-dead", f"{BASE}ch04/4-3.html#4-3-dead"),
        ("#2-4-a", f"{BASE}ch02/2-4.html#2-4-a"),
        ("mailto:a@b.c", "mailto:a@b.c"),
    ],
)
def test_addresses(href, leads):
    assert address(href, "ch02/2-4", BASE) == leads


def test_links_without_addresses():
    text = "[a $x[1](y)$ b](c.md), `f[i](j)` and $g[i](j)$, [`k`](#l)"
    assert unlinked(text) == "a $x[1](y)$ b, `f[i](j)` and $g[i](j)$, `k`"


# -- Every page of the site ----------------------------------------------------------------------


@pytest.mark.parametrize("name", REGISTER)
def test_a_page_is_read_whole(name):
    page = answer(name)
    source = Source(page.path)
    blocks = list(walk(page.blocks))
    cells = [block for block in blocks if isinstance(block, Cell)]
    assert [c.code for c in cells] == [c.strip("\n") for c in code_cells(source.text)]
    assert [block for block in blocks if block in source.displays] == source.displays
    boxes = [b.label for b in blocks if isinstance(b, Box) and b.label]
    assert boxes == list(source.statements)
    kept = " ".join(b.text for b in blocks if isinstance(b, Prose | Heading))
    assert [f.latex for f in source.inlines if f.latex not in kept] == []


@pytest.mark.parametrize("name", REGISTER)
def test_alternative_texts_are_those_of_the_cells(name):
    page = answer(name)
    options = re.findall(r"^```\{code-cell\}.*\n---\n((?:.*\n)*?)---\n",
                         page.path.read_text("utf-8"), re.M)
    wanted = [yaml.safe_load(o).get("mystnb", {}).get("image", {}).get("alt") for o in options]
    found = [block.alt for block in walk(page.blocks) if isinstance(block, Cell) and block.alt]
    assert found == [alt for alt in wanted if alt]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REGISTER)
def test_nothing_of_myst_is_left_and_no_formula_is_missing(name, language):
    page = answer(name)
    written = text(page, language, BASE)
    assert written.startswith("# ")
    prose = re.sub(r"```(?:python|text)\n.*?^```$", "", written, flags=re.S | re.M)
    assert re.findall(r":::|\{[\w-]+\}`|^\([\w-]+\)=$|```|mystnb|exercise:", prose, re.M) == []
    displays = re.findall(r"^\$\$\n(.*?)\n\$\$$", prose, re.S | re.M)
    tags = [re.search(r"\\tag\{(.*)\}", display)[1] for display in displays]
    assert tags == list(page.equations)
    assert all(d.latex in written for d in page.equations.values())


@pytest.mark.parametrize("callouts", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REGISTER)
def test_another_reader_of_markdown_finds_the_same(name, language, callouts):
    page = answer(name)
    tokens = READER.parse(text(page, language, BASE, callouts=callouts))
    formulas = [token.content for token in tokens if token.type == "math_block"]
    assert [re.search(r"\\tag\{(.*)\}", f)[1] for f in formulas] == list(page.equations)
    assert [token.type for token in tokens if token.type.startswith("html")] == []
    parts = [part for token in tokens if token.type == "inline" for part in token.children]
    # A mark that is left over was not understood.
    left = [p.content for p in parts if p.type == "text" and re.search(r"\$|\*\*|`", p.content)]
    assert left == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", REGISTER)
def test_a_page_in_one_language_has_no_sentence_of_the_other(name, language):
    page = answer(name)
    foreign = set()
    for block in walk(page.blocks):
        if isinstance(block, Prose) and block.language not in (None, language):
            foreign |= set(sentences(block.text))
    written = text(page, language, BASE)
    own = {s for b in walk(page.blocks) if isinstance(b, Prose) and b.language == language
           for s in sentences(b.text)}
    assert len(foreign) > 5
    assert [s for s in foreign - own if s in written] == []
    code = re.sub(r"```.*?^```$", "", written, flags=re.S | re.M)
    if language == "en":
        assert HAN.findall(code) == []
    titles = [title["zh" if language == "en" else "en"] for title in BOXES.values()]
    assert [title for title in titles if title in written] == []
    assert "图：" not in written if language == "en" else "Figure:" not in written


def sentences(markdown):
    """Return what is long enough to be recognised as a sentence of its language."""
    parts = re.split(r"(?<=[。！？；：])|(?<=[.!?;:])\s|\n|\*\*|\$[^$]*\$|`[^`]*`", markdown)
    return [p.strip() for p in parts if len(HAN.findall(p)) > 5 or len(p.split()) > 5]


@pytest.mark.parametrize("name", REGISTER)
def test_in_both_languages_nothing_is_left_out(name):
    page = answer(name)
    chosen = list(walk(choose(page.blocks, "both")))
    assert len([b for b in chosen if isinstance(b, Prose)]) == len(
        [b for b in walk(page.blocks) if isinstance(b, Prose)]
    )


def test_twins_are_adjacent():
    languages = [
        block.language
        for block in walk(choose(answer("4-6").blocks, "both"))
        if isinstance(block, Prose) and block.language
    ]
    assert languages == ["zh", "en"] * (len(languages) // 2)


# -- What an export adds -------------------------------------------------------------------------


def test_boxes_are_callouts_for_obsidian(tmp_path):
    myst = (
        "::::::{answer}\n:::::{refuted} 2-4-b\n:::{zh}\n错。\n:::\n:::{en}\nNo.\n:::\n\n"
        "```{math}\n:label: 2-4-b\na = b\n```\n:::::\n::::::"
    )
    assert text(small_page(tmp_path, myst), "en", BASE, callouts=True).splitlines() == [
        "> [!question]- Answer and reason",
        "> > [!failure] Refuted: a common answer",
        "> > No.",
        "> >",
        "> > $$",
        "> > a = b",
        "> > \\tag{2-4-b}",
        "> > $$",
    ]


def test_outputs_levels_and_the_citation_stand_in_their_places(tmp_path):
    myst = (
        "# {zh}`题` {en}`E`\n\n```{math}\n:label: 2-4-a\na = a\n```\n\n"
        '```{code-cell}\n---\nmystnb:\n  image:\n    alt: "甲 · A [b]"\n---\nprint(1)\n```\n'
    )
    extras = Extras("> A note.", "Cite me.", {"2-4-a": "proved"},
                    {1: CellOutput("1  \n", ("f.png",))})
    assert text(small_page(tmp_path, myst), "en", BASE, extras) == (
        "# E\n\n> A note.\n\n$$\na = a\n\\tag{2-4-a}\n$$\n\n*2-4-a: proved*\n\n"
        "```python\nprint(1)\n```\n\nOutput:\n\n```text\n1\n```\n\n![A \\[b\\]](f.png)\n\n"
        "Cite me.\n"
    )
