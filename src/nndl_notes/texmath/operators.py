"""Syntax of fractions, derivatives, sums, extrema and environments."""

from .errors import AmbiguousNotation, ParseError, UnknownSymbol
from .scripts import read_argument, read_scripts, split_at_commas, split_digits

_DIFFERENTIALS = {r"\partial", "d", r"\mathrm{d}"}
_MATRICES = {"bmatrix", "pmatrix", "matrix", "smallmatrix", "Bmatrix"}


class OperatorSyntax:
    """Parser methods for operators that begin with a command."""

    def operator(self):
        """Parse the operator at the current token; None if there is none."""
        text, mark = self.peek().text, self.i
        if text == r"\frac":
            return self.fraction()
        if text == r"\binom":
            self.next()
            top, self.i = read_argument(self.tokens, self.i)
            bottom, self.i = read_argument(self.tokens, self.i)
            parts = [self.parse_all(top, "a binomial"), self.parse_all(bottom, "a binomial")]
            return self.with_scripts(mark, self.make(mark, "binomial", parts))
        if text == r"\sqrt":
            return self.root()
        if text == r"\begin":
            return self.environment()
        if text in (r"\sum", r"\prod", r"\max", r"\min", r"\argmin", r"\argmax"):
            return self.big_operator()
        if text == r"\nabla":
            self.next()
            subscript, superscript, primes, self.i = read_scripts(self.tokens, self.i)
            if superscript is not None or primes:
                raise self.error(r"\nabla takes a subscript only; a Hessian is written "
                                 r"\frac{\partial^2 ..}{\partial w \, \partial w^\top}",
                                 self.tokens[mark])
            if subscript is None:
                raise self.error(r"\nabla needs a subscript that names the variable",
                                 kind=AmbiguousNotation)
            variable = self.parse_all(subscript, r"the subscript of \nabla")
            wrt = self.make(mark, "wrt", [variable], 1)
            return self.make(mark, "derivative", [self.factor(), wrt])
        return None

    def root(self):
        mark = self.i
        self.next()
        degree = []
        if self.peek().text == "[":
            degree = [self.without_relation(self.argument("the degree of a root"))]
        radicand, self.i = read_argument(self.tokens, self.i)
        node = self.make(mark, "root", [self.parse_all(radicand, "a root"), *degree])
        return self.with_scripts(mark, node)

    # fractions and derivatives --------------------------------------------------------------
    def fraction_argument(self):
        token = self.peek()
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            self.tokens[self.i:self.i + 1] = split_digits([token])
        argument, self.i = read_argument(self.tokens, self.i)
        return argument

    def fraction(self):
        mark = self.i
        self.next()
        top, bottom = self.fraction_argument(), self.fraction_argument()
        if not top or not bottom:
            raise self.error("a fraction with an empty part", self.tokens[mark])
        differential = top[0].text
        declared = differential in self.bound or differential in self.notation.by_base
        if (differential in _DIFFERENTIALS and not declared
                and bottom[0].text == differential and len(bottom) > 1):
            return self.with_scripts(mark, self.derivative(mark, top, bottom))
        parts = [self.parse_all(top, "a numerator"), self.parse_all(bottom, "a denominator")]
        return self.with_scripts(mark, self.make(mark, "divide", parts))

    def derivative(self, mark, top, bottom):
        order, i = 1, 1
        if len(top) > 1 and top[1].text == "^":
            digits, i = read_argument(top, 2)
            if not all(t.text.isdigit() for t in digits):
                raise self.error("the order of a derivative must be a number", top[1])
            order = int("".join(t.text for t in digits))
        variables = [self.denominator_variable(mark, part)
                     for part in _split_differentials(bottom)]
        if sum(v.value for v in variables) != order:
            raise self.error("the orders in numerator and denominator differ", top[0])
        if i < len(top):
            body = self.parse_all(top[i:], "the numerator of a derivative")
            if body.op == "add":
                raise self.error("a sum behind a differential needs brackets", top[i],
                                 AmbiguousNotation)
        elif self.at_bracket():
            body = self.factor()
        else:
            raise self.error("a derivative operator needs a bracketed operand",
                             kind=AmbiguousNotation)
        return self.make(mark, "derivative", [body, *variables])

    def denominator_variable(self, mark, tokens):
        node, order = self.parse_all(tokens, "the denominator of a derivative"), 1
        if node.op == "power":
            if node.args[1].op != "number":
                raise self.error("the order of a derivative must be a number", tokens[0])
            node, order = node.args[0], int(node.args[1].value)
        if node.op == "transpose":
            return self.make(mark, "wrt_transposed", node.args, order)
        return self.make(mark, "wrt", [node], order)

    # sums, products, extrema ----------------------------------------------------------------
    def big_operator(self):
        mark, token = self.i, self.next()
        subscript, superscript, primes, self.i = read_scripts(self.tokens, self.i)
        op = token.text
        if primes:
            raise self.error(f"a prime behind {op} has no meaning here", token)
        if subscript is None:
            if op not in (r"\max", r"\min"):
                raise self.error(f"{op} lacks its index", token)
            items = [self.without_relation(item) for item in values_of(self.arguments(op))]
            node = self.make(mark, "apply", items, op)
            return self.with_scripts(mark, node)
        if op not in (r"\sum", r"\prod") and not self.is_index(subscript):
            return self.optimum(mark, op, subscript)
        domains, conditions = self.domains(subscript, superscript)
        letters = {d[0] for d in domains}
        if letters & self.running:
            raise self.error(f"{', '.join(sorted(letters & self.running))} already runs in an "
                             "enclosing sum", token, AmbiguousNotation)
        outer = self.bound, self.running
        self.bound, self.running = self.bound | letters, self.running | letters
        conditions = [self.parse_all(c, "a side condition", relation=True) for c in conditions]
        # A bracket directly behind a product closes its scope: later factors stand outside.
        body = self.factor() if op == r"\prod" and self.at_bracket() else self.term()
        self.bound, self.running = outer
        if op in (r"\max", r"\min"):
            self.require_closed_scope(op, body)
        return self.make(mark, "big", [body, *conditions], (op, tuple(domains)))

    def is_index(self, subscript):
        texts = [t.text for t in subscript]
        return texts[0] in self.notation.ranges or "=" in texts[:2] or r"\leq" in texts or (
            len(texts) > 2 and texts[1] == r"\in" and subscript[0].text not in
            self.notation.by_base)

    def optimum(self, mark, op, subscript):
        texts = [t.text for t in subscript]
        k = texts.index(":") if ":" in texts else len(texts)
        variable = self.parse_all(subscript[:k], "the variable of an extremum")
        constraints = []
        if k < len(texts):
            constraints = [self.parse_all(subscript[k + 1:], "a constraint", relation=True)]
        body = self.term()
        self.require_closed_scope(op, body)
        return self.make(mark, "optimum", [body, variable, *constraints], op)

    def require_closed_scope(self, op, body):
        r"""Refuse ``\min_w a + b``, of which the minimum may be that of a or that of the sum."""
        if body.op != "paren" and self.peek().kind == "char" and self.peek().text in ("+", "-"):
            raise self.error(f"how far does {op} reach? bracket its operand",
                             kind=AmbiguousNotation)

    def domains(self, subscript, superscript):
        """Return [(letter, kind, low, high)] and the token lists of side conditions."""
        texts = [t.text for t in subscript]
        if superscript is not None:
            if len(texts) < 3 or texts[1] != "=":
                raise self.error("with an upper limit the lower limit must read n = 1",
                                 subscript[0])
            return [(texts[0], "range", self.parse_all(subscript[2:], "a lower limit"),
                     self.parse_all(superscript, "an upper limit"))], []
        if len(texts) >= 3 and texts[1] == r"\in":
            return [(texts[0], "set", self.parse_all(subscript[2:], "an index set"), None)], []
        domains, conditions = [], []
        for part in split_at_commas(subscript):
            letters = [t.text for t in part if t.text in self.notation.ranges]
            seen = {d[0] for d in domains}
            fresh = [x for x in dict.fromkeys(letters) if x not in seen and x not in self.bound]
            # In \sum_{j \neq i} the letter on the left runs, whatever is bound outside.
            fresh = fresh or [x for x in letters[:1] if x not in seen]
            if not fresh:
                raise self.error("no letter with a declared range in this subscript", part[0],
                                 UnknownSymbol)
            domains += [(x, "declared", None, None) for x in fresh]
            if len(part) > 1:
                conditions.append(part)
        return domains, conditions

    # environments ---------------------------------------------------------------------------
    def environment(self):
        mark = self.i
        self.next()
        name_tokens, self.i = read_argument(self.tokens, self.i)
        name = "".join(t.text for t in name_tokens)
        rows = self.environment_rows(name)
        if name in _MATRICES:
            return self.with_scripts(mark, self.matrix(mark, rows))
        if name == "cases":
            return self.make(mark, "cases", [self.case(mark, row) for row in rows])
        raise self.error(f"the environment {name} has no meaning here", self.tokens[mark])

    def environment_rows(self, name):
        rows, depth = [[[]]], 0
        while True:
            token = self.next()
            if token.kind == "end":
                raise self.error(f"the environment {name} is not closed")
            depth += token.text == r"\begin"
            if token.text == r"\end":
                if depth == 0:
                    closing, self.i = read_argument(self.tokens, self.i)
                    if "".join(t.text for t in closing) != name:
                        raise self.error(f"{name} is closed by another environment", token)
                    return [r for r in rows if any(r)]
                depth -= 1
            if depth == 0 and token.text == "&":
                rows[-1].append([])
            elif depth == 0 and token.text == r"\\":
                rows.append([[]])
            else:
                rows[-1][-1].append(token)

    def matrix(self, mark, rows):
        for token in (t for row in rows for cell in row for t in cell):
            if token.text in (r"\dots", r"\vdots", r"\ddots"):
                raise self.error("an ellipsis inside a matrix has no value", token)
        if len({len(row) for row in rows}) != 1:
            raise self.error("the rows of a matrix have different lengths", self.tokens[mark])
        rows = [self.make(mark, "row", [self.parse_all(c, "a matrix entry") for c in row])
                for row in rows]
        return self.make(mark, "matrix", rows)

    def case(self, mark, row):
        if len(row) != 2:
            raise self.error("each row of cases needs a value & a condition", self.tokens[mark])
        value, condition = (_trimmed(cell) for cell in row)
        if condition and condition[0].text == r"\otherwise":
            if condition[1:]:
                raise self.error("a condition behind otherwise", condition[1])
            return self.make(mark, "case", [self.parse_all(value, "a case")])
        if condition and condition[0].text == r"\if":
            condition = condition[1:]
        return self.make(mark, "case", [
            self.parse_all(value, "a case"),
            self.parse_all(condition, "the condition of a case", relation=True)])


def values_of(items):
    return [item for item in items if item.op != "separator"]


def _trimmed(tokens):
    while tokens and tokens[-1].text in (",", ".", ";"):
        tokens = tokens[:-1]
    return tokens


def _split_differentials(tokens):
    """Split ``\\partial w \\partial w^\\top`` at the differentials."""
    parts, depth = [], 0
    for token in tokens:
        if depth == 0 and token.text == tokens[0].text:
            parts.append([])
        else:
            parts[-1].append(token)
            depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
    if not all(parts):
        raise ParseError("a differential without a variable", tokens[0].start, tokens[-1].end)
    return parts
