"""The symbols of random formulas, and what NumPy needs to compute with them."""

import numpy as np

N = 4
_generic = np.random.default_rng(20).uniform
SCALARS = {"a": 0.83, "b": -1.37, "c": 2.21, "x": 0.57, r"\lambda": 1.62, r"\alpha": -0.44,
           "N": N}
ARRAYS = {r"\mathbf{u}": (3, 1), r"\mathbf v": (3, 1), r"\mathbf{w}": (2, 1),
          r"\boldsymbol{\mu}": (2, 1), r"\mathbf{A}": (2, 3), r"\mathbf{B}": (3, 2),
          r"\mathbf{S}": (2, 2), r"\boldsymbol\Sigma": (3, 3)}
ARRAYS = {name: _generic(-1.5, 1.5, shape) for name, shape in ARRAYS.items()}
FAMILIES = {"x_?": dict(enumerate(_generic(0.3, 1.5, N), 1)),
            "y^{(?)}": dict(enumerate(_generic(-1.5, 1.5, N), 1))}
COLUMNS = {n: _generic(-1.5, 1.5, (3, 1)) for n in range(1, N + 1)}
FUNCTIONS = {"f": lambda z: z * z + 0.5 * z, "g": lambda z, t: z - 2.5 * t}
BINDINGS = {**SCALARS, **ARRAYS, **FAMILIES, r"\mathbf{x}_?": COLUMNS, **FUNCTIONS}
RANGES = {"n": range(1, N + 1), "m": range(1, N + 1)}
START = {**SCALARS, **ARRAYS}


class Outside(Exception):
    """The formula is too near a pole, a kink or an overflow to be compared."""


def inside(value):
    if not np.all(np.abs(value) < 1e3):
        raise Outside
    return value


def clear(value, least=0.05):
    """Return a value that is well above zero."""
    if not np.all(np.real(value) > least):
        raise Outside
    return value


def smooth(value):
    """Return a value that is not being differentiated by a complex step."""
    if np.iscomplexobj(value):
        raise Outside
    return value


def apart(a, b):
    if not np.all(np.abs(a - b) > 1e-3):
        raise Outside


def ratio(a, b):
    clear(np.abs(b))
    return a / b


def inverse(matrix):
    if np.linalg.cond(matrix) > 50:
        raise Outside
    return np.linalg.inv(matrix)


def step(function, at):
    """Differentiate by a complex step."""
    if np.iscomplexobj(at):
        raise Outside
    if np.ndim(at) == 0:
        return np.imag(function(at + 1e-30j)) / 1e-30
    slopes = [np.imag(function(at + 1e-30j * unit.reshape(at.shape))) / 1e-30
              for unit in np.eye(at.size)]
    return np.array(slopes).reshape(at.shape)


ENTRYWISE = {r"\tanh": np.tanh, r"\sin": np.sin, r"\cos": np.cos, r"\exp": np.exp,
             r"\log": lambda z: np.log(clear(z))}


def softmax(z):
    return np.exp(z) / np.exp(z).sum()
