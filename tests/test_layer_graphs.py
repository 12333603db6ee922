from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndl_notes.layer_graphs import Edge, feedforward_depth, path_lengths, recurrent_depth

SIMPLE = [Edge("x", "h"), Edge("h", "h", shift=1), Edge("h", "y")]


@st.composite
def networks(draw):
    """Edges within a step only lead on in the alphabet, so that no cycle stays at one step."""
    names = "abcd"
    edges = []
    for _ in range(draw(st.integers(1, 7))):
        source, target = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        shift = draw(st.integers(0, 2)) if source < target else draw(st.integers(1, 2))
        edges.append(Edge(source, target, shift, draw(st.integers(0, 3))))
    return edges


def all_lengths(edges, steps, start, end):
    """Walk along every path."""
    if start == end:
        return [0]
    return [
        edge.layers + rest
        for edge in edges
        if edge.source == start[0] and start[1] + edge.shift <= steps
        for rest in all_lengths(edges, steps, (edge.target, start[1] + edge.shift), end)
    ]


@given(networks(), st.integers(1, 4), st.sampled_from("abcd"), st.sampled_from("abcd"))
def test_path_lengths_are_those_of_all_paths(edges, steps, source, target):
    lengths = all_lengths(edges, steps, (source, 1), (target, steps))
    expected = (min(lengths), max(lengths)) if lengths else None
    assert path_lengths(edges, steps, (source, 1), (target, steps)) == expected


@given(networks())
def test_the_recurrent_depth_is_the_growth_of_the_longest_path(edges):
    depth = recurrent_depth(edges)
    closed = [
        path_lengths(edges, 1 + n, (v, 1), (v, 1 + n)) for v in "abcd" for n in range(1, 13)
    ]
    rates = [
        Fraction(found[1], n)
        for found, n in zip(closed, [*range(1, 13)] * 4, strict=True)
        if found is not None
    ]
    assert depth == max(rates, default=0)


def test_a_simple_recurrent_network():
    assert recurrent_depth(SIMPLE) == 1
    assert feedforward_depth(SIMPLE) == 2
    assert path_lengths(SIMPLE, 10, ("x", 1), ("y", 10)) == (11, 11)
    assert path_lengths(SIMPLE, 10, ("x", 5), ("y", 4)) is None


def test_a_backward_chain():
    both = [*SIMPLE, Edge("x", "k"), Edge("k", "k", shift=-1), Edge("k", "y")]
    assert recurrent_depth(both) == 1
    assert feedforward_depth(both) == 2
    assert path_lengths(both, 10, ("x", 10), ("y", 1)) == (11, 11)


def test_shortcuts_shorten_the_shortest_path_only():
    skip = [*SIMPLE, Edge("h", "h", shift=3)]
    assert path_lengths(skip, 10, ("x", 1), ("y", 10)) == (5, 11)
    assert recurrent_depth(skip) == 1
    assert recurrent_depth([Edge("h", "h", shift=3)]) == Fraction(1, 3)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: path_lengths(SIMPLE, 0, ("x", 1), ("y", 1)), r"^steps: .*>= 1, got 0"),
        (lambda: path_lengths(SIMPLE, 3, ("x", 4), ("y", 1)), r"^start time: .*from 1 to 3, got 4"),
        (lambda: path_lengths(SIMPLE, 3, ("x", 1), ("y", 0)), r"^end time: .*got 0"),
        (lambda: recurrent_depth([("a", "a", 1, -1)]), r"^layers: .*>= 0, got -1"),
        (lambda: recurrent_depth([("a", "a", 0, 1)]), r"^edges: a cycle through a stays"),
        (lambda: feedforward_depth([Edge("x", "h")]), r"^edges: no path leads from x to y"),
        (
            lambda: path_lengths([("a", "b", 1), ("b", "a", -1)], 3, ("a", 1), ("c", 3)),
            r"^edges: the unrolled graph has a cycle through",
        ),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
