"""Check an inline formula that states a relation, where the page's notation can read it."""

from nndl_notes.texmath import EvaluationError, NotDifferentiable, ShapeError, TexMathError

from .checking import check, counterexample
from .evaluation import Evaluation, parsed
from .report import LinkReport, Report


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
        report = Report(strata={declaration.strata[0]: {"accepted": 0, "rejected": 0}})
        try:
            _evaluate(latex, declaration, seed, report)
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


def _evaluate(latex, declaration, seed, report):
    stratum = declaration.strata[0]
    tally, attempt = report.strata[stratum], 0
    while tally["accepted"] < declaration.count:
        if attempt > 20 + 10 * declaration.count:
            report.fail(f"{declaration.name} gave only {tally['accepted']} instances")
            return
        instance = declaration.draw(seed, "inline", stratum, attempt)
        attempt += 1
        if instance is None:
            tally["rejected"] += 1
            continue
        links = parsed(latex, instance)
        report.links = report.links or [LinkReport(link.relation) for link in links]
        for outcome in Evaluation(instance).outcomes(links):
            report.links[outcome.link.number].instances += 1
            if not outcome.comparison.passed:
                report.fail("the inline relation does not hold", outcome.link.number,
                            counterexample(outcome, stratum))
        tally["accepted"] += 1
