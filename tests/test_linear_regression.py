import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from nndl_notes import linear_regression as lr
from numerics import gradient

NUMBERS = st.floats(-1e3, 1e3, allow_subnormal=False)


@st.composite
def problems(draw):
    """A regression problem of full rank: X, y and positive sample weights r."""
    D = draw(st.integers(1, 4))
    N = draw(st.integers(D, 8))
    scale = draw(st.sampled_from([1e-3, 1.0, 1e3]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    X = scale * (rng.normal(size=(D, N)) + 2 * np.eye(D, N))
    return X, rng.normal(size=N), rng.uniform(0.1, 10, size=N)


@st.composite
def any_designs(draw):
    """Any X up to 1e3, of whatever rank, and any y."""
    D, N = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return draw(hnp.arrays(float, (D, N), elements=NUMBERS)), draw(
        hnp.arrays(float, N, elements=NUMBERS)
    )


@pytest.fixture
def example():
    rng = np.random.default_rng(22)
    return rng.normal(size=(3, 5)), rng.normal(size=5), rng.uniform(0.5, 2, size=5)


def test_the_risks_by_hand():
    X = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
    y, w = [3.0, 1.0, 4.0], [1.0, 2.0]
    # The residuals are 2, −1 and 0.
    assert lr.squared_risk(w, X, y) == 2.5
    assert lr.weighted_risk(w, X, y, [1.0, 10.0, 7.0]) == 7.0
    assert lr.ridge_risk(w, X, y, 0.2) == 3.0


def test_ridge_by_hand():
    """Gram matrix diag(2, 3), Xy = (2, 3), λ = 1/2: the solution is (2/2.5, 3/3.5)."""
    X = np.array([[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]])
    assert_allclose(lr.ridge_regression(X, np.ones(5), 1.0), [2 / 3, 3 / 4])
    assert_allclose(lr.ridge_regression(X, np.ones(5), 0.5), [2 / 2.5, 3 / 3.5])
    assert_allclose(lr.least_squares(X, np.ones(5)), [1, 1])


@given(problems())
def test_weighted_least_squares_solves_the_normal_equations(problem):
    X, y, r = problem
    R = np.diag(r)
    assert_allclose(
        lr.weighted_least_squares(X, y, r), np.linalg.solve(X @ R @ X.T, X @ R @ y), rtol=1e-6
    )


@given(problems())
def test_least_squares_is_the_pseudo_inverse(problem):
    X, y, _ = problem
    assert_allclose(lr.least_squares(X, y), np.linalg.pinv(X.T) @ y, rtol=1e-7, atol=1e-12)


def test_the_gradient_of_each_risk_vanishes_at_its_minimiser(example):
    X, y, r = example
    minimisers = {
        lambda w: lr.squared_risk(w, X, y): lr.least_squares(X, y),
        lambda w: lr.weighted_risk(w, X, y, r): lr.weighted_least_squares(X, y, r),
        lambda w: lr.ridge_risk(w, X, y, 0.7): lr.ridge_regression(X, y, 0.7),
    }
    for risk, w in minimisers.items():
        assert_allclose(gradient(risk, w), 0, atol=1e-10)


def test_the_gradient_of_each_risk_is_the_formula(example):
    X, y, r = example
    w = np.array([0.3, -1.2, 2.0])
    e = y - X.T @ w
    assert_allclose(gradient(lambda w: lr.squared_risk(w, X, y), w), -X @ e)
    assert_allclose(gradient(lambda w: lr.weighted_risk(w, X, y, r), w), -X @ (r * e))
    assert_allclose(gradient(lambda w: lr.ridge_risk(w, X, y, 0.7), w), -X @ e + 0.7 * w)


@given(problems(), st.floats(1e-9, 1e9))
def test_only_the_ratios_of_the_weights_matter(problem, c):
    X, y, r = problem
    assert_allclose(
        lr.weighted_least_squares(X, y, c * r), lr.weighted_least_squares(X, y, r), rtol=1e-6
    )
    assert_allclose(lr.leverage(X, c * r), lr.leverage(X, r), atol=1e-9)


def test_an_integer_weight_repeats_a_sample_and_weight_zero_deletes_it(example):
    X, y, _ = example
    counts = np.array([2, 1, 0, 3, 1])
    assert_allclose(
        lr.weighted_least_squares(X, y, counts),
        lr.least_squares(np.repeat(X, counts, axis=1), np.repeat(y, counts)),
    )


def test_an_enormous_weight_interpolates_its_sample(example):
    X, y, r = example
    r[0] = 1e9
    w = lr.weighted_least_squares(X, y, r)
    assert abs(y[0] - w @ X[:, 0]) < 1e-8


@given(problems())
def test_leverage_is_the_diagonal_of_the_hat_matrix(problem):
    X, _, r = problem
    hat = scipy.linalg.orth((np.sqrt(r) * X).T)
    h = lr.leverage(X, r)
    assert_allclose(h, np.diag(hat @ hat.T), atol=1e-10)
    assert_allclose(h.sum(), len(X))


def test_leverage_is_the_derivative_of_the_fit_by_its_target(example):
    X, y, r = example
    for n in range(5):
        fit = gradient(lambda y, n=n: lr.weighted_least_squares(X, y, r) @ X[:, n], y)
        assert_allclose(fit[n], lr.leverage(X, r)[n])


@given(any_designs(), st.floats(1e-2, 1e3))
def test_ridge_is_augmented_least_squares_for_every_rank(design, lam):
    X, y = design
    D = len(X)
    A = np.vstack([X.T, np.sqrt(lam) * np.eye(D)])
    expected = np.linalg.lstsq(A, np.concatenate([y, np.zeros(D)]))[0]
    assert_allclose(lr.ridge_regression(X, y, lam), expected, rtol=1e-6, atol=1e-6)


@given(st.floats(1e-300, 1e-25))
def test_a_tiny_penalty_gives_the_least_solution_of_a_singular_problem(lam):
    rng = np.random.default_rng(4)
    X = rng.normal(size=(3, 2)) @ rng.normal(size=(2, 6))
    y = rng.normal(size=6)
    assert_allclose(lr.ridge_regression(X, y, lam), np.linalg.lstsq(X.T, y)[0], rtol=1e-9)


@given(problems(), st.floats(1e-3, 1e3), st.floats(1.1, 10))
def test_the_ridge_solution_shrinks_as_the_penalty_grows(problem, lam, factor):
    X, y, _ = problem
    norms = [np.linalg.norm(lr.ridge_regression(X, y, p)) for p in (lam, factor * lam)]
    assert norms[1] < norms[0]


def test_shrinkage_factors_turn_least_squares_into_ridge(example):
    X, y, _ = example
    U = np.linalg.svd(X)[0]
    factors = lr.ridge_shrinkage(X, 0.3)
    assert_allclose(U @ (factors * (U.T @ lr.least_squares(X, y))), lr.ridge_regression(X, y, 0.3))
    hat = X.T @ np.linalg.solve(X @ X.T + 0.3 * np.eye(3), X)
    assert_allclose(factors.sum(), np.trace(hat))


def test_shrinkage_of_a_singular_and_of_an_extreme_design():
    assert_allclose(lr.ridge_shrinkage([[1, 1], [1, 1]], 1.0), [0.8, 0], atol=1e-15)
    assert_allclose(lr.ridge_shrinkage([[1e200]], 1.0), [1])
    assert lr.ridge_shrinkage([[1e-200]], 1.0) < 1e-300


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_extreme_data(scale, example):
    X, y, r = example
    assert_allclose(lr.least_squares(scale * X, y), lr.least_squares(X, y) / scale, rtol=1e-9)
    assert_allclose(lr.leverage(scale * X, r), lr.leverage(X, r), rtol=1e-9)
    assert_allclose(
        lr.ridge_regression(scale * X, y, scale**2), lr.ridge_regression(X, y, 1) / scale, rtol=1e-9
    )


@given(any_designs(), st.floats(1e-3, 1e3), st.floats(0, 1e3))
def test_a_penalised_bias_is_the_weight_of_a_feature_of_adapted_size(design, lam, mu):
    """A feature of constant size h has the penalty μ on its effect if λ = μh²."""
    X, y = design
    mu = max(mu, 1e-3)
    height = np.sqrt(lam / mu)
    weights = lr.ridge_regression(np.vstack([X, np.full(X.shape[1], height)]), y, lam)
    w, b = lr.ridge_regression_with_bias(X, y, lam, mu)
    scale = np.abs(weights).max() + 1e-6
    assert_allclose(w, weights[:-1], rtol=1e-6, atol=1e-6 * scale)
    assert_allclose(b, weights[-1] * height, rtol=1e-6, atol=1e-6 * scale * height)


@given(st.floats(-1e3, 1e3))
def test_an_unpenalised_bias_follows_the_targets_and_a_penalised_one_does_not(shift):
    rng = np.random.default_rng(47)
    X, y = rng.normal(size=(2, 6)) + 1, rng.normal(size=(6, 1))
    w, b = lr.ridge_regression_with_bias(X, y, 0.5)
    shifted_w, shifted_b = lr.ridge_regression_with_bias(X, y + shift, 0.5)
    assert shifted_w.shape == (2, 1)
    assert_allclose(shifted_w, w, atol=1e-12 * (1 + abs(shift)))
    assert_allclose(shifted_b, b + shift, atol=1e-12 * (1 + abs(shift)))
    _, b = lr.ridge_regression_with_bias(X, y, 0.5, 0.5)
    _, shifted_b = lr.ridge_regression_with_bias(X, y + shift, 0.5, 0.5)
    assert abs(shifted_b - b) <= 6 / 6.5 * abs(shift) + 1e-9


def test_answers_have_the_form_of_the_question(example):
    X, y, r = example
    column = y[:, np.newaxis]
    for flat, tall in [
        (lr.least_squares(X, y), lr.least_squares(X, column)),
        (lr.weighted_least_squares(X, y, r), lr.weighted_least_squares(X, column, r)),
        (lr.ridge_regression(X, y, 1), lr.ridge_regression(X, column, 1)),
    ]:
        assert flat.shape == (3,)
        assert tall.shape == (3, 1)
        assert np.array_equal(flat, tall[:, 0])
    assert lr.leverage(X, r[:, np.newaxis]).shape == (5, 1)
    w = np.ones((3, 1))
    assert lr.weighted_risk(w, X, column, r[:, np.newaxis]) == lr.weighted_risk(w[:, 0], X, y, r)
    assert lr.ridge_risk(w, X, column, 1) == lr.ridge_risk(w[:, 0], X, y, 1)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda X, y, r: lr.squared_risk(np.ones(2), X, y), r"^w: .*\(3, 1\) or \(3,\).*\(2,\)"),
        (lambda X, y, r: lr.squared_risk(np.ones(3), X, y[:4]), r"^y: .*\(5, 1\).*\(4,\)"),
        (lambda X, y, r: lr.least_squares(X, y[np.newaxis]), r"^y: .*\(5, 1\).*\(1, 5\)"),
        (lambda X, y, r: lr.least_squares(X[0], y), r"^X: .*\(D, N\).*\(5,\)"),
        (lambda X, y, r: lr.least_squares(X * np.nan, y), "^X: .*finite"),
        (lambda X, y, r: lr.least_squares(X, y + 1j), "^y: .*real"),
        (lambda X, y, r: lr.weighted_risk(np.ones(3), X, y, -r), "^r: .*>= 0.*-"),
        (lambda X, y, r: lr.weighted_least_squares(X, y, r[:3]), r"^r: .*\(5, 1\).*\(3,\)"),
        (lambda X, y, r: lr.weighted_least_squares(X, y, -r), "^r: .*>= 0.*-"),
        (lambda X, y, r: lr.weighted_least_squares(X[:, :2], y[:2], r[:2]), "^X: .*rank 3.*rank 2"),
        (lambda X, y, r: lr.weighted_least_squares(X, y, 0 * r), "^X: .*rank 3.*rank 0"),
        (lambda X, y, r: lr.leverage(X[[0, 1, 1]], r), "^X: .*rank 3.*rank 2"),
        (lambda X, y, r: lr.leverage(X, -r), "^r: .*>= 0"),
        (lambda X, y, r: lr.ridge_risk(np.ones(3), X, y, -1), "^lam: .*>= 0, got -1"),
        (lambda X, y, r: lr.ridge_regression(X, y, 0), "^lam: .*> 0, got 0"),
        (lambda X, y, r: lr.ridge_regression(X, y, [1, 2]), r"^lam: .*number.*\(2,\)"),
        (
            lambda X, y, r: lr.ridge_regression_with_bias(X, y, 1, -1),
            "^bias_penalty: .*>= 0, got -1",
        ),
        (lambda X, y, r: lr.ridge_regression_with_bias(X, y, 0), "^lam: .*> 0, got 0"),
        (lambda X, y, r: lr.ridge_shrinkage(X, -1), "^lam: .*> 0, got -1"),
    ],
)
def test_errors_name_the_argument_and_the_shapes(call, message, example):
    with pytest.raises(ValueError, match=message):
        call(*example)
