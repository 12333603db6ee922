"""Recursive descent from tokens to the syntax tree; the notation table decides every reading."""

from .ambiguity import hides_structure, refuse_second_readings
from .errors import AmbiguousNotation, ParseError
from .lexer import Token, tokenize
from .notation import Notation
from .operators import OperatorSyntax
from .scripts import OPENING, read_argument, read_scripts, split_at_commas, superscript_parts
from .statements import PRODUCTS, RELATIONS, split_statements
from .symbols import LOG_LIKE, SymbolSyntax
from .tree import Node

_FACTOR_COMMANDS = {r"\frac", r"\sqrt", r"\begin", r"\sum", r"\prod", r"\max", r"\min", r"\argmin",
                    r"\argmax", r"\nabla", r"\binom"}
_BARS = {"|", r"\|"}


def parse(source, notation, bound=()):
    """Read a display equation.

    Parameters
    ----------
    source : str
        LaTeX of the display.
    notation : Notation
        Symbols of the page.
    bound : iterable of str, optional
        Index letters that stand for integers, such as the free ``n`` of "for all n".

    Returns
    -------
    list of Node
        One statement per sentence of the display.

    Raises
    ------
    ParseError
        When the display is not a sentence, with the position and the reason.
    """
    try:
        statements = [Parser(tokens, notation, bound).statement()
                      for tokens in split_statements(tokenize(source))]
        if not statements:
            raise ParseError("an empty display states nothing", 0, 1)
        return statements
    except ParseError as error:
        raise error.within(source) from None


