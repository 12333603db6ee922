"""Citing in a browser: what is copied is what the command line prints, and addresses lead on."""

import json

import pytest

from conftest import ROOT
from nndl_notes.citing.citation import citation
from nndl_notes.citing.formats import FORMATS
from nndl_notes.citing.identifiers import Catalogue

pytestmark = pytest.mark.browser

PAGE = "ch02/2-4.html"
TODAY = "2026-05-06"
FORMS = {
    "bibtex": "BibTeX", "gbt7714": "GB/T 7714", "markdown": "Markdown", "latex": "LaTeX",
    "csl-json": "CSL-JSON", "plain": {"zh": "纯文本", "en": "Plain text"},
}  # fmt: skip
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue(ROOT / "docs")


def copied(page, place, form, language):
    label = FORMS.get(form, form)
    label = label if isinstance(label, str) else label[language]
    place.locator("button", has_text=label).first.click()
    return page.evaluate("navigator.clipboard.readText()")


def opened(visit, language):
    """Open the page on a fixed day, with a clipboard."""
    visitor = visit(**CLIPBOARD)
    visitor.page.clock.set_fixed_time(f"{TODAY}T12:00:00")
    return visitor.open(f"{PAGE}?lang={language}")


def line_of(page, label):
    return page.locator(f"[id='{label}'] + .verdict-line")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_equation_is_cited_as_the_command_line_cites_it(visit, catalogue, language):
    page = opened(visit, language)
    cited = citation(catalogue.find("2-4-gradient"), catalogue.record)
    line = line_of(page, "2-4-gradient")
    line.locator(".cite-claim").click()
    for form, function in FORMATS.items():
        text = copied(page, line.locator(".cite-menu"), form, language)
        assert text == function(cited, language, TODAY)
    assert copied(page, line, {"zh": "链接", "en": "Link"}[language], language) == cited.url


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_answer_is_cited_as_the_command_line_cites_it(visit, catalogue, language):
    page = opened(visit, language)
    cited = citation(catalogue.find("2-4"), catalogue.record)
    page.locator("#cite summary").click()
    for form, function in FORMATS.items():
        text = copied(page, page.locator("#cite"), form, language)
        assert text == function(cited, language, TODAY)


def test_a_refuted_answer_in_words_is_cited_too(visit, catalogue):
    page = opened(visit, "en")
    cited = citation(catalogue.find("2-4-wrong-minimum"), catalogue.record)
    line = page.locator("[id='2-4-wrong-minimum'] > .verdict-line")
    line.locator(".cite-claim").click()
    text = copied(page, line.locator(".cite-menu"), "latex", "en")
    assert text == FORMATS["latex"](cited, "en", TODAY)
    assert "refuted" in text


def test_every_claim_of_every_kind_of_page_can_be_cited(at_home, catalogue):
    visitor = at_home()
    for path in (PAGE, "ch04/4-2.html", "quiz/short.html", "algorithms/alg-12-1.html"):
        page = visitor.open(path)
        data = json.loads(page.locator("#citation-data").text_content())
        answer = next(iter(data["claims"]))
        claims = {c.name for c in catalogue.claims.values() if c.page == answer}
        assert claims == data["claims"].keys()
        assert page.locator(".cite-claim").count() == len(claims) - 1


def test_the_menu_is_used_by_keyboard(visit):
    page = visit().open(PAGE)
    line = line_of(page, "2-4-risk")
    button = line.locator(".cite-claim")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert line.locator(".cite-menu button").count() == 7
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.className").startswith("cite-claim")


def test_without_scripts_the_citation_and_the_command_are_there(visit):
    page = visit(java_script_enabled=False).open(PAGE)
    page.locator("#cite summary").click()
    words = page.locator("#cite").inner_text()
    assert "习题 2-4：岭回归" in words and "exercise 2-4: Ridge" in words
    assert "nndl-notes verify 2-4" in words and "pipx run" in words


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("name", ["2-4", "2-4-gradient", "2-4-wrong-minimum"])
def test_a_tag_leads_to_what_it_names(visit, catalogue, name, scripts):
    address = f"t/{catalogue.tags.of(name)}/index.html"
    page = visit(java_script_enabled=scripts).open(address)
    page.wait_for_url(lambda url: PAGE in url)
    anchor = page.url.partition("#")[2]
    assert bool(anchor) == (name != "2-4")
    if anchor:
        assert page.locator(f"[id='{anchor}']").count() == 1
        assert name in anchor


def test_a_tag_in_small_letters_is_found_and_what_is_not_there_says_so(chromium, server, catalogue):
    tag = next(t for t in catalogue.tags.names if t.upper() != t.lower())
    page = chromium.new_page()
    page.goto(f"{server}/t/{tag.lower()}/")
    page.wait_for_url(lambda url: "/t/" not in url and "404" not in url)
    answer = page.goto(f"{server}/t/0000/")
    assert answer.status == 404
    assert "There is no page here" in page.inner_text("body")
    page.close()
