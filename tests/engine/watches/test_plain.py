"""The plain evaluation of watches: both sides of every line."""

from __future__ import annotations

import pytest

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.watches import Span, Subject, Subjects, WatchSpec, find, read_series, show_us, surges

QUARTER = 900_000_000


class Kind:
    """All that the finders ask of a watch."""

    def __init__(self, kind: str) -> None:
        self.kind, self.id = kind, kind


def seen(
    kind: str, params: dict[str, float], series: dict[str, str], first: str = "2025-01-01", days: int = 1
):
    """Windows as (from, to) of one subject."""
    held = {name: read_series(text, QUARTER) for name, text in series.items()}
    parts = {"target": ("T",), "source": ("P",)}
    watched = Subjects(subjects=(Subject(key="L", name="L", series=parts, params=params),))
    start = min(us for each in held.values() for us in each)
    day = (start + 28_800_000_000) // 86_400_000_000
    found = find(Kind(kind), watched, held, Span(first=day, last=day + days, step=QUARTER))
    return [(show_us(each.since)[5:], show_us(each.until)[5:], dict(each.numbers)) for each in found]


OFF = {"points": 4, "on_above": 500, "off_below": 500}


@pytest.mark.parametrize(
    ("target", "source", "expected"),
    [
        ("96x0", "10x9 86x0", [("01-01 00:00", "01-01 02:30")]),
        ("96x0", "3x9 93x0", []),
        ("96x0", "4x9 92x0", [("01-01 00:00", "01-01 01:00")]),
        ("96x0.5", "4x9 92x0", [("01-01 00:00", "01-01 01:00")]),
        ("96x0.501", "96x9", []),
        ("96x0", "96x0.5", []),
        ("2x0 - 93x0", "6x9 90x0", []),
        ("96x0", "3x9 - 3x9 89x0", []),
    ],
)
def test_a_target_that_is_off_while_the_source_is_on(target: str, source: str, expected: list) -> None:
    found = seen("off_while_on", OFF, {"T": f"2025-01-01 {target}", "P": f"2025-01-01 {source}"})
    assert [each[:2] for each in found] == expected


def test_a_window_across_midnight_begins_before_it_if_it_was_too_short_there() -> None:
    series = {"T": "2025-01-01 192x0", "P": "2025-01-01 94x0 4x9 94x0"}
    found = seen("off_while_on", OFF, series, days=2)
    assert [each[:2] for each in found] == [("01-01 23:30", "01-02 00:30")]
    longer = {"T": "2025-01-01 192x0", "P": "2025-01-01 92x0 9x9 91x0"}
    assert [each[:2] for each in seen("off_while_on", OFF, longer, days=2)] == [
        ("01-01 23:00", "01-02 00:00"),
        ("01-02 00:00", "01-02 01:15"),
    ]


def test_what_continues_only_for_a_moment_after_midnight_is_no_second_window() -> None:
    series = {"T": "2025-01-01 192x0", "P": "2025-01-01 80x0 18x9 94x0"}
    assert len(seen("off_while_on", OFF, series, days=2)) == 1


def test_numbers_are_added_over_the_window() -> None:
    found = seen("off_while_on", OFF, {"T": "2025-01-01 96x0.1", "P": "2025-01-01 4x12.5 92x0"})
    assert found[0][2] == {"points": 4, "source": 50_000, "target": 400}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10x1 8x- 78x2 ", [("01-01 02:30", "01-01 04:30", "missing")]),
        ("10x1 7x- 79x2 ", []),
        ("20x5 76x0", [("01-01 00:15", "01-01 05:00", "flat")]),
        ("12x5 84x0", []),
        ("20x0.4 76x0", []),
    ],
)
def test_a_meter_that_sends_nothing_or_always_the_same(text: str, expected: list) -> None:
    params = {"missing": 8, "flat": 12, "flat_above": 500, "from": 0}
    alternating = text.replace("78x2 ", "39*[2 3]").replace("79x2 ", "39*[2 3] 2")
    alternating = alternating.replace("10x1", "5*[1 2]")
    found = seen("silent", params, {"T": f"2025-01-01 {alternating}"})
    assert [(*each[:2], each[2]["what"]) for each in found] == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("8x0 88x5", 1),  # begins with production
        ("6x0 90x5", 0),  # half an hour earlier
        ("7x0 89x5", 1),  # a quarter earlier
        ("4x0 46x5 46x0", 1),  # stops with production
        ("4x0 48x5 44x0", 0),
    ],
)
def test_treatment_leads_and_lags(target: str, expected: int) -> None:
    params = {"lead": 30, "lag": 30, "points": 1, "on_above": 500, "off_below": 500}
    found = seen("lead_lag", params, {"T": f"2025-01-01 {target}", "P": "2025-01-01 8x0 42x9 46x0"})
    assert len(found) == expected


