r"""Feed-forward networks and back-propagation.

Layer l computes :math:`\mathbf z^{(l)}=W^{(l)}\mathbf a^{(l-1)}+\mathbf b^{(l)}` and
:math:`\mathbf a^{(l)}=f_l(\mathbf z^{(l)})` from :math:`\mathbf a^{(0)}=\mathbf x`, l = 1, …, L.
All quantities are dictionaries with the book's layer number as key: ``W[1]``, ``z[2]``,
``delta[l]``. A batch is a matrix ``(D, N)`` with one column per sample; a single sample may also
be a one-dimensional array.

The output activation fixes the loss: softmax goes with the cross-entropy, any other activation
with half the squared error. The risk of a batch is the mean of the losses of its samples.

Source: NNDL, sections 4.2 to 4.4, Algorithm 4.1 and exercise 4-2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from . import activations
from ._validation import (
    Array,
    as_column,
    as_columns,
    as_distribution,
    as_matrix,
    integer,
    like,
    non_negative,
    one_of,
    positive,
)

# name -> (f, f'), both element by element.
ACTIVATIONS: dict[str, tuple[Callable[[ArrayLike], Array], Callable[[ArrayLike], Array]]] = {
    "logistic": (activations.logistic, activations.logistic_derivative),
    "tanh": (activations.tanh, activations.tanh_derivative),
    "relu": (activations.relu, activations.relu_derivative),
    "identity": (activations.identity, activations.identity_derivative),
}


@dataclass(frozen=True, eq=False)
class Network:
    """Weights ``W[l]`` (M_l, M_{l-1}), biases ``b[l]`` (M_l, 1), activation names ``f[l]``."""

    W: Mapping[int, Array]
    b: Mapping[int, Array]
    f: Mapping[int, str]

    @classmethod
    def from_layers(cls, layers: Sequence[tuple[ArrayLike, ArrayLike, str]]) -> "Network":
        """Build a network from one triple (W, b, name of the activation) per layer.

        Parameters
        ----------
        layers : sequence of ((M_l, M_{l-1}), (M_l,) or (M_l, 1), str)
            First layer first. The names are ``logistic``, ``tanh``, ``relu`` and ``identity``;
            the last layer may also be ``softmax``.

        Raises
        ------
        ValueError
            If there is no layer, the shapes do not fit or an activation is unknown.
        """
        if not layers:
            raise ValueError("layers: expected at least one layer, got none")
        W: dict[int, Array] = {}
        b: dict[int, Array] = {}
        f: dict[int, str] = {}
        for layer, (weights, biases, name) in enumerate(layers, start=1):
            inputs = len(W[layer - 1]) if layer > 1 else None
            W[layer] = as_matrix(f"W[{layer}]", weights, columns=inputs)
            b[layer] = as_column(f"b[{layer}]", biases, len(W[layer]))
            output = ("softmax",) if layer == len(layers) else ()
            f[layer] = one_of(f"f[{layer}]", name, (*ACTIVATIONS, *output))
        return cls(W, b, f)

    @property
    def depth(self) -> int:
        """The number L of layers."""
        return len(self.W)


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """Net inputs ``z[1..L]`` and activations ``a[0..L]``, where ``a[0]`` is the input."""

    z: Mapping[int, Array]
    a: Mapping[int, Array]


@dataclass(frozen=True, eq=False)
class Gradients:
    """Derivatives of the risk by ``W[l]``, ``b[l]`` and the net inputs ``z[l]`` (``delta``)."""

    W: Mapping[int, Array]
    b: Mapping[int, Array]
    delta: Mapping[int, Array]


@dataclass(frozen=True, eq=False)
class Training:
    """The best network that `train` met and the validation error after each epoch."""

    network: Network
    validation_errors: Sequence[float]


def random_network(sizes: Sequence[int], names: Sequence[str], rng: np.random.Generator) -> Network:
    r"""Return a network with normal weights of variance :math:`1/M_{l-1}` and zero biases.

    Parameters
    ----------
    sizes : sequence of int
        The widths M_0, …, M_L, each >= 1.
    names : sequence of str
        The activations of the layers 1, …, L.
    rng : numpy.random.Generator
        Source of the weights.

    Raises
    ------
    ValueError
        If the numbers of widths and activations do not fit, or one is not valid.
    """
    if len(sizes) != len(names) + 1:
        raise ValueError(
            f"sizes: expected {len(names) + 1} widths for {len(names)} layers, got {len(sizes)}"
        )
    sizes = [integer("sizes", size, least=1) for size in sizes]
    return Network.from_layers(
        [
            (rng.normal(size=(outputs, inputs)) / np.sqrt(inputs), np.zeros(outputs), name)
            for inputs, outputs, name in zip(sizes, sizes[1:], names, strict=False)
        ]
    )


def forward(network: Network, x: ArrayLike) -> ForwardPass:
    """Return the net inputs and activations of all layers.

    Parameters
    ----------
    network : Network
        With L layers and M_0 inputs.
    x : (M_0,) or (M_0, N)
        One column per sample.

    Returns
    -------
    ForwardPass
        ``z[l]`` and ``a[l]`` have shape (M_l, N), or (M_l,) if `x` is one-dimensional.

    Raises
    ------
    ValueError
        If the shape does not fit or a number is not finite.
    """
    passed = _forward(network, as_columns("x", x, rows=network.W[1].shape[1]))
    return ForwardPass(
        {layer: like(z, x) for layer, z in passed.z.items()},
        {layer: like(a, x) for layer, a in passed.a.items()},
    )


def risk(network: Network, x: ArrayLike, y: ArrayLike) -> float:
    r"""Return the mean loss of the samples.

    Parameters
    ----------
    network : Network
        With M_0 inputs and M_L outputs.
    x : (M_0,) or (M_0, N)
        Inputs, one column per sample.
    y : (M_L,) or (M_L, N)
        Targets; for a softmax output, distributions.

    Returns
    -------
    float
        :math:`-\mathbf y^\top\log\hat{\mathbf y}` for a softmax output, else
        :math:`\frac12\lVert\mathbf y-\hat{\mathbf y}\rVert^2`, averaged over the samples.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or a target is not a distribution.
    """
    x, y = _samples(network, x, y)
    passed = _forward(network, x)
    L = network.depth
    if network.f[L] == "softmax":
        total = activations.softmax_cross_entropy(y, passed.z[L])
    else:
        total = 0.5 * float(np.sum((y - passed.a[L]) ** 2))
    return total / x.shape[1]


def error_rate(network: Network, x: ArrayLike, y: ArrayLike) -> float:
    """Return the fraction of the samples whose largest output is not at the largest target.

    Parameters and errors are those of `risk`.
    """
    x, y = _samples(network, x, y)
    predicted = _forward(network, x).a[network.depth]
    return float(np.mean(np.argmax(predicted, axis=0) != np.argmax(y, axis=0)))


def backpropagate(network: Network, x: ArrayLike, y: ArrayLike) -> Gradients:
    r"""Return the gradient of `risk` by back-propagation.

    The error terms :math:`\delta^{(l)}=\partial\mathcal R/\partial\mathbf z^{(l)}` follow
    :math:`\delta^{(l)}=f_l'(\mathbf z^{(l)})\odot W^{(l+1)\top}\delta^{(l+1)}`; then
    :math:`\partial\mathcal R/\partial W^{(l)}=\delta^{(l)}\mathbf a^{(l-1)\top}` and
    :math:`\partial\mathcal R/\partial\mathbf b^{(l)}=\delta^{(l)}`, summed over the samples.

    Parameters
    ----------
    network : Network
        With M_0 inputs and M_L outputs.
    x : (M_0,) or (M_0, N)
        Inputs, one column per sample.
    y : (M_L,) or (M_L, N)
        Targets; for a softmax output, distributions.

    Returns
    -------
    Gradients
        ``W[l]`` and ``b[l]`` have the shapes of the network's; ``delta[l]`` is (M_l, N), or
        (M_l,) if `x` is one-dimensional.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or a target is not a distribution.
    """
    columns, y = _samples(network, x, y)
    passed = _forward(network, columns)
    L = network.depth
    # Softmax with cross-entropy: the derivative of the softmax and that of the logarithm cancel.
    delta = {L: (passed.a[L] - y) / columns.shape[1]}
    if network.f[L] != "softmax":
        delta[L] = delta[L] * ACTIVATIONS[network.f[L]][1](passed.z[L])
    for layer in range(L - 1, 0, -1):
        slope = ACTIVATIONS[network.f[layer]][1](passed.z[layer])
        delta[layer] = slope * (network.W[layer + 1].T @ delta[layer + 1])
    layers = range(1, L + 1)
    return Gradients(
        W={layer: delta[layer] @ passed.a[layer - 1].T for layer in layers},
        b={layer: delta[layer].sum(axis=1, keepdims=True) for layer in layers},
        delta={layer: like(delta[layer], x) for layer in layers},
    )


def sgd_step(
    network: Network, x: ArrayLike, y: ArrayLike, learning_rate: float, weight_decay: float
) -> Network:
    r"""Return the network after one update of Algorithm 4.1.

    :math:`W^{(l)}\leftarrow W^{(l)}-\alpha(\delta^{(l)}\mathbf a^{(l-1)\top}+\lambda W^{(l)})` and
    :math:`\mathbf b^{(l)}\leftarrow\mathbf b^{(l)}-\alpha\delta^{(l)}`. Biases do not decay, and
    every error term is computed from the weights before the update.

    Parameters
    ----------
    network : Network
        Left unchanged.
    x, y : array_like
        Samples as in `backpropagate`.
    learning_rate : float
        The step size α > 0.
    weight_decay : float
        The penalty λ >= 0 of :math:`\frac\lambda2\lVert W\rVert_F^2`.

    Raises
    ------
    ValueError
        If a shape does not fit or a number is outside its range.
    """
    alpha = positive("learning_rate", learning_rate)
    lam = non_negative("weight_decay", weight_decay)
    gradients = backpropagate(network, x, y)
    return Network(
        W={layer: W - alpha * (gradients.W[layer] + lam * W) for layer, W in network.W.items()},
        b={layer: b - alpha * gradients.b[layer] for layer, b in network.b.items()},
        f=network.f,
    )


def train(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    validation_error: Callable[[Network], float],
    *,
    learning_rate: float,
    weight_decay: float,
    rng: np.random.Generator,
    max_epochs: int,
    patience: int = 1,
) -> Training:
    """Train a network by stochastic gradient descent, Algorithm 4.1.

    Each epoch visits the samples one by one in a new random order. Training ends when the
    validation error has not fallen below its best value for `patience` epochs.

    Parameters
    ----------
    network : Network
        The random initial network.
    x : (M_0, N)
        Training inputs, one column per sample.
    y : (M_L, N)
        Training targets.
    validation_error : callable
        Maps a network to its error on the validation set, e.g. `error_rate` on that set.
    learning_rate, weight_decay : float
        As in `sgd_step`.
    rng : numpy.random.Generator
        Source of the sample orders.
    max_epochs : int
        Greatest number of epochs, >= 1.
    patience : int
        Number of epochs without improvement that end the training, >= 1; the book's is 1.

    Returns
    -------
    Training
        The network with the least validation error, and all validation errors, the first
        being that of the initial network.

    Raises
    ------
    ValueError
        If a shape does not fit or a number is outside its range.
    """
    x, y = _samples(network, x, y)
    integer("max_epochs", max_epochs, least=1)
    integer("patience", patience, least=1)
    best, errors, best_epoch = network, [float(validation_error(network))], 0
    for epoch in range(1, max_epochs + 1):
        for n in rng.permutation(x.shape[1]):
            network = sgd_step(network, x[:, [n]], y[:, [n]], learning_rate, weight_decay)
        errors.append(float(validation_error(network)))
        if errors[epoch] < errors[best_epoch]:
            best, best_epoch = network, epoch
        elif epoch - best_epoch >= patience:
            break
    return Training(best, errors)


def xor_network(construction: str) -> Network:
    r"""Return a network with two hidden ReLU units that computes XOR, exercise 4-2.

    Parameters
    ----------
    construction : {"difference", "sum"}
        ``difference``: :math:`\mathrm{ReLU}(x_1-x_2)+\mathrm{ReLU}(x_2-x_1)=\lvert x_1-x_2\rvert`;
        ``sum``: :math:`\mathrm{ReLU}(x_1+x_2)-2\,\mathrm{ReLU}(x_1+x_2-1)`.

    Returns
    -------
    Network
        With a linear output. A ReLU on the output leaves the four values unchanged.

    Raises
    ------
    ValueError
        If the construction is unknown.
    """
    layers: dict[str, list[tuple[ArrayLike, ArrayLike, str]]] = {
        "difference": [([[1, -1], [-1, 1]], [0, 0], "relu"), ([[1, 1]], [0], "identity")],
        "sum": [([[1, 1], [1, 1]], [0, -1], "relu"), ([[1, -2]], [0], "identity")],
    }
    return Network.from_layers(layers[one_of("construction", construction, tuple(layers))])


def _forward(network: Network, x: Array) -> ForwardPass:
    z: dict[int, Array] = {}
    a = {0: x}
    for layer, W in network.W.items():
        z[layer] = W @ a[layer - 1] + network.b[layer]
        name = network.f[layer]
        f = activations.softmax if name == "softmax" else ACTIVATIONS[name][0]
        a[layer] = f(z[layer])
    return ForwardPass(z, a)


def _samples(network: Network, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    L = network.depth
    x = as_columns("x", x, rows=network.W[1].shape[1])
    y = as_columns("y", y, rows=len(network.b[L]), columns=x.shape[1])
    if network.f[L] == "softmax":
        y = as_distribution("y", y)
    return x, y
