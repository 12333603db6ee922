"""Bindings of symbols to values, recomputed like a spreadsheet.

A derivative is an intervention: set one symbol and recompute what depends on it. That one
mechanism gives gradients, back-propagation through layers and time, partial derivatives with a
symbol held fixed, conditional expectations and limits.
"""

import numbers

import numpy as np

from .errors import EvaluationError, TexMathError
from .notation import FUNCTION, PROBABILITY, VALUE


class Cell:
    """A value computed from other symbols.

    Parameters
    ----------
    compute : callable
        ``compute(env, *indices)``; it reads other symbols as ``env[symbol, *indices]``.
    """

    def __init__(self, compute):
        self.compute = compute


class Function:
    """A function that the display may call.

    Parameters
    ----------
    compute : callable
        ``compute(*arguments)``.
    uses_env : bool
        Pass the environment first, for functions with parameters that are symbols themselves.
    indexed : bool
        ``compute(*indices)`` returns the function, as in :math:`f_l(z)`.
    """

    def __init__(self, compute, *, uses_env=False, indexed=False):
        self.compute, self.uses_env, self.indexed = compute, uses_env, indexed


class View:
    """A part of another symbol; setting it sets that part.

    Parameters
    ----------
    parent : str
        Pattern of the other symbol.
    locate : callable
        ``locate(*indices)`` returns the parent's indices and a tuple of zero-based positions or
        slices.
    """

    def __init__(self, parent, locate):
        self.parent, self.locate = parent, locate


class Probability:
    """The probability ``p(. | .)`` over the declared finite sample space."""


def component(parent, parent_indices=0):
    """Bind a family such as ``z_?`` to the entries of a vector or matrix, counted from 1.

    Parameters
    ----------
    parent : str
        Pattern of the array, or of a family of arrays.
    parent_indices : int
        How many of the indices, from the left, name the member of that family.

    Returns
    -------
    View
    """
    def locate(*indices):
        return indices[:parent_indices], tuple(i - 1 for i in indices[parent_indices:])
    return View(parent, locate)


def column(parent):
    r"""Bind a family such as ``\mathbf{w}_?`` to the columns of a matrix, counted from 1.

    Parameters
    ----------
    parent : str
        Pattern of the matrix.

    Returns
    -------
    View
    """
    return View(parent, lambda c: ((), (slice(None), slice(c - 1, c))))


def sequence(values, start=1):
    """Number a list of values from `start`.

    Parameters
    ----------
    values : iterable
    start : int

    Returns
    -------
    dict of int to object
    """
    return {start + k: value for k, value in enumerate(values)}


