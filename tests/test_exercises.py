"""The map of the exercises, the list of a chapter, and where a page is mended."""

import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from small_site import CONF, PROSE, SmallSite, cell, equation, page, start

DOCS = Path(__file__).parents[1] / "docs"
BOOK = tomllib.loads((DOCS / "book.toml").read_text("utf-8"))
REGISTER = tomllib.loads((DOCS / "registry.toml").read_text("utf-8"))["exercises"]

# -- The file -----------------------------------------------------------------------------------


def numbers(chapter):
    return [name for name in BOOK[chapter] if name != "title"]


def test_the_book_has_107_exercises_in_order():
    chapters = [key for key in BOOK if key.isdigit()]
    assert chapters == [str(n) for n in range(2, 16)]
    counts = [len(numbers(key)) for key in chapters]
    assert counts == [12, 11, 9, 8, 7, 11, 6, 7, 4, 10, 7, 2, 7, 6]
    assert sum(counts) == 107
    for key, count in zip(chapters, counts, strict=True):
        assert numbers(key) == [f"{key}-{n}" for n in range(1, count + 1)]


def test_every_answer_is_of_an_exercise_of_the_book():
    others = ("reference", "quiz")
    answers = {name for name, entry in REGISTER.items() if entry["kind"] not in others}
    assert answers <= {name for key in BOOK for name in numbers(key)}


@pytest.mark.parametrize("chapter", BOOK)
def test_a_line_is_in_both_languages_and_short(chapter):
    for name, line in BOOK[chapter].items():
        assert len(line) in (0, 2), name
        if line:
            zh, en = line
            assert re.search("[\u4e00-\u9fff]", zh), name
            assert not re.search("[\u4e00-\u9fff，。？]", en), name
            assert len(zh) <= 45 and len(en) <= 115, name


@pytest.mark.parametrize("chapter", BOOK)
def test_the_chapter_has_a_page_with_its_title_and_its_list(chapter):
    folder = f"ch{chapter:0>2}" if chapter.isdigit() else chapter
    text = (DOCS / folder / "index.md").read_text("utf-8")
    heading = next(line for line in text.splitlines() if line.startswith("# "))
    for title in BOOK[chapter]["title"]:
        assert title in heading
    assert f"```{{exercise-list}} {chapter}\n```" in text


# -- A small site -------------------------------------------------------------------------------

