import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from nndl_notes import activations as act
from nndl_notes.activations import (
    cross_entropy,
    gelu,
    gelu_derivative,
    gelu_tanh,
    gelu_tanh_derivative,
    logistic,
    relu,
    softmax,
    softmax_cross_entropy,
    swish,
    swish_derivative,
)
from numerics import gradient

NUMBERS = st.floats(-1e3, 1e3)
MODERATE = st.floats(-8, 8)
SCORES = hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=2, max_side=5), elements=NUMBERS)
PAIRS = [
    (act.logistic, act.logistic_derivative),
    (act.tanh, act.tanh_derivative),
    (act.identity, act.identity_derivative),
    (swish, swish_derivative),
    (gelu, gelu_derivative),
    (gelu_tanh, gelu_tanh_derivative),
]
FUNCTIONS = [function for pair in [*PAIRS, (relu, act.relu_derivative)] for function in pair]


@pytest.mark.parametrize("f, derivative", PAIRS)
@given(x=MODERATE)
def test_each_derivative_is_that_of_its_function(f, derivative, x):
    assert_allclose(derivative(x), gradient(f, x), rtol=1e-9, atol=1e-10)


@given(x=MODERATE, beta=st.floats(-3, 3))
def test_the_derivative_of_swish_for_every_beta(x, beta):
    numeric = gradient(lambda x: swish(x, beta), x)
    assert_allclose(swish_derivative(x, beta), numeric, rtol=1e-9, atol=1e-10)


@given(x=MODERATE, mu=st.floats(-2, 2), sigma=st.floats(0.5, 3))
def test_the_derivative_of_gelu_for_every_normal_law(x, mu, sigma):
    numeric = gradient(lambda x: gelu(x, mu, sigma), x, step=5e-3)
    assert_allclose(gelu_derivative(x, mu, sigma), numeric, rtol=1e-9, atol=1e-10)


@given(MODERATE)
def test_the_functions_are_their_definitions(x):
    assert_allclose(logistic(x), 1 / (1 + math.exp(-x)))
    assert_allclose(act.tanh(x), math.tanh(x))
    assert_allclose(swish(x, 1.702), x / (1 + math.exp(-1.702 * x)))
    assert_allclose(gelu(x, 1, 2), x * scipy.stats.norm(1, 2).cdf(x))
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    assert_allclose(gelu_tanh(x), x / 2 * (1 + math.tanh(u)), rtol=1e-9, atol=1e-14)


@given(hnp.arrays(float, hnp.array_shapes(min_dims=0, max_dims=3), elements=NUMBERS))
def test_relu_and_its_subgradient(x):
    assert np.array_equal(relu(x), (np.abs(x) + x) / 2)
    assert np.array_equal(act.relu_derivative(x) * x, relu(x))


def test_relu_at_the_kink():
    assert act.relu_derivative(0.0) == 0
    assert act.relu_derivative(-0.0) == 0
    assert act.relu_derivative(5e-324) == 1


def test_known_values():
    assert (
        logistic(0) == swish_derivative(0) == gelu_derivative(0) == gelu_tanh_derivative(0) == 0.5
    )
    assert act.logistic_derivative(0) == 0.25
    assert_allclose(swish_derivative([1, 3]), [0.92767, 1.0881], rtol=2e-5)
    assert_allclose(gelu_tanh_derivative(1), 1.08296, rtol=5e-6)
    assert_allclose(gelu_derivative(0, 1, 1), scipy.stats.norm.cdf(-1))


@pytest.mark.parametrize("derivative", [swish_derivative, gelu_derivative, gelu_tanh_derivative])
@given(x=NUMBERS)
def test_the_derivatives_at_x_and_minus_x_sum_to_one(derivative, x):
    assert_allclose(derivative(x) + derivative(-x), 1, atol=1e-12)


@pytest.mark.parametrize(
    "f, bracket, place, value",
    [
        (lambda x: -swish_derivative(x), (1, 2, 4), 2.39936, -1.09984),
        (lambda x: -gelu_derivative(x), (1, 1.5, 2), math.sqrt(2), -1.12890),
        (swish, (-3, -1, 0), -1.27846, -0.27846),
    ],
)
def test_extrema(f, bracket, place, value):
    found = scipy.optimize.minimize_scalar(f, bracket, tol=1e-12)
    assert_allclose(found.x, place, atol=1e-5)
    assert_allclose(found.fun, value, atol=1e-5)


def test_the_error_of_the_tanh_form():
    x = np.linspace(-6, 6, 120_001)
    assert_allclose(np.abs(gelu_tanh(x) - gelu(x)).max(), 4.73e-4, atol=1e-6)
    error = np.abs(gelu_tanh_derivative(x) - gelu_derivative(x)).max()
    assert_allclose(error, 8.7e-4, atol=5e-6)


@pytest.mark.parametrize("f, derivative", [pair for pair in PAIRS if pair[0] in (swish, gelu)])
def test_a_large_slope_or_a_narrow_law_approaches_relu(f, derivative):
    x = np.array([-1.0, 2.0])
    parameters = (500.0,) if f is swish else (0.0, 1e-3)
    assert_allclose(f(x, *parameters), relu(x), atol=1e-12)
    assert_allclose(derivative(x, *parameters), act.relu_derivative(x), atol=1e-12)


