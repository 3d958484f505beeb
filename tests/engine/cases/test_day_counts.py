"""Working days and moved limits in conditions of a case: the calendar of the case type decides."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases.day_counts import day_functions
from gongzhi.engine.expressions import compile_expression


def answer(text: str, **days: object) -> object:
    return compile_expression(text).evaluate({**day_functions(calendar("china")), **days})


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-09-30", "2024-09-30", 0),
        # National Day from 1 to 7 October; Saturday 12 is worked
        ("2024-09-30", "2024-10-08", 1),
        ("2024-09-30", "2024-10-12", 5),
        ("2024-10-12", "2024-09-30", 0),
    ],
)
def test_it_counts_the_working_days_after_a_day(start: str, end: str, expected: int) -> None:
    days = {"a": date.fromisoformat(start), "b": date.fromisoformat(end)}
    assert answer("workdays(a, b)", **days) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-12-31", "2024-12-31"),
        ("2025-01-01", "2025-01-02"),  # New Year's Day
        ("2025-01-28", "2025-02-05"),  # Spring Festival until 4 February
        ("2025-01-26", "2025-01-26"),  # a Sunday that is worked
        ("2031-01-04", "2031-01-06"),  # nobody has announced that year: a Saturday
    ],
)
def test_it_moves_a_day_of_rest_to_the_next_working_day(day: str, expected: str) -> None:
    assert answer("after_rest(d)", d=date.fromisoformat(day)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["workdays(null, d)", 'after_rest("明天")', "workdays(d, 5)", "workdays(d, d + @'P20Y')"]
)
def test_what_is_no_day_gives_null(text: str) -> None:
    assert answer(text.replace("'", '"'), d=date(2024, 1, 2)) is None
