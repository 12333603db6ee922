"""Check a display: every link, on every stratum of its domain, against what its symbols mean."""

from itertools import pairwise

import numpy as np

from nndl_notes.texmath import (
    Notation,
    NotDifferentiable,
    ShapeError,
    TexMathError,
    parse,
    variables,
)
from nndl_notes.texmath.relations import INEQUALITIES

from .evaluation import Evaluation, is_asymptotic, parsed
from .hunting import hunt
from .instance import Instance
from .links import bare, is_number_only, last_digit, links_of
from .report import Counterexample, LinkReport, Report, shown, symbols_shown

INEQUALITY_INSTANCES = 25
ATTAINED = 1e-6
ROUGHEST = 0.25


def serving(label, declarations):
    """Return the declarations that a label uses: those that name it, else the unnamed ones."""
    numeric = [d for d in declarations if d.arithmetic != "exact"]
    named = [d for d in numeric if label in d.labels]
    return named or [d for d in numeric if not d.labels]


def check(latex, label, declarations, seed=0, loose=(), hasty=False):
    """Check one display.

    Parameters
    ----------
    latex : str
    label : str
    declarations : list of Declaration
    seed : int
    loose : iterable of int
        Numbers of inequalities that the page declares not to be sharp.
    hasty : bool
        Stop at the first failure.

    Returns
    -------
    Report
        ``passed`` is False for anything that fails, cannot be read, or is not covered.
    """
    report = Report()
    used = serving(label, declarations)
    try:
        links = _numbers_only(latex, report) or _on_instances(
            latex, label, used, seed, report, hasty)
    except TexMathError as error:
        report.fail(str(error.within(latex)))
        return report
    _require_coverage(links, loose, report)
    return report


def _numbers_only(latex, report):
    """Decide a display of numbers in exact arithmetic; None if it has symbols."""
    try:
        links = links_of(parse(latex, Notation({})))
    except TexMathError:
        return None
    if not all(is_number_only(link) for link in links):
        return None
    report.exact = True
    report.links = [LinkReport(link.relation, attained=True) for link in links]
    _record_exact(links, report)
    return links


def _record_exact(links, report):
    evaluation = Evaluation(Instance({}), "exact")
    for link in links:
        if link.relation == r"\approx" and last_digit(link.right) is None:
            report.fail(f"link {link.number}: the right side of an approximation states no "
                        r"digits; write a decimal, such as 0.67 or 7.9 \times 10^{-31}",
                        link.number)
            continue
        record(next(evaluation.outcomes([link])), "generic", report)


def _on_instances(latex, label, declarations, seed, report, hasty):
    if not declarations:
        report.fail(f"{label}: no instance declares its symbols; add @page.instance")
        return []
    links = None
    for declaration in declarations:
        for stratum in declaration.strata:
            tally = report.strata.setdefault(stratum, {"accepted": 0, "rejected": 0})
            accepted, attempt, reason, wanted_count = 0, 0, "the builder returned None", 1
            while accepted < wanted_count:
                if attempt > 20 + 10 * wanted_count:
                    report.fail(f"{label}: the stratum {stratum!r} of {declaration.name} gave "
                                f"{accepted} of {wanted_count} instances in {attempt} draws "
                                f"({reason})")
                    break
                instance = declaration.draw(seed, label, stratum, attempt)
                attempt += 1
                if instance is None:
                    tally["rejected"] += 1
                    continue
                found = parsed(latex, instance)
                if links is None:
                    links = found
                    report.links = [LinkReport(link.relation) for link in links]
                    exact = [link for link in links if is_number_only(link)]
                    _record_exact(exact, report)
                    for link in exact:
                        report.links[link.number].attained = True
                wanted = [link for link in found if not is_number_only(link)
                          and (declaration.links is None or link.number in declaration.links)]
                wanted_count = 1 if instance.fixed else instances_wanted(declaration, wanted)
                try:
                    outcomes = list(Evaluation(instance, declaration.arithmetic).outcomes(wanted))
                except NotDifferentiable as error:
                    tally["rejected"] += 1
                    reason = error.message
                    continue
                except ShapeError as error:
                    _fail_on_shape(error, latex, wanted, instance, stratum, report)
                    return links
                tally["accepted"] += 1
                accepted += 1
                _judge(outcomes, declaration, stratum, report)
                if hasty and not report.passed:
                    return links
                if accepted <= 3 and declaration.vary:
                    _hunt(outcomes, instance, declaration, stratum, report)
        _agree_with_declared_errors(declaration, report)
    return links


def instances_wanted(declaration, links):
    """Return on how many instances links are tried: inequalities, which fail rarely, on more."""
    if any(link.relation in INEQUALITIES for link in links):
        return max(declaration.count, INEQUALITY_INSTANCES)
    return declaration.count


