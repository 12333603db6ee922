r"""Approximation of continuous functions by networks with ReLU hidden layers.

A network with one ReLU hidden layer on a line is a piecewise linear function, and every piecewise
linear function with finitely many pieces is such a network: each hidden unit is responsible for
one change of slope. Sums of such functions of one direction each are networks again.

Source: NNDL, Theorem 4.1 and exercise 4-6.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ._validation import as_column, as_matrix
from .feedforward import Network


def relu_interpolant(knots: ArrayLike, values: ArrayLike) -> Network:
    r"""Return the network with one ReLU hidden layer that interpolates linearly between knots.

    Its output is :math:`y_0+\sum_{i=0}^{n-1}c_i\max(0,x-t_i)`, where :math:`c_i` is the change
    of slope at the knot :math:`t_i`. It is constant before the first knot and goes on with the
    last slope behind the last one.

    Parameters
    ----------
    knots : (n + 1,) or (n + 1, 1)
        The increasing :math:`t_0,\dots,t_n`, n >= 1.
    values : (n + 1,) or (n + 1, 1)
        The values :math:`y_0,\dots,y_n` at the knots.

    Returns
    -------
    Network
        One input, n hidden units, one linear output.

    Raises
    ------
    ValueError
        If there are fewer than two knots, they do not increase, or the lengths differ.
    """
    t = as_column("knots", knots)[:, 0]
    y = as_column("values", values, len(t))[:, 0]
    if len(t) < 2:
        raise ValueError(f"knots: expected at least 2, got {len(t)}")
    if np.any(np.diff(t) <= 0):
        raise ValueError(f"knots: expected increasing numbers, got {t}")
    slopes = np.diff(y) / np.diff(t)
    changes = np.diff(slopes, prepend=0.0)
    units = len(slopes)
    return Network.from_layers(
        [(np.ones((units, 1)), -t[:-1], "relu"), (changes[np.newaxis], y[:1], "identity")]
    )


def ridge_network(directions: ArrayLike, networks: Sequence[Network]) -> Network:
    r"""Return the network with the output :math:`\sum_kF_k(\mathbf u_k^\top\mathbf x)`.

    Parameters
    ----------
    directions : (D, K)
        One direction :math:`\mathbf u_k` per column.
    networks : sequence of K Network
        The :math:`F_k`, each with one input, one ReLU hidden layer and one linear output.

    Returns
    -------
    Network
        D inputs, the hidden units of all networks in one layer, one linear output.

    Raises
    ------
    ValueError
        If the numbers of directions and networks differ, or a network is of another form.
    """
    U = as_matrix("directions", directions, columns=len(networks) or None)
    if not networks:
        raise ValueError("networks: expected at least one")
    for network in networks:
        shape = (network.W[1].shape[1], len(network.W[network.depth]), tuple(network.f.values()))
        if shape != (1, 1, ("relu", "identity")):
            raise ValueError(
                "networks: expected one input, one ReLU hidden layer and one linear output, got "
                f"{shape[0]} inputs, {shape[1]} outputs and the layers {', '.join(shape[2])}"
            )
    hidden = np.vstack([net.W[1] @ u[np.newaxis] for net, u in zip(networks, U.T, strict=True)])
    biases = np.vstack([net.b[1] for net in networks])
    output = np.hstack([net.W[2] for net in networks])
    constant = sum(net.b[2] for net in networks)
    return Network.from_layers([(hidden, biases, "relu"), (output, constant, "identity")])
