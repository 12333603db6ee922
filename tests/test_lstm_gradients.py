import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.lstm_gradients import lstm_bptt
from nndl_notes.recurrent import GATES, LSTM, lstm_forward
from numerics import gradient


def random_problem(H, D, T, seed):
    """An LSTM, a sequence, initial states and a target for each hidden state."""
    rng = np.random.default_rng(seed)
    lstm = LSTM(
        W={g: rng.normal(size=(H, D)) for g in GATES},
        U={g: rng.normal(size=(H, H)) for g in GATES},
        b={g: rng.normal(size=H) for g in GATES},
    )
    h0, c0 = rng.normal(size=(2, H, 1))
    return lstm, rng.normal(size=(D, T)), h0, c0, rng.normal(size=(H, T))


def hidden(states):
    return np.hstack([states.h[t] for t in states.x])


def loss(lstm, X, h0, c0, targets):
    return 0.5 * np.sum((hidden(lstm_forward(lstm, X, h0, c0)) - targets) ** 2)


def found_gradients(lstm, X, h0, c0, targets):
    states = lstm_forward(lstm, X, h0, c0)
    return lstm_bptt(lstm, states, hidden(states) - targets)


def close(found, numeric):
    assert found.shape == numeric.shape
    assert_allclose(found, numeric, rtol=1e-6, atol=1e-8 * (1 + np.abs(numeric).max()))


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(0, 10_000))
def test_the_sweep_is_the_gradient_of_the_loss(H, D, T, seed):
    lstm, X, h0, c0, targets = random_problem(H, D, T, seed)
    gradients = found_gradients(lstm, X, h0, c0, targets)
    for name in ("W", "U", "b"):
        blocks = {"W": lstm.W, "U": lstm.U, "b": lstm.b}
        for g in GATES:

            def moved(value, name=name, g=g, blocks=blocks):
                changed = {**blocks, name: {**blocks[name], g: value}}
                return loss(LSTM(**changed), X, h0, c0, targets)

            close(getattr(gradients, name)[g], gradient(moved, blocks[name][g]))
    close(gradients.h[0], gradient(lambda h: loss(lstm, X, h, c0, targets), h0))
    close(gradients.c[0], gradient(lambda c: loss(lstm, X, h0, c, targets), c0))


def test_states_count_with_all_that_they_influence_later():
    """Restart the network at a state and read the loss of the remaining steps."""
    lstm, X, h0, c0, targets = random_problem(3, 2, 5, 64)
    states = lstm_forward(lstm, X, h0, c0)
    gradients = found_gradients(lstm, X, h0, c0, targets)
    for t in range(1, 5):

        def later(h, c, t=t):
            return loss(lstm, X[:, t:], h, c, targets[:, t:])

        h, c, o = states.h[t], states.c[t], states.o[t]
        here = h - targets[:, [t - 1]]
        by_h = gradient(lambda h, c=c: later(h, c), h) + here
        close(gradients.h[t], by_h)
        by_c = gradient(lambda c, h=h: later(h, c), c)
        close(gradients.c[t], by_c + by_h * o * (1 - np.tanh(c) ** 2))


def test_an_open_forget_gate_carries_the_gradient_unchanged():
    zero = {g: np.zeros((2, 2)) for g in GATES}
    lstm = LSTM(zero, zero, {"i": [-1e3] * 2, "f": [1e3] * 2, "o": [0] * 2, "c": [0] * 2})
    states = lstm_forward(lstm, np.ones((2, 100)), c0=[0.3, -0.2])
    last = np.zeros((2, 100))
    last[:, -1] = [1, 2]
    gradients = lstm_bptt(lstm, states, last)
    assert_allclose(gradients.c[0], gradients.c[100], rtol=1e-12)
    assert np.all(gradients.c[0] != 0)


def test_an_lstm_explodes_through_its_output_gate():
    one = {g: np.zeros((1, 1)) for g in GATES}
    lstm = LSTM(one, {**one, "o": [[20.0]]}, {"i": [-1e3], "f": [1e3], "o": [-10.0], "c": [0.0]})
    states = lstm_forward(lstm, np.ones((1, 20)), [0.5], [20.0])
    last = np.zeros((1, 20))
    last[0, -1] = 1
    assert_allclose(lstm_bptt(lstm, states, last).h[0], 5.0**20, rtol=1e-9)


def test_a_misshaped_derivative_is_refused():
    lstm, X, h0, c0, targets = random_problem(3, 2, 5, 1)
    states = lstm_forward(lstm, X, h0, c0)
    with pytest.raises(ValueError, match=r"^dL_dh: .*\(3, 5\).*\(5, 3\)"):
        lstm_bptt(lstm, states, targets.T)
