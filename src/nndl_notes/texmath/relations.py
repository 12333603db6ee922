"""Whether a relation between two values holds, and by how much it misses."""

from dataclasses import dataclass

import numpy as np

from .arithmetic import SizeFree, is_array
from .errors import EvaluationError, ShapeError, ShapeMismatch

EQUALITIES = ("=", r"\triangleq", r"\equiv")
LESS, GREATER = ("<", r"\leq"), (">", r"\geq")
INEQUALITIES = LESS + GREATER
LOOSEST = 1e-6


@dataclass(frozen=True)
class Comparison:
    """Outcome of comparing two values.

    Attributes
    ----------
    passed : bool
    gap : float
        Largest absolute difference; for an exact comparison 0 or 1.
    relative_gap : float
        The gap divided by the larger of the two magnitudes.
    tolerance : float
        Largest gap that was accepted.
    """

    passed: bool
    gap: float
    relative_gap: float
    tolerance: float


@dataclass(frozen=True)
class Space:
    r"""The right side of :math:`\mathbf x\in\mathbb R^{D}`: a shape."""

    shape: tuple


class Relations:
    """Interpreter methods for relations."""

    def value_space(self, node, env, local):
        sizes = tuple(self.whole(a, env, local, "a dimension") for a in node.args)
        return Space((*sizes, 1)[:2] if sizes else ())

    def value_cases(self, node, env, local):
        applying = [case for case in node.args
                    if len(case.args) == 2 and self.holds(case.args[1], env, local)]
        applying = applying or [case for case in node.args if len(case.args) == 1]
        if not applying:
            raise EvaluationError("none of the cases applies")
        first, *others = (self.value(case.args[0], env, local) for case in applying)
        for other in others:
            if not self.compare("=", first, other, rtol=1e-12, atol=0).passed:
                raise EvaluationError("two of the cases apply, with different values")
        return first

    def value_indicator(self, node, env, local):
        return int(self.holds(node.args[0], env, local))

    def holds(self, chain, env, local):
        """Tell whether a condition is true, to rounding."""
        if chain.op != "chain":
            raise EvaluationError("a condition must be a relation")
        values = self.values(chain.args, env, local)
        return all(
            self.compare(relation, a, b, rtol=1e-12, atol=0).passed
            for relation, a, b in zip(chain.value, values, values[1:], strict=False))

    def compare(self, relation, left, right, rtol, atol):
        """Compare two values under a relation.

        Parameters
        ----------
        relation : str
            One of ``= \\triangleq \\equiv \\neq < > \\leq \\geq \\in \\propto \\approx``.
        left, right : object
            Values of the two sides.
        rtol, atol : float
            Tolerances; exact arithmetic has no use for them, except that a decimal states its
            value to `atol`.

        Returns
        -------
        Comparison

        Raises
        ------
        ShapeError
            When the sides have different shapes.
        """
        if relation == r"\in":
            return _membership(left, right)
        left, right = _same_shape(left, right)
        if self.arithmetic.name == "exact":
            return self._compare_exactly(relation, left, right, atol)
        a, b = np.asarray(left), np.asarray(right)
        if not all(_finite(x) for x in (*a.flat, *b.flat)):
            raise EvaluationError("a side of the relation is not finite")
        if relation == r"\propto":
            return _proportional(a, b, rtol)
        if relation != r"\approx" and isinstance(left, int) and isinstance(right, int):
            rtol = atol = 0.0  # counts agree exactly or not at all
        difference = np.asarray(a - b)  # NumPy unwraps a lone mpmath number
        scale = float(max(_largest(a), _largest(b)))
        gap = float(_largest(difference))
        if relation != r"\approx":
            # Rounding errors of huge intermediate values must not make any two sides equal.
            atol = min(atol, LOOSEST * max(1.0, scale))
        tolerance = rtol * scale + atol
        relative = gap / scale if scale > atol else gap
        if relation in (*EQUALITIES, r"\approx"):
            passed = gap <= tolerance
        elif relation == r"\neq":
            passed = gap > tolerance
        elif relation in INEQUALITIES:
            signed = np.asarray(difference if relation in LESS else -difference)
            strict = relation in ("<", ">")
            passed = all(x < 0 if strict else x <= tolerance for x in signed.flat)
        else:
            raise EvaluationError(f"the relation {relation} is not evaluated")
        return Comparison(bool(passed), gap, relative, tolerance)

    def _compare_exactly(self, relation, left, right, atol):
        from .exact import difference_is_zero

        if relation in (*EQUALITIES, r"\neq"):
            equal = difference_is_zero(left, right)
            passed = equal != (relation == r"\neq")
        elif relation == r"\approx" and atol:
            passed = self.arithmetic.within(left - right, atol)
        elif relation in INEQUALITIES:
            wanted = {"<": (-1,), r"\leq": (-1, 0), ">": (1,), r"\geq": (1, 0)}[relation]
            pairs = zip(np.asarray(left, dtype=object).flat,
                        np.asarray(right, dtype=object).flat, strict=True)
            passed = all(self.arithmetic.sign_of(a - b) in wanted for a, b in pairs)
        else:
            raise EvaluationError(f"the relation {relation} is not decided exactly")
        return Comparison(passed, 0.0 if passed else 1.0, 0.0 if passed else 1.0, 0.0)


