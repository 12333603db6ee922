"""The ledger and the picture of what builds on what, in a browser."""

import pytest

pytestmark = pytest.mark.browser

LEDGER, PICTURE = "verification/ledger.html", "verification/dependencies.html"
SHOWN = "table.claims tbody tr:not([hidden])"


# Rows out of sight are not laid out, and have no inner text.
READ = """cells => cells.map(cell => {
    const copy = cell.cloneNode(true);
    const other = {zh: "en", en: "zh"}[document.documentElement.dataset.lang];
    if (other) copy.querySelectorAll(`.${other}`).forEach(words => words.remove());
    return copy.textContent.trim();
})"""


def column(page, name):
    """Return what stands in a column of the rows that are shown, in the reader's language."""
    place = page.evaluate(
        "name => document.querySelector(`th.by-${name}`).cellIndex + 1", name
    )
    return page.locator(f"{SHOWN} td:nth-child({place})").evaluate_all(READ)


def numbers(texts):
    return [float(text.split()[0]) for text in texts if text != "—"]


def test_every_record_is_there_in_the_order_of_the_book_without_scripts(visit):
    page = visit(java_script_enabled=False).open(LEDGER)
    assert page.locator(SHOWN).count() > 700
    exercises = list(dict.fromkeys(column(page, "exercise")))
    assert exercises[:3] == ["2-2", "2-4", "3-1"]
    assert exercises.index("7-10") > exercises.index("7-7")
    assert not page.locator(".claims-filter").is_visible()
    assert page.locator("table.claims button").count() == 0


def test_columns_sort_by_button_and_keyboard_and_are_remembered(visit):
    page = visit().open(f"{LEDGER}?lang=en")
    gap = page.locator("th.by-gap button")
    gap.focus()
    page.keyboard.press("Enter")
    assert page.locator("th.by-gap").get_attribute("aria-sort") == "ascending"
    shown = column(page, "gap")
    assert numbers(shown) == sorted(numbers(shown)) and len(set(numbers(shown))) > 20
    without = shown.index("—")
    assert set(shown[without:]) == {"—"}  # last, either way
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort]").count() == 1
    assert page.locator("th.by-gap").get_attribute("aria-sort") == "descending"
    shown = column(page, "gap")
    assert numbers(shown) == sorted(numbers(shown), reverse=True)
    assert shown[-1] == "—" and shown[0] != "—"
    assert page.url.endswith("#sort=-gap")
    # Of equal rows, those of the earlier exercise come first: the order is that of the book.
    page.locator("th.by-level button").click()
    levels = column(page, "level")
    assert list(dict.fromkeys(levels)) == ["proved", "checked", "measured", "argued", "refuted"]
    proved = column(page, "exercise")[: levels.count("proved")]
    page.locator("th.by-exercise button").click()
    everything = zip(column(page, "exercise"), column(page, "level"), strict=True)
    assert proved == [exercise for exercise, level in everything if level == "proved"]


def test_filters_narrow_and_are_announced(visit):
    page = visit().open(f"{LEDGER}?lang=en")
    status = page.locator(".claims-filter [role=status]")
    whole = page.locator(SHOWN).count()
    assert status.inner_text() == f"{whole} claims"
    refuted = page.locator("label:has([value=refuted])")
    count = int(refuted.locator(".count").inner_text())
    refuted.locator("input").check()
    assert page.locator(SHOWN).count() == count
    assert status.inner_text() == f"{count} of {whole} claims"
    assert set(column(page, "level")) == {"refuted"}
    page.locator("[name=page]").select_option("ch04")
    chapter = set(column(page, "exercise"))
    assert chapter >= {"4-1", "4-9"} and all(name.startswith("4-") for name in chapter)
    page.locator("[name=page]").select_option("4-2")
    assert set(column(page, "exercise")) == {"4-2"}
    page.locator(".claims-filter [name=q]").fill("there is no such claim")
    page.locator(".claims-filter", has_text="No claim fits").wait_for()
    assert page.locator(SHOWN).count() == 0
    page.locator(".claims-filter [type=reset]").click()
    page.locator(".claims-filter", has_text=f"{whole} claims").wait_for()
    assert page.locator(SHOWN).count() == whole and "#" not in page.url.removesuffix("#")


@pytest.mark.parametrize(
    "text", ["2-4-gradient", r"\FRAC{\partial  \mathcal{R}(\mathbf{w})}", "alg-4-1 wrong"]
)
def test_text_is_found_in_label_exercise_and_latex(visit, text):
    page = visit().open(LEDGER)
    page.locator(".claims-filter [name=q]").fill(text)
    page.wait_for_url("**#q=*")
    wanted = text.lower().split()
    found = page.locator(SHOWN).evaluate_all("rows => rows.map(row => row.textContent)")
    assert 0 < len(found) < 60
    assert all(part in "".join(row.lower().split()) for row in found for part in wanted)


