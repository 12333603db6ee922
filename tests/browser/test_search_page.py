"""The search page in a browser: every query, both languages, the keyboard, no JavaScript."""

import re
from urllib.parse import quote

import pytest

from search_corpus import QUERIES

pytestmark = pytest.mark.browser

TITLES = "#search-results .search-result-title"
SEARCH_FILES = re.compile(r"search[-\w]*\.(?:js|css)")


def search(visitor, query, language="zh"):
    """Open the search page with a query and wait for its answer."""
    page = visitor.open(f"search.html?q={quote(query)}&lang={language}")
    page.wait_for_function("document.getElementById('search-status').textContent")
    return page


def first(page):
    """Return the page that the first result leads to."""
    link = page.locator(TITLES).first.get_attribute("href", timeout=1000)
    return re.sub(r"^(?:\./)?|\.html.*$", "", link)


def visible_text(page, selector):
    """Return the text that a reader sees."""
    return " ".join(page.locator(selector).first.inner_text().split())


def test_every_query_finds_its_page_first(visit):
    visitor = visit()
    page = visitor.open("search.html")
    found = {}
    for query in QUERIES:
        page.locator("#search-input").fill(query)
        page.locator("#search-form").evaluate("form => form.requestSubmit()")
        found[query] = first(page)
    assert found == QUERIES


def test_an_address_with_a_query_shows_its_results_and_they_lead_there(visit):
    page = search(visit(), "岭回归")
    assert first(page) == QUERIES["岭回归"]
    assert page.locator("#search-results mark").first.inner_text() == "岭回归"
    page.locator(TITLES).first.click()
    page.wait_for_url("**/ch02/2-4.html*")
    assert page.locator("#ex-2-4").count() == 1


def test_results_follow_the_typing(visit):
    page = visit().open("search.html")
    assert page.evaluate("document.activeElement.id") == "search-input"
    page.keyboard.type("ridge", delay=20)
    page.locator("#search-status", has_text="“ridge”").wait_for()
    assert first(page) == QUERIES["ridge"]
    assert "q=ridge" in page.url


def test_only_the_search_page_loads_the_index(visit):
    visitor = visit()
    visitor.open("index.html")
    visitor.open("ch02/2-4.html")
    assert [url for url in visitor.requests if SEARCH_FILES.search(url)] == []
    search(visitor, "ridge")
    assert any("searchindex.js" in url for url in visitor.requests)


@pytest.mark.parametrize("opened_with", ["keys", "button"])
def test_keys_and_button_lead_to_the_search_page(visit, opened_with):
    page = visit().open("ch02/2-4.html")
    if opened_with == "keys":
        page.keyboard.press("Control+k")
    else:
        page.get_by_role("button", name="搜索").first.click()
    assert page.get_by_role("dialog", name="搜索").is_visible()
    assert page.evaluate("document.activeElement.id") == "search-dialog-input"
    page.keyboard.type("GELU")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=GELU")
    assert first(page) == QUERIES["GELU"]
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "search-input"


def test_escape_closes_the_dialog(visit):
    page = visit().open("index.html")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    assert not page.locator("#pst-search-dialog").is_visible()


@pytest.mark.parametrize(
    ("language", "query", "words", "hint", "suggestion"),
    [
        ("zh", "领回归", "没有找到“领回归”。", "您是不是要找： 岭回归", "岭回归"),
        ("en", "grdient", "Nothing found for “grdient”.", "Did you mean: gradient", "gradient"),
    ],
)
def test_nothing_found_says_what_to_try_in_the_readers_language(
    visit, language, query, words, hint, suggestion
):
    page = search(visit(), query, language)
    assert visible_text(page, "#search-status") == words
    assert visible_text(page, ".search-hint").startswith(hint)
    assert page.locator("#search-help ul").evaluate_all(
        "lists => lists.filter(l => l.offsetParent).map(l => l.className)"
    ) == [language]
    page.locator(".search-hint a").first.click()
    assert page.locator("#search-input").input_value() == suggestion
    assert page.locator(TITLES).count() > 0
    assert not page.locator("#search-help").is_visible()


def test_an_exercise_without_an_answer_is_named_and_its_neighbours_offered(visit):
    page = search(visit(), "习题 2-99", "zh")
    assert visible_text(page, "#search-hints").startswith("习题 2-99 还没有解答。")
    page.locator(".search-hint a", has_text=re.compile(r"^2-4$")).click()
    page.wait_for_url("**/ch02/2-4.html*")


def test_the_page_follows_the_language_switch_and_keeps_the_query(visit):
    page = search(visit(), "ridge", "zh")
    assert page.title().startswith("搜索 —")
    assert visible_text(page, "#search-status").startswith("“ridge”：找到")
    before = page.locator(TITLES).count()
    page.locator(".language-switch button[value=en]").evaluate("button => button.click()")
    assert page.title().startswith("Search —")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert visible_text(page, "#search-status").startswith("“ridge”:")
    assert visible_text(page, "#search-title") == "Search"
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("#search-results").inner_text())
    assert page.locator(TITLES).count() == before
    assert "q=ridge" in page.url and "lang=en" in page.url
    page.locator(".language-switch button[value=both]").evaluate("button => button.click()")
    assert visible_text(page, "#search-title") == "搜索 Search"


def test_a_phone_shows_results_without_scrolling_sideways(visit):
    page = search(visit(viewport={"width": 390, "height": 800}, color_scheme="dark"), "gradient")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_javascript_the_page_says_where_else_to_look(visit):
    page = visit(java_script_enabled=False).open("search.html")
    words = page.locator(".search-page noscript p")
    assert [paragraph.is_visible() for paragraph in words.all()] == [True, True]
    assert "Searching needs JavaScript" in words.nth(1).inner_text()
    assert not page.locator("#search-input").is_visible()
