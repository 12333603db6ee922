"""Derivatives as interventions, values at a point, orders of magnitude, extrema."""

import numpy as np

from .arithmetic import SizeFree, is_array, is_scalar
from .environment import Function, Probability, put, take
from .errors import EvaluationError, ShapeError
from .numeric import slope
from .tree import strip


class CalculusRules:
    """Interpreter methods for calculus."""

    def prime(self, function, order, at):
        """Return the derivative of given order of a function of one variable.

        At a column vector it acts entry by entry, as f'(z) in the book.
        """
        def differentiated(inner):
            def outer(x):
                if is_array(x):
                    if x.shape[1] != 1:
                        raise ShapeError("a prime at a matrix")
                    return _diagonal(self.arithmetic.derivative(inner, x))
                return self.arithmetic.derivative(inner, x)
            return outer
        for _ in range(order):
            function = differentiated(function)
        return function(at)

    def value_derivative(self, node, env, local):
        self.used.add("derivative")
        variables = [(v, v.op == "wrt_transposed") for v in node.args[1:] for _ in range(v.value)]

        def differentiate(k, env):
            if k == len(variables):
                return self.value(node.args[0], env, local)
            return self.arithmetic.derivative(
                *self.intervention(variables[k][0].args[0], env, local,
                                   lambda changed: differentiate(k + 1, changed)))
        result = differentiate(0, env)
        return self.laid_out(result, [t for _, t in variables], [
            is_array(self.value(v.args[0], env, local)) for v, _ in variables])

    def laid_out(self, result, transposed, arrays):
        """Arrange a derivative in the layout that its denominator asks for."""
        if len(arrays) == 1:
            return self.arithmetic.transpose(result) if transposed[0] else result
        if not any(arrays):
            if any(transposed):
                raise ShapeError("the transpose of a scalar")
            return result
        if arrays != [True, True] or sum(transposed) != 1:
            raise ShapeError(r"a Hessian is written \partial w \, \partial w^\top")
        return self.arithmetic.transpose(result) if transposed[0] else result

    def intervention(self, variable, env, local, then):
        """Return (function of the variable's value, current value)."""
        variable, place = strip(variable), None
        if variable.op == "index":
            place = tuple(i - 1 for i in self.indices(variable.args[1:], env, local))
            place = place if len(place) > 1 else (place[0], 0)
            variable = variable.args[0]
        if variable.op == "variable":
            raise EvaluationError("a derivative by an integer index")
        key = self.key(variable, env, local)
        current = env.get(*key)
        if isinstance(current, (Function, Probability, tuple, SizeFree)):
            raise EvaluationError(f"{key[0]} cannot be varied")
        if place is None:
            if isinstance(current, int):
                current = self.arithmetic.number(str(current)) if current >= 0 else current
            return (lambda x: then(env.do({key: x}))), current

        def set_entry(x):
            return then(env.do({key: put(current, place, x)}))
        return set_entry, take(current, place)

    def value_hold(self, node, env, local):
        held = {self.key(s, env, local): self.value(s, env, local) for s in node.args[1:]}
        return self.value(node.args[0], env.do(held), local)

    def value_at(self, node, env, local):
        """Evaluate at a point; a derivative inside is taken first, as a function of the point."""
        changes = {self.key(s.args[0], env, local): self.value(s.args[1], env, local)
                   for s in node.args[1:]}
        return self.value(node.args[0], env.do(changes), local)

    def value_order(self, node, env, local):
        if self.orders is None:
            raise EvaluationError("O(.) needs a declared limit: limit={symbol: steps}")
        gauge = self.value(node.args[0], env, local)
        if not is_scalar(gauge):
            raise ShapeError("O(.) of an array")
        self.orders.append(abs(gauge))
        return 0

    # extrema over a continuous variable -----------------------------------------------------
    def value_optimum(self, node, env, local):
        if self.arithmetic.name != "float64":
            raise EvaluationError("an extremum over a continuous variable is searched in "
                                  "floating point only")
        self.used.add("optimum")
        key = self.key(node.args[1], env, local)
        start = env.get(*key)
        sign = -1 if "max" in node.value else 1

        def shaped(flat):
            return float(flat[0]) if is_scalar(start) else flat.reshape(start.shape)

        def objective(flat):
            value = self.value(node.args[0], env.do({key: shaped(flat)}), local)
            if not is_scalar(value):
                raise ShapeError("the objective of an extremum must be a scalar")
            return sign * value

        constraints = [_constraint(self, c, env, local, key, shaped) for c in node.args[2:]]
        point, value = _minimise(objective, np.size(start), constraints)
        return shaped(point) if node.value.startswith(r"\arg") else sign * value


def _diagonal(jacobian):
    if not is_array(jacobian) or jacobian.shape[0] != jacobian.shape[1]:
        raise ShapeError("a prime at a vector needs a function that acts entry by entry")
    off = [abs(x) for i, row in enumerate(jacobian) for j, x in enumerate(row) if i != j]
    if jacobian.dtype.kind == "f" and off and max(off) > 1e-9 * max(1, np.abs(jacobian).max()):
        raise ShapeError("a prime at a vector needs a function that acts entry by entry")
    if jacobian.dtype.kind == "O" and any(x != 0 for x in off):
        raise ShapeError("a prime at a vector needs a function that acts entry by entry")
    return jacobian.diagonal().reshape(-1, 1)


def _constraint(interpreter, chain, env, local, key, shaped):
    if chain.value != ("=",):
        raise EvaluationError("only one equality can constrain an extremum")

    def residual(flat):
        inner = env.do({key: shaped(flat)})
        left, right = interpreter.values(chain.args, inner, local)
        return left - right
    return {"type": "eq", "fun": residual}


def _minimise(objective, size, constraints):
    from scipy.optimize import minimize

    def gradient(flat):
        return np.array([slope(lambda h, e=e: objective(flat + h * e)) for e in np.eye(size)])
    start = np.random.default_rng(0).normal(size=size)
    if constraints:
        found = minimize(objective, start, method="SLSQP", constraints=constraints,
                         options={"ftol": 1e-14, "maxiter": 500})
        # Status 8: no further descent is resolvable, which at this ftol means converged.
        if not found.success and found.status != 8:
            raise EvaluationError(f"the constrained search failed: {found.message}")
        return found.x, float(found.fun)
    found = minimize(objective, start, jac=gradient, method="BFGS",
                     options={"gtol": 1e-9, "maxiter": 500})
    # Far away a step is lost to rounding, and the slope of an unbounded objective seems to vanish.
    far = np.abs(found.x).max() > 1e8
    if far or np.abs(gradient(found.x)).max() > 1e-5 * max(1.0, np.abs(gradient(start)).max()):
        raise EvaluationError("the search for an extremum did not converge")
    return found.x, float(found.fun)
