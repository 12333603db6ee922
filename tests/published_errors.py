r"""Wrong formulas of the kinds that circulate as answers, each beside the correct one.

The bindings of a pair know neither formula: a minimiser is a solver's, a derivative the engine's,
a count is counted. ``fails`` says how the wrong formula gives itself away: by its value or by
shapes that do not fit.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from corpus import DECLARATIONS as CORPUS
from corpus.bindings_ch04 import normal_cdf
from corpus.bindings_ch06 import PAIRS, recurrent_network
from nndl_notes.verification import Cell, Instance, sequence
from nndl_notes.verification.instance import Declaration

OWN = []


@dataclass(frozen=True)
class Mistake:
    """A wrong formula: which bindings serve it, what it should be, and how it must fail."""

    name: str
    bindings: str
    right: str
    wrong: str
    fails: str = "value"


def bind(build):
    """Register a builder under its own name, beside those of the corpus."""
    OWN.append(Declaration(build, (build.__name__,)))
    return build


@bind
def output_bias(rng):
    return {r"\mathbf{w}": rng.normal(size=(3, 1)), r"\mathbf{h}": rng.normal(size=(3, 1)),
            "b": 0.3, r"\mathbf{b}": rng.normal(size=(2, 1)),
            r"\hat{y}": Cell(lambda e: sum(w * h for w, h in zip(
                e[r"\mathbf{w}"].flat, e[r"\mathbf{h}"].flat, strict=True)) + 0.3)}


@bind
def shifted_normal(rng):
    return {"x": rng.normal(), r"\Phi": normal_cdf, r"\mu": rng.uniform(0.5, 1.5),
            r"\sigma": rng.uniform(0.5, 2)}


@bind
def biased_unit(rng):
    return {r"\sigma": expit, "w": rng.uniform(1, 2), "b": rng.uniform(0.5, 2), "x": rng.normal()}


@bind
def counted_convolution(rng):
    size, kernel, channels, maps, stride = 12, 3, 2, 5, int(rng.choice([2, 3, 4]))
    multiplications = itertools.product(
        range(size), range(size), range(kernel), range(kernel), range(channels), range(maps))
    outputs = itertools.product(range(0, size, stride), range(0, size, stride), range(maps))
    return {"n": size, "k": kernel, "c": channels, "m": maps, "s": stride,
            "F": sum(1 for _ in multiplications), "Z": sum(1 for _ in outputs),
            "S": np.zeros((maps, channels, kernel, kernel)).size}


@bind
def residual_pairs(rng):
    return Instance(recurrent_network(rng, skip=1.0), forall=PAIRS)


@bind
def nilpotent(rng):
    return {r"\mathbf{N}": np.array([[0.0, rng.uniform(1, 3)], [0, 0]])}


@bind
def update_noise(rng):
    gradients = rng.normal(size=3)

    def variance(step, size):
        batches = itertools.product(gradients, repeat=int(size))
        return float(np.var([step * np.mean(batch) for batch in batches]))
    return {"v": variance, "k": 2, "B": 2, r"\eta": rng.uniform(0.1, 1)}


@bind
def normalised_units(rng):
    batch = np.maximum(rng.normal(size=20), 0)
    return {r"\mathrm{BN}": lambda z: (z - batch.mean()) / batch.std(),
            r"\mu": batch.mean(), r"\sigma": batch.std()}


@bind
def attention_scores(rng):
    queries, keys = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    products = [q * k for row in queries for other in keys for q, k in zip(row, other, strict=True)]
    return {"N": 4, "d": 3, "F": len(products)}


@bind
def targets_and_outputs(rng):
    targets, outputs = rng.normal(size=(2, 4))
    return {r"\mathcal{R}": float(np.mean((targets - outputs) ** 2)), "N": 4,
            r"\mathcal{L}": lambda a, b: (a - b) ** 2, "y^{(?)}": sequence(targets),
            r"\hat{y}^{(?)}": sequence(outputs)}


@bind
def linear_chain(rng):
    return {"w": rng.choice([0.9, 1.1]), "L": 6,
            "z_?": Cell(lambda e, n: 0.7 if n == 0 else e["w"] * e["z_?", n - 1])}


DECLARATIONS = [*CORPUS, *OWN]

_RISK = (r"\frac{\partial \mathcal{R}(\mathbf{W})}{\partial \mathbf{W}} = "
         r"-\frac{1}{N} \sum_{n=1}^{N} ")
_GATE = r"\frac{\partial \mathcal{L}}{\partial "
_CELL = r"\frac{\partial \mathcal{L}}{\partial \mathbf{c}_t}"
_OUTPUT = r"\frac{\partial \mathcal{L}}{\partial \mathbf{h}_t}"

MISTAKES = [
    # Chapter 2
    Mistake(
        "a row where the normal equations have a column", "wls-solution",
        r"\mathbf{w}^{*} = \left( \sum_{n=1}^{N} r^{(n)} \mathbf{x}^{(n)} \mathbf{x}^{(n)\top} "
        r"\right)^{-1} \left( \sum_{n=1}^{N} r^{(n)} y^{(n)} \mathbf{x}^{(n)} \right)",
        r"\mathbf{w}^{*} = \left( \sum_{n=1}^{N} r^{(n)} \mathbf{x}^{(n)} \mathbf{x}^{(n)\top} "
        r"\right)^{-1} \left( \sum_{n=1}^{N} r^{(n)} y^{(n)} \mathbf{x}^{(n)\top} \right)",
        "shape"),
    Mistake("weights missing on the right", "wls-solution",
            r"\mathbf{w}^{*} = (\mathbf{X} \mathbf{R} \mathbf{X}^\top)^{-1} \mathbf{X} \mathbf{R} "
            r"\mathbf{y}",
            r"\mathbf{w}^{*} = (\mathbf{X} \mathbf{R} \mathbf{X}^\top)^{-1} \mathbf{X} "
            r"\mathbf{y}"),
    Mistake("weights applied twice", "wls-solution",
            r"\mathbf{X} \mathbf{R} \mathbf{X}^\top \mathbf{w}^{*} = \mathbf{X} \mathbf{R} "
            r"\mathbf{y}",
            r"\mathbf{X} \mathbf{R}^2 \mathbf{X}^\top \mathbf{w}^{*} = \mathbf{X} \mathbf{R}^2 "
            r"\mathbf{y}"),
    Mistake("the sign of the residual's gradient", "ridge-grad",
            r"\frac{\partial J(\mathbf{w})}{\partial \mathbf{w}} = -\sum_{n=1}^{N} \left( y^{(n)} "
            r"- \mathbf{w}^\top \mathbf{x}^{(n)} \right) \mathbf{x}^{(n)} + \lambda \mathbf{w}",
            r"\frac{\partial J(\mathbf{w})}{\partial \mathbf{w}} = \sum_{n=1}^{N} \left( y^{(n)} "
            r"- \mathbf{w}^\top \mathbf{x}^{(n)} \right) \mathbf{x}^{(n)} + \lambda \mathbf{w}"),
    Mistake("a penalty that is subtracted", "ridge-solution",
            r"\mathbf{w}^{*} = (\mathbf{X} \mathbf{X}^\top + \lambda \mathbf{I})^{-1} \mathbf{X} "
            r"\mathbf{y}",
            r"\mathbf{w}^{*} = (\mathbf{X} \mathbf{X}^\top - \lambda \mathbf{I})^{-1} \mathbf{X} "
            r"\mathbf{y}"),
    Mistake("twice the penalty", "ridge-solution",
            r"\mathbf{w}^{*} = (\mathbf{X} \mathbf{X}^\top + \lambda \mathbf{I})^{-1} \mathbf{X} "
            r"\mathbf{y}",
            r"\mathbf{w}^{*} = (\mathbf{X} \mathbf{X}^\top + 2 \lambda \mathbf{I})^{-1} "
            r"\mathbf{X} \mathbf{y}"),
    # Chapter 3
    Mistake("a normal vector orthogonal to itself", "plane-projection",
            r"\mathbf{w}^\top (\mathbf{x}_1 - \mathbf{x}_2) = 0",
            r"\mathbf{w}^\top \mathbf{w} = 0"),
    Mistake("a plane that need not pass through the origin", "plane-projection",
            r"\mathbf{w}^\top \mathbf{x}_1 + b = 0", r"\mathbf{w}^\top \mathbf{x}_1 = 0"),
    Mistake("the distance divided by the squared norm", "plane-projection",
            r"\lVert \mathbf{x} - \mathbf{x}_{\perp} \rVert = "
            r"\frac{|f(\mathbf{x}; \mathbf{w})|}{\lVert \mathbf{w} \rVert}",
            r"\lVert \mathbf{x} - \mathbf{x}_{\perp} \rVert = "
            r"\frac{|f(\mathbf{x}; \mathbf{w})|}{\lVert \mathbf{w} \rVert^2}"),
    Mistake("a penalty on one class only", "softmax-risk",
            r"\mathcal{R}(\mathbf{W}) = -\frac{1}{N} \sum_{n=1}^{N} (\mathbf{y}^{(n)})^\top \log "
            r"\hat{\mathbf{y}}^{(n)} + \frac{\lambda}{2} \sum_{c=1}^{C} \lVert \mathbf{w}_c "
            r"\rVert^2",
            r"\mathcal{R}(\mathbf{W}) = -\frac{1}{N} \sum_{n=1}^{N} (\mathbf{y}^{(n)})^\top \log "
            r"\hat{\mathbf{y}}^{(n)} + \frac{\lambda}{2} \lVert \mathbf{w}_1 \rVert^2"),
    Mistake("2λW from a penalty with λ/2", "softmax-risk-grad",
            _RISK + r"\mathbf{x}^{(n)} (\mathbf{y}^{(n)} - \hat{\mathbf{y}}^{(n)})^\top + \lambda "
            r"\mathbf{W}",
            _RISK + r"\mathbf{x}^{(n)} (\mathbf{y}^{(n)} - \hat{\mathbf{y}}^{(n)})^\top + 2 "
            r"\lambda \mathbf{W}"),
    # Chapter 4
    Mistake("a vector as the bias of one unit", "output_bias",
            r"\hat{y} = \mathbf{w}^\top \mathbf{h} + b",
            r"\hat{y} = \mathbf{w}^\top \mathbf{h} + \mathbf{b}", "shape"),
    Mistake("the quotient rule with a lost term", "swish-derivative",
            r"\mathrm{Swish}'(x) = (1 + e^{-\beta x})^{-2} (1 + e^{-\beta x} (1 + \beta x))",
            r"\mathrm{Swish}'(x) = (1 + e^{-\beta x})^{-2} e^{-\beta x} (1 - \beta x)"),
    Mistake("the inner derivative left out", "gelu-tanh-derivative",
            r"\frac{\mathrm{d} g}{\mathrm{d} x} = \frac{1}{2} (1 + \tanh u) + \frac{x}{2} (1 - "
            r"\tanh^2 u) \sqrt{\frac{2}{\pi}} (1 + 3 \times 0.044715 x^2)",
            r"\frac{\mathrm{d} g}{\mathrm{d} x} = \frac{1}{2} (1 + \tanh u) + \frac{x}{2} (1 - "
            r"\tanh^2 u) \sqrt{\frac{2}{\pi}}"),
    Mistake("x - μ as the outer factor", "shifted_normal",
            r"\frac{\mathrm{d}}{\mathrm{d}x} \left[ x \Phi\left( \frac{x - \mu}{\sigma} \right) "
            r"\right] = \Phi\left( \frac{x - \mu}{\sigma} \right) + \frac{x}{\sqrt{2\pi} \sigma} "
            r"e^{-\frac{(x - \mu)^2}{2 \sigma^2}}",
            r"\frac{\mathrm{d}}{\mathrm{d}x} \left[ x \Phi\left( \frac{x - \mu}{\sigma} \right) "
            r"\right] = \Phi\left( \frac{x - \mu}{\sigma} \right) + \frac{x - \mu}{\sqrt{2\pi} "
            r"\sigma} e^{-\frac{(x - \mu)^2}{2 \sigma^2}}"),
    Mistake("the density where the distribution function belongs", "gelu-derivative",
            r"\frac{\mathrm{d}}{\mathrm{d}x} \left[ x \Phi(x) \right] = \Phi(x) + x \phi(x)",
            r"\frac{\mathrm{d}}{\mathrm{d}x} \left[ x \Phi(x) \right] = \phi(x) + x \phi(x)"),
    Mistake("one block of weights too many", "mlp-param-count",
            r"P = M_0 \frac{N}{L} + (L-1) \left( \frac{N}{L} \right)^2 + \frac{N}{L} + N + 1",
            r"P = M_0 \frac{N}{L} + L \left( \frac{N}{L} \right)^2 + \frac{N}{L} + N + 1"),
    Mistake("the bias cancelled from a slope", "biased_unit",
            r"\frac{\partial \sigma(w x + b)}{\partial x} = w \sigma(w x + b) "
            r"(1 - \sigma(w x + b))",
            r"\frac{\partial \sigma(w x + b)}{\partial x} = w \sigma(w x) (1 - \sigma(w x))"),
    Mistake("the activation's derivative left out", "backprop-delta",
            r"\boldsymbol{\delta}^{(l)} = f_l'(\mathbf{z}^{(l)}) \odot \left( "
            r"(\mathbf{W}^{(l+1)})^\top \boldsymbol{\delta}^{(l+1)} \right)",
            r"\boldsymbol{\delta}^{(l)} = (\mathbf{W}^{(l+1)})^\top \boldsymbol{\delta}^{(l+1)}"),
    Mistake("weights that are not transposed on the way back", "backprop-delta",
            r"\boldsymbol{\delta}^{(l)} = f_l'(\mathbf{z}^{(l)}) \odot \left( "
            r"(\mathbf{W}^{(l+1)})^\top \boldsymbol{\delta}^{(l+1)} \right)",
            r"\boldsymbol{\delta}^{(l)} = f_l'(\mathbf{z}^{(l)}) \odot \left( "
            r"\mathbf{W}^{(l+1)} \boldsymbol{\delta}^{(l+1)} \right)", "shape"),
    Mistake("the target compared with itself", "targets_and_outputs",
            r"\mathcal{R} = \frac{1}{N} \sum_{n=1}^{N} \mathcal{L}(y^{(n)}, \hat{y}^{(n)})",
            r"\mathcal{R} = \frac{1}{N} \sum_{n=1}^{N} \mathcal{L}(y^{(n)}, y^{(n)})"),
    Mistake("slopes of one that neither vanish nor explode", "linear_chain",
            r"\frac{\partial z_L}{\partial z_0} = w^L", r"\frac{\partial z_L}{\partial z_0} = 1"),
    # Chapter 5
    Mistake("the output channels forgotten in the time", "counted_convolution",
            r"F = n^2 k^2 c m", r"F = n^2 k^2 c"),
    Mistake("the output channels forgotten in the weights", "counted_convolution",
            r"S = k^2 c m", r"S = k^2 c"),
    Mistake("the output channels forgotten in the output", "counted_convolution",
            r"Z = \frac{n^2}{s^2} m", r"Z = \frac{n^2}{s^2}"),
    Mistake("a matrix with the shape of neither side", "conv-affine",
            r"\mathrm{vec}(\mathbf{Y}) = \mathbf{M} \, \mathrm{vec}(\mathbf{X})",
            r"\mathrm{vec}(\mathbf{Y}) = \begin{bmatrix} w_{11} & 0 & 0 & 0 \\ w_{12} & w_{11} & 0 "
            r"& 0 \\ 0 & w_{12} & 0 & 0 \\ w_{21} & 0 & w_{11} & 0 \\ w_{22} & w_{21} & w_{12} & "
            r"w_{11} \\ 0 & w_{22} & 0 & w_{12} \end{bmatrix} \mathrm{vec}(\mathbf{X})", "shape"),
    # Chapter 6
    Mistake("an error term read as an indicator", "bptt-grad-W",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}} = \sum_{t=1}^{T} \sum_{k=1}^{t} "
            r"\boldsymbol{\delta}_{t,k} \mathbf{x}_k^\top",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}} = \sum_{t=1}^{T} \mathbf{x}_t^\top",
            "shape"),
    Mistake("no propagation through time", "bptt-grad-W",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}} = \sum_{t=1}^{T} \sum_{k=1}^{t} "
            r"\boldsymbol{\delta}_{t,k} \mathbf{x}_k^\top",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}} = \sum_{t=1}^{T} "
            r"\boldsymbol{\delta}_{t,t} \mathbf{x}_t^\top"),
    Mistake("a bias gradient that counts the steps", "bptt-grad-b",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{b}} = \sum_{t=1}^{T} \sum_{k=1}^{t} "
            r"\boldsymbol{\delta}_{t,k}",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{b}} = \sum_{t=1}^{T} \mathbf{1}"),
    Mistake("the state of the step itself", "bptt-grad-U",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{U}} = \sum_{t=1}^{T} \sum_{k=1}^{t} "
            r"\boldsymbol{\delta}_{t,k} \mathbf{h}_{k-1}^\top",
            r"\frac{\partial \mathcal{L}}{\partial \mathbf{U}} = \sum_{t=1}^{T} \sum_{k=1}^{t} "
            r"\boldsymbol{\delta}_{t,k} \mathbf{h}_k^\top"),
    Mistake("a transpose lost in a square matrix", "bptt-delta-recursion",
            r"\boldsymbol{\delta}_{t,k} = \mathrm{diag}(f'(\mathbf{z}_k)) \mathbf{U}^\top "
            r"\boldsymbol{\delta}_{t,k+1}",
            r"\boldsymbol{\delta}_{t,k} = \mathrm{diag}(f'(\mathbf{z}_k)) \mathbf{U} "
            r"\boldsymbol{\delta}_{t,k+1}"),
    Mistake("the recursion of a network without skips", "residual-rnn-jacobian",
            r"\frac{\partial \mathbf{h}_t}{\partial \mathbf{h}_{t-1}} = \mathbf{I} + "
            r"\mathbf{U}^\top \mathrm{diag}(g'(\mathbf{z}_t))",
            r"\frac{\partial \mathbf{h}_t}{\partial \mathbf{h}_{t-1}} = \mathbf{U}^\top "
            r"\mathrm{diag}(g'(\mathbf{z}_t))"),
    Mistake("a product of simple factors in a network with skips", "residual_pairs",
            r"\boldsymbol{\delta}_{t,k} = \mathrm{diag}(g'(\mathbf{z}_k)) \left[ "
            r"\prod_{\tau=k+1}^{t} (\mathbf{I} + \mathbf{U}^\top \mathrm{diag}("
            r"g'(\mathbf{z}_\tau))) \right] \frac{\partial \mathcal{L}_t}{\partial \mathbf{h}_t}",
            r"\boldsymbol{\delta}_{t,k} = \prod_{\tau=k}^{t-1} \left( \mathrm{diag}("
            r"g'(\mathbf{z}_\tau)) \mathbf{U}^\top \right) \boldsymbol{\delta}_{t,t}"),
    Mistake("a norm above one taken for growth", "nilpotent",
            r"\lVert \mathbf{N} \mathbf{N} \rVert_2 = 0",
            r"\lVert \mathbf{N} \mathbf{N} \rVert_2 = \lVert \mathbf{N} \rVert_2^2"),
    Mistake("the carry of the cell left out", "lstm-cell-grad",
            _CELL + " = " + _OUTPUT + r" \odot \mathbf{o}_t \odot (\mathbf{1} - "
            r"\tanh^2(\mathbf{c}_t)) + \frac{\partial \mathcal{L}}{\partial \mathbf{c}_{t+1}} "
            r"\odot \mathbf{f}_{t+1}",
            _CELL + " = " + _OUTPUT + r" \odot \mathbf{o}_t \odot (\mathbf{1} - "
            r"\tanh^2(\mathbf{c}_t))"),
    Mistake("one time step of an input gate", "lstm-grad-Wi",
            _GATE + r"\mathbf{W}_i} = \sum_{t=1}^{T} \left( " + _CELL + r" \odot "
            r"\tilde{\mathbf{c}}_t \odot \mathbf{i}_t \odot (\mathbf{1} - \mathbf{i}_t) \right) "
            r"\mathbf{x}_t^\top",
            _GATE + r"\mathbf{W}_i} = \left( \frac{\partial \mathcal{L}}{\partial \mathbf{c}_T} "
            r"\odot \tilde{\mathbf{c}}_T \odot \mathbf{i}_T \odot (\mathbf{1} - \mathbf{i}_T) "
            r"\right) \mathbf{x}_T^\top"),
    Mistake("a forget gate without the cell's carry", "lstm-grad-Uf",
            _GATE + r"\mathbf{U}_f} = \sum_{t=1}^{T} \left( " + _CELL + r" \odot \mathbf{c}_{t-1} "
            r"\odot \mathbf{f}_t \odot (\mathbf{1} - \mathbf{f}_t) \right) \mathbf{h}_{t-1}^\top",
            _GATE + r"\mathbf{U}_f} = \sum_{t=1}^{T} \left( " + _OUTPUT + r" \odot \mathbf{o}_t "
            r"\odot (\mathbf{1} - \tanh^2(\mathbf{c}_t)) \odot \mathbf{c}_{t-1} \odot "
            r"\mathbf{f}_t \odot (\mathbf{1} - \mathbf{f}_t) \right) \mathbf{h}_{t-1}^\top"),
    Mistake("the bias of another gate", "lstm-update",
            _GATE + r"\mathbf{b}_o} = \sum_{t=1}^{T} " + _OUTPUT + r" \odot \tanh(\mathbf{c}_t) "
            r"\odot \mathbf{o}_t \odot (\mathbf{1} - \mathbf{o}_t)",
            _GATE + r"\mathbf{b}_f} = \sum_{t=1}^{T} " + _OUTPUT + r" \odot \tanh(\mathbf{c}_t) "
            r"\odot \mathbf{o}_t \odot (\mathbf{1} - \mathbf{o}_t)"),
    Mistake("the cell for its candidate", "lstm-update",
            _GATE + r"\mathbf{b}_c} = \sum_{t=1}^{T} " + _CELL + r" \odot \mathbf{i}_t \odot "
            r"(\mathbf{1} - \tilde{\mathbf{c}}_t \odot \tilde{\mathbf{c}}_t)",
            _GATE + r"\mathbf{b}_c} = \sum_{t=1}^{T} " + _CELL + r" \odot \mathbf{i}_t \odot "
            r"\mathbf{i}_t \odot (\mathbf{1} - \tilde{\mathbf{c}}_t \odot \tilde{\mathbf{c}}_t)"),
    Mistake("three blocks of weights", "lstm-params", "P = 4 h (d + h + 1)", "P = 3 h (d + h + 1)"),
    Mistake("blocks without biases", "lstm-params", "P = 4 h (d + h + 1)", "P = 4 h (d + h)"),
    # Chapters 7 and 8
    Mistake("noise that a proportional step reduces", "update_noise",
            r"v(k \eta, k B) = k v(\eta, B)", r"v(k \eta, k B) = \frac{1}{k} v(\eta, B)"),
    Mistake("the batch size squared", "minibatch-variance",
            r"\mathrm{Var}(g_{\mathcal{B}}) = \frac{\sigma^2}{B}",
            r"\mathrm{Var}(g_{\mathcal{B}}) = \frac{\sigma^2}{B^2}"),
    Mistake("zeros that a normalisation keeps", "normalised_units",
            r"\mathrm{BN}(0) = -\frac{\mu}{\sigma}", r"\mathrm{BN}(0) = 0"),
    Mistake("a softmax that acts entry by entry", "softmax-jacobian-matrix",
            r"\frac{\partial \boldsymbol{\alpha}}{\partial \mathbf{z}} = "
            r"\mathrm{diag}(\boldsymbol{\alpha}) - \boldsymbol{\alpha} \boldsymbol{\alpha}^\top",
            r"\frac{\partial \boldsymbol{\alpha}}{\partial \mathbf{z}} = "
            r"\mathrm{diag}(\boldsymbol{\alpha})"),
    Mistake("a standard deviation called a variance", "scaled-dot-product-variance",
            r"\mathrm{Var}(\mathbf{q}^\top \mathbf{k}) = D",
            r"\mathrm{Var}(\mathbf{q}^\top \mathbf{k}) = \sqrt{D}"),
    Mistake("scores that cost nothing per component", "attention_scores",
            r"F = N^2 d", r"F = N^2"),
]