def _membership(left, right):
    if isinstance(right, Space):
        shape = left.shape if is_array(left) else ()
        if isinstance(left, (tuple, SizeFree)):
            raise EvaluationError("the left side of \\in has no shape")
        passed = shape == right.shape
    elif isinstance(right, tuple):
        passed = any(_same_member(left, member) for member in right)
    else:
        raise EvaluationError(r"the right side of \in must be a set or \mathbb{R}^n")
    return Comparison(passed, 0.0 if passed else 1.0, 0.0 if passed else 1.0, 0.0)


def _same_member(one, other):
    return np.array_equal(one, other) if is_array(one) or is_array(other) else one == other


def _same_shape(left, right):
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise EvaluationError("sets are compared with \\in only")
    if isinstance(left, SizeFree) and isinstance(right, SizeFree):
        if left.kind == right.kind:
            return left.factor, right.factor
        raise ShapeError("two bold constants of unknown size cannot be compared")
    if isinstance(left, SizeFree) and is_array(right):
        left = left.like(right.shape)
    if isinstance(right, SizeFree) and is_array(left):
        right = right.like(left.shape)
    if isinstance(left, SizeFree) and left.kind == "0" and left.factor == 0:
        left = 0
    if isinstance(right, SizeFree) and right.kind == "0" and right.factor == 0:
        right = 0
    if isinstance(left, SizeFree) or isinstance(right, SizeFree):
        raise ShapeError("a scalar is compared with a bold constant")
    if np.shape(left) != np.shape(right):
        raise ShapeMismatch(
            f"the left side has {_shape(left)}, the right side {_shape(right)}",
            f"左边{_shape(left, *_CHINESE)}，右边{_shape(right, *_CHINESE)}")
    return left, right


_CHINESE = "是标量", "的形状是 "


def _shape(value, scalar="the shape of a scalar", array="shape "):
    return f"{array}{value.shape}" if is_array(value) else scalar


def _finite(x):
    try:
        return bool(np.isfinite(x))
    except TypeError:
        from mpmath import isfinite
        return bool(isfinite(x))


def _largest(array):
    return max((abs(x) for x in array.flat), default=0)


def _proportional(a, b, rtol):
    if a.size < 2:
        raise EvaluationError(r"\propto between scalars says nothing on one instance")
    if not (_largest(a) and _largest(b)):
        raise EvaluationError(r"\propto with a side that vanishes says nothing")
    cross = a.reshape(-1, 1) * b.reshape(1, -1)
    scale = float(_largest(cross))
    gap = float(_largest(cross - cross.T))
    relative = gap / scale if scale else gap
    return Comparison(relative <= max(rtol, 1e-10), gap, relative, rtol * scale)
