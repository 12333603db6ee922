"""Search: what a query is cut into, what pages say, and which page comes first.

The scripts of the search page are run here in V8 as they are, without a browser.
"""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer
from sphinx.testing.util import SphinxTestApp

from nndl_notes.sphinxext import search
from nndl_notes.sphinxext.mathml import MathMLWriter
from nndl_notes.sphinxext.search.plain_math import plain_math
from search_corpus import QUERIES, site_index

STATIC = Path(search.__file__).parent / "static"


class Engine:
    """The search scripts, and an index of pages to search."""

    def __init__(self, racer):
        self.racer = racer
        for name in ("search-terms", "search-ranking", "search-help"):
            racer.eval((STATIC / f"{name}.js").read_text("utf-8"))

    def call(self, function, *arguments):
        """Call a function of ``nndlSearch`` with plain data."""
        listed = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(self.racer.eval(f"JSON.stringify(nndlSearch.{function}({listed}))"))

    def load(self, index):
        """Take an index."""
        self.racer.eval(f"var loaded = {json.dumps(index)}; 0")

    def search(self, query):
        """Search the index that was loaded."""
        script = f"""JSON.stringify((function () {{
          var found = nndlSearch.search(loaded, {json.dumps(query)});
          return {{
            pages: found.results.map(function (r) {{ return r.page.url.replace(".html", ""); }}),
            anchors: found.results.map(function (r) {{ return r.anchor; }}),
            suggestions: found.suggestions, unanswered: found.unanswered,
          }};
        }})())"""
        return SimpleNamespace(**json.loads(self.racer.eval(script)))

    def terms(self, query):
        """Return the texts of the terms of a query."""
        return [term["text"] for term in self.call("parse", query)]

    def excerpt(self, query, text, length=60):
        """Return the excerpt with what matches in square brackets."""
        script = f"nndlSearch.excerpt(nndlSearch.parse({json.dumps(query)}), {json.dumps(text)}, "
        pieces = json.loads(self.racer.eval(f"JSON.stringify({script}{length}))"))
        return "".join(f"[{p['text']}]" if p["match"] else p["text"] for p in pieces)


@pytest.fixture(scope="module")
def engine():
    with MiniRacer() as racer:
        yield Engine(racer)


def page(url, zh, en, text_zh="", text_en="", **fields):
    """Return a page of an index with one section."""
    section = ["", zh, en, text_zh, text_en, "", fields.pop("labels", [])]
    return {"url": url, "ids": [], "keywords": "", "weight": 1, "sections": [section]} | fields


# -- Queries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("岭回归", ["岭回归"]),
        ("习题2-4", ["习题", "2-4"]),
        ("习题 ２－４", ["习题", "2-4"]),
        ("(2.44)", ["2.44"]),
        ("第十二章", ["第", "12", "章"]),
        ("第二十章", ["第", "20", "章"]),
        ("什么是梯度消失？", ["梯度消失"]),
        ("最小二乘的解", ["最小二乘", "解"]),
        ("XOR异或", ["xor", "异或"]),
        ("What is the vanishing gradient?", ["vanishing", "gradient"]),
        ("how to", ["how", "to"]),
        ("ridge Ridge RIDGE", ["ridge"]),
        ("Regularization", ["regularisation"]),
        ("naïve", ["naive"]),
        ("“back–propagation”", ["back-propagation"]),
        ("β", ["β"]),
        ("，。？ …", []),
    ],
)
def test_terms_of_a_query(engine, query, terms):
    assert engine.terms(query) == terms


@given(text=st.text(st.characters(codec="utf-8")))
def test_folding_keeps_positions_and_is_final(engine, text):
    folded = engine.call("fold", text)
    assert len(folded.encode("utf-16-le")) == len(text.encode("utf-16-le"))
    assert engine.call("fold", folded) == folded


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("岭回归", "用岭回归（ridge）", "用[岭回归]（ridge）"),
        ("最小二乘加权", "加权最小二乘", "[加权最小二乘]"),
        ("gradient", "Gradients, gradient descent", "[Gradients], [gradient] descent"),
        ("gradients", "the gradient", "the [gradient]"),
        ("batches", "one batch", "one [batch]"),
        (
            "backpropagation",
            "Back-propagation; back propagation",
            "[Back-propagation]; [back propagation]",
        ),
        ("back-propagation", "backpropagation", "[backpropagation]"),
        ("minimization", "the minimisation of", "the [minimisation] of"),
        ("2-4", "12-4, 2-45, 2-4-1, 2-4.", "12-4, 2-45, 2-4-1, [2-4]."),
        ("2.4", "(2.44), 2.4", "(2.44), [2.4]"),
        ("relu", "LeakyReLU, ReLU", "LeakyReLU, [ReLU]"),
    ],
)
def test_what_a_query_finds_in_a_text(engine, query, text, marked):
    assert engine.excerpt(query, text) == marked


