import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.recurrent import (
    LSTM,
    SimpleRNN,
    bptt,
    bptt_error_terms,
    gru_parameter_count,
    lstm_forward,
    lstm_parameter_count,
    lstm_step,
    rnn_forward,
    simple_rnn_parameter_count,
)
from numerics import gradient

GATES = ("i", "f", "o", "c")


@st.composite
def problems(draw):
    """A network, a sequence, an initial state and a target for each state."""
    H, D, T = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    f = draw(st.sampled_from(["tanh", "logistic", "identity"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rnn = SimpleRNN(rng.normal(size=(H, H)), rng.normal(size=(H, D)), rng.normal(size=H), f)
    return rnn, rng.normal(size=(D, T)), rng.normal(size=H), rng.normal(size=(H, T))


@pytest.fixture
def problem():
    """T = 5 steps of 3 inputs and 4 hidden units."""
    rng = np.random.default_rng(62)
    rnn = SimpleRNN(rng.normal(size=(4, 4)), rng.normal(size=(4, 3)), rng.normal(size=4))
    return rnn, rng.normal(size=(3, 5)), rng.normal(size=4), rng.normal(size=(4, 5))


def states_as_matrix(states):
    return np.hstack([states.h[t] for t in states.x])


def loss(rnn, X, h0, targets):
    """Half the squared distance of every state from its target, summed over time."""
    return 0.5 * np.sum((states_as_matrix(rnn_forward(rnn, X, h0)) - targets) ** 2)


def loss_derivatives(rnn, X, h0, targets):
    states = rnn_forward(rnn, X, h0)
    return states, states_as_matrix(states) - targets


def random_lstm(H, D, rng):
    return LSTM(
        W={g: rng.normal(size=(H, D)) for g in GATES},
        U={g: rng.normal(size=(H, H)) for g in GATES},
        b={g: rng.normal(size=H) for g in GATES},
    )


def test_a_linear_recurrence_by_hand():
    rnn = SimpleRNN([[2.0]], [[3.0]], [1.0], "identity")
    states = rnn_forward(rnn, [[1, 0, -1]], [5])
    assert [states.h[t].item() for t in range(4)] == [5, 14, 29, 56]
    assert rnn_forward(rnn, [[1]]).h[1] == 4
    # ℒ = h₃: δ₃ = 1, δ₂ = 2, δ₁ = 4.
    gradients = bptt(rnn, states, [[0, 0, 1]])
    assert [gradients.delta[k].item() for k in (1, 2, 3)] == [4, 2, 1]
    assert gradients.U == 4 * 5 + 2 * 14 + 1 * 29
    assert gradients.W == 4 * 1 + 2 * 0 + 1 * -1
    assert gradients.b == 7


@given(problems())
def test_forward_is_the_recurrence(instance):
    rnn, X, h0, _ = instance
    states = rnn_forward(rnn, X, h0)
    f = {"tanh": np.tanh, "logistic": lambda z: 1 / (1 + np.exp(-z)), "identity": lambda z: z}
    h = h0
    for t in range(X.shape[1]):
        z = rnn.U @ h + rnn.W @ X[:, t] + rnn.b[:, 0]
        h = f[rnn.f](z)
        assert_allclose(states.z[t + 1][:, 0], z)
        assert_allclose(states.h[t + 1][:, 0], h)


@given(problems())
def test_bptt_is_the_gradient_of_the_loss(instance):
    rnn, X, h0, targets = instance
    states, dL_dh = loss_derivatives(*instance)
    gradients = bptt(rnn, states, dL_dh)
    parameters = {"U": rnn.U, "W": rnn.W, "b": rnn.b}
    for name, value in parameters.items():
        numeric = gradient(
            lambda v, name=name: loss(
                SimpleRNN(**{**parameters, name: v}, f=rnn.f), X, h0, targets
            ),
            value,
        )
        found = getattr(gradients, name)
        assert found.shape == value.shape
        assert_allclose(found, numeric, rtol=1e-6, atol=1e-7 * (1 + np.abs(numeric).max()))


def test_the_double_sums_are_the_linear_time_accumulation(problem):
    rnn, *_ = problem
    states, dL_dh = loss_derivatives(*problem)
    gradients = bptt(rnn, states, dL_dh)
    delta = bptt_error_terms(rnn, states, dL_dh)
    assert set(delta) == {(t, k) for t in range(1, 6) for k in range(1, t + 1)}
    assert_allclose(gradients.W, sum(d @ states.x[k].T for (t, k), d in delta.items()))
    assert_allclose(gradients.U, sum(d @ states.h[k - 1].T for (t, k), d in delta.items()))
    assert_allclose(gradients.b, sum(delta.values()))
    for k in range(1, 6):
        assert_allclose(gradients.delta[k], sum(delta[t, k] for t in range(k, 6)))


def test_the_error_terms_are_derivatives_by_the_net_inputs(problem):
    """Restart the network at step k with a given net input and read the loss of step t."""
    rnn, X, _, targets = problem
    states, dL_dh = loss_derivatives(*problem)
    delta = bptt_error_terms(rnn, states, dL_dh)
    for (t, k), found in delta.items():

        def loss_of_step(z, t=t, k=k):
            h = np.tanh(z)
            if t > k:
                h = rnn_forward(rnn, X[:, k:t], h).h[t - k]
            return 0.5 * np.sum((h - targets[:, [t - 1]]) ** 2)

        assert_allclose(found, gradient(loss_of_step, states.z[k]), atol=1e-9)


def test_error_terms_are_products_of_jacobians(problem):
    rnn, *_ = problem
    states, dL_dh = loss_derivatives(*problem)
    delta = bptt_error_terms(rnn, states, dL_dh)
    slope = {t: np.diagflat(1 - states.h[t] ** 2) for t in states.z}
    expected = slope[2] @ rnn.U.T @ slope[3] @ rnn.U.T @ delta[4, 4]
    assert_allclose(delta[4, 2], expected)


def test_a_relu_recurrence(problem):
    rnn, X, h0, targets = problem
    rnn = SimpleRNN(rnn.U, rnn.W, rnn.b, "relu")
    states, dL_dh = loss_derivatives(rnn, X, h0, targets)
    assert min(np.abs(z).min() for z in states.z.values()) > 1e-2
    numeric = gradient(
        lambda W: loss(SimpleRNN(rnn.U, W, rnn.b, "relu"), X, h0, targets), rnn.W, step=1e-5
    )
    assert_allclose(bptt(rnn, states, dL_dh).W, numeric, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("scale", [-1e3, 1e3])
def test_saturated_networks_stay_finite(scale, problem):
    rnn, X, h0, targets = problem
    states, dL_dh = loss_derivatives(rnn, scale * X, h0, targets)
    assert np.all(np.abs(states_as_matrix(states)) <= 1)
    assert_allclose(bptt(rnn, states, dL_dh).W, 0, atol=1e-12)
    lstm = random_lstm(4, 3, np.random.default_rng(1))
    assert np.all(np.abs(lstm_forward(lstm, scale * X).h[5]) <= 1)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(0, 1000))
def test_lstm_is_its_equations(H, D, T, seed):
    rng = np.random.default_rng(seed)
    lstm, X = random_lstm(H, D, rng), rng.normal(size=(D, T))
    h, c = rng.normal(size=(H, 1)), rng.normal(size=(H, 1))
    states = lstm_forward(lstm, X, h, c)
    assert list(states.h) == list(states.c) == list(range(T + 1))
    assert list(states.x) == list(states.i) == list(range(1, T + 1))
    for t in range(1, T + 1):
        x = X[:, [t - 1]]
        net = {g: lstm.W[g] @ x + lstm.U[g] @ h + lstm.b[g] for g in GATES}
        i, f, o = (1 / (1 + np.exp(-net[g])) for g in ("i", "f", "o"))
        candidate = np.tanh(net["c"])
        c = f * c + i * candidate
        h = o * np.tanh(c)
        expected = {"x": x, "i": i, "f": f, "o": o, "candidate": candidate, "c": c, "h": h}
        for name, value in expected.items():
            assert_allclose(getattr(states, name)[t], value, atol=1e-14)


def test_open_forget_gate_and_closed_input_gate_keep_the_cell():
    zero = {g: np.zeros((2, 2)) for g in GATES}
    lstm = LSTM(zero, zero, {"i": [-1e3] * 2, "f": [1e3] * 2, "o": [0] * 2, "c": [0] * 2})
    states = lstm_forward(lstm, np.ones((2, 100)), c0=[3.0, -2.0])
    assert states.c[100][:, 0].tolist() == [3, -2]
    assert_allclose(states.h[100][:, 0], 0.5 * np.tanh([3, -2]))


def test_states_start_at_zero_unless_given():
    lstm = random_lstm(2, 3, np.random.default_rng(0))
    states = lstm_forward(lstm, np.ones((3, 1)))
    assert not np.any(states.h[0]) and not np.any(states.c[0])
    step = lstm_step(lstm, np.ones(3), np.zeros(2), np.zeros(2))
    assert np.array_equal(step.h, states.h[1][:, 0])
    assert lstm_step(lstm, np.ones((3, 1)), np.zeros(2), np.zeros(2)).c.shape == (2, 1)


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_lstm_count_is_the_number_of_entries(h, d):
    lstm = random_lstm(h, d, np.random.default_rng(0))
    entries = sum(
        block.size
        for part, g in itertools.product((lstm.W, lstm.U, lstm.b), GATES)
        for block in [part[g]]
    )
    assert lstm_parameter_count(h, d) == entries == 4 * h * (d + h + 1)


def test_parameter_counts():
    assert lstm_parameter_count(20, 10) == 2480
    assert lstm_parameter_count(20, 10, biases=2) == 2560
    assert gru_parameter_count(20, 10) == 1860
    assert simple_rnn_parameter_count(20, 10) == 620
    assert simple_rnn_parameter_count(20, 10, biases=0) == 600


@pytest.mark.parametrize("h, ratio", [(1, 2.02), (100, 3.00), (10_000, 3.98)])
def test_doubling_the_hidden_size_multiplies_the_count_by_two_to_four(h, ratio):
    found = lstm_parameter_count(2 * h, 100) / lstm_parameter_count(h, 100)
    assert_allclose(found, ratio, atol=0.006)


def lstm_without(part, gate):
    blocks = {
        "W": {g: np.ones((2, 3)) for g in GATES},
        "U": {g: np.ones((2, 2)) for g in GATES},
        "b": {g: np.ones(2) for g in GATES},
    }
    del blocks[part][gate]
    return LSTM(**blocks)


def lstm_with(part, gate, value):
    blocks = {
        "W": {g: np.ones((2, 3)) for g in GATES},
        "U": {g: np.ones((2, 2)) for g in GATES},
        "b": {g: np.ones(2) for g in GATES},
    }
    blocks[part][gate] = value
    return LSTM(**blocks)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda p: SimpleRNN(np.eye(3), p[0].W, p[0].b), r"^U: .*\(4, 4\).*\(3, 3\)"),
        (lambda p: SimpleRNN(p[0].U, p[0].W, np.ones(3)), r"^b: .*\(4, 1\).*\(3,\)"),
        (lambda p: SimpleRNN(p[0].U, p[0].W[0], p[0].b), r"^W: .*\(3,\)"),
        (lambda p: SimpleRNN(p[0].U, p[0].W, p[0].b, "step"), r"^f: .*tanh.*'step'"),
        (lambda p: rnn_forward(p[0], p[1].T), r"^X: .*\(3, N\).*\(5, 3\)"),
        (lambda p: rnn_forward(p[0], p[1] * np.inf), r"^X: .*finite"),
        (lambda p: rnn_forward(p[0], p[1], np.ones(3)), r"^h0: .*\(4, 1\).*\(3,\)"),
        (
            lambda p: bptt(p[0], rnn_forward(p[0], p[1]), p[3][:, 1:]),
            r"^dL_dh: .*\(4, 5\).*\(4, 4\)",
        ),
        (
            lambda p: bptt_error_terms(p[0], rnn_forward(p[0], p[1]), p[3].T),
            r"^dL_dh: .*\(4, 5\).*\(5, 4\)",
        ),
        (lambda p: lstm_without("U", "o"), r"^U: .*i, f, o, c.*\['c', 'f', 'i'\]"),
        (lambda p: lstm_with("W", "c", np.ones((2, 2))), r"^W\[c\]: .*\(2, 3\).*\(2, 2\)"),
        (lambda p: lstm_with("U", "f", np.ones((2, 3))), r"^U\[f\]: .*\(2, 2\).*\(2, 3\)"),
        (lambda p: lstm_with("b", "o", np.ones((1, 2))), r"^b\[o\]: .*\(2, 1\).*\(1, 2\)"),
        (
            lambda p: lstm_step(random_lstm(2, 3, np.random.default_rng()), [1, 2], [0, 0], [0, 0]),
            r"^x: .*\(3, 1\).*\(2,\)",
        ),
        (
            lambda p: lstm_forward(random_lstm(2, 3, np.random.default_rng()), p[1], c0=[1]),
            r"^c0: .*\(2, 1\).*\(1,\)",
        ),
        (lambda p: lstm_parameter_count(0, 1), r"^hidden_size: .*>= 1, got 0"),
        (lambda p: gru_parameter_count(1, 0), r"^input_size: .*>= 1, got 0"),
        (lambda p: gru_parameter_count(1, 1.5), r"^input_size: .*integer.*1\.5"),
        (lambda p: simple_rnn_parameter_count(1, 1, -1), r"^biases: .*>= 0, got -1"),
    ],
)
def test_errors_name_the_argument(call, message, problem):
    with pytest.raises(ValueError, match=message):
        call(problem)
