"""Chapter 2: least squares with weights and with a penalty. D = 3 features, N = 5 samples."""

import numpy as np

from .registry import columns, instance, numbered

D, N = 3, 5


def samples(rng):
    X, y, w = rng.normal(size=(D, N)), rng.normal(size=(N, 1)), rng.normal(size=(D, 1))
    bindings = {r"\mathbf{X}": X, r"\mathbf{y}": y, r"\mathbf{w}": w, "N": N, "D": D,
                r"\mathbf{x}^{(?)}": columns(X), "y^{(?)}": numbered(y[:, 0])}
    return X, y, bindings


@instance("wls-risk", "wls-risk-matrix", "wls-grad", "wls-hessian", "wls-normal", "wls-solution")
def weighted_least_squares(rng):
    X, y, bindings = samples(rng)
    weights = rng.uniform(0.5, 2, size=(N, 1))
    root = np.sqrt(weights)

    def risk(w):
        return 0.5 * float(np.sum((root * (y - X.T @ w)) ** 2))

    return bindings | {
        "r^{(?)}": numbered(weights[:, 0]), r"\mathbf{R}": np.diag(weights[:, 0]),
        r"\mathcal{R}": risk,
        r"\mathbf{w}^{*}": np.linalg.lstsq(root * X.T, root * y, rcond=None)[0]}


@instance("ridge-risk", "ridge-grad", "ridge-solution", "ridge-shrinkage")
def ridge_regression(rng):
    X, y, bindings = samples(rng)
    penalty = rng.uniform(0.5, 2)
    augmented = np.vstack([X.T, np.sqrt(penalty) * np.eye(D)])
    padded = np.vstack([y, np.zeros((D, 1))])
    left, singular_values, _ = np.linalg.svd(X.T, full_matrices=False)

    def risk(w):
        return 0.5 * float(np.sum((y - X.T @ w) ** 2) + penalty * np.sum(w**2))

    return bindings | {
        r"\lambda": penalty, "J": risk,
        r"\mathbf{w}^{*}": np.linalg.lstsq(augmented, padded, rcond=None)[0],
        "s_?": numbered(singular_values), r"\mathbf{v}_?": columns(left)}
