"""The rules that make a page red, on pages given as data."""

from copy import deepcopy

import pytest

from nndl_notes.sphinxext.displayed import latex_sha256
from nndl_notes.sphinxext.rules import Page, problems
from nndl_notes.verification.records import check_bundle, final_records, level, strongest

MODULES = {"nndl_notes": "1" * 64, "nndl_notes.ridge": "2" * 64}
FINGERPRINT = {"source": "0" * 64, "modules": MODULES, "versions": {"numpy": "2.4"}}


def record(name, latex="a = b", verb="check", **changes):
    level = {"check": "checked", "prove": "proved", "refute": "refuted"}.get(verb, "measured")
    return {
        **{"id": name, "kind": "equation", "latex": latex, "latex_sha256": latex_sha256(latex)},
        **{"line": 3, "verb": verb, "passed": True, "level": level, "message": ""},
        **{"summary": {"zh": "一", "en": "one"}, "links": [], "strata": {}, "seed": 0},
        **{"sizes": None, "claim": None, "counterexample": None},
        **changes,
    }


def bundle(*records, **changes):
    return {
        **{"schema": 1, "page": "2-4", "source": "ch02/2-4.md", "source_sha256": "0" * 64},
        **{"modules": dict(MODULES), "versions": {"numpy": "2.4"}, "records": list(records)},
        **{"inline": {"evaluated": 0, "unread": []}},
        **changes,
    }


def shown(label, line, latex="a = b", classes=()):
    return {"label": label, "line": line, "latex": latex, "classes": list(classes)}


@pytest.fixture
def page():
    """A derivation without a problem: one equation checked, one refuted, one claim measured."""
    return Page(
        docname="ch02/2-4",
        source="ch02/2-4.md",
        exercise="2-4",
        kind="derivation",
        displayed={
            "equations": [shown("good", 10), shown("minus", 20, "a = -b")],
            "inline": [{"latex": "x", "line": 5, "given": False}],
            "values": [{"line": 6, "role": "half:.1f", "shown": "0.5", "problem": None,
                        "joined": False}],
            "typed": [],
            "chosen": [],
            "related": [],
            "by_hand": [],
            "raw": [],
            "languages": {"zh": 2, "en": 4},
            "tracebacks": [],
            "warnings": [],
            "figures": [
                {
                    "line": 45,
                    "alt": "一条直线 · A line",
                    "captions": {"zh": "图：一条直线。", "en": "Figure: a line."},
                }
            ],
        },
        statements=[
            {"id": "minus", "kind": "refuted", "line": 18, "math_labels": ["minus"]},
            {"id": "mean", "kind": "claim", "line": 30, "math_labels": []},
            {"id": "why", "kind": "argued", "line": 40, "math_labels": []},
        ],
        bundles=[
            bundle(record("good"), record("minus", "a = -b", "refute")),
            bundle(record("mean", "", "measure", kind="claim")),
        ],
        execution={"succeeded": True, "traceback": None},
        stored=deepcopy(FINGERPRINT),
        current=deepcopy(FINGERPRINT),
        digest=MODULES.get,
    )


def found(page):
    return [(p.line, p.rule) for p in problems(page)]


def text(page):
    return "\n".join(p.message for p in problems(page))


def records_of(page):
    return page.bundles[0]["records"]


def test_a_sound_page_has_no_problem(page):
    assert problems(page) == []


def test_an_equation_needs_a_record(page):
    del records_of(page)[0]
    assert (10, "equations") in found(page)
    assert "good" in text(page)


def test_the_record_is_for_the_displayed_latex(page):
    page.displayed["equations"][0]["latex"] = "a = c"
    assert found(page) == [(10, "equations")]
    assert "a = b" in text(page)


def test_numbers_in_sentences(page):
    page.displayed["values"][0] |= {"joined": True}
    page.displayed["chosen"] = [{"line": 7, "digits": "0.3"}]
    page.displayed["related"] = [{"line": 8, "sign": ">"}]
    page.bundles[0]["values"] = {"half": 0.5}
    page.bundles.append(bundle(values={"half": 0.25, "third": 1 / 3}))
    assert found(page) == [(1, "values"), (6, "values"), (7, "numerals"), (8, "numerals")]
    assert "cells give half as 0.5 and as 0.25" in text(page)
    page.exercise = None  # no sentence of a page that shows a question mark passes
    assert found(page) == [(1, "values"), (6, "values")]


