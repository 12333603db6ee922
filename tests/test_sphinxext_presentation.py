"""Two languages, statement boxes, formulas and the language switch, on small sites."""

import re
import zlib
from textwrap import dedent

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp
from sphinx.util.console import strip_escape_sequences

from nndl_notes.sphinxext.language_switch import HERE
from nndl_notes.sphinxext.mathml import MathMLWriter, prepare
from nndl_notes.sphinxext.statements import statements

pytestmark = pytest.mark.site

CONF = """
extensions = ["myst_nb"] + [
    f"nndl_notes.sphinxext.{name}"
    for name in (
        *("bilingual", "chinese_spacing", "statements", "mathml", "language_switch"),
        *("hidden_code", "field_names", "answers"),
    )
]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
nb_execution_mode = "off"
language = "zh_CN"
html_theme = "basic"
html_title = "site"
html_math_renderer = "nndl-mathml"
exclude_patterns = ["_build"]
"""
PAIR = ":::{zh}\n中文。\n:::\n:::{en}\nEnglish.\n:::\n"
TITLE = "# {zh}`标题` {en}`Title`\n\n"


class Site:
    """A site that has been built, and can be built again."""

    def __init__(self, folder, pages, conf="", **options):
        self.folder = folder
        (folder / "conf.py").write_text(CONF + conf, "utf-8")
        for name, text in pages.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(dedent(text), "utf-8")
        self.build(**options)

    def build(self, **options):
        app = SphinxTestApp("html", srcdir=self.folder, **options)
        try:
            app.build()
            self.warnings = strip_escape_sequences(app.warning.getvalue())
            self.statements = statements(app.env)
            self.outdir = app.outdir
        finally:
            app.cleanup()

    def html(self, page="index"):
        return BeautifulSoup((self.outdir / f"{page}.html").read_text("utf-8"), "html.parser")

    def found(self, kind):
        """Return (line, message) of the warnings of a kind."""
        pattern = rf"\.md:(\d+): WARNING: (.*) \[{re.escape(kind)}\]"
        return [(int(line), text) for line, text in re.findall(pattern, self.warnings)]


@pytest.fixture
def site(tmp_path):
    """Build a site of one page, whose title and toctree are supplied."""

    def build(body, **options):
        return Site(tmp_path, {"index.md": TITLE + dedent(body)}, **options)

    return build


# -- Languages ----------------------------------------------------------------------------------


def test_every_block_and_phrase_says_its_language(site):
    built = site(PAIR + "\n- {zh}`甲 $x$` {en}`A $x$`\n- {han}`术语`\n")
    assert built.warnings == ""
    body = built.html().find("div", class_="body")
    assert [(tag.name, tag["lang"]) for tag in body.find_all(lang=True)] == [
        ("span", "zh-CN"),
        ("span", "en"),
        ("div", "zh-CN"),
        ("div", "en"),
        ("span", "zh-CN"),
        ("span", "en"),
        ("span", "zh-CN"),
    ]
    assert len(body.select("span.zh math, span.en math")) == 2
    assert body.find("span", lang="zh-CN", class_=False).text == "术语"


def test_a_given_formula_looks_like_any_other(site):
    built = site(":::{zh}\n设 {given}`b = 0`。\n:::\n:::{en}\nLet {given}`b = 0`.\n:::\n")
    assert built.warnings == ""
    (first, _) = built.html().select("span.math.given")
    assert first.math is not None


def test_chinese_has_no_gaps_at_line_ends_and_beside_its_marks(site):
    chinese = "**重点。** 第一句，见 $x$。\n第二句用 NumPy\n计算。\n`a。 b` 不变。\n"
    built = site(f":::{{zh}}\n{chinese}:::\n:::{{en}}\nIn $x$.\nTwo `a。 b`.\n:::\n")
    body = built.html().select_one("div.zh p").text
    assert "重点。第一句，见 " in body
    assert "。第二句用 NumPy\n计算。a。 b 不变。" in body
    assert built.html().select_one("div.en p").text.endswith(".\nTwo a。 b.")


def test_a_gap_beside_chinese_stays_for_readers_of_english(site):
    built = site("- `a` {zh}`（甲）` {en}`(one)`\n")
    assert built.html().select_one("section li").text == "a （甲） (one)"