def normalise(symbol, value):
    """Return a binding in the form that the interpreters expect.

    Parameters
    ----------
    symbol : str
        Its pattern, for the error message.
    value : object

    Returns
    -------
    object

    Raises
    ------
    ValueError
        For values that are not scalars, two-dimensional arrays, functions, families or sets.
    """
    if isinstance(value, (Cell, Function, View, Probability, tuple)):
        return value
    if isinstance(value, dict):
        return {key: normalise(symbol, item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return value.item()
        if value.ndim != 2:
            raise ValueError(
                f"{symbol} is bound to an array of shape {value.shape}; bind vectors as columns "
                "of shape (n, 1) and matrices as (n, m)")
        return value if value.dtype == object else value.astype(float)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, numbers.Number) or hasattr(value, "free_symbols") or hasattr(
            value, "_mpf_"):
        return value
    if callable(value):
        return Function(value)
    raise ValueError(f"{symbol} is bound to {type(value).__name__}, which has no meaning in maths")


def kind_of(binding):
    """Return how the notation reads a symbol bound like this.

    Parameters
    ----------
    binding : object
        As :func:`normalise` returns it.

    Returns
    -------
    {"value", "function", "probability"}
    """
    if isinstance(binding, Function):
        return FUNCTION
    return PROBABILITY if isinstance(binding, Probability) else VALUE


class Environment:
    """Bindings together with interventions.

    Parameters
    ----------
    bindings : dict of str to object
        Pattern to binding, as :func:`normalise` returns it.
    interventions : dict, optional
        ``{(pattern, indices): value}``.
    space : callable, optional
        ``space(env)`` yields ``(probability, {(pattern, indices): value})`` for each outcome.
    ranges : dict of str to list of int, optional
        Values of the letters that bare sums run over.
    """

    def __init__(self, bindings, interventions=None, space=None, ranges=None):
        self.bindings, self.interventions = bindings, interventions or {}
        self.space, self.ranges, self.cache = space, ranges or {}, {}

    def get(self, symbol, indices=()):
        """Return the value of a symbol, computing it if need be.

        Parameters
        ----------
        symbol : str
        indices : tuple of int

        Returns
        -------
        object

        Raises
        ------
        EvaluationError
            When the symbol has no binding, its family has no such member, or computing it fails.
        """
        key = symbol, indices
        if key in self.interventions:
            return self.interventions[key]
        if key not in self.cache:
            self.cache[key] = self._compute(symbol, indices)
        return self.cache[key]

    def __getitem__(self, key):
        if isinstance(key, tuple):
            return self.get(key[0], tuple(key[1:]))
        return self.get(key)

    def _compute(self, symbol, indices):
        if symbol not in self.bindings:
            raise EvaluationError(f"{symbol} has no binding")
        binding = self.bindings[symbol]
        if isinstance(binding, Cell):
            return self._cell(symbol, binding, indices)
        if isinstance(binding, dict):
            index = indices[0] if len(indices) == 1 else indices
            if index not in binding:
                raise EvaluationError(f"{symbol} has no member with index {index}")
            value = binding[index]
            return self._cell(symbol, value, ()) if isinstance(value, Cell) else value
        if isinstance(binding, View):
            parent_indices, place = binding.locate(*indices)
            return take(self.get(binding.parent, tuple(parent_indices)), place)
        if indices:
            raise EvaluationError(f"{symbol} is not a family, but has an index")
        return binding

    def _cell(self, symbol, cell, indices):
        try:
            return normalise(symbol, cell.compute(self, *indices))
        except TexMathError:
            raise
        except Exception as error:  # whatever goes wrong in a binding, it has no value
            raise EvaluationError(
                f"{symbol} cannot be computed: {type(error).__name__}: {error}") from error

    def do(self, changes):
        """Return an environment in which the given symbols are set.

        Parameters
        ----------
        changes : dict
            ``{(pattern, indices): value}``.

        Returns
        -------
        Environment
        """
        interventions = dict(self.interventions)
        for (symbol, indices), value in changes.items():
            binding = self.bindings.get(symbol)
            if isinstance(binding, View):
                parent_indices, place = binding.locate(*indices)
                parent = binding.parent, tuple(parent_indices)
                whole = interventions[parent] if parent in interventions else self.get(*parent)
                interventions[parent] = put(whole, place, value)
            else:
                interventions[symbol, indices] = value
        return Environment(self.bindings, interventions, self.space, self.ranges)


def _full(place):
    return (place[0], 0) if len(place) == 1 else tuple(place)


def take(array, place):
    """Return an entry or a block; positions outside the array are errors, also negative ones."""
    if not isinstance(array, np.ndarray):
        raise EvaluationError("an index on a scalar")
    place = _full(place)
    for position, size in zip(place, array.shape, strict=True):
        first = position.start if isinstance(position, slice) else position
        if first is not None and not 0 <= first < size:
            raise EvaluationError(f"index {first + 1} is outside 1..{size}")
    part = array[place]
    return part if isinstance(part, np.ndarray) else part.item() if isinstance(
        part, np.generic) else part


def put(array, place, value):
    """Return a copy of `array` with an entry or block replaced."""
    changed = array.copy()
    if not isinstance(value, (float, int, np.ndarray)) and changed.dtype != object:
        changed = changed.astype(object)
    changed[_full(place)] = value
    return changed