def test_an_excerpt_is_cut_where_the_query_stands(engine):
    text = "开头的话。" * 40 + "这里说的是岭回归，不是别的。" + "结尾的话。" * 40
    shown = engine.excerpt("岭回归", text, 40)
    assert shown.startswith("…") and shown.endswith("…")
    assert "[岭回归]" in shown
    assert len(shown) < 60


# -- Ranking ------------------------------------------------------------------------------------


def test_the_page_with_the_number_comes_before_pages_that_mention_it(engine):
    engine.load({"pages": [
        page("a", "习题 1-1", "Exercise 1-1", "习题 2-4，习题 2-4，2-4，2-4", ids=["1-1"]),
        page("b", "习题 2-4", "Exercise 2-4", "很短", ids=["2-4"]),
        page("c", "习题 12-4", "Exercise 12-4", "", ids=["12-4"]),
    ]})
    for query in ("2-4", "2.4", "习题2-4", "Exercise 2-4", "exercise  2–4"):
        assert engine.search(query).pages[0] == "b"
    assert "c" not in engine.search("2-4").pages


def test_a_title_comes_before_a_mention_and_a_reference_after_both(engine):
    engine.load({"pages": [
        page("reference", "卷积", "convolution", "卷积", "convolution", weight=0.5),
        page("mention", "别的", "Something else", "卷积卷积卷积", "convolution convolution"),
        page("title", "二维卷积", "Two-dimensional convolution"),
        *(page(f"other-{number}", "无", "None") for number in range(20)),
    ]})
    for query in ("卷积", "convolution", "Convolutions"):
        assert engine.search(query).pages == ["title", "reference", "mention"]


def test_words_side_by_side_come_before_words_apart(engine):
    apart = "gradient of a loss. " + "Something else. " * 9 + "It is vanishing."
    engine.load({"pages": [
        page("apart", "甲", "A", "", apart),
        page("together", "乙", "B", "", "A vanishing gradient. " + "Something else. " * 9),
    ]})
    assert engine.search("vanishing gradient").pages == ["together", "apart"]


def test_keywords_lead_to_a_page_that_does_not_say_the_word(engine):
    engine.load({"pages": [
        page("a", "甲", "A", "梯度消失" * 9, "vanishing gradients " * 9),
        page("b", "循环网络", "Recurrent networks", keywords="梯度消失, vanishing gradient"),
    ]})
    for query in ("梯度消失", "vanishing gradient", "Vanishing gradients"):
        assert engine.search(query).pages[0] == "b"


def test_the_label_of_an_equation_leads_to_the_equation(engine):
    engine.load({"pages": [page("a", "甲", "A", "词", labels=["2-4-gradient"])]})
    assert engine.search("2-4-Gradient").anchors == ["2-4-gradient"]


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("领回归", "岭回归"),
        ("grdient", "gradient"),
        ("gradeint", "gradient"),
        ("vanishing gradeint", "vanishing gradient"),
        ("加权最大二乘", "加权最小二乘"),
        ("加全最晓二乘", "加权最小二乘"),
    ],
)
def test_a_misspelt_query_is_answered_with_the_right_spelling(engine, query, suggestion):
    engine.load({"pages": [
        page("a", "岭回归", "Ridge", "岭回归是线性回归。岭回归，线性回归；软性回归。"),
        page("b", "加权最小二乘", "Gradient", "用加权最小二乘解。", "A vanishing gradient."),
    ]})
    found = engine.search(query)
    assert suggestion in found.suggestions[:1]
    assert engine.search(suggestion).pages


