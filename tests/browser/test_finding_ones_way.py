"""Home, chapters, glossary and downloads in a browser."""

import json
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest

from conftest import SITE

pytestmark = pytest.mark.browser

PAGES = ("index.html", "ch04/index.html", "ch09/index.html", "glossary.html",
         "algorithms/alg-4-1.html", "ch02/2-4.html")


def links(page, selector):
    return page.locator(selector).evaluate_all("links => links.map(link => link.href)")


def test_every_cell_of_the_map_leads_somewhere(visit):
    page = visit().open("index.html")
    cells = links(page, ".exercise-map a.cell")
    assert len(cells) == 107 + 4
    for address in cells:
        parts = urlsplit(address)
        path = SITE / unquote(parts.path).removeprefix(str(SITE)).lstrip("/")
        assert path.is_file(), address
        if parts.fragment:
            assert f'id="{parts.fragment}"' in path.read_text("utf-8"), address


def test_a_cell_shows_its_question(visit):
    page = visit().open("index.html?lang=en")
    page.locator(".exercise-map a.cell", has_text="2-4").first.hover()
    page.locator("#preview", has_text="Show that ridge regression").wait_for()
    assert "refuted" in page.locator("#preview").inner_text()


def test_a_term_shows_its_translation_to_pointer_and_keyboard(visit):
    page = visit().open("ch02/2-4.html?lang=zh")
    term = page.locator("div.zh a.term", has_text="岭回归").first
    assert term.get_attribute("title") is None
    term.scroll_into_view_if_needed()
    term.hover()
    preview = page.locator("#preview", has_text="ridge regression")
    preview.wait_for()
    assert preview.locator("p").get_attribute("lang") == "en"
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)
    page.keyboard.press("Tab")
    term.focus()
    preview.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#term-ridge-regression")


def test_without_scripts_the_browser_shows_the_translation(visit):
    page = visit(java_script_enabled=False).open("ch02/2-4.html")
    term = page.locator("div.en a.term", has_text="structural risk").first
    assert term.get_attribute("title") == "结构风险"


def test_a_page_is_there_as_notebook_and_as_markdown(visit, address):
    page = visit().open("ch02/2-4.html")
    notebook, text = links(page, ".dropdown-download-buttons a")
    with urlopen(notebook) as answer:
        cells = json.load(answer)["cells"]
    assert {cell["cell_type"] for cell in cells} == {"markdown", "code"}
    with urlopen(text) as answer:
        assert answer.read().decode().startswith("# 习题 2-4")


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_no_page_is_wider_than_a_phone(visit, language):
    visitor = visit(viewport={"width": 390, "height": 800})
    for path in PAGES:
        page = visitor.open(f"{path}?lang={language}")
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, path


def test_pseudocode_fits_a_phone(visit):
    for language in ("zh", "en"):
        page = visit(viewport={"width": 390, "height": 800}).open(
            f"algorithms/alg-4-1.html?lang={language}"
        )
        block = page.locator(f"div.{language} div.highlight-text pre")
        assert block.evaluate("block => block.scrollWidth - block.clientWidth") <= 0
