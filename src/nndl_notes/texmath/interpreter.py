"""One walk over the tree for every arithmetic: floats, exact expressions, fifty digits."""

import math

import numpy as np

from .arithmetic import SizeFree, is_array, is_scalar
from .calculus import CalculusRules
from .dots import DotsRules
from .environment import Function, Probability, take
from .errors import AmbiguousNotation, EvaluationError, ShapeError, ShapeMismatch, TexMathError
from .probability import ProbabilityRules
from .relations import Relations
from .tree import strip


class Interpreter(CalculusRules, DotsRules, ProbabilityRules, Relations):
    """Evaluate a tree.

    Parameters
    ----------
    arithmetic : Arithmetic
    elementwise : bool
        Allow scalar plus array and powers of arrays, entry by entry, where a page says so.

    Attributes
    ----------
    magnitude : float
        Largest intermediate magnitude seen, the scale of an absolute tolerance.
    used : set of str
        ``"derivative"`` or ``"optimum"`` when a numerical approximation took part.
    """

    def __init__(self, arithmetic, elementwise=False):
        self.arithmetic, self.elementwise = arithmetic, elementwise
        self.magnitude, self.used, self.orders = 0.0, set(), None

    def value(self, node, env, local):
        """Return the value of a node.

        Parameters
        ----------
        node : Node
        env : Environment
        local : dict of str to int
            Values of the index letters in scope.

        Returns
        -------
        object
            Scalar, array of shape (n, m), function or finite set.

        Raises
        ------
        EvaluationError
            When it has none: shapes that do not fit, division by zero, a kink under a derivative.
        """
        try:
            value = getattr(self, "value_" + node.op)(node, env, local)
        except TexMathError as error:
            raise error.locate(node.start, node.end) from error.__cause__
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise EvaluationError(f"this has no value: {_said(error)}", node.start,
                                  node.end) from error
        if isinstance(value, float):
            self.magnitude = max(self.magnitude, abs(value))
        elif is_array(value) and value.size and value.dtype.kind == "f":
            self.magnitude = max(self.magnitude, float(np.abs(value).max()))
        return value

    def values(self, nodes, env, local):
        return [self.value(n, env, local) for n in nodes]

    # leaves ---------------------------------------------------------------------------------
    def value_number(self, node, env, local):
        return self.arithmetic.number(node.value)

    def value_percent(self, node, env, local):
        return self.arithmetic.divide(self.value(node.args[0], env, local),
                                      self.arithmetic.number("100"))

    def value_constant(self, node, env, local):
        return self.arithmetic.constant(node.value)

    def value_variable(self, node, env, local):
        if node.value not in local:
            raise EvaluationError(f"the letter {node.value} has no value in this case")
        return local[node.value]

    def value_paren(self, node, env, local):
        return self.value(node.args[0], env, local)

    def value_size_free(self, node, env, local):
        if not node.args:
            return SizeFree(node.value)
        rows, *more = (self.whole(a, env, local, "a size") for a in node.args)
        columns = more[0] if more else rows if node.value == "I" else 1
        return SizeFree(node.value).like((rows, columns))

    def value_symbol(self, node, env, local):
        value = env.get(node.value, self.indices(node.args, env, local))
        if isinstance(value, (Function, Probability)):
            raise EvaluationError(f"{node.value} is a function and stands here without arguments")
        return value

    def whole(self, node, env, local, what):
        value = self.value(node, env, local)
        integer = self.arithmetic.integer(value) if is_scalar(value) else None
        if integer is None:
            raise EvaluationError(f"{what} must be an integer, not {value}")
        return integer

    def indices(self, nodes, env, local):
        return tuple(self.whole(n, env, local, "an index") for n in nodes)

    def key(self, node, env, local):
        """Return (pattern, indices) of a symbol that is to be set or varied."""
        node = strip(node)
        if node.op != "symbol":
            raise EvaluationError("only a symbol can be varied, held or set")
        return node.value, self.indices(node.args, env, local)

    # algebra --------------------------------------------------------------------------------
    def value_negative(self, node, env, local):
        return self.arithmetic.negative(self.value(node.args[0], env, local))

    def value_add(self, node, env, local):
        total = None
        for arg in self.expand_dots(node.args, env, local):
            value = self.value(arg, env, local)
            total = value if total is None else self.plus(total, value, node)
        return total

    def plus(self, a, b, node):
        try:
            return self.arithmetic.add(a, b, self.elementwise)
        except ShapeMismatch as error:
            # 1 - a for a vector a is careless notation rather than a false statement.
            if any(_is_literal(arg) for arg in node.args):
                raise ShapeError(f"{error.message}; write \\mathbf{{1}}") from None
            raise

    def value_multiply(self, node, env, local):
        left, right = self.values(node.args, env, local)
        return self.arithmetic.multiply(left, right, node.value)

    def value_divide(self, node, env, local):
        left, right = self.values(node.args, env, local)
        if is_array(right) and not self.elementwise:
            raise ShapeError("division by a vector or matrix")
        return self.arithmetic.divide(left, right)

    def value_power(self, node, env, local):
        base, exponent = self.values(node.args, env, local)
        if is_array(base) and node.args[1].value == "T":
            raise AmbiguousNotation(r"a power or the transpose? the transpose is written ^\top")
        return self.arithmetic.power(base, exponent, self.acts_by_entry(node.args[0], base))

    def acts_by_entry(self, node, base):
        r"""Tell whether a power means that of each entry, as in ``\tanh^2(\mathbf{z})``."""
        if node.op == "apply" and node.value not in _MATRIX_FUNCTIONS:
            return True
        if is_array(base) and base.shape[1] == 1:
            return self.elementwise or node.op in ("apply", "call")
        return self.elementwise and not (is_array(base) and base.shape[0] == base.shape[1])

    def value_elementwise_power(self, node, env, local):
        base, exponent = self.values(node.args, env, local)
        if not is_array(base):
            raise ShapeError(r"^{\odot} needs an array")
        return self.arithmetic.power(base, exponent, True)

    def value_root(self, node, env, local):
        value = self.value(node.args[0], env, local)
        if is_array(value) and not self.elementwise:
            raise ShapeError("the root of an array")
        if len(node.args) == 1:
            return self.arithmetic.function("sqrt", value)
        degree = self.arithmetic.divide(self.arithmetic.number("1"),
                                        self.value(node.args[1], env, local))
        return self.arithmetic.power(value, degree, True)

    def value_binomial(self, node, env, local):
        n, k = (self.whole(a, env, local, "an entry of a binomial") for a in node.args)
        if n < 0 or k < 0:
            raise EvaluationError("a binomial of negative numbers")
        return math.comb(n, k)

    def value_transpose(self, node, env, local):
        return self.arithmetic.transpose(self.value(node.args[0], env, local))

    def value_inverse(self, node, env, local):
        return self.arithmetic.inverse(self.value(node.args[0], env, local))

    def value_norm(self, node, env, local):
        return self.arithmetic.norm(self.value(node.args[0], env, local), node.value)

    def value_absolute(self, node, env, local):
        value = self.value(node.args[0], env, local)
        if isinstance(value, tuple):
            return len(value)
        if not is_scalar(value):
            raise ShapeError(r"single bars around an array; a norm is written \lVert . \rVert")
        return abs(value)

    def value_floor(self, node, env, local):
        # A quotient of integers in floating point may fall just below the integer it equals.
        return math.floor(self.for_rounding(node, 1e-12, env, local))

    def value_ceiling(self, node, env, local):
        return math.ceil(self.for_rounding(node, -1e-12, env, local))

    def for_rounding(self, node, nudge, env, local):
        value = self.value(node.args[0], env, local)
        if not is_scalar(value):
            raise ShapeError("only a scalar is rounded")
        return value + nudge if isinstance(value, float) else value

    def value_index(self, node, env, local):
        array = self.value(node.args[0], env, local)
        if not is_array(array):
            raise ShapeError("an index on a scalar")
        place = self.indices(node.args[1:], env, local)
        if len(place) == 1 and array.shape[1] != 1:
            raise ShapeError("one index on a matrix")
        return take(array, tuple(i - 1 for i in place))

    def value_matrix(self, node, env, local):
        return self.arithmetic.matrix([self.values(row.args, env, local) for row in node.args])

    # functions ------------------------------------------------------------------------------
    def value_apply(self, node, env, local):
        values = self.values(self.expand_dots(node.args, env, local), env, local)
        name = node.value
        if name in (r"\max", r"\min"):
            return self.largest(name, values)
        if len(values) != 1 or isinstance(values[0], (SizeFree, tuple)):
            raise EvaluationError(f"{name} takes one argument of known size")
        x = values[0]
        if name in _MATRIX_FUNCTIONS:
            if not is_array(x):
                raise ShapeError(f"{name} of a scalar")
            return _MATRIX_FUNCTIONS[name](self.arithmetic, x)
        return self.arithmetic.function(name, x)

    def largest(self, name, values):
        if len(values) == 1 and is_array(values[0]):
            return self.arithmetic.extremum(name, list(values[0].flat))
        arrays = [v for v in values if is_array(v)]
        if not arrays:
            return self.arithmetic.extremum(name, values)
        values = [v.like(arrays[0].shape) if isinstance(v, SizeFree) else v for v in values]
        if any(not is_array(v) or v.shape != arrays[0].shape for v in values):
            raise ShapeError(f"{name} of arrays of different shapes")
        return self.arithmetic.tidy(np.array(
            [[self.arithmetic.extremum(name, [v[i, j] for v in values])
              for j in range(arrays[0].shape[1])] for i in range(arrays[0].shape[0])],
            dtype=object))

    def value_call(self, node, env, local):
        spec, primes = node.args[0].value
        function = env.bindings[spec]
        indices = self.indices(node.args[0].args, env, local)
        if indices and not function.indexed:
            raise EvaluationError(f"{spec} is not a family of functions")
        compute = function.compute
        if function.indexed:
            try:
                compute = function.compute(*indices)
            except Exception as error:
                raise EvaluationError(f"{spec} has no member with index {indices}") from error
        arguments = self.values(self.expand_dots(node.args[1:], env, local), env, local)

        def call(*given):
            try:
                result = compute(env, *given) if function.uses_env else compute(*given)
            except TexMathError:
                raise
            except Exception as error:  # whatever goes wrong in a binding, it has no value
                raise EvaluationError(f"{spec} cannot be computed: {_said(error)}") from error
            if isinstance(result, np.generic) or (is_array(result) and result.ndim == 0):
                return result.item()
            if is_array(result) and result.ndim != 2:
                raise EvaluationError(f"{spec} returned an array of shape {result.shape}; "
                                      "vectors are columns of shape (n, 1)")
            return result
        if not primes:
            return call(*arguments)
        if len(arguments) != 1:
            raise EvaluationError("a prime needs a function of one variable")
        self.used.add("derivative")
        return self.prime(call, primes, arguments[0])

    # sums, products, extrema over an index -------------------------------------------------
    def value_big(self, node, env, local):
        op, domains = node.value
        values = [self.value(node.args[0], env, inner)
                  for inner in self.each_index(domains, env, local)
                  if all(self.holds(c, env, inner) for c in node.args[1:])]
        if op == r"\sum":
            total = SizeFree("0", 0)
            for value in values:
                total = self.arithmetic.add(total, value)
            return total if not (isinstance(total, SizeFree) and not values) else SizeFree("0", 0)
        if op == r"\prod":
            product = 1
            for value in values:
                product = self.arithmetic.multiply(product, value, "juxtaposed")
            return product
        if not values or not all(is_scalar(v) for v in values):
            raise EvaluationError(f"{op} needs scalars and at least one of them")
        if op in (r"\argmin", r"\argmax"):
            raise EvaluationError("an arg max over an index has no value here")
        return self.arithmetic.extremum(op, values)

    def each_index(self, domains, env, local):
        if not domains:
            yield local
            return
        (letter, kind, low, high), rest = domains[0], domains[1:]
        if kind == "range":
            bounds = (self.whole(b, env, local, "a limit of summation") for b in (low, high))
            first, last = bounds
            members = range(first, last + 1)
        elif kind == "set":
            members = self.value(low, env, local)
            if not isinstance(members, tuple):
                raise EvaluationError("the letter of a sum must run over a set")
        else:
            members = env.ranges[letter]
        for member in members:
            yield from self.each_index(rest, env, {**local, letter: member})


