"""Attention: weights, attended values, the Jacobian of softmax."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nndl_notes.attention import attend, attention_weights, softmax_jacobian


@st.composite
def problems(draw):
    D, N, M, C = (draw(st.integers(1, 4)) for _ in range(4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([1e-3, 1.0, 30.0]))
    return scale * rng.normal(size=(D, N)), rng.normal(size=(C, N)), rng.normal(size=(D, M))


@given(problems(), st.sampled_from([None, 0.5, 3.0]))
def test_weights_and_values_query_by_query(problem, divisor):
    K, V, Q = problem
    weights, attended = attention_weights(K, Q, divisor=divisor), attend(K, V, Q, divisor=divisor)
    assert weights.shape == (K.shape[1], Q.shape[1])
    assert attended.shape == (V.shape[0], Q.shape[1])
    for m, q in enumerate(Q.T):
        scores = [k @ q / (np.sqrt(len(K)) if divisor is None else divisor) for k in K.T]
        expected = scipy.special.softmax(scores)
        assert_allclose(weights[:, m], expected, rtol=1e-9)
        assert_allclose(attention_weights(K, q, divisor=divisor), expected, rtol=1e-9)
        mixed = sum(a * v for a, v in zip(expected, V.T, strict=True))
        assert_allclose(attended[:, m], mixed, atol=1e-12)
        assert_allclose(attend(K, V, q, divisor=divisor), mixed, atol=1e-12)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=5))
def test_the_jacobian_is_the_slope_of_softmax(scores):
    s, h = np.array(scores), 1e-6
    columns = [
        (scipy.special.softmax(s + h * e) - scipy.special.softmax(s - h * e)) / (2 * h)
        for e in np.eye(len(s))
    ]
    J = softmax_jacobian(s)
    assert_allclose(J, np.transpose(columns), atol=1e-8)
    assert_allclose(J, J.T)
    assert_allclose(J @ np.ones(len(s)), 0, atol=1e-14)
    assert_allclose(softmax_jacobian(s[:, np.newaxis] + 700), J, atol=1e-12)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda K, Q: attention_weights(K, Q[:2]), r"^Q: .*\(3, N\).*\(2, 4\)"),
        (lambda K, Q: attention_weights(K, Q, divisor=0), r"^divisor: .*> 0, got 0"),
        (lambda K, Q: attention_weights(K * np.inf, Q), r"^K: .*finite"),
        (lambda K, Q: attend(K, K[:, :1], Q), r"^V: .*\(D, 2\).*\(3, 1\)"),
        (lambda K, Q: softmax_jacobian(K), r"^s: .*\(D, 1\).*\(3, 2\)"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.ones((3, 2)), np.ones((3, 4)))
