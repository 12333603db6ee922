"""First-order mutants of a displayed equation: one small, plausible mistake each.

Structure comes from the syntax tree, whose nodes know their place in the source; the edits are
made in the LaTeX, so that a mutant goes through the whole reader again.
"""

import itertools
import re
from dataclasses import dataclass

from .lexer import FONTS, raw_tokens
from .scripts import read_argument

_FUNCTIONS = {r"\log": [r"\exp"], r"\exp": [r"\log", r"\tanh"], r"\tanh": [r"\exp"],
              r"\max": [r"\min"], r"\min": [r"\max"], r"\sum": [r"\prod"], r"\prod": [r"\sum"],
              r"\sin": [r"\cos"], r"\cos": [r"\sin"]}
_ACCENTS = {r"\hat", r"\tilde", r"\bar"}
_FLIPPED = {r"\leq": r"\ge", r"\geq": r"\le", "<": ">", ">": "<"}


@dataclass(frozen=True)
class Mutant:
    """A changed display, the operator that changed it, and the place of the change."""

    operator: str
    latex: str
    start: int
    end: int


class _Editor:
    def __init__(self, latex):
        self.latex, self.found = latex, {}
        self.original = re.sub(r"\s+", "", latex)

    def put(self, operator, *edits):
        """Record the source after replacing [start, end) by text, for each edit."""
        changed = self.latex
        for start, end, text in sorted(edits, reverse=True):
            changed = changed[:start] + text + changed[end:]
        key = re.sub(r"\s+", "", changed)
        if key != self.original and key not in self.found:
            self.found[key] = Mutant(operator, changed, edits[0][0], edits[0][1])


def mutants(latex, statements, letters=(), is_scalar=None, is_symmetric=None):
    """Return the mutants of a display.

    Parameters
    ----------
    latex : str
    statements : list of Node
        The parsed display.
    letters : iterable of str
        Index letters of the page besides those in the display.
    is_scalar, is_symmetric : callable, optional
        ``f(node)``: swapping with a scalar factor and transposing a symmetric matrix change
        nothing, so those mutants are not made.

    Returns
    -------
    list of Mutant
    """
    editor = _Editor(latex)
    scalar = is_scalar or (lambda node: False)
    symmetric = is_symmetric or (lambda node: False)
    tokens = raw_tokens(latex)
    _token_mutants(editor, tokens, letters)
    for statement in statements:
        for node in statement.walk():
            _node_mutants(editor, node, scalar, symmetric)
    _symbol_mutants(editor, statements)
    return list(editor.found.values())


# edits of single tokens -------------------------------------------------------------------------
def _token_mutants(editor, tokens, letters):
    scripts, names = _script_tokens(tokens)
    letters = list(dict.fromkeys(
        [tokens[i].text for i in sorted(scripts - names)
         if tokens[i].kind == "char" and tokens[i].text.isalpha() and tokens[i].text != "F"]
        + [x for x in letters if x.isalpha() or x.startswith("\\")]))
    for i, token in enumerate(tokens):
        start, end, text = token.start, token.end, token.text
        if i in names:
            if text in ("0", "1") and tokens[i - 2].text in (r"\mathbf",):
                editor.put("constant", (start, end, "1" if text == "0" else "0"))
            continue
        if token.kind == "char" and text in "+-":
            editor.put("sign", (start, end, "-" if text == "+" else "+"))
        elif token.kind == "number":
            for changed in _changed_number(text):
                editor.put("constant", (start, end, changed))
        elif text == r"\odot":
            editor.put("odot to product", (start, end, " "))
        elif text == "'":
            editor.put("drop prime", (start, end, ""))
        elif text in _FLIPPED:
            editor.put("relation", (start, end, _FLIPPED[text]))
        elif text in _FUNCTIONS:
            for other in _FUNCTIONS[text]:
                editor.put("function", (start, end, other))
        elif text in _ACCENTS and tokens[i + 1].text == "{":
            body, after = read_argument(tokens, i + 1)
            editor.put("drop accent", (start, tokens[after - 1].end,
                                       editor.latex[body[0].start:body[-1].end]))
        elif i in scripts and text in letters:
            for other in letters:
                if other != text:
                    editor.put("index", (start, end, other))


def _script_tokens(tokens):
    scripts, names = set(), set()
    for i, token in enumerate(tokens):
        if token.text in ("_", "^") and i + 1 < len(tokens):
            scripts |= set(range(i + 1, _group_end(tokens, i + 1)))
        if token.text in FONTS or token.text in (r"\begin", r"\end"):
            names |= set(range(i + 1, _group_end(tokens, i + 1)))
    return scripts, names


def _group_end(tokens, i):
    return read_argument(tokens, i)[1] if tokens[i].text == "{" else i + 1


def _changed_number(text):
    if "." in text:
        return [text[:-1] + str((int(text[-1]) + 1) % 10)]
    last = int(text[-1])
    changed = [text[:-1] + str(last + 1) if last < 9 else text + "1"]
    return [*changed, text[:-1] + str(last - 1)] if last else changed


# edits of a node --------------------------------------------------------------------------------
def _node_mutants(editor, node, scalar, symmetric):
    rule = _RULES.get(node.op)
    if rule is not None:
        rule(editor, node, scalar, symmetric)
    if node.op in ("symbol", "size_free") and not symmetric(node) and not scalar(node):
        if re.match(r"\\(mathbf|boldsymbol)", editor.latex[node.start:]):
            tail = editor.latex[node.start + len(_head(editor.latex, node)):node.end]
            if "^" not in tail:
                editor.put("insert transpose", (node.end, node.end, r"^\top"))
            elif tail.endswith("}"):
                editor.put("insert transpose", (node.end - 1, node.end - 1, r"\top"))