def _is_literal(node):
    node = strip(node)
    return node.op == "number" or (node.op == "negative" and _is_literal(node.args[0]))


def _said(error):
    return f"{type(error).__name__}: {error}"


def _diag(arithmetic, x):
    if x.shape[1] != 1:
        raise ShapeError(f"diag of shape {x.shape}; it takes a column vector")
    out = np.zeros((x.shape[0], x.shape[0]), dtype=x.dtype)
    out[np.diag_indices(x.shape[0])] = x[:, 0]
    return out


def _square(name, x):
    if x.shape[0] != x.shape[1]:
        raise ShapeError(f"{name} of a matrix that is not square")
    return x


def _softmax(arithmetic, x):
    largest = x.max(axis=0) if x.dtype.kind == "f" else 0
    exponentials = arithmetic.function(r"\exp", x - largest)
    return exponentials / exponentials.sum(axis=0)


def _determinant(arithmetic, x):
    _square("det", x)
    if x.dtype.kind == "f":
        return float(np.linalg.det(x))
    if x.shape == (1, 1):
        return x[0, 0]
    minors = [np.delete(x[1:], j, axis=1) for j in range(x.shape[1])]
    return sum((-1) ** j * x[0, j] * _determinant(arithmetic, m) for j, m in enumerate(minors))


def _rank(arithmetic, x):
    if x.dtype.kind != "f":
        raise EvaluationError("rank is evaluated in floating point only")
    return int(np.linalg.matrix_rank(x))


_MATRIX_FUNCTIONS = {
    r"\mathrm{diag}": _diag,
    r"\mathrm{tr}": lambda arithmetic, x: _square("tr", x).diagonal().sum(),
    r"\mathrm{vec}": lambda arithmetic, x: x.reshape(-1, 1, order="F"),
    r"\mathrm{softmax}": _softmax,
    r"\det": _determinant,
    r"\mathrm{rank}": _rank,
}
