import math

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.optimization import (
    clip_by_norm,
    condition_number,
    enumerate_minibatches,
    gradient_descent_steps,
    minibatch_gradient_covariance,
    minibatch_gradient_mean,
    noise_scale,
    optimal_step_size,
    quadratic_drift,
    quadratic_stationary_variance,
    quadratic_variance,
)


@st.composite
def minibatch_problems(draw):
    D, N = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    B = draw(st.integers(1, min(N, 3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([1e-3, 1.0, 1e3]))
    return scale * rng.normal(loc=1, size=(D, N)), B


@pytest.fixture
def quadratic():
    """Gradient, Hessian and gradient covariance of a problem in three dimensions."""
    rng = np.random.default_rng(71)
    A, C = rng.normal(size=(2, 3, 3))
    return np.array([1.0, -2.0, 0.5]), A @ A.T, C @ C.T


@pytest.mark.parametrize("replacement", [True, False])
@given(problem=minibatch_problems())
def test_mean_and_covariance_are_those_of_all_minibatches(replacement, problem):
    G, B = problem
    batches = enumerate_minibatches(G.shape[1], B, replacement=replacement)
    gradients = G[:, batches].mean(axis=2)
    mean = minibatch_gradient_mean(G)
    assert mean.shape == (len(G), 1)
    assert_allclose(gradients.mean(axis=1, keepdims=True), mean, rtol=1e-9)
    covariance = minibatch_gradient_covariance(G, B, replacement=replacement)
    size = np.abs(G).max() ** 2
    assert covariance.shape == (len(G), len(G))
    assert_allclose(
        covariance, np.cov(gradients, bias=True).reshape(covariance.shape), atol=1e-12 * size
    )


def test_all_minibatches_of_two_samples_from_three():
    drawn = enumerate_minibatches(3, 2, replacement=True).tolist()
    assert drawn == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [2, 0], [2, 1], [2, 2]]
    assert enumerate_minibatches(3, 2, replacement=False).tolist() == [[0, 1], [0, 2], [1, 2]]


@given(st.integers(1, 6), st.integers(1, 6))
def test_the_number_of_minibatches(N, B):
    assert enumerate_minibatches(N, B, replacement=True).shape == (N**B, B)
    if B <= N:
        assert enumerate_minibatches(N, B, replacement=False).shape == (math.comb(N, B), B)


def test_the_full_batch_without_replacement_has_no_noise():
    G = np.array([[1.0, 2.0, 4.0]])
    assert minibatch_gradient_covariance(G, 3, replacement=False) == 0
    assert minibatch_gradient_covariance([[7.0]], 1, replacement=False) == 0
    assert_allclose(minibatch_gradient_covariance(G, 1, replacement=False), np.var(G))


@pytest.mark.parametrize("B", [1, 2, 16, 1024])
def test_the_optimal_step_minimises_the_expected_loss(quadratic, B):
    g, H, Sigma = quadratic

    def expected_change(eta):
        # E[½ η² ĝᵀHĝ] with ĝ of mean g and covariance Σ/B.
        return -eta * g @ g + eta**2 / 2 * (g @ H @ g + np.sum(H * Sigma) / B)

    best = scipy.optimize.minimize_scalar(expected_change, bounds=(0, 10), method="bounded")
    assert_allclose(optimal_step_size(g, H, Sigma, B), best.x, rtol=1e-4)


def test_the_optimal_step_saturates_at_the_noise_scale(quadratic):
    g, H, Sigma = quadratic
    limit = optimal_step_size(g, H, np.zeros((3, 3)), 1)
    assert_allclose(limit, g @ g / (g @ H @ g))
    scale = noise_scale(g, H, Sigma)
    for B in (1, 2, 4, 16, 64, 1024):
        assert_allclose(optimal_step_size(g, H, Sigma, B), limit / (1 + scale / B))
    # Proportional to B only while B is small.
    noisy = 1e6 * Sigma
    ratio = optimal_step_size(g, H, noisy, 8) / optimal_step_size(g, H, noisy, 1)
    assert_allclose(ratio, 8, rtol=1e-4)
    column = g[:, np.newaxis]
    assert noise_scale(column, H, Sigma) == scale
    # Both shrink together, so a flat problem has the same noise scale.
    assert_allclose(noise_scale(g, 1e-6 * H, Sigma), scale)


def test_the_expected_loss_of_all_minibatches_is_least_at_the_optimal_step():
    """A data set of five quadratics: the optimum of the enumerated expectation is exact."""
    rng = np.random.default_rng(8)
    H, theta, centres = np.diag([1.0, 3.0]), np.array([[2.0], [1.0]]), rng.normal(size=(2, 5))
    G = H @ (theta - centres)
    gradients = G[:, enumerate_minibatches(5, 2, replacement=True)].mean(axis=2)

    def expected_loss(eta):
        moved = theta - eta * gradients - centres.mean(axis=1, keepdims=True)
        return 0.5 * np.mean(np.sum(moved * (H @ moved), axis=0))

    covariance = minibatch_gradient_covariance(G, 1, replacement=True)
    eta = optimal_step_size(minibatch_gradient_mean(G), H, covariance, 2)
    # Three values determine the parabola and so its minimum.
    parabola = np.polyfit([0, 0.5, 1], [expected_loss(e) for e in (0, 0.5, 1)], 2)
    assert_allclose(eta, -parabola[1] / (2 * parabola[0]))


def moments(eta, h, variance, B, steps, start=1.0):
    """Mean and variance of θ by the recursion of one step at a time."""
    mean, spread = start, 0.0
    for _ in range(steps):
        mean = mean - eta * h * mean
        spread = (1 - eta * h) ** 2 * spread + eta**2 * variance / B
    return mean, spread


@given(
    st.floats(1e-3, 1),
    st.floats(1e-2, 1.5),
    st.floats(0, 1e3),
    st.integers(1, 9),
    st.integers(0, 9),
)
def test_drift_and_variance_are_the_recursions(eta, h, variance, B, steps):
    mean, spread = moments(eta, h, variance, B, steps)
    assert_allclose(quadratic_drift(eta, h, steps), mean, rtol=1e-9, atol=1e-12)
    assert_allclose(quadratic_variance(eta, h, variance, B, steps), spread, rtol=1e-9)


@given(st.floats(0.1, 1), st.floats(0.1, 1.9), st.floats(0, 1e3), st.integers(1, 1000))
def test_the_variance_tends_to_the_stationary_one(eta, contraction, variance, B):
    h = contraction / eta
    limit = quadratic_stationary_variance(eta, h, variance, B)
    assert_allclose(quadratic_variance(eta, h, variance, B, 400), limit, rtol=1e-9)
    # Stationary: one more step does not change it.
    assert_allclose((1 - eta * h) ** 2 * limit + eta**2 * variance / B, limit, rtol=1e-9)


@given(st.integers(1, 5), st.floats(0, 30), st.integers(0, 2**32 - 1))
def test_the_condition_number_is_that_of_numpy(D, spread, seed):
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(D, D)))
    H = Q @ np.diag(rng.uniform(1, 1 + spread, size=D)) @ Q.T
    H = (H + H.T) / 2
    assert_allclose(condition_number(H), np.linalg.cond(H), rtol=1e-9)
    assert_allclose(condition_number(7 * H), condition_number(H), rtol=1e-9)


