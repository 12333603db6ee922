"""Sentences that can be parsed and that readers may all the same take in another sense.

The grammar decides what a formula means; here it is asked whether a person decides likewise. What
a typesetter makes invisible, and what mathematicians write in two senses, is refused.
"""

from .errors import AmbiguousNotation
from .tree import strip, variables

_SCOPED = (r"\prod", r"\max", r"\min")


def refuse_second_readings(statement, notation):
    """Raise an error that points at the first part of a statement with two readings.

    Parameters
    ----------
    statement : Node
    notation : Notation

    Raises
    ------
    AmbiguousNotation
    """
    _letters(statement, notation)
    for node in statement.walk():
        if node.op == "multiply":
            _product(node)
        elif node.op == "big" and node.value[0] in _SCOPED:
            _scope(node.args[0], lambda part, node=node: bool(variables(part) & _running(node)))
        elif node.op == "implication":
            _premises(node)
        elif node.op == "optimum":
            _scope(node.args[0], lambda part, node=node: strip(node.args[1]) in part.walk())


def _refuse(message, node):
    raise AmbiguousNotation(message, node.start, node.end)


def _running(node):
    return {domain[0] for domain in node.value[1]}


def _letters(statement, notation):
    """Refuse a letter that runs in a sum and is something else in the same statement."""
    free = variables(statement)
    running = set()
    for node in statement.walk():
        for letter in _running(node) if node.op == "big" else ():
            running.add(letter)
            if letter in free:
                _refuse(f"the letter {letter} runs in this sum and is free elsewhere in the "
                        "statement", node)
    for node in statement.walk():
        if node.op == "symbol" and node.value in running:
            _refuse(f"the letter {node.value} runs in a sum of this statement and is a symbol here",
                    node)
        spec = node.value[0] if node.op == "function" else node.value
        for letter in notation.labels.get(spec, ()) if node.op in ("symbol", "function") else ():
            if letter in running | free:
                _refuse(f"{spec} is declared with the label {letter}, which is an index in this "
                        "statement", node)


def _product(node):
    left, right = node.args
    before = left.args[1] if left.op == "multiply" and left.value == "juxtaposed" else left
    if node.value != r"\odot" and _is_operator(before):
        _refuse("how far does the differential operator reach? bracket its operand, or the "
                "derivative", node)
    if node.value != "juxtaposed":
        return
    if right.op in ("number", "percent"):
        _refuse(r"a number behind a factor: put it first, or write \cdot", right)
    if before.op in ("symbol", "variable", "derivative") and _is_needlessly_bracketed(right):
        _refuse("the value of a function there, or a product? drop the brackets of a product, "
                "declare a function", right)


def _premises(implication):
    """Refuse a space wider between the premises than before the arrow: what is a premise?"""
    premises = implication.args[0]
    if premises.value and len(premises.args) > 1 and not implication.value:
        _refuse("premises, or statements of their own before one? separate premises by a comma "
                "alone; give other statements a row", premises)


def _is_needlessly_bracketed(node):
    scripted = node.op in ("power", "index", "transpose", "inverse")
    base = node.args[0] if scripted else node
    if base.op != "paren" or base.args[0].op not in ("symbol", "variable", "number"):
        return False
    return not scripted or not {"_", "^"} & set(base.args[0].value)  # (x^{(n)})^\top needs them


def hides_structure(node, scripted):
    """Tell whether braces around an expression, which nobody sees, change how it reads.

    Parameters
    ----------
    node : Node
    scripted : bool
        Whether a sub- or superscript follows.
    """
    if node.op == "divide":
        return _is_quotient(node)
    if node.op == "apply":
        return scripted or node.end == node.args[-1].end  # an argument without brackets
    if node.op in ("power", "elementwise_power", "transpose", "inverse", "index"):
        return scripted
    return node.op in ("add", "negative", "multiply", "big", "optimum") or _is_operator(node)


def _is_quotient(node):
    """Tell a / b from a fraction."""
    return node.op == "divide" and node.start == node.args[0].start


def _is_operator(node):
    r"""Tell whether a derivative is written in front of its operand, as in ``\nabla_w f``."""
    return node.op == "derivative" and node.args[1].args[0].start < node.args[0].start


def _scope(body, varies):
    r"""Refuse ``\prod_i a_i b``: is b a factor of each term, or of the product?"""
    if (body.op == "multiply" or _is_quotient(body)) and not varies(body.args[1]):
        _refuse("a factor that does not vary stands at the end: inside or outside the operator "
                "in front? use brackets", body.args[1])
