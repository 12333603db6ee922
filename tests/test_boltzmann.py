import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import expit

from nndl_notes import boltzmann
from nndl_notes.boltzmann import RestrictedBoltzmannMachine
from numerics import gradient

SEEDS = st.integers(0, 2**31)


def machine(rng, visible=3, hidden=2, scale=1.0):
    return RestrictedBoltzmannMachine(
        scale * rng.normal(size=(visible, hidden)),
        scale * rng.normal(size=visible),
        scale * rng.normal(size=hidden),
    )


def bits(size):
    return [np.array(state, float) for state in itertools.product((0, 1), repeat=size)]


def joint(rbm):
    """Return {(v, h): p}, from the definition."""
    weights = {}
    for v, h in itertools.product(bits(len(rbm.a)), bits(len(rbm.b))):
        exponent = sum(x * y for x, y in zip(rbm.a[:, 0], v, strict=True))
        exponent += sum(x * y for x, y in zip(rbm.b[:, 0], h, strict=True))
        exponent += sum(rbm.W[i, j] * v[i] * h[j] for i, j in np.ndindex(rbm.W.shape))
        weights[tuple(v), tuple(h)] = np.exp(exponent)
    total = sum(weights.values())
    return {state: w / total for state, w in weights.items()}, total


def test_states_count_in_binary():
    assert boltzmann.binary_states(2).T.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


@given(SEEDS)
def test_distribution_and_conditionals_by_enumeration(seed):
    rbm = machine(np.random.default_rng(seed))
    p, Z = joint(rbm)
    assert_allclose(boltzmann.log_partition(rbm), np.log(Z))
    marginal = [sum(w for (v2, _), w in p.items() if v2 == tuple(v)) for v in bits(3)]
    assert_allclose(boltzmann.visible_distribution(rbm), marginal)
    assert_allclose(boltzmann.belief_distribution([rbm]), marginal)
    for k, v in enumerate(bits(3)):
        given_v = [sum(w * h[j] for (v2, h), w in p.items() if v2 == tuple(v)) for j in range(2)]
        assert_allclose(boltzmann.hidden_probabilities(rbm, v), given_v / marginal[k])
        assert_allclose(boltzmann.log_likelihood(rbm, v), np.log(marginal[k]))
    for h in bits(2):
        total = sum(w for (_, h2), w in p.items() if h2 == tuple(h))
        given_h = [sum(w * v[i] for (v, h2), w in p.items() if h2 == tuple(h)) for i in range(3)]
        assert_allclose(boltzmann.visible_probabilities(rbm, h), np.array(given_h) / total)
    for (v, h), w in p.items():
        assert_allclose(np.exp(-boltzmann.energy(rbm, np.array(v), np.array(h))) / Z, w)


@given(SEEDS)
def test_the_partition_function_does_not_depend_on_which_layer_is_summed(seed):
    rbm = machine(np.random.default_rng(seed), 5, 2)
    turned = RestrictedBoltzmannMachine(rbm.W.T, rbm.b, rbm.a)
    assert_allclose(boltzmann.log_partition(rbm), boltzmann.log_partition(turned))


@settings(max_examples=20)
@given(SEEDS)
def test_the_exact_gradient_is_the_derivative_of_the_likelihood(seed):
    rng = np.random.default_rng(seed)
    rbm, v = machine(rng), rng.integers(0, 2, size=(3, 6)).astype(float)
    found = boltzmann.log_likelihood_gradient(rbm, v)
    for name in ("W", "a", "b"):
        parts = {"W": rbm.W, "a": rbm.a, "b": rbm.b}

        def likelihood(value, name=name, parts=parts):
            return boltzmann.log_likelihood(
                RestrictedBoltzmannMachine(**(parts | {name: value})), v
            )

        assert_allclose(
            getattr(found, name), gradient(likelihood, parts[name], 0.1), rtol=1e-6, atol=1e-8
        )


@settings(max_examples=20)
@given(SEEDS)
def test_expected_cd_is_the_sum_over_all_chains(seed):
    rng = np.random.default_rng(seed)
    rbm, v = machine(rng), rng.integers(0, 2, size=(3, 2)).astype(float)
    total = np.zeros((3, 2))
    for sample in v.T:
        for h, v2, h2 in itertools.product(bits(2), bits(3), bits(2)):
            p = 1.0
            for state, probability in (
                (h, expit(rbm.W.T @ sample + rbm.b[:, 0])),
                (v2, expit(rbm.W @ h + rbm.a[:, 0])),
                (h2, expit(rbm.W.T @ v2 + rbm.b[:, 0])),
            ):
                p *= np.prod(np.where(state == 1, probability, 1 - probability))
            total += p * (np.outer(sample, h) - np.outer(v2, h2)) / 2
    assert_allclose(boltzmann.expected_cd(rbm, v).W, total, atol=1e-12)


