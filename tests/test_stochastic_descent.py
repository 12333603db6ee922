import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.stochastic_descent import descent_steps, stochastic_gradient_descent


def least_squares(seed, D=3, N=7):
    """Per-sample gradient of half the squared error, and its data."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(D, N)), rng.normal(size=N)
    return (lambda theta, n: (X[:, [n]].T @ theta - y[n]) * X[:, [n]]), X, y


def run(gradient, N, error, epochs, rate=0.1, seed=5, **options):
    return stochastic_gradient_descent(
        gradient,
        np.zeros(3),
        N,
        error,
        learning_rate=rate,
        rng=np.random.default_rng(seed),
        max_epochs=epochs,
        **options,
    )


@given(st.integers(0, 1000), st.floats(0.01, 0.3))
def test_each_gradient_is_taken_at_the_current_point(seed, rate):
    gradient, X, y = least_squares(seed)
    points = descent_steps(gradient, np.zeros(3), range(7), rate)
    theta = np.zeros(3)
    for n in range(7):
        assert_allclose(points[n][:, 0], theta)
        theta = theta + rate * (y[n] - X[:, n] @ theta) * X[:, n]
    assert len(points) == 8
    assert_allclose(points[-1][:, 0], theta)


def test_steps_of_size_one_over_k_give_the_running_mean():
    values = np.random.default_rng(1).normal(size=20)
    points = descent_steps(
        lambda theta, n: theta - values[n], [0.0], range(20), lambda k: 1 / (k + 1)
    )
    means = np.cumsum(values) / np.arange(1, 21)
    assert_allclose([p.item() for p in points[1:]], means)


def test_updates_are_counted_over_all_epochs():
    counted = []
    gradient, *_ = least_squares(2)
    improving = itertools.count(0, -1)

    def rate(k):
        counted.append(k)
        return 0.1 / (1 + k)

    run(gradient, 7, lambda theta: next(improving), epochs=3, rate=rate)
    assert counted == list(range(21))


def test_an_epoch_visits_each_sample_once_in_random_order():
    visited = []
    improving = itertools.count(0, -1)

    def gradient(theta, n):
        visited.append(n)
        return np.zeros(3)

    run(gradient, 7, lambda theta: next(improving), epochs=2)
    assert sorted(visited[:7]) == sorted(visited[7:]) == list(range(7))
    assert visited[:7] != visited[7:]


def test_the_best_parameters_are_returned():
    gradient, *_ = least_squares(3)
    seen, errors = [], iter([5, 3, 4, 2, 2, 2, 1])

    def error(theta):
        seen.append(theta)
        return next(errors)

    found = run(gradient, 7, error, epochs=100, patience=2)
    assert found.errors == [5, 3, 4, 2, 2, 2]
    assert np.array_equal(found.theta, seen[3])
    assert found.theta.shape == (3, 1)


def test_small_steps_reach_the_least_squares_solution():
    gradient, X, y = least_squares(4)
    improving = itertools.count(0, -1)
    found = run(
        gradient, 7, lambda t: next(improving), epochs=2000, rate=lambda k: 0.2 / (1 + 0.01 * k)
    )
    assert_allclose(found.theta[:, 0], np.linalg.lstsq(X.T, y)[0], atol=2e-2)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda g: descent_steps(g, np.zeros(3), [0], 0), r"^learning_rate: .*> 0, got 0"),
        (lambda g: descent_steps(g, np.zeros((2, 2)), [0], 1), r"^theta: .*\(2, 2\)"),
        (
            lambda g: descent_steps(lambda t, n: [1, 2], np.zeros(3), [0], 1),
            r"^gradient: .*\(3, 1\).*\(2,\)",
        ),
        (lambda g: descent_steps(g, np.zeros(3), [0], 1, first=-1), r"^first: .*>= 0, got -1"),
        (lambda g: run(g, 0, lambda t: 0, epochs=1), r"^N: .*>= 1, got 0"),
        (lambda g: run(g, 7, lambda t: 0, epochs=0), r"^max_epochs: .*>= 1, got 0"),
        (lambda g: run(g, 7, lambda t: 0, epochs=1, patience=0), r"^patience: .*>= 1, got 0"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(least_squares(0)[0])