def test_hidden_cells_open_in_both_languages(tmp_path):
    page = """\
        ---
        file_format: mystnb
        kernelspec: {name: python3}
        ---
        # {zh}`标题` {en}`Title`

        ```{code-cell}
        :tags: [hide-input]
        1 + 1
        ```
        """
    summary = Site(tmp_path, {"index.md": page}).html().select_one("details.hide > summary")
    assert "aria-label" not in summary.attrs  # its words name it
    shown = {p["class"][0]: [span.text for span in p.find_all("span")] for p in summary("p")}
    assert shown == {"collapsed": ["显示代码", "Show the code"],
                     "expanded": ["收起代码", "Hide the code"]}


def test_heads_of_the_api_reference_are_in_both_languages(tmp_path):
    field_list = "   :param x: a number\n   :returns: it\n"
    page = f"# API\n\n```{{eval-rst}}\n.. py:function:: f(x)\n\n{field_list}```\n"
    pages = {"index.md": TITLE, "api/index.md": "---\norphan: true\n---\n" + page}
    heads = Site(tmp_path, pages).html("api/index").select("dl.field-list > dt")
    assert [[span.text for span in head.select(".zh, .en")] for head in heads] == [
        ["参数", "Parameters"],
        ["返回", "Returns"],
    ]


# The title is on line 1, so the body begins on line 3.
@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        (":::{zh}\n中文。\n:::\n", 3, "{zh} without its {en} twin"),
        (":::{en}\nEnglish.\n:::\n", 3, "{en} without its {zh} twin"),
        (PAIR + "\n" + PAIR[: PAIR.index(":::{en}")], 10, "{zh} without its {en} twin"),
        ("- {zh}`甲` {en}`A`\n- {zh}`乙`\n", 4, "{zh} without its {en} twin"),
        (
            ":::{zh}\n梯度 $x$。\n:::\n:::{en}\nGradient $y$.\n:::\n",
            3,
            "twins differ; only in {zh}: $x$; only in {en}: $y$",
        ),
        (":::{zh}\n甲 $x$。\n:::\n:::{en}\nA $x$, $x$.\n:::\n", 3, "only in {en}: $x$"),
        (
            ":::{zh}\n见 {ref}`genindex`。\n:::\n:::{en}\nSee {ref}`modindex`.\n:::\n",
            3,
            "links of the twins differ; only in {zh}: genindex; only in {en}: modindex",
        ),
        (
            ":::{zh}\n设 {given}`x`。\n:::\n:::{en}\nLet $x$.\n:::\n",
            3,
            "only in {zh}: {given}`x`; only in {en}: $x$",
        ),
        (
            "::::{zh}\n中文。\n\n```{math}\nx\n```\n::::\n:::{en}\nEnglish.\n:::\n",
            6,
            "display formula inside {zh}",
        ),
        (":::{zh}\n中文。\n:::\n:::{en}\nOne.\n\nTwo 二.\n:::\n", 9, "Chinese characters in {en}"),
        (":::{zh}\n中文。\n:::\n:::{en}\nOne。\n:::\n", 7, "Chinese characters in {en}"),
        (":::{zh}\nEnglish.\n:::\n:::{en}\nEnglish.\n:::\n", 3, "no Chinese characters in {zh}"),
        ("::::{zh}\n甲\n{en}`A`\n::::\n:::{en}\nA\n:::\n", 4, "{en} inside {zh}"),
        (PAIR + "\n中文在外。\n", 10, "Chinese outside {zh}: 中文在外。"),
        ("- a\n- 列表\n", 4, "Chinese outside {zh}: 列表"),
        ("```{math}\nx \\text{ 若 } y\n```\n", 3, "Chinese in a formula for both languages"),
        ("## {zh}`只有中文`\n", 3, "heading in {zh} only"),
        ("## {en}`English`\n", 3, "heading in {en} only"),
        ("## Plain\n", 3, "heading without {zh} and {en}"),
        ("## {zh}`甲` {en}`二`\n", 3, "Chinese characters in {en}"),
        (
            ":::::{argued} x-1\n::::{zh}\n中文。\n::::\n:::::\n",
            4,
            "{zh} without its {en} twin",
        ),
        (
            ":::::{argued} x-1\n\n::::{zh}\n中文。\n::::\n:::::\n",
            5,
            "{zh} without its {en} twin",
        ),
    ],
)
def test_languages_that_disagree_are_reported_at_their_line(site, body, line, message):
    found = site(body).found("bilingual.parity")
    assert len(found) == 1
    assert found[0][0] == line
    assert message in found[0][1]


