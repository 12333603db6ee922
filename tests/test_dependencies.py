"""Which answers use which: the picture, the same in words, and when both are written again."""

from itertools import pairwise

import pytest
from bs4 import BeautifulSoup

from nndl_notes.sphinxext.dependency_picture import MODULE_DISTANCE, Module, Page, picture
from small_site import SmallSite, cell, equation, page, start

# -- The picture --------------------------------------------------------------------------------


def node(name, level="checked", zh="题", en="Question"):
    return Page(name, name, {"zh": zh, "en": en}, level, f"{name}.html", f"{name}：题 · {name}: it")


GROUPS = [({"zh": "第 1 章", "en": "Chapter 1"}, [node("1-1"), node("1-2", "proved")])]
MODULES = [Module(name, f"api/{name}.html", name) for name in ("nn.ridge", "nn.lstm")]


def drawn(groups=GROUPS, modules=MODULES, references=(), imports=()):
    svg = picture(groups, modules, references, imports)
    return BeautifulSoup(svg, "html.parser").svg


def test_every_page_is_a_link_in_its_colour_with_its_title():
    svg = drawn(imports=[("1-1", "nn.ridge"), ("1-2", "nn.lstm")])
    links = svg.select("a.page")
    assert [(a["href"], a["class"], a.title.text) for a in links] == [
        ("1-1.html", ["page", "checked"], "1-1：题 · 1-1: it"),
        ("1-2.html", ["page", "proved"], "1-2：题 · 1-2: it"),
    ]
    assert [text.text for text in links[0].select("text")] == ["1-1", "题", "Question"]


def test_edges_lead_from_who_uses_to_what_is_used():
    svg = drawn(references=[("1-2", "1-1")], imports=[("1-1", "nn.ridge"), ("1-2", "nn.lstm")])
    edges = [(path["class"][0], path["data-from"], path["data-to"]) for path in svg.select("path")]
    assert edges == [
        ("reference", "1-2", "1-1"),
        ("import", "1-1", "nn.ridge"),
        ("import", "1-2", "nn.lstm"),
    ]


def test_a_long_title_is_cut_and_marks_are_escaped():
    svg = drawn([(None, [node("a", en="A < B & " + "x" * 80)])], [])
    english = svg.select_one("a text.en").text
    assert english.startswith("A < B & xxx") and english.endswith("…") and len(english) < 60


@pytest.mark.parametrize("count", [3, 24])
@pytest.mark.parametrize("users", [["1-1"] * 12, ["1-24"] * 12, ["1-1", "1-2"] * 6])
def test_modules_stand_apart_and_inside(users, count):
    pages = [node(f"1-{n}") for n in (1, 2, 24, *range(3, count))]
    modules = [Module(f"m{n:02}", None, "") for n in range(12)]
    imports = [(user, module.name) for user, module in zip(users, modules, strict=True)]
    svg = drawn([(None, pages)], modules, imports=imports)
    heights = sorted(float(rect["y"]) for rect in svg.select(".module rect"))
    gaps = [b - a for a, b in pairwise(heights)]
    assert min(gaps) > MODULE_DISTANCE - 0.2
    assert heights[0] >= 0 and heights[-1] + 26 <= float(svg["height"])


# -- A small site -------------------------------------------------------------------------------

SHOWN = "# {zh}`关系` {en}`Relations`\n\n```{dependencies}\n```\n"
INDEX = "# {zh}`首页` {en}`Home`\n\n```{toctree}\n:glob:\n\n*\n```\n"
SEE = ":::{{zh}}\n见{0}。\n:::\n:::{{en}}\nSee {0}.\n:::\n\n"


def exercise(name, prose, module="square", function="f"):
    body = equation(f"{name}-nine", f"{function}(3) = {9 if function == 'f' else 27}")
    body += start(f"{name}.md", name).replace("square import f", f"{module} import {function}")
    body += cell(f"page.check('{name}-nine', {{'{function}': {function}}})")
    return page(name, body, prose)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("dependencies"))
    site.write("docs/index.md", INDEX)
    site.write("docs/shown.md", SHOWN)
    site.write("docs/one.md", exercise("one", SEE.format("[](two.md)")))
    site.write("docs/two.md", exercise("two", SEE.format("[](index.md)")))
    site.write("docs/three.md", exercise("three", SEE.format("{eq}`one-nine`"), "cube", "g"))
    status, errors, _ = site.build("-W")
    assert status == 0, errors
    return site


def shown(site):
    return BeautifulSoup((site.out / "shown.html").read_text("utf-8"), "html.parser")


def relations(site):
    """Return the edges of the picture and the rows of the table."""
    html = shown(site)
    edges = [(path["data-from"], path["data-to"]) for path in html.select("svg path")]
    rows = {}
    for row in html.select("table.dependencies-table tbody tr"):
        first, *others = row.select("td")
        rows[first.a["href"]] = [
            [*(a["href"] for a in cell.select("a")), *(c.text for c in cell.select("code"))]
            for cell in others
        ]
    return sorted(edges), rows


@pytest.mark.site
def test_references_and_imports_are_found_and_followed(site):
    edges, rows = relations(site)
    assert edges == [
        *[("one", "nndl_notes.square"), ("one", "two")],
        *[("three", "nndl_notes.cube"), ("three", "one")],
        ("two", "nndl_notes.square"),
    ]
    assert rows == {
        "one.html": [["two.html"], ["three.html"], ["square"]],
        "three.html": [["one.html"], [], ["cube"]],
        "two.html": [[], ["one.html"], ["square"]],
    }
    found = site.verification["pages"]["three"]
    assert (found["references"], found["imports"]) == (["one"], ["nndl_notes.cube"])
    before = shown(site).svg

    # Another reference, and nothing else: the page with the picture is written, and not executed.
    site.replace("docs/three.md", "{eq}`one-nine`", "[](two.md)")
    assert site.build("-W")[::2] == (0, ["three.md"])
    edges, rows = relations(site)
    assert ("three", "two") in edges and ("three", "one") not in edges
    assert rows["two.html"][1] == ["one.html", "three.html"]

    site.replace("docs/three.md", "[](two.md)", "{eq}`one-nine`")
    assert site.build("-W")[::2] == (0, ["three.md"])
    assert shown(site).svg == before

    # A page that is gone leaves neither a node nor an edge.
    (site.docs / "three.md").unlink()
    assert site.build("-W")[::2] == (0, [])
    edges, rows = relations(site)
    assert edges == [("one", "nndl_notes.square"), ("one", "two"), ("two", "nndl_notes.square")]
    assert list(rows) == ["one.html", "two.html"]