def record(outcome, stratum, report):
    link, comparison = outcome.link, outcome.comparison
    entry = report.links[link.number]
    if link.relation != r"\neq" and bare(link.left) == bare(link.right):
        report.fail(f"link {link.number}: both sides are the same expression, which says nothing",
                    link.number)
    if _is_premise(link):
        report.fail(f"link {link.number}: the premise says the same, so nothing follows",
                    link.number)
    entry.instances += 1
    entry.asymptotic = is_asymptotic(link)
    if link.relation in INEQUALITIES:
        slack = comparison.relative_gap
        entry.slack = slack if entry.slack is None else min(entry.slack, slack)
    elif link.relation not in (r"\in", r"\neq"):
        entry.gap = max(entry.gap or 0.0, comparison.relative_gap)
        entry.tolerance = max(entry.tolerance or 0.0, outcome.rtol)
    if not comparison.passed:
        report.fail(f"the relation {link.relation} does not hold", link.number,
                    counterexample(outcome, stratum))


def _is_premise(link):
    if link.statement.op != "implication":
        return False
    return any(link.relation == relation and bare(pair[0]) == bare(link.left)
               and bare(pair[1]) == bare(link.right)
               for chain in link.statement.args[0].args
               for relation, pair in zip(chain.value, pairwise(chain.args), strict=True))


def counterexample(outcome, stratum):
    """Describe an outcome that fails."""
    link = outcome.link
    try:
        difference = shown(outcome.left - outcome.right)
    except (TypeError, ValueError):
        difference = "not defined"
    return Counterexample(link.number, link.relation, shown(outcome.left), shown(outcome.right),
                          difference, symbols_shown(link, outcome.environment, outcome.letters),
                          stratum)


def _judge(outcomes, declaration, stratum, report):
    for outcome in outcomes:
        number = outcome.link.number
        if outcome.link.relation == r"\approx" and number in declaration.errors:
            entry = report.links[number]
            entry.instances += 1
            entry.gap = max(entry.gap or 0.0, outcome.comparison.gap)
            entry.size = max(entry.size, *(np.max(np.abs(s)) for s in (outcome.left,
                                                                       outcome.right)))
            continue
        record(outcome, stratum, report)
        if number in declaration.attained:
            report.links[number].attained = True
            if not (np.any(outcome.left) or np.any(outcome.right) or _has_number_side(outcome)):
                report.fail(
                    f"link {number}: both sides vanish on the instances of {declaration.name}, "
                    "which attains any inequality", number, counterexample(outcome, stratum))
            if outcome.comparison.relative_gap > ATTAINED:
                report.fail(
                    f"link {number} is declared to be attained by {declaration.name}, but its "
                    f"sides differ by {outcome.comparison.relative_gap:.3g} relatively", number,
                    counterexample(outcome, stratum))


def _has_number_side(outcome):
    return any(bare(side).op == "number" for side in (outcome.link.left, outcome.link.right))


def _agree_with_declared_errors(declaration, report):
    for number, declared in declaration.errors.items():
        if number >= len(report.links) or report.links[number].gap is None:
            report.fail(f"the declared error of link {number} belongs to no approximation")
            continue
        mantissa, _, exponent = declared.lower().partition("e")
        half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        measured = report.links[number].gap
        report.links[number].tolerance = float(declared)
        if measured > ROUGHEST * report.links[number].size:
            report.fail(f"link {number}: an error of {measured:.3g} is no approximation of sides "
                        f"up to {report.links[number].size:.3g}", number)
        if abs(measured - float(declared)) > half:
            report.fail(f"link {number}: the largest error is {measured:.6g}, declared {declared}",
                        number)


def _fail_on_shape(error, latex, wanted, instance, stratum, report):
    """Find the link whose sides cannot be computed, so that the message names it."""
    for link in wanted:
        try:
            list(Evaluation(instance).outcomes([link]))
        except ShapeError:
            environment = instance.environment()
            letters = next(instance.cases(variables(link.statement)))[1]
            example = Counterexample(link.number, link.relation, "", "", "",
                                     symbols_shown(link, environment, letters), stratum,
                                     error.message)
            report.fail(str(error.within(latex)), link.number, example)
            return
        except TexMathError:
            continue
    raise error


def _hunt(outcomes, instance, declaration, stratum, report):
    for outcome in outcomes:
        if outcome.link.relation in INEQUALITIES:
            worst = hunt(outcome, declaration.vary, instance.elementwise)
            report.links[outcome.link.number].hunted = True
            if not worst.comparison.passed:
                report.fail("a search found a counterexample", outcome.link.number,
                            counterexample(worst, stratum))


def _require_coverage(links, loose, report):
    if not links and report.passed:
        report.fail("nothing was compared")
    for link in links or ():
        entry = report.links[link.number]
        if not entry.instances and report.passed:
            report.fail(f"link {link.number} ({link.relation}) is covered by no instance",
                        link.number)
        sharp = entry.attained or link.number in loose
        if link.relation in INEQUALITIES and not sharp and report.passed:
            report.fail(
                f"link {link.number} ({link.relation}): no declared instance attains equality; "
                "declare one with attained=, or page.loose(label, links) if it is not sharp",
                link.number)
