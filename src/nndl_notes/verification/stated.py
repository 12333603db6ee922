"""Does a formula in running text state something that can be true or false?"""

import re

_RELATIONS = """
    = < > ≤ ≥ ≠ ≈ ∈ \\eq \\ne \\neq \\approx \\equiv \\le \\leq \\leqslant \\ge \\geq \\geqslant
    \\lt \\gt \\ll \\gg \\in \\notin \\ni \\sim \\simeq \\cong \\propto \\prec \\succ \\preceq
    \\succeq \\subset \\subseteq \\supset \\supseteq \\iff \\implies \\Rightarrow \\Leftrightarrow
    \\lesssim \\gtrsim \\asymp \\nleq \\ngeq \\nless \\ngtr \\leqq \\geqq ⩽ ⩾ ⇒ ⇔
    \\Longrightarrow \\Longleftrightarrow \\triangleq \\coloneqq \\doteq \\perp \\parallel
""".split()
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_STATES = frozenset(_RELATIONS)


def states_relation(latex):
    r"""Tell whether `latex` contains a relation outside its subscripts and superscripts.

    ``\sum_{n=1}^{N} x_n`` states nothing, ``x_n = 1`` does.

    Parameters
    ----------
    latex : str
        A formula without its dollar signs.

    Returns
    -------
    bool
    """
    tokens = _TOKEN.findall(latex)
    depth, script_depths, after_script_mark = 0, [], False
    for token in tokens:
        if token.isspace():
            continue
        if token == "{":
            depth += 1
            if after_script_mark:
                script_depths.append(depth)
        elif token == "}":
            if script_depths and script_depths[-1] == depth:
                script_depths.pop()
            depth -= 1
        elif token in _STATES and not script_depths and not after_script_mark:
            return True
        after_script_mark = token in ("_", "^")
    return False
