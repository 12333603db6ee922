"""Scripts and functions in random formulas."""

from dataclasses import replace

import numpy as np

from .combinations import ATOM, FACTOR, PRODUCT, SUM
from .symbols import ENTRYWISE, FUNCTIONS, clear, inside, inverse, ratio, smooth, softmax


class Functions:
    """Rules for powers, indices, elementary functions, norms and matrices."""

    # -- scripts -----------------------------------------------------------------------------
    def power(self, depth, shape):
        base, degree = self.closed(self.formula(depth), ATOM), self.choice("23")
        kind = self.choice(["whole", "inverse", "any"])
        if kind == "whole":
            return self.make("power", base.latex + self.script("^", degree),
                             lambda e: base.value(e) ** int(degree), base)
        if kind == "inverse":
            careless = ["inverse behind an index"] * base.indexed
            return self.make("power", base.latex + "^{-1}", lambda e: ratio(1, base.value(e)),
                             base, careless=careless)
        exponent, careless = self.formula(depth), ()
        if exponent.first == "bracket" and exponent.level == ATOM:
            return None
        if self.chance(0.03):
            exponent = replace(exponent, latex=f"({exponent.latex})")
            careless = ["bracketed exponent"]
        elif exponent.latex[0] == "(":
            return None
        return self.make("power", f"{base.latex}^{{{exponent.latex}}}",
                         lambda e: clear(base.value(e)) ** exponent.value(e), base, exponent,
                         careless=careless)

    def exponential(self, depth, shape):
        exponent = self.formula(depth)
        if exponent.latex[0] == "(":
            return None
        return self.make("exponential", f"e^{{{exponent.latex}}}",
                         lambda e: np.exp(inside(exponent.value(e) * 100) / 100), exponent)

    def matrix_power(self, depth, shape):
        if shape[0] != shape[1]:
            return None
        base = self.closed(self.formula(depth, shape), ATOM)
        script, function = self.choice([
            ("^{-1}", inverse), ("^2", lambda m: m @ m), (r"^{-\top}", lambda m: inverse(m).T),
            (r"^{\odot 2}", lambda m: m * m)])
        return self.make("matrix power", base.latex + script, lambda e: function(base.value(e)),
                         base, shape=shape)

    def transpose(self, depth, shape):
        base = self.closed(self.formula(depth, shape[::-1]), ATOM)
        return self.make("transpose", base.latex + self.choice([r"^\top", r"^{\top}"]),
                         lambda e: base.value(e).T, base, shape=shape)

    def entry(self, depth, shape):
        rows, columns = self.choice([(2, 1), (3, 1), (2, 3), (2, 2)])
        base = self.closed(self.formula(depth, (rows, columns)), ATOM)
        if base.kinds == {"family"}:
            base = self.bracket(base)
        i, j = self.random.randint(1, rows), self.random.randint(1, columns)
        index = str(i) if columns == 1 else self.choice([f"{i},{j}", f"{i}, {j}"])
        careless = columns > 1 and self.chance(0.05)
        if careless:
            index = f"{i}{j}"
        return self.make("entry", f"{base.latex}_{{{index}}}",
                         lambda e: base.value(e)[i - 1, j - 1], base, level=ATOM,
                         indexed=True, careless=["indices without a comma"] * careless)

    # -- functions ---------------------------------------------------------------------------
    def function(self, depth, shape):
        name = self.choice(ENTRYWISE)
        part, rule = self.formula(depth, shape), ENTRYWISE[name]

        def value(e):
            return rule(part.value(e))
        degree = self.choice("23")
        style = self.choice(["call", "call", "powered", "bare", "behind"])
        if style == "bare" and part.level == ATOM and part.kinds <= {"symbol", "number", "letter"}:
            return self.make("function", f"{name} {part.latex}", value, part, shape=shape,
                             open=True, level=PRODUCT)
        latex = self.bracketed_argument(part)
        if style == "powered":
            return self.make("function", f"{name}^{degree}{latex}",
                             lambda e: value(e) ** int(degree), part, shape=shape)
        if style == "behind" and self.chance(0.1):
            return self.make("function", f"{name}{latex}^{degree}",
                             lambda e: value(e) ** int(degree), part, shape=shape,
                             careless=["script behind a call"])
        return self.make("function", f"{name}{latex}", value, part, shape=shape)

    def bracketed_argument(self, *parts):
        left, right = self.choice([("(", ")"), (r"\left(", r"\right)"), ("[", "]")])
        return f"{left} {', '.join(p.latex for p in parts)} {right}"

    def call(self, depth, shape):
        part = self.formula(depth, shape)
        if shape == () and self.chance(0.3):
            other = self.formula(depth)
            return self.make("call", "g" + self.bracketed_argument(part, other),
                             lambda e: FUNCTIONS["g"](part.value(e), other.value(e)), part, other,
                             level=ATOM)
        level = ATOM if shape == () else FACTOR
        latex = self.bracketed_argument(part)
        if self.chance(0.3) and not self.differentiating and shape[1:] != (2,) != shape[1:]:
            if shape and shape[1] != 1:
                return None
            return self.make("prime", f"f'{latex}", lambda e: 2 * part.value(e) + 0.5, part,
                             shape=shape, level=level)
        return self.make("call", f"f{latex}", lambda e: FUNCTIONS["f"](part.value(e)), part,
                         shape=shape, level=level)

    def root(self, depth, shape):
        part = self.formula(depth)
        degree = self.choice(["", "", "3"])
        latex = rf"\sqrt[{degree}]" if degree else r"\sqrt"
        return self.make("root", f"{latex}{{{part.latex}}}",
                         lambda e: clear(part.value(e)) ** (1 / int(degree or 2)), part)

    def absolute(self, depth, shape):
        part = self.formula(depth)
        left, right = self.choice([(r"\lvert", r"\rvert"), ("|", "|"), (r"\left|", r"\right|")])
        if "|" in left and "|" in part.latex:
            left, right = r"\lvert", r"\rvert"
        return self.make("absolute", f"{left} {part.latex} {right}",
                         lambda e: np.abs(smooth(part.value(e))), part)

    def norm(self, depth, shape):
        array = self.choice([(2, 1), (3, 1), (2, 3)])
        part, squared = self.formula(depth, array), self.chance(0.5)
        bars = self.choice([(r"\lVert", r"\rVert"), (r"\|", r"\|"), (r"\left\|", r"\right\|")])
        if r"\|" in bars[0] and "|" in part.latex:
            bars = r"\lVert", r"\rVert"
        kind = "_F" if array[1] > 1 else self.choice(["", "_2", "_1"])

        def value(e):
            entries = np.abs(smooth(part.value(e)))
            length = entries.sum() if kind == "_1" else np.sqrt((entries**2).sum())
            return length**2 if squared else length
        return self.make("norm", f"{bars[0]} {part.latex} {bars[1]}{kind}{'^2' * squared}", value,
                         part)

    def extremum(self, depth, shape):
        name, rule = self.choice([(r"\max", np.maximum), (r"\min", np.minimum)])
        left, right = self.formula(depth, shape), self.formula(depth, shape)
        return self.make("extremum", name + self.bracketed_argument(left, right),
                         lambda e: rule(smooth(left.value(e)), smooth(right.value(e))), left,
                         right, shape=shape)

    def of_matrix(self, depth, shape):
        name, rule = self.choice([(r"\mathrm{tr}", np.trace), (r"\det", np.linalg.det)])
        part = self.formula(depth, (2, 2))
        return self.make("of a matrix", name + self.bracketed_argument(part),
                         lambda e: rule(part.value(e)), part)

    def of_column(self, depth, shape):
        if shape[1] == 1 and shape[0] > 1:
            part = self.formula(depth, shape)
            return self.make("softmax", r"\mathrm{softmax}" + self.bracketed_argument(part),
                             lambda e: softmax(part.value(e)), part, shape=shape)
        if shape[0] == shape[1]:
            part = self.formula(depth, (shape[0], 1))
            return self.make("diag", r"\mathrm{diag}" + self.bracketed_argument(part),
                             lambda e: np.diag(part.value(e).ravel()), part, shape=shape)
        return None

    def literal(self, depth, shape):
        cells = [[self.formula(depth - 1) for _ in range(shape[1])] for _ in range(shape[0])]
        rows = r" \\ ".join(" & ".join(c.latex for c in row) for row in cells)
        if any(row[0].latex.startswith("[") for row in cells):
            return None  # TeX reads a bracket behind \\ as its option
        name = self.choice(["bmatrix", "pmatrix"])
        return self.make("literal", rf"\begin{{{name}}} {rows} \end{{{name}}}",
                         lambda e: np.array([[c.value(e) for c in row] for row in cells]),
                         *(c for row in cells for c in row), shape=shape)

    def size_free(self, depth, shape):
        if shape[0] == shape[1]:
            latex, constant = self.choice([r"\mathbf{I}", rf"\mathbf{{I}}_{shape[0]}"]), np.eye
            constant = np.eye(shape[0])
        elif shape[1] == 1:
            latex = self.choice([r"\mathbf{1}", rf"\mathbf 1_{shape[0]}"])
            constant = np.ones(shape)
        else:
            return None
        left = self.closed(self.formula(depth, shape), SUM, open_allowed=True)
        factor = self.closed(self.formula(depth), PRODUCT)
        if factor.first == "ratio" or "inner" in factor.kinds:
            return None
        sign, s = self.choice([("+", 1), ("-", -1)])
        return self.make("size-free", f"{left.latex} {sign} {factor.latex} {latex}",
                         lambda e: left.value(e) + s * factor.value(e) * constant, left, factor,
                         shape=shape, level=SUM)
