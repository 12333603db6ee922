"""Claims that are not identities: means with a declared false-alarm rate, finite enumerations."""

import math
from dataclasses import dataclass

import numpy as np

FALSE_ALARM = 1e-9


@dataclass(frozen=True)
class Measurement:
    """A measured mean against an expected value.

    Attributes
    ----------
    estimate, standard_error : float
    half_width : float
        Half the interval that contains the truth except with probability `false_alarm`.
    expected : float
    size : int
        Number of independent observations.
    false_alarm : float
    precision : float
        Largest half width accepted, relative to the expected value.
    """

    estimate: float
    standard_error: float
    half_width: float
    expected: float
    size: int
    false_alarm: float
    precision: float

    @property
    def problem(self):
        """Why the claim does not stand; '' if it does."""
        if not self.half_width <= self.precision * abs(self.expected):
            return (f"the interval ±{self.half_width:.4g} is too wide for the declared precision "
                    f"{self.precision:.2g} of {self.expected:.6g}; take a larger sample")
        if abs(self.estimate - self.expected) > self.half_width:
            return (f"measured {self.estimate:.6g} ± {self.half_width:.3g}, "
                    f"expected {self.expected:.6g}")
        return ""


def measure(sample, expected, precision, false_alarm=FALSE_ALARM):
    """Compare the mean of independent observations with an expected value.

    Parameters
    ----------
    sample : array_like of shape (n,)
        Independent observations, n >= 30.
    expected : float
    precision : float
        The interval must be narrower than this fraction of `expected`, so that a wrong value
        cannot hide in a wide interval.
    false_alarm : float
        Probability of rejecting a true claim, by Student's t; at most 1e-9.

    Returns
    -------
    Measurement

    Raises
    ------
    ValueError
        For a sample that is too small, not finite or constant, or a false-alarm rate above 1e-9.
    """
    sample = np.asarray(sample, dtype=float).ravel()
    if sample.size < 30:
        raise ValueError(f"sample: expected at least 30 observations, got {sample.size}")
    if not np.all(np.isfinite(sample)):
        raise ValueError("sample: expected finite observations")
    if not 0 < false_alarm <= FALSE_ALARM:
        raise ValueError(f"false_alarm: expected at most {FALSE_ALARM}, got {false_alarm}")
    if not 0 < precision < 1:
        raise ValueError(f"precision: expected a fraction between 0 and 1, got {precision}")
    if not math.isfinite(expected) or expected == 0:
        raise ValueError(f"expected: expected a finite value other than 0, got {expected}")
    spread = float(sample.std(ddof=1))
    if spread == 0:
        raise ValueError("sample: all observations are equal; this is not a statistical claim")
    from scipy.stats import t
    error = spread / math.sqrt(sample.size)
    half_width = float(t.isf(false_alarm / 2, sample.size - 1)) * error
    return Measurement(float(sample.mean()), error, half_width, float(expected), sample.size,
                       false_alarm, precision)


class Case(dict):
    """The quantities of a counterexample; notes which of them a claim looks at.

    Attributes
    ----------
    unused : set of str
        Those that nothing has looked at.
    """

    def __init__(self, quantities):
        super().__init__(quantities)
        self.unused = set(self)

    def __getitem__(self, name):
        self.unused.discard(name)
        return super().__getitem__(name)

    def values(self):
        """Return all values, which are used then."""
        self.unused.clear()
        return super().values()

    def items(self):
        """Return all quantities, which are used then."""
        self.unused.clear()
        return super().items()


def enumerate_cases(cases, predicate):
    """Return (number of cases, first case on which the predicate is not True or None).

    Parameters
    ----------
    cases : iterable
        Finite, at least one.
    predicate : callable
        ``predicate(case)`` returns a bool.
    """
    count = 0
    for case in cases:
        count += 1
        verdict = predicate(case)
        if not isinstance(verdict, (bool, np.bool_)):
            raise ValueError(f"predicate: expected a bool for {case!r}, got "
                             f"{type(verdict).__name__}")
        if not verdict:
            return count, (case,)
    if not count:
        raise ValueError("cases: expected at least one case, got none")
    return count, None
