"""Every page in a browser: nothing foreign, nothing too wide, nothing in the wrong language."""

import pytest

from conftest import SITE

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 800}}
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if not path.relative_to(SITE).as_posix().startswith(("_static/", "_downloads/", "t/", "404"))
)
# One of each type.
TYPES = (
    "index.html",
    "ch04/index.html",
    "ch09/index.html",
    "ch02/2-4.html",
    "ch05/5-5.html",
    "algorithms/alg-4-1.html",
    "reference/convolution.html",
    "quiz/choice.html",
    "glossary.html",
    "notation.html",
    "verification/index.html",
    "verification/coverage.html",
    "verification/data.html",
    "verification/errata.html",
    "verification/ledger.html#page=ch02",  # one chapter: axe takes minutes for all rows
    "verification/dependencies.html",
    "api/linear_regression.html",
    "contributing.html",
    "cite.html",
    "execution-times.html",
    "genindex.html",
    "search.html?q=ridge",
)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Inside an element in the other language, the words of the page's own are not hidden.
SHOWN = """language => Array.from(document.querySelectorAll(`.${language}`))
    .filter(e => e !== document.documentElement && e.getClientRects().length).length"""


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_every_page_fits_a_phone_and_asks_nobody_else(at_home, language):
    visitor = at_home(**PHONE)
    too_wide, mixed = {}, {}
    for path in PAGES:
        page = visitor.open(f"{path}?lang={language}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["viewport"]["width"]:
            too_wide[path] = width
        other = {"zh": "en", "en": "zh"}.get(language)
        if other and page.evaluate(SHOWN, other):
            mixed[path] = page.evaluate(SHOWN, other)
    assert too_wide == mixed == {}


@pytest.mark.parametrize(
    ("name", "options"),
    [("light", {}), ("dark", {"color_scheme": "dark"}), ("phone", PHONE)],
    ids=["light", "dark", "phone"],
)
def test_nothing_stands_in_the_way_of_a_screen_reader(at_home, name, options):
    from axe_playwright_python.sync_playwright import Axe

    visitor, found = at_home(**options), {}
    for path in TYPES:
        page = visitor.open(path)
        assert page.locator("article, .search-page").count(), path
        # Without preload: axe looks for imported style sheets in the wrong folder.
        answer = Axe().run(page, options={"runOnly": STANDARDS, "preload": False}).response
        violations = {
            violation["id"]: [node["target"][0] for node in violation["nodes"][:3]]
            for violation in answer["violations"]
        }
        if violations:
            found[path] = violations
    assert found == {}


def test_the_language_is_remembered_and_can_be_linked(visit):
    visitor = visit(locale="en-GB")
    page = visitor.open("ch02/2-4.html")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title().startswith("Exercise 2-4.")
    page.locator(".language-switch button[value=zh]").click()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title().startswith("习题 2-4")
    assert "lang=zh" in page.url
    # What a page remembers, Chromium stores a moment later: a busy one shows the next page first.
    language = "document.documentElement.dataset.lang"
    assert any(visitor.open("ch02/2-2.html").evaluate(language) == "zh" for _ in range(20))
    page = visitor.open("ch02/2-2.html?lang=both")
    assert page.evaluate(SHOWN, "zh") and page.evaluate(SHOWN, "en")


def test_the_reader_stays_at_the_equation_when_the_language_changes(visit):
    page = visit(reduced_motion="reduce").open("ch02/2-4.html?lang=both")
    place = r"document.querySelector('#\\32 -4-gradient').getBoundingClientRect().top"
    page.locator(r"#\32 -4-gradient").scroll_into_view_if_needed()
    page.evaluate(f"scrollBy(0, {place} - 200)")
    before = page.evaluate(place)
    page.locator(".language-switch button[value=en]").evaluate("button => button.click()")
    assert abs(page.evaluate(place) - before) < 3


HEADINGS = """() => [...document.querySelectorAll("article :is(h1, h2) > a.headerlink")]
  .filter(link => link.offsetParent)
  .map(link => {
    const heading = link.parentElement, height = () => heading.getBoundingClientRect().height;
    const before = height();
    link.style.display = "none";
    return [heading.textContent, before - height()];
  })"""


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_the_link_of_a_heading_begins_no_line(visit, options):
    visitor = visit(**options)
    for path in ("ch04/4-8.html", "ch04/4-3.html", "ch10/index.html", "ch05/5-3.html"):
        page = visitor.open(f"{path}?lang=zh")
        found = page.evaluate(HEADINGS)
        assert found and not any(height for _, height in found), path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_figure_is_described_in_the_readers_language(visit):
    page = visit().open("ch02/2-4.html?lang=zh")
    figure = page.locator(".cell_output img").first
    assert figure.get_attribute("alt").startswith("权重随 λ 的变化")
    assert "Weights" not in figure.get_attribute("alt")
    page.locator(".language-switch button[value=en]").click()
    assert figure.get_attribute("alt").startswith("Weights against lambda")
    page.locator(".language-switch button[value=both]").click()
    assert " · " in figure.get_attribute("alt")


def test_dark_mode_turns_figures_and_text(visit):
    page = visit(color_scheme="dark").open("ch02/2-4.html")
    style = "getComputedStyle(document.querySelector('.cell_output img'))"
    assert "invert" in page.evaluate(f"{style}.filter")
    assert page.evaluate(f"{style}.backgroundColor") == "rgba(0, 0, 0, 0)"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, background[4:-1].split(","))) < 60


