"""Addresses that stay, citations on the page, and the gate that holds tags and record to it."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from nndl_notes.citing import record, tags
from nndl_notes.citing.tags import Tags
from small_site import CONF, PROSE, SmallSite, cell, equation, page, start

pytestmark = pytest.mark.site

BASE = "https://example.org/notes/"
REGISTER = """\
[exercises.9-1]
path = "ch09/9-1.md"
kind = "design"
formerly = ["ch08/9-1.md", "9-1.md"]
title.zh = "平方"
title.en = "Squares"
[exercises.9-0]
path = "ch09/9-0.md"
kind = "design"
withdrawn = "…"
title.zh = "旧"
title.en = "Old"
"""
INDEX = """\
# {zh}`首页` {en}`Home`

```{toctree}
ch09/9-1
ch09/9-0
```

```{cite-example} 9-1-nine
:format: bibtex
:lang: en
```
"""
NUMBERS = ":::{zh}\n一半：{value}`half:.2f`。\n:::\n:::{en}\nHalf: {value}`half:.2f`.\n:::\n\n"
EXERCISE = page(
    "9-1",
    NUMBERS
    + equation("9-1-nine", "f(3) = 9")
    + "::::{refuted} 9-1-wrong\n" + PROSE + "::::\n\n"
    + start("ch09/9-1.md", "9-1")
    + cell("page.check('9-1-nine', {'f': f})")
    + cell("page.show(page.run('refute', '9-1-wrong', {}, kind='claim', passed=True))\n"
           "page.show(values={'half': f(1) / 2})"),
)
CLAIMS = ["9-1", "9-1-nine", "9-1-wrong"]
REASON = {"was": "9-0", "zh": "题目<有误>", "en": "the question was wrong"}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    site = SmallSite(tmp_path_factory.mktemp("permanent"))
    theme = 'html_theme = "sphinx_book_theme"\nhtml_theme_options = {"article_footer_items": '
    theme += '["citation-panel"]}\n'
    configuration = CONF.replace('html_theme = "basic"\n', theme)
    configuration += f"nndl_cite = True\nhtml_baseurl = {BASE!r}\n"
    site.write("docs/conf.py", configuration)
    site.write("docs/registry.toml", REGISTER)
    site.write("docs/index.md", INDEX)
    site.write("docs/ch09/9-1.md", EXERCISE)
    site.write("docs/ch09/9-0.md", "# {zh}`撤回` {en}`Withdrawn`\n")
    assigned = tags.assign(Tags(withdrawn={"0DDD": REASON}), CLAIMS)
    site.write("docs/tags.toml", tags.text(assigned))
    site.tags = assigned
    status, errors, _ = site.build()
    # Nothing is recorded yet: that is the only problem, and the build says what to do.
    assert status == 1 and errors.count("ERROR") == 3, errors
    assert "record.json has nothing for {value}`half:.2f`, and this build 0.50" in errors
    assert "does not say what this build found of 9-1-nine, 9-1-wrong; " in errors
    assert "run nndl-notes record 9-1" in errors
    records = site.verification["pages"]["ch09/9-1"]["records"]
    site.recorded = record.text(
        {"9-1": record.of_page([{"records": records}])}, {"9-1": {"half:.2f": "0.50"}}
    )
    site.write("docs/verification/record.json", site.recorded)
    return site


@pytest.fixture
def site(base):
    base.write("docs/ch09/9-1.md", EXERCISE)
    base.write("docs/tags.toml", tags.text(base.tags))
    base.write("docs/verification/record.json", base.recorded)
    status, errors, _ = base.build("-W")
    assert status == 0, errors
    return base


def soup(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def leads_to(path):
    """Return where a page without content leads, as its link, script and fallback agree."""
    html = soup(path)
    target = html.body.a["href"]
    assert f'location.replace("{target}"' in html.script.text
    assert html.noscript.meta["content"] == f"0; url={target}"
    file, _, anchor = target.partition("#")
    place = (path.parent / file).resolve()
    assert not anchor or soup(place).find(id=anchor)
    return place, anchor


def test_tags_and_keys_lead_to_their_claims(site):
    answer = site.out / "ch09" / "9-1.html"
    expected = {"9-1": "", "9-1-nine": "equation-9-1-nine", "9-1-wrong": "9-1-wrong"}
    for name, anchor in expected.items():
        folder = site.out / "t" / site.tags.of(name)
        assert leads_to(folder / "index.html") == (answer, anchor)
    assert leads_to(site.out / "t" / "9-1" / "index.html") == (answer, "")
    canonical = soup(folder / "index.html").find(rel="canonical")["href"]
    assert canonical == f"{BASE}ch09/9-1.html#9-1-wrong"


@pytest.mark.parametrize("path", ["ch08/9-1.html", "9-1.html"])
def test_earlier_paths_lead_on_and_keep_the_fragment(site, path):
    assert leads_to(site.out / path) == (site.out / "ch09" / "9-1.html", "")
    assert "location.hash" in (site.out / path).read_text("utf-8")


def test_a_withdrawn_tag_shows_its_reason(site):
    html = soup(site.out / "t" / "0DDD" / "index.html")
    assert "题目<有误>" in html.body.text and "the question was wrong" in html.body.text
    assert html.find(lang="en") and not html.find("script")


def test_the_panel_names_the_answer_and_its_claims(site):
    html = soup(site.out / "ch09" / "9-1.html")
    data = json.loads(html.find(id="citation-data").string)
    assert list(data["claims"]) == CLAIMS
    assert data["base"].endswith("/t/")
    assert data["claims"]["9-1-wrong"]["levels"] == {"zh": "已驳", "en": "refuted"}
    assert not (soup(site.out / "ch09" / "9-0.html")).find(id="citation-data")


def test_prose_leaves_the_record_alone(site):
    site.write("docs/ch09/9-1.md", EXERCISE.replace("English.", "Better English."))
    status, errors, executed = site.build("-W")
    assert (status, executed) == (0, ["ch09/9-1.md"]), errors


def test_sentences_show_what_cells_have_given(site):
    html = soup(site.out / "ch09" / "9-1.html")
    assert [number.text for number in html.select("span.value")] == ["0.50", "0.50"]
    page = site.verification["pages"]["ch09/9-1"]
    assert page["values"] == {"half:.2f": "0.50"}
    for form in ("md", "ipynb"):
        assert "Half: 0.50." in (site.out / "ch09" / f"9-1.{form}").read_text("utf-8")


def test_a_broken_function_changes_no_number_unnoticed(site):
    site.write("src/nndl_notes/square.py", "def f(x):\n    return x * x + 2 * (x < 2)\n")
    try:
        for options in ((), (), ("-j", "2")):  # 9 is still the square of 3
            status, errors, _ = site.build(*options)
            assert status == 1
            line = EXERCISE.count("\n", 0, EXERCISE.index("Half: ")) + 1
            assert f"9-1.md:{line}: ERROR: verification/record.json has 0.50" in errors
            assert "for {value}`half:.2f`, and this build 1.50" in errors
    finally:
        site.write("src/nndl_notes/square.py", "def f(x):\n    return x * x\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("f(3) = 9", "f(2) = 4", "does not say what this build found of 9-1-nine"),
        ("'refute', '9-1-wrong'", "'measure', '9-1-wrong'", "refut"),
        ("9-1-nine", "9-1-square", "9-1-square has no tag; run nndl-notes record"),
    ],
)
def test_what_is_claimed_cannot_change_unrecorded(site, old, new, message):
    site.write("docs/ch09/9-1.md", EXERCISE.replace(old, new))
    for options in ((), (), ("-j", "2")):  # a second build must not forgive
        status, errors, _ = site.build(*options)
        assert status == 1 and message in errors


def test_a_tag_cannot_be_taken_back(site):
    site.write("docs/tags.toml", re.sub(r'.* = "9-1-nine"\n', "", tags.text(site.tags)))
    for options in ((), (), ("-j", "2")):
        status, errors, executed = site.build(*options)
        assert (status, executed) == (1, [])
        assert "9-1-nine has no tag; run nndl-notes record" in errors


def test_a_citation_that_is_shown_exists(site):
    """An exception here would leave the writers of a parallel build waiting."""
    site.write("docs/index.md", INDEX.replace("9-1-nine", "9-1-ten"))
    try:
        for options in (("-j", "2"), (), ()):
            status, errors, _ = site.build(*options)
            assert status == 1 and "there is no '9-1-ten' here" in errors
            assert "docs/index.md:8: WARNING" in errors
    finally:
        site.write("docs/index.md", INDEX)


def test_the_record_tells_of_no_other_answer(site):
    content = json.loads(site.recorded)
    content["pages"]["9-7"] = content["pages"]["9-1"]
    site.write("docs/verification/record.json", json.dumps(content))
    status, errors, executed = site.build()
    assert (status, executed) == (1, [])
    assert "tells of 9-7, which is no answer; run nndl-notes record" in errors


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("index.md", "formerly at index.md, where another page is now"),
        ("ch08/9-1.md", "formerly at ch08/9-1.md, where another page is now"),
        ("../9-1.md", "formerly at ../9-1.md, which is outside the site"),
    ],
)
def test_an_earlier_path_replaces_no_page(site, path, message):
    before = (site.out / "index.html").read_text("utf-8")
    site.write("docs/registry.toml", REGISTER.replace('"9-1.md"]', f'"{path}"]'))
    try:
        status, errors, _ = site.build()
    finally:
        site.write("docs/registry.toml", REGISTER)
    assert status == 1 and message in errors
    assert (site.out / "index.html").read_text("utf-8") == before
    assert not (site.out.parent / "9-1.html").exists()
