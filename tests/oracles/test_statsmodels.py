"""Weighted least squares and leverage, compared with statsmodels."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nndl_notes.linear_regression import least_squares, leverage, weighted_least_squares

sm = pytest.importorskip("statsmodels.api", reason="statsmodels is the oracle of this file")

pytestmark = pytest.mark.oracle


@pytest.fixture
def data():
    rng = np.random.default_rng(22)
    return rng.normal(size=(4, 30)), rng.normal(size=30), rng.uniform(0.1, 5, size=30)


def test_least_squares(data):
    X, y, _ = data
    assert_allclose(least_squares(X, y), sm.OLS(y, X.T).fit().params, rtol=1e-10)


def test_weighted_least_squares(data):
    X, y, r = data
    fit = sm.WLS(y, X.T, weights=r).fit()
    assert_allclose(weighted_least_squares(X, y, r), fit.params, rtol=1e-10)
    assert not np.allclose(fit.params, sm.WLS(y, X.T, weights=r**2).fit().params, rtol=1e-3)


def test_leverage(data):
    X, y, r = data
    whitened = sm.OLS(np.sqrt(r) * y, (np.sqrt(r) * X).T).fit()
    assert_allclose(leverage(X, r), whitened.get_influence().hat_matrix_diag, rtol=1e-10)
