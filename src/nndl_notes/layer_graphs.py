"""Depth of recurrent networks: longest paths through the graph unrolled in time.

A network is a list of edges between named variables. An edge leads from a variable at one time step
to another variable `shift` steps later (0: the same step, 1: the next, -1: the previous, as in the
backward chain of a bidirectional layer) and passes `layers` layers, a layer being an affine map
with a non-linearity; elementwise products, sums and copies pass none.

Source: NNDL, section 6.7 and exercise 6-6; the measures are those of Zhang et al. (2016),
*Architectural complexity measures of recurrent neural networks*.
"""

import functools
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from ._validation import integer


class Edge(NamedTuple):
    """A connection from `source` at time t to `target` at time t + shift."""

    source: str
    target: str
    shift: int = 0
    layers: int = 1


def path_lengths(
    edges: Iterable[Edge], steps: int, start: tuple[str, int], end: tuple[str, int]
) -> tuple[int, int] | None:
    """Return the numbers of layers on the shortest and the longest path between two variables.

    Parameters
    ----------
    edges : iterable of Edge
        The network.
    steps : int
        Number of time steps >= 1 that are unrolled.
    start, end : (str, int)
        Variable and time step, from 1 to `steps`.

    Returns
    -------
    (int, int) or None
        None if no path leads from `start` to `end`.

    Raises
    ------
    ValueError
        If a number is out of range or the unrolled graph has a cycle.
    """
    edges = _checked(edges)
    steps = integer("steps", steps, least=1)
    for name, (_, time) in (("start", start), ("end", end)):
        integer(f"{name} time", time, least=1, most=steps)
    running: set[tuple[str, int]] = set()

    @functools.cache
    def lengths(node: tuple[str, int]) -> tuple[int, int] | None:
        if node == end:
            return 0, 0
        if node in running:
            raise ValueError(f"edges: the unrolled graph has a cycle through {node[0]}")
        running.add(node)
        found = []
        for edge in edges:
            time = node[1] + edge.shift
            if edge.source == node[0] and 1 <= time <= steps:
                onward = lengths((edge.target, time))
                if onward is not None:
                    found.append((edge.layers + onward[0], edge.layers + onward[1]))
        running.discard(node)
        return (min(f[0] for f in found), max(f[1] for f in found)) if found else None

    return lengths(start)


def recurrent_depth(edges: Iterable[Edge]) -> Fraction:
    """Return the layers per time step of the slowest cycle: max of layers over absolute shift.

    Parameters
    ----------
    edges : iterable of Edge
        The network, not unrolled.

    Returns
    -------
    Fraction
        0 for a network without cycles.

    Raises
    ------
    ValueError
        If a cycle stays at the same time step.
    """
    edges = _checked(edges)
    depth = Fraction(0)

    def visit(cycle: list[Edge]) -> None:
        nonlocal depth
        first, last = cycle[0], cycle[-1]
        if last.target == first.source:
            shift = sum(edge.shift for edge in cycle)
            if shift == 0:
                raise ValueError(f"edges: a cycle through {last.target} stays at one time step")
            depth = max(depth, Fraction(sum(edge.layers for edge in cycle), abs(shift)))
        elif last.target not in {edge.source for edge in cycle}:
            for edge in edges:
                if edge.source == last.target:
                    visit([*cycle, edge])

    for edge in edges:
        visit([edge])
    return depth


def feedforward_depth(edges: Iterable[Edge], source: str = "x", target: str = "y") -> Fraction:
    """Return the largest number of layers on a path beyond what its time steps cost.

    The maximum over the paths from `source` to `target` that meet no variable twice of layers minus
    absolute shift times `recurrent_depth`.

    Parameters
    ----------
    edges : iterable of Edge
        The network, not unrolled.
    source, target : str
        Input and output.

    Returns
    -------
    Fraction

    Raises
    ------
    ValueError
        If there is no such path, or a cycle stays at the same time step.
    """
    edges = _checked(edges)
    per_step = recurrent_depth(edges)
    found = [
        sum(edge.layers for edge in path) - abs(sum(edge.shift for edge in path)) * per_step
        for path in _simple_paths(edges, source, target)
    ]
    if not found:
        raise ValueError(f"edges: no path leads from {source} to {target}")
    return max(found)


def _simple_paths(edges: list[Edge], source: str, target: str) -> list[list[Edge]]:
    found: list[list[Edge]] = []

    def walk(node: str, path: list[Edge], met: frozenset[str]) -> None:
        if node == target:
            found.append(path)
            return
        for edge in edges:
            if edge.source == node and edge.target not in met:
                walk(edge.target, [*path, edge], met | {edge.target})

    walk(source, [], frozenset({source}))
    return found


def _checked(edges: Iterable[Edge]) -> list[Edge]:
    edges = [Edge(*edge) for edge in edges]
    for edge in edges:
        integer("layers", edge.layers, least=0)
    return edges