def test_one_run_lists_all_findings(site):
    built = site("## Plain\n\n中文。\n\n:::{zh}\n甲\n:::\n")
    assert [line for line, _ in built.found("bilingual.parity")] == [3, 5, 7]


def test_code_and_notebook_cells_are_in_no_language(tmp_path):
    page = """\
        ---
        file_format: mystnb
        kernelspec: {name: python3, display_name: Python 3}
        exercise: "习题"
        ---
        # {zh}`标题` {en}`Title`

        ```{code-cell}
        # 中文注释
        ```

        ```python
        "中文"
        ```

        `中文` % a comment: 中文
        """
    built = Site(tmp_path, {"index.md": page.replace("% a", "\n\n        % a")})
    assert built.found("bilingual.parity") == []


def test_pages_in_english_only_are_exempt_and_say_so(tmp_path):
    pages = {
        "index.md": TITLE + "```{toctree}\napi/a\nb\n```\n",
        "api/a.md": "# Functions\n\n:::{en}\nEnglish.\n:::\n",
        "b.md": "---\nlanguage: en\n---\n# Colophon\n\nText.\n",
    }
    built = Site(tmp_path, pages)
    assert built.warnings == ""
    assert built.html("api/a").select_one("section[lang=en] h1")
    assert built.html("b").select_one("section[lang=en] h1")


def test_links_show_the_title_in_the_language_around_them(tmp_path):
    body = """\
        :::{zh}
        见 {ref}`there`，即 [](b.md)。
        :::
        :::{en}
        See {ref}`there`, that is [](b.md).
        :::

        {doc}`b`

        ```{toctree}
        b
        ```
        """
    pages = {
        "index.md": TITLE + dedent(body),
        "b.md": "(there)=\n# {zh}`那页` {en}`That page`\n",
    }
    built = Site(tmp_path, pages)
    assert built.warnings == ""
    html = built.html().find("div", class_="body")
    assert [link.text for link in html.select("div.zh a")] == ["那页", "那页"]
    assert [link.text for link in html.select("div.en a")] == ["That page", "That page"]
    neutral = html.select_one("section > p a")
    assert [span["lang"] for span in neutral.select("span[lang]")] == ["zh-CN", "en"]


# -- Statements ---------------------------------------------------------------------------------

BOXES = """\
:::::{{refuted}} 2-4-minus
::::{{zh}}
减号。
::::
::::{{en}}
Minus.
::::
```{{math}}
:label: 2-4-minus
x = -y
```
:::::

:::::{{claim}} {claim}
::::{{zh}}
论断。
::::
::::{{en}}
A claim.
::::
:::::
"""


def test_statements_are_boxes_that_can_be_linked_and_listed(site):
    built = site(BOXES.format(claim="2-4-stationary") + "\n{ref}`2-4-stationary`\n")
    assert built.warnings == ""
    html = built.html()
    box = html.find(id="2-4-minus")
    assert box["class"] == ["statement", "refuted"]
    title = box.find(class_="statement-title")
    assert [span["lang"] for span in title.find_all("span")] == ["zh-CN", "en"]
    # One element bears the label: the box, not the equation in it.
    assert len(html.find_all(id="2-4-minus")) == 1
    assert box.select_one("a.headerlink")["href"] == "#2-4-minus"
    assert html.select_one('a[href="#2-4-stationary"]')
    assert built.statements == {
        "index": [
            {
                "id": "2-4-minus",
                "kind": "refuted",
                "line": 3,
                "has_math": True,
                "math_labels": ["2-4-minus"],
            },
            {
                "id": "2-4-stationary",
                "kind": "claim",
                "line": 16,
                "has_math": False,
                "math_labels": [],
            },
        ]
    }


