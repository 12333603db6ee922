"""Chapter 6: a simple recurrent network of four units over four steps, and an LSTM."""

import numpy as np
from scipy.special import expit

from nndl_notes.texmath import jacobian
from nndl_notes.verification import Cell, Instance

from .registry import instance

STATE, NET_INPUT, INPUT = r"\mathbf{h}_?", r"\mathbf{z}_?", r"\mathbf{x}_?"
CELL, LOSS = r"\mathbf{c}_?", r"\mathcal{L}_?"
U = r"\mathbf{U}"
UNITS, INPUTS, STEPS = 4, 3, 4
TIMES = range(1, STEPS + 1)
PAIRS = [{"t": 4, "k": 1}, {"t": 4, "k": 3}, {"t": 3, "k": 1}]


def recurrent_network(rng, activation=np.tanh, skip=0.0):
    """Return bindings; `skip` adds that multiple of the previous state."""
    start = rng.normal(size=(UNITS, 1))
    targets = {t: rng.normal(size=(UNITS, 1)) for t in TIMES}
    recurrent = 0.6 * rng.normal(size=(UNITS, UNITS))

    def net_input(env, t):
        return env[U] @ env[STATE, t - 1] + env[r"\mathbf{W}"] @ env[INPUT, t] + env[r"\mathbf{b}"]

    def state(env, t):
        return start if t == 0 else skip * env[STATE, t - 1] + activation(env[NET_INPUT, t])

    def error_term(env, t, k):
        return jacobian(lambda z: env.do({(NET_INPUT, (k,)): z})[LOSS, t], env[NET_INPUT, k])

    return {
        U: recurrent, r"\mathbf{W}": rng.normal(size=(UNITS, INPUTS)),
        r"\mathbf{b}": rng.normal(size=(UNITS, 1)), "T": STEPS, "f": activation, "g": activation,
        INPUT: {t: rng.normal(size=(INPUTS, 1)) for t in TIMES},
        NET_INPUT: Cell(net_input), STATE: Cell(state),
        LOSS: Cell(lambda env, t: float(np.sum(np.cos(env[STATE, t]) * targets[t]))),
        r"\mathcal{L}": Cell(lambda env: sum(env[LOSS, t] for t in TIMES)),
        r"\boldsymbol{\delta}_{?,?}": Cell(error_term),
        r"\gamma": float(np.linalg.norm(recurrent, 2))}


@instance("rnn-state", "bptt-grad-U", "bptt-grad-W", "bptt-grad-b")
def simple_network(rng):
    return Instance(recurrent_network(rng), forall=[{"t": t} for t in TIMES])


@instance("bptt-delta-recursion", "bptt-delta-product", "bptt-norm-bound")
def pairs_of_times(rng):
    return Instance(recurrent_network(rng), forall=PAIRS)


@instance("bptt-norm-bound", attained=(0, 1))
def orthogonal_linear_network(rng):
    bindings = recurrent_network(rng, activation=lambda z: 1.0 * z)
    bindings[U] = 0.8 * np.linalg.qr(bindings[U])[0]
    return Instance(bindings | {r"\gamma": 0.8}, forall=PAIRS)


@instance("residual-rnn-jacobian")
def residual_network(rng):
    return Instance(recurrent_network(rng, skip=1.0), forall=[{"t": t} for t in TIMES])


def lstm(rng, units=3, inputs=2, steps=3):
    state0, cell0 = rng.normal(size=(units, 1)), rng.normal(size=(units, 1))
    targets = {t: rng.normal(size=(units, 1)) for t in range(1, steps + 1)}
    parameters = {rf"\mathbf{{{letter}}}_{gate}": rng.normal(size=(units, width))
                  for gate in "ifoc"
                  for letter, width in (("W", inputs), ("U", units), ("b", 1))}

    def gate(name, activation):
        W, U, b = (rf"\mathbf{{{letter}}}_{name}" for letter in "WUb")
        return Cell(lambda env, t: activation(
            env[W] @ env[INPUT, t] + env[U] @ env[STATE, t - 1] + env[b]))

    def cell(env, t):
        if t == 0:
            return cell0
        return (env[r"\mathbf{f}_?", t] * env[CELL, t - 1]
                + env[r"\mathbf{i}_?", t] * env[r"\tilde{\mathbf{c}}_?", t])

    def state(env, t):
        return state0 if t == 0 else env[r"\mathbf{o}_?", t] * np.tanh(env[CELL, t])

    return parameters | {
        INPUT: {t: rng.normal(size=(inputs, 1)) for t in targets}, r"\sigma": expit, "T": steps,
        r"\mathbf{i}_?": gate("i", expit), r"\mathbf{f}_?": gate("f", expit),
        r"\mathbf{o}_?": gate("o", expit), r"\tilde{\mathbf{c}}_?": gate("c", np.tanh),
        CELL: Cell(cell), STATE: Cell(state),
        r"\mathcal{L}": Cell(lambda env: sum(
            float(np.sum(np.cos(env[STATE, t]) * target)) for t, target in targets.items()))}


@instance("lstm-update", "lstm-cell-jacobian", "lstm-cell-grad", "lstm-grad-Wi", "lstm-grad-Uf")
def three_steps_of_an_lstm(rng):
    return Instance(lstm(rng), forall=[{"t": 1}, {"t": 2}])


@instance("lstm-params")
def arrays_of_an_lstm(rng):
    units, inputs = (int(n) for n in rng.integers(2, 30, size=2))
    shapes = [(units, inputs), (units, units), (units, 1)]
    return {"h": units, "d": inputs, "P": sum(np.zeros(shape).size for shape in 4 * shapes)}
