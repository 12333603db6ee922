"""Numbers and relations that stand in sentences, where no cell gives them and nothing tests them.

Formulas of the book are numbered (2.44); its algorithms, figures and sections have a word beside.
"""

import ast
import re

from docutils import nodes

NOT_A_SENTENCE = (
    *(nodes.literal, nodes.math, nodes.math_block, nodes.reference, nodes.FixedTextElement),
    nodes.raw,
)
_NUMBERED = re.compile(
    r"(?:算法|定理|图|表|Algorithm|Theorem|[Ss]ection|Figure|Table) ?[1-9]\d?(?:\.[1-9]\d*)+"
    r"|[1-9]\d?(?:\.[1-9]\d*)+(?= ?节)|[(（][1-9]\d?\.[1-9]\d*[)）]"
)
_DECIMAL = re.compile(r"(?<![\d.])\d*\.\d+(?!\d|\.\d)")
# Ways of writing a number that is no small integer: per cent, a power of ten, a fraction.
_OTHER = re.compile(r"\d+ ?[%％]|\d+e[-−]?\d+|10[⁻⁰¹²³⁴-⁹]+|[½⅓⅔¼¾⅕⅛]")
_RELATION = re.compile(r"[=<>≤≥≠≈]")
_CHOSEN = re.compile(r"-?(\d*\.\d+)")


def typed(text):
    """Return the decimals, per cents and fractions that are typed in a sentence."""
    if not _is_of_a_sentence(text):
        return []
    words = _NUMBERED.sub(" ", text)
    return _DECIMAL.findall(words) + _OTHER.findall(words)


def typed_beside(figure):
    """Return the decimals in the alternative text of a figure, where roles do not work."""
    return _DECIMAL.findall(figure["alt"])


def related(text):
    """Return the signs of relations in a sentence that are in no formula."""
    return _RELATION.findall(text) if _is_of_a_sentence(text) else []


def _is_of_a_sentence(text):
    return not isinstance(text.parent, NOT_A_SENTENCE) and "value" not in text.parent


def joined(node):
    """Tell whether the text around the place of a number makes another number of it."""
    siblings = node.parent.children
    place = [child is node for child in siblings].index(True)
    before = siblings[place - 1].astext() if place else ""
    after = siblings[place + 1].astext() if place + 1 < len(siblings) else ""
    return bool(re.search(r"[\d.−-]$", before) or re.match(r"\d|\.\d| ?[%％]| ?× ?10", after))


def chosen(formulas, displays, code):
    """Return the inline formulas that are a decimal which no cell and no display has.

    Parameters
    ----------
    formulas : list of dict
        ``latex`` and ``line`` of each inline formula.
    displays, code : iterable of str
    """
    known = {float(digits) for latex in displays for digits in re.findall(r"\d*\.?\d+", latex)}
    known |= {number for source in code for number in _literals(source)}
    for formula in formulas:
        found = _CHOSEN.fullmatch(formula["latex"].strip())
        if found and float(found[1]) not in known:
            yield {"line": formula["line"], "digits": found[1]}


def _literals(source):
    return {
        float(part.value)
        for part in ast.walk(_tree(source))
        if isinstance(part, ast.Constant) and isinstance(part.value, (int, float))
    }


def by_hand(code):
    """Return the names that calls of ``values`` give in digits, with no name to compute from."""
    return [
        given.arg
        for call in ast.walk(_tree(code))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "values"
        for given in call.keywords
        if not any(isinstance(part, ast.Name) for part in ast.walk(given.value))
    ]


def _tree(code):
    try:
        return ast.parse(re.sub(r"(?m)^\s*[%!].*$", "", code))  # without IPython's commands
    except SyntaxError:  # the cell has failed, which is said elsewhere
        return ast.Module([], [])
