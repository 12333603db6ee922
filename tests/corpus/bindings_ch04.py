"""Chapter 4: activation functions, one neuron, XOR, back-propagation through three layers."""

import itertools
import math

import numpy as np
from scipy.special import erf, expit, log_softmax

from nndl_notes.texmath import jacobian
from nndl_notes.verification import Cell, Function, Instance, View, component, sequence

from .registry import instance

WEIGHT, BIAS = r"\mathbf{W}^{(?)}", r"\mathbf{b}^{(?)}"
NET_INPUT, ACTIVATION = r"\mathbf{z}^{(?)}", r"\mathbf{a}^{(?)}"
SIZES = (2, 4, 3, 5)
LAST = len(SIZES) - 1


@instance("logistic-derivative")
def logistic(rng):
    return {r"\sigma": expit, "z": rng.normal()}


@instance("logistic-derivative", attained=(1,))
def logistic_at_zero(rng):
    return {r"\sigma": expit, "z": 0.0}


@instance("neuron-grad")
def one_neuron(rng):
    bias = rng.normal()
    return {r"\mathbf{w}": rng.normal(size=(3, 1)), r"\mathbf{x}": rng.normal(size=(3, 1)),
            "z": Cell(lambda e: (e[r"\mathbf{w}"].T @ e[r"\mathbf{x}"]).item() + bias),
            "a": Cell(lambda e: float(expit(e["z"]))), r"\sigma": expit,
            r"\mathcal{L}": Cell(lambda e: (e["a"] - 0.3) ** 2 - math.log(e["a"]))}


@instance("xor-network")
def truth_table(rng):
    rows = [np.array([[p], [q]]) for p in (0.0, 1.0) for q in (0.0, 1.0)]
    return Instance({r"\mathbf{x}": rows[0], "x_?": component(r"\mathbf{x}")},
                    forall=[{r"\mathbf{x}": row} for row in rows])


@instance("swish-derivative")
def swish(rng):
    beta = rng.uniform(0.5, 2)
    return {r"\mathrm{Swish}": lambda x: x / (1 + np.exp(-beta * x)), r"\sigma": expit,
            r"\beta": beta, "x": rng.normal()}


def normal_cdf(x):
    return 0.5 * (1 + erf(x / math.sqrt(2)))


def normal_density(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


@instance("gelu-derivative")
def gelu(rng):
    return {"x": rng.normal(), r"\Phi": normal_cdf, r"\phi": normal_density}


@instance("gelu-tanh", count=1, errors={0: "4.712e-4"})
def grid_from_minus_five_to_five(rng):
    return Instance({"x": 0.0, r"\Phi": normal_cdf}, forall=[{"x": k / 8} for k in range(-40, 41)])


@instance("gelu-tanh-derivative")
def gelu_by_tanh(rng):
    def inner(x):
        return math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)

    return {"x": rng.normal(), "u": Cell(lambda e: inner(e["x"])),
            "g": Cell(lambda e: e["x"] / (1 + math.exp(-2 * inner(e["x"]))))}


@instance("mlp-param-count")
def equal_layers(rng):
    inputs, width, layers = (int(n) for n in rng.integers(2, 7, size=3))
    sizes = [inputs, *[width] * layers, 1]
    parameters = sum((a + 1) * b for a, b in itertools.pairwise(sizes))
    return {"M_{0}": inputs, "N": width * layers, "L": layers, "P": parameters}


@instance("backprop-delta", "backprop-delta-component", "backprop-weight", "output-delta")
def three_layers(rng):
    functions = {1: np.tanh, 2: expit, 3: lambda z: np.exp(log_softmax(z, axis=0))}
    target = np.eye(SIZES[-1])[:, [rng.integers(SIZES[-1])]]
    pairs = list(itertools.pairwise(SIZES))
    x = rng.normal(size=(SIZES[0], 1))

    def cross_entropy(y, y_hat):
        return -float(np.sum(y * np.log(y_hat)))

    def net_input(env, layer):
        return env[WEIGHT, layer] @ env[ACTIVATION, layer - 1] + env[BIAS, layer]

    def activation(env, layer):
        return x if layer == 0 else functions[layer](env[NET_INPUT, layer])

    def error_term(env, layer):
        def loss(z):
            return cross_entropy(target, env.do({(NET_INPUT, (layer,)): z})[ACTIVATION, LAST])
        return jacobian(loss, env[NET_INPUT, layer])

    def entry(parent):
        return View(parent, lambda i, layer: ((layer,), (i - 1,)))

    return Instance({
        WEIGHT: sequence([rng.normal(size=(b, a)) for a, b in pairs]),
        BIAS: sequence([rng.normal(size=(b, 1)) for _, b in pairs]),
        NET_INPUT: Cell(net_input), ACTIVATION: Cell(activation), r"\mathbf{y}": target,
        r"\hat{\mathbf{y}}": Cell(lambda env: env[ACTIVATION, LAST]),
        r"\mathcal{L}": cross_entropy, r"\boldsymbol{\delta}^{(?)}": Cell(error_term),
        "f_?": Function(functions.__getitem__, indexed=True),
        "z_?^{(?)}": entry(NET_INPUT), r"\delta_?^{(?)}": entry(r"\boldsymbol{\delta}^{(?)}"),
        "w_{??}^{(?)}": View(WEIGHT, lambda i, j, layer: ((layer,), (i - 1, j - 1))),
        "M_?": sequence(SIZES, 0), "L": LAST},
        forall=[{"l": 1, "i": 1}, {"l": 2, "i": 2}, {"l": 1, "i": 3}])
