"""Difference-in-differences: by hand, against Welch, by simulation, and honest where the numbers are few."""

from __future__ import annotations

import math
import random
from statistics import mean, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gongzhi.engine.measures.effects import (
    Cell,
    Effect,
    effect,
    foreseen,
    judge,
    p_value,
    sides,
)
from gongzhi.engine.measures.errors import ConfidenceError, PanelError

#: area -> (before, after)
TRIED = {"a": (10, 16), "b": (12, 17), "c": (8, 15), "d": (11, 15)}
OTHERS = {"e": (9, 10), "f": (13, 13), "g": (7, 9), "h": (10, 11)}


def cells(*groups, n=1.0):
    return [
        Cell(area=area, period=period, value=float(value), n=n)
        for group in groups
        for area, values in group.items()
        for period, value in enumerate(values)
    ]


def noisy(seed, *, areas=8, periods=16, start=10, gain=0.0, drift=0.0, tried=4, persistence=0.6):
    """Areas with a level and a memory of their own; the first ``tried`` gain from ``start`` on."""
    lots = random.Random(seed)
    made = []
    for number in range(areas):
        level, shock = lots.gauss(50, 8), 0.0
        for period in range(periods):
            shock = persistence * shock + lots.gauss(0, 2)
            treated = number < tried
            value = level + 0.3 * period + shock
            value += (gain * (period >= start) + drift * period) * treated
            made.append(Cell(area=f"area{number}", period=period, value=value))
    return made


TREATED = {f"area{number}" for number in range(4)}


def test_it_is_the_difference_of_the_differences():
    found = effect(cells(TRIED, OTHERS), set(TRIED), 1)
    # gains 6, 5, 7, 4 (mean 5.5) against 1, 0, 2, 1 (mean 1)
    assert found.value == pytest.approx(4.5)
    assert found.means == pytest.approx((10.25, 15.75, 9.75, 10.75))
    assert (found.treated, found.comparison, found.cells) == (4, 4, 16)


def test_it_has_the_error_of_welch_with_two_periods():
    """CR2 of a comparison of two groups of changes is exactly s1²/n1 + s0²/n0."""
    found = effect(cells(TRIED, OTHERS), set(TRIED), 1)
    gains, others = ([after - before for before, after in each.values()] for each in (TRIED, OTHERS))
    error = math.sqrt(variance(gains) / 4 + variance(others) / 4)
    assert found.error == pytest.approx(error)
    # equal groups of four: 2 × (4 - 1) degrees of freedom
    assert found.freedom == pytest.approx(6)
    wide = stats.t.ppf(0.975, 6) * error
    assert (found.low, found.high) == pytest.approx((4.5 - wide, 4.5 + wide))
    assert found.established
    assert p_value(found) == pytest.approx(stats.ttest_ind(gains, others, equal_var=True).pvalue)


def test_it_counts_every_way_to_choose_four_of_eight():
    found = effect(cells(TRIED, OTHERS), set(TRIED), 1)
    # of the 70 ways only the real one and its mirror split the changes so far apart
    assert (found.chance, found.assignments, found.exact) == (pytest.approx(2 / 70), 70, True)


def test_it_weighs_cells_by_their_cases():
    few = {"e": (9, 10), "f": (13, 13)}
    made = cells(TRIED, few)
    made = [Cell(area=c.area, period=c.period, value=c.value, n=100 if c.area == "a" else 1) for c in made]
    plain = effect(cells(TRIED, few), set(TRIED), 1).value
    weighed = effect(made, set(TRIED), 1).value
    assert abs(weighed - (6 - 0.5)) < abs(plain - (6 - 0.5)), "the big area's gain of 6 counts most"


def test_it_is_not_misled_by_a_common_season_or_by_levels():
    season = {period: 20 * math.sin(period) for period in range(16)}
    plain = noisy(3, gain=5)
    moved = [
        Cell(area=c.area, period=c.period, value=c.value + season[c.period] + 100 * int(c.area[-1]))
        for c in plain
    ]
    assert effect(moved, TREATED, 10).value == pytest.approx(effect(plain, TREATED, 10).value)


def test_it_leaves_out_an_area_without_a_before_and_says_so():
    made = [*cells(TRIED, OTHERS), Cell(area="new", period=1, value=99)]
    found = effect(made, set(TRIED), 1)
    assert found.left_out == ("new",) and found.value == pytest.approx(4.5)


def test_it_does_not_count_cells_without_a_case():
    made = [
        *cells(TRIED, OTHERS),
        Cell(area="new", period=0, value=0, n=0),
        Cell(area="new", period=1, value=9, n=0),
    ]
    assert effect(made, set(TRIED), 1).cells == 16


