"""Operators with a scope in random formulas: sums, cases, derivatives, values at a point."""

import numpy as np

from .combinations import ATOM, FACTOR, MIXED, PRODUCT
from .symbols import RANGES, apart, smooth, step


class Scopes:
    """Rules for what binds a letter or sets a symbol."""

    # -- scopes ------------------------------------------------------------------------------
    def big(self, depth, shape):
        fresh = [n for n in RANGES if n not in self.scope]
        if not fresh:
            return None
        n = self.choice(fresh)
        operators = [r"\sum", r"\sum", r"\prod"] if shape == () else [r"\sum"]
        op = self.choice([*operators, r"\max"] if shape == () else operators)
        last = self.choice(["N", "3", *self.scope])
        limits = self.choice([f"_{{{n}=1}}^{{{last}}}", f"_{{{n} = 1}}^{last}", f"_{n}"])
        if limits == f"_{n}" or op == r"\max":
            limits, last = f"_{n}", "N"
        self.scope.append(n)
        body = self.formula(depth, shape)
        self.scope.pop()
        if op == r"\sum":
            body = self.closed(body, MIXED, open_allowed=True)
        elif op == r"\max" or body.level < FACTOR or body.open:
            body = self.bracket(body)

        def value(e):
            terms = [body.value({**e, n: k}) for k in range(1, int(e.get(last) or last) + 1)]
            if op == r"\max":
                return max(smooth(t) for t in terms)
            return sum(terms) if op == r"\sum" else np.prod(terms)
        return self.make(op, f"{op}{limits} {body.latex}", value, body, shape=shape, open=True,
                         level=PRODUCT)

    def cases(self, depth, shape):
        yes, no, test = (self.formula(depth, shape), self.formula(depth, shape),
                         self.formula(depth - 1))
        relation = self.choice(["<", r"\geq"])

        def value(e):
            left, right = smooth(test.value(e)), smooth(e["x"])
            apart(left, right)
            holds = left < right if relation == "<" else left >= right
            return yes.value(e) if holds else no.value(e)
        rest = self.choice([r"\text{otherwise}", r"\text{otherwise.}"])
        return self.make("cases", rf"\begin{{cases}} {yes.latex} & \text{{if }} {test.latex} "
                         rf"{relation} x, \\ {no.latex} & {rest} \end{{cases}}", value, yes, no,
                         test, shape=shape)

    def indicator(self, depth, shape):
        left, right = self.formula(depth), self.formula(depth)

        def value(e):
            a, b = smooth(left.value(e)), smooth(right.value(e))
            apart(a, b)
            return float(a > b)
        return self.make("indicator", rf"\mathbb{{1}}({left.latex} > {right.latex})", value, left,
                         right)

    def at_point(self, depth, shape):
        body, point = self.formula(depth, shape), self.formula(0)
        return self.make("at a point", rf"\left. {body.latex} \right|_{{x = {point.latex}}}",
                         lambda e: body.value({**e, "x": point.value(e)}), body, point,
                         shape=shape)

    def derivative(self, depth, shape):
        if self.differentiating or shape not in ((), (2, 1)):
            return None
        variable = r"\mathbf{w}" if shape else self.choice(["x", r"\lambda"])
        self.differentiating = True
        body = self.formula(min(depth, 2))
        self.differentiating = False
        style = self.choice(["numerator", "operator", "nabla"] if shape else
                            ["numerator", "operator"])
        if style == "numerator":
            body = self.closed(body, PRODUCT, open_allowed=True)
            latex = rf"\frac{{\partial {body.latex}}}{{\partial {variable}}}"
        elif style == "operator":
            latex = rf"\frac{{\partial}}{{\partial {variable}}} {self.bracket(body).latex}"
        else:
            body = self.closed(body, ATOM)
            latex = rf"\nabla_{{{variable}}} {body.latex}"
        return self.make("derivative", latex, lambda e: step(
            lambda value: body.value({**e, variable: value}), e[variable]), body, shape=shape,
                         open=style != "numerator", level=PRODUCT)
