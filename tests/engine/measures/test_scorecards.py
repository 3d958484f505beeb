"""Scorecards: a worked example by hand, tables of points, and the laws that a fair comparison obeys."""

import random
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student_t

from gongzhi.engine.measures import SchemeError, SheetError, rate
from gongzhi.engine.measures.scorecards import (
    Award,
    Criterion,
    Green,
    Observed,
    Scheme,
    Sheet,
    UnitClass,
    bands,
    changed,
    estimate,
    mark,
    points,
    probe,
    reference,
    spread,
    what_if,
)
from gongzhi.engine.measures.scorecards.estimating import student


def criterion(id="on_time", weight=100.0, type="higher", **more):
    return Criterion(id=id, title=id, weight=weight, type=type, **more)


def scheme(*criteria, **more):
    return Scheme(classes=(UnitClass(id="towns", title="乡镇", criteria=criteria or (criterion(),)),), **more)


def hits(total, n, **more):
    return Observed(n=n, total=total, **more)


def sheet(unit, class_id="towns", awards=None, **observed):
    return Sheet(unit=unit, class_id=class_id, observed=observed, awards=awards or {})


POINTS = [
    # type, settings, value, points
    ("higher", {"worst": 0.6, "best": 0.9}, 0.75, 50.0),
    ("higher", {"worst": 0.6, "best": 0.9}, 0.59, 0.0),
    ("higher", {"worst": 0.6, "best": 0.9}, 0.95, 100.0),
    ("lower", {"worst": 30.0, "best": 10.0}, 15.0, 75.0),
    ("lower", {"worst": 30.0, "best": 10.0}, 31.0, 0.0),
    ("target", {"worst": 0.0, "target": 0.8}, 0.8, 100.0),
    ("target", {"worst": 0.0, "target": 0.8}, 0.7999, 99.9875),
    ("target", {"worst": 0.0, "target": 0.8}, 1.0, 100.0),
    ("range", {"low": 5.0, "high": 10.0, "margin": 5.0}, 5.0, 100.0),
    ("range", {"low": 5.0, "high": 10.0, "margin": 5.0}, 10.0, 100.0),
    ("range", {"low": 5.0, "high": 10.0, "margin": 5.0}, 12.5, 50.0),
    ("range", {"low": 5.0, "high": 10.0, "margin": 5.0}, 2.5, 50.0),
    ("range", {"low": 5.0, "high": 10.0, "margin": 5.0}, 15.0, 0.0),
    ("trend", {"step": 0.1}, 0.0, 50.0),
    ("trend", {"step": 0.1}, 0.05, 75.0),
    ("trend", {"step": 0.1}, -0.2, 0.0),
    ("satisfaction", {"worst": 0.5, "best": 1.0}, 0.9, 80.0),
]


@pytest.mark.parametrize(("type_", "values", "x", "expected"), POINTS)
def test_it_gives_the_points_of_the_table(type_, values, x, expected):
    assert points(criterion(type=type_, **values), x) == pytest.approx(expected)


def test_it_reckons_the_worked_example():
    """The example of docs/reference/algorithms/scorecards.md, step by step."""
    made = scheme(
        criterion("on_time", 60.0, worst=0.5, best=1.0),
        criterion("solved", 40.0, worst=0.6, best=0.9),
        class_weight=70.0,
        special_weight=30.0,
        specials=(criterion("hotline", 100.0, worst=0.0, best=1.0),),
        bonus=(Award(id="claims", title="创新", points=1.0, cap=2.0),),
        bonus_cap=3.0,
        deductions=(Award(id="false", title="虚假办结", points=0.5, cap=2.0),),
        deduction_cap=5.0,
        green=Green(low=0.8, high=1.2, criteria=(criterion("air", 100.0, worst=0.0, best=1.0),)),
    )
    (card,) = mark(
        made,
        [
            sheet(
                "金湖",
                on_time=hits(180, 200),  # 0.90 -> 80 points
                solved=hits(75, 100),  # 0.75 -> 50 points
                hotline=hits(90, 100),  # 90 points
                air=hits(60, 100),  # 60 points -> g = 0.8 + 0.4 x 0.6 = 1.04
                awards={"claims": hits(3, 3), "false": hits(1, 1)},  # 3 -> capped 2; 0.5
            )
        ],
    )
    # 0.7 (0.6 x 80 + 0.4 x 50) + 0.3 x 90 = 74.6;  (74.6 + 2 - 0.5) x 1.04 = 79.144
    assert (card.base, card.added, card.taken) == pytest.approx((74.6, 2.0, 0.5))
    assert card.green == pytest.approx(1.04)
    assert card.score == pytest.approx(79.144)
    assert card.bonus[0].cut == 1.0
    # distances of the points to their lower limits, each times weight and g; the total times the slope 0.4
    low = [
        1.04 * 0.7 * 0.6 * 200 * (0.90 - rate(180, 200).low),
        1.04 * 0.7 * 0.4 * (100 / 0.3) * (0.75 - rate(75, 100).low),
        1.04 * 0.3 * 100 * (0.90 - rate(90, 100).low),
        76.1 * 0.4 * (0.60 - rate(60, 100).low),
    ]
    assert card.low == pytest.approx(79.144 - sqrt(sum(each * each for each in low)))


