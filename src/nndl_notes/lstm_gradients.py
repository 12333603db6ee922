r"""Back-propagation through time for the LSTM of `recurrent`.

Derivatives are kept as columns by time step, as the states are. Each of the four blocks ``i``,
``f``, ``o`` and ``c`` has an error term :math:`\delta_{g,t}`, the derivative of the total loss by
the net input of the block.

Source: NNDL, section 6.6.1 and exercise 6-4.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ._validation import Array, as_matrix
from .recurrent import GATES, LSTM, LSTMStates


@dataclass(frozen=True, eq=False)
class LSTMGradients:
    """Derivatives of the total loss.

    By the parameters: ``W[g]``, ``U[g]`` and ``b[g]`` for the blocks g. By the net inputs:
    ``delta[g][t]`` for t = 1..T. By the states: ``h[t]`` and ``c[t]`` for t = 0..T, where a state
    counts with all that it influences later.
    """

    W: Mapping[str, Array]
    U: Mapping[str, Array]
    b: Mapping[str, Array]
    delta: Mapping[str, Mapping[int, Array]]
    h: Mapping[int, Array]
    c: Mapping[int, Array]


def lstm_bptt(lstm: LSTM, states: LSTMStates, dL_dh: ArrayLike) -> LSTMGradients:
    r"""Return the gradient of :math:`\mathcal L=\sum_t\mathcal L_t` by one backward sweep.

    From the last step to the first:
    :math:`\bar{\mathbf h}_t=\partial\mathcal L_t/\partial\mathbf h_t+\sum_gU_g^\top\delta_{g,t+1}`
    and :math:`\bar{\mathbf c}_t=\bar{\mathbf h}_t\odot\mathbf o_t\odot(1-\tanh^2\mathbf c_t)
    +\mathbf f_{t+1}\odot\bar{\mathbf c}_{t+1}`; these give the four :math:`\delta_{g,t}`, and
    :math:`\partial\mathcal L/\partial W_g=\sum_t\delta_{g,t}\mathbf x_t^\top`.

    Parameters
    ----------
    lstm : LSTM
        The network, with hidden size H.
    states : LSTMStates
        The result of `lstm_forward`.
    dL_dh : (H, T)
        Column t is the derivative of the loss of step t by the hidden state of the same step.

    Returns
    -------
    LSTMGradients
        Matrices in the shapes of the parameters, columns for the states.

    Raises
    ------
    ValueError
        If the shape of `dL_dh` does not fit or a number is not finite.
    """
    H, T = len(lstm.b["i"]), len(states.x)
    direct = as_matrix("dL_dh", dL_dh, rows=H, columns=T)
    delta: dict[str, dict[int, Array]] = {g: {} for g in GATES}
    h: dict[int, Array] = {}
    c: dict[int, Array] = {}
    by_later_h = by_later_c = np.zeros((H, 1))
    for t in range(T, 0, -1):
        i, f, o, candidate = states.i[t], states.f[t], states.o[t], states.candidate[t]
        squashed = np.tanh(states.c[t])
        h[t] = direct[:, [t - 1]] + by_later_h
        c[t] = h[t] * o * (1 - squashed**2) + by_later_c
        delta["i"][t] = c[t] * candidate * i * (1 - i)
        delta["f"][t] = c[t] * states.c[t - 1] * f * (1 - f)
        delta["o"][t] = h[t] * squashed * o * (1 - o)
        delta["c"][t] = c[t] * i * (1 - candidate**2)
        by_later_h = sum((lstm.U[g].T @ delta[g][t] for g in GATES), np.zeros((H, 1)))
        by_later_c = f * c[t]
    h[0], c[0] = by_later_h, by_later_c
    steps = range(1, T + 1)
    return LSTMGradients(
        W={g: _total(delta[g][t] @ states.x[t].T for t in steps) for g in GATES},
        U={g: _total(delta[g][t] @ states.h[t - 1].T for t in steps) for g in GATES},
        b={g: _total(delta[g].values()) for g in GATES},
        delta=delta,
        h=h,
        c=c,
    )


def _total(terms) -> Array:
    return np.sum(list(terms), axis=0)
