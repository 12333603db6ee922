"""The sentences of a display: what an alignment mark and a line break join or separate."""

from .errors import AmbiguousNotation, ParseError
from .scripts import CLOSING, OPENING, read_argument

RELATIONS = {"=", "<", ">", r"\leq", r"\geq", r"\neq", r"\approx", r"\equiv", r"\triangleq",
             r"\in", r"\propto"}
PRODUCTS = {r"\cdot", r"\times", r"\odot", "/"}
_ARROWS = {r"\Rightarrow", r"\iff", r"\Leftrightarrow"}
_SIGNS = {"+", "-"}
_STOPS = {".", ",", ";"}
_ALIGNING = {"aligned", "align", "align*", "split", "gathered", "gather", "gather*"}
_TAKES_POSITION = {"aligned", "gathered"}


def split_statements(tokens):
    """Split a display into sentences.

    A row continues the sentence above if it begins with a relation, a product sign, or a sign
    and no relation of its own. Any other row is a new sentence.

    Parameters
    ----------
    tokens : list of Token

    Returns
    -------
    list of list of Token

    Raises
    ------
    AmbiguousNotation
        For a row that could continue the sentence above as well as begin a new one.
    ParseError
        For several alignment marks in a row, or text behind the block.
    """
    sentences = []
    for row in _split_outside_environments(_inside_alignment(tokens), r"\\"):
        cells = _split_outside_environments(row, "&")
        joined = [token for cell in cells for token in cell]
        if not joined:
            continue
        if len(cells) > 2:
            raise ParseError("a row has more than one alignment mark; give each statement a row",
                             joined[0].start, joined[-1].end)
        if sentences and _continues(joined, len(cells) == 2 and not cells[0], sentences[-1]):
            sentences[-1] = sentences[-1] + joined
        else:
            sentences.append(joined)
    return [s for s in map(_without_final_stop, sentences) if s]


def _inside_alignment(tokens):
    """Return what stands between ``\\begin{aligned}`` and its ``\\end``; other tokens as is."""
    if not tokens or tokens[0].text != r"\begin":
        return tokens
    name, start = _name(tokens, 0)
    if name not in _ALIGNING:
        return tokens
    end = _matching_end(tokens)
    if end is None:
        raise ParseError(f"the environment {name} is not closed", tokens[0].start, tokens[0].end)
    closing, tail = _name(tokens, end)
    if closing != name:
        raise ParseError(f"{name} is closed by {closing}", tokens[end].start, tokens[end].end)
    if _without_final_stop(tokens[tail:]):
        raise ParseError("text behind the aligned block", tokens[tail].start, tokens[-1].end)
    if name in _TAKES_POSITION and tokens[start].text == "[":
        raise ParseError(f"TeX reads this bracket as an option of {name}, and this site shows it",
                         tokens[start].start, tokens[start].end)
    return tokens[start:end]


def _name(tokens, i):
    argument, end = read_argument(tokens, i + 1)
    return "".join(t.text for t in argument), end


def _matching_end(tokens):
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token.text == r"\begin") - (token.text == r"\end")
        if depth == 0:
            return i
    return None


def _continues(row, leads_with_mark, above):
    first = row[0]
    if first.text in RELATIONS | PRODUCTS | _ARROWS:
        return True
    if above[-1].text in RELATIONS | PRODUCTS | _ARROWS | _SIGNS | {","} and leads_with_mark:
        return True
    if first.kind == "char" and first.text in _SIGNS and above[-1].text not in _STOPS:
        if _has_relation(row):
            raise AmbiguousNotation("this row may continue the one above or be a new statement; "
                                    "end the one above with a comma", first.start, first.end)
        return True
    if leads_with_mark:
        raise AmbiguousNotation("a row that begins with & continues the one above and must begin "
                                "with a relation or a sign", first.start, first.end)
    return False


def _has_relation(tokens):
    depth = 0
    for token in tokens:
        depth += token.kind == "open" or token.text in OPENING or token.text in ("{", r"\begin")
        depth -= token.kind == "close" or token.text in CLOSING or token.text in ("}", r"\end")
        if depth == 0 and token.text in RELATIONS:
            return True
    return False


def _split_outside_environments(tokens, separator):
    parts, depth = [[]], 0
    for token in tokens:
        depth += (token.text == r"\begin") - (token.text == r"\end")
        if depth == 0 and token.text == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _without_final_stop(tokens):
    while tokens and tokens[-1].text in _STOPS:
        tokens = tokens[:-1]
    return tokens
