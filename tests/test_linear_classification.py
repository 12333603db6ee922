import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
import scipy.special
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from nndl_notes.linear_classification import (
    decision_function,
    hyperplane_directions,
    hyperplane_distance,
    project_onto_hyperplane,
    signed_distance,
    softmax_regression,
    softmax_risk,
    softmax_risk_gradient,
    softmax_risk_hessian,
)
from numerics import gradient

NUMBERS = st.floats(-1e3, 1e3, allow_subnormal=False)


@st.composite
def points_and_planes(draw):
    D = draw(st.integers(1, 5))
    x, w = (draw(hnp.arrays(float, D, elements=NUMBERS)) for _ in range(2))
    assume(np.linalg.norm(w) > 1e-3)
    return x, w, draw(NUMBERS)


def test_a_plane_by_hand():
    """The plane 3 x₁ − 4 x₂ + 5 = 0 and the point (2, 1)."""
    plane = [3, -4], 5
    assert decision_function([2, 1], *plane) == 7
    assert signed_distance([2, 1], *plane) == hyperplane_distance([2, 1], *plane) == 1.4
    assert_allclose(project_onto_hyperplane([2, 1], *plane), [1.16, 2.12])
    # The other side.
    assert signed_distance([-5, 0], *plane) == -2
    assert hyperplane_distance([-5, 0], *plane) == 2


@given(points_and_planes())
def test_the_foot_lies_on_the_plane_and_the_perpendicular(instance):
    x, w, b = instance
    foot = project_onto_hyperplane(x, w, b)
    size = np.linalg.norm(w) * np.linalg.norm(x) + abs(b)
    assert abs(w @ foot + b) <= 1e-12 * (size + 1)
    directions = scipy.linalg.null_space(w[np.newaxis])
    reach = np.linalg.norm(x) + size / np.linalg.norm(w)
    assert_allclose(directions.T @ (x - foot), 0, atol=1e-12 * (reach + 1))


@given(points_and_planes())
def test_the_distance_is_that_of_the_foot(instance):
    x, w, b = instance
    foot = project_onto_hyperplane(x, w, b)
    distance = hyperplane_distance(x, w, b)
    reach = np.linalg.norm(x) + distance
    assert_allclose(distance, np.linalg.norm(x - foot), atol=1e-12 * (reach + 1))
    assert signed_distance(x, w, b) in (distance, -distance)
    assert np.sign(signed_distance(x, w, b)) == np.sign(decision_function(x, w, b))


@pytest.mark.parametrize("D", [2, 4, 6])
def test_no_point_of_the_plane_is_nearer(D):
    rng = np.random.default_rng(D)
    x, w, b = rng.normal(size=D), rng.normal(size=D), 0.7
    # The stationarity conditions of  min ½‖z − x‖²  subject to  wᵀz + b = 0.
    system = np.block([[np.eye(D), w[:, np.newaxis]], [w[np.newaxis], np.zeros((1, 1))]])
    z = np.linalg.solve(system, np.append(x, -b))[:D]
    assert_allclose(project_onto_hyperplane(x, w, b), z)
    nearest = scipy.optimize.minimize(
        lambda z: np.sum((z - x) ** 2),
        np.zeros(D),
        constraints={"type": "eq", "fun": lambda z: w @ z + b},
        method="SLSQP",
        options={"ftol": 1e-14},
    )
    assert_allclose(hyperplane_distance(x, w, b), np.sqrt(nearest.fun), rtol=1e-6)


@given(points_and_planes())
def test_the_directions_are_an_orthonormal_basis_of_the_null_space(instance):
    _, w, _ = instance
    U = hyperplane_directions(w)
    assert U.shape == (len(w), len(w) - 1)
    assert_allclose(U.T @ U, np.eye(len(w) - 1), atol=1e-14)
    null_space = scipy.linalg.null_space(w[np.newaxis])
    assert_allclose(U @ U.T, null_space @ null_space.T, atol=1e-13)


@given(points_and_planes(), st.floats(1e-3, 1e3))
def test_scaling_the_plane_changes_f_but_not_the_distance(instance, c):
    x, w, b = instance
    f = decision_function(x, w, b)
    size = np.abs(w) @ np.abs(x) + abs(b)
    assert_allclose(decision_function(x, c * w, c * b), c * f, atol=1e-12 * c * size)
    assert_allclose(
        signed_distance(x, c * w, c * b),
        signed_distance(x, w, b),
        atol=1e-11 * size / np.linalg.norm(w),
    )


def test_the_weights_are_the_gradient_of_f():
    w = np.array([2.0, -1.0, 3.0])
    assert_allclose(gradient(lambda x: decision_function(x, w, 4), np.ones(3)), w)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_extreme_weights_neither_overflow_nor_vanish(scale):
    assert_allclose(hyperplane_distance([2, 1], [3 * scale, -4 * scale], 5 * scale), 1.4)
    foot = project_onto_hyperplane([2, 1], [3 * scale, -4 * scale], 5 * scale)
    assert_allclose(foot, [1.16, 2.12])
    assert_allclose([3, -4] @ hyperplane_directions([3 * scale, -4 * scale]), 0, atol=1e-15)


def test_the_axes_have_the_other_axes_as_directions():
    for axis in np.eye(3):
        U = hyperplane_directions(axis)
        assert_allclose(np.abs(U).sum(axis=1), 1 - axis, atol=1e-15)
    assert hyperplane_directions([2.0]).shape == (1, 0)


def test_answers_have_the_form_of_the_question():
    x, w = np.array([[2.0], [1.0]]), np.array([[3.0], [-4.0]])
    assert isinstance(decision_function(x, w, 5), float)
    assert hyperplane_distance(x, w, 5) == hyperplane_distance(x[:, 0], w, 5)
    assert project_onto_hyperplane(x, w, 5).shape == (2, 1)
    assert project_onto_hyperplane(x[:, 0], w, 5).shape == (2,)


