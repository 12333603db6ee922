"""What is broken must fail: mutated equations and a mutated library, page by page."""

from pathlib import Path

import pytest

from nndl_notes import activations, linear_regression, optimization, recurrent
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
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert old in source
    namespace = {"__name__": module.__name__, "__package__": "nndl_notes"}
    exec(compile(source.replace(old, new), module.__file__, "exec"), namespace)
    return namespace[name]


LIBRARY_MUTANTS = [
    ("2-4", linear_regression, "ridge_risk", "+ 0.5 * lam", "- 0.5 * lam"),
    ("2-2", linear_regression, "weighted_risk", "r * residual**2", "residual**2"),
    ("4-4", activations, "gelu", "x * special.ndtr", "special.ndtr"),
    ("6-2", recurrent, "bptt_error_terms", "rnn.U.T @ delta[t", "rnn.U @ delta[t"),
    ("7-1", optimization, "quadratic_variance", "(2 * j)", "(2 * j + 1)"),
]


@pytest.mark.parametrize(("identifier", "module", "name", "old", "new"), LIBRARY_MUTANTS)
def test_a_broken_implementation_fails_its_page(monkeypatch, identifier, module, name, old, new):
    monkeypatch.setattr(module, name, broken(module, name, old, new))
    assert isinstance(run(identifier).error, VerificationError)


def test_a_broken_implementation_fails_only_the_pages_that_call_it(monkeypatch):
    monkeypatch.setattr(linear_regression, "ridge_risk", lambda w, X, y, lam: 0.0)
    assert run("2-4").error is not None
    assert run("4-2").error is None
