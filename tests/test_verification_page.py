"""A page from its source to its evidence: verbs, records, and what each error says."""

import json

import numpy as np
import pytest
import sympy as sp

import nndl_notes
from nndl_notes.verification import Instance, VerificationError
from nndl_notes.verification.emission import collecting
from nndl_notes.verification.evidence import loaded_modules, versions
from nndl_notes.verification.registry import documents
from nndl_notes.verification.source import digest

TEXT = r"""---
exercise: "9-1"
---
# Squares

Here $a^2 \geq 0$ and $a + b = b + a$, but {given}`b = 7`; also $q = 1$ and $\sum_n x_n$.

```{math}
:label: 9-1-square
(a + b)^2 = a^2 + 2 a b + b^2
```

```{math}
:label: 9-1-count
2 + 2 = 4
```

:::{refuted} 9-1-sum
```{math}
:label: 9-1-sum
(a + b)^2 = a^2 + b^2
```
:::

:::{claim} 9-1-mean
:::

:::{refuted} 9-1-words
:::

:::{argued} 9-1-why
:::
"""
REGISTRY = """[exercises.9-1]
path = "ch09/9-1.md"
kind = "derivation"
title = "Squares"
aliases = ["1e:9-1"]

[exercises.9-2]
path = "ch09/9-2.md"
kind = "proof"
"""


@pytest.fixture
def docs(tmp_path, monkeypatch):
    monkeypatch.setenv("NNDL_NOTES_DOCS", str(tmp_path))
    (tmp_path / "registry.toml").write_text(REGISTRY, "utf-8")
    (tmp_path / "ch09").mkdir()
    (tmp_path / "ch09" / "9-1.md").write_text(TEXT, "utf-8")
    return tmp_path


@pytest.fixture
def page(docs):
    page = nndl_notes.page("9-1")

    @page.instance
    def numbers(rng):
        return {"a": rng.normal(), "b": rng.normal()}
    return page


def emitted(verb, *arguments, **options):
    """Return the only bundle that a call emits, and the message of its failure."""
    with collecting() as collected:
        try:
            verb(*arguments, **options)
            message = ""
        except VerificationError as error:
            message = str(error)
    bundle, = collected.bundles
    json.dumps(bundle, allow_nan=False)
    return bundle, message


def edit(docs, old, new):
    path = docs / "ch09" / "9-1.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


# -- Checking --------------------------------------------------------------------------------------


def test_check_covers_what_the_page_asserts(page):
    bundle, message = emitted(page.check)
    assert message == ""
    assert [(r["id"], r["verb"], r["level"]) for r in bundle["records"]] == [
        ("9-1-square", "check", "checked"), ("9-1-count", "check", "proved"),
        ("9-1-inline-1", "check", "checked"), ("9-1-inline-2", "check", "checked")]
    assert bundle["inline"] == {"evaluated": 2, "unread": [
        {"latex": "q = 1", "line": 6, "reason": "q is not in the page's notation"}]}
    assert (bundle["page"], bundle["source"]) == ("9-1", "ch09/9-1.md")
    assert bundle["source_sha256"] == page.source.sha256
    assert bundle["modules"] == loaded_modules() and bundle["versions"] == versions()
    record = bundle["records"][0]
    assert record["line"] == 8 and record["kind"] == "equation" and record["passed"]
    assert record["latex_sha256"] == digest(record["latex"])
    assert record["links"][0]["instances"] == 3
    assert record["links"][0]["gap"] <= record["links"][0]["tolerance"] == 1e-10
    assert {"zh", "en"} == set(record["summary"]) and record["counterexample"] is None


def test_check_of_named_equations_leaves_inline_formulas_alone(page):
    bundle, _ = emitted(page.check, "9-1-count")
    assert [r["id"] for r in bundle["records"]] == ["9-1-count"]
    assert bundle["inline"] == {"evaluated": 0, "unread": []}


def test_a_false_equation_fails_with_its_place(docs, page):
    edit(docs, "2 a b", "3 a b")
    page = nndl_notes.page("9-1")
    page.instance(lambda rng: {"a": 1.0, "b": 2.0})
    bundle, message = emitted(page.check)
    assert message.startswith("ch09/9-1.md, line 8, equation 9-1-square: the relation = does not")
    assert "left side  = 9" in message and "b = 2" in message
    record = bundle["records"][0]
    assert not record["passed"] and record["level"] is None and record["message"] == message
    assert record["counterexample"] is None  # that of a refutation only


def test_a_false_inline_formula_fails_with_its_line(docs, page):
    edit(docs, "a + b = b + a", "a + b = b - a")
    page = nndl_notes.page("9-1")
    page.instance(lambda rng: {"a": 1.0, "b": 2.0})
    bundle, message = emitted(page.check)
    assert "ch09/9-1.md, line 6, inline formula $a + b = b - a$: the inline relation" in message
    assert [r["passed"] for r in bundle["records"]] == [True, True, True, False]


