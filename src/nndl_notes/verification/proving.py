"""Prove a display exactly: symbolic entries at small sizes, or exhaustive exact cases."""

import re

import numpy as np

from nndl_notes.texmath import TexMathError
from nndl_notes.texmath.relations import EQUALITIES, INEQUALITIES

from .checking import record
from .evaluation import Evaluation, parsed
from .report import LinkReport, Report

_FONT = re.compile(r"\\(?:mathbf|boldsymbol|mathrm|mathcal|hat|tilde|bar)\{([^{}]*)\}")


def prove(latex, label, declarations):
    """Prove every link of a display for the declared symbolic instances.

    Parameters
    ----------
    latex : str
    label : str
    declarations : list of Declaration
        Those with ``arithmetic="exact"`` that name the label; together they must cover each link.

    Returns
    -------
    Report
    """
    report = Report(exact=True)
    used = [d for d in declarations if d.arithmetic == "exact" and label in d.labels]
    if not used:
        report.fail(f"{label}: no symbolic instance; add @page.symbolic({label!r})")
        return report
    try:
        sizes = []
        for declaration in used:
            instance = declaration.draw(0, label, "symbolic", 0)
            links = parsed(latex, instance)
            if not report.links:
                report.links = [LinkReport(link.relation) for link in links]
            wanted = [link for link in links
                      if declaration.links is None or link.number in declaration.links]
            unprovable = [link for link in wanted
                          if link.relation not in EQUALITIES + INEQUALITIES]
            for link in unprovable:
                report.fail(f"link {link.number} ({link.relation}) cannot be proved", link.number)
            for outcome in Evaluation(instance, "exact").outcomes(
                    [link for link in wanted if link not in unprovable]):
                record(outcome, "symbolic", report)
            sizes.append(sizes_of(instance))
    except TexMathError as error:
        report.fail(str(error.within(latex)))
        return report
    for number, entry in enumerate(report.links):
        if not entry.instances:
            report.fail(f"link {number} is covered by no symbolic instance", number)
    report.strata = {"symbolic": {"accepted": len(used), "rejected": 0}}
    report.sizes = "; ".join(dict.fromkeys(s for s in sizes if s)) or None
    return report


def sizes_of(instance):
    """Describe the shapes for which a symbolic instance proves a claim, '' for scalars."""
    shapes = []
    for symbol, value in instance.bindings.items():
        member = next(iter(value.values())) if isinstance(value, dict) and value else value
        if isinstance(member, np.ndarray):
            shapes.append(f"{plain(symbol)}: {member.shape[0]}×{member.shape[1]}")
    if len(instance.forall) > 1:
        shapes.append(f"{len(instance.forall)} cases")
    return ", ".join(shapes)


def plain(symbol):
    """Return a symbol as text without its font commands: ``w`` for ``\\mathbf{w}``."""
    before = None
    while before != symbol:
        before, symbol = symbol, _FONT.sub(r"\1", symbol)
    return symbol.replace("\\", "")
