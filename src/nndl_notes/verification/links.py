"""The single relations of a display, in reading order; each is a claim of its own."""

from dataclasses import dataclass

from nndl_notes.texmath import Node


@dataclass(frozen=True)
class Link:
    """One relation of a chain.

    Attributes
    ----------
    number : int
        Position in the display, from 0.
    relation : str
    left, right : Node
    chain : Node
    position : int
        Position within its chain.
    statement : Node
    """

    number: int
    relation: str
    left: Node
    right: Node
    chain: Node
    position: int
    statement: Node


def links_of(statements):
    """Return the links of a parsed display.

    Parameters
    ----------
    statements : list of Node

    Returns
    -------
    list of Link
    """
    links = []
    for statement in statements:
        conclusion = statement.args[1] if statement.op == "implication" else statement
        for chain in conclusion.args:
            for position, relation in enumerate(chain.value):
                left, right = chain.args[position:position + 2]
                links.append(Link(len(links), relation, left, right, chain, position, statement))
    return links


def bare(node):
    """Return the tree without brackets that only group, for comparing expressions."""
    if node.op == "paren":
        return bare(node.args[0])
    return Node(node.op, tuple(bare(a) for a in node.args), node.value)


def is_number_only(link):
    """Tell whether both sides consist of numbers, so that exact arithmetic decides."""
    allowed = {"number", "percent", "constant", "paren", "negative", "add", "multiply", "divide",
               "power", "root", "binomial", "floor", "ceiling", "absolute"}
    return all(n.op in allowed for side in (link.left, link.right) for n in side.walk())


def last_digit(node):
    """Return half a unit in the last displayed place of a decimal literal, else None.

    Understands ``27.8\\%`` and ``5.9 \\times 10^9``.
    """
    if node.op == "paren":
        return last_digit(node.args[0])
    if node.op == "negative":
        return last_digit(node.args[0])
    if node.op == "percent":
        half = last_digit(node.args[0])
        return None if half is None else half / 100
    if node.op == "number":
        return 0.5 * 10.0 ** -len(node.value.partition(".")[2])
    if node.op == "multiply" and node.args[0].op == "number" and node.args[1].op == "power":
        base, exponent = node.args[1].args
        sign = -1 if exponent.op == "negative" else 1
        exponent = exponent.args[0] if exponent.op == "negative" else exponent
        if base.op == exponent.op == "number" and base.value == "10":
            return last_digit(node.args[0]) * 10.0 ** (sign * float(exponent.value))
    return None
