"""Terms show their translation where a page first uses them."""

import re
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nndl_notes.sphinxext.glossary import Term, by_spelling, pattern
from small_site import SmallSite

TERMS = tomllib.loads((Path(__file__).parents[1] / "docs" / "glossary.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_in_both_languages(name):
    term = TERMS[name]
    assert re.search("[\u4e00-\u9fff]", term["zh"]) and term["meaning"]["zh"].endswith("。")
    english = [term["en"], *term.get("also", ()), term["meaning"]["en"]]
    assert not any(re.search("[\u3000-\uffef]", text) for text in english)
    assert english[-1].endswith(".")


def test_no_two_terms_share_a_spelling():
    chinese = [term["zh"] for term in TERMS.values()]
    english = [s.lower() for t in TERMS.values() for s in (t["en"], *t.get("also", ()))]
    assert len(chinese) == len(set(chinese))
    assert len(english) == len(set(english))


SPELLED = [
    Term("least", {"zh": ["最小二乘"], "en": ["least squares"]}, {}),
    Term("weighted", {"zh": ["加权最小二乘"], "en": ["weighted least squares"]}, {}),
    Term("loss", {"zh": ["损失"], "en": ["loss"]}, {}),
]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("zh", "用加权最小二乘求解", ["加权最小二乘"]),
        ("zh", "最小二乘的损失", ["最小二乘", "损失"]),
        ("en", "By least squares, weighted", ["least squares"]),
        ("en", "Weighted least\nsquares", ["Weighted least\nsquares"]),
        ("en", "Losses and glossary, no-loss", ["Losses"]),
    ],
)
def test_the_longest_term_is_found(language, text, found):
    assert pattern(language, SPELLED).findall(text) == found
    assert list(by_spelling(language, SPELLED).values()) == SPELLED


INDEX = """\
# {zh}`岭回归` {en}`Ridge regression`

:::{zh}
岭回归，[岭回归](terms.md)，`岭回归`，又是岭回归；最小二乘。
:::
:::{en}
Ridge regressions. Ridge regression again; [terms](terms.md).
:::

- {zh}`岭回归` {en}`ridge regression`

```{toctree}
terms
```
"""
PAGE = "# {zh}`术语` {en}`Terms`\n\n```{glossary-table}\n```\n"
FILE = """
[ridge-regression]
zh = "岭回归"
en = "ridge regression"
meaning.zh = "惩罚权重。"
meaning.en = "A penalty on the weights."

[least-squares]
zh = "最小二乘"
en = "least squares"
meaning.zh = "残差最小。"
meaning.en = "Smallest residuals."
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("glossary"))
    for name, text in {"index.md": INDEX, "terms.md": PAGE, "glossary.toml": FILE}.items():
        site.write(f"docs/{name}", text)
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    return site


def soup(site, name):
    return BeautifulSoup((site.out / f"{name}.html").read_text("utf-8"), "html.parser")


@pytest.mark.site
def test_the_first_occurrence_in_each_language_is_marked(site):
    html = soup(site, "index")
    marked = [
        (link.find_parent(lang=True)["lang"], link.text, link["title"], link["href"])
        for link in html.select("a.term")
    ]
    assert marked == [
        ("zh-CN", "岭回归", "ridge regression", "terms.html#term-ridge-regression"),
        ("zh-CN", "最小二乘", "least squares", "terms.html#term-least-squares"),
        ("en", "Ridge regressions", "岭回归", "terms.html#term-ridge-regression"),
    ]
    assert html.select_one("div.zh > p").text == "岭回归，岭回归，岭回归，又是岭回归；最小二乘。"


@pytest.mark.site
def test_the_table_has_the_terms_in_the_order_of_the_english(site):
    rows = soup(site, "terms").select("table.glossary tbody tr")
    assert [row["id"] for row in rows] == ["term-least-squares", "term-ridge-regression"]
    names = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in rows]
    assert names[1] == ["岭回归", "ridge regression", "惩罚权重。 A penalty on the weights."]
    assert soup(site, "terms").select("a.term") == []
    assert "岭回归" in (site.out / "searchindex.js").read_text("utf-8")


@pytest.mark.site
def test_a_new_term_reaches_the_pages(site):
    """Last in this file: it changes the site."""
    site.write("docs/glossary.toml", FILE.replace("最小二乘", "又是"))
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    assert soup(site, "terms").find(string="又是")
    assert [link.text for link in soup(site, "index").select("div.zh a.term")] == ["岭回归", "又是"]
    assert site.build("-W")[0] == 0