def _power(editor, node, scalar, symmetric):
    editor.put("drop power", (node.args[0].end, node.end, ""))


def _transpose(editor, node, scalar, symmetric):
    if symmetric(node.args[0]):
        return
    last = editor.latex.rfind(r"\top", node.start, node.end)
    before = editor.latex[:last].rstrip()
    if before.endswith("^"):  # ^\top alone: the caret goes as well
        editor.put("drop transpose", (len(before) - 1, last + len(r"\top"), ""))
    elif before.endswith("^{") and editor.latex[last + len(r"\top"):].lstrip().startswith("}"):
        close = editor.latex.index("}", last)
        editor.put("drop transpose", (len(before) - 2, close + 1, ""))
    else:
        editor.put("drop transpose", (last, last + len(r"\top"), ""))


def _inverse(editor, node, scalar, symmetric):
    editor.put("drop inverse", (node.args[0].end, node.end, ""))


def _root(editor, node, scalar, symmetric):
    inner = node.args[0]
    editor.put("drop root", (node.start, node.end,
                             f"({editor.latex[inner.start:inner.end]})"))


def _add(editor, node, scalar, symmetric):
    for k, term in enumerate(node.args):
        if k:
            editor.put("drop term", (node.args[k - 1].end, term.end, " "))
        else:
            editor.put("drop term", (node.start, node.args[1].start, " "))


def _multiply(editor, node, scalar, symmetric):
    left, right = node.args
    latex = editor.latex
    editor.put("drop factor", (left.start, right.start, " "))
    editor.put("drop factor", (left.end, right.end, " "))
    # A product of three is nested to the left: the neighbour of `right` is the last factor.
    neighbour = left.args[1] if left.op == "multiply" and left.value == node.value else left
    commutes = node.value == r"\odot" or scalar(neighbour) or scalar(right)
    if not commutes:
        editor.put("swap factors",
                   (neighbour.start, neighbour.end, latex[right.start:right.end]),
                   (right.start, right.end, latex[neighbour.start:neighbour.end]))
    if node.value in ("juxtaposed", r"\cdot"):
        editor.put("product to odot", (left.end, right.start, r" \odot "))


def _divide(editor, node, scalar, symmetric):
    top, bottom = node.args
    latex = editor.latex
    editor.put("swap fraction", (top.start, top.end, latex[bottom.start:bottom.end]),
               (bottom.start, bottom.end, latex[top.start:top.end]))
    editor.put("drop denominator", (bottom.start, bottom.end, "1"))


def _call(editor, node, scalar, symmetric):
    arguments = node.args[1:] if node.op == "call" else node.args
    latex = editor.latex
    if len(arguments) == 1:
        inner = arguments[0]
        editor.put("drop function", (node.start, node.end,
                                     f"({latex[inner.start:inner.end]})"))
    for a, b in itertools.pairwise(arguments):
        editor.put("swap arguments", (a.start, a.end, latex[b.start:b.end]),
                   (b.start, b.end, latex[a.start:a.end]))


def _paren(editor, node, scalar, symmetric):
    inner = node.args[0]
    if inner.op in ("add", "negative", "multiply"):
        editor.put("drop brackets", (node.start, node.end,
                                     f" {editor.latex[inner.start:inner.end]} "))


def _big(editor, node, scalar, symmetric):
    for _, kind, low, high in node.value[1]:
        if kind != "range":
            continue
        for bound in (low, high):
            text = editor.latex[bound.start:bound.end]
            opens = editor.latex[bound.start - 1] == "{" or bound is low
            for change in ("-1", "+1"):
                changed = text + change if opens else f"{{{text}{change}}}"
                editor.put("sum bound", (bound.start, bound.end, changed))


def _matrix(editor, node, scalar, symmetric):
    cells = [cell for row in node.args for cell in row.args]
    latex = editor.latex
    for a, b in itertools.pairwise(cells):
        editor.put("swap cells", (a.start, a.end, latex[b.start:b.end]),
                   (b.start, b.end, latex[a.start:a.end]))


_RULES = {"power": _power, "elementwise_power": _power, "transpose": _transpose,
          "inverse": _inverse, "root": _root, "add": _add, "multiply": _multiply,
          "divide": _divide, "call": _call, "apply": _call, "paren": _paren, "big": _big,
          "matrix": _matrix}


# exchange of symbols ----------------------------------------------------------------------------
def _symbol_mutants(editor, statements):
    heads = {}
    for statement in statements:
        for node in statement.walk():
            if node.op == "symbol":
                head = _head(editor.latex, node)
                heads.setdefault(head, []).append(node.start)
    for head, places in heads.items():
        for other in heads:
            if other != head and _font_class(other) == _font_class(head):
                for place in places:
                    editor.put("symbol", (place, place + len(head), other))


def _head(latex, node):
    """Return the source of a symbol without its scripts."""
    source = latex[node.start:node.end]
    depth = 0
    for k, character in enumerate(source):
        depth += (character == "{") - (character == "}")
        if depth == 0 and character in "_^'":
            return source[:k].rstrip()
    return source


def _font_class(head):
    if re.match(r"\\(mathbf|boldsymbol|hat\{\\mathbf|tilde\{\\mathbf)", head):
        return "matrix" if re.search(r"\{[A-Z]\}", head) else "vector"
    return "calligraphic" if head.startswith((r"\mathcal", r"\mathrm")) else "scalar"
