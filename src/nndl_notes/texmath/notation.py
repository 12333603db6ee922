r"""The notation table of a page: which symbols exist, known before anything is parsed.

A pattern such as ``y_?^{(?)}`` names a family; each ``?`` is an index slot and everything else is
literal. A literal match beats a slot, so the gate :math:`\mathbf W_i` and the row
:math:`\mathbf W_?` may live on one page.
"""

from dataclasses import dataclass

from .errors import AmbiguousNotation, ParseError
from .lexer import tokenize
from .scripts import read_scripts, split_at_commas, split_digits, superscript_parts

VALUE, FUNCTION, PROBABILITY = "value", "function", "probability"


@dataclass(frozen=True)
class Match:
    """How a pattern reads an occurrence: slots filled, scripts left over."""

    pattern: "Pattern"
    score: int
    slots: tuple
    subscript: object
    superscript: tuple
    primes: int


class Pattern:
    """A declared symbol or family of symbols.

    Parameters
    ----------
    spec : str
        LaTeX with ``?`` for index slots.
    kind : {"value", "function", "probability"}
    """

    def __init__(self, spec, kind=VALUE):
        self.spec, self.kind = spec, kind
        tokens = tokenize(spec)
        if not tokens:
            raise ParseError("an empty symbol cannot be declared")
        if tokens[0].kind != "symbol":
            raise ParseError(f"{spec!r} does not begin with a symbol", 0, tokens[0].end)
        self.base, rest = tokens[0].text, tokens[1:]
        if self.base == r"\Delta" and rest and rest[0].kind == "symbol":
            self.base, rest = f"{self.base} {rest[0].text}", rest[1:]
        subscript, superscript, self.primes, end = read_scripts(rest, 0)
        if rest[end:]:
            raise ParseError(f"{spec!r} is not one symbol with scripts", rest[end].start)
        self.subscript = None if subscript is None else _slots(subscript)
        self.superscript = superscript_parts(superscript) if superscript else []

    @property
    def labels(self):
        """Letters in its scripts that are literal, such as the i of a gate's weights."""
        scripts = [*(self.subscript or ()), *(tokens for _, tokens in self.superscript)]
        return frozenset(t.text for part in scripts for t in part if t.kind == "symbol")

    def match(self, subscript, parts, primes):
        """Read scripts by this pattern; None when it does not apply."""
        if self.primes > primes:
            return None
        score, slots = 3 * self.primes, []
        if self.subscript is not None:
            found = _fit(self.subscript, subscript)
            if found is None:
                return None
            score, slots, subscript = score + found[0], slots + found[1], None
        if len(parts) < len(self.superscript):
            return None
        for (kind, wanted), (given_kind, given) in zip(self.superscript, parts, strict=False):
            if kind != given_kind:
                return None
            if kind == "index" and _texts(wanted) == ["?"]:
                slots.append(given)
                score += 1
            elif _texts(wanted) == _texts(given):
                score += 4
            else:
                return None
        left = tuple(parts[len(self.superscript):])
        return Match(self, score, tuple(slots), subscript, left, primes - self.primes)


def _texts(tokens):
    return [t.text for t in tokens]


def _slots(tokens):
    parts = split_at_commas(tokens)
    if len(parts) == 1 and len(tokens) > 1 and all(t.text == "?" for t in tokens):
        return [[t] for t in tokens]
    return parts


def _fit(wanted, subscript):
    if subscript is None:
        return None
    parts = split_at_commas(subscript)
    if len(parts) != len(wanted):
        parts = [[t] for t in split_digits(subscript)]
        if len(parts) != len(wanted):
            return None
    score, slots = 0, []
    for want, part in zip(wanted, parts, strict=True):
        if _texts(want) == ["?"]:
            slots.append(part)
            score += 1
        elif _texts(want) == _texts(part):
            score += 4
        else:
            return None
    return score, slots


def _is_index_and_more(parts, pattern):
    return any(kind == "index" for kind, _ in pattern.superscript) and any(
        kind == "power" and tokens[0].text == "(" for kind, tokens in parts)


class Notation:
    """The symbols of a page and the index letters with a declared range.

    Parameters
    ----------
    symbols : dict of str to str
        Pattern to kind.
    ranges : iterable of str, optional
        Letters that a bare ``\\sum_i`` may run over.
    """

    def __init__(self, symbols, ranges=()):
        self.ranges = frozenset(ranges)
        self.by_base, self.labels = {}, {}
        for spec, kind in symbols.items():
            pattern = Pattern(spec, kind)
            self.by_base.setdefault(pattern.base, []).append(pattern)
            self.labels[spec] = pattern.labels

    def resolve(self, token, subscript, superscript, primes):
        """Return the best match for an occurrence, or None.

        Raises
        ------
        AmbiguousNotation
            When two declared patterns read it equally well.
        """
        parts = superscript_parts(superscript) if superscript else []
        matches = []
        for pattern in self.by_base.get(token.text, ()):
            if _is_index_and_more(parts, pattern):
                raise AmbiguousNotation("an index and a power, or one exponent? write "
                                        "(x^{(n)})^2", superscript[0].start, superscript[-1].end)
            match = pattern.match(subscript, parts, primes)
            if match is None or any(kind in ("index", "star") for kind, _ in match.superscript):
                continue
            if pattern.kind != VALUE and match.subscript is not None:
                continue
            if pattern.kind != FUNCTION and match.primes:
                continue
            matches.append((match.score - (match.subscript is not None), match))
        if not matches:
            return None
        best = max(score for score, _ in matches)
        top = [match for score, match in matches if score == best]
        if len(top) > 1:
            names = " and ".join(m.pattern.spec for m in top)
            raise AmbiguousNotation(f"{names} both read this symbol", token.start, token.end)
        return top[0]
