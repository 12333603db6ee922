"""Linear models, softmax regression and a network, compared with scikit-learn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nndl_notes.boltzmann import (
    RestrictedBoltzmannMachine,
    free_energy,
    hidden_probabilities,
)
from nndl_notes.feedforward import Network, backpropagate, risk
from nndl_notes.linear_classification import signed_distance, softmax_regression, softmax_risk
from nndl_notes.linear_regression import (
    least_squares,
    ridge_regression,
    ridge_regression_with_bias,
    ridge_shrinkage,
    weighted_least_squares,
)

sklearn = pytest.importorskip("sklearn", reason="scikit-learn is the oracle of this file")
linear_model = pytest.importorskip("sklearn.linear_model")
metrics = pytest.importorskip("sklearn.metrics")
svm = pytest.importorskip("sklearn.svm")

pytestmark = pytest.mark.oracle


@pytest.fixture
def data():
    rng = np.random.default_rng(24)
    return rng.normal(size=(4, 30)), rng.normal(size=30), rng.uniform(0.1, 5, size=30)


def test_least_squares(data):
    X, y, _ = data
    model = linear_model.LinearRegression(fit_intercept=False).fit(X.T, y)
    assert_allclose(least_squares(X, y), model.coef_, rtol=1e-10)


def test_weighted_least_squares(data):
    X, y, r = data
    model = linear_model.LinearRegression(fit_intercept=False).fit(X.T, y, sample_weight=r)
    assert_allclose(weighted_least_squares(X, y, r), model.coef_, rtol=1e-10)


@pytest.mark.parametrize("lam", [1e-3, 0.3, 1e3])
def test_ridge_has_penalty_lambda_not_two_lambda(lam, data):
    X, y, _ = data
    model = linear_model.Ridge(alpha=lam, fit_intercept=False).fit(X.T, y)
    doubled = linear_model.Ridge(alpha=2 * lam, fit_intercept=False).fit(X.T, y)
    assert_allclose(ridge_regression(X, y, lam), model.coef_, rtol=1e-9)
    assert not np.allclose(model.coef_, doubled.coef_, rtol=1e-6)


def test_ridge_with_an_unpenalised_bias(data):
    X, y, _ = data
    model = linear_model.Ridge(alpha=0.7, fit_intercept=True).fit(X.T, y + 3)
    w, b = ridge_regression_with_bias(X, y + 3, 0.7)
    assert_allclose(w, model.coef_, rtol=1e-9)
    assert_allclose(b, model.intercept_, rtol=1e-9)


def test_ridge_of_a_collinear_design(data):
    X, y, _ = data
    X = np.vstack([X, X[0] - 2 * X[1]])
    model = linear_model.Ridge(alpha=0.3, fit_intercept=False, solver="svd").fit(X.T, y)
    assert_allclose(ridge_regression(X, y, 0.3), model.coef_, rtol=1e-9)


def test_the_sum_of_the_shrinkage_factors_is_the_trace_of_the_smoother(data):
    X, y, _ = data
    model = linear_model.Ridge(alpha=2.0, fit_intercept=False)
    trace = sum(model.fit(X.T, e).predict(X.T)[n] for n, e in enumerate(np.eye(len(y))))
    assert_allclose(ridge_shrinkage(X, 2.0).sum(), trace, rtol=1e-9)


def test_the_decision_function_of_a_linear_classifier(data):
    X, y, _ = data
    model = svm.LinearSVC(random_state=0).fit(X.T, y > 0)
    w, b = model.coef_[0], model.intercept_[0]
    found = [signed_distance(x, w, b) * np.linalg.norm(w) for x in X.T]
    assert_allclose(found, model.decision_function(X.T), rtol=1e-10)


def test_the_gradient_vanishes_at_the_optimum_of_softmax_regression(data):
    X, _, _ = data
    labels = np.random.default_rng(3).integers(3, size=30)
    model = linear_model.LogisticRegression(
        C=1 / (30 * 0.1), fit_intercept=False, tol=1e-12, max_iter=1000
    ).fit(X.T, labels)
    network = Network.from_layers([(model.coef_, np.zeros(3), "softmax")])
    targets = np.eye(3)[:, labels]
    assert_allclose(
        risk(network, X, targets), metrics.log_loss(labels, model.predict_proba(X.T)), rtol=1e-10
    )
    gradient = backpropagate(network, X, targets).W[1] + 0.1 * model.coef_
    assert_allclose(gradient, 0, atol=1e-6)


@pytest.mark.parametrize("lam", [1e-3, 0.1, 10.0])
def test_softmax_regression_has_c_equal_to_one_over_n_lambda(lam, data):
    X, _, _ = data
    labels = np.random.default_rng(3).integers(3, size=30)
    targets = np.eye(3)[:, labels]
    model = linear_model.LogisticRegression(
        C=1 / (30 * lam), fit_intercept=False, tol=1e-12, max_iter=5000
    ).fit(X.T, labels)
    W = softmax_regression(X, targets, lam)
    assert_allclose(W, model.coef_.T, atol=1e-6)
    assert_allclose(
        softmax_risk(W, X, targets), metrics.log_loss(labels, model.predict_proba(X.T)), rtol=1e-5
    )


def test_conditionals_and_free_energy_of_a_restricted_boltzmann_machine():
    # Its training is persistent contrastive divergence, so only these can be compared.
    network = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(12)
    W, a, b = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
    v = rng.integers(0, 2, size=(5, 8)).astype(float)
    theirs = network.BernoulliRBM(n_components=3)
    theirs.components_, theirs.intercept_visible_, theirs.intercept_hidden_ = W.T, a, b
    ours = RestrictedBoltzmannMachine(W, a, b)
    assert_allclose(hidden_probabilities(ours, v), theirs._mean_hiddens(v.T).T)
    assert_allclose(free_energy(ours, v), theirs._free_energy(v.T))
