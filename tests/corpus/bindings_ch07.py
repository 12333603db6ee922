"""Chapter 7: mini-batches, batch normalisation, dropout, all by exact enumeration."""

import itertools
import math

import numpy as np

from nndl_notes.verification import Cell, Function, Instance, component

from .registry import columns, instance, numbered

BATCH = r"\mathcal{B}"


@instance("minibatch-mean", "minibatch-variance", "sgd-effective-noise")
def all_batches(rng, N=4, B=3):
    gradients = rng.normal(size=(2, N))
    first = gradients[0]

    def batches(env):
        for batch in itertools.product(range(1, N + 1), repeat=B):
            yield N**-B, {(BATCH, ()): batch}

    return Instance({
        "N": N, "B": B, r"\mathbf{g}^{(?)}": columns(gradients), "g^{(?)}": numbered(first),
        BATCH: (1, 2, 3), r"\sigma": first.std(), r"\alpha": rng.uniform(0.5, 2),
        r"\mathbf{g}_{\mathcal{B}}": Cell(
            lambda env: np.mean([gradients[:, [n - 1]] for n in env[BATCH]], axis=0)),
        r"g_{\mathcal{B}}": Cell(lambda env: float(np.mean([first[n - 1] for n in env[BATCH]])))},
        space=batches)


@instance("bn-forward", "bn-inverse", "bn-bias-cancels")
def normalised_batch(rng, features=3, inputs=2, samples=5):
    Z, A = rng.normal(size=(features, samples)), rng.normal(size=(inputs, samples))
    bias = np.tile(rng.normal(size=(features, 1)), (1, samples))
    gain, shift, epsilon = r"\boldsymbol{\gamma}", r"\boldsymbol{\beta}", 1e-2

    def normalise(env, batch):
        deviation = np.sqrt(batch.var(axis=1, keepdims=True) + epsilon)
        return (batch - batch.mean(axis=1, keepdims=True)) / deviation * env[gain] + env[shift]

    def layer(env, z):
        """Normalise a batch, or one sample that replaces the first of the batch Z."""
        if z.shape[1] > 1:
            return normalise(env, z)
        return normalise(env, np.hstack([z, Z[:, 1:]]))[:, [0]]

    return Instance({
        r"\mathbf{z}^{(?)}": {1: Z[:, [0]]},
        r"\hat{\mathbf{z}}^{(?)}": Cell(lambda env, layer: normalise(env, Z)[:, [0]]),
        gain: rng.uniform(0.5, 2, size=(features, 1)), shift: rng.normal(size=(features, 1)),
        r"\epsilon": epsilon, r"\boldsymbol{\mu}_{\mathcal{B}}": Z.mean(axis=1, keepdims=True),
        r"\boldsymbol{\sigma}_{\mathcal{B}}": Z.std(axis=1, keepdims=True),
        r"\mathrm{BN}_{\boldsymbol{\gamma},\boldsymbol{\beta}}": Function(layer, uses_env=True),
        r"\mathbf{W}": rng.normal(size=(features, inputs)), r"\mathbf{a}^{(?)}": {0: A},
        r"\mathbf{b}": bias}, forall=[{"l": 1}], elementwise=True)


@instance("dropout-variance")
def all_masks(rng):
    keep = rng.uniform(0.2, 0.8)

    def masks(env):
        for mask in itertools.product((0.0, 1.0), repeat=2):
            weight = math.prod(keep if kept else 1 - keep for kept in mask)
            yield weight, {(r"\mathbf{m}", ()): np.array(mask).reshape(2, 1)}

    return Instance({r"\mathbf{m}": np.zeros((2, 1)), r"\mathbf{x}": rng.normal(size=(2, 1)),
                     "m_?": component(r"\mathbf{m}"), "x_?": component(r"\mathbf{x}"), "p": keep},
                    forall=[{"i": 1}, {"i": 2}], space=masks)
