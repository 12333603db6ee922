"""What a verification found: per link, per stratum, and the counterexample if there is one."""

from dataclasses import dataclass, field

import numpy as np

from nndl_notes.texmath.arithmetic import SizeFree


@dataclass
class LinkReport:
    """Result for one relation of a display.

    Attributes
    ----------
    relation : str
    instances : int
        Instances on which it was compared.
    gap : float or None
        Largest relative gap of an equality.
    slack : float or None
        Smallest relative slack of an inequality.
    tolerance : float or None
        Relative tolerance of the comparison; 0 for exact arithmetic.
    attained : bool
        Whether equality was attained in an inequality.
    hunted : bool
        Whether an optimiser looked for a counterexample of an inequality.
    asymptotic : bool
        Whether it is an equation up to O(.), compared through the quotient of remainder and gauge.
    size : float
        Largest magnitude of the sides of an approximation with a declared error.
    """

    relation: str
    instances: int = 0
    gap: float = None
    slack: float = None
    tolerance: float = None
    attained: bool = False
    hunted: bool = False
    asymptotic: bool = False
    size: float = 0.0
    passed: bool = True


@dataclass
class Counterexample:
    """An instance on which a relation fails."""

    link: int
    relation: str
    left: str
    right: str
    difference: str
    instance: dict
    stratum: str = "generic"
    shape_error: str = ""
    shape_error_zh: str = ""

    def lines(self):
        """Return the description in lines, for error messages."""
        shown = [f"{symbol} = {value}" for symbol, value in self.instance.items()]
        found = [self.shape_error] if self.shape_error else [
            f"left side  = {self.left}", f"right side = {self.right}",
            f"difference = {self.difference}"]
        return [f"link {self.link} ({self.relation}) on a {self.stratum} instance", *found,
                *shown]


@dataclass
class Report:
    """Result for one display."""

    links: list = field(default_factory=list)
    strata: dict = field(default_factory=dict)
    counterexample: Counterexample = None
    message: str = ""
    exact: bool = False
    sizes: str = None

    @property
    def passed(self):
        """Whether nothing failed."""
        return not self.message

    def fail(self, message, link=None, counterexample=None):
        """Record the first failure."""
        if not self.message:
            lines = [message, *(counterexample.lines() if counterexample else [])]
            self.message, self.counterexample = "\n".join(lines), counterexample
        if link is not None:
            self.links[link].passed = False


def shown(value):
    """Return a short, deterministic text of a value.

    Parameters
    ----------
    value : object
        Scalar, array or symbolic expression.

    Returns
    -------
    str
    """
    if isinstance(value, np.ndarray) and value.ndim < 2:
        return shown(value.item() if value.ndim == 0 else value[:, np.newaxis])
    if isinstance(value, np.ndarray) and value.dtype == object:
        return "[" + "; ".join(", ".join(map(shown, row)) for row in value) + "]"
    if isinstance(value, np.ndarray):
        if value.size > 36:
            return f"array of shape {value.shape}"
        return "[" + "; ".join(", ".join(f"{x:.6g}" for x in row) for row in value) + "]"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, SizeFree):
        return _size_free_shown(value)
    if isinstance(value, tuple):  # a set
        return "{" + ", ".join(map(shown, value)) + "}"
    return str(value)


def _size_free_shown(value):
    name = rf"\mathbf{{{value.kind[0]}}}" + r"^\top" * value.kind.endswith("T")
    if value.factor == 0:
        return r"\mathbf{0}"
    if value.factor == 1 or value.kind == "0":
        return name
    return rf"{shown(value.factor)}\cdot {name}"


def symbols_shown(link, environment, letters):
    """Return ``{LaTeX: value}`` of the symbols of a link that have a value of their own."""
    found = {}
    for side in (link.left, link.right):
        statistics = [node for node in side.walk() if node.op == "statistic"]
        averaged = {inner for node in statistics for inner in node.walk()}
        for node in side.walk():
            if node.op != "symbol" or len(found) >= 8:
                continue
            try:
                indices = tuple(_index(a, letters) for a in node.args)
                value = environment.get(node.value, indices)
            except (KeyError, ValueError):
                continue  # an index that runs inside a sum has no single value to show
            if node in averaged and _is_random(environment, node.value, indices, value):
                continue
            name = node.value
            for index in indices:
                name = name.replace("?", str(index), 1)
            found.setdefault(name, shown(value))
    return {**{letter: str(v) for letter, v in sorted(letters.items())}, **found}


def _is_random(environment, name, indices, value):
    """Tell whether a value differs between the outcomes of the sample space."""
    outcomes = environment.space(environment) if environment.space else ()
    text = shown(value)
    return any(shown(environment.do(changes).get(name, indices)) != text for _, changes in outcomes)


def _index(node, letters):
    if node.op == "number":
        return int(node.value)
    if node.op == "variable":
        return letters[node.value]
    if node.op == "add":
        return sum(_index(a, letters) for a in node.args)
    if node.op == "negative":
        return -_index(node.args[0], letters)
    raise KeyError(node.op)
