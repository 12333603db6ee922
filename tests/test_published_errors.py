"""Wrong answers that circulate fail as they must, beside the right ones, which pass."""

import pytest

from nndl_notes.verification.checking import check
from nndl_notes.verification.refuting import refute
from published_errors import DECLARATIONS, MISTAKES

pytestmark = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)


def way_of_failing(counterexample):
    return "shape" if counterexample.shape_error else "value"


def test_the_right_formula_holds_and_cannot_be_refuted(mistake):
    report = check(mistake.right, mistake.bindings, DECLARATIONS)
    assert report.message == ""
    refutation = refute(mistake.right, mistake.bindings, DECLARATIONS)
    assert "it held on all" in refutation.message
    assert refutation.counterexample is None


def test_the_wrong_formula_fails_for_its_reason(mistake):
    report = check(mistake.wrong, mistake.bindings, DECLARATIONS)
    assert way_of_failing(report.counterexample) == mistake.fails
    assert not report.links[0].passed


def test_the_wrong_formula_is_refuted_for_its_reason(mistake):
    report = refute(mistake.wrong, mistake.bindings, DECLARATIONS)
    assert report.message == ""
    assert way_of_failing(report.counterexample) == mistake.fails
    assert mistake.fails == "shape" or report.links[0].gap > 1e-3
