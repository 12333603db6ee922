import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.feedforward import (
    Network,
    backpropagate,
    error_rate,
    forward,
    random_network,
    risk,
    sgd_step,
    train,
    xor_network,
)
from numerics import gradient

HIDDEN = ["logistic", "tanh", "relu", "identity"]
CORNERS = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])


@st.composite
def networks_with_samples(draw):
    """A random network of one to three layers with a batch of samples and targets."""
    depth = draw(st.integers(1, 3))
    names = [draw(st.sampled_from(HIDDEN)) for _ in range(depth - 1)]
    names.append(draw(st.sampled_from([*HIDDEN, "softmax"])))
    sizes = [draw(st.integers(1, 4)) for _ in range(depth + 1)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    network = random_network(sizes, names, rng)
    layers = [
        (network.W[layer], rng.normal(size=sizes[layer]), name)
        for layer, name in enumerate(names, start=1)
    ]
    N = draw(st.integers(1, 3))
    x = rng.normal(size=(sizes[0], N))
    return Network.from_layers(layers), x, rng.dirichlet(np.ones(sizes[-1]), N).T


@pytest.fixture
def classifier():
    rng = np.random.default_rng(41)
    layers = [(rng.normal(size=(4, 3)), rng.normal(size=4), "tanh")]
    layers.append((rng.normal(size=(3, 4)), rng.normal(size=(3, 1)), "logistic"))
    layers.append((rng.normal(size=(2, 3)), rng.normal(size=2), "softmax"))
    return Network.from_layers(layers)


def replaced(network, kind, layer, value):
    """Return the network with W[layer] or b[layer] replaced."""
    parameters = {"W": dict(network.W), "b": dict(network.b)}
    parameters[kind][layer] = value
    return Network(f=network.f, **parameters)


def test_forward_by_hand():
    network = Network.from_layers(
        [([[1, 2], [3, -1]], [0, 1], "relu"), ([[1, -1], [2, 0]], [0, 0.5], "identity")]
    )
    states = forward(network, [1, 5])
    assert_allclose(states.a[0], [1, 5])
    assert_allclose(states.z[1], [11, -1])
    assert_allclose(states.a[1], [11, 0])
    assert_allclose(states.z[2], [11, 22.5])
    assert_allclose(states.a[2], [11, 22.5])
    assert risk(network, [1, 5], [10, 20.5]) == 0.5 * (1 + 4)


@given(networks_with_samples())
def test_a_batch_is_its_columns(instance):
    network, x, y = instance
    batch = forward(network, x)
    for n in range(x.shape[1]):
        sample = forward(network, x[:, n])
        for layer in batch.z:
            assert_allclose(sample.z[layer], batch.z[layer][:, n], atol=1e-12)
            assert_allclose(sample.a[layer], batch.a[layer][:, n], atol=1e-12)
    losses = [risk(network, x[:, n], y[:, n]) for n in range(x.shape[1])]
    assert_allclose(risk(network, x, y), np.mean(losses))


@given(networks_with_samples())
def test_backpropagation_is_the_gradient_of_the_risk(instance):
    network, x, y = instance
    z = forward(network, x).z
    kinks = [np.abs(z[layer]).min() for layer in z if network.f[layer] == "relu"]
    # Keep the steps of the finite differences away from the kink of ReLU.
    step = min([1e-2, *(kink / 20 for kink in kinks)])
    gradients = backpropagate(network, x, y)
    tolerance = {"rtol": 1e-7, "atol": 1e-9 + 1e-15 / step}
    for kind, layer in itertools.product(("W", "b"), network.W):
        value = getattr(network, kind)[layer]
        numeric = gradient(
            lambda v, kind=kind, layer=layer: risk(replaced(network, kind, layer, v), x, y),
            value,
            step,
        )
        found = getattr(gradients, kind)[layer]
        assert found.shape == value.shape
        assert_allclose(found, numeric, **tolerance)


def test_the_error_term_is_the_derivative_by_the_net_input(classifier):
    x, y = np.array([0.5, -1.0, 2.0]), np.array([0.0, 1.0])
    gradients = backpropagate(classifier, x, y)
    for layer in (1, 2, 3):
        # Shifting the bias shifts the net input.
        numeric = gradient(
            lambda b, layer=layer: risk(replaced(classifier, "b", layer, b), x, y),
            classifier.b[layer],
        )
        assert gradients.delta[layer].shape == (len(numeric),)
        assert_allclose(gradients.delta[layer], numeric[:, 0], atol=1e-10)


def test_the_recursion_of_the_error_terms(classifier):
    x, y = np.array([[0.5], [-1.0], [2.0]]), np.array([[0.0], [1.0]])
    a, delta = forward(classifier, x).a, backpropagate(classifier, x, y).delta
    assert_allclose(delta[3], a[3] - y)
    assert_allclose(delta[2], a[2] * (1 - a[2]) * (classifier.W[3].T @ delta[3]))
    assert_allclose(delta[1], (1 - a[1] ** 2) * (classifier.W[2].T @ delta[2]))


def test_sgd_step_is_algorithm_4_1(classifier):
    x, y = np.array([[0.5], [-1.0], [2.0]]), np.array([[0.0], [1.0]])
    alpha, lam = 0.3, 0.1
    gradients = backpropagate(classifier, x, y)
    before = {layer: W.copy() for layer, W in classifier.W.items()}
    after = sgd_step(classifier, x, y, alpha, lam)
    for layer, W in before.items():
        assert_allclose(after.W[layer], W - alpha * (gradients.W[layer] + lam * W))
        assert_allclose(after.b[layer], classifier.b[layer] - alpha * gradients.b[layer])
        assert np.array_equal(classifier.W[layer], W)


def test_weight_decay_is_the_gradient_of_half_the_squared_frobenius_norm(classifier):
    x, y, lam = np.array([0.5, -1.0, 2.0]), np.array([0.0, 1.0]), 0.2
    after = sgd_step(classifier, x, y, 1.0, lam)

    def structural_risk(W):
        return risk(replaced(classifier, "W", 2, W), x, y) + lam / 2 * np.linalg.norm(W) ** 2

    step = classifier.W[2] - after.W[2]
    assert_allclose(step, gradient(structural_risk, classifier.W[2]), atol=1e-10)


@pytest.mark.parametrize("construction", ["difference", "sum"])
def test_xor_on_the_four_corners(construction):
    network = xor_network(construction)
    assert {layer: W.shape for layer, W in network.W.items()} == {1: (2, 2), 2: (1, 2)}
    output = forward(network, CORNERS).a[2]
    assert output.tolist() == [[0, 1, 1, 0]]
    assert np.maximum(output, 0).tolist() == [[0, 1, 1, 0]]


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_the_two_constructions_of_xor_are_their_formulas(x1, x2):
    difference = forward(xor_network("difference"), [x1, x2]).a[2]
    assert_allclose(difference, [abs(x1 - x2)])
    hinges = max(0, x1 + x2) - 2 * max(0, x1 + x2 - 1)
    assert_allclose(forward(xor_network("sum"), [x1, x2]).a[2], [hinges], atol=1e-9)


def test_error_rate():
    network = Network.from_layers([(np.eye(2), [0, 0], "softmax")])
    x = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
    y = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    assert error_rate(network, x, y) == 1 / 3


def test_saturated_inputs_stay_finite(classifier):
    for scale in (1e3, -1e3):
        x, y = np.full((3, 1), scale), [[1.0], [0.0]]
        assert np.isfinite(risk(classifier, x, y))
        gradients = backpropagate(classifier, x, y)
        assert all(np.all(np.isfinite(W)) for W in gradients.W.values())
    confident = Network.from_layers([([[1], [-1]], [0, 0], "softmax")])
    assert_allclose(risk(confident, [1e3], [0, 1]), 2e3)
    assert_allclose(backpropagate(confident, [1e3], [0, 1]).delta[1], [1, -1])


def test_random_network_depends_on_the_seed_only():
    sizes, names = [400, 300, 2], ["relu", "softmax"]
    network = random_network(sizes, names, np.random.default_rng(0))
    again = random_network(sizes, names, np.random.default_rng(0))
    assert np.array_equal(network.W[1], again.W[1])
    assert_allclose(network.W[1].var(), 1 / 400, rtol=0.02)
    assert not np.any(network.b[1])
    assert network.f == {1: "relu", 2: "softmax"}


def train_on_corners(seed=0, **options):
    targets = np.array([[1, 0, 0, 1], [0, 1, 1, 0]])
    network = random_network([2, 6, 2], ["tanh", "softmax"], np.random.default_rng(5))
    settings = {"learning_rate": 0.5, "weight_decay": 0.0, "max_epochs": 100, "patience": 20}
    return network, train(
        network,
        CORNERS,
        targets,
        lambda net: risk(net, CORNERS, targets),
        rng=np.random.default_rng(seed),
        **{**settings, **options},
    )


def test_training_learns_xor_and_returns_the_best_network():
    _, result = train_on_corners()
    assert forward(result.network, CORNERS).a[2].argmax(axis=0).tolist() == [0, 1, 1, 0]
    targets = np.array([[1, 0, 0, 1], [0, 1, 1, 0]])
    assert risk(result.network, CORNERS, targets) == min(result.validation_errors)


def test_training_is_reproducible_and_reshuffles():
    _, first = train_on_corners(seed=1)
    _, again = train_on_corners(seed=1)
    _, other = train_on_corners(seed=2)
    assert first.validation_errors == again.validation_errors
    assert first.validation_errors != other.validation_errors


def test_training_visits_every_sample_once_per_epoch():
    network = Network.from_layers([([[0.0]], [0.0], "identity")])
    x, y = np.array([[1.0, 2.0, 3.0]]), np.array([[5.0, 7.0, 11.0]])
    result = train(
        network,
        x,
        y,
        lambda net: -float(net.W[1].item()),
        learning_rate=1e-3,
        weight_decay=0.0,
        rng=np.random.default_rng(3),
        max_epochs=2,
    )
    rng, expected = np.random.default_rng(3), network
    orders = [rng.permutation(3) for _ in range(2)]
    for n in np.concatenate(orders):
        expected = sgd_step(expected, x[:, [n]], y[:, [n]], 1e-3, 0.0)
    assert np.array_equal(result.network.W[1], expected.W[1])


@pytest.mark.parametrize(
    "errors, options, evaluations",
    [
        # The book's rule, which is the default, and then with more patience.
        ([5, 4, 3, 3, 4, 2, 9, 9, 9], {}, 4),
        ([5, 4, 3, 3, 4, 2, 9, 9, 9], {"patience": 2}, 5),
        ([5, 4, 3, 3, 4, 2, 9, 9, 9], {"patience": 3}, 9),
        # Only the first epoch improves, or none does.
        ([5, 4, 4, 3], {}, 3),
        ([3, 5, 4, 2], {}, 2),
    ],
)
def test_training_stops_when_the_validation_error_no_longer_falls(errors, options, evaluations):
    scripted = iter(errors)
    seen = []

    def validation_error(network):
        seen.append(network)
        return next(scripted)

    result = train(
        Network.from_layers([([[1.0]], [0.0], "identity")]),
        np.ones((1, 1)),
        np.zeros((1, 1)),
        validation_error,
        learning_rate=0.1,
        weight_decay=0.0,
        rng=np.random.default_rng(0),
        max_epochs=100,
        **options,
    )
    assert result.validation_errors == errors[:evaluations]
    assert result.network is seen[int(np.argmin(result.validation_errors))]


def test_training_stops_after_the_greatest_number_of_epochs():
    _, result = train_on_corners(max_epochs=3)
    assert len(result.validation_errors) == 4


def test_training_decays_the_weights():
    _, free = train_on_corners()
    _, decayed = train_on_corners(weight_decay=0.01)
    assert np.linalg.norm(decayed.network.W[1]) < np.linalg.norm(free.network.W[1])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda net: Network.from_layers([]), r"^layers: .*none"),
        (
            lambda net: Network.from_layers([(np.eye(2), [0, 0, 0], "relu")]),
            r"^b\[1\]: .*\(2, 1\).*\(3,\)",
        ),
        (
            lambda net: Network.from_layers(
                [(np.eye(2), [0, 0], "relu"), (np.eye(3), [0, 0, 0], "relu")]
            ),
            r"^W\[2\]: .*\(D, 2\).*\(3, 3\)",
        ),
        (
            lambda net: Network.from_layers([(np.eye(2), [0, 0], "step")]),
            r"^f\[1\]: .*relu.*'step'",
        ),
        (
            lambda net: Network.from_layers(
                [(np.eye(2), [0, 0], "softmax"), (np.eye(2), [0, 0], "relu")]
            ),
            r"^f\[1\]: .*'softmax'",
        ),
        (lambda net: forward(net, [1, 2]), r"^x: .*\(3, N\).*\(2,\)"),
        (lambda net: forward(net, [1, 2, np.nan]), r"^x: .*finite"),
        (lambda net: risk(net, [1, 2, 3], [1, 0, 0]), r"^y: .*\(2, 1\).*\(3,\)"),
        (lambda net: risk(net, np.ones((3, 2)), [1, 0]), r"^y: .*\(2, 2\).*\(2,\)"),
        (lambda net: backpropagate(net, [1, 2, 3], [1, 1]), r"^y: .*sum 1"),
        (lambda net: error_rate(net, [1, 2], [1, 0]), r"^x: .*\(3, N\).*\(2,\)"),
        (lambda net: sgd_step(net, [1, 2, 3], [1, 0], 0, 0), r"^learning_rate: .*> 0, got 0"),
        (lambda net: sgd_step(net, [1, 2, 3], [1, 0], 1, -1), r"^weight_decay: .*>= 0, got -1"),
        (lambda net: train_on_corners(max_epochs=0), r"^max_epochs: .*>= 1, got 0"),
        (lambda net: train_on_corners(patience=1.5), r"^patience: .*integer.*1.5"),
        (lambda net: random_network([2, 3], ["relu", "relu"], None), r"^sizes: .*3 widths.*got 2"),
        (lambda net: random_network([2, 0], ["relu"], None), r"^sizes: .*>= 1, got 0"),
        (lambda net: xor_network("magic"), r"^construction: .*difference.*'magic'"),
    ],
)
def test_errors_name_the_argument(call, message, classifier):
    with pytest.raises(ValueError, match=message):
        call(classifier)