def test_an_answer_is_closed_until_the_reader_opens_it(site):
    body = f"""\
::::::{{answer}}
{PAIR}
```{{math}}
:label: a-b
a = b
```
:::::{{claim}} a-claim
{PAIR}:::::
::::::
"""
    built = site(body, warningiserror=True)
    (box,) = built.html().select("details.answer")
    assert "open" not in box.attrs
    words = [(s["lang"], s.text) for s in box.find("summary").select("span[lang]")]
    assert words == [("zh-CN", "答案与理由"), ("en", "Answer and reason")]
    assert box.select_one("#equation-a-b") and box.select_one("#a-claim")
    assert [entry["id"] for entry in built.statements["index"]] == ["a-claim"]


def test_two_statements_with_one_label_are_reported(site):
    found = site(BOXES.format(claim="2-4-minus")).found("nndl.statement")
    assert found[0][0] == 16
    assert "duplicate label of statement 2-4-minus" in found[0][1]


def test_a_statement_with_the_label_of_another_equation_is_reported(site):
    body = BOXES.format(claim="other") + "\n```{math}\n:label: other\nx\n```\n"
    ((line, message),) = site(body).found("nndl.statement")
    assert line == 16
    assert "an equation in" in message


def test_statements_survive_parallel_reading_and_leave_with_their_page(tmp_path):
    names = [f"p{number}" for number in range(8)]
    pages = {
        f"{name}.md": f"# {{zh}}`页` {{en}}`Page`\n\n:::::{{argued}} {name}-why\n::::{{zh}}\n文\n"
        "::::\n::::{en}\nText\n::::\n:::::\n"
        for name in names
    }
    toctree = "```{toctree}\n:glob:\np*\n```\n"
    built = Site(tmp_path, {"index.md": TITLE + toctree, **pages}, parallel=2)
    assert built.warnings == ""
    assert sorted(built.statements) == names
    (tmp_path / "p3.md").unlink()
    built.build()
    assert sorted(built.statements) == [name for name in names if name != "p3"]


# -- Formulas -----------------------------------------------------------------------------------


def test_a_labelled_equation_has_number_link_source_and_mathml(site):
    latex = "\\begin{aligned} a % a comment\n&= \\frac{1}{2} \\\\ &< b\n\\end{aligned}"
    body = f"```{{math}}\n:label: 2-4-gradient\n{latex}\n```\n\n{{eq}}`2-4-gradient`"
    built = site(body + " {ref}`2-4-gradient`\n")
    assert built.warnings == ""
    equation = built.html().find(id="2-4-gradient")
    assert equation["class"] == ["math", "notranslate", "nohighlight"]
    assert equation["data-tex"] == latex
    assert equation.find(class_="eqno").text.startswith("(1)")
    assert equation.select_one("a.headerlink")["href"] == "#2-4-gradient"
    assert equation.select_one(".math-scroll > math[display=block] mtable")
    links = [a["href"] for a in built.html().select("section > p a")]
    assert links == ["#equation-2-4-gradient", "#2-4-gradient"]
    assert built.html().find(id="equation-2-4-gradient")
    assert b"2-4-gradient std:label" in inventory(built)


def inventory(built):
    data = (built.outdir / "objects.inv").read_bytes()
    return zlib.decompress(data.split(b"zlib.\n", 1)[1])


def test_an_illustration_keeps_its_class(site):
    built = site("```{math}\n:class: illustration\nx\n```\n")
    assert built.html().select_one("div.math.illustration:not([id])")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("```{math}\n:label: 2-4-bad\n\\unknowncommand x\n```\n", 3),
        ("Words.\n\nWords $\\frac{1}$.\n", 5),
    ],
)
def test_a_formula_in_error_is_reported_at_its_line(site, body, line):
    built = site(body)
    ((found, message),) = built.found("nndl.math")
    assert found == line
    assert "formula cannot be shown" in message
    assert built.html().select_one("code.math-error")


def test_equal_commas_stay_each_in_its_place(site):
    built = site("| {zh}`数` {en}`number`, $a$, $b$ |\n| --- |\n")
    assert built.html().select_one("th").text.replace("\n", " ").count(",") == 2


def test_punctuation_stays_with_the_formula_before_it(site):
    built = site("For $x$, then $y$ or ($z$).\n")
    tails = [tag.get_text() for tag in built.html().select(".math-tail")]
    assert [tail[-1] for tail in tails] == [",", "."]
    assert built.html().select_one("section > p").get_text() == "For x, then y or (z)."