def test_it_adds_the_errors_of_criteria_over_the_same_cases():
    apart = scheme(criterion("a", 50.0), criterion("b", 50.0))
    together = scheme(criterion("a", 50.0, group="g"), criterion("b", 50.0, group="g"))
    rows = [sheet("甲", a=hits(80, 100), b=hits(80, 100))]
    (one,), (other,) = mark(apart, rows), mark(together, rows)
    assert one.score == other.score
    assert (one.score - one.low) * sqrt(2) == pytest.approx(other.score - other.low)


def test_it_shares_out_the_weight_of_what_is_missing_and_says_so():
    made = scheme(criterion("a", 60.0), criterion("b", 40.0))
    (card,) = mark(made, [sheet("甲", a=hits(80, 100), b=hits(0, 0))])
    assert card.score == pytest.approx(80.0)  # not 48
    missing = card.cells[1]
    assert (missing.weight, missing.effective, missing.missing) == (40.0, 0.0, "none")
    assert card.cells[0].effective == pytest.approx(100.0)
    assert card.band == 1


def test_it_places_nobody_of_whom_most_is_unknown():
    made = scheme(criterion("a", 40.0), criterion("b", 60.0))
    (card,) = mark(made, [sheet("甲", a=hits(80, 100))])
    assert (card.score, card.band, card.unplaced) == (pytest.approx(80.0), 0, "missing")
    (nothing,) = mark(made, [sheet("甲")])
    assert (nothing.score, nothing.band) == (None, 0)


@pytest.mark.parametrize(("n", "band", "why"), [(29, 0, "few"), (30, 1, "")])
def test_it_shows_an_interval_and_no_place_below_thirty(n, band, why):
    (card,) = mark(scheme(), [sheet("甲", on_time=hits(n, n))])
    assert (card.band, card.unplaced) == (band, why)
    assert card.low < card.score


def test_a_unit_with_few_cases_does_not_melt_the_others_into_one_band():
    rows = [
        sheet("甲", on_time=hits(9900, 10000)),
        sheet("乙", on_time=hits(5000, 10000)),
        sheet("丙", on_time=hits(7, 10)),
    ]
    found = {card.unit: card.band for card in mark(scheme(), rows)}
    assert found == {"甲": 1, "乙": 2, "丙": 0}


BANDS = [
    # intervals, bands
    ({"甲": (80, 90), "乙": (60, 70)}, {"甲": 1, "乙": 2}),
    ({"甲": (80, 90), "乙": (60, 80)}, {"甲": 1, "乙": 1}),  # they touch
    ({"甲": (80, 90), "乙": (60, 79.99)}, {"甲": 1, "乙": 2}),
    # 丙 bridges 甲 and 乙: nothing is said
    ({"甲": (80, 90), "乙": (60, 70), "丙": (65, 85)}, {"甲": 1, "乙": 1, "丙": 1}),
    ({}, {}),
]


@pytest.mark.parametrize(("intervals", "expected"), BANDS)
def test_it_makes_bands_where_intervals_part(intervals, expected):
    assert {unit: place.band for unit, place in bands(intervals).items()} == expected


