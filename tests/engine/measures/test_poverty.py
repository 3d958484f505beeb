"""Rates below a line: small sums by hand, laws, and the published figures of the EU-SILC sample of R laeken."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.measures.errors import ShareError
from gongzhi.engine.measures.poverty import at_risk, below, weighted_median

DATA = Path(os.environ.get("GONGZHI_DATA") or Path(__file__).parents[4] / "shared" / "data")
SILC = DATA / "household" / "eusilc.csv.gz"
rows = st.lists(st.tuples(st.integers(0, 100_000), st.integers(1, 9)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("told", "median"),
    [
        ([(1, 1)], 1),
        ([(1, 1), (2, 1)], 1.5),  # half is met exactly: between the two
        ([(1, 1), (2, 3)], 2),  # 1 of 4, then 4 of 4
        ([(1, 2), (2, 1), (3, 1)], 1.5),  # 2 of 4
        ([(5, 0), (1, 1), (9, 0)], 1),  # what weighs nothing counts for nothing
    ],
)
def test_the_median_by_weight(told: list[tuple[float, float]], median: float) -> None:
    assert weighted_median(told) == median


def test_who_stands_on_the_line_is_not_below_it() -> None:
    assert below([(6000, 1), (5999, 1)], 6000).rate == 0.5
    assert below([(6000, 1)], 6000).rate == 0


def test_the_relative_line_is_sixty_percent_of_the_median() -> None:
    found = at_risk([(10_000, 1), (5_999, 1), (20_000, 1)])  # median 10,000: line 6,000, one of three below
    assert (found.line, round(found.rate, 4), found.n) == (6000, 0.3333, 3)


@pytest.mark.parametrize("told", [[], [(1, 0)], [(float("nan"), 1)], [(1, -1)]])
def test_nothing_to_weigh_is_refused(told: list[tuple[float, float]]) -> None:
    with pytest.raises(ShareError):
        weighted_median(told)


@pytest.mark.parametrize("share", [0, 1, 1.5])
def test_a_share_of_the_median_lies_between_none_and_all(share: float) -> None:
    with pytest.raises(ShareError):
        at_risk([(1, 1)], share)


@given(rows, st.integers(2, 7))
def test_a_person_of_weight_two_is_two_persons(told: list[tuple[int, int]], times: int) -> None:
    spread = [(value, 1) for value, weight in told for _ in range(weight)]
    assert weighted_median(told) == weighted_median(spread)
    heavier = [(value, weight * times) for value, weight in told]
    assert at_risk(heavier).rate == pytest.approx(at_risk(told).rate)


@given(rows)
def test_fewer_than_half_are_below_a_line_under_the_median(told: list[tuple[int, int]]) -> None:
    assert at_risk(told).rate <= 0.5


@pytest.mark.skipif(not SILC.exists(), reason="the EU-SILC sample is not here (set GONGZHI_DATA)")
def test_it_gives_the_published_rate_and_threshold_of_the_sample() -> None:
    """laeken, arpr(eqIncome, weights = rb050): value 14.44422, threshold 10859.24."""
    with gzip.open(SILC, "rt") as file:
        held = [(float(row["eqIncome"]), float(row["rb050"])) for row in csv.DictReader(file)]
    found = at_risk(held)
    assert found.n == 14_827
    assert round(found.line, 2) == 10_859.24
    assert round(100 * found.rate, 3) == 14.444