@pytest.mark.parametrize(("formula", "outcome"), [
    ("2 + 2 = 5", "failed"), ("2 + 2 = 4", "proved"), (r"a \in \mathbb{R}", "checked"),
    (r"a \in \mathbb{R}^2", "failed"), (r"1 / a = 0", "failed"), (r"\log(-a^2) = 0", "unread"),
    (r"q = 1", "unread"), (r"a \sim b", "unread"), ("a", "nothing stated"),
    (r"a < a^2 + 1", "checked"), (r"a^\top = a", "failed"),
])
def test_inline_formulas(docs, formula, outcome):
    edit(docs, "a + b = b + a", formula)
    page = nndl_notes.page("9-1")
    page.instance(lambda rng: {"a": rng.normal(), "b": rng.normal()})
    bundle, _ = emitted(page.check)
    levels = {r["latex"]: r["level"] or "failed" for r in bundle["records"]}
    unread = {u["latex"]: "unread" for u in bundle["inline"]["unread"]}
    assert {**levels, **unread}.get(formula, "nothing stated") == outcome


def test_inline_relations_are_tried_on_each_stratum_and_inequalities_often(docs):
    edit(docs, "a + b = b + a", "a < 30")
    page = nndl_notes.page("9-1")

    @page.instance(strata=("generic", "saturated"))
    def numbers(rng, stratum):
        return {"a": rng.uniform(0, 60 if stratum == "saturated" else 1), "b": 1.0}

    bundle, message = emitted(page.check)
    assert "the inline relation does not hold" in message and "saturated" in message
    strata = bundle["records"][-1]["strata"]
    assert strata["generic"]["accepted"] == strata["saturated"]["accepted"] == 25


def test_a_binding_that_raises_fails_its_equation_with_a_traceback(docs):
    page = nndl_notes.page("9-1")

    @page.instance("9-1-square")
    def broken(rng):
        return {"a": rng.normal(), "b": {}["missing"]}

    _, message = emitted(page.check, "9-1-square")
    assert "KeyError: 'missing'" in message and "in broken" in message


def test_two_declarations_of_one_equation_both_count(page):
    page.instance("9-1-square")(lambda rng: {"a": 1.0, "b": 2.0})
    page.instance("9-1-square")(lambda rng: {"a": 1.0, "b": "text"})
    assert "is bound to str" in emitted(page.check, "9-1-square")[1]


def test_decorators_stack(page):
    @page.instance("9-1-square", count=2)
    @page.instance("9-1-count")
    def numbers(rng):
        return {"a": 1.0, "b": 2.0}

    assert numbers(None) == {"a": 1.0, "b": 2.0}
    assert [d.labels for d in page.declarations[1:]] == [("9-1-count",), ("9-1-square",)]


def test_the_seed_comes_from_the_environment(docs, monkeypatch):
    seen = []
    for seed in ("0", "0", "7"):
        monkeypatch.setenv("NNDL_NOTES_SEED", seed)
        page = nndl_notes.page("9-1")
        page.instance(lambda rng: seen.append(rng.normal()) or {"a": seen[-1], "b": 1.0})
        bundle, _ = emitted(page.check, "9-1-square")
        assert bundle["records"][0]["seed"] == int(seed)
    assert seen[:3] == seen[3:6] != seen[6:]


# -- Other verbs -----------------------------------------------------------------------------------


def test_prove(page):
    @page.symbolic("9-1-square")
    def symbols():
        return {"a": sp.Symbol("a"), "b": sp.Symbol("b")}

    bundle, message = emitted(page.prove)
    assert message == ""
    assert [(r["id"], r["verb"], r["level"]) for r in bundle["records"]] == [
        ("9-1-square", "prove", "proved")]
    assert "no symbolic instance" in emitted(page.prove, "9-1-count")[1]


def test_refute(page):
    bundle, message = emitted(page.refute, "9-1-sum", claim="A/9-1/a")
    record, = bundle["records"]
    assert message == ""
    assert (record["verb"], record["level"], record["claim"]) == ("refute", "refuted", "A/9-1/a")
    assert set(record["counterexample"]["instance"]) == {"a", "b"}
    assert record["counterexample"]["left"] != record["counterexample"]["right"]
    page.instance("9-1-sum")(lambda rng: {"a": 0.0, "b": rng.normal()})
    bundle, message = emitted(page.refute, "9-1-sum")
    assert "9-1-sum is shown as wrong, but it held on all 3" in message
    assert bundle["records"][0]["counterexample"] is None


def test_measure(page):
    sample = np.random.default_rng(0).normal(2.0, 1.0, size=2000)
    bundle, message = emitted(page.measure, "9-1-mean", sample, 2.0, precision=0.1)
    record, = bundle["records"]
    assert message == "" and (record["kind"], record["level"]) == ("claim", "measured")
    assert "2000 independent observations" in record["summary"]["en"]
    assert record["strata"] == {"observations": {"accepted": 2000, "rejected": 0}}
    assert "±" in record["summary"]["zh"] and "±" in record["summary"]["en"]
    bundle, message = emitted(page.measure, "9-1-mean", sample, 2.5, precision=0.1)
    assert "9-1-mean: measured" in message and "expected 2.5" in message
    assert bundle["records"][0]["level"] is None


