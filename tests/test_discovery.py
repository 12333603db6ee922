"""Programs find the pages: ``sitemap.xml``, ``robots.txt`` and ``llms.txt``."""

import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from nndl_notes.sphinxext.discovery import item, robots, sitemap
from small_site import CONF, SmallSite, cell, equation, page, start

BASE = "https://example.org/notes/"
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
FILES = ("sitemap.xml", "robots.txt", "llms.txt")
ENTRY = re.compile(r"- \[(?P<name>(?:\\.|[^\]\\])+)\]\((?P<address>[^)\s]+)\)(?:: (?P<words>.+))?")
INDEX = """\
# {zh}`首页` {en}`Home`

```{toctree}
ch02/index
ch02/2-1
reference/words
api
```
"""
REGISTER = """\
[exercises.words]
path = "reference/words.md"
[exercises.2-1]
path = "ch02/2-1.md"
"""
BOOK = """\
[2]
title = ["机器学习概述", "An overview"]
2-1 = ["甲？", "A?"]
2-2 = ["乙？", "B?"]
[3]
title = ["线性模型", "Linear models"]
3-1 = []
"""


def read_llms(text):
    """Read the format of llmstxt.org: title, summary, notes, sections of links."""
    head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    title, summary, *notes = head.strip().split("\n\n")
    assert title.startswith("# ") and summary.startswith("> ") and "\n" not in summary
    assert not any(note.startswith("#") for note in notes)
    found = {}
    for section in sections:
        name, *lines = section.strip().splitlines()
        assert lines.pop(0) == ""
        found[name] = [ENTRY.fullmatch(line).groupdict() for line in lines]
    return title.removeprefix("# "), found


def checked(name, source):
    return page(
        name,
        equation(f"{name}-nine", "f(3) = 9")
        + start(source, name)
        + cell(f"page.check('{name}-nine', {{'f': f}})"),
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("discovery"))
    theme = f'html_theme = "sphinx_book_theme"\nhtml_baseurl = "{BASE}"'
    site.write("docs/conf.py", CONF.replace('html_theme = "basic"', theme))
    site.write("docs/index.md", INDEX)
    site.write("docs/registry.toml", REGISTER)
    site.write("docs/book.toml", BOOK)
    site.write("docs/ch02/index.md", "# {zh}`第 2 章` {en}`Chapter 2`\n")
    site.write("docs/ch02/2-1.md", checked("2-1", "ch02/2-1.md"))
    words = checked("words", "reference/words.md").replace("Exercise words", "Words")
    site.write("docs/reference/words.md", words)
    site.write("docs/api.md", "---\nlanguage: en\n---\n# Functions\n")
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    return site


def read(site, name):
    return (site.out / name).read_text("utf-8")


def addresses(site):
    tree = ElementTree.parse(site.out / "sitemap.xml")
    return [element.text for element in tree.findall("s:url/s:loc", SITEMAP)]


def test_addresses_are_escaped():
    tree = ElementTree.fromstring(sitemap(["https://example.org/a?b&c"]))
    assert tree.find("s:url/s:loc", SITEMAP).text == "https://example.org/a?b&c"


def test_robots_may_read_everything_and_learn_of_the_sitemap():
    parser = RobotFileParser()
    parser.parse(robots(BASE).splitlines())
    assert parser.can_fetch("anybody", f"{BASE}ch02/2-1.html")
    assert parser.site_maps() == [f"{BASE}sitemap.xml"]


def test_brackets_do_not_end_a_name():
    line = item(["[1, -2, 1]", "a filter"], "https://example.org/5-1.md", "two")
    assert ENTRY.fullmatch(line)["name"] == r"\[1, -2, 1\] · a filter"


@pytest.mark.site
def test_the_sitemap_lists_every_page_and_nothing_else(site):
    pages = ["api", "ch02/2-1", "ch02/index", "index", "reference/words"]
    assert addresses(site) == [f"{BASE}{name}.html" for name in pages]
    assert all((site.out / a.removeprefix(BASE)).is_file() for a in addresses(site))


@pytest.mark.site
def test_llms_txt_lists_the_answers_by_chapter_with_their_verdicts(site):
    title, sections = read_llms(read(site, "llms.txt"))
    assert title == "small"
    # Chapters without an answer have no section.
    assert list(sections) == [
        "2 机器学习概述 · An overview",
        "参考与自测 · Reference and quiz",
        "数据 · Data",
        "Optional",
    ]
    assert sections["2 机器学习概述 · An overview"] == [
        {
            "name": "习题 2-1 · Exercise 2-1",
            "address": f"{BASE}ch02/2-1.md",
            "words": "1 个已验 · 1 checked",
        }
    ]
    (reference,) = sections["参考与自测 · Reference and quiz"]
    assert reference["address"] == f"{BASE}reference/words.md"
    assert [entry["name"] for entry in sections["Optional"]] == ["首页 · Home"]


@pytest.mark.site
def test_what_llms_txt_lists_is_there(site):
    _, sections = read_llms(read(site, "llms.txt"))
    listed = [entry["address"] for entries in sections.values() for entry in entries]
    missing = [a for a in listed if not (site.out / a.removeprefix(BASE)).is_file()]
    assert missing == []


@pytest.mark.site
def test_an_incremental_build_writes_the_same(site):
    """Last but one in this file: it builds again."""
    before = {name: read(site, name) for name in FILES}
    for name in FILES:
        (site.out / name).unlink()
    status, errors, executed = site.build("-W")
    assert (status, executed) == (0, []), errors
    assert {name: read(site, name) for name in FILES} == before


@pytest.mark.site
def test_llms_txt_follows_the_verdicts(site):
    """Last in this file: it changes the site."""
    path = "docs/ch02/2-1.md"
    site.replace(path, "'2-1-nine', {'f': f})", "'2-1-nine', {'f': f})\npage.show(page.run("
                 "'prove', '2-1-nine', {'f': f}))")
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    _, sections = read_llms(read(site, "llms.txt"))
    (entry,) = sections["2 机器学习概述 · An overview"]
    assert entry["words"] == "1 个结论已证 · 1 proved"
