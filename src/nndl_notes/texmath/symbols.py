"""Syntax of symbols: declared ones by the notation table, the few built-in ones by name."""

from .errors import AmbiguousNotation, UnknownSymbol
from .notation import FUNCTION, PROBABILITY
from .operators import values_of
from .scripts import read_argument, read_scripts, superscript_parts
from .statements import PRODUCTS

LOG_LIKE = {r"\log", r"\exp", r"\tanh", r"\sin", r"\cos", r"\sinh", r"\cosh", r"\tan", r"\det"}
MATRIX_FUNCTIONS = {r"\mathrm{diag}", r"\mathrm{tr}", r"\mathrm{vec}", r"\mathrm{softmax}",
                    r"\mathrm{ReLU}", r"\mathrm{sgn}", r"\mathrm{rank}"}
CONSTANTS = {r"\pi", "e"}
SIZE_FREE = {r"\mathbf{1}": "1", r"\mathbf{0}": "0", r"\mathbf{I}": "I"}
STATISTICS = {r"\mathbb{E}": "mean", r"\mathrm{Var}": "variance", r"\mathrm{Cov}": "covariance"}
_SIMPLE = ("symbol", "variable", "number", "constant", "probability", "call")


class SymbolSyntax:
    """Parser methods for symbols."""

    def symbol(self):
        mark, token = self.i, self.next()
        if token.text == r"\Delta" and self.peek().kind == "symbol":
            joined = f"{token.text} {self.peek().text}"
            if joined in self.notation.by_base:
                self.next()
                token = type(token)("symbol", joined, token.start, self.peek(-1).end)
        subscript, superscript, primes, end = read_scripts(self.tokens, self.i)
        if token.text in self.bound and subscript is None and not primes:
            self.i = end
            node = self.make(mark, "variable", value=token.text)
            return self.postfix(mark, node, None, superscript_parts(superscript or []))
        match = self.notation.resolve(token, subscript, superscript, primes)
        if match is None:
            return self.builtin(mark, token, subscript, superscript, primes, end)
        self.i = end
        indices = [self.index(slot) for slot in match.slots]
        spec, kind = match.pattern.spec, match.pattern.kind
        if kind == FUNCTION:
            self.refuse_inverse(spec, match.superscript, token)
            function = self.make(mark, "function", indices, (spec, match.primes))
            arguments = [self.without_relation(a) for a in values_of(self.arguments(spec))]
            node = self.make(mark, "call", [function, *arguments])
            return self.with_scripts(mark, self.postfix(mark, node, None, match.superscript))
        if kind == PROBABILITY:
            node = self.make(mark, "probability", self.arguments(spec), spec)
            return self.with_scripts(mark, self.postfix(mark, node, None, match.superscript))
        node = self.make(mark, "symbol", indices, spec)
        return self.postfix(mark, node, match.subscript, match.superscript)

    def builtin(self, mark, token, subscript, superscript, primes, end):
        name, parts = token.text, superscript_parts(superscript or [])
        if name in LOG_LIKE or name in MATRIX_FUNCTIONS:
            if primes or subscript:
                raise self.error(f"{name} takes no prime and no subscript", token, UnknownSymbol)
            self.refuse_inverse(name, parts, token)
            self.i = end
            arguments = [self.without_relation(a) for a in self.function_arguments(name)]
            node = self.make(mark, "apply", arguments, name)
            node = self.postfix(mark, node, None, parts)
            if name in MATRIX_FUNCTIONS:
                return self.with_scripts(mark, node)
            if self.peek().text in ("^", "_", "'"):
                raise self.error(f"a script behind {name}(..): of its argument or of its value?",
                                 kind=AmbiguousNotation)
            return node
        if name in STATISTICS and not primes:
            self.i = end
            if any(kind != "power" for kind, _ in parts):
                raise self.error(f"{name} takes only a power as superscript", token)
            law = [self.law(subscript)] if subscript else []
            items = self.make(mark, "list", self.arguments(name))
            node = self.make(mark, "statistic", [items, *law], STATISTICS[name])
            return self.with_scripts(mark, self.postfix(mark, node, None, parts))
        if name in SIZE_FREE and not primes:
            self.i = end
            sizes = self.sizes(subscript, {",", r"\times"}) if subscript else []
            node = self.make(mark, "size_free", sizes, SIZE_FREE[name])
            return self.postfix(mark, node, None, parts)
        if name == r"\mathbb{1}" and not (subscript or superscript or primes):
            return self.make(mark, "indicator", [self.argument(name)])
        if name == "O" and not (subscript or superscript or primes) and self.at_bracket():
            return self.make(mark, "order", [self.without_relation(self.argument(name))])
        if name in CONSTANTS and subscript is None and not primes:
            self.i = end
            return self.postfix(mark, self.make(mark, "constant", value=name), None, parts)
        scripts = (f"_{{{''.join(t.text for t in subscript)}}}" if subscript else "") + (
            "'" * primes) + (
            f"^{{{''.join(t.text for t in superscript)}}}" if superscript else "")
        raise self.error(f"{name}{scripts} is not in the page's notation", token, UnknownSymbol)

    def refuse_inverse(self, name, parts, token):
        if any(kind == "inverse" for kind, _ in parts):
            raise self.error(f"{name}^{{-1}}: inverse function or reciprocal?", token,
                             AmbiguousNotation)

    def function_arguments(self, name):
        if self.at_bracket():
            return values_of(self.arguments(name))
        if name in MATRIX_FUNCTIONS:
            raise self.error(f"{name} needs its argument in brackets", kind=AmbiguousNotation)
        argument = self.factor()
        if argument.op not in _SIMPLE or self.starts_factor() or self.peek().text in PRODUCTS:
            raise self.error(f"{name} takes one symbol without brackets; bracket the argument",
                             kind=AmbiguousNotation)
        return [argument]

    def law(self, subscript):
        """Read the subscript of an expectation: p(...) or a random symbol."""
        parser = self.inside(subscript)
        node = parser.factor()
        if parser.i != len(subscript) or node.op not in ("probability", "symbol"):
            raise self.error("the subscript of an expectation must be p(...) or a random symbol",
                             subscript[0])
        return node

    # \mathbb{R}^{D \times N} behind \in -----------------------------------------------------
    def at_space(self, relation):
        return relation == r"\in" and self.peek().text == r"\mathbb{R}" and (
            r"\mathbb{R}" not in self.notation.by_base)

    def space(self):
        mark = self.i
        self.next()
        sizes = []
        if self.peek().text == "^":
            exponent, self.i = read_argument(self.tokens, self.i + 1)
            sizes = self.sizes(exponent, {r"\times"})
        return self.make(mark, "space", sizes)

    def sizes(self, tokens, separators):
        """Read one or two dimensions."""
        parts = [[]]
        for token in tokens:
            if token.text in separators:
                parts.append([])
            else:
                parts[-1].append(token)
        if len(parts) > 2:
            raise self.error("a space of tensors has no meaning here", tokens[0])
        return [self.parse_all(part, "a dimension") for part in parts]
