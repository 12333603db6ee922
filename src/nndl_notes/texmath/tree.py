"""The syntax tree that all interpreters share."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, repr=False)
class Node:
    """One operation of the equation language.

    Attributes
    ----------
    op : str
        The operation, for example ``"add"``, ``"symbol"``, ``"derivative"``.
    args : tuple of Node
        Operands in reading order.
    value : object
        What the operation needs besides its operands: the digits of a number, the pattern of a
        symbol, the operators of a chain.
    start, end : int
        Character range in the LaTeX source; ignored when nodes are compared.
    """

    op: str
    args: tuple = ()
    value: object = None
    start: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)

    def __repr__(self):
        value = "" if self.value is None else f":{self.value}"
        return f"({self.op}{value}{''.join(' ' + repr(a) for a in self.args)})"

    def walk(self):
        """Yield this node and everything below it."""
        yield self
        for child in self.args:
            yield from child.walk()
        if self.op == "big":
            for part in self.value[1]:
                for bound in part[2:]:
                    if bound is not None:
                        yield from bound.walk()

    def at(self, path, leaf):
        """Return a copy in which the node at `path` (child numbers) is `leaf`."""
        if not path:
            return leaf
        args = list(self.args)
        args[path[0]] = args[path[0]].at(path[1:], leaf)
        return replace(self, args=tuple(args))


def variables(node):
    """Names of the index variables that `node` leaves free.

    Parameters
    ----------
    node : Node

    Returns
    -------
    set of str
    """
    if node.op == "variable":
        return {node.value}
    names = set().union(*(variables(a) for a in node.args))
    if node.op == "big":
        domains = node.value[1]
        names -= {d[0] for d in domains}
        for d in domains:
            for bound in d[2:]:
                if bound is not None:
                    names |= variables(bound)
    return names


def strip(node):
    """Remove brackets that only group."""
    while node.op == "paren":
        node = node.args[0]
    return node
