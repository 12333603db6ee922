"""Instances: what a page's symbols stand for, drawn from the domain that its assumptions name."""

import inspect
import zlib
from dataclasses import dataclass, field

import numpy as np

from nndl_notes.texmath import Environment, Notation, kind_of, normalise

from .evaluation import arithmetic_named

STRATA = ("generic", "near zero", "saturated")


@dataclass
class Instance:
    """Values of a page's symbols.

    Parameters
    ----------
    bindings : dict of str to object
        Pattern of a symbol, for example ``y_?^{(?)}``, to its value: a scalar, an array of shape
        (n, m), a function, a dict of members, a tuple (finite set), or a
        :class:`~nndl_notes.texmath.Cell`, :class:`~nndl_notes.texmath.Function`,
        :class:`~nndl_notes.texmath.View`, :class:`~nndl_notes.texmath.Probability`.
    forall : list of dict of str to object, optional
        The cases that a free letter or symbol runs over; each dict is one case.
    ranges : dict of str to iterable of int, optional
        Letters of bare sums such as ``\\sum_i``.
    space : callable, optional
        Finite sample space: ``space(env)`` yields ``(probability, {(pattern, indices): value})``.
    elementwise : bool
        Read scalar plus vector, roots and powers of vectors entry by entry.
    limit : (str, sequence of float), optional
        Symbol and shrinking steps along which an ``O(.)`` is checked.

    Attributes
    ----------
    fixed : bool
        Whether it was built without random numbers, so that a second one would be the same.
    """

    bindings: dict
    forall: list = field(default_factory=lambda: [{}])
    ranges: dict = field(default_factory=dict)
    space: object = None
    elementwise: bool = False
    limit: tuple = None
    fixed: bool = field(default=False, init=False)

    def __post_init__(self):
        self.bindings = {s: normalise(s, v) for s, v in self.bindings.items()}
        self.ranges = {letter: list(members) for letter, members in self.ranges.items()}
        self.forall = list(self.forall)
        if not self.forall:
            raise ValueError("forall: expected at least one case, got an empty list")

    @property
    def letters(self):
        """Quantified letters that are not symbols of their own."""
        return set().union(*self.forall) - set(self.bindings)

    def notation(self):
        """Return the notation that these bindings declare."""
        kinds = {symbol: kind_of(value) for symbol, value in self.bindings.items()}
        return Notation(kinds, set(self.ranges) | self.letters)

    def environment(self):
        """Return the environment without interventions."""
        return Environment(self.bindings, space=self.space, ranges=self.ranges)

    def cases(self, names):
        """Yield each case, restricted to the letters in `names`.

        Parameters
        ----------
        names : set of str

        Yields
        ------
        interventions : dict
            ``{(pattern, ()): value}`` of the symbols that the case sets.
        letters : dict of str to int
        """
        seen = set()
        for case in self.forall:
            letters = {k: v for k, v in case.items() if k in names and k not in self.bindings}
            symbols = {(k, ()): v for k, v in case.items() if k in self.bindings}
            signature = (*sorted(letters.items()), *sorted((k[0], _print(v)) for k, v in
                                                           symbols.items()))
            if signature not in seen:
                seen.add(signature)
                yield symbols, letters


def _print(value):
    """Return a text that differs for different values; NumPy's own leaves out digits."""
    return repr(value.tolist()) if isinstance(value, np.ndarray) else repr(value)


@dataclass(frozen=True)
class Declaration:
    """A function that draws instances, and which claims it serves."""

    build: object
    labels: tuple = ()
    links: tuple = None
    attained: tuple = ()
    vary: tuple = ()
    strata: tuple = ("generic",)
    count: int = 3
    errors: dict = field(default_factory=dict)
    arithmetic: str = "float64"

    def __post_init__(self):
        if not self.strata:
            raise ValueError("strata: expected at least one stratum")
        if unknown := [name for name in self.strata if name not in STRATA]:
            raise ValueError(f"strata: expected some of {', '.join(STRATA)}, got {unknown[0]!r}")
        if self.count < 1:
            raise ValueError(f"count: expected at least 1, got {self.count}")
        for number, declared in self.errors.items():
            mantissa = declared.lower().partition("e")[0]
            if len(mantissa.replace(".", "").lstrip("0")) < 3:
                raise ValueError(f"errors: expected three significant digits or more for link "
                                 f"{number}, got {declared!r}")

    @property
    def name(self):
        """Name of the function, for messages."""
        return self.build.__name__

    def serves(self, label, link=None):
        """Tell whether this declaration names the label (and the link)."""
        return label in self.labels and (link is None or self.links is None or link in self.links)

    def draw(self, seed, label, stratum, attempt):
        """Draw an instance; None when the builder rejects the draw."""
        key = zlib.crc32(f"{label}/{self.name}/{stratum}".encode())
        rng = np.random.default_rng([seed, key, attempt])
        takes_stratum = "stratum" in inspect.signature(self.build).parameters
        with arithmetic_named(self.arithmetic).working_precision():
            untouched = rng.bit_generator.state
            drawn = self.build(rng, stratum=stratum) if takes_stratum else self.build(rng)
        if drawn is None:
            return None
        drawn = Instance(drawn) if isinstance(drawn, dict) else drawn
        drawn.fixed = rng.bit_generator.state == untouched
        return drawn


def draw(rng, stratum="generic", shape=None):
    """Draw real numbers from a stratum of the domain.

    Parameters
    ----------
    rng : numpy.random.Generator
    stratum : {"generic", "near zero", "saturated"}
        Standard normal; uniform on [-1e-3, 1e-3]; of magnitude 8 to 40 with either sign.
    shape : tuple of int, optional

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        For an unknown stratum.
    """
    if stratum == "generic":
        return rng.normal(size=shape)
    if stratum == "near zero":
        return rng.uniform(-1e-3, 1e-3, size=shape)
    if stratum == "saturated":
        return rng.uniform(8, 40, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    raise ValueError(f"stratum: expected one of {', '.join(STRATA)}, got {stratum!r}")
