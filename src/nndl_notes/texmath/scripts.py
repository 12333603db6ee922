"""Sub- and superscripts: what they can mean before a symbol claims them."""

from .errors import AmbiguousNotation, ParseError
from .lexer import Token

OPENING = {"(": ")", "[": "]", r"\{": r"\}", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil",
           r"\lvert": r"\rvert", r"\lVert": r"\rVert"}
CLOSING = set(OPENING.values())
_NO_ARGUMENT = {"}", "&", r"\\", "_", "^", "'"}


def read_argument(tokens, i):
    """Read a brace group or a single token as a TeX argument.

    Returns
    -------
    (list of Token, int)
        The argument without its braces, and the index behind it.
    """
    if i >= len(tokens):
        where = tokens[-1] if tokens else Token("end", "", 0, 0)
        raise ParseError("a script or command lacks its argument", where.start, where.end)
    head = tokens[i]
    if head.text in _NO_ARGUMENT:
        raise ParseError(f"a script or command lacks its argument before {head.text}", head.start,
                         head.end)
    if head.text != "{":
        if head.kind == "number" and len(head.text) > 1:
            raise AmbiguousNotation(
                f"TeX takes one digit of {head.text} only; use braces", head.start, head.end)
        return [head], i + 1
    depth, j = 0, i
    while j < len(tokens):
        depth += (tokens[j].text == "{") - (tokens[j].text == "}")
        j += 1
        if depth == 0:
            return tokens[i + 1:j - 1], j
    raise ParseError("unbalanced braces", head.start, head.end)


def read_scripts(tokens, i):
    """Read primes, one subscript and one superscript in any order.

    Returns
    -------
    (list of Token or None, list of Token or None, int, int)
        Subscript, superscript, number of primes, index behind them.
    """
    sub = sup = None
    primes = 0
    while i < len(tokens):
        token = tokens[i]
        if token.text == "'":
            primes, i = primes + 1, i + 1
        elif token.text == "_":
            if sub is not None:
                raise ParseError("double subscript", token.start, token.end)
            sub, i = read_argument(tokens, i + 1)
        elif token.text == "^":
            argument, i = read_argument(tokens, i + 1)
            if [t.text for t in argument] == [r"\prime"]:
                primes += 1
                continue
            if sup is not None:
                raise ParseError("double superscript", token.start, token.end)
            sup = argument
        else:
            break
    return sub, sup, primes, i


def superscript_parts(tokens):
    r"""Split ``(n)\top`` into its meanings.

    Returns
    -------
    list of (str, list of Token)
        Each part is ``index`` (parenthesised), ``top``, ``star``, ``inverse``,
        ``inverse-top`` or ``power``.
    """
    texts = [t.text for t in tokens]
    if texts == ["-", r"\top"]:
        return [("inverse-top", [])]
    if texts == ["-", "1"]:
        return [("inverse", [])]
    parts, i = [], 0
    while i < len(tokens):
        text = tokens[i].text
        if text == "(":
            depth, j = 0, i
            while j < len(tokens):
                depth += (tokens[j].text == "(") - (tokens[j].text == ")")
                j += 1
                if depth == 0:
                    break
            if depth:
                raise ParseError("unbalanced parenthesis in a superscript", tokens[i].start,
                                 tokens[i].end)
            continues = j < len(tokens) and tokens[j].text not in (r"\top", "*", "(")
            if continues or any(kind != "index" for kind, _ in parts):
                return [*parts, ("power", tokens[i:])]
            parts.append(("index", tokens[i + 1:j - 1]))
            i = j
        elif text in (r"\top", "*"):
            parts.append(("top" if text == r"\top" else "star", []))
            i += 1
        else:
            return [*parts, ("power", tokens[i:])]
    return parts


def split_at_commas(tokens):
    """Split at commas outside brackets."""
    parts, depth = [[]], 0
    for token in tokens:
        depth += (token.text in OPENING or token.text == "{")
        depth -= (token.text in CLOSING or token.text == "}")
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def split_digits(tokens):
    """Split the number 12 into the digits 1 and 2, as TeX does in ``w_{12}``."""
    parts = []
    for token in tokens:
        if token.kind == "number" and token.text.isdigit():
            parts += [Token("number", digit, token.start + k, token.start + k + 1)
                      for k, digit in enumerate(token.text)]
        else:
            parts.append(token)
    return parts
