"""A display formula by itself: what stands between two dollar signs, in any program."""

import re

# Numbers come from labels, so every environment of AMS-LaTeX becomes its inner, unnumbered form.
_ENVIRONMENTS = {
    "equation": "",
    "equation*": "",
    "align": "aligned",
    "align*": "aligned",
    "split": "aligned",
    "gather": "gathered",
    "gather*": "gathered",
    "multline": "gathered",
    "multline*": "gathered",
}


def by_itself(latex):
    r"""Return a formula that needs no environment of AMS-LaTeX around it.

    Parameters
    ----------
    latex : str
        The content of a ``{math}`` directive: lines may be broken or aligned outside of any
        environment.

    Returns
    -------
    str
    """

    def rename(match):
        name = _ENVIRONMENTS.get(match[2], match[2])
        return f"{match[1]}{{{name}}}" if name else ""

    latex = re.sub(r"(\\(?:begin|end))\s*\{([a-z]+\*?)\}", rename, latex).strip()
    outside = _outer_text(latex)
    if r"\\" in outside or re.search(r"(?<!\\)&", outside):
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    return latex


def _outer_text(latex):
    """Return what stands outside every environment and group of a formula."""
    depth, outside = 0, []
    for token in re.findall(r"\\begin\b|\\end\b|\\.|[{}]|[^\\{}]+", latex, flags=re.DOTALL):
        if token in {r"\begin", "{"}:
            depth += 1
        elif token in {r"\end", "}"}:
            depth -= 1
        elif depth == 0:
            outside.append(token)
    return "".join(outside)
