"""What is broken must fail: mutated equations and a mutated library, page by page."""

import re

import numpy as np
import pytest

import nndl_notes.linear_regression
from nndl_notes.verification import mutation
from nndl_notes.verification.page import VerificationError
from nndl_notes.verification.registry import exercises
from nndl_notes.verification.running import run


@pytest.mark.parametrize("identifier", exercises())
def test_a_sample_of_mutants_of_each_equation_is_killed(identifier):
    results, error = mutation.of_page(identifier, sample=4)
    assert not error
    assert results
    assert [r for r in results if r.outcome == "survived"] == []


def broken(module, name, old, new):
    """Return a function of a module recompiled after one change in its source."""
    source = open(module.__file__, encoding="utf-8").read()
    assert len(re.findall(re.escape(old), source)) >= 1, f"{old!r} is not in {module.__name__}"
    namespace = {"__name__": module.__name__, "__package__": "nndl_notes"}
    exec(compile(source.replace(old, new), module.__file__, "exec"), namespace)
    return namespace[name]


LIBRARY_MUTANTS = []


@pytest.mark.parametrize(("identifier", "module", "name", "old", "new"), LIBRARY_MUTANTS)
def test_a_broken_implementation_fails_its_page(monkeypatch, identifier, module, name, old, new):
    monkeypatch.setattr(module, name, broken(module, name, old, new))
    assert isinstance(run(identifier).error, VerificationError)


def test_an_unbroken_page_passes():
    outcome = run("2-4")
    assert outcome.error is None
    assert np.all([r["passed"] for b in outcome.collected.bundles for r in b["records"]])


def test_the_wrong_page_is_not_blamed(monkeypatch):
    module = nndl_notes.linear_regression
    monkeypatch.setattr(module, "ridge_risk", lambda w, X, y, lam: 0.0)
    assert run("2-4").error is not None
    assert run("4-2").error is None