def test_enumerate(page):
    bundle, message = emitted(page.enumerate, "9-1-mean", range(4), lambda n: n * n >= n)
    assert message == "" and bundle["records"][0]["level"] == "proved"
    assert "All 4 cases" in bundle["records"][0]["summary"]["en"]
    assert bundle["records"][0]["strata"] == {"cases": {"accepted": 4, "rejected": 0}}
    assert "9-1-mean: false for 2" in emitted(
        page.enumerate, "9-1-mean", range(4), lambda n: n < 2)[1]


def test_counterexample_in_words(page):
    bundle, message = emitted(page.counterexample, "9-1-words", {"x": -1.5}, lambda c: c["x"] > 0)
    assert message == "" and bundle["records"][0]["counterexample"]["instance"] == {"x": "-1.5"}
    assert bundle["records"][0]["strata"] == {"given": {"accepted": 1, "rejected": 0}}
    assert "is no counterexample" in emitted(
        page.counterexample, "9-1-words", {"x": 1.0}, lambda case: case["x"] > 0)[1]


def test_loose_and_symmetric(docs):
    edit(docs, "(a + b)^2 = a^2 + 2 a b + b^2", r"a^2 + b^2 \geq 2 a b")
    page = nndl_notes.page("9-1")
    page.instance(lambda rng: {"a": rng.normal(), "b": rng.normal()})
    assert "no declared instance attains equality" in emitted(page.check, "9-1-square")[1]
    page.loose("9-1-square", because="it is shown as a remark")
    assert emitted(page.check, "9-1-square")[1] == ""
    page.symmetric(r"\mathbf{S}")
    assert page.symmetric_symbols == {r"\mathbf{S}"}


# -- Errors of use ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("use", "message"), [
    (lambda p: p.check("9-1-squares"), "ch09/9-1.md has no equation '9-1-squares'; it has 9-1-squ"),
    (lambda p: p.check("9-1-sum"), "9-1-sum is shown as a wrong answer; refute it"),
    (lambda p: p.refute("9-1-square"), "9-1-square is not inside a {refuted} or {erratum} box"),
    (lambda p: p.refute("9-1-words"), "no equation '9-1-words'"),
    (lambda p: p.prove(), "no equation has a symbolic instance"),
    (lambda p: p.instance("other"), "no equation 'other'"),
    (lambda p: p.instance(digits=20), "expected 50 or None, got 20"),
    (lambda p: p.symbolic(), "at least one equation to prove"),
    (lambda p: p.loose("9-1-square", because=""), "the reason why equality is not attained"),
    (lambda p: p.enumerate("9-1-men", [1], lambda n: True), "no claim '9-1-men'; it has 9-1-sum"),
    (lambda p: p.enumerate("9-1-words", [1], lambda n: True), "is a {refuted} box; enumerate"),
    (lambda p: p.enumerate("9-1-why", [1], lambda n: True), "is a {argued} box; enumerate"),
    (lambda p: p.measure("9-1-mean", np.ones(5), 1.0, precision=0.1), "at least 30"),
    (lambda p: p.counterexample("9-1-mean", {}, lambda c: False), "is a {claim} box; refute"),
    (lambda p: p.counterexample("9-1-words", {}, lambda c: 0), "expected a bool, got int"),
    (lambda p: p.counterexample("9-1-words", {"a": 1, "b": 2, "c": 3}, lambda c: c["b"] > 2),
     "the claim of 9-1-words does not look at a, c, which readers are shown"),
])
def test_use_that_cannot_be_meant(page, use, message):
    with pytest.raises(ValueError) as caught:
        use(page)
    assert message in str(caught.value)


def test_unknown_exercises_and_folders(docs, monkeypatch):
    assert nndl_notes.page("1e:9-1").id == "9-1"
    with pytest.raises(ValueError, match=r"no exercise '9-11' in registry\.toml; near: 9-1"):
        nndl_notes.page("9-11")
    with pytest.raises(AttributeError, match="has no attribute 'pages'"):
        _ = nndl_notes.pages
    assert documents() == docs.resolve()
    monkeypatch.setenv("NNDL_NOTES_DOCS", str(docs / "ch09"))
    with pytest.raises(FileNotFoundError, match=r"no registry\.toml in"):
        documents()
    monkeypatch.delenv("NNDL_NOTES_DOCS")
    (docs / "docs").mkdir()
    (docs / "registry.toml").rename(docs / "docs" / "registry.toml")
    monkeypatch.chdir(docs / "ch09")
    assert documents() == (docs / "docs").resolve()


def test_outside_a_notebook_the_result_is_printed_or_collected(page, capsys):
    emitted(page.check)
    assert capsys.readouterr().out == ""
    page.check("9-1-count")
    assert capsys.readouterr().out.startswith("9-1-count: proved.")
    page.instance("9-1-sum")(lambda rng: Instance({"a": 0.0, "b": 0.0}))
    with pytest.raises(VerificationError):
        page.refute("9-1-sum")
    assert "9-1-sum: FAILED." in capsys.readouterr().out
