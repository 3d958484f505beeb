"""Bands and ranks: nobody is put before or behind another by chance."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.measures import (
    Indicator,
    IndicatorError,
    Line,
    LinesError,
    band,
    rank,
    rate,
    read_indicator,
)

LINES = [Line("优", 0.95), Line("良", 0.85)]

BANDS = [
    # hits, cases, title, possible, because                                Wilson interval at 95 %
    (990, 1000, "优", ("优",), "clear"),  # 0.982-0.995
    (900, 1000, "良", ("良",), "clear"),  # 0.880-0.917
    (700, 1000, "其他", ("其他",), "clear"),  # 0.671-0.728
    (95, 100, "", ("优", "良"), "crosses"),  # 0.888-0.979 crosses 0.95
    (36, 40, "", ("优", "良", "其他"), "crosses"),  # 0.769-0.960
    (29, 29, "", ("优", "良"), "few"),  # 0.883-1: fewer than thirty cases
    (30, 30, "", ("优", "良"), "crosses"),  # 0.887-1: thirty cases are ranked, but all right proves little
    (0, 0, "", ("优", "良", "其他"), "few"),
]


@pytest.mark.parametrize(("hits", "cases", "title", "possible", "because"), BANDS)
def test_it_gives_a_band_only_where_the_interval_lies_in_one(hits, cases, title, possible, because):
    found = band(rate(hits, cases), LINES)
    assert (found.title, found.possible, found.because) == (title, possible, because)


def test_it_bands_rates_that_should_be_low():
    lines = [Line("少", 0.02), Line("可", 0.1)]
    assert band(rate(2, 1000), lines, better="lower").title == "少"  # 0.0005-0.0073
    assert band(rate(300, 1000), lines, better="lower", rest="多").title == "多"


@given(st.integers(30, 3000), st.integers(30, 3000), st.floats(0, 1))
def test_it_never_separates_units_of_one_rate_by_their_size(n, m, share):
    one, two = rate(round(n * share), n), rate(round(m * share), m)
    if abs(one.value - two.value) < 0.02 and min(n, m) < 500:
        places = rank({"a": one, "b": two})
        assert all(place.ahead == place.behind == 0 for place in places)
    first, second = band(one, LINES).title, band(two, LINES).title
    if one.value == two.value:
        assert first == second or "" in (first, second)


def test_it_seldom_separates_units_whose_true_rate_is_the_same():
    dice = random.Random(20241012)
    apart = 0
    for _ in range(400):
        hits = [sum(dice.random() < 0.9 for _ in range(n)) for n in (40, 400)]
        first, second = rank({"small": rate(hits[0], 40), "large": rate(hits[1], 400)})
        apart += bool(first.ahead + first.behind + second.ahead + second.behind)
    assert apart <= 12  # 3 %: intervals that do not overlap are rarer than the 5 % of one interval


def test_it_ranks_only_what_is_established():
    rates = {"甲": rate(950, 1000), "乙": rate(940, 1000), "丙": rate(700, 1000), "丁": rate(10, 10)}
    placings = {placing.unit: placing for placing in rank(rates)}
    assert [placing.unit for placing in rank(rates)] == ["甲", "乙", "丙", "丁"]
    assert (placings["甲"].places, placings["乙"].places) == (
        (1, 2),
        (1, 2),
    )  # 0.935-0.962 and 0.924-0.953 overlap
    assert (placings["丙"].places, placings["丙"].ahead) == ((3, 3), 2)
    assert (placings["丁"].ranked, placings["丁"].places) == (
        False,
        (0, 0),
    )  # ten of ten is not the first place


def test_it_ranks_lower_before_higher_where_that_is_better():
    assert [p.places for p in rank({"a": rate(10, 1000), "b": rate(300, 1000)}, better="lower")] == [
        (1, 1),
        (2, 2),
    ]


@pytest.mark.parametrize(
    "lines",
    [[], [Line("良", 0.85), Line("优", 0.95)], [Line("优", 0.9), Line("良", 0.9)], [Line("优", 0.9), Line("优", 0.8)],
     [Line("其他", 0.9)]],
)  # fmt: skip
def test_it_refuses_lines_out_of_order(lines):
    with pytest.raises(LinesError) as refused:
        band(rate(90, 100), lines)
    assert refused.value.code == "N004"


DEFINED = {"id": "solution", "title": "解决率", "numerator": "回访为已解决", "denominator": "已回访",
           "formula": "回访中答“已解决”的件数 ÷ 回访到的件数", "exclude": "不予受理"}  # fmt: skip


def test_it_reads_an_indicator():
    solution = read_indicator(DEFINED)
    assert (solution.unit, solution.better, solution.of(9, 10).value) == ("%", "higher", 0.9)


@pytest.mark.parametrize(
    "change",
    [{"formula": " "}, {"better": "more"}, {"filled_in_by": "unit"}, {"title": ""}, {"denominator": ""}],
)
def test_it_refuses_an_indicator_that_is_not_defined(change):
    with pytest.raises(IndicatorError) as refused:
        read_indicator(DEFINED | change)
    assert refused.value.code == "N005"
    with pytest.raises(IndicatorError):
        read_indicator({"id": "x"})


def test_it_has_no_indicator_without_a_formula():
    with pytest.raises(IndicatorError):
        Indicator(id="x", title="x", numerator="a", denominator="b", formula="")