@pytest.mark.parametrize(
    ("tried", "others", "sure"), [(4, 4, True), (3, 5, False), (5, 3, False), (3, 3, False), (1, 7, False)]
)
def test_it_gives_no_interval_below_four_areas_a_side(tried, others, sure):
    made = noisy(1, areas=tried + others, tried=tried, gain=50)
    found = effect(made, {f"area{number}" for number in range(tried)}, 10)
    assert (found.low is not None, found.detectable is not None, found.established) == (sure, sure, sure)
    assert judge(found, better="higher", smallest=1) == ("works" if sure else "unknowable")


def _of(low, high):
    return Effect(
        value=0.0 if low is None else (low + high) / 2,
        low=low,
        high=high,
        confidence=0.95,
        error=1.0,
        freedom=6.0,
        chance=0.5,
        assignments=70,
        exact=True,
        detectable=3.0,
        treated=4,
        comparison=4,
        cells=10,
        n=10.0,
        means=(0.0, 0.0, 0.0, 0.0),
        trend=effect(cells(TRIED, OTHERS), set(TRIED), 1).trend,
    )


@pytest.mark.parametrize(
    ("low", "high", "better", "smallest", "verdict"),
    [
        (2.0, 5.0, "higher", 2.0, "works"),
        (1.9, 5.0, "higher", 2.0, "works_unsure"),
        (0.1, 5.0, "higher", 0.0, "works"),
        (0.0, 5.0, "higher", 0.0, "unseen"),
        (-1.0, 5.0, "higher", 2.0, "unseen"),
        (-1.9, 1.9, "higher", 2.0, "none"),
        (-2.0, 1.9, "higher", 2.0, "unseen"),
        (0.1, 1.9, "higher", 2.0, "none"),
        (-5.0, -0.1, "higher", 2.0, "harms"),
        (-5.0, -2.0, "lower", 2.0, "works"),
        (-5.0, -1.0, "lower", 2.0, "works_unsure"),
        (0.5, 5.0, "lower", 0.0, "harms"),
        (None, None, "higher", 1.0, "unknowable"),
    ],
)
def test_it_says_no_more_than_the_interval_allows(low, high, better, smallest, verdict):
    assert judge(_of(low, high), better=better, smallest=smallest) == verdict


def test_it_sees_that_the_groups_went_apart_before_the_start():
    found = effect(noisy(5, drift=1.5, persistence=0.0), TREATED, 10)
    assert found.trend.likeness == "different" and found.trend.low > 0
    # slope 1.5 a period, from the middle of 0..9 (4.5) to the middle of 10..15 (12.5)
    assert found.trend.drift == pytest.approx(1.5 * 8, rel=0.25)


def test_it_says_alike_only_where_a_drift_that_matters_could_not_hide():
    made = noisy(5, persistence=0.0)
    assert effect(made, TREATED, 10).trend.likeness == "alike"
    assert effect(made, TREATED, 10, smallest=50).trend.likeness == "alike"
    assert effect(made, TREATED, 10, smallest=0.5).trend.likeness == "unclear"


@pytest.mark.parametrize(("start", "likeness"), [(2, "unclear"), (3, "alike")])
def test_it_needs_three_periods_to_speak_of_trends(start, likeness):
    found = effect(noisy(8, persistence=0.0), TREATED, start)
    assert (found.trend.periods, found.trend.likeness) == (start, likeness)


def test_it_gives_the_same_chance_for_the_same_seed():
    made = noisy(2, areas=20, tried=10)
    tried = {f"area{number}" for number in range(10)}
    one, same, other = (effect(made, tried, 10, seed=seed) for seed in (7, 7, 8))
    assert not one.exact and one.assignments == 1999
    assert one.chance == same.chance and one.low == other.low


def test_it_foresees_what_it_could_find():
    history = noisy(4, persistence=0.3)
    found = foreseen(history, TREATED)
    assert found.detectable == pytest.approx(
        found.error * (stats.t.ppf(0.975, found.freedom) + stats.t.ppf(0.8, found.freedom))
    )
    with pytest.raises(PanelError):
        foreseen([cell for cell in history if cell.period == 0], TREATED)


def test_it_holds_with_figures_that_never_move():
    flat = [Cell(area=c.area, period=c.period, value=7.0) for c in noisy(1)]
    found = effect(flat, TREATED, 10)
    assert (found.value, found.low, found.high, found.chance, p_value(found)) == (0, 0, 0, 1, 1)


@pytest.mark.parametrize(
    "broken",
    [
        [],
        cells(TRIED),
        cells(OTHERS),
        [*cells(TRIED, OTHERS), Cell(area="a", period=0, value=1.0)],
        [*cells(TRIED, OTHERS), Cell(area="z", period=0, value=float("nan"))],
        [Cell(area=c.area, period=c.period, value=c.value) for c in cells(TRIED, OTHERS) if c.period == 0],
    ],
    ids=["nothing", "no comparison", "nobody tried", "twice", "not a number", "no after"],
)
def test_it_refuses_a_panel_that_compares_nothing(broken):
    with pytest.raises(PanelError):
        effect(broken, set(TRIED), 1)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 1.5])