def test_a_filtered_ledger_can_be_linked(visit):
    visitor = visit()
    page = visitor.open(f"{LEDGER}?lang=en#level=proved.refuted&page=ch02&q=gradient&sort=-claim")
    assert page.locator(".claims-filter [name=q]").input_value() == "gradient"
    assert page.locator("[name=page]").input_value() == "ch02"
    assert set(column(page, "level")) <= {"proved", "refuted"}
    shown = column(page, "claim")
    assert len(shown) > 1 and all(name.startswith("2-") for name in column(page, "exercise"))
    assert shown[0].startswith("2-4") and page.locator("th.by-claim[aria-sort=descending]").count()
    page.evaluate("location.hash = '#page=3-1'")
    page.wait_for_function("() => !document.querySelector('.claims-filter [name=q]').value")
    assert set(column(page, "exercise")) == {"3-1"}
    # Neither the language nor a strange address loses it.
    page.locator(".language-switch button[value=zh]").click()
    assert page.url.endswith("#page=3-1") and set(column(page, "exercise")) == {"3-1"}
    assert "条中的" in page.locator(".claims-filter [role=status]").inner_text()
    assert page.locator("option[value='']").text_content() == "全部"
    page.evaluate("location.hash = '#page=nowhere&sort=nothing&level=x'")
    page.wait_for_function("() => !document.querySelector('[name=page]').value")
    assert page.locator(SHOWN).count() > 700


def test_a_claim_and_its_level_lead_to_its_page(visit):
    page = visit().open(f"{LEDGER}?lang=en#q=2-4-gradient&level=proved")
    page.locator(f"{SHOWN} td a .verdict").first.click()
    page.wait_for_url("**/ch02/2-4.html#evidence-2-4-gradient-prove")
    assert page.locator("tr[id='evidence-2-4-gradient-prove']").count() == 1


@pytest.mark.parametrize("path", [LEDGER, PICTURE])
def test_what_is_wide_scrolls_in_its_own_box(visit, path):
    page = visit(viewport={"width": 390, "height": 800}).open(f"{path}?lang=both")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = {LEDGER: ".pst-scrollable-table-container", PICTURE: ".dependencies-box"}[path]
    wide = page.locator(f"{box}").first
    assert wide.evaluate("box => box.scrollWidth > box.clientWidth")
    wide.focus()
    assert wide.evaluate("box => box === document.activeElement")


# -- The picture --------------------------------------------------------------------------------


def test_the_picture_is_complete_without_scripts(visit):
    page = visit(java_script_enabled=False).open(PICTURE)
    nodes = page.locator("svg.dependencies a.page")
    assert nodes.count() == page.locator("table.dependencies-table tbody tr").count() > 30
    assert page.locator("svg.dependencies a.module").count() > 10
    words = page.locator("table.dependencies-table").inner_text()
    assert "activations" in words and "2-4" in words


@pytest.mark.parametrize("by", ["pointer", "keyboard"])
def test_what_is_connected_stands_out(visit, by):
    page = visit().open(f"{PICTURE}?lang=en")
    node = page.locator("svg a[data-name='ch02/2-4']")
    if by == "pointer":
        node.hover()
    else:
        node.focus()
    picture = page.locator("svg.dependencies.lit")
    assert picture.count() == 1
    out = page.locator("svg [data-name].out").evaluate_all("all => all.map(a => a.dataset.name)")
    into = page.locator("svg [data-name].into").evaluate_all("all => all.map(a => a.dataset.name)")
    row = page.locator("table.dependencies-table tr:has(td:first-child a[href$='ch02/2-4.html'])")
    cells = row.locator("td")
    assert len(out) == cells.nth(1).locator("a").count() + cells.nth(3).locator("a").count()
    assert len(into) == cells.nth(2).locator("a").count() > 0
    assert "nndl_notes.linear_regression" in out
    if by == "pointer":
        page.mouse.move(0, 0)
    else:
        node.evaluate("node => node.blur()")
    assert picture.count() == 0


def test_a_node_leads_to_its_page_by_keyboard(visit):
    page = visit().open(f"{PICTURE}?lang=en")
    node = page.locator("svg a[data-name='ch02/2-4']")
    title = node.locator("title").text_content()
    assert title.startswith("Exercise 2-4") and "proved" in title
    node.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ch02/2-4.html")