@pytest.mark.parametrize(
    ("latex", "prepared"),
    [
        (r"a &= b \\ c &= d", r"\begin{aligned}a &= b \\ c &= d\end{aligned}"),
        (r"\begin{align*}a &= b\end{align*}", r"\begin{aligned}a &= b\end{aligned}"),
        (r"\begin{split}a &= b\end{split}", r"\begin{aligned}a &= b\end{aligned}"),
        (r"\begin{equation}a\end{equation}", "a"),
        (r"\begin{cases}1 & x \\ 2\end{cases}", r"\begin{cases}1 & x \\ 2\end{cases}"),
        (r"a \& b", r"a \& b"),
        (
            r"\sum_{\substack{i \\ \{j\}}} x",
            r"\sum_{{\begin{subarray}{c}i \\ \{j\}\end{subarray}}} x",
        ),
    ],
)
def test_environments_of_latex_become_those_of_the_converter(latex, prepared):
    assert prepare(latex) == prepared
    assert "<math" in MathMLWriter({}).convert(latex, display=True)


@pytest.mark.parametrize(
    "latex",
    [
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        r"\mathbb{E}_{x \sim p}\left[ \log \frac{p(x)}{q(x)} \right]",
        r"\operatorname*{arg\,min}_{\boldsymbol{\theta}} \lVert \mathbf{X}^\top \mathbf{w} \rVert",
        r"\widetilde{x} \odot \widehat{y} \overset{\triangle}{=} \underbrace{a}_{b}",
        r"\dotsb \dotsc \pmb{x} \mathbf{1}_{\{x > 0\}}",
    ],
)
def test_the_notation_of_the_field_is_known(latex):
    assert "<math" in MathMLWriter({}).convert(latex, display=True)


def test_macros_come_from_the_configuration(site):
    built = site(
        "```{math}\n\\tr A\n```\n",
        confoverrides={"nndl_math_macros": {"tr": r"\operatorname{tr}"}},
    )
    assert built.warnings == ""


# -- Page ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def themed(tmp_path_factory):
    """A site of two pages in the theme of the real one."""
    theme = """
html_theme = "sphinx_book_theme"
html_theme_options = {"article_header_end": ["language-switch", "article-header-buttons"]}
"""
    pages = {
        "index.md": TITLE + PAIR + "\n$x$\n\n```{toctree}\nb\n```\n",
        "b.md": "# {zh}`甲 & 乙` {en}`A & B`\n\n## {zh}`节` {en}`Section`\n\n" + PAIR,
    }
    return Site(tmp_path_factory.mktemp("themed"), pages, conf=theme)


def test_nothing_comes_from_another_host(themed):
    assert themed.warnings == ""
    for path in themed.outdir.glob("*.html"):
        html = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        tags = html.select("script, link, img, iframe, source")
        links = [tag.get("src") or tag.get("href") or "" for tag in tags]
        assert [link for link in links if re.match(r"(https?:)?//", link)] == []
        assert "mathjax" not in " ".join(links).lower()
    for path in HERE.glob("static/*"):
        assert "://" not in path.read_text("utf-8")


def test_the_switch_is_in_the_header_and_its_script_precedes_the_body(themed):
    html = themed.html("b")
    buttons = html.select(".bd-header-article .language-switch button")
    assert [button["value"] for button in buttons] == ["zh", "en", "both"]
    scripts = [tag.text for tag in html.head.find_all("script")]
    assert any("nndl-notes-language" in text for text in scripts)
    assert html.html.get("data-lang") is None  # both languages without JavaScript
    assert html.select_one('link[href*="nndl-notes.css"]')
    assert (themed.outdir / "_static" / "nndl-notes.js").exists()


def test_titles_and_navigation_are_in_both_languages(themed):
    html = themed.html("b")
    assert html.title.text == "甲 & 乙 · A & B — site"
    assert html.find("meta", attrs={"name": "title-zh"})["content"] == "甲 & 乙"
    assert html.find("meta", attrs={"name": "title-en"})["content"] == "A & B"
    for place in (".bd-links a", ".page-toc a", ".prev-next-title", ".prev-next-subtitle"):
        found = html.select_one(place)
        assert [span["lang"] for span in found.select("span[lang]")] == ["zh-CN", "en"], place
    assert html.select_one("#jb-print-docs-body h1 span[lang=en]").text == "A & B"