def test_it_refuses_an_impossible_confidence(confidence):
    with pytest.raises(ConfidenceError):
        effect(cells(TRIED, OTHERS), set(TRIED), 1, confidence=confidence)


def test_it_tells_both_sides_period_by_period():
    made = [
        Cell(area="a", period=0, value=10, n=1),
        Cell(area="b", period=0, value=20, n=3),
        Cell(area="c", period=1, value=5, n=2),
    ]
    first, second = sides(made, {"a", "b"})
    assert (first.treated, first.treated_n, first.comparison) == (17.5, 4, None)
    assert (second.treated, second.comparison, second.comparison_n) == (None, 5, 2)


# — by simulation: with a memory from period to period, where naive errors fail


def test_it_covers_the_truth_as_often_as_it_says():
    found = [effect(noisy(seed, gain=3), TREATED, 10) for seed in range(400)]
    covered = mean(each.low <= 3 <= each.high for each in found)
    # 95 %, give or take three standard errors of 400 draws (1.1 points each)
    assert 0.917 <= covered <= 0.983
    assert mean(each.value for each in found) == pytest.approx(3, abs=0.25)


def test_it_raises_no_more_false_alarms_than_it_says():
    """A/A panels: nothing was tried. Also with areas of very different size, and with few against many."""
    for areas, tried in ((8, 4), (14, 4)):
        group = {f"area{number}" for number in range(tried)}
        alarms = by_chance = 0
        for seed in range(300):
            lots = random.Random(seed)
            size = {f"area{number}": lots.choice([5, 20, 80]) for number in range(areas)}
            made = [
                Cell(area=c.area, period=c.period, value=c.value, n=size[c.area])
                for c in noisy(seed, areas=areas, tried=tried)
            ]
            found = effect(made, group, 10)
            alarms += found.established
            by_chance += found.chance <= 0.05
        # 5 % of 300 is 15, and three standard deviations are 11.3
        assert alarms <= 26 and by_chance <= 26


def test_it_finds_what_it_says_it_can_find():
    typical = sorted(effect(noisy(seed), TREATED, 10).detectable for seed in range(100))[50]
    found = [effect(noisy(seed, gain=typical), TREATED, 10).established for seed in range(300)]
    assert 0.68 <= mean(found) <= 0.92


# — for any panel

PANELS = st.lists(
    st.tuples(
        st.floats(-100, 100),
        st.lists(st.tuples(st.floats(-50, 50), st.integers(1, 200)), min_size=6, max_size=6),
    ),
    min_size=8,
    max_size=12,
)


def _built(rows):
    return [
        Cell(area=f"area{number:02}", period=period, value=level + value, n=n)
        for number, (level, found) in enumerate(rows)
        for period, (value, n) in enumerate(found)
    ]


FIRST = {f"area{number:02}" for number in range(4)}


@settings(max_examples=60)
@given(PANELS, st.floats(-30, 30))
def test_it_moves_by_what_is_added_to_the_treated(rows, gain):
    made = _built(rows)
    more = [
        Cell(
            area=c.area,
            period=c.period,
            value=c.value + gain * (c.area in FIRST and c.period >= 3),
            n=c.n,
        )
        for c in made
    ]
    before, after = effect(made, FIRST, 3), effect(more, FIRST, 3)
    assert after.value - before.value == pytest.approx(gain, abs=1e-6)
    assert after.error == pytest.approx(before.error, rel=1e-5, abs=1e-6)


@settings(max_examples=60)
@given(PANELS)
def test_it_turns_its_sign_with_the_direction_and_keeps_its_order(rows):
    made = _built(rows)
    mirrored = [Cell(area=c.area, period=c.period, value=-c.value, n=c.n) for c in made]
    found, turned = effect(made, FIRST, 3), effect(mirrored, FIRST, 3)
    assert turned.value == pytest.approx(-found.value, abs=1e-6)
    assert found.low <= found.value <= found.high
    assert 0 < found.chance <= 1 and 1 <= found.freedom <= len(rows)
    assert judge(found, better="higher", smallest=1) == judge(turned, better="lower", smallest=1)


@settings(max_examples=30)
@given(PANELS, st.randoms())
def test_it_does_not_depend_on_the_order_of_the_cells(rows, lots):
    made = _built(rows)
    mixed = made[:]
    lots.shuffle(mixed)
    assert effect(made, FIRST, 3) == effect(mixed, FIRST, 3)
