"""Links: what they say of where they lead, and what they show of it."""

import pytest
from bs4 import BeautifulSoup

from small_site import SmallSite, cell, equation, page, start

pytestmark = pytest.mark.site

INDEX = """\
# {zh}`首页` {en}`Home`

```{toctree}
2-1
notes
```
"""
EXERCISE = page(
    "2-1",
    equation("2-1-nine", "f(3) = 9")
    + ":::{zh}\n见 {eq}`2-1-nine`。\n:::\n:::{en}\nSee {eq}`2-1-nine`.\n:::\n\n"
    + start("2-1.md", "2-1")
    + cell("page.check('2-1-nine', {'f': f})"),
)
NOTES = """\
# {zh}`笔记` {en}`Notes`

:::{zh}
由 {eq}`2-1-nine`，见[习题](2-1.md)与[首页](index.md)，又见[习题](2-1.md)。
:::
:::{en}
By {eq}`2-1-nine`; see [the exercise](2-1.md), [home](index.md).
:::

{eq}`2-1-nine`
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("links"))
    for name, text in {"index": INDEX, "2-1": EXERCISE, "notes": NOTES}.items():
        site.write(f"docs/{name}.md", text)
    status, errors, _ = site.build("-W", "-D", "html_math_renderer=nndl-mathml")
    assert status == 0, errors
    return site


def soup(site, name):
    return BeautifulSoup((site.out / f"{name}.html").read_text("utf-8"), "html.parser")


def links(html, selector):
    found = html.select(f"{selector} a.reference.internal")
    return [(link["href"], link.get_text(" ", strip=True)) for link in found]


def test_a_reference_to_an_equation_elsewhere_names_the_exercise(site):
    notes = soup(site, "notes")
    body = "div.body section > div"
    assert links(notes, f"{body}.zh")[0] == (
        "2-1.html#equation-2-1-nine",
        "习题 2-1 (1)",
    )
    assert links(notes, f"{body}.en")[0] == (
        "2-1.html#equation-2-1-nine",
        "Exercise 2-1 (1)",
    )
    neutral = notes.select_one("div.body section > p a.reference.internal")
    assert [span["lang"] for span in neutral.select("span[lang]")] == ["zh-CN", "en"]


def test_on_its_own_page_the_number_is_enough(site):
    assert links(soup(site, "2-1"), "div.body section > div.zh") == [
        ("#equation-2-1-nine", "(1)")
    ]


def test_a_page_carries_the_previews_of_its_links_to_others(site):
    shown = soup(site, "notes").select("div.previews[hidden] > [data-href]")
    assert [preview["data-href"] for preview in shown] == [
        "2-1.html#equation-2-1-nine",
        "2-1.html",
    ]
    formula, exercise = shown
    assert formula.select_one("div.math math").text.replace("\n", "") == "f(3)=9"
    assert formula.select_one("p").get_text(" ", strip=True) == (
        "习题 2-1 Exercise 2-1 (1) 已验 checked"
    )
    assert exercise.select_one("strong .en").text == "Exercise 2-1"
    assert exercise.select("p")[1].select_one(".en").text == "1 checked"


def test_previews_repeat_no_identifier(site):
    for name in ("index", "2-1", "notes"):
        identifiers = [tag["id"] for tag in soup(site, name).select("[id]")]
        assert len(identifiers) == len(set(identifiers))


def test_without_links_to_exercises_a_page_carries_nothing(site):
    assert soup(site, "index").select(".previews") == []


def test_a_preview_follows_what_it_shows(site):
    """Last in this file: it changes the site."""
    before = {name: (site.out / f"{name}.html").stat().st_mtime_ns for name in ("index", "notes")}
    site.write("docs/2-1.md", EXERCISE.replace("f(3) = 9", "f(2) = 4"))
    status, errors, executed = site.build("-W", "-D", "html_math_renderer=nndl-mathml")
    assert (status, executed) == (0, ["2-1.md"]), errors
    assert "f(2)=4" in soup(site, "notes").select_one(".previews math").text.replace("\n", "")
    after = {name: (site.out / f"{name}.html").stat().st_mtime_ns for name in before}
    assert after["notes"] > before["notes"]