class Parser(OperatorSyntax, SymbolSyntax):
    """Parser over one token list.

    Parameters
    ----------
    tokens : list of Token
    notation : Notation
    bound : iterable of str
        Index letters in scope.
    running : iterable of str
        Those of them that an enclosing sum runs over.
    """

    def __init__(self, tokens, notation, bound=(), running=()):
        if not isinstance(notation, Notation):
            raise TypeError(f"notation must be a Notation, not {type(notation).__name__}")
        self.tokens, self.i, self.notation = list(tokens), 0, notation
        self.bound, self.running, self.bars = frozenset(bound), frozenset(running), []

    # tokens ---------------------------------------------------------------------------------
    def peek(self, ahead=0):
        if self.i + ahead < len(self.tokens):
            return self.tokens[self.i + ahead]
        end = self.tokens[-1].end if self.tokens else 0
        return Token("end", "the end", end, end + 1)

    def next(self):
        token = self.peek()
        self.i += 1
        return token

    def error(self, message, token=None, kind=ParseError):
        token = token or self.peek()
        return kind(message, token.start, token.end)

    def make(self, mark, op, args=(), value=None):
        """Build a node that spans the tokens from index `mark` to here."""
        first = self.tokens[mark] if mark < len(self.tokens) else self.peek()
        last = self.tokens[min(self.i, len(self.tokens)) - 1]
        return Node(op, tuple(args), value, first.start, last.end)

    def inside(self, tokens):
        """Return a parser for a part, such as a subscript."""
        return Parser(tokens, self.notation, self.bound, self.running)

    def parse_all(self, tokens, where, relation=False):
        """Parse a part that must be used up; `where` names it in messages."""
        if not tokens:
            raise ParseError(f"{where} is empty", self.peek(-1).start, self.peek(-1).end)
        parser = self.inside(tokens)
        node = parser.chain(required=True) if relation else parser.expression()
        if parser.i != len(parser.tokens):
            raise parser.error(f"unexpected {parser.peek().text} in {where}")
        return node

    def index(self, tokens):
        """Parse one index; two letters side by side are no product here."""
        node = self.parse_all(tokens, "an index")
        for part in node.walk():
            if part.op == "multiply" and part.value == "juxtaposed" and (
                    part.args[0].op != "number"):
                raise AmbiguousNotation("two indices or a product? separate indices by commas",
                                        part.start, part.end)
        return node

    # statements -----------------------------------------------------------------------------
    def statement(self):
        mark = self.i
        node = self.conjunction()
        while self.peek().text in (r"\Rightarrow", r"\iff", r"\Leftrightarrow"):
            arrow = self.next()
            if arrow.text != r"\Rightarrow" or node.op == "implication":
                raise self.error("only a single implication can be checked", arrow)
            node = self.make(mark, "implication", [node, self.conjunction()],
                             arrow.kind == "wide")
        if self.i != len(self.tokens):
            raise self.error(f"unexpected {self.peek().text}")
        refuse_second_readings(node, self.notation)
        return node

    def conjunction(self):
        mark, items, wide = self.i, [self.chain(required=True)], False
        while self.peek().text in (",", ";", ".", r"\and"):
            wide |= self.next().kind == "wide"
            if self.peek().kind == "end" or self.peek().text == r"\Rightarrow":
                break
            if self.peek().text not in (",", r"\and"):
                items.append(self.chain(required=True))
        return self.make(mark, "conjunction", items, wide)

    def chain(self, required):
        mark, items, relations = self.i, [self.expression()], []
        while self.peek().text in RELATIONS:
            relations.append(self.next().text)
            items.append(self.space() if self.at_space(relations[-1]) else self.expression())
        if required and not relations:
            raise self.error(f"a statement needs a relation; reading stopped at {self.peek().text}")
        return self.make(mark, "chain", items, tuple(relations)) if relations else items[0]

    # expressions ----------------------------------------------------------------------------
    def signs(self):
        negative = False
        while self.peek().kind == "char" and self.peek().text in ("+", "-"):
            negative ^= self.next().text == "-"
        return negative

    def expression(self):
        mark = self.i
        negative = self.signs()
        node = self.term()
        if negative:
            node = self.make(mark, "negative", [node])
        terms = [node]
        while self.peek().kind == "char" and self.peek().text in ("+", "-"):
            sign_mark, sign = self.i, self.next().text
            if self.peek().text == r"\dots":
                self.next()
                terms.append(self.make(sign_mark, "dots"))
                continue
            term = self.term()
            terms.append(self.make(sign_mark, "negative", [term]) if sign == "-" else term)
        return terms[0] if len(terms) == 1 else self.make(mark, "add", terms)

    def term(self):
        mark, node, operators = self.i, self.juxtaposition(), set()
        while self.peek().text in PRODUCTS:
            operator = self.next()
            if self.peek().kind == "char" and self.peek().text in ("+", "-"):
                raise self.error("a sign directly behind a product operator; use brackets",
                                 kind=AmbiguousNotation)
            right = self.juxtaposition()
            operators.add(operator.text)
            if "/" in operators and (len(operators) > 1 or node.op == "divide"
                                     or right.op == "multiply"):
                raise self.error(r"a/bc and a \cdot b/c have two readings; use \frac or brackets",
                                 operator, AmbiguousNotation)
            if r"\odot" in operators and len(operators) > 1:
                raise self.error(r"\odot mixed with another product needs brackets", operator,
                                 AmbiguousNotation)
            if operator.text == "/":
                node = self.make(mark, "divide", [node, right])
            else:
                node = self.make(mark, "multiply", [node, right], operator.text)
        return node

    def juxtaposition(self):
        mark, heads = self.i, [self.peek()]
        node = self.factor()
        while self.starts_factor():
            before, token = self.peek(-1), self.peek()
            self.require_clear_bars(heads, token)
            heads.append(token)
            right = self.factor()
            if token.kind == "number" and before.kind == "number":
                raise self.error("two numbers side by side: one number or a product? thousands "
                                 r"are grouped as 1\,234, a product needs \times", token,
                                 AmbiguousNotation)
            if node.op == "number" and _is_numeric_fraction(right):
                raise self.error(r"a mixed number or a product? a product needs \times", token,
                                 AmbiguousNotation)
            node = self.make(mark, "multiply", [node, right], "juxtaposed")
        return node

    def require_clear_bars(self, heads, token):
        """Refuse ``|a| b |c|``, which reads as ``|a |b| c|`` as well."""
        bars = [h.text in _BARS and h.kind != "open" for h in (*heads, token)]
        if bars[-1] and not bars[-2] and any(bars[:-2]):
            raise self.error(r"which bars are a pair? write \lvert .. \rvert or "
                             r"\lVert .. \rVert", token, AmbiguousNotation)

    def starts_factor(self):
        token = self.peek()
        if token.kind in ("symbol", "number", "open"):
            return True
        if token.kind in ("close", "end"):
            return False
        if token.text in _BARS:
            return not (self.bars and self.bars[-1] == token.text)
        return (token.text in OPENING or token.text == "{" or token.text in _FACTOR_COMMANDS
                or token.text in LOG_LIKE)

    def factor(self):
        token, mark = self.peek(), self.i
        if token.kind == "number":
            self.next()
            digits = token.text.replace(r"\,", "").replace("{,}", "")
            node = self.make(mark, "number", value=digits)
            if self.peek().text == r"\%":
                self.next()
                node = self.make(mark, "percent", [node])
            return self.with_scripts(mark, node)
        if token.kind == "open" or token.text in OPENING or token.text in _BARS:
            node = self.delimited()
            return node if node.op in ("hold", "at") else self.with_scripts(mark, node)
        if token.text == "{":
            inner, self.i = read_argument(self.tokens, self.i)
            node = self.make(mark, "paren", [self.parse_all(inner, "a brace group")])
            if hides_structure(node.args[0], self.peek().text in ("^", "_")):
                raise self.error("braces are not shown; write brackets, or leave them out", token,
                                 AmbiguousNotation)
            return self.with_scripts(mark, node)
        if token.kind == "symbol" or token.text in LOG_LIKE:
            return self.symbol()
        node = self.operator()
        if node is None:
            raise self.error(f"unexpected {token.text}")
        return node

    # delimiters -----------------------------------------------------------------------------
    def at_bracket(self):
        return self.peek().text in ("(", "[", r"\{") and self.peek().kind != "close"

    def arguments(self, what):
        """Read ``(a, b; c)``: expressions and separators."""
        token = self.peek()
        if not self.at_bracket():
            raise self.error(f"{what} needs its argument in brackets, not {token.text}",
                             kind=AmbiguousNotation)
        self.next()
        return self.group(token)

    def argument(self, what):
        """Read ``(a)``: one expression or, where the caller allows it, one relation."""
        token, items = self.peek(), self.arguments(what)
        if len(items) != 1:
            raise self.error(f"{what} takes one argument", token)
        return items[0]

    def without_relation(self, node):
        """Return `node` unless it is a relation, which has no value."""
        if node.op == "chain":
            raise ParseError("a relation stands where a value is expected", node.start, node.end)
        return node

    def group(self, opener):
        close, items = OPENING[opener.text], []
        outer_bars, self.bars = self.bars, []
        while True:
            mark = self.i
            if self.peek().text == r"\dots":
                self.next()
                items.append(self.make(mark, "dots"))
            else:
                items.append(self.chain(required=False))
            mark, token = self.i, self.next()
            if token.text == close:
                break
            if token.text not in (",", ";", r"\mid", ":"):
                raise self.error(f"expected {close} but found {token.text}", token)
            items.append(self.make(mark, "separator", value=token.text))
        self.bars = outer_bars
        return items

    def delimited(self):
        mark, token = self.i, self.next()
        if token.text == ".":
            return self.bar_with_condition(mark)
        if token.text in _BARS or token.text in (r"\lvert", r"\lVert"):
            return self.between_bars(mark, token)
        if token.text not in OPENING:
            raise self.error(f"unknown delimiter {token.text}", token)
        items = self.group(token)
        if len(items) != 1:
            raise self.error("a list in brackets belongs behind a function", token)
        op = {r"\lfloor": "floor", r"\lceil": "ceiling"}.get(token.text, "paren")
        return self.make(mark, op, [self.without_relation(items[0])])

    def between_bars(self, mark, token):
        close = OPENING.get(token.text, token.text)
        self.bars.append(close)
        node = self.expression()
        closing = self.next()
        if closing.text != close:
            raise self.error(f"expected {close} but found {closing.text}", closing)
        self.bars.pop()
        if token.text in ("|", r"\lvert"):
            return self.make(mark, "absolute", [node])
        subscript, superscript, primes, end = read_scripts(self.tokens, self.i)
        if primes:
            raise self.error("a prime behind a norm")
        self.i = end
        kind = "".join(t.text for t in subscript) if subscript else None
        node = self.make(mark, "norm", [node], kind)
        return self.postfix(mark, node, None, superscript_parts(superscript or []))

    def bar_with_condition(self, mark):
        r"""Read ``\left. y \right|_{h}`` (hold h) or ``\right|_{x=0}`` (evaluate there)."""
        outer_bars, self.bars = self.bars, []
        body = self.expression()
        self.bars = outer_bars
        closing = self.next()
        if closing.text not in ("|", r"\rvert", "]") or self.peek().text != "_":
            raise self.error(r"\left. must be closed by \right|_{...}", closing)
        subscript, superscript, primes, self.i = read_scripts(self.tokens, self.i)
        if superscript is not None or primes:
            raise self.error("a bar takes a subscript only", closing)
        if not any(t.text == "=" for t in subscript):
            held = [self.parse_all(p, "a held symbol") for p in split_at_commas(subscript)]
            return self.make(mark, "hold", [body, *held])
        pairs = []
        for part in split_at_commas(subscript):
            texts = [t.text for t in part]
            if "=" not in texts:
                raise self.error("each part of the bar's subscript must be symbol = value", part[0])
            k = texts.index("=")
            pairs.append(self.make(mark, "substitute", [
                self.parse_all(part[:k], "the symbol set at the bar"),
                self.parse_all(part[k + 1:], "the value set at the bar")]))
        return self.make(mark, "at", [body, *pairs])

    # scripts behind a finished factor -------------------------------------------------------
    def with_scripts(self, mark, node):
        subscript, superscript, primes, self.i = read_scripts(self.tokens, self.i)
        if primes:
            raise self.error("a prime needs a declared function before it", self.peek(-1))
        return self.postfix(mark, node, subscript, superscript_parts(superscript or []))

    def postfix(self, mark, node, subscript, parts):
        if subscript is not None:
            indices = split_at_commas(subscript)
            if len(indices) == 1 and len(subscript) == 2 and all(
                    t.kind in ("symbol", "number") for t in subscript):
                indices = [[t] for t in subscript]
            indices = [self.index(p) for p in indices]
            if any(kind in ("inverse", "inverse-top", "top") for kind, _ in parts):
                raise AmbiguousNotation("an entry of the transpose or inverse, or the reverse? "
                                        r"write (\mathbf{A}^\top)_{1,2}",
                                        self.tokens[mark].start, self.peek(-1).end)
            node = self.make(mark, "index", [node, *indices])
        for kind, tokens in parts:
            if kind in ("inverse", "inverse-top"):
                node = self.make(mark, "inverse", [node])
            if kind in ("top", "inverse-top"):
                node = self.make(mark, "transpose", [node])
            if kind == "power" and tokens[0].text == r"\odot":
                exponent = self.parse_all(tokens[1:], "an exponent")
                node = self.make(mark, "elementwise_power", [node, exponent])
            elif kind == "power":
                node = self.make(mark, "power", [node, self.parse_all(tokens, "an exponent")])
            elif kind in ("index", "star"):
                raise self.error("this superscript is not part of a declared symbol",
                                 self.peek(-1))
        return node


def _is_numeric_fraction(node):
    return node.op == "divide" and all(part.op == "number" for part in node.args)