@pytest.mark.parametrize(
    "function", [signed_distance, hyperplane_distance, project_onto_hyperplane]
)
def test_the_zero_vector_has_no_plane(function):
    with pytest.raises(ValueError, match=r"^w: .*not zero"):
        function([2, 1], [0, 0], 5)
    with pytest.raises(ValueError, match=r"^w: .*not zero"):
        hyperplane_directions([0, 0])


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([2, 1], [1, 2, 3], 5), r"^w: .*\(2, 1\) or \(2,\).*\(3,\)"),
        (([[2, 1]], [1, 2], 5), r"^x: .*\(D, 1\).*\(1, 2\)"),
        (([2, np.inf], [1, 2], 5), "^x: .*finite"),
        (([2, 1], [1, 2], [5, 6]), r"^b: .*number.*\(2,\)"),
        (([2, 1], [1, 2], np.nan), "^b: .*finite"),
        (([2, 1], ["1", "2"], 5), "^w: .*real"),
    ],
)
def test_errors_name_the_argument_and_the_shapes(arguments, message):
    for function in (decision_function, hyperplane_distance, project_onto_hyperplane):
        with pytest.raises(ValueError, match=message):
            function(*arguments)


@st.composite
def softmax_problems(draw):
    D, C = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    N = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    W = draw(st.sampled_from([0.1, 1.0, 30.0])) * rng.normal(size=(D, C))
    Y = rng.dirichlet(np.ones(C), size=N).T
    return W, rng.normal(size=(D, N)), Y, draw(st.sampled_from([0.0, 0.3, 2.0]))


@given(softmax_problems())
def test_the_softmax_risk_is_its_definition(problem):
    W, X, Y, lam = problem
    P = np.exp(W.T @ X - scipy.special.logsumexp(W.T @ X, axis=0))
    expected = -np.mean(np.sum(scipy.special.xlogy(Y, P), axis=0)) + lam / 2 * np.sum(W**2)
    assert_allclose(softmax_risk(W, X, Y, lam), expected, rtol=1e-9)


@settings(max_examples=20)
@given(softmax_problems())
def test_gradient_and_hessian_of_softmax_regression(problem):
    W, X, Y, lam = problem
    assume(np.abs(W).max() < 5)
    found = softmax_risk_gradient(W, X, Y, lam)
    assert found.shape == W.shape
    assert_allclose(found, gradient(lambda W: softmax_risk(W, X, Y, lam), W), atol=1e-8)
    hessian = softmax_risk_hessian(W, X, lam)
    for row, (c, d) in zip(hessian, np.ndindex(W.shape[::-1]), strict=True):
        slope = gradient(lambda W, d=d, c=c: softmax_risk_gradient(W, X, Y, lam)[d, c], W)
        assert_allclose(row, slope.ravel(order="F"), atol=1e-7)
    assert_allclose(np.linalg.eigvalsh(hessian)[0], lam, atol=1e-12)


@given(softmax_problems(), st.floats(1e-3, 1e2))
def test_the_penalised_minimiser_is_stationary_and_its_columns_sum_to_zero(problem, lam):
    _, X, Y, _ = problem
    W = softmax_regression(X, Y, lam)
    assert_allclose(softmax_risk_gradient(W, X, Y, lam), 0, atol=1e-12)
    assert_allclose(W.sum(axis=1), 0, atol=1e-10)


def test_without_a_penalty_a_common_shift_changes_nothing():
    rng = np.random.default_rng(36)
    W, X, psi = rng.normal(size=(3, 4)), rng.normal(size=(3, 9)), rng.normal(size=(3, 1))
    Y = np.eye(4)[:, rng.integers(4, size=9)]
    assert_allclose(softmax_risk(W + psi, X, Y), softmax_risk(W, X, Y), rtol=1e-12)
    assert np.linalg.matrix_rank(softmax_risk_hessian(W, X)) == 3 * 3


def test_saturated_scores_leave_the_softmax_risk_finite():
    W, X = np.diag([1e3, -1e3]), np.eye(2)
    assert softmax_risk(W, X, [[0, 0], [1, 1]]) == 1000
    assert softmax_risk(W, X, [[1, 0], [0, 1]]) == 500


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda W, X, Y: softmax_risk(W, X[:1], Y), r"^X: .*\(2, N\).*\(1, 4\)"),
        (lambda W, X, Y: softmax_risk(W, X, Y[:2]), r"^Y: .*\(3, N\).*\(2, 4\)"),
        (lambda W, X, Y: softmax_risk(W, X, Y[:, :2]), r"^Y: .*one column per sample.*\(3, 2\)"),
        (lambda W, X, Y: softmax_risk(W, X, 2 * Y), r"^Y: .*sum 1"),
        (lambda W, X, Y: softmax_risk(W, X, Y, -1), r"^lam: .*>= 0, got -1"),
        (lambda W, X, Y: softmax_risk_gradient(W * np.nan, X, Y), r"^W: .*finite"),
        (lambda W, X, Y: softmax_risk_hessian(W, X[:1]), r"^X: .*\(2, N\)"),
        (lambda W, X, Y: softmax_regression(X, Y, 0), r"^lam: .*> 0, got 0"),
        (lambda W, X, Y: softmax_regression(X, Y[:, :2], 1), r"^Y: .*one column per sample"),
    ],
)
def test_errors_of_softmax_regression_name_the_argument(call, message):
    W, X = np.ones((2, 3)), np.ones((2, 4))
    with pytest.raises(ValueError, match=message):
        call(W, X, np.eye(3)[:, [0, 1, 2, 0]])
