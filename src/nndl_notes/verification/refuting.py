"""Refute a displayed wrong answer: find an instance on which it clearly fails."""

from nndl_notes.texmath import (
    Notation,
    NotDifferentiable,
    ShapeMismatch,
    TexMathError,
    parse,
    variables,
)

from .checking import counterexample, serving
from .evaluation import Evaluation, is_asymptotic, parsed
from .instance import Instance
from .links import is_number_only, last_digit, links_of
from .report import Counterexample, LinkReport, Report, symbols_shown

CLEARLY = 1e-6


def refute(latex, label, declarations, seed=0, link=None):
    """Look for a counterexample of a displayed relation.

    Parameters
    ----------
    latex : str
    label : str
    declarations : list of Declaration
    seed : int
    link : int, optional
        Which relation is the wrong one; may be omitted if there is only one.

    Returns
    -------
    Report
        ``passed`` means refuted; the counterexample is the first instance on which the sides
        differ by more than 1e-6 relatively, or have different shapes.
    """
    report = Report()
    if _refuted_by_arithmetic(latex, link, report):
        return report
    used = [d for d in serving(label, declarations) if d.arithmetic == "float64"]
    if not used:
        report.fail(f"{label}: no instance declares its symbols; add @page.instance")
        return report
    tried = 0
    for declaration in used:
        for stratum in declaration.strata:
            tally = report.strata.setdefault(stratum, {"accepted": 0, "rejected": 0})
            for attempt in range(declaration.count):
                instance = declaration.draw(seed, label, stratum, attempt)
                if instance is None:
                    tally["rejected"] += 1
                    continue
                try:
                    example = _fails_on(latex, instance, stratum, link, report)
                except NotDifferentiable:
                    tally["rejected"] += 1
                    continue
                except TexMathError as error:
                    report.fail(f"a wrong answer must be readable to be refuted:\n"
                                f"{error.within(latex)}")
                    return report
                tally["accepted"] += 1
                tried += 1
                if example is not None:
                    report.counterexample = example
                    return report
    report.fail(f"{label} is shown as wrong, but it held on all {tried} instances tried")
    return report


def _refuted_by_arithmetic(latex, number, report):
    """Decide a display of numbers exactly; False if it has symbols."""
    try:
        links = links_of(parse(latex, Notation({})))
    except TexMathError:
        return False
    if (len(links) > 1 and number is None) or not 0 <= (number or 0) < len(links):
        return False
    link = links[number or 0]
    if not is_number_only(link) or link.relation == r"\approx":
        return False
    report.links = [LinkReport(link.relation) for link in links]
    report.exact = True
    outcome = next(Evaluation(Instance({}), "exact").outcomes([link]))
    if outcome.comparison.passed:
        report.fail("the numbers of this relation agree exactly")
    else:
        report.counterexample = counterexample(outcome, "generic")
    return True


def _fails_on(latex, instance, stratum, number, report):
    links = parsed(latex, instance)
    if number is None and len(links) > 1:
        raise TexMathError(f"the display has {len(links)} relations; name the wrong one: link=")
    report.links = [LinkReport(link.relation) for link in links]
    if not 0 <= (number or 0) < len(links):
        raise TexMathError(f"link: the display has relations 0 to {len(links) - 1}, not {number}")
    link = links[number or 0]
    if link.relation == r"\approx" and last_digit(link.right) is None:
        raise TexMathError("an approximation that states no digits cannot be refuted")
    entry = report.links[link.number]
    entry.instances += 1
    try:
        for outcome in Evaluation(instance).outcomes([link]):
            entry.gap = outcome.comparison.relative_gap
            entry.tolerance = outcome.rtol
            # A remainder that is smaller than O(.) says does not make the equation false.
            if is_asymptotic(link) and abs(outcome.right) <= abs(outcome.left):
                continue
            if not outcome.comparison.passed and outcome.comparison.relative_gap > CLEARLY:
                return counterexample(outcome, stratum)
    except ShapeMismatch as error:
        letters = next(instance.cases(variables(link.statement)))[1]
        return Counterexample(link.number, link.relation, "", "", "",
                              symbols_shown(link, instance.environment(), letters), stratum,
                              error.message, error.chinese)
    return None
