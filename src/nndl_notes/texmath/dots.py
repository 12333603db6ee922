"""Writing out ``x_1, \\dots, x_D``."""

from .errors import EvaluationError
from .tree import Node


class DotsRules:
    """Interpreter methods for an ellipsis between terms or arguments."""

    def expand_dots(self, items, env, local):
        r"""Write out ``x_1, \dots, x_D``: the neighbours of the dots differ in one integer."""
        places = [k for k, item in enumerate(items) if item.op == "dots"]
        if not places:
            return items
        k = places[0]
        if len(places) > 1 or k in (0, len(items) - 1):
            raise EvaluationError("dots need one neighbour on each side")
        differences = list(_differences(items[k - 1], items[k + 1], ()))
        ends = {(a, b) for _, a, b in differences}
        if len(ends) != 1 or any(not _counts(a, path) for path, *pair in differences for a in pair):
            raise EvaluationError("the pattern of the dots is not clear")
        first, last = (self.whole(x, env, local, "the running index") for x in ends.pop())
        self.require_step(items[:k], [path for path, _, _ in differences], first, env, local)
        if last <= first:
            raise EvaluationError("dots must run upwards")
        between = []
        for number in range(first + 1, last):
            item = items[k - 1]
            for path, _, _ in differences:
                item = item.at(path, Node("number", (), str(number)))
            between.append(item)
        return [*items[:k], *between, *items[k + 1:]]

    def require_step(self, before, paths, first, env, local):
        """Require that the two terms before the dots differ by a step of one, if two there are."""
        if len(before) < 2:
            return
        differences = list(_differences(before[-2], before[-1], ()))
        steps = {self.whole(a, env, local, "the running index") for _, a, _ in differences}
        if sorted(path for path, _, _ in differences) != sorted(paths) or steps != {first - 1}:
            raise EvaluationError("the terms before the dots do not count upwards by one")


def _counts(node, path):
    """Tell whether a node can be what the dots count: a bare term must be a plain number."""
    if path:
        return True
    if node.op in ("add", "negative", "paren"):
        return all(_counts(a, path) for a in node.args)
    return node.op in ("number", "variable") or (node.op == "symbol" and not node.args)


def _differences(a, b, path):
    if a.op == b.op and a.value == b.value and len(a.args) == len(b.args):
        for k, (x, y) in enumerate(zip(a.args, b.args, strict=True)):
            yield from _differences(x, y, (*path, k))
    else:
        yield path, a, b
