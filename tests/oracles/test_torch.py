"""Activations, back-propagation, convolution and recurrence, compared with PyTorch.

PyTorch keeps one row per sample where the book keeps one column.
"""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nndl_notes import activations as act
from nndl_notes import (
    attention,
    convolution,
    convolution_layers,
    feedforward,
    lstm_gradients,
    normalization,
    optimization,
    pooling,
    recurrent,
    stochastic_descent,
)

torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this file")

pytestmark = pytest.mark.oracle

GRID = np.concatenate([np.linspace(-12, 12, 481), [-1e3, -100, 100, 1e3]])
F = {
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "identity": lambda z: z,
}
TORCH_GATES = ("i", "f", "c", "o")


def tensor(array, grad=False):
    return torch.tensor(np.asarray(array), dtype=torch.float64, requires_grad=grad)


@pytest.mark.parametrize(
    "f, derivative, oracle",
    [
        (act.logistic, act.logistic_derivative, torch.sigmoid),
        (act.tanh, act.tanh_derivative, torch.tanh),
        (act.relu, act.relu_derivative, torch.relu),
        (act.swish, act.swish_derivative, torch.nn.functional.silu),
        (act.gelu, act.gelu_derivative, torch.nn.functional.gelu),
        (
            act.gelu_tanh,
            act.gelu_tanh_derivative,
            lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
        ),
    ],
)
def test_activations_and_their_derivatives(f, derivative, oracle):
    x = tensor(GRID, grad=True)
    y = oracle(x)
    y.sum().backward()
    assert_allclose(f(GRID), y.detach(), rtol=1e-10, atol=1e-14)
    assert_allclose(derivative(GRID), x.grad, rtol=1e-10, atol=1e-14)


def test_softmax_and_cross_entropy():
    rng = np.random.default_rng(0)
    z, y = 100 * rng.normal(size=(4, 6)), rng.dirichlet(np.ones(4), 6).T
    assert_allclose(act.softmax(z), torch.softmax(tensor(z), dim=0), rtol=1e-10, atol=1e-300)
    oracle = torch.nn.functional.cross_entropy(tensor(z.T), tensor(y.T), reduction="sum")
    assert_allclose(act.softmax_cross_entropy(y, z), oracle)


def torch_risk(parameters, names, x, y):
    a = tensor(x)
    for (W, b), name in zip(parameters, names, strict=True):
        z = W @ a + b
        a = z if name == "softmax" else F[name](z)
    if names[-1] == "softmax":
        return torch.nn.functional.cross_entropy(a.T, tensor(y.T))
    return 0.5 * ((a - tensor(y)) ** 2).sum() / x.shape[1]


@pytest.fixture(params=[("tanh", "relu", "softmax"), ("logistic", "tanh", "identity")])
def network_and_batch(request):
    rng = np.random.default_rng(41)
    sizes, names = (3, 5, 4, 2), request.param
    network = feedforward.Network.from_layers(
        [
            (rng.normal(size=(m, n)), rng.normal(size=m), name)
            for n, m, name in zip(sizes, sizes[1:], names, strict=False)
        ]
    )
    return network, rng.normal(size=(3, 7)), rng.dirichlet(np.ones(2), 7).T


def test_backpropagation(network_and_batch):
    network, x, y = network_and_batch
    parameters = [(tensor(network.W[k], True), tensor(network.b[k], True)) for k in (1, 2, 3)]
    value = torch_risk(parameters, list(network.f.values()), x, y)
    value.backward()
    assert_allclose(feedforward.risk(network, x, y), value.detach())
    gradients = feedforward.backpropagate(network, x, y)
    for layer, (W, b) in enumerate(parameters, start=1):
        assert_allclose(gradients.W[layer], W.grad, atol=1e-13)
        assert_allclose(gradients.b[layer], b.grad, atol=1e-13)


def test_steps_with_weight_decay(network_and_batch):
    """Five updates of Algorithm 4.1: decayed weights, biases without decay."""
    network, x, y = network_and_batch
    parameters = [(tensor(network.W[k], True), tensor(network.b[k], True)) for k in (1, 2, 3)]
    optimizer = torch.optim.SGD(
        [
            {"params": [W for W, _ in parameters], "weight_decay": 0.05},
            {"params": [b for _, b in parameters], "weight_decay": 0.0},
        ],
        lr=0.1,
    )
    for n in range(5):
        optimizer.zero_grad()
        torch_risk(parameters, list(network.f.values()), x[:, [n]], y[:, [n]]).backward()
        optimizer.step()
        network = feedforward.sgd_step(network, x[:, [n]], y[:, [n]], 0.1, 0.05)
    for layer, (W, b) in enumerate(parameters, start=1):
        assert_allclose(network.W[layer], W.detach(), atol=1e-13)
        assert_allclose(network.b[layer], b.detach(), atol=1e-13)