def test_the_condition_numbers_of_exercise_4_1():
    for D, expected in ((2, 7), (5, 16), (10, 31), (50, 151)):
        moments = np.eye(D) / 12 + np.full((D, D), 0.25)
        assert_allclose(condition_number(moments), expected)
    assert condition_number(np.eye(3)) == 1


@given(st.floats(1.001, 300), st.floats(1e-6, 0.99))
def test_the_number_of_steps_is_the_least_that_reaches_the_tolerance(condition, tolerance):
    steps = gradient_descent_steps(condition, tolerance)
    factor = 1 - 1 / condition
    assert factor**steps <= tolerance * (1 + 1e-9)
    assert factor ** (steps - 1) > tolerance * (1 - 1e-9)
    assert steps <= math.ceil(condition * math.log(1 / tolerance))


def test_the_number_of_steps_of_extreme_condition_numbers():
    assert gradient_descent_steps(1, 1e-9) == 1
    assert_allclose(gradient_descent_steps(1e15, math.exp(-1)), 1e15)


def test_the_numbers_of_exercise_7_1():
    """Eight small steps against one large step with η h = 0.01."""
    factors = [quadratic_drift(0.01, 1, 8)]
    factors += [quadratic_drift(0.01 * c, 1, 1) for c in (8, math.sqrt(8), 1)]
    assert_allclose(factors, [0.9227, 0.9200, 0.9717, 0.9900], atol=6e-5)
    variances = [quadratic_variance(0.01, 1, 1, 1, 8)]
    variances += [quadratic_variance(0.01 * c, 1, 1, 8, 1) for c in (8, math.sqrt(8))]
    assert_allclose(variances, [7.46e-4, 8e-4, 1e-4], rtol=1e-3)
    stationary = [quadratic_stationary_variance(c / 100, 1, 1, c) for c in (1, 8, 80, 160)]
    assert_allclose(stationary, [0.00503, 0.00521, 0.00833, 0.0250], rtol=2e-3)
    assert quadratic_drift(0.5 * 8, 1, 1) == -3


@given(st.integers(1, 5), st.floats(1e-3, 1e3), st.integers(0, 1000))
def test_clipping_finds_the_nearest_point_of_the_ball(D, threshold, seed):
    rng = np.random.default_rng(seed)
    g = rng.normal(size=D)
    found = clip_by_norm(g, threshold)
    assert found.shape == g.shape and np.linalg.norm(found) <= threshold * (1 + 1e-12)
    for _ in range(20):
        other = rng.normal(size=D)
        other *= threshold * rng.uniform() / np.linalg.norm(other)
        assert np.linalg.norm(found - g) <= np.linalg.norm(other - g) + 1e-12
    assert_allclose(clip_by_norm(g[:, np.newaxis], threshold), found[:, np.newaxis])