INTERVAL = st.tuples(st.floats(0, 100), st.floats(0, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.dictionaries(st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=3), INTERVAL, max_size=12))
def test_units_in_different_bands_never_overlap(intervals):
    found = bands(intervals)
    for one, (low, high) in intervals.items():
        others = [pair for name, pair in intervals.items() if name != one]
        assert found[one].ahead == sum(other[0] > high for other in others)
        assert found[one].behind == sum(other[1] < low for other in others)
        for other, (down, up) in intervals.items():
            if found[one].band < found[other].band:
                assert low > up
            elif found[one].band == found[other].band == 1 and len(set(intervals.values())) == 1:
                assert (low, high) == (down, up)


RATES = st.tuples(st.integers(1, 400), st.floats(0, 1)).map(lambda pair: (round(pair[0] * pair[1]), pair[0]))


@given(st.lists(RATES, min_size=1, max_size=8), st.randoms())
@settings(max_examples=60)
def test_the_order_of_the_units_changes_nothing(rates, chance):
    rows = [sheet(f"u{k}", on_time=hits(*each)) for k, each in enumerate(rates)]
    mixed = rows[:]
    chance.shuffle(mixed)
    assert mark(scheme(), rows) == mark(scheme(), mixed)


@given(
    st.integers(1, 300), st.integers(0, 299), st.sampled_from(["higher", "target", "satisfaction", "lower"])
)
def test_one_more_hit_never_makes_the_score_worse(n, k, type_):
    k = min(k, n - 1)
    worst, best = (1.0, 0.0) if type_ == "lower" else (0.0, 1.0)
    made = scheme(criterion(type=type_, worst=worst, best=best, target=0.9))
    (less,) = mark(made, [sheet("甲", on_time=hits(k, n))])
    (more,) = mark(made, [sheet("甲", on_time=hits(k + 1, n))])
    sign = -1 if type_ == "lower" else 1
    assert sign * (more.score - less.score) >= 0


@given(RATES, st.floats(0.5, 20))
def test_weights_in_another_scale_are_refused_and_in_proportion_change_nothing(pair, factor):
    with pytest.raises(SchemeError):
        scheme(criterion("a", 50.0 * factor), criterion("b", 50.0 * factor + 1))
    same = scheme(criterion("a", 50.0), criterion("b", 50.0))
    whole = scheme(criterion("a", 100.0))
    (one,) = mark(same, [sheet("甲", a=hits(*pair), b=hits(*pair))])
    (other,) = mark(whole, [sheet("甲", a=hits(*pair))])
    assert one.score == pytest.approx(other.score)


@given(st.integers(1, 20), st.integers(0, 20), st.integers(2, 50))
def test_units_of_one_rate_stand_in_one_band_whatever_their_size(n, k, times):
    n, k = n * 30, min(k, n) * 30
    rows = [sheet("小", on_time=hits(k, n)), sheet("大", on_time=hits(k * times, n * times))]
    small, large = sorted(mark(scheme(), rows), key=lambda card: card.unit == "大")
    assert small.score == pytest.approx(large.score)
    assert small.band == large.band == 1
    assert large.high - large.low < small.high - small.low


def test_units_of_one_true_rate_are_hardly_ever_told_apart():
    """400 draws of ten units with the same true rate and sizes from 30 to 3000: a false difference in at most 5 %."""
    chance, apart = random.Random(20241012), 0
    sizes = (30, 40, 60, 100, 150, 300, 600, 1000, 2000, 3000)
    for _ in range(400):
        rows = [
            sheet(f"u{n}", on_time=hits(sum(chance.random() < 0.9 for _ in range(n)), n)) for n in sizes[:6]
        ]
        apart += len({card.band for card in mark(scheme(), rows)}) > 1
    assert apart <= 20


def test_it_tells_apart_what_is_different():
    rows = [sheet("甲", on_time=hits(950, 1000)), sheet("乙", on_time=hits(800, 1000))]
    assert [(card.unit, card.band) for card in mark(scheme(), rows)] == [("乙", 2), ("甲", 1)]