@pytest.mark.parametrize("threshold", [0.5, 100.0])
def test_clipping_by_norm(threshold):
    g = np.random.default_rng(63).normal(size=7)
    parameter = tensor(np.zeros(7), grad=True)
    parameter.grad = tensor(g)
    torch.nn.utils.clip_grad_norm_([parameter], threshold)
    # PyTorch adds 1e-6 to the norm before it divides.
    assert_allclose(optimization.clip_by_norm(g, threshold), parameter.grad, rtol=1e-6)


def test_stochastic_gradient_descent_on_logistic_regression():
    """Algorithm 2.1 with a decreasing learning rate, sample by sample."""
    rng = np.random.default_rng(21)
    X, y, order = rng.normal(size=(3, 8)), rng.integers(0, 2, size=8), rng.permutation(8).tolist()
    theta = tensor(np.zeros(3), grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.5)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
    for n in order:
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits
        loss(theta @ tensor(X[:, n]), tensor(float(y[n]))).backward()
        optimizer.step()
        schedule.step()

    def gradient(theta, n):
        return (act.logistic(X[:, [n]].T @ theta) - y[n]) * X[:, [n]]

    points = stochastic_descent.descent_steps(
        gradient, np.zeros(3), order, lambda k: 0.5 / (1 + k)
    )
    assert_allclose(points[-1][:, 0], theta.detach(), atol=1e-13)


def test_torch_convolution_is_cross_correlation():
    rng = np.random.default_rng(55)
    X, K = rng.normal(size=(5, 6)), rng.normal(size=(2, 3))
    oracle = torch.nn.functional.conv2d(tensor(X)[None, None], tensor(K)[None, None])[0, 0]
    assert_allclose(convolution.cross_correlate2d(X, K), oracle)
    assert np.abs(convolution.convolve2d(X, K) - oracle.numpy()).max() > 0.1


def test_transposed_convolution():
    rng = np.random.default_rng(56)
    Y, K = rng.normal(size=(4, 4)), rng.normal(size=(2, 3))
    oracle = torch.nn.functional.conv_transpose2d(tensor(Y)[None, None], tensor(K)[None, None])
    assert_allclose(convolution.transposed_convolve2d(Y, K), oracle[0, 0])


@pytest.mark.parametrize("M, K, P, S", [(7, 3, 0, 1), (7, 3, 2, 1), (8, 4, 1, 3), (5, 5, 0, 2)])
def test_output_length(M, K, P, S):
    oracle = torch.nn.functional.conv1d(
        torch.zeros(1, 1, M), torch.zeros(1, 1, K), padding=P, stride=S
    )
    assert convolution.output_length(M, K, P, S) == oracle.shape[-1]


def test_simple_rnn():
    rng = np.random.default_rng(62)
    H, D, T = 4, 3, 6
    rnn = recurrent.SimpleRNN(rng.normal(size=(H, H)), rng.normal(size=(H, D)), rng.normal(size=H))
    X, h0, targets = rng.normal(size=(D, T)), rng.normal(size=(H, 1)), rng.normal(size=(H, T))
    oracle = torch.nn.RNN(D, H, dtype=torch.float64)
    with torch.no_grad():
        oracle.weight_hh_l0.copy_(tensor(rnn.U))
        oracle.weight_ih_l0.copy_(tensor(rnn.W))
        oracle.bias_ih_l0.copy_(tensor(rnn.b[:, 0]))
        oracle.bias_hh_l0.zero_()
    outputs, _ = oracle(tensor(X.T), tensor(h0.T))
    (0.5 * (outputs - tensor(targets.T)) ** 2).sum().backward()

    states = recurrent.rnn_forward(rnn, X, h0)
    found = np.hstack([states.h[t] for t in range(1, T + 1)])
    assert_allclose(found, outputs.detach().T, atol=1e-13)
    gradients = recurrent.bptt(rnn, states, found - targets)
    assert_allclose(gradients.U, oracle.weight_hh_l0.grad, rtol=1e-10, atol=1e-12)
    assert_allclose(gradients.W, oracle.weight_ih_l0.grad, rtol=1e-10, atol=1e-12)
    assert_allclose(gradients.b[:, 0], oracle.bias_ih_l0.grad, rtol=1e-10, atol=1e-12)


