"""Equations in a browser: verdicts that open, LaTeX to copy, previews of what a link leads to."""

import pytest

pytestmark = pytest.mark.browser

PAGE = "ch02/2-4.html"
GRADIENT = r"#\32 -4-gradient"


def opened(visitor, language="zh", path=PAGE):
    return visitor.open(f"{path}?lang={language}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_badge_opens_its_evidence(visit, scripts):
    page = opened(visit(java_script_enabled=scripts), "en")
    line = page.locator(f"{GRADIENT} + .verdict-line")
    evidence = line.locator("details > div")
    assert not evidence.is_visible()
    line.locator("summary").focus()
    page.keyboard.press("Enter")
    assert evidence.is_visible()
    words = evidence.inner_text()
    assert "By computer algebra the two sides differ by zero" in words
    assert "relative error" in words
    assert ("符号计算" in words) == (not scripts)  # without scripts both languages are shown
    line.locator("a").click()
    assert page.url.endswith("#evidence-2-4-gradient-prove")


def test_the_latex_of_an_equation_is_copied(visit):
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = opened(visitor)
    button = page.locator(f"{GRADIENT} + .verdict-line .copy-latex")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("p[role=status]", has_text="已复制").wait_for(state="attached")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(GRADIENT).get_attribute("data-tex")
    assert copied.startswith(r"\begin{aligned}")


def test_every_labelled_equation_has_a_permanent_link_and_a_button(visit):
    page = opened(visit())
    labelled = page.locator("article div.math:has(.eqno)")
    assert labelled.count() > 5
    assert labelled.locator(".eqno a.headerlink").count() == labelled.count()
    assert page.locator("article div.math:has(.eqno) + .verdict-line > .copy-latex").count() == (
        labelled.count()
    )


def test_pointing_at_a_link_shows_the_exercise_and_escape_hides_it(visit):
    page = opened(visit(), "en")
    link = page.locator("div.en a[href='2-2.html']").first
    link.scroll_into_view_if_needed()
    link.hover()
    preview = page.locator("#preview")
    preview.wait_for()
    assert "Exercise 2-2" in preview.inner_text()
    assert link.get_attribute("aria-describedby") == "preview"
    box = preview.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)  # onto the preview: it stays
    page.wait_for_timeout(500)
    assert preview.is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#preview").count() == 0
    assert link.get_attribute("aria-describedby") is None


def test_the_focus_shows_an_equation_of_the_same_page(visit):
    page = opened(visit())
    link = page.locator("td a[href='#equation-2-4-gradient']").first
    page.keyboard.press("Tab")
    link.focus()
    preview = page.locator("#preview")
    preview.wait_for()
    assert preview.locator("math").count() == 1
    assert preview.locator("[id], button").count() == 0
    page.keyboard.press("Tab")
    assert page.locator("#preview a, #preview math").count() <= 1  # of the next link, if any


def test_the_focus_shows_a_counterexample(visit):
    page = opened(visit())
    line = page.locator(r"#\32 -4-wrong-sign .verdict-line")
    line.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("#preview .counterexample").is_visible()


def test_a_finger_follows_the_link_at_once(visit):
    page = opened(visit(has_touch=True, viewport={"width": 390, "height": 800}))
    page.locator("div.zh a[href='2-2.html']").first.tap()
    page.wait_for_url("**/ch02/2-2.html*")
    assert page.locator("#preview").count() == 0
