"""Prove a display exactly: symbolic entries at small sizes, or exhaustive exact cases."""

import numbers
import re

import numpy as np

from nndl_notes.texmath import TexMathError
from nndl_notes.texmath.relations import EQUALITIES, INEQUALITIES

from .checking import record
from .evaluation import Evaluation, parsed
from .report import LinkReport, Report

_SIGNS = (("positive", "> 0"), ("negative", "< 0"), ("nonnegative", "≥ 0"),
          ("nonpositive", "≤ 0"), ("nonzero", "≠ 0"))
_FONT = re.compile(r"\\(?:mathbf|boldsymbol|mathrm|mathcal)\{([^{}]*)\}")
_ACCENT = re.compile(r"\\(hat|tilde|bar)\{([^{}]*)\}")
_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}


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
            _require_generality(declaration, instance, wanted, report)
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
    """Describe for which shapes and numbers a symbolic instance proves a claim, '' for all."""
    shapes = []
    for symbol, value in instance.bindings.items():
        member = next(iter(value.values())) if isinstance(value, dict) and value else value
        if isinstance(member, np.ndarray):
            shapes.append(f"{plain(symbol)}: {member.shape[0]}×{member.shape[1]}")
    if len(instance.forall) > 1:
        shapes.append(f"{len(instance.forall)} cases")  # of the indices
    elif not _free_symbols(instance):
        shapes.append("the values shown")
    return ", ".join([*shapes, *_hypotheses(instance)])


def _members(value):
    if isinstance(value, dict):
        return [entry for member in value.values() for entry in _members(member)]
    return list(value.flat) if isinstance(value, np.ndarray) else [value]


def _free_symbols(instance):
    return {symbol for value in instance.bindings.values() for entry in _members(value)
            for symbol in getattr(entry, "free_symbols", ())}


def _require_generality(declaration, instance, links, report):
    """Refuse one-by-one matrices, which commute, in the sides of the links."""
    shown = {node.value for link in links for side in (link.left, link.right)
             for node in side.walk() if node.op == "symbol"}
    for symbol in sorted(shown):
        value = instance.bindings[symbol]
        members = value.values() if isinstance(value, dict) else (value,)
        if any(isinstance(m, np.ndarray) and m.shape == (1, 1) for m in members):
            report.fail(f"{declaration.name}: {symbol} is one by one; a proof needs a matrix that "
                        "does not commute and differs from its transpose")


def _hypotheses(instance):
    """Describe what a proof supposes of its symbols, beyond that they are real numbers."""
    said = []
    for symbol in sorted(_free_symbols(instance), key=str):
        sign = next((text for name, text in _SIGNS if getattr(symbol, f"is_{name}")), "")
        said += [f"{symbol} {sign}"] * bool(sign) + [f"{symbol} ∈ ℤ"] * bool(symbol.is_integer)
    for symbol, value in instance.bindings.items():
        number = isinstance(value, numbers.Number) or getattr(value, "is_number", False)
        if number and symbol not in set().union(*instance.forall):
            said.append(f"{plain(symbol)} = {value}")
    return said


def plain(symbol):
    """Return a symbol without font commands and open indices: ``w`` for ``\\mathbf{w}_?``."""
    before = None
    while before != symbol:
        before, symbol = symbol, _FONT.sub(r"\1", symbol)
        symbol = _ACCENT.sub(lambda found: found[2] + _ACCENTS[found[1]], symbol)
    return re.sub(r"[_^](\?|\{\(?\?\)?\})", "", symbol).replace("^{*}", "*").replace("\\", "")
