"""Rates and their intervals: published examples, an independent implementation, and the laws of an interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from gongzhi.engine.measures import ConfidenceError, CountError, coverage, difference, rate

WILSON = [
    # numerator, denominator, low, high: Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("numerator", "denominator", "low", "high"), WILSON)
def test_it_agrees_with_published_intervals(numerator, denominator, low, high):
    found = rate(numerator, denominator)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


DIFFERENCES = [
    # a, m, b, n, low, high: Newcombe, ibid. 873-890, table II, method 10
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (10, 10, 0, 20, 0.6791, 1.0),
]


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), DIFFERENCES)
def test_it_agrees_with_published_differences(a, m, b, n, low, high):
    found = difference(rate(a, m), rate(b, n))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.established


def test_it_says_that_nothing_is_known_of_no_case():
    nothing = rate(0, 0)
    assert (nothing.value, nothing.low, nothing.high, nothing.n) == (None, 0.0, 1.0, 0)
    assert not difference(nothing, rate(9, 10)).established


counts = st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts.filter(lambda pair: pair[1] > 0), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_it_agrees_with_an_independent_implementation(pair, confidence):
    found = rate(*pair, confidence)
    expected = binomtest(*pair).proportion_ci(confidence, method="wilson")
    assert found.low == pytest.approx(expected.low, abs=1e-9)
    assert found.high == pytest.approx(expected.high, abs=1e-9)


@given(counts)
def test_it_holds_the_rate_within_its_interval(pair):
    found = rate(*pair)
    assert 0 <= found.low <= (found.value if found.value is not None else found.low) <= found.high <= 1


@given(counts, st.integers(2, 20))
def test_it_narrows_with_more_cases(pair, times):
    few, many = rate(*pair), rate(pair[0] * times, pair[1] * times)
    assert many.high - many.low <= few.high - few.low


@given(counts, counts)
def test_it_turns_a_difference_round(one, two):
    there, back = difference(rate(*one), rate(*two)), difference(rate(*two), rate(*one))
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.established == back.established


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(-1, 5), (6, 5), (0, -1), (1.0, 2), (True, 2), ("1", 2)]
)
def test_it_refuses_counts_that_cannot_be(numerator, denominator):
    with pytest.raises(CountError) as refused:
        rate(numerator, denominator)
    assert refused.value.code == "N001"


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, float("nan")])
def test_it_refuses_impossible_confidence(confidence):
    with pytest.raises(ConfidenceError):
        rate(1, 2, confidence)


def test_it_shows_coverage_beside_satisfaction():
    assert coverage(120, 400).value == 0.3
