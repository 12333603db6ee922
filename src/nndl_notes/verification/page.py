"""A page asks for its own equations to be checked, proved and refuted."""

import os
import traceback
from pathlib import Path

import numpy as np

from . import evidence
from .checking import check
from .emission import emit, opened
from .inline import check_inlines
from .instance import Declaration
from .proving import prove
from .refuting import refute
from .registry import documents, exercises, resolve
from .report import Counterexample, Report, shown
from .source import WRONG, Source
from .statistics import FALSE_ALARM, Case, enumerate_cases, measure
from .values import name_of, number
from .wording import describe_measurement


class VerificationError(AssertionError):
    """A claim of a page does not hold, or could not be verified."""


def page(identifier):
    """Return the page of an exercise, for use in its own cells.

    Parameters
    ----------
    identifier : str
        Number in the first edition, for example ``"2-4"``, or an alias such as ``"1e:2-4"``.

    Returns
    -------
    Page

    Raises
    ------
    ValueError
        For an unknown identifier; near ones are suggested.
    """
    folder = documents()
    known = exercises(folder)
    name = resolve(identifier, known)
    return Page(name, folder, known[name]["path"])


class Page:
    """The claims of one page and the instances on which they are verified.

    Parameters
    ----------
    id : str
    folder : Path
        The documentation folder.
    relative_path : str
        The page's file in that folder.
    """

    def __init__(self, id, folder, relative_path):
        self.id, self.relative_path = id, relative_path
        self.source = Source(Path(folder) / relative_path)
        self.declarations, self.not_sharp, self.symmetric_symbols = [], {}, set()
        self.seed = int(os.environ.get("NNDL_NOTES_SEED", "0"))
        opened(self)

    # declarations ---------------------------------------------------------------------------
    def instance(self, *labels, links=None, attained=(), vary=(), strata=("generic",), count=3,
                 errors=None, digits=None):
        """Register a function that draws instances; a decorator, with or without arguments.

        Parameters
        ----------
        *labels : str
            Equations it serves; without labels it serves all that no other function names.
        links : sequence of int, optional
            Relations of the display that hold under these hypotheses; all by default.
        attained : sequence of int
            Inequalities that are equalities on these instances, to 1e-6.
        vary : sequence of str
            Symbols that a search for a counterexample of an inequality may change freely.
        strata : sequence of str
            Parts of the domain; passed to the function as its second argument.
        count : int
            Instances per stratum; inequalities use at least 25.
        errors : dict of int to str, optional
            For approximations: the largest error over the declared cases, to its last digit.
        digits : int, optional
            50 to evaluate with mpmath at 50 digits instead of floating point.

        Returns
        -------
        callable
            The function, unchanged, so that decorators stack.
        """
        if labels and callable(labels[0]):
            return self.instance()(labels[0])
        if digits not in (None, 50):
            raise ValueError(f"digits: expected 50 or None, got {digits}")
        self._require_labels(labels)

        def register(build):
            self.declarations.append(Declaration(
                build, labels, None if links is None else tuple(links), tuple(attained),
                tuple(vary), tuple(strata), count, dict(errors or {}),
                "mpmath" if digits else "float64"))
            return build
        return register

    def symbolic(self, *labels, links=None):
        """Register a function of no arguments that returns SymPy bindings, for :meth:`prove`.

        Parameters
        ----------
        *labels : str
            Equations it serves, at least one.
        links : sequence of int, optional
            Relations of the display that hold under these hypotheses; all by default.

        Returns
        -------
        callable
            A decorator that returns the function unchanged.
        """
        self._require_labels(labels)
        if not labels:
            raise ValueError("labels: expected at least one equation to prove")

        def register(build):
            self.declarations.append(Declaration(
                lambda rng: build(), labels, None if links is None else tuple(links),
                arithmetic="exact"))
            return build
        return register

    def loose(self, label, *links, because):
        """Declare that inequalities of a display are not sharp.

        Parameters
        ----------
        label : str
        *links : int
            The relations; the first by default.
        because : str
            The reason, for the reader of the source.
        """
        self._require_labels([label])
        if not because:
            raise ValueError("because: expected the reason why equality is not attained")
        self.not_sharp.setdefault(label, set()).update(links or (0,))

    def symmetric(self, *symbols):
        """Declare symbols that are symmetric matrices by hypothesis: their transpose is no error.

        Used by the mutation run, which otherwise expects that a transpose is noticed.
        """
        self.symmetric_symbols.update(symbols)

    def _require_labels(self, labels):
        for label in labels:
            if label not in self.source.equations:
                known = ", ".join(self.source.equations) or "none"
                raise ValueError(f"labels: {self.relative_path} has no equation {label!r}; "
                                 f"it has {known}")

    # verbs ----------------------------------------------------------------------------------
    def check(self, *labels):
        """Check equations on random instances, and equations between numbers exactly.

        Parameters
        ----------
        *labels : str
            Without labels: all equations that the page asserts, and its inline formulas.

        Raises
        ------
        VerificationError
            With the page, the line, the equation and the instance on which it fails.
        ValueError
            For an unknown label, or one that is shown as a wrong answer.
        """
        self._require_labels(labels)
        records = []
        for label, display in self.source.equations.items():
            if label in labels or (not labels and not display.refuted):
                if display.refuted:
                    raise ValueError(f"labels: {label} is shown as a wrong answer; refute it")
                report = _guarded(check, display.latex, label, self.declarations, self.seed,
                                  self.not_sharp.get(label, ()))
                level = "proved" if report.exact else "checked"
                records.append(self._record(report, label, display, "check", level))
        evaluated, unread = 0, []
        if not labels:
            serving_all = [d for d in self.declarations
                           if not d.labels and d.arithmetic == "float64"]
            inline, unread = check_inlines(self.id, self.relative_path, self.source,
                                           serving_all, self.seed)
            evaluated = len(inline)
            records += inline
        self._emit(records, evaluated, unread)

    def prove(self, *labels):
        """Prove equations exactly, at the sizes of their symbolic instances.

        Parameters
        ----------
        *labels : str
            Without labels: all equations that have a symbolic instance.

        Raises
        ------
        VerificationError
            When a difference is not identically zero, or a relation is covered by no instance.
        """
        self._require_labels(labels)
        symbolic = [d for d in self.declarations if d.arithmetic == "exact"]
        labels = labels or tuple(dict.fromkeys(name for d in symbolic for name in d.labels))
        if not labels:
            raise ValueError("labels: no equation has a symbolic instance")
        records = []
        for label in labels:
            display = self.source.equations[label]
            report = _guarded(prove, display.latex, label, symbolic)
            records.append(self._record(report, label, display, "prove", "proved"))
        self._emit(records)

    def refute(self, label, *, claim=None, link=None):
        """Show that a displayed wrong answer is wrong.

        Parameters
        ----------
        label : str
            An equation inside a ``{refuted}`` or ``{erratum}`` box.
        claim : str, optional
            Identifier of the published claim.
        link : int, optional
            The wrong relation of the display, if it has several.

        Raises
        ------
        VerificationError
            When it holds on all instances, or cannot be read.
        """
        self._require_labels([label])
        display = self.source.equations[label]
        if not display.refuted:
            raise ValueError(f"label: {label} is not inside a {{refuted}} or {{erratum}} box")
        report = _guarded(refute, display.latex, label, self.declarations, self.seed, link)
        self._emit([self._record(report, label, display, "refute", "refuted", claim=claim)])

    def measure(self, label, sample, expected, *, precision, false_alarm=FALSE_ALARM):
        """Verify a claim about a mean, such as a simulated expectation.

        Parameters
        ----------
        label : str
            Label of a ``{claim}`` box.
        sample : array_like of shape (n,)
            Independent observations, n >= 30.
        expected : float
            The claimed mean, not 0.
        precision : float
            Largest half width of the interval accepted, as a fraction of `expected`.
        false_alarm : float
            Probability of rejecting a true claim, by Student's t; at most 1e-9.

        Raises
        ------
        VerificationError
            When `expected` lies outside the interval, or the interval is too wide.
        """
        found = measure(sample, expected, precision, false_alarm)
        report = Report(strata=_tally("observations", found.size))
        if found.problem:
            report.fail(f"{label}: {found.problem}")
        self._emit([self._claim(report, label, "measure", "measured",
                                summary=describe_measurement(found))])

    def enumerate(self, label, cases, predicate):
        """Verify a claim on every case of a finite set.

        Parameters
        ----------
        label : str
            Label of a ``{claim}`` box.
        cases : iterable
            At least one.
        predicate : callable
            ``predicate(case)`` returns a bool.

        Raises
        ------
        VerificationError
            With the first case on which it is False.
        """
        count, failed = enumerate_cases(cases, predicate)
        report = Report(strata=_tally("cases", count))
        if failed is not None:
            report.fail(f"{label}: false for {failed[0]!r}")
        summary = {"zh": f"逐一检查了全部 {count} 种情形，均成立。",
                   "en": f"All {count} cases were tried one by one; the claim holds in each."}
        self._emit([self._claim(report, label, "enumerate", "proved", summary=summary)])

    def counterexample(self, label, case, predicate, *, claim=None):
        """Refute a claim in words: `predicate` states it and must be False for `case`.

        Parameters
        ----------
        label : str
            Label of a ``{refuted}`` or ``{erratum}`` box without a formula.
        case : dict of str to object
            The counterexample: LaTeX of each quantity to its value; `predicate` uses each.
        predicate : callable
            ``predicate(case)`` returns a bool.
        claim : str, optional
            Identifier of the published claim.

        Raises
        ------
        VerificationError
            When the claim holds for this case.
        """
        report = Report(strata=_tally("given", 1))
        quantities = Case(case)
        verdict = predicate(quantities)
        if not isinstance(verdict, (bool, np.bool_)):
            raise ValueError(f"predicate: expected a bool, got {type(verdict).__name__}")
        if quantities.unused:
            raise ValueError(f"case: the claim of {label} does not look at "
                             f"{', '.join(sorted(quantities.unused))}, which readers are shown")
        if verdict:
            report.fail(f"{label}: the claim holds for {case!r}, which is no counterexample")
        report.counterexample = Counterexample(
            0, "", "", "", "", {name: shown(value) for name, value in case.items()})
        self._emit([self._claim(report, label, "refute", "refuted", claim=claim)])

    def values(self, **named):
        """Give the sentences of the page their numbers.

        Parameters
        ----------
        **named : int or float
            A sentence shows ``slope`` by the role ``value`` with the text ``slope:.4f``.

        Raises
        ------
        ValueError
            For what is no finite real number, and for a name that no sentence shows.
        """
        wanted = {name_of(text) for text, _ in self.source.values}
        if idle := sorted(named.keys() - wanted):
            raise ValueError(f"values: no sentence of {self.relative_path} shows "
                             f"{', '.join(idle)}; write {{value}}`{idle[0]}:.3f`")
        numbers = {name: number(name, value) for name, value in named.items()}
        emit(evidence.bundle(self, [], values=numbers))

    # records --------------------------------------------------------------------------------
    def _record(self, report, label, display, verb, level, **more):
        if report.message:
            report.message = (f"{self.relative_path}, line {display.line}, equation {label}: "
                              f"{report.message}")
        return evidence.record(report, id=label, kind="equation", latex=display.latex,
                               line=display.line, verb=verb, level=level, seed=self.seed, **more)

    def _claim(self, report, label, verb, level, **more):
        if label not in self.source.statements:
            known = ", ".join(self.source.statements) or "none"
            raise ValueError(f"label: {self.relative_path} has no claim {label!r}; it has {known}")
        kind, line = self.source.statements[label]
        if kind not in (WRONG if verb == "refute" else ("claim",)):
            raise ValueError(f"label: {label} is a {{{kind}}} box; {verb} does not apply to it")
        if report.message:
            report.message = f"{self.relative_path}, line {line}: {report.message}"
        return evidence.record(report, id=label, kind="claim", latex="", line=line, verb=verb,
                               level=level, seed=self.seed, **more)

    def _emit(self, records, evaluated=0, unread=()):
        data = evidence.bundle(self, records, evaluated, unread)
        emit(data)
        failures = [r["message"] for r in records if not r["passed"]]
        if failures:
            raise VerificationError("\n\n".join(failures))


def _tally(stratum, count):
    """Return the strata of evidence whose instances are all of one sort and none rejected."""
    return {stratum: {"accepted": count, "rejected": 0}}


def _guarded(verify, latex, label, *arguments):
    """Turn an exception of a binding into a failed report with its traceback."""
    try:
        return verify(latex, label, *arguments)
    except Exception as error:
        report = Report()
        report.fail(f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-3)}")
        return report
