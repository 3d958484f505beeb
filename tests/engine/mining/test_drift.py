"""Two periods: a difference that is there is found, one that is not there is not claimed."""

from __future__ import annotations

import random

import pytest

from gongzhi.engine.mining import TooFewCases, compare
from gongzhi.engine.mining.drift import holm

AB, ABC = ("a", "b"), ("a", "b", "c")


def hours(chance: random.Random, n: int, mean: float) -> list[float]:
    return [chance.expovariate(1 / mean) for _ in range(n)]


def test_it_finds_another_mix_and_a_slower_arc() -> None:
    chance = random.Random(7)
    before = {AB: 150, ABC: 50}
    after = {AB: 90, ABC: 110}
    found = compare(
        before,
        after,
        {("a", "b"): hours(chance, 200, 5), ("b", "c"): hours(chance, 50, 8)},
        {("a", "b"): hours(chance, 200, 10), ("b", "c"): hours(chance, 110, 8)},
    )
    assert found.mix.is_seen
    # chi² of [[150, 50], [90, 110]] is 37.5, so V = √(37.5/400)
    assert found.mix.size == pytest.approx(0.30619, abs=1e-4)
    assert found.moved[0][0] in (AB, ABC)
    by_arc = {(each.source, each.target): each for each in found.times}
    assert by_arc["a", "b"].is_seen
    assert by_arc["a", "b"].size > 0.5
    assert not by_arc["b", "c"].is_seen


def test_it_claims_nothing_where_nothing_changed() -> None:
    """Over 200 pairs of periods from one source at most a few in a hundred are told as changed: Holm holds the rate."""
    chance = random.Random(11)
    told = 0
    for _ in range(200):
        mixes = [
            {AB: (n := sum(chance.random() < 0.6 for _ in range(80))), ABC: 80 - n} for _period in (0, 1)
        ]
        times = [
            {arc: hours(chance, 40, 6) for arc in (("a", "b"), ("b", "c"), ("c", "d"))} for _period in (0, 1)
        ]
        found = compare(mixes[0], mixes[1], times[0], times[1])
        told += found.mix.is_seen or any(each.is_seen for each in found.times)
    assert told <= 18  # 5 % of 200 is 10; P(more than 18) is below 1 in 100


def test_it_joins_rare_ways_instead_of_testing_each() -> None:
    before = {AB: 60, **{("x", str(n)): 1 for n in range(30)}}
    after = {AB: 60, **{("y", str(n)): 1 for n in range(30)}}
    found = compare(before, after, {}, {})
    assert found.mix.p > 0.9


def test_it_says_so_when_only_one_way_is_left() -> None:
    found = compare({AB: 40}, {AB: 50}, {("a", "b"): [1.0] * 20}, {("a", "b"): [1.0] * 20})
    assert (found.mix.p, found.mix.size) == (1.0, 0.0)
    assert found.times[0].p == 1.0


@pytest.mark.parametrize(("n", "refused"), [(9, True), (10, False)])
def test_it_compares_nothing_with_too_few_cases(n: int, refused: bool) -> None:
    if refused:
        with pytest.raises(TooFewCases):
            compare({AB: n}, {AB: 100}, {}, {})
    else:
        assert compare({AB: n}, {AB: 100}, {}, {}).cases_before == n


def test_it_corrects_as_holm_does() -> None:
    assert holm([0.04, 0.01, 0.03, 0.005]) == pytest.approx([0.06, 0.03, 0.06, 0.02])
    assert holm([0.9, 0.8]) == pytest.approx([1.0, 1.0])