def test_blank_space_around_the_latex_does_not_matter(page):
    page.displayed["equations"][0]["latex"] = "\na = b \n"
    assert problems(page) == []


@pytest.mark.parametrize("verb", ["prove", "measure", "enumerate"])
def test_other_verbs_support_an_equation(page, verb):
    records_of(page)[0] = record("good", verb=verb)
    assert problems(page) == []


def test_a_record_needs_its_equation(page):
    records_of(page).append(record("gone", line=77))
    records_of(page).append(record("2-4-inline-1", "y = 1", kind="inline", line=78))
    page.bundles[1]["records"].append(record("lost", verb="measure", kind="claim", line=79))
    assert found(page) == [(77, "orphans"), (78, "orphans"), (79, "orphans")]


@pytest.mark.parametrize("name", ["good", "minus", "mean"])
def test_failures_are_quoted(page, name):
    for one in records_of(page) + page.bundles[1]["records"]:
        if one["id"] == name:
            one |= {"passed": False, "level": None, "message": "left 1\nright 2"}
    line = {"good": 10, "minus": 20, "mean": 30}[name]
    assert found(page) == [(line, "failures")]
    assert "left 1\nright 2" in text(page)


def test_a_failure_stays_one_if_a_later_cell_passes(page):
    first = deepcopy(records_of(page)[0]) | {"passed": False, "message": "no"}
    records_of(page).insert(0, first)
    assert found(page) == [(10, "failures")]


def test_inline_failures_count(page):
    page.displayed["inline"].append({"latex": "y = 1", "line": 6, "given": False})
    failed = {"kind": "inline", "passed": False, "message": "no", "line": 6}
    records_of(page).append(record("2-4-inline-1", "y = 1", **failed))
    assert found(page) == [(6, "failures")]


def test_a_refuted_equation_stands_in_a_box(page):
    page.statements[0]["math_labels"] = []
    page.statements[0]["id"] = "other"
    assert (20, "refuted_places") in found(page)


def test_a_box_holds_no_checked_equation(page):
    page.statements[0]["math_labels"].append("good")
    assert (10, "refuted_places") in found(page)
    assert (10, "equations") in found(page)


def test_a_prose_refutation_needs_its_record(page):
    page.statements.append({"id": "prose", "kind": "refuted", "line": 50, "math_labels": []})
    assert found(page) == [(50, "claims")]
    records_of(page).append(record("prose", "", "refute", kind="claim"))
    assert problems(page) == []


def test_a_claim_needs_a_measurement(page):
    page.bundles[1]["records"][0]["verb"] = "check"
    assert found(page) == [(30, "claims")]


def test_a_display_has_a_label_or_illustrates(page):
    page.displayed["equations"] += [
        shown(None, 60, r"\sum_{n=1}^{N} x_n", ["illustration"]),
        shown(None, 61, "D"),
        shown(None, 62, "D = 3", ["illustration"]),
    ]
    assert found(page) == [(61, "illustrations"), (62, "illustrations")]


def test_raw_html_is_not_looked_into(page):
    page.displayed["raw"] = [33]
    assert found(page) == [(33, "raw_html")]


def test_inline_relations_are_read_and_evaluated(page):
    page.displayed["inline"] += [
        {"latex": "a = 1", "line": 70, "given": False},
        {"latex": "b = 1", "line": 71, "given": True},
        {"latex": "c = 1", "line": 72, "given": False},
        {"latex": "d = 1", "line": 73, "given": False},
        {"latex": "d = 1", "line": 74, "given": False},
    ]
    records_of(page).append(record("2-4-inline-1", "a = 1", kind="inline"))
    unread = [{"latex": "c = 1", "line": 72, "reason": "unknown symbol"}]
    page.bundles[0]["inline"] = {"evaluated": 1, "unread": unread}
    assert found(page) == [(72, "inline"), (73, "inline")]
    assert "cannot be read (unknown symbol)" in text(page)


@pytest.mark.parametrize(("language", "name"), [("zh", "Chinese"), ("en", "English")])
def test_both_languages_are_there(page, language, name):
    del page.displayed["languages"][language]
    assert found(page) == [(1, "languages")]
    assert name in text(page)


