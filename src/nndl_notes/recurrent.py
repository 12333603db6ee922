r"""Simple recurrent networks with back-propagation through time, and LSTM cells.

A sequence is a matrix ``X`` of shape ``(D, T)`` with one column :math:`\mathbf x_t` per time step.
States are dictionaries of columns with the book's time t as key: ``h[0]`` is the initial state,
``h[1]``, …, ``h[T]`` follow; ``delta[t, k]`` is an error term of back-propagation through time.

Source: NNDL, sections 6.2 and 6.6 and exercises 6-2, 6-4 and 8-1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_column, as_matrix, integer, like, one_of
from .activations import logistic, tanh
from .feedforward import ACTIVATIONS

GATES = ("i", "f", "o", "c")


@dataclass(frozen=True, eq=False)
class SimpleRNN:
    r"""The recurrence :math:`\mathbf h_t=f(U\mathbf h_{t-1}+W\mathbf x_t+\mathbf b)`.

    Parameters
    ----------
    U : (H, H)
        Weights of the previous state.
    W : (H, D)
        Weights of the input.
    b : (H,) or (H, 1)
        Bias; kept as a column.
    f : {"tanh", "logistic", "relu", "identity"}
        Activation.

    Raises
    ------
    ValueError
        If a shape does not fit, a number is not finite or the activation is unknown.
    """

    U: Array
    W: Array
    b: Array
    f: str = "tanh"

    def __post_init__(self) -> None:
        W = as_matrix("W", self.W)
        hidden_size = len(W)
        object.__setattr__(self, "W", W)
        object.__setattr__(self, "U", as_matrix("U", self.U, rows=hidden_size, columns=hidden_size))
        object.__setattr__(self, "b", as_column("b", self.b, hidden_size))
        one_of("f", self.f, tuple(ACTIVATIONS))


@dataclass(frozen=True, eq=False)
class RNNStates:
    """Inputs ``x[1..T]``, net inputs ``z[1..T]`` and states ``h[0..T]``, all columns."""

    x: Mapping[int, Array]
    z: Mapping[int, Array]
    h: Mapping[int, Array]


@dataclass(frozen=True, eq=False)
class RNNGradients:
    """Derivatives of the loss by U, W and b, and ``delta[k]`` by the net input of step k."""

    U: Array
    W: Array
    b: Array
    delta: Mapping[int, Array]


def rnn_forward(rnn: SimpleRNN, X: ArrayLike, h0: ArrayLike | None = None) -> RNNStates:
    """Run a simple recurrent network over a sequence.

    Parameters
    ----------
    rnn : SimpleRNN
        With hidden size H and input size D.
    X : (D, T)
        One column per time step.
    h0 : (H,) or (H, 1), optional
        Initial state; zero if absent.

    Returns
    -------
    RNNStates
        Columns of shape (D, 1) and (H, 1).

    Raises
    ------
    ValueError
        If a shape does not fit or a number is not finite.
    """
    f, _ = ACTIVATIONS[rnn.f]
    x = _steps(X, rnn.W.shape[1])
    z: dict[int, Array] = {}
    h = {0: _initial("h0", h0, len(rnn.b))}
    for t in x:
        z[t] = rnn.U @ h[t - 1] + rnn.W @ x[t] + rnn.b
        h[t] = f(z[t])
    return RNNStates(x, z, h)


def bptt_error_terms(
    rnn: SimpleRNN, states: RNNStates, dL_dh: ArrayLike
) -> dict[tuple[int, int], Array]:
    r"""Return all error terms :math:`\delta_{t,k}=\partial\mathcal L_t/\partial\mathbf z_k`.

    :math:`\delta_{t,t}=f'(\mathbf z_t)\odot\partial\mathcal L_t/\partial\mathbf h_t` and
    :math:`\delta_{t,k}=\mathrm{diag}(f'(\mathbf z_k))\,U^\top\delta_{t,k+1}` for k < t, NNDL (6.34)
    to (6.37). The time is quadratic in T.

    Parameters
    ----------
    rnn : SimpleRNN
        The network.
    states : RNNStates
        The result of `rnn_forward`.
    dL_dh : (H, T)
        Column t is the derivative of the loss of step t by the state of the same step.

    Returns
    -------
    dict
        ``delta[t, k]`` of shape (H, 1) for 1 <= k <= t <= T.

    Raises
    ------
    ValueError
        If the shape of `dL_dh` does not fit or a number is not finite.
    """
    direct, slope = _derivatives(rnn, states, dL_dh)
    delta: dict[tuple[int, int], Array] = {}
    for t in direct:
        delta[t, t] = slope[t] * direct[t]
        for k in range(t - 1, 0, -1):
            delta[t, k] = slope[k] * (rnn.U.T @ delta[t, k + 1])
    return delta


def bptt(rnn: SimpleRNN, states: RNNStates, dL_dh: ArrayLike) -> RNNGradients:
    r"""Return the gradient of :math:`\mathcal L=\sum_t\mathcal L_t` in time linear in T.

    The double sums (6.40) and (6.41) need only :math:`\delta_k=\sum_{t\ge k}\delta_{t,k}`, which
    obeys :math:`\delta_k=f'(\mathbf z_k)\odot(\mathbf d_k+U^\top\delta_{k+1})` with
    :math:`\mathbf d_k=\partial\mathcal L_k/\partial\mathbf h_k`.

    Parameters
    ----------
    rnn : SimpleRNN
        The network.
    states : RNNStates
        The result of `rnn_forward`.
    dL_dh : (H, T)
        Column t is the derivative of the loss of step t by the state of the same step.

    Returns
    -------
    RNNGradients
        :math:`\sum_k\delta_k\mathbf h_{k-1}^\top`, :math:`\sum_k\delta_k\mathbf x_k^\top`,
        :math:`\sum_k\delta_k` and the :math:`\delta_k`.

    Raises
    ------
    ValueError
        If the shape of `dL_dh` does not fit or a number is not finite.
    """
    direct, slope = _derivatives(rnn, states, dL_dh)
    T = len(direct)
    delta = {T: slope[T] * direct[T]}
    for k in range(T - 1, 0, -1):
        delta[k] = slope[k] * (direct[k] + rnn.U.T @ delta[k + 1])
    return RNNGradients(
        U=sum((delta[k] @ states.h[k - 1].T for k in delta), np.zeros_like(rnn.U)),
        W=sum((delta[k] @ states.x[k].T for k in delta), np.zeros_like(rnn.W)),
        b=sum(delta.values(), np.zeros_like(rnn.b)),
        delta=delta,
    )


@dataclass(frozen=True, eq=False)
class LSTM:
    r"""The parameters of an LSTM: ``W[g]`` (H, D), ``U[g]`` (H, H) and ``b[g]`` for four blocks.

    The blocks g are the input gate ``i``, the forget gate ``f``, the output gate ``o`` and the
    candidate ``c``. Biases (H,) or (H, 1) are kept as columns.

    Raises
    ------
    ValueError
        If a block is missing, a shape does not fit or a number is not finite.
    """

    W: Mapping[str, Array]
    U: Mapping[str, Array]
    b: Mapping[str, Array]

    def __post_init__(self) -> None:
        for name in ("W", "U", "b"):
            blocks = set(getattr(self, name))
            if blocks != set(GATES):
                raise ValueError(f"{name}: expected the blocks i, f, o, c, got {sorted(blocks)}")
        H, D = as_matrix("W[i]", self.W["i"]).shape
        W = {g: as_matrix(f"W[{g}]", self.W[g], rows=H, columns=D) for g in GATES}
        U = {g: as_matrix(f"U[{g}]", self.U[g], rows=H, columns=H) for g in GATES}
        b = {g: as_column(f"b[{g}]", self.b[g], H) for g in GATES}
        object.__setattr__(self, "W", W)
        object.__setattr__(self, "U", U)
        object.__setattr__(self, "b", b)


@dataclass(frozen=True, eq=False)
class LSTMStep:
    """Gates, candidate, cell state and hidden state of one time step."""

    i: Array
    f: Array
    o: Array
    candidate: Array
    c: Array
    h: Array


@dataclass(frozen=True, eq=False)
class LSTMStates:
    """Columns by time step: ``x`` and the gates for t = 1..T, ``c`` and ``h`` for t = 0..T."""

    x: Mapping[int, Array]
    i: Mapping[int, Array]
    f: Mapping[int, Array]
    o: Mapping[int, Array]
    candidate: Mapping[int, Array]
    c: Mapping[int, Array]
    h: Mapping[int, Array]


def lstm_step(lstm: LSTM, x: ArrayLike, h: ArrayLike, c: ArrayLike) -> LSTMStep:
    r"""Advance an LSTM by one time step.

    The gates i, f, o are :math:`\sigma(W_*\mathbf x_t+U_*\mathbf h_{t-1}+\mathbf b_*)`,
    the candidate is :math:`\tilde{\mathbf c}=\tanh(W_c\mathbf x_t+U_c\mathbf h_{t-1}+\mathbf b_c)`;
    then :math:`\mathbf c_t=\mathbf f\odot\mathbf c_{t-1}+\mathbf i\odot\tilde{\mathbf c}`
    and :math:`\mathbf h_t=\mathbf o\odot\tanh(\mathbf c_t)`.

    Parameters
    ----------
    lstm : LSTM
        With hidden size H and input size D.
    x : (D,) or (D, 1)
        Input.
    h, c : (H,) or (H, 1)
        Previous hidden state and cell state.

    Returns
    -------
    LSTMStep
        Vectors of length H, in the form of `x`.

    Raises
    ------
    ValueError
        If a shape does not fit or a number is not finite.
    """
    H, D = lstm.W["i"].shape
    column, h, c = as_column("x", x, D), as_column("h", h, H), as_column("c", c, H)
    net = {g: lstm.W[g] @ column + lstm.U[g] @ h + lstm.b[g] for g in GATES}
    i, f, o = (logistic(net[g]) for g in ("i", "f", "o"))
    candidate = tanh(net["c"])
    c = f * c + i * candidate
    return LSTMStep(*(like(value, x) for value in (i, f, o, candidate, c, o * tanh(c))))


def lstm_forward(
    lstm: LSTM, X: ArrayLike, h0: ArrayLike | None = None, c0: ArrayLike | None = None
) -> LSTMStates:
    """Run an LSTM over a sequence.

    Parameters
    ----------
    lstm : LSTM
        With hidden size H and input size D.
    X : (D, T)
        One column per time step.
    h0, c0 : (H,) or (H, 1), optional
        Initial hidden state and cell state; zero if absent.

    Returns
    -------
    LSTMStates
        Columns of shape (D, 1) and (H, 1).

    Raises
    ------
    ValueError
        If a shape does not fit or a number is not finite.
    """
    H, D = lstm.W["i"].shape
    x = _steps(X, D)
    h = {0: _initial("h0", h0, H)}
    c = {0: _initial("c0", c0, H)}
    steps: dict[int, LSTMStep] = {}
    for t in x:
        steps[t] = lstm_step(lstm, x[t], h[t - 1], c[t - 1])
        h[t], c[t] = steps[t].h, steps[t].c
    return LSTMStates(
        x=x,
        i={t: step.i for t, step in steps.items()},
        f={t: step.f for t, step in steps.items()},
        o={t: step.o for t, step in steps.items()},
        candidate={t: step.candidate for t, step in steps.items()},
        c=c,
        h=h,
    )


def simple_rnn_parameter_count(hidden_size: int, input_size: int, biases: int = 1) -> int:
    """Return h (d + h + biases), the number of parameters of a simple recurrent layer.

    Parameters
    ----------
    hidden_size : int
        Number h >= 1 of hidden units.
    input_size : int
        Number d >= 1 of inputs; in a stack of layers, h of the layer below.
    biases : int
        Number of bias vectors per block: 1 in the book, 2 in PyTorch and cuDNN, 0 without bias.

    Raises
    ------
    ValueError
        If an argument is not an integer in its range.
    """
    h = integer("hidden_size", hidden_size, least=1)
    d = integer("input_size", input_size, least=1)
    return h * (d + h + integer("biases", biases, least=0))


def lstm_parameter_count(hidden_size: int, input_size: int, biases: int = 1) -> int:
    """Return 4 h (d + h + biases): three gates and one candidate, exercise 8-1.

    The parameters and errors are those of `simple_rnn_parameter_count`.
    """
    return 4 * simple_rnn_parameter_count(hidden_size, input_size, biases)


def gru_parameter_count(hidden_size: int, input_size: int, biases: int = 1) -> int:
    """Return 3 h (d + h + biases): two gates and one candidate.

    The parameters and errors are those of `simple_rnn_parameter_count`.
    """
    return 3 * simple_rnn_parameter_count(hidden_size, input_size, biases)


def _steps(X: ArrayLike, input_size: int) -> dict[int, Array]:
    X = as_matrix("X", X, rows=input_size)
    return {t: X[:, [t - 1]] for t in range(1, X.shape[1] + 1)}


def _initial(name: str, value: ArrayLike | None, size: int) -> Array:
    return np.zeros((size, 1)) if value is None else as_column(name, value, size)


def _derivatives(
    rnn: SimpleRNN, states: RNNStates, dL_dh: ArrayLike
) -> tuple[dict[int, Array], dict[int, Array]]:
    """Return the columns of `dL_dh` and the slopes f'(z), both by time step."""
    T = len(states.z)
    dL_dh = as_matrix("dL_dh", dL_dh, rows=len(rnn.b), columns=T)
    slope = ACTIVATIONS[rnn.f][1]
    return (
        {t: dL_dh[:, [t - 1]] for t in states.z},
        {t: slope(z) for t, z in states.z.items()},
    )
