"""Check inline formulas that state a relation, where the page's notation can read them."""

from nndl_notes.texmath import EvaluationError, NotDifferentiable, ShapeError, TexMathError

from . import evidence
from .checking import check, counterexample, instances_wanted
from .evaluation import Evaluation, parsed
from .report import LinkReport, Report
from .stated import states_relation


def check_inlines(identifier, path, source, declarations, seed=0):
    """Check the inline formulas of a page that state a relation, each once.

    Parameters
    ----------
    identifier, path : str
        Of the page.
    source : Source
    declarations : list of Declaration
        As for `check_inline`.
    seed : int

    Returns
    -------
    records, unread : list of dict
    """
    records, unread, seen = [], [], set()
    for formula in source.inlines:
        if formula.given or not states_relation(formula.latex) or formula.latex in seen:
            continue
        seen.add(formula.latex)
        report, reason = check_inline(formula.latex, declarations, seed)
        if reason:
            unread.append({"latex": formula.latex, "line": formula.line, "reason": reason})
            continue
        if report.message:
            report.message = (f"{path}, line {formula.line}, inline formula ${formula.latex}$: "
                              f"{report.message}")
        records.append(evidence.record(
            report, id=f"{identifier}-inline-{len(records) + 1}", kind="inline",
            latex=formula.latex, line=formula.line, verb="check",
            level="proved" if report.exact else "checked", seed=seed))
    return records, unread


def check_inline(latex, declarations, seed=0):
    """Evaluate an inline relation on instances of the page.

    Parameters
    ----------
    latex : str
    declarations : list of Declaration
        Those that serve all labels; the first whose notation reads the formula decides.
    seed : int

    Returns
    -------
    (Report, str) or (None, str)
        The result and an empty string, or None and the reason why it cannot be read.
    """
    report = check(latex, "inline", [], seed)
    if report.links:
        return report, ""
    reason = "no instance serves all labels"
    for declaration in declarations:
        report = Report()
        try:
            for stratum in declaration.strata:
                _evaluate(latex, declaration, stratum, seed, report)
        except (ShapeError, NotDifferentiable) as error:
            report.fail(str(error.within(latex)))
        except EvaluationError as error:
            if report.passed:
                return None, error.message
        except TexMathError as error:
            reason = error.message
            continue
        return report, ""
    return None, reason


def _evaluate(latex, declaration, stratum, seed, report):
    tally = report.strata.setdefault(stratum, {"accepted": 0, "rejected": 0})
    attempt, wanted = 0, 1
    while tally["accepted"] < wanted:
        if attempt > 20 + 10 * wanted:
            report.fail(f"{declaration.name} gave only {tally['accepted']} instances")
            return
        instance = declaration.draw(seed, "inline", stratum, attempt)
        attempt += 1
        if instance is None:
            tally["rejected"] += 1
            continue
        links = parsed(latex, instance)
        wanted = 1 if instance.fixed else instances_wanted(declaration, links)
        report.links = report.links or [LinkReport(link.relation) for link in links]
        for outcome in Evaluation(instance).outcomes(links):
            report.links[outcome.link.number].instances += 1
            if not outcome.comparison.passed:
                report.fail("the inline relation does not hold", outcome.link.number,
                            counterexample(outcome, stratum))
        tally["accepted"] += 1
