"""Chapter 8: softmax, dot products of random vectors, maximum pooling, attention."""

import itertools
import math

import numpy as np
from scipy.special import softmax

from nndl_notes.verification import Cell, Instance, column, component

from .registry import instance, numbered

D = 3
QUERY, KEY = r"\mathbf{q}", r"\mathbf{k}"


@instance("softmax-jacobian", "softmax-jacobian-matrix")
def attention_weights(rng):
    indices = range(1, D + 1)
    return Instance({
        r"\mathbf{z}": rng.normal(size=(D, 1)), "z_?": component(r"\mathbf{z}"),
        r"\boldsymbol{\alpha}": Cell(lambda env: softmax(env[r"\mathbf{z}"], axis=0)),
        r"\alpha_?": component(r"\boldsymbol{\alpha}"),
        r"\delta_{??}": Cell(lambda env, i, j: int(i == j))},
        forall=[{"i": i, "j": j} for i in indices for j in indices])


def random_vectors(laws):
    """Return an instance with independent components; a law is a list of (value, probability)."""
    size = len(laws) // 2

    def space(env):
        for outcome in itertools.product(*laws):
            values = np.array([[value] for value, _ in outcome])
            yield (math.prod(probability for _, probability in outcome),
                   {(QUERY, ()): values[:size], (KEY, ()): values[size:]})

    return Instance({QUERY: np.zeros((size, 1)), KEY: np.zeros((size, 1)), "D": size,
                     "q_?": component(QUERY), "k_?": component(KEY)}, space=space)


@instance("dot-product-variance", links=(0, 1))
def zero_means_and_any_variances(rng):
    points = rng.uniform(0.5, 2, size=(4, 2))
    return random_vectors([[(-a, c / (a + c)), (c, a / (a + c))] for a, c in points])


@instance("dot-product-variance", "scaled-dot-product-variance")
def zero_means_and_unit_variances(rng):
    value = math.sqrt(3 / 2)
    return random_vectors([[(-value, 1 / 3), (0.0, 1 / 3), (value, 1 / 3)]] * 4)


@instance("max-gradient")
def distinct_components(rng):
    return Instance({
        r"\mathbf{x}": rng.normal(size=(D, 1)), "x_?": component(r"\mathbf{x}"), "D": D,
        "y": Cell(lambda env: float(np.sort(env[r"\mathbf{x}"][:, 0])[-1]))},
        forall=[{"i": i} for i in range(1, D + 1)])


@instance("self-attention")
def queries_and_inputs(rng, N=4):
    X, q = rng.normal(size=(D, N)), rng.normal(size=(D, 1))

    def weights(X, q):
        return softmax(X.T @ q / math.sqrt(D), axis=0)

    return {r"\mathbf{X}": X, r"\mathbf{q}": q, "N": N, "D": D,
            r"\mathbf{x}_?": column(r"\mathbf{X}"),
            r"\alpha_?": numbered(weights(X, q)[:, 0]),
            r"\mathrm{att}": lambda X, q: X @ weights(X, q)}
