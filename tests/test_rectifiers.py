import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes import rectifiers
from nndl_notes.activations import relu
from numerics import gradient

NUMBERS = st.floats(-700, 700)
GAMMAS = st.floats(0.01, 2)
PAIRS = [
    (rectifiers.leaky_relu, rectifiers.leaky_relu_derivative),
    (rectifiers.elu, rectifiers.elu_derivative),
    (lambda x, gamma: rectifiers.softplus(x), lambda x, gamma: rectifiers.softplus_derivative(x)),
]


def test_values_by_hand():
    assert rectifiers.leaky_relu([-2.0, 0.0, 3.0], 0.1).tolist() == [-0.2, 0.0, 3.0]
    assert rectifiers.leaky_relu_derivative([-2.0, 0.0, 3.0], 0.1).tolist() == [0.1, 0.1, 1.0]
    assert_allclose(rectifiers.elu([-np.log(2), 0.0, 3.0], 2.0), [-1.0, 0.0, 3.0])
    assert_allclose(rectifiers.elu_derivative([-np.log(2), 3.0], 2.0), [1.0, 1.0])
    assert_allclose(rectifiers.softplus(0.0), np.log(2))
    assert_allclose(rectifiers.softplus_derivative([0.0, np.log(3)]), [0.5, 0.75])


@given(NUMBERS)
def test_they_are_relu_for_large_arguments(x):
    assert rectifiers.leaky_relu(x, 0.0) == relu(x)
    assert abs(rectifiers.softplus(x) - relu(x)) <= np.log(2)
    if x > 0:
        assert rectifiers.leaky_relu(x) == rectifiers.elu(x) == x


@pytest.mark.parametrize(("function", "derivative"), PAIRS)
@given(x=st.floats(-5, 5).filter(lambda x: abs(x) > 0.1), gamma=GAMMAS)
def test_the_derivatives(function, derivative, x, gamma):
    numeric = gradient(lambda v: function(v, gamma).item(), np.array([[x]]), abs(x) / 20)
    assert_allclose(derivative(x, gamma), numeric.item(), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("function", "derivative"), PAIRS)
@given(x=NUMBERS, gamma=GAMMAS)
def test_the_slope_is_positive_below_zero(function, derivative, x, gamma):
    assert derivative(x, gamma) > 0
    assert np.isfinite(function(x, gamma))


def test_saturated_arguments_do_not_overflow():
    assert rectifiers.elu(-1e3) == -1
    assert rectifiers.elu_derivative(-1e3) == 0
    assert rectifiers.softplus([-1e3, 1e3]).tolist() == [0.0, 1e3]
    assert rectifiers.softplus_derivative([-1e3, 1e3]).tolist() == [0.0, 1.0]
    assert rectifiers.elu(1e3) == 1e3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rectifiers.leaky_relu(1, -0.1), "^gamma: .*>= 0, got -0.1"),
        (lambda: rectifiers.leaky_relu_derivative(np.inf), "^x: .*finite"),
        (lambda: rectifiers.elu(1, 0), "^gamma: .*> 0, got 0"),
        (lambda: rectifiers.elu_derivative([np.nan]), "^x: .*finite"),
        (lambda: rectifiers.softplus("1"), "^x: .*real numbers"),
        (lambda: rectifiers.softplus_derivative(1j), "^x: .*real numbers"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