def test_a_page_checks_and_refutes(page):
    page.bundles, page.statements = [bundle()], []
    page.displayed["equations"] = []
    assert "checks nothing" in text(page)
    assert "refutes none" in text(page)
    page.kind = "design"
    assert text(page) == "the page checks nothing"


def test_pages_that_are_no_exercises_may_display_what_has_no_label(page):
    page.exercise, page.bundles, page.statements = None, [], []
    page.displayed["equations"].append(shown(None, 60, "D = 3"))
    page.displayed["raw"] = [70]
    assert found(page) == [(10, "equations"), (20, "equations")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_sha256": "f" * 64}, "stale"),
        ({"source": "ch02/2-2.md"}, "ch02/2-2.md"),
        ({"page": "2-2"}, "exercise 2-2"),
        ({"modules": MODULES | {"nndl_notes.ridge": "f" * 64}}, "nndl_notes.ridge"),
        ({"modules": MODULES | {"nndl_notes.gone": "f" * 64}}, "nndl_notes.gone"),
        ({"versions": {"numpy": "2.3"}}, "numpy 2.3"),
    ],
)
def test_evidence_from_other_sources_is_stale(page, change, message):
    page.bundles[0] |= change
    assert {rule for _, rule in found(page)} == {"freshness"}
    assert message in text(page)


def test_modules_that_no_import_shows_are_refused(page):
    del page.current["modules"]["nndl_notes.ridge"], page.stored["modules"]["nndl_notes.ridge"]
    assert "nndl_notes.ridge, which no import statement shows" in text(page)


@pytest.mark.parametrize("key", ["source", "modules", "versions"])
def test_a_page_that_was_executed_with_something_else_is_stale(page, key):
    page.stored = FINGERPRINT | {key: "other"}
    assert found(page) == [(1, "freshness")]


def test_a_failing_cell_is_quoted_and_its_consequences_are_not(page):
    traceback = "------\nassert page\n------\n\n\x1b[31mAssertionError\x1b[0m: 2-4: no\nleft 1\n"
    page.execution = {"succeeded": False, "traceback": traceback}
    page.displayed["tracebacks"] = [33]
    page.bundles = []
    assert found(page) == [(33, "execution")]
    assert "AssertionError: 2-4: no\nleft 1" in text(page)


def test_an_error_that_execution_tolerates_is_red(page):
    page.displayed["tracebacks"] = [33]
    assert found(page) == [(33, "execution")]


def test_the_last_record_of_a_claim_and_verb_stands():
    two = [bundle(record("a", seed=1)), bundle(record("a", seed=2), record("a", verb="prove"))]
    assert [(r["verb"], r["seed"]) for r in final_records(two)] == [("check", 2), ("prove", 0)]
    assert level(strongest(final_records(two))["a"]) == "proved"


def test_malformed_evidence_is_refused():
    with pytest.raises(ValueError, match="schema"):
        check_bundle({"schema": 2})
    broken = bundle(record("a"))
    del broken["records"][0]["links"], broken["page"]
    with pytest.raises(ValueError, match=r"page, a\.links"):
        check_bundle(broken)


def test_infinite_gaps_become_null():
    infinite = bundle(record("a", links=[{"gap": float("inf")}]))
    assert check_bundle(infinite)["records"][0]["links"] == [{"gap": None}]


def test_a_cell_that_warns(page):
    """So do the fonts of Matplotlib, when they have no glyph for a letter."""
    page.displayed["warnings"] = [{"line": 7, "text": "UserWarning: Glyph 23725 missing"}]
    assert found(page) == [(7, "warnings")]
    assert "Glyph 23725 missing" in text(page)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"alt": "A line"}, "alternative text in both languages"),
        ({"alt": ""}, "alternative text in both languages"),
        ({"alt": "一条直线 · 直线 line"}, "alternative text in both languages"),
        ({"captions": {"zh": "图：一条直线。"}}, "a {en} block that begins with “Figure”"),
        ({"captions": {"zh": "直线。", "en": "Figure: a line."}}, "that begins with “图”"),
    ],
)
def test_a_figure_is_described_in_both_languages(page, changes, words):
    page.displayed["figures"][0] |= changes
    assert found(page) == [(45, "figures")]
    assert words in text(page)