def test_a_number_without_a_page_is_named(engine):
    engine.load({"pages": [page("a", "习题 2-4", "Exercise 2-4", ids=["2-4"])]})
    assert engine.search("习题 9-9").unanswered == ["9-9"]
    assert engine.search("习题 2-4").unanswered == []


@given(query=st.text(max_size=12))
def test_any_query_is_answered(engine, query):
    engine.load({"pages": [page("a", "岭回归", "Ridge", "对 x 求导。", "Differentiate.")]})
    assert len(engine.search(query).pages) <= 1


# -- The site -----------------------------------------------------------------------------------


@pytest.mark.site
def test_every_query_finds_its_page_first(engine, tmp_path):
    index = site_index(tmp_path)
    engine.load(index)
    addresses = {entry["url"].removesuffix(".html") for entry in index["pages"]}
    assert set(QUERIES.values()) <= addresses
    first = {query: (engine.search(query).pages or [None])[0] for query in QUERIES}
    assert first == QUERIES


SOURCE = """\
---
keywords: 关键词
---
# {zh}`标题` {en}`Title`

:::{zh}
第一行
第二行，$\\frac{1}{2} x_i$。 **重点。** 后面
:::
:::{en}
Line one, $\\frac{1}{2} x_i$.
:::

```{math}
:label: 1-1-sum
a = b
```

## {zh}`小节` {en}`Part`

```python
code = 1
```

:::{zh}
用 `numpy.linalg`。
:::
:::{en}
Use `numpy.linalg`.
:::

- {zh}`甲` {en}`A`
- {zh}`乙` {en}`B`
"""
CONF = """
extensions = ["myst_nb", "nndl_notes.sphinxext"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
language = "zh_CN"
html_theme = "basic"
html_math_renderer = "nndl-mathml"
"""


@pytest.fixture
def built(tmp_path):
    """Build a site of one page and return the folder."""
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    (tmp_path / "index.md").write_text(SOURCE, "utf-8")
    app = SphinxTestApp("html", srcdir=tmp_path)
    try:
        app.build()
        return Path(app.outdir)
    finally:
        app.cleanup()


@pytest.mark.site
def test_the_index_holds_the_text_by_section_and_language(built):
    script = (built / "searchindex.js").read_text("utf-8")
    (entry,) = json.loads(script.removeprefix("nndlSearchIndex=").removesuffix(";\n"))["pages"]
    assert entry["keywords"] == "关键词"
    zh = "第一行第二行，1/2 x_i。重点。后面"
    assert entry["sections"] == [
        ["", "标题", "Title", zh, "Line one, 1/2 x_i.", "", ["1-1-sum"]],
        ["part", "小节", "Part", "用 numpy.linalg。甲 乙", "Use numpy.linalg. A B"],
    ]


@pytest.mark.site
def test_the_search_page_alone_loads_the_index(built):
    def loaded(name):
        html = BeautifulSoup((built / name).read_text("utf-8"), "html.parser")
        found = [script["src"] for script in html("script", src=True)]
        return [re.sub(r".*/|\?.*", "", source) for source in found if "search" in source]

    assert loaded("index.html") == []
    assert loaded("search.html") == [
        "search-terms.js", "search-ranking.js", "search-help.js", "searchindex.js",
        "search-page.js",
    ]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\mathbf{X} \in \mathbb{R}^{D \times N}", "X ∈ R^(D×N)"),
        (r"\frac{1}{2}\lambda", "1/2 λ"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\hat{y}_i", "ŷ_i"),
        (r"\mathbf{z}^{(l)}", "z^(l)"),
        (r"f'(x) \leq 0", "f′(x) ≤ 0"),
        (r"\sqrt{2/\pi} (\frac{1}{2})", "√(2/π)(1/2)"),
        (r"\sum_{i=1}^{N} x_i^2", "∑_(i=1)^N x_i^2"),
        (r"\operatorname{rank}(\mathbf{X}) < N", "rank(X) < N"),
        (r"\begin{bmatrix}1&0\\0&1\end{bmatrix}", "[…]"),
    ],
)
def test_formulas_in_one_line(latex, text):
    assert plain_math(MathMLWriter({}).convert(latex, display=False)) == text