def test_lstm():
    rng = np.random.default_rng(64)
    H, D, T = 4, 3, 6
    lstm = recurrent.LSTM(
        W={g: rng.normal(size=(H, D)) for g in recurrent.GATES},
        U={g: rng.normal(size=(H, H)) for g in recurrent.GATES},
        b={g: rng.normal(size=H) for g in recurrent.GATES},
    )
    X, h0, c0 = rng.normal(size=(D, T)), rng.normal(size=(H, 1)), rng.normal(size=(H, 1))
    oracle = torch.nn.LSTM(D, H, dtype=torch.float64)
    with torch.no_grad():
        oracle.weight_ih_l0.copy_(tensor(np.vstack([lstm.W[g] for g in TORCH_GATES])))
        oracle.weight_hh_l0.copy_(tensor(np.vstack([lstm.U[g] for g in TORCH_GATES])))
        oracle.bias_ih_l0.copy_(tensor(np.vstack([lstm.b[g] for g in TORCH_GATES])[:, 0]))
        oracle.bias_hh_l0.zero_()
    start = tensor(h0.T, grad=True), tensor(c0.T, grad=True)
    outputs, (_, c) = oracle(tensor(X.T), start)
    states = recurrent.lstm_forward(lstm, X, h0, c0)
    found = np.hstack([states.h[t] for t in range(1, T + 1)])
    assert_allclose(found, outputs.detach().T, atol=1e-13)
    assert_allclose(states.c[T], c.detach().T, atol=1e-13)

    targets = rng.normal(size=(H, T))
    (0.5 * (outputs - tensor(targets.T)) ** 2).sum().backward()
    gradients = lstm_gradients.lstm_bptt(lstm, states, found - targets)
    assert_allclose(gradients.h[0], start[0].grad.T, rtol=1e-10, atol=1e-12)
    assert_allclose(gradients.c[0], start[1].grad.T, rtol=1e-10, atol=1e-12)
    for blocks, parameter in (
        (gradients.W, oracle.weight_ih_l0),
        (gradients.U, oracle.weight_hh_l0),
        (gradients.b, oracle.bias_ih_l0),
    ):
        stacked = np.vstack([blocks[g] for g in TORCH_GATES]).reshape(parameter.shape)
        assert_allclose(stacked, parameter.grad, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("h, d", [(20, 10), (1, 7), (33, 33)])
def test_parameter_counts_have_one_bias_where_torch_has_two(h, d):
    counts = {
        torch.nn.RNN: recurrent.simple_rnn_parameter_count,
        torch.nn.GRU: recurrent.gru_parameter_count,
        torch.nn.LSTM: recurrent.lstm_parameter_count,
    }
    for layer, count in counts.items():
        sizes = {name: p.numel() for name, p in layer(d, h).named_parameters()}
        assert count(h, d, biases=2) == sum(sizes.values())
        assert count(h, d) == sum(sizes.values()) - sizes["bias_hh_l0"]


@pytest.mark.parametrize("epsilon", [1e-5, 0.3])
def test_batch_normalisation(epsilon):
    rng = np.random.default_rng(77)
    Z, weight = rng.normal(1, 2, size=(3, 8)), rng.normal(size=(3, 8))
    gamma, beta = rng.normal(size=(2, 3))
    oracle = torch.nn.BatchNorm1d(3, eps=epsilon, dtype=torch.float64)
    oracle.weight.data, oracle.bias.data = tensor(gamma), tensor(beta)
    z = tensor(Z.T, grad=True)
    y = oracle(z)
    (y * tensor(weight.T)).sum().backward()
    output = normalization.batch_normalize(Z, gamma, beta, epsilon=epsilon)
    assert_allclose(output, y.detach().T, atol=1e-12)
    found = normalization.batch_normalization_gradients(Z, gamma, weight, epsilon=epsilon)
    assert_allclose(found.Z, z.grad.T, atol=1e-12)
    assert_allclose(found.gamma[:, 0], oracle.weight.grad, atol=1e-12)
    assert_allclose(found.beta[:, 0], oracle.bias.grad, atol=1e-12)


@pytest.mark.parametrize("padding, stride", [(0, 1), (1, 1), (2, 1), (0, 2), (1, 3)])
def test_convolution_layers(padding, stride):
    rng = np.random.default_rng(4)
    X, W, b = rng.normal(size=(3, 6, 7)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    oracle = torch.nn.functional.conv2d(
        tensor(X)[None], tensor(W), tensor(b), padding=padding, stride=stride)[0]
    found = convolution_layers.convolution_layer(X, W, b, padding=padding, stride=stride)
    assert_allclose(found, oracle, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("D, P, K, padding, stride", [
    (3, 8, 3, 1, 1), (16, 4, 1, 0, 1), (2, 5, 3, 0, 2)])
def test_layer_cost(D, P, K, padding, stride):
    from torch.utils.flop_counter import FlopCounterMode

    layer = torch.nn.Conv2d(D, P, K, padding=padding, stride=stride)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        output = layer(torch.zeros(1, D, 10, 12))
    cost = convolution_layers.layer_cost((D, 10, 12), P, K, K, padding=padding, stride=stride)
    assert counter.get_total_flops() == 2 * cost.multiplications
    assert tuple(output.shape[1:]) == cost.output_shape
    assert sum(parameter.numel() for parameter in layer.parameters()) == cost.parameters


@pytest.mark.parametrize("size, stride", [(2, 2), (3, 1), (2, 3)])
def test_maximum_pooling(size, stride):
    rng = np.random.default_rng(6)
    X = tensor(rng.normal(size=(7, 8)), grad=True)
    oracle = torch.nn.functional.max_pool2d(X[None, None], size, stride)[0, 0]
    upstream = rng.normal(size=oracle.shape)
    oracle.backward(tensor(upstream))
    image = X.detach().numpy()
    assert_allclose(pooling.max_pool2d(image, size, stride).values, oracle.detach())
    assert_allclose(pooling.max_pool2d_backward(image, upstream, size, stride), X.grad)


@pytest.mark.parametrize("maximum, expected", [
    (lambda x: x.amax(), [0, 0.5, 0.5, 0]),
    (lambda x: x.max(), [0, 0.5, 0.5, 0]),
    (lambda x: x.max(dim=0).values, [0, 1, 0, 0]),
])
def test_what_pytorch_takes_for_the_gradient_of_a_maximum_at_a_tie(maximum, expected):
    x = tensor([1, 2, 2, 1], grad=True)
    maximum(x).backward()
    assert x.grad.tolist() == expected


def test_scaled_dot_product_attention():
    rng = np.random.default_rng(82)
    K, V, Q = rng.normal(size=(4, 6)), rng.normal(size=(3, 6)), rng.normal(size=(4, 5))
    oracle = torch.nn.functional.scaled_dot_product_attention(
        tensor(Q.T), tensor(K.T), tensor(V.T)
    )
    assert_allclose(attention.attend(K, V, Q), oracle.T)


def test_softmax_jacobian():
    s = 3 * np.random.default_rng(8).normal(size=5)
    oracle = torch.autograd.functional.jacobian(lambda z: torch.softmax(z, dim=0), tensor(s))
    assert_allclose(attention.softmax_jacobian(s), oracle, atol=1e-15)


def test_the_lengths_of_a_convolution():
    kernels = [(K, dilation) for K in range(1, 6) for dilation in (1, 2)]
    for M, (K, dilation), P, S in itertools.product(range(1, 9), kernels, range(4), (1, 2, 3)):
        length = (K - 1) * dilation + 1
        if length > M + 2 * P:
            continue
        oracle = torch.nn.functional.conv1d(
            torch.ones(1, 1, M), torch.ones(1, 1, K), padding=P, stride=S, dilation=dilation)
        assert convolution.output_length(M, length, P, S) == oracle.shape[-1]


def test_torch_does_not_pad_by_default_and_keeps_the_width_when_asked():
    x = torch.zeros(1, 1, 6)
    assert torch.nn.Conv1d(1, 1, 4)(x).shape[-1] == convolution.output_length(6, 4)
    with pytest.warns(UserWarning, match="even kernel"):
        assert torch.nn.Conv1d(1, 1, 4, padding="same")(x).shape[-1] == 6
    with pytest.raises(ValueError, match="strided"):
        torch.nn.Conv1d(1, 1, 4, padding="same", stride=2)
