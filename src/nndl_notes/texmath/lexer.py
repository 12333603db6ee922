"""LaTeX source to tokens, with font groups folded into symbols."""

import itertools
import re
from dataclasses import dataclass, replace

from .errors import ParseError


@dataclass(frozen=True)
class Token:
    """A piece of LaTeX: kind is number, symbol, command, char, open or close.

    Commas and arrows set off by a wide space are of kind wide.
    """

    kind: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""(?P<space>\s+|%[^\n]*)
    |(?P<number>\d{1,3}(?:(?:\\,|\{,\})\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)
    |(?P<command>\\[A-Za-z]+\*?|\\.)
    |(?P<char>.)""",
    re.X | re.S | re.A,
)
SPACING = {r"\,", r"\;", r"\:", r"\!", "\\ ", "~", r"\displaystyle", r"\textstyle", r"\limits",
           r"\nolimits"}
WIDE_SPACES = {r"\quad", r"\qquad"}
_BESIDE_WIDE_SPACE = {",", ";", ".", "&", r"\\", r"\Rightarrow", r"\iff", r"\Leftrightarrow",
                      r"\and", r"\if", r"\otherwise", "=", "<", ">", r"\leq", r"\geq", "+", "-",
                      } | WIDE_SPACES
_SIZE = re.compile(r"\\(?:big|Big|bigg|Bigg)([lrm]?)$")
FONTS = {r"\mathbf", r"\boldsymbol", r"\bm", r"\mathcal", r"\mathbb", r"\mathrm", r"\mathit",
         r"\mathsf", r"\text", r"\textrm", r"\operatorname", r"\operatorname*", r"\mathscr",
         r"\mathfrak", r"\hat", r"\tilde", r"\bar", r"\widehat", r"\widetilde", r"\overline",
         r"\dot", r"\vec", r"\check"}
_FONT_ALIASES = {r"\bm": r"\boldsymbol", r"\text": r"\mathrm", r"\textrm": r"\mathrm",
                 r"\operatorname": r"\mathrm", r"\operatorname*": r"\mathrm",
                 r"\widehat": r"\hat", r"\widetilde": r"\tilde", r"\overline": r"\bar"}
_ALIASES = {r"\le": r"\leq", r"\ge": r"\geq", r"\ne": r"\neq", r"\ast": "*", r"\star": "*",
            r"\implies": r"\Rightarrow", r"\Longrightarrow": r"\Rightarrow",
            r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\colon": ":", r"\vert": "|",
            r"\Vert": r"\|", r"\ldots": r"\dots", r"\cdots": r"\dots", r"\dotsc": r"\dots",
            r"\dotsb": r"\dots", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\ln": r"\log",
            r"\coloneqq": r"\triangleq", r"\to": r"\rightarrow"}
_WORDS = {r"\mathrm{if}": r"\if", r"\mathrm{otherwise}": r"\otherwise",
          r"\mathrm{and}": r"\and", r"\mathrm{argmin}": r"\argmin",
          r"\mathrm{argmax}": r"\argmax"}
GREEK = {"\\" + name for name in (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
    "pi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma "
    "Upsilon Phi Psi Omega ell infty"
).split()}


def raw_tokens(source):
    """Split LaTeX into tokens without folding; spacing between words is dropped.

    Parameters
    ----------
    source : str

    Returns
    -------
    list of Token
    """
    tokens = []
    for match in _TOKEN.finditer(source):
        kind, text = match.lastgroup, match.group()
        if kind != "space":
            tokens.append(Token(kind, _ALIASES.get(text, text), match.start(), match.end()))
    return tokens


def tokenize(source):
    r"""Split LaTeX into tokens; ``\hat{\mathbf y}`` becomes one symbol.

    Parameters
    ----------
    source : str

    Returns
    -------
    list of Token

    Raises
    ------
    ParseError
        For unbalanced braces or a dangling command, with its position.
    """
    raw, tokens, i = raw_tokens(source), [], 0
    _require_plain_source(raw)
    while i < len(raw):
        token = raw[i]
        if token.text in SPACING:
            i += 1
        elif token.text in WIDE_SPACES:
            _require_separation(tokens, raw, i)
            if tokens and tokens[-1].text == ",":
                tokens[-1] = replace(tokens[-1], kind="wide")
            elif i + 1 < len(raw) and raw[i + 1].text == r"\Rightarrow":
                raw[i + 1] = replace(raw[i + 1], kind="wide")
            i += 1
        elif token.text in (r"\left", r"\right"):
            delimiter = _following(raw, i)
            kind = "open" if token.text == r"\left" else "close"
            tokens.append(Token(kind, delimiter.text, token.start, delimiter.end))
            i += 2
        elif _SIZE.match(token.text):
            delimiter = _following(raw, i)
            side = _SIZE.match(token.text).group(1)
            kind = {"l": "open", "r": "close"}.get(side, delimiter.kind)
            tokens.append(Token(kind, delimiter.text, token.start, delimiter.end))
            i += 2
        elif token.text in FONTS:
            text, j = _fold(raw, i)
            kind = "command" if _word(text) != text else "symbol"
            tokens.append(Token(kind, _word(text), token.start, raw[j - 1].end))
            i = j
        elif token.text == r"\arg" and i + 1 < len(raw) and raw[i + 1].text in (r"\min", r"\max"):
            tokens.append(Token("command", r"\arg" + raw[i + 1].text[1:], token.start,
                                raw[i + 1].end))
            i += 2
        elif (token.kind == "char" and token.text.isalpha()) or token.text in GREEK:
            tokens.append(Token("symbol", token.text, token.start, token.end))
            i += 1
        else:
            tokens.append(token)
            i += 1
    return tokens


def _require_plain_source(raw):
    """Refuse look-alikes of ASCII, and options of a row break, which the site would show."""
    for token in raw:
        if not token.text.isascii():
            raise ParseError(f"{token.text} is not ASCII; write the character or command of LaTeX "
                             "that it resembles", token.start, token.end)
    for token, after in itertools.pairwise(raw):
        if token.text == r"\\" and after.text == "[" and after.start == token.end:
            raise ParseError("the site would show this option of a row break; if it is a bracket, "
                             "put a space before it", after.start, after.end)


def _require_separation(tokens, raw, i):
    """Refuse a wide space between factors: readers take it for the end of a statement."""
    before = tokens[-1].text if tokens else "&"
    after = raw[i + 1].text if i + 1 < len(raw) else "&"
    if after in FONTS:
        after = _word(_fold(raw, i + 1)[0])
    if before not in _BESIDE_WIDE_SPACE and after not in _BESIDE_WIDE_SPACE:
        raise ParseError(f"{raw[i].text} separates statements; put a comma before it",
                         raw[i].start, raw[i].end)


def _word(text):
    r"""Return the command that a word such as ``\mathrm{if}`` stands for, else the text itself."""
    if text[-2:] in (".}", ",}") and text[:-2] + "}" in _WORDS:
        text = text[:-2] + "}"
    return _WORDS.get(text, text)


def _following(raw, i):
    if i + 1 >= len(raw):
        raise ParseError(f"{raw[i].text} without a delimiter", raw[i].start, raw[i].end)
    return raw[i + 1]


def _fold(raw, i):
    r"""Read a font command and its argument; return canonical text and the next index."""
    head = raw[i]
    font = _FONT_ALIASES.get(head.text, head.text)
    i += 1
    if i >= len(raw):
        raise ParseError(f"{head.text} without an argument", head.start, head.end)
    if raw[i].text in FONTS:
        body, j = _fold(raw, i)
        return f"{font}{{{body}}}", j
    if raw[i].text != "{":
        return f"{font}{{{raw[i].text}}}", i + 1
    body, j, depth = "", i + 1, 0
    while j < len(raw) and (depth or raw[j].text != "}"):
        if raw[j].text in FONTS:
            inner, j = _fold(raw, j)
            body += inner
        else:
            depth += (raw[j].text == "{") - (raw[j].text == "}")
            body += "" if raw[j].text in SPACING | WIDE_SPACES else raw[j].text
            j += 1
    if j >= len(raw):
        raise ParseError(f"unbalanced braces after {head.text}", head.start, head.end)
    return f"{font}{{{body}}}", j + 1