SMALL_BOOK = """
[2]
title = ["概述", "Overview"]
2-1 = ["九是什么？", "What is nine?"]
2-2 = ["十是什么？", "What is ten?"]
2-3 = []

[algorithms]
title = ["算法", "Algorithms"]
alg-2-1 = ["一步。", "One step."]
"""
SMALL_REGISTER = '[exercises.2-1]\npath = "ch02/2-1.md"\naliases = ["1e:2-1"]\n'
PAGES = {
    "index": "# {zh}`首页` {en}`Home`\n\n```{exercise-map}\n```\n\n"
    "```{toctree}\nch02/index\n```\n",
    "ch02/index": "# {zh}`概述` {en}`Overview`\n\n```{exercise-list} 2\n```\n\n"
    "```{toctree}\n:hidden:\n2-1\n```\n",
    "ch02/2-1": page(
        "2-1",
        equation("2-1-nine", "f(3) = 9")
        + ":::{refuted} 2-1-eight\n"
        + equation("2-1-eight", "f(3) = 8")
        + ":::\n\n::::{argued} 2-1-why\n"
        + PROSE
        + "::::\n\n"
        + start("ch02/2-1.md", "2-1")
        + cell("page.check('2-1-nine', {'f': f})")
        + cell("page.show(page.run('refute', '2-1-eight', {'f': f}))"),
    ),
}
THEME = """
html_theme = "sphinx_book_theme"
html_theme_options = {
    "repository_url": "https://github.com/example/notes",
    "path_to_docs": "docs",
    "article_footer_items": ["page-links"],
}
nndl_issues_url = "https://github.com/example/notes/issues"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("exercises"))
    site.write("docs/conf.py", CONF.replace('html_theme = "basic"', THEME))
    site.write("docs/book.toml", SMALL_BOOK)
    site.write("docs/registry.toml", SMALL_REGISTER)
    for name, text in PAGES.items():
        site.write(f"docs/{name}.md", text)
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    return site


def soup(site, name):
    html = BeautifulSoup((site.out / f"{name}.html").read_text("utf-8"), "html.parser")
    return html.select_one("article")


@pytest.mark.site
def test_the_map_links_every_exercise_and_tells_its_verdict(site):
    html = soup(site, "index")
    cells = html.select("ul.exercise-map .cell")
    assert [(c.name, c.get("href"), c.select_one("span").text) for c in cells] == [
        ("a", "ch02/2-1.html", "2-1"),
        ("a", "ch02/index.html#exercise-2-2", "2-2"),
        ("a", "ch02/index.html#exercise-2-3", "2-3"),
        ("span", None, "2.1"),
    ]
    answered, unanswered = cells[:2]
    assert "argued" in answered["class"]  # of two equally frequent levels, the weaker
    assert "none" in unanswered["class"]
    assert [mark["class"] for mark in answered.select(".pips > span")] == [["checked"], ["argued"]]
    assert answered.select_one(".visually-hidden .en").text == (
        "1 checked, 1 argued only, 1 false statement refuted"
    )
    assert unanswered.select_one(".visually-hidden .en").text == "no answer yet"
    assert html.select_one("ul.exercise-map > li > p > a")["href"] == "ch02/index.html"
    summary = html.select_one(".exercise-summary .en").text
    assert summary.startswith("Of the 3 exercises of the first edition, 1 are answered here")


@pytest.mark.site
def test_the_cell_shows_the_question_when_pointed_at(site):
    preview = soup(site, "index").select_one('.previews [data-href="ch02/2-1.html"]')
    assert [p.select_one(".en").text for p in preview.select("p")] == [
        "Exercise 2-1",
        "What is nine?",
        "1 checked, 1 argued only, 1 false statement refuted",
    ]


@pytest.mark.site
def test_the_list_of_a_chapter_has_every_question(site):
    items = soup(site, "ch02/index").select("ul.exercise-list > li")
    assert [item["id"] for item in items] == ["exercise-2-1", "exercise-2-2", "exercise-2-3"]
    assert items[0].a["href"] == "2-1.html"
    assert items[0].a.select_one(".en").text == "What is nine?"
    assert [bool(item.a) for item in items] == [True, False, False]
    assert "What is ten?" in items[1].text and "no answer yet" in items[1].text
    assert "not found" in items[2].text


@pytest.mark.site
def test_a_page_says_where_it_is_edited_and_where_an_error_is_reported(site):
    edit, report = soup(site, "ch02/2-1").find_next(class_="page-links").select("a")
    assert edit["href"] == "https://github.com/example/notes/edit/main/docs/ch02/2-1.md"
    address = urlsplit(report["href"])
    assert address.path == "/example/notes/issues/new"
    text = {key: value[0] for key, value in parse_qs(address.query).items()}
    assert text["title"] == "[1e:2-1] "
    assert "Page: 1e:2-1 (ch02/2-1)\n" in text["body"] and "Version: 1\n" in text["body"]


@pytest.mark.site
def test_the_map_follows_the_answers(site):
    """Last in this file: it changes the site."""
    site.write("docs/ch02/2-2.md", page("2-2", equation("2-2-one", "f(1) = 1")
               + start("ch02/2-2.md", "2-2") + cell("page.check('2-2-one', {'f': f})")))
    register = SMALL_REGISTER + "".join(f'\n[exercises.{name}]\npath = "{path}"\n' for name, path in
                                        (("2-2", "ch02/2-2.md"), ("quiz", "quiz.md")))
    site.write("docs/registry.toml", register)
    site.write("docs/quiz.md", page("quiz", equation("two", "f(1) + f(1) = 2")
               + start("quiz.md", "quiz") + cell("page.check('two', {'f': f})")))
    chapter = PAGES["ch02/index"].replace("2-1\n", "2-1\n2-2\n../quiz\n")
    site.write("docs/ch02/index.md", chapter)
    status, errors, executed = site.build("-W")
    assert (status, sorted(executed)) == (0, ["ch02/2-2.md", "quiz.md"]), errors
    # The whole site is more than the map.
    assert "3 checked" in soup(site, "index").select_one(".exercise-summary .en").text
    cells = soup(site, "index").select("ul.exercise-map a.cell")
    assert [c["href"] for c in cells][:2] == ["ch02/2-1.html", "ch02/2-2.html"]
    assert soup(site, "ch02/index").select("ul.exercise-list a")[1]["href"] == "2-2.html"


@pytest.mark.site
def test_a_chapter_that_is_not_in_the_book_is_an_error(site):
    text = PAGES["ch02/index"].replace("exercise-list} 2", "exercise-list} 7")
    site.write("docs/ch02/index.md", text)
    _, errors, _ = site.build()
    assert "no chapter '7'; there are 2, algorithms" in errors