@pytest.mark.parametrize("path", ["index.html", "ch02/2-4.html", "quiz/choice.html"])
def test_without_scripts_both_languages_and_all_formulas_are_read(visit, path):
    page = visit(java_script_enabled=False, **PHONE).open(path)
    halves = page.locator("article div.zh"), page.locator("article div.en")
    assert halves[0].count() == halves[1].count() > 2
    assert halves[0].first.is_visible() and halves[1].first.is_visible()
    assert page.locator("article math").count() == page.locator("article .math").count()
    assert not page.locator(".language-switch").is_visible()


def test_a_browser_without_mathml_shows_the_latex(visit):
    visitor = visit()
    visitor.context.add_init_script("""
        const measure = Element.prototype.getBoundingClientRect;
        Element.prototype.getBoundingClientRect = function () {
            return this.localName === "mspace" ? new DOMRect() : measure.call(this);
        };""")
    page = visitor.open("ch02/2-4.html?lang=en")
    assert page.locator("article math").count() == 0
    shown = page.locator(r"#\32 -4-gradient code").text_content()
    assert shown == page.locator(r"#\32 -4-gradient").get_attribute("data-tex")


def test_paper_has_both_languages_and_nothing_to_press(visit):
    page = visit(color_scheme="dark").open("ch02/2-4.html?lang=en")
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN, "zh") and page.evaluate(SHOWN, "en")
    for chrome in (".bd-header-article", "#pst-primary-sidebar", ".prev-next-area", ".copy-latex",
                   ".page-links", ".headerlink", "footer.bd-footer", ".search-button"):
        assert not page.locator(chrome).first.is_visible(), chrome
    colours = "getComputedStyle(document.querySelector('article p')).color"
    assert page.evaluate(colours) == "rgb(0, 0, 0)"


def test_all_can_be_reached_by_keyboard(visit):
    page = visit().open("ch02/2-4.html?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip().startswith("Skip to")
    seen = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        what = "document.activeElement.className || document.activeElement.tagName"
        seen |= set(page.evaluate(what).split())
    assert {"copy-latex", "headerlink", "SUMMARY"} <= seen


def test_the_themes_own_words_follow(visit):
    page = visit(locale="en-GB").open("ch02/2-4.html")
    search = page.locator(".article-header-buttons .search-button, .search-button").first
    assert search.get_attribute("aria-label") == "Search"
    page.locator(".language-switch button[value=zh]").click()
    assert search.get_attribute("aria-label") == "搜索"
    badge = page.locator(".verdict-line summary").first
    assert not badge.get_attribute("title").isascii()
    page.locator(".language-switch button[value=en]").click()
    assert badge.get_attribute("title").isascii()