@pytest.mark.parametrize(("last", "expected"), [("96x4", 0), ("96x1", 1), ("96x2", 0), ("96x1.99", 1)])
def test_a_ratio_below_its_own_baseline(last: str, expected: int) -> None:
    params = {"quantile": 0.05, "days": 28, "least": 10, "source_least": 1000, "margin": 0.5}
    series = {"T": f"2025-01-01 20*[96x4] {last}", "P": "2025-01-01 21*[96x8]"}
    assert len(seen("low_ratio", params, series, days=21)) == expected


@pytest.mark.parametrize(("days", "expected"), [(9, 0), (10, 1)])
def test_a_baseline_needs_enough_days(days: int, expected: int) -> None:
    params = {"quantile": 0.05, "days": 28, "least": 10, "source_least": 1000, "margin": 1}
    series = {"T": f"2025-01-01 {days}*[96x4] 96x1", "P": f"2025-01-01 {days + 1}*[96x8]"}
    assert len(seen("low_ratio", params, series, days=days + 1)) == expected


@pytest.mark.parametrize(("night", "expected"), [("3", 0), ("3.001", 1), ("0", 0)])
def test_more_at_night_than_by_day(night: str, expected: int) -> None:
    # 32 points at night and 64 by day: three times as much per point is one and a half times in all
    params = {"above": 1.5, "night_from": 22, "night_to": 6, "least": 0}
    text = f"2025-01-01 24x{night} 64x1 8x{night}"
    assert len(seen("night_ratio", params, {"T": text})) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("35x1 5", []),  # 11 of usually 7
        ("35x1 8", [35]),  # 14 of usually 7
        ("35x1 7 2 7x1", [36]),  # 13, then 14: only the day on which it begins
        ("35x0 4 1", [36]),  # five out of nothing
        ("35x0 4", []),
    ],
)
def test_a_surge_against_the_same_weekdays_before(days: str, expected: list[int]) -> None:
    read = read_series(f"2025-01-01 {days}", 86_400_000_000)
    first = (min(read) + 28_800_000_000) // 86_400_000_000
    counts = {
        "A|噪声": {(us + 28_800_000_000) // 86_400_000_000: value // 1000 for us, value in read.items()}
    }
    params = {"days": 7, "weeks": 4, "times": 2, "least": 5}
    found = surges(params, counts, Span(first=first + 35, last=first + 43, step=86_400_000_000))
    assert [(each.until + 28_800_000_000) // 86_400_000_000 - 1 - first for each in found] == expected


@pytest.mark.parametrize(
    "text", ["", "08:00 3x1", "2025-01-01", "2025-01-01 3*[1", "2025-01-01 1]", "2025-13-01 1"]
)
def test_notation_that_nobody_can_read(text: str) -> None:
    with pytest.raises(GongzhiError, match="不是能读懂的数列"):
        read_series(text, QUARTER)


@pytest.mark.parametrize(
    "change",
    [
        {"feed": ""},
        {"kind": "record", "feed": "power"},
        {"when": "true"},
        {"periods": {"register": "o", "match": {"a": "row.a"}, "from": "f", "to": "t"}},
        {"over": {"register": "links", "cases": ["appeal"]}},
    ],
)
def test_a_watch_says_what_its_kind_needs_and_no_more(change: dict) -> None:
    good = {
        "id": "w",
        "title": "规则",
        "kind": "off_while_on",
        "feed": "power",
        "over": {"register": "links"},
        "says": "x",
    }
    assert WatchSpec.model_validate(good).line is None
    with pytest.raises(ValueError, match=r"watch|over"):
        WatchSpec.model_validate({**good, **change})
