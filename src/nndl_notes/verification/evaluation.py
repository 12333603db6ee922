"""The two sides of a link on one instance."""

import itertools
from dataclasses import dataclass
from functools import lru_cache

from nndl_notes.texmath import (
    Cell,
    EvaluationError,
    Interpreter,
    Notation,
    NumericArithmetic,
    parse,
    variables,
)
from nndl_notes.texmath.relations import Comparison
from nndl_notes.texmath.tree import strip

from .links import last_digit, links_of

RTOL, RTOL_DERIVATIVE, RTOL_OPTIMUM, RTOL_DIGITS = 1e-10, 1e-7, 2e-5, 1e-30
ATOL, ATOL_APPROXIMATE, ATOL_DIGITS = 1e-13, 1e-9, 1e-45
ATOL_AT_MOST = 1e-6


@dataclass(frozen=True)
class Outcome:
    """A link compared on one case of one instance."""

    link: object
    comparison: object
    left: object
    right: object
    environment: object
    letters: dict
    rtol: float


def arithmetic_named(name):
    """Return the arithmetic with this name; SymPy and mpmath are imported when asked for."""
    if name == "float64":
        return NumericArithmetic()
    if name == "exact":
        from nndl_notes.texmath.exact import ExactArithmetic
        return ExactArithmetic()
    if name == "mpmath":
        from nndl_notes.texmath.multiprecision import MultiprecisionArithmetic
        return MultiprecisionArithmetic()
    raise ValueError(f"arithmetic: expected float64, exact or mpmath, got {name!r}")


class _ExactInterpreter(Interpreter):
    """Refuses a floating-point number where it enters: its rounding may cancel later."""

    def value_symbol(self, node, env, local):
        return self.arithmetic.require_exact(super().value_symbol(node, env, local))

    def value_call(self, node, env, local):
        return self.arithmetic.require_exact(super().value_call(node, env, local))


@lru_cache(maxsize=512)
def _parse(latex, symbols, ranges, letters):
    return tuple(links_of(parse(latex, Notation(dict(symbols), ranges), letters)))


def parsed(latex, instance):
    """Return the links of a display under an instance's notation."""
    notation = instance.notation()
    symbols = tuple(sorted((p.spec, p.kind) for ps in notation.by_base.values() for p in ps))
    return _parse(latex, symbols, notation.ranges, frozenset(instance.letters))