@pytest.mark.parametrize(
    "f, low, high",
    [
        (logistic, 0, 1),
        (act.logistic_derivative, 0, 0),
        (act.tanh, -1, 1),
        (act.tanh_derivative, 0, 0),
        (relu, 0, 1e3),
        (act.relu_derivative, 0, 1),
        (swish, 0, 1e3),
        (swish_derivative, 0, 1),
        (gelu, 0, 1e3),
        (gelu_derivative, 0, 1),
        (gelu_tanh, 0, 1e3),
        (gelu_tanh_derivative, 0, 1),
    ],
)
def test_saturated_arguments(f, low, high):
    assert_allclose(f([-1e3, 1e3]), [low, high], rtol=0, atol=1e-300)
    # No overflow, which would be an error here, and no nan.
    assert np.all(np.isfinite(f([-1e150, 1e150])))


def test_small_tails_keep_their_digits():
    assert_allclose(logistic(-700), math.exp(-700), rtol=1e-12)
    assert_allclose(act.logistic_derivative(40), math.exp(-40), rtol=1e-12)
    assert_allclose(act.tanh_derivative(20), 4 * math.exp(-40), rtol=1e-12)
    assert_allclose(gelu(-30), -30 * scipy.stats.norm.sf(30), rtol=1e-12)


@pytest.mark.parametrize("f", FUNCTIONS)
@given(x=hnp.arrays(float, hnp.array_shapes(min_dims=0, max_dims=3), elements=NUMBERS))
def test_the_shape_is_kept(f, x):
    assert f(x).shape == x.shape
    assert np.array_equal(f(x).ravel(), [f(element) for element in x.ravel()])


@given(SCORES)
def test_softmax_columns_are_distributions(z):
    y = softmax(z)
    assert y.shape == z.shape
    assert np.all(y >= 0)
    assert_allclose(y.sum(axis=0), 1)


@given(st.lists(MODERATE, min_size=1, max_size=5))
def test_softmax_is_its_definition(z):
    assert_allclose(softmax(z), np.exp(z) / np.sum(np.exp(z)))


@given(SCORES, NUMBERS)
def test_softmax_ignores_a_common_shift(z, shift):
    assert_allclose(softmax(z + shift), softmax(z), rtol=1e-9)


def test_softmax_of_extreme_scores():
    assert_allclose(softmax([1e3, -1e3, 1e3]), [0.5, 0, 0.5])


@given(st.integers(2, 4), st.integers(1, 3), st.integers(0, 1000))
def test_the_gradient_of_the_cross_entropy_is_prediction_minus_target(C, N, seed):
    rng = np.random.default_rng(seed)
    z, y = rng.normal(size=(C, N)), rng.dirichlet(np.ones(C), N).T
    assert_allclose(gradient(lambda z: softmax_cross_entropy(y, z), z), softmax(z) - y, atol=1e-10)
    assert_allclose(cross_entropy(y, softmax(z)), softmax_cross_entropy(y, z))
    assert_allclose(cross_entropy(y, softmax(z)), -np.sum(y * np.log(softmax(z))))


def test_cross_entropy_at_the_edges():
    assert cross_entropy([0, 1], [0, 1]) == 0
    assert cross_entropy([0, 1], [1, 0]) == math.inf
    assert_allclose(cross_entropy([0.5, 0.5], [0.5, 0.5]), math.log(2))
    assert_allclose(softmax_cross_entropy([0, 1], [1e3, -1e3]), 2e3)
    assert softmax_cross_entropy([1, 0], [1e3, -1e3]) == 0


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: logistic(np.nan), r"^x: .*finite"),
        (lambda: relu([1, np.inf]), r"^x: .*finite"),
        (lambda: act.tanh("1"), r"^x: .*real numbers, got '1'"),
        (lambda: swish([1, [2]]), r"^x: .*real numbers"),
        (lambda: swish(1, [1, 2]), r"^beta: .*number.*\(2,\)"),
        (lambda: gelu(1, np.inf), r"^mu: .*finite"),
        (lambda: gelu(1, 0, 0), r"^sigma: .*> 0, got 0"),
        (lambda: gelu_derivative(1, 0, -1), r"^sigma: .*> 0, got -1"),
        (lambda: softmax(1.0), r"^z: .*\(D, N\).*\(\)"),
        (lambda: softmax([]), r"^z: .*\(D, N\).*\(0,\)"),
        (lambda: cross_entropy([1, 1], [0, 1]), r"^y: .*sum 1.*2"),
        (lambda: cross_entropy([0, 1], [-1, 2]), r"^y_hat: .*non-negative.*-1"),
        (lambda: cross_entropy([0, 1], [0, 0, 1]), r"^y_hat: .*\(2, N\).*\(3,\)"),
        (lambda: cross_entropy([0, 1], np.eye(2)), r"^y_hat: .*\(2, 1\).*\(2, 2\)"),
        (lambda: softmax_cross_entropy(np.eye(2), [0, 1]), r"^z: .*\(2, 2\).*\(2, 1\)"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
