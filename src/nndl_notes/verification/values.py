"""Numbers in sentences come from cells.

A cell names them, ``page.values(slope=mean_slope(1))``, and a sentence shows one in a format of
Python: ``{value}`slope:.4f` `` becomes 0.2066.  In the source of a page the role must not be
broken over lines.
"""

import math
import re
from numbers import Integral, Real

ROLE = re.compile(r"\{value\}`(?P<text>[^`\n]+)`")
THIN_SPACE = "\u202f"  # groups digits, as in formulas; no line breaks there
COARSEST = 0.1  # what rounding may change of a number that is shown
_FORMAT = re.compile(r"d?|,?(\.\d+[fe%])?")
_SHOWN = re.compile(r"(?P<number>−?[\d\u202f]+\.?(?P<decimals>\d*))(?P<unit>%?( × 10[⁻⁰¹²³⁴-⁹]+)?)")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(name, value):
    """Return a value as a plain number.

    Parameters
    ----------
    name : str
        For the message.
    value : int, float or array of one element

    Returns
    -------
    int or float

    Raises
    ------
    ValueError
        If it is no finite real number.
    """
    if getattr(value, "size", 0) == 1:  # NumPy's; it is not imported here
        value = value.item()
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
        return int(value) if isinstance(value, Integral) else float(value)
    raise ValueError(f"{name}: expected a finite real number, got {value!r}")


def name_of(text):
    """Return the name in the text of a role, ``"slope:.4f"``."""
    return text.partition(":")[0].strip()


def shown(text, values):
    """Return what a sentence shows for the text of a role.

    Parameters
    ----------
    text : str
        Name and format, such as ``"slope:.4f"``; an integer needs no format.
    values : dict of str to int or float

    Raises
    ------
    ValueError
        For an unknown name, for a format that does not say how many digits are shown, and for one
        that rounds a tenth or more away.
    """
    name, (_, _, form) = name_of(text), text.partition(":")
    if name not in values:
        known = ", ".join(sorted(values)) or "none"
        raise ValueError(f"no cell gives the value {name!r}; given are: {known}")
    if isinstance(values[name], float) and not form.strip():
        raise ValueError(f"{text}: say how many digits are shown, such as {name}:.3f")
    if not _FORMAT.fullmatch(form.strip()):
        raise ValueError(f"{text}: expected a format such as .3f, .1e, .1% or a comma, "
                         f"got {form.strip()!r}")
    try:
        written = format(values[name], form.strip())
    except ValueError as error:
        raise ValueError(f"{text}: {error}") from None
    said = float(written.rstrip("%").replace(",", "")) / (100 if written.endswith("%") else 1)
    # What is zero but for rounding errors may be shown as 0.00.
    last = 10.0 ** -len(written.rstrip("%").partition(".")[2]) if "e" not in written else 0
    if not math.isclose(said, values[name], rel_tol=COARSEST, abs_tol=last / 1000):
        raise ValueError(f"{text}: {written} is too coarse for {values[name]!r}")
    mantissa, _, exponent = (written if said else written.replace("-", "")).partition("e")
    if exponent:
        mantissa += f" × {power_of_ten(exponent)}"
    return mantissa.replace("-", "−").replace(",", THIN_SPACE)


def power_of_ten(exponent):
    """Return a power of ten, such as ``10⁻⁷`` for ``"-07"``."""
    return "10" + str(int(exponent)).translate(_SUPERSCRIPTS)


def given(bundles):
    """Return ``{name: number}`` of what the cells of a page have given, the last of each name."""
    return {name: value for bundle in bundles for name, value in bundle.get("values", {}).items()}


def given_twice(bundles):
    """Return the names to which cells have given different numbers, and these numbers."""
    found = {}
    for bundle in bundles:
        for name, value in bundle.get("values", {}).items():
            found.setdefault(name, {})[value] = None
    return {name: list(numbers) for name, numbers in found.items() if len(numbers) > 1}


def of_page(roles, bundles):
    """Return what the sentences of a page show: text of the role to what the reader sees.

    Parameters
    ----------
    roles : iterable of (str, int)
        Text and line of each role, as ``source.Source.values`` has them.
    bundles : list of dict

    Raises
    ------
    ValueError
        With the line, where a role cannot be resolved.
    """
    values, found = given(bundles), {}
    for text, line in roles:
        try:
            found[text] = shown(text, values)
        except ValueError as error:
            raise ValueError(f"line {line}: {error}") from None
    return found


def replaced(markdown, found):
    """Return Markdown with numbers in the place of roles.

    Parameters
    ----------
    markdown : str
    found : dict of str to str
        As `of_page` gives it.

    Raises
    ------
    ValueError
        If one is missing.
    """
    def number_for(match):
        if match["text"] not in found:
            raise ValueError(f"the value {match['text']!r} is not recorded; an author has to run "
                             "nndl-notes record")
        return found[match["text"]]
    return ROLE.sub(number_for, markdown)


def agree(one, other):
    """Tell whether two numbers as shown are the same but for a unit of the last digit.

    So much may processors differ.  Counts are the same or not, as are numbers of one digit, and
    another number of decimals, a per cent sign or another power of ten makes another statement.
    """
    first, second = (_SHOWN.fullmatch(text) for text in (one, other))
    if one == other or not (first and second):
        return one == other
    alike = len(first["decimals"]) == len(second["decimals"]) and first["unit"] == second["unit"]
    plain = str.maketrans({".": "", THIN_SPACE: "", "−": "-"})
    units = [int(part["number"].translate(plain)) for part in (first, second)]
    near = abs(units[0] - units[1]) <= 1 and min(map(abs, units)) >= 10
    return alike and bool(first["decimals"]) and near
