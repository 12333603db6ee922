"""Chapter 3: a separating plane, softmax regression. D = 3 features, C = 4 classes."""

import numpy as np
from scipy.special import log_softmax

from nndl_notes.verification import Cell, Instance, View, column

from .registry import columns, instance

D, C, N = 3, 4, 3
W, Y_HAT = r"\mathbf{W}", r"\hat{\mathbf{y}}^{(?)}"


class Plane:
    """The plane of the points x with w·x + b = 0, and a point off it."""

    def __init__(self, rng):
        self.rng, self.w, self.b = rng, rng.normal(size=(D, 1)), rng.normal()
        self.x = rng.normal(size=(D, 1))
        normal_first = np.hstack([self.w, rng.normal(size=(D, D - 1))])
        self.directions = np.linalg.qr(normal_first)[0][:, 1:]
        self.origin = -self.b * self.w / np.sum(self.w**2)

    def point(self):
        return self.origin + self.directions @ self.rng.normal(size=(D - 1, 1))

    def foot(self):
        """Project x by the orthonormal basis of the plane."""
        return self.origin + self.directions @ (self.directions.T @ (self.x - self.origin))

    def bindings(self):
        return {r"\mathbf{w}": self.w, "b": self.b, r"\mathbf{x}": self.x,
                "f": lambda x, w: (w.T @ x).item() + self.b,
                r"\mathbf{x}_{\perp}": self.foot(), r"\mathbf{x}'": self.point(),
                r"\mathbf{x}_{1}": self.point(), r"\mathbf{x}_{2}": self.point()}


@instance("plane-projection", "plane-distance", "plane-orthogonal", "plane-distance-bound")
def points_of_the_plane(rng):
    return Plane(rng).bindings()


@instance("plane-orthogonal", links=(0,))
def points_off_the_plane(rng):
    return Plane(rng).bindings() | {r"\mathbf{x}_{1}": rng.normal(size=(D, 1)),
                                    r"\mathbf{x}_{2}": rng.normal(size=(D, 1))}


@instance("plane-distance-bound", attained=(0,))
def foot_of_the_perpendicular(rng):
    plane = Plane(rng)
    return plane.bindings() | {r"\mathbf{x}'": plane.foot()}


@instance("softmax-posterior", "softmax-risk", "softmax-risk-grad", "softmax-risk-grad-column",
          "softmax-update")
def softmax_regression(rng):
    weights, X = rng.normal(size=(D, C)), rng.normal(size=(D, N))
    penalty, step = rng.uniform(0.3, 1, size=2)
    classes = rng.permutation(C)[:N]

    def risk(weights):
        log_posterior = log_softmax(weights.T @ X, axis=0)[classes, range(N)]
        return float(penalty / 2 * np.sum(weights**2) - log_posterior.mean())

    def posterior(env, n):
        return np.exp(log_softmax(env[W].T @ X[:, [n - 1]], axis=0))

    def component(vectors):
        return View(vectors, lambda c, n: ((n,), (c - 1,)))

    return Instance({
        W: weights, r"\mathbf{w}_?": column(W), "N": N, "C": C, r"\lambda": penalty,
        r"\alpha": step, r"\mathcal{R}": risk, r"\mathbf{x}^{(?)}": columns(X),
        r"\mathbf{y}^{(?)}": columns(np.eye(C)[:, classes]), Y_HAT: Cell(posterior),
        "y_?^{(?)}": component(r"\mathbf{y}^{(?)}"), r"\hat{y}_?^{(?)}": component(Y_HAT)},
        forall=[{"c": c, "n": n} for c in range(1, C + 1) for n in range(1, N + 1)])


@instance("softmax-shift")
def shifted_scores(rng):
    return {r"\mathbf{z}": rng.normal(size=(D, 1)), "c": rng.normal()}
