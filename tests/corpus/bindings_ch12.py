"""Chapter 12: a restricted Boltzmann machine with all its 32 states."""

import itertools
import math

import numpy as np
from scipy.special import expit

from nndl_notes.verification import Function, Instance, Probability, component

from .registry import instance

V, H, W, A, B = (rf"\mathbf{{{letter}}}" for letter in "vhWab")
VISIBLE, HIDDEN = 3, 2


def binary_vectors(size):
    return [np.array(bits).reshape(size, 1) for bits in itertools.product((0.0, 1.0), repeat=size)]


def energy(env, v, h):
    interaction = np.einsum("i,ij,j", v[:, 0], env[W], h[:, 0])
    return -float(np.vdot(env[A], v) + np.vdot(env[B], h) + interaction)


def boltzmann_distribution(env):
    states = list(itertools.product(binary_vectors(VISIBLE), binary_vectors(HIDDEN)))
    weights = [math.exp(-energy(env, v, h)) for v, h in states]
    for weight, (v, h) in zip(weights, states, strict=True):
        yield weight / math.fsum(weights), {(V, ()): v, (H, ()): h}


@instance("rbm-energy", "rbm-hidden", "rbm-visible", "rbm-loglik-grad")
def boltzmann_machine(rng):
    parts = {"v_?": V, "h_?": H, "a_?": A, "b_?": B, "w_{??}": W}
    return Instance({
        V: rng.choice(binary_vectors(VISIBLE)), H: rng.choice(binary_vectors(HIDDEN)),
        W: rng.normal(size=(VISIBLE, HIDDEN)), A: rng.normal(size=(VISIBLE, 1)),
        B: rng.normal(size=(HIDDEN, 1)), "p": Probability(), r"\sigma": expit,
        "E": Function(energy, uses_env=True),
        **{symbol: component(parent) for symbol, parent in parts.items()}},
        forall=[{"i": 1, "j": 2}, {"i": 3, "j": 1}],
        ranges={"i": range(1, VISIBLE + 1), "j": range(1, HIDDEN + 1)},
        space=boltzmann_distribution)