def test_it_adjusts_for_hard_cases():
    """甲 has only hard cases and does them as well as everybody does; its raw rate is low, its adjusted one is not."""
    easy, hard = 0.9, 0.5
    first = hits(500, 1000, strata={"难": (1000, 500.0)})
    second = hits(900, 1000, strata={"易": (1000, 900.0)})
    known = reference([first, second])
    assert (known.overall, known.strata) == (0.7, {"难": hard, "易": easy})
    found = [estimate(criterion(adjust=True), each, known, 0.95) for each in (first, second)]
    # 0.5 + (0.7 - 0.5) = 0.7 ; 0.9 + (0.7 - 0.9) = 0.7
    assert [each.value for each in found] == pytest.approx([0.7, 0.7])
    assert [each.raw for each in found] == [0.5, 0.9]
    rows = [sheet("甲", on_time=first), sheet("乙", on_time=second)]
    assert {card.band for card in mark(scheme(), rows)} == {1, 2}
    assert {card.band for card in mark(scheme(criterion(adjust=True)), rows)} == {1}


def test_small_strata_are_pooled():
    known = reference(
        [hits(10, 40, strata={"甲": (29, 10.0), "乙": (11, 0.0)}), hits(30, 30, strata={"丙": (30, 30.0)})]
    )
    assert known.strata == {"丙": 1.0, "其他": 0.25}
    assert known.expected(hits(0, 10, strata={"没见过": (10, 0.0)})) == 0.25


@given(st.integers(0, 200), st.integers(0, 200))
def test_adjusting_says_the_same_of_hits_and_of_misses(k, j):
    mine = hits(k, 200, strata={"难": (150, min(k, 150)), "易": (50, max(0, k - 150))})
    rest = hits(j, 200, strata={"难": (50, min(j, 50)), "易": (150, max(0, j - 50))})

    def other(each):
        turned = {key: (n, n - total) for key, (n, total) in each.strata.items()}
        return hits(each.n - each.total, each.n, strata=turned)

    up = estimate(criterion(adjust=True), mine, reference([mine, rest]), 0.95)
    down = estimate(criterion(adjust=True), other(mine), reference([other(mine), other(rest)]), 0.95)
    assert up.value == pytest.approx(1 - down.value)
    assert up.low == pytest.approx(1 - down.high)


def test_a_trend_compares_a_unit_with_itself():
    each = criterion(type="trend", step=0.2)
    found = estimate(each, hits(56, 70, before=hits(48, 80)), None, 0.95)
    # Newcombe (1998), table II, example (a): 0.2000 (0.0524 to 0.3339)
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)
    assert points(each, found.value) == 100.0
    worse = estimate(each.evolve(better="lower"), hits(56, 70, before=hits(48, 80)), None, 0.95)
    assert worse.value == pytest.approx(-0.2)
    assert estimate(each, hits(56, 70), None, 0.95) == "before"


@pytest.mark.parametrize(("reached", "expected"), [(59, "coverage"), (60, None)])
def test_satisfaction_counts_only_where_enough_were_reached(reached, expected):
    each = criterion(type="satisfaction", coverage=0.6)
    found = estimate(each, hits(50, reached, reached=reached, due=100), None, 0.95)
    assert (found == "coverage") if expected else found.value == pytest.approx(50 / 60)


def test_a_range_may_reach_full_points_inside_its_interval():
    each = criterion(type="range", low=0.4, high=0.5, margin=0.1)
    found = estimate(each, hits(60, 100), None, 0.95)  # 0.6 (0.502 to 0.691)
    assert spread(each, found)[2] == pytest.approx(points(each, found.low), abs=1e-9)
    wide = estimate(each, hits(6, 10), None, 0.95)  # 0.6 (0.31 to 0.83): the range lies inside
    at, low, high = spread(each, wide)
    assert (at, low, high) == (pytest.approx(0.0), 0.0, 100.0)


@pytest.mark.parametrize("freedom", [3, 5, 10, 29, 100])
def test_student_agrees_with_scipy(freedom):
    assert student(0.95, freedom) == pytest.approx(student_t.ppf(0.975, freedom), rel=0.03)


