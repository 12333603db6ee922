"""What is broken must fail: mutated equations and a mutated library, page by page."""

import ast
import dataclasses
import functools
import importlib
import typing
from pathlib import Path

import numpy as np
import pytest

from nndl_notes import (
    activations,
    attention,
    convolution,
    dropout,
    linear_regression,
    normalization,
    optimization,
    recurrent,
)
from nndl_notes.verification import mutation
from nndl_notes.verification.modules import code_cells
from nndl_notes.verification.page import VerificationError
from nndl_notes.verification.registry import documents, exercises
from nndl_notes.verification.running import run

ENGINE = ("nndl_notes.texmath", "nndl_notes.verification")
# A random start is data, not a claim.
NOT_CLAIMED = {("alg-4-1", "random_network")}
ACTIVATION_NAMES = {"f"}


@pytest.mark.parametrize("identifier", exercises())
def test_a_sample_of_mutants_of_each_equation_is_killed(identifier):
    results, error = mutation.of_page(identifier, sample=4)
    assert not error
    assert results
    assert [r for r in results if r.outcome == "survived"] == []


def test_a_swap_of_scalar_factors_is_no_mutant_in_fifty_digits_either():
    page = run("5-1").collected.pages[0]
    operators = {mutant.operator for mutant, _ in mutation.of_equation(page, "5-1-central")}
    assert "swap fraction" in operators
    assert "swap factors" not in operators


def imported_functions():
    """Yield (page, module, function, field) of what the pages import from the library."""
    for identifier, entry in exercises().items():
        cells = code_cells((documents() / entry["path"]).read_text(encoding="utf-8"))
        nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
        used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            if not isinstance(node, ast.ImportFrom) or not node.module.startswith("nndl_notes."):
                continue
            if node.module.startswith(ENGINE):
                continue
            module = importlib.import_module(node.module)
            for name in (alias.name for alias in node.names):
                function = getattr(module, name)
                if isinstance(function, type) or not callable(function):
                    continue
                if (identifier, name) in NOT_CLAIMED:
                    continue
                result = typing.get_type_hints(function)["return"]
                fields = [None]
                if dataclasses.is_dataclass(result):
                    fields = [f.name for f in dataclasses.fields(result)
                              if f.name in used - ACTIVATION_NAMES]
                for part in fields:
                    yield pytest.param(identifier, module, name, part,
                                       id="-".join(filter(None, (identifier, name, part))))


def perturbed(value, part=None):
    """Return the value with every number in it changed a little."""
    if dataclasses.is_dataclass(value):
        chosen = [part] if part else [f.name for f in dataclasses.fields(value)]
        return dataclasses.replace(value, **{f: perturbed(getattr(value, f)) for f in chosen})
    if isinstance(value, dict):
        return {key: perturbed(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(perturbed(member) for member in value)
    if isinstance(value, str):
        return value
    whole = isinstance(value, int) or getattr(value, "dtype", np.float64) == np.intp
    return value + 1 if whole else 1.01 * value + 0.01


@pytest.mark.parametrize(("identifier", "module", "name", "part"), [*imported_functions()])
def test_whatever_a_page_takes_from_the_library_is_compared(
        monkeypatch, identifier, module, name, part):
    original = getattr(module, name)

    @functools.wraps(original)
    def slightly_wrong(*arguments, **options):
        return perturbed(original(*arguments, **options), part)

    monkeypatch.setattr(module, name, slightly_wrong)
    assert isinstance(run(identifier).error, VerificationError)


def broken(module, name, old, new):
    """Return a function of a module recompiled after one change in its source."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert old in source
    namespace = {"__name__": module.__name__, "__package__": "nndl_notes"}
    exec(compile(source.replace(old, new), module.__file__, "exec"), namespace)
    return namespace[name]


LIBRARY_MUTANTS = [
    ("2-4", linear_regression, "ridge_risk", "+ 0.5 * lam", "- 0.5 * lam"),
    ("2-4", linear_regression, "ridge_regression", "s**2 + lam", "s**2 + 2 * lam"),
    ("2-2", linear_regression, "weighted_risk", "r * residual**2", "residual**2"),
    ("4-4", activations, "gelu", "x * special.ndtr", "special.ndtr"),
    ("5-5", convolution, "transposed_convolve2d", "convolve2d(np.pad", "cross_correlate2d(np.pad"),
    ("6-2", recurrent, "bptt_error_terms", "rnn.U.T @ delta[t", "rnn.U @ delta[t"),
    ("6-2", recurrent, "bptt", "states.h[k - 1].T for k", "states.h[k].T for k"),
    ("8-1", recurrent, "lstm_parameter_count", "4 * simple", "3 * simple"),
    ("7-1", optimization, "quadratic_variance", "(2 * j)", "(2 * j + 1)"),
    ("7-6", normalization, "batch_normalize", "return normalised if", "return 2 * normalised if"),
    ("7-7", normalization, "batch_normalization_gradients", "- normalised * p", "+ normalised * p"),
    ("7-10", dropout, "enumerate_dropout_masks", "return kept / p", "return 1 - kept"),
    ("8-2", attention, "softmax_jacobian", "- alpha @", "+ alpha @"),
    ("8-3", attention, "attend", "@ weights", "@ weights[::-1]"),
]


@pytest.mark.parametrize(("identifier", "module", "name", "old", "new"), LIBRARY_MUTANTS)
def test_a_broken_implementation_fails_its_page(monkeypatch, identifier, module, name, old, new):
    monkeypatch.setattr(module, name, broken(module, name, old, new))
    assert isinstance(run(identifier).error, VerificationError)


def test_a_broken_implementation_fails_only_the_pages_that_call_it(monkeypatch):
    monkeypatch.setattr(linear_regression, "ridge_risk", lambda w, X, y, lam: 0.0)
    assert run("2-4").error is not None
    assert run("4-2").error is None