def test_many_steps_of_cd_are_the_exact_gradient():
    rng = np.random.default_rng(0)
    rbm, v = machine(rng), rng.integers(0, 2, size=(3, 5)).astype(float)
    exact, found = boltzmann.log_likelihood_gradient(rbm, v), boltzmann.expected_cd(rbm, v, 300)
    for name in ("W", "a", "b"):
        assert_allclose(getattr(found, name), getattr(exact, name), atol=1e-9)


def test_sampled_steps_have_the_expectation():
    rng = np.random.default_rng(1)
    rbm, v = machine(rng), np.repeat([[1.0], [0.0], [1.0]], 40_000, axis=1)
    drawn = boltzmann.gibbs_step(rbm, v, rng)
    found = (v @ drawn.h.T - drawn.v @ drawn.h2.T) / v.shape[1]
    assert_allclose(found, boltzmann.expected_cd(rbm, v[:, :1]).W, atol=0.02)
    assert_allclose(drawn.h.mean(axis=1), boltzmann.hidden_probabilities(rbm, v[:, 0]), atol=0.02)


def test_training_raises_the_likelihood():
    rng = np.random.default_rng(2)
    v = np.repeat([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]], 20, axis=1)
    start = boltzmann.random_machine(3, 2, rng)
    found = boltzmann.train_cd1(start, v, learning_rate=0.1, epochs=60, rng=rng)
    assert boltzmann.log_likelihood(start, v) < -2.0
    assert boltzmann.log_likelihood(found, v) > -1.0


def test_a_belief_network_by_enumeration():
    rng = np.random.default_rng(3)
    lower, upper = machine(rng, 3, 2), machine(rng, 2, 4)
    top, _ = joint(upper)
    expected = []
    for v in bits(3):
        total = 0.0
        for (h, _), w in top.items():
            p = expit(lower.W @ np.array(h) + lower.a[:, 0])
            total += w * np.prod(np.where(v == 1, p, 1 - p))
        expected.append(total)
    assert_allclose(boltzmann.belief_distribution([lower, upper]), expected)
    assert_allclose(sum(expected), 1)


def test_pretraining_is_training_on_fresh_samples_from_below():
    v = np.random.default_rng(4).integers(0, 2, size=(4, 10)).astype(float)
    found = boltzmann.pretrain(
        v, (3, 2), learning_rate=0.1, epochs=2, rng=np.random.default_rng(5)
    )
    rng = np.random.default_rng(5)
    first = boltzmann.train_cd1(
        boltzmann.random_machine(4, 3, rng), v, learning_rate=0.1, epochs=2, rng=rng
    )
    second = boltzmann.random_machine(3, 2, rng)
    for _ in range(2):
        second = boltzmann.train_cd1(
            second, v, learning_rate=0.1, epochs=1, rng=rng, below=[first]
        )
    assert np.array_equal(found[0].W, first.W)
    assert np.array_equal(found[1].W, second.W)
    assert boltzmann.sample_upwards(found, v, rng).shape == (2, 10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: RestrictedBoltzmannMachine(np.ones((3, 2)), [1, 2], [1, 2]), "^a: .*3, 1"),
        (lambda r: boltzmann.energy(r, [1, 0, 1], [0.5, 1]), "^h: expected entries 0 or 1"),
        (lambda r: boltzmann.hidden_probabilities(r, [1, 0]), "^v: .*3, N"),
        (lambda r: boltzmann.binary_states(21), "^size: .*from 1 to 20"),
        (lambda r: boltzmann.expected_cd(r, [1, 0, 1], 0), "^steps: .*>= 1"),
        (lambda r: boltzmann.random_machine(2, 2, None, -1), "^scale: .*>= 0"),
        (
            lambda r: boltzmann.expected_cd(machine(np.random.default_rng(), 11, 10), np.ones(11)),
            "^K_v [+] K_h: expected an integer from 2 to 20, got 21",
        ),
        (
            lambda r: boltzmann.train_cd1(r, [1, 0, 1], learning_rate=0, epochs=1, rng=None),
            "^learning_rate: .*> 0",
        ),
        (
            lambda r: boltzmann.pretrain([1, 0], (), learning_rate=1, epochs=1, rng=None),
            "^sizes: expected at least one",
        ),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(machine(np.random.default_rng(0)))
