"""Quantiles: the value as spreadsheets have it, and an interval that really covers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from gongzhi.engine.measures import ConfidenceError, ShareError, quantile

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80)


@given(values, st.floats(0.05, 0.95))
def test_it_interpolates_as_spreadsheets_do(numbers, p):
    assert quantile(numbers, p).value == pytest.approx(float(np.quantile(numbers, p)), rel=1e-9, abs=1e-6)


@given(st.integers(1, 400), st.sampled_from([0.25, 0.5, 0.9]), st.sampled_from([0.9, 0.95]))
def test_it_covers_the_true_quantile(n, p, confidence):
    found = quantile(range(1, n + 1), p, confidence)  # the values are their own ranks
    # of ranks l and u: P(X_(l) <= q < X_(u)) = P(l <= B <= u - 1)
    lower = 0 if found.low is None else int(found.low)
    upper = n + 1 if found.high is None else int(found.high)
    assert binom.cdf(upper - 1, n, p) - binom.cdf(lower - 1, n, p) >= confidence - 1e-9
    assert (found.low is None or found.low <= found.value) and (
        found.high is None or found.high >= found.value
    )


TABLE = [
    # n, p, low rank, high rank: Conover, Practical Nonparametric Statistics, binomial tables at 95 %
    (5, 0.5, None, None),  # 2 x 0.5^5 = 6 %: five values cannot give 95 %
    (6, 0.5, 1, 6),  # 2 x 0.5^6 = 3 %
    (10, 0.5, 2, 9),
    (16, 0.5, 4, 13),
    (20, 0.9, 15, None),  # 0.9^20 = 12 %: the upper end is open
]


@pytest.mark.parametrize(("n", "p", "low", "high"), TABLE)
def test_it_leaves_an_end_open_where_too_few_values_exist(n, p, low, high):
    found = quantile(range(1, n + 1), p)
    assert (found.low, found.high) == (low, high)


def test_it_is_quick_on_many_values():
    found = quantile(range(200_000), 0.9)
    assert found.low < found.value < found.high


def test_it_says_nothing_of_no_value():
    assert quantile([], 0.5).value is None


def test_it_refuses_what_is_no_quantile():
    for p in (0, 1, 50, float("nan")):
        with pytest.raises(ShareError):
            quantile([1, 2], p)
    with pytest.raises(ShareError):
        quantile([1, float("nan")], 0.5)
    with pytest.raises(ConfidenceError):
        quantile([1, 2], 0.5, 1)