class Evaluation:
    """Evaluate links on one instance, each side once per case.

    Parameters
    ----------
    instance : Instance
    arithmetic : str
    """

    def __init__(self, instance, arithmetic="float64"):
        self.instance, self.arithmetic = instance, arithmetic_named(arithmetic)

    def interpreter(self):
        """Return a fresh interpreter."""
        kind = _ExactInterpreter if self.arithmetic.name == "exact" else Interpreter
        return kind(self.arithmetic, self.instance.elementwise)

    def outcomes(self, links):
        """Yield an :class:`Outcome` for each link and case."""
        with self.arithmetic.working_precision():
            yield from self._outcomes(links)

    def _outcomes(self, links):
        base, sides = self.instance.environment(), {}
        for link in links:
            cases = self.instance.cases(variables(link.statement))
            for key, (symbols, letters) in enumerate(cases):
                if (key, id(link.statement)) not in sides:
                    environment = base.do(symbols) if symbols else base
                    sides[key, id(link.statement)] = self.assume(
                        link.statement, environment, letters)
                environment = sides[key, id(link.statement)]
                if is_asymptotic(link):
                    yield self.order_of_magnitude(link, environment, letters)
                    continue
                pair = []
                for k, node in enumerate((link.left, link.right)):
                    place = key, id(link.statement), id(link.chain), link.position + k
                    if place not in sides:
                        interpreter = self.interpreter()
                        sides[place] = interpreter.value(node, environment, letters), interpreter
                    pair.append(sides[place])
                yield self.outcome(link, *pair, environment, letters)

    def outcome(self, link, left, right, environment, letters):
        (a, first), (b, second) = left, right
        rtol, atol = self.tolerances(first, second)
        digits = last_digit(link.right) if link.relation == r"\approx" else None
        if digits is not None:
            # A decimal states its value to half a unit in the last place, plus rounding; one that
            # may be a tenth off, such as 1 for two thirds, would state next to nothing.
            rtol, atol = 0.0, min(digits, abs(float(b)) / 10) * (1 + 1e-9)
        comparison = first.compare(link.relation, a, b, rtol, atol)
        return Outcome(link, comparison, a, b, environment, letters, rtol)

    def tolerances(self, first, second):
        """Return (rtol, atol) by what took part in the evaluation."""
        used = first.used | second.used
        if self.arithmetic.name == "exact":
            return 0.0, 0.0
        if self.arithmetic.name == "mpmath":
            # mpmath raises the precision inside a derivative, which loses no digits therefore.
            return RTOL_DIGITS, ATOL_DIGITS
        rtol = (RTOL_OPTIMUM if "optimum" in used else RTOL_DERIVATIVE if used else RTOL)
        scale = max(first.magnitude, second.magnitude)
        # A huge value below a fraction bar leaves no rounding; it must not excuse the sides.
        return rtol, min(scale * (ATOL_APPROXIMATE if used else ATOL), ATOL_AT_MOST)

    def assume(self, statement, environment, letters):
        """Carry out the premises of an implication: set a symbol, or check a relation."""
        if statement.op != "implication":
            return environment
        for premise in statement.args[0].args:
            left = strip(premise.args[0])
            settable = (premise.value == ("=",) and left.op == "symbol" and not isinstance(
                environment.bindings[left.value], Cell))
            if settable:
                interpreter = self.interpreter()
                value = interpreter.value(premise.args[1], environment, letters)
                environment = environment.do({interpreter.key(left, environment, letters): value})
            elif not self.interpreter().holds(premise, environment, letters):
                raise EvaluationError("the premise of the implication is false on this instance",
                                      premise.start, premise.end)
        return environment

    def order_of_magnitude(self, link, environment, letters):
        """Compare the two sides up to O(.): the quotient by the gauge must become constant."""
        if self.instance.limit is None or link.relation != "=":
            raise EvaluationError("O(.) needs an equation and a declared limit")
        if not any(_is_order(term) for side in (link.left, link.right) for term in _terms(side)):
            raise EvaluationError("O(.) must be a term of its own")
        symbol, steps = self.instance.limit
        if len(steps) < 3 or any(abs(b) > 0.7 * abs(a) for a, b in itertools.pairwise(steps)):
            raise EvaluationError("a limit needs three steps or more, each well below the last")
        quotients = []
        for step in steps:
            at_step = environment.do({(symbol, ()): step})
            interpreter = self.interpreter()
            interpreter.orders = []
            left, right = interpreter.values((link.left, link.right), at_step, letters)
            if len(interpreter.orders) != 1:
                raise EvaluationError("exactly one O(.) can be checked in an equation")
            quotients.append(float((left - right) / interpreter.orders[0]))
        if 0 in quotients:
            raise EvaluationError("the sides agree exactly, so that O(.) says nothing")
        ratios = [b / a for a, b in itertools.pairwise(quotients)]
        worst = max(abs(r - 1) for r in ratios)
        comparison = Comparison(worst < 0.25, worst, worst, 0.25)
        return Outcome(link, comparison, quotients[0], quotients[-1], environment, letters, 0.25)


def is_asymptotic(link):
    """Return whether a link holds up to a term O(.)."""
    return any(node.op == "order" for side in (link.left, link.right) for node in side.walk())


def _terms(node):
    node = strip(node)
    return node.args if node.op == "add" else (node,)


def _is_order(term):
    return term.op == "order" or (term.op == "negative" and term.args[0].op == "order")