def test_clipping_three_and_four():
    assert_allclose(clip_by_norm([3.0, 4.0], 1), [0.6, 0.8])
    assert clip_by_norm([3.0, 4.0], 5).tolist() == [3, 4]
    assert clip_by_norm([0.0, 0.0], 1).tolist() == [0, 0]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda g, H, S: minibatch_gradient_mean(g), r"^G: .*\(D, N\).*\(3,\)"),
        (
            lambda g, H, S: minibatch_gradient_covariance(H, 4, replacement=False),
            r"^B: .*from 1 to 3, got 4",
        ),
        (lambda g, H, S: minibatch_gradient_covariance(H, 0, replacement=True), r"^B: .*got 0"),
        (
            lambda g, H, S: minibatch_gradient_covariance(H * np.nan, 1, replacement=True),
            r"^G: .*finite",
        ),
        (lambda g, H, S: enumerate_minibatches(0, 1, replacement=True), r"^N: .*>= 1, got 0"),
        (lambda g, H, S: enumerate_minibatches(2, 0, replacement=True), r"^B: .*>= 1, got 0"),
        (lambda g, H, S: enumerate_minibatches(2, 3, replacement=False), r"^B: .*1 to 2, got 3"),
        (
            lambda g, H, S: enumerate_minibatches(10, 7, replacement=True),
            r"^B: .*1000000 mini-batches, got 10000000",
        ),
        (lambda g, H, S: optimal_step_size(g, H[:2], S, 1), r"^hessian: .*\(3, 3\).*\(2, 3\)"),
        (lambda g, H, S: optimal_step_size(g, H, S[:, :2], 1), r"^covariance: .*\(3, 3\)"),
        (
            lambda g, H, S: optimal_step_size(g, np.triu(H), S, 1),
            r"^hessian: .*symmetric.*differ by",
        ),
        (lambda g, H, S: optimal_step_size(g, -H, S, 1), r"^hessian: .*positive curvature.*-"),
        (lambda g, H, S: optimal_step_size(g, H, -S, 1), r"^covariance: .*>= 0, got -"),
        (lambda g, H, S: noise_scale(0 * g, H, S), r"^hessian: .*positive curvature.*got 0"),
        (lambda g, H, S: optimal_step_size(g, H, S, 0), r"^B: .*>= 1, got 0"),
        (lambda g, H, S: noise_scale(g[np.newaxis], H, S), r"^gradient: .*\(D, 1\).*\(1, 3\)"),
        (lambda g, H, S: quadratic_drift(0, 1, 1), r"^eta: .*> 0, got 0"),
        (lambda g, H, S: quadratic_drift(1, -1, 1), r"^h: .*> 0, got -1"),
        (lambda g, H, S: quadratic_drift(1, 1, -1), r"^steps: .*>= 0, got -1"),
        (lambda g, H, S: quadratic_variance(1, 1, -1, 1, 1), r"^variance: .*>= 0, got -1"),
        (lambda g, H, S: quadratic_variance(1, 1, 1, 0, 1), r"^B: .*>= 1, got 0"),
        (
            lambda g, H, S: quadratic_stationary_variance(4, 0.5, 1, 1),
            r"^eta: .*eta \* h < 2.*got eta \* h = 2",
        ),
        (lambda g, H, S: quadratic_stationary_variance(1, 1, 1, 0.5), r"^B: .*integer.*0\.5"),
        (lambda g, H, S: quadratic_stationary_variance(1, 1, -2, 1), r"^variance: .*got -2"),
        (lambda g, H, S: condition_number(H[:2]), r"^hessian: .*\(2, 2\).*\(2, 3\)"),
        (lambda g, H, S: condition_number(np.triu(H)), r"^hessian: .*symmetric"),
        (lambda g, H, S: condition_number(np.ones((2, 2))), r"^hessian: .*positive eigenvalues"),
        (lambda g, H, S: condition_number(-H), r"^hessian: .*positive eigenvalues"),
        (lambda g, H, S: gradient_descent_steps(0.5, 0.1), r"^condition: .*>= 1, got 0.5"),
        (lambda g, H, S: gradient_descent_steps(2, 1), r"^tolerance: .*< 1, got 1"),
        (lambda g, H, S: gradient_descent_steps(2, 0), r"^tolerance: .*> 0, got 0"),
        (lambda g, H, S: clip_by_norm(g, 0), r"^threshold: .*> 0, got 0"),
        (lambda g, H, S: clip_by_norm(H, 1), r"^gradient: .*\(D, 1\).*\(3, 3\)"),
    ],
)
def test_errors_name_the_argument(call, message, quadratic):
    with pytest.raises(ValueError, match=message):
        call(*quadratic)
