"""Search for a counterexample of an inequality by descending its slack."""

import numpy as np

from nndl_notes.texmath import TexMathError

from .evaluation import Evaluation

OUTSIDE = 1e6


class _At:
    """An instance with a given environment and case."""

    limit = None

    def __init__(self, environment, letters, elementwise):
        self._environment, self._letters = environment, letters
        self.elementwise = elementwise

    def environment(self):
        return self._environment

    def cases(self, names):
        yield {}, self._letters


def hunt(outcome, vary, elementwise):
    """Return the outcome with the least slack that a Nelder–Mead search finds.

    Parameters
    ----------
    outcome : Outcome
        Where the search starts.
    vary : sequence of str
        Symbols that may take any real values under the hypotheses of the claim.
    elementwise : bool

    Returns
    -------
    Outcome
    """
    from scipy.optimize import minimize

    start = {(symbol, ()): outcome.environment.get(symbol) for symbol in vary}
    sizes = [np.size(value) for value in start.values()]

    def outcome_at(flat):
        changes, offset = {}, 0
        for (key, value), size in zip(start.items(), sizes, strict=True):
            part = flat[offset:offset + size]
            changes[key] = part.reshape(value.shape) if np.ndim(value) else float(part[0])
            offset += size
        point = _At(outcome.environment.do(changes), outcome.letters, elementwise)
        return next(Evaluation(point).outcomes([outcome.link]))

    def slack(flat):
        try:
            found = outcome_at(flat)
        except TexMathError:
            return OUTSIDE  # not in the domain, hence not a counterexample
        left, right = np.asarray(found.left), np.asarray(found.right)
        room = right - left if outcome.link.relation in ("<", r"\leq") else left - right
        size = np.max(np.abs(left)) + np.max(np.abs(right))
        return float(np.min(room) / size) if size else 0.0

    first = np.concatenate([np.ravel(value) for value in start.values()]).astype(float)
    best = minimize(slack, first, method="Nelder-Mead", options={"maxiter": 60 * first.size})
    return outcome_at(best.x) if best.fun < OUTSIDE else outcome
