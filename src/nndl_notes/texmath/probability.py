"""Probabilities and moments by exact enumeration of a declared finite sample space."""

import numpy as np

from .arithmetic import is_array, is_scalar
from .errors import EvaluationError, ShapeError


def split_condition(items):
    r"""Split arguments at ``\mid`` into events and conditions."""
    for k, item in enumerate(items):
        if item.op == "separator" and item.value == r"\mid":
            return _plain(items[:k]), _plain(items[k + 1:])
    return _plain(items), []


def _plain(items):
    return [item for item in items if item.op != "separator"]


class ProbabilityRules:
    """Interpreter methods for probabilities, means, variances and covariances."""

    def outcomes(self, env, local, conditions=()):
        """Return the conditional distribution as [(probability, environment)]."""
        if env.space is None:
            raise EvaluationError("a probability needs a declared sample space")
        kept, total, everything = [], 0, 0
        outcomes = [(weight, env.do(changes)) for weight, changes in env.space(env)]
        for event in conditions:
            self.require_random(event, [outcome for _, outcome in outcomes], local)
        for weight, outcome in outcomes:
            everything = everything + weight
            if all(self.occurs(c, env, outcome, local) for c in conditions):
                kept.append((weight, outcome))
                total = total + weight
        if isinstance(everything, float) and abs(everything - 1) > 1e-9:
            raise EvaluationError(f"the probabilities of the sample space add up to {everything}")
        if not kept or total == 0:
            raise EvaluationError("conditioning on an event of probability zero")
        return [(self.arithmetic.divide(weight, total), outcome) for weight, outcome in kept]

    def require_random(self, event, outcomes, local):
        """Refuse an event p(.. x ..) of a symbol that has one value in the whole space."""
        if event.op != "symbol":
            return
        first, *others = (np.asarray(self.value(event, o, local)).tolist() for o in outcomes)
        if all(other == first for other in others):
            raise EvaluationError("this symbol is not random: it has the same value in every "
                                  "outcome of the sample space", event.start, event.end)

    def occurs(self, event, env, outcome, local):
        """Tell whether a relation holds, or a random symbol has its current value."""
        if event.op == "chain":
            return self.holds(event, outcome, local)
        if event.op != "symbol":
            raise EvaluationError("an event is a relation or a random symbol")
        there, here = self.value(event, outcome, local), self.value(event, env, local)
        return np.shape(there) == np.shape(here) and bool(
            np.all(np.asarray(there) == np.asarray(here)))

    def conditions_of(self, law, conditions, env, local):
        """Return what the law in a subscript conditions on; it must name all that is random."""
        events, given = split_condition(law.args) if law.op == "probability" else ([law], [])
        named = {self.key(n, env, local) for n in events + given + conditions if n.op != "chain"}
        averaged = {self.key(event, env, local) for event in events}
        random = {key for _, changes in (env.space(env) if env.space else ()) for key in changes}
        if not averaged & random:
            raise EvaluationError("the subscript of this expectation is not a random symbol")
        if random - named:
            forgotten = ", ".join(sorted(symbol for symbol, _ in random - named))
            raise EvaluationError(f"the subscript of this expectation does not say whether "
                                  f"{forgotten} is averaged or given")
        return given

    def value_probability(self, node, env, local):
        events, conditions = split_condition(node.args)
        total = 0
        for event in events:
            self.require_random(event, [o for _, o in self.outcomes(env, local)], local)
        for weight, outcome in self.outcomes(env, local, conditions):
            if all(self.occurs(e, env, outcome, local) for e in events):
                total = total + weight
        return total

    def value_statistic(self, node, env, local):
        items, conditions = split_condition(node.args[0].args)
        for law in node.args[1:]:
            conditions = conditions + self.conditions_of(law, conditions, env, local)
        sample = [(weight, self.values(items, outcome, local))
                  for weight, outcome in self.outcomes(env, local, conditions)]
        if len(items) != (2 if node.value == "covariance" and len(items) == 2 else 1):
            raise EvaluationError(f"the {node.value} has a wrong number of arguments")

        def mean(function):
            total = None
            for weight, values in sample:
                term = weight * function(*values)
                total = term if total is None else total + term
            return total
        if node.value == "mean":
            return mean(lambda x: x)
        if node.value == "variance":
            centre = mean(lambda x: x)
            if not is_scalar(centre):
                raise ShapeError("the variance of a vector; write Cov")
            return mean(lambda x: (x - centre) ** 2)
        if len(items) == 1:
            centre = mean(lambda x: x)
            if not is_array(centre) or centre.shape[1] != 1:
                raise ShapeError("the covariance matrix needs a column vector")
            return mean(lambda x: (x - centre) @ (x - centre).T)
        left, right = mean(lambda x, y: x), mean(lambda x, y: y)
        if is_array(left) != is_array(right):
            raise ShapeError("the covariance of a scalar and a vector")
        if is_array(left):
            return mean(lambda x, y: (x - left) @ (y - right).T)
        return mean(lambda x, y: (x - left) * (y - right))