def test_means_and_quantiles_have_intervals():
    mean = estimate(criterion(kind="mean"), Observed(n=4, total=20.0, squares=120.0), None, 0.95)
    # mean 5, variance (120 - 100)/3, t(3) = 3.18
    assert mean.value == 5.0 and mean.high - 5 == pytest.approx(3.18 * sqrt(20 / 3 / 4), rel=0.03)
    values = tuple(float(k) for k in range(1, 11))
    found = estimate(criterion(kind="quantile"), Observed(n=10, values=values), None, 0.95)
    assert (found.value, found.low, found.high) == (5.5, 2.0, 9.0)
    many = tuple(float(k) for k in range(1000))
    found = estimate(criterion(kind="quantile"), Observed(n=1000, values=many), None, 0.95)
    assert found.value == 499.5 and 460 < found.low < 470 and 530 < found.high < 540


def test_the_probe_finds_schemes_that_measure_size():
    assert list(probe(scheme(criterion("a", 50.0), criterion("b", 50.0, type="trend")))) == []
    counted = scheme(criterion("a", 100.0, kind="count", worst=0.0, best=1000.0))
    told = next(probe(counted))
    assert told.bands[0] != told.bands[1]
    fined = scheme(
        criterion("a", group="calls"),
        deductions=(Award(id="late", title="超期", points=0.1, cap=10.0, group="calls"),),
        deduction_cap=10.0,
    )
    assert next(probe(fined)).class_id == "towns"
    rated = scheme(
        criterion("a", group="calls"),
        deductions=(Award(id="late", title="超期", points=0.1, kind="rate", cap=10.0, group="calls"),),
        deduction_cap=10.0,
    )
    assert list(probe(rated)) == []
    rare = scheme(
        criterion("a", group="calls"),
        bonus=(Award(id="claims", title="创新", points=1.0, cap=2.0, group="claims"),),
        bonus_cap=2.0,
    )
    assert list(probe(rare)) == []


def test_what_if_says_who_moves():
    made = scheme(criterion("a", 50.0), criterion("b", 50.0))
    rows = [
        sheet("甲", a=hits(950, 1000), b=hits(500, 1000)),
        sheet("乙", a=hits(500, 1000), b=hits(950, 1000)),
    ]
    assert {card.band for card in mark(made, rows)} == {1}
    after = changed(made, {"a": {"weight": 80.0}})
    assert [each.weight for _, each in after.of("towns")] == [80.0, 20.0]
    moved = what_if(made, after, rows)
    assert [(each.unit, each.before.band, each.after.band) for each in moved] == [("乙", 1, 2), ("甲", 1, 1)]
    assert moved[0].by == pytest.approx(-13.5)  # (0.3 x 50 - 0.3 x 95)
    with pytest.raises(SchemeError):
        changed(made, {"a": {"weight": 120.0}})
    with pytest.raises(SchemeError):
        changed(made, {"c": {"weight": 20.0}})


REFUSED = [
    {"classes": ()},
    {"class_weight": 60.0},
    {"class_weight": 60.0, "special_weight": 40.0},
    {"confidence": 1.0},
]


@pytest.mark.parametrize("changes", REFUSED)
def test_it_refuses_schemes_that_cannot_be_computed(changes):
    with pytest.raises(SchemeError):
        scheme().evolve(**changes)


@pytest.mark.parametrize(
    "values",
    [
        {"worst": 1.0, "best": 1.0},
        {"weight": 0.0},
        {"type": "range", "low": 2.0, "high": 1.0},
        {"type": "trend", "step": 0.0},
        {"kind": "quantile", "adjust": True},
        {"kind": "quantile", "type": "trend"},
        {"type": "target", "target": 0.0},
        {"coverage": 1.5},
    ],
)
def test_it_refuses_criteria_that_cannot_be_computed(values):
    with pytest.raises(SchemeError):
        criterion(**values)


def test_it_refuses_a_unit_twice_and_an_unknown_class():
    with pytest.raises(SheetError):
        mark(scheme(), [sheet("甲"), sheet("甲")])
    with pytest.raises(SheetError):
        mark(scheme(), [sheet("甲", class_id="villages")])


def test_the_green_coefficient_stays_between_its_ends():
    made = scheme(green=Green(low=0.8, high=1.2, criteria=(criterion("air"),)))
    worst, best, unknown = (
        mark(made, [sheet("甲", on_time=hits(500, 1000), **more)])[0].green
        for more in ({"air": hits(0, 100)}, {"air": hits(100, 100)}, {})
    )
    assert (worst, best, unknown) == (pytest.approx(0.8), pytest.approx(1.2), 1.0)
