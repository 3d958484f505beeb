"""Conversion functions (DMN 1.3, 10.3.4.1): date, time, date and time, duration, number, string, context, range."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..errors import FeelError
from ..literals import COMPUTED, constant
from ..literals import number as numeral
from ..operators import order
from ..parsing import parse
from ..temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time, make_date
from ..temporal_text import parse_date, parse_date_time, parse_duration, parse_time
from ..tokens import KnownNames
from ..values import Range, show
from .registry import feel


@feel("date(from: string)")
def date_from_text(text: str) -> Date | None:
    return parse_date(text)


@feel("date(from: day)")
def date_from_day(day: Date | DateTime) -> Date:
    return day if isinstance(day, Date) else day.date


@feel("date(year: number, month: number, day: number)")
def date_from_numbers(year: Decimal, month: Decimal, day: Decimal) -> Date | None:
    return make_date(int(year), int(month), int(day))


@feel("time(from: string)")
def time_from_text(text: str) -> Time | None:
    return parse_time(text)


@feel("time(from: clock)")
def time_from_clock(value: Time | DateTime) -> Time:
    return value if isinstance(value, Time) else value.time


@feel("time(from: date)")
def time_from_date(day: Date) -> Time:
    return Time(0, 0)


@feel("time(hour: number, minute: number, second: number, offset?: days|null)")
def time_from_numbers(
    hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None
) -> Time | None:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    nanos = (int(hour) * 3600 + int(minute) * 60) * NANOS + int(second * NANOS)
    if offset is None:
        return Time(nanos)
    seconds = int(offset.nanos / NANOS)
    return Time(nanos, seconds) if abs(seconds) <= 18 * 3600 else None


@feel("date and time(from: string)")
def date_and_time_from_text(text: str) -> DateTime | None:
    day = parse_date(text)
    return DateTime(day, Time(0)) if day else parse_date_time(text)


@feel("date and time(from: day)")
def date_and_time_from_day(day: Date | DateTime) -> DateTime:
    return day if isinstance(day, DateTime) else DateTime(day, Time(0, 0))


@feel("date and time(date: day, time: time)")
def date_and_time(day: Date | DateTime, time: Time) -> DateTime:
    return DateTime(date_from_day(day), time)


@feel("date and time(date: day, timezone: string)")
def date_and_time_in_zone(day: Date | DateTime, zone: str) -> DateTime | None:
    moment = date_and_time_from_day(day) if isinstance(day, DateTime) else DateTime(day, Time(0))
    time = parse_time(f"00:00:00@{zone}") or parse_time(f"00:00:00{zone}")
    return DateTime(moment.date, replace(time, nanos=moment.time.nanos)) if time else None


@feel(
    "date and time(year: number, month: number, day: number, hour: number, minute: number, second: number, offset?: days|null)"
)
def date_and_time_from_numbers(
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: DaysDuration | None = None,
) -> DateTime | None:
    date, time = date_from_numbers(year, month, day), time_from_numbers(hour, minute, second, offset)
    return DateTime(date, time) if date and time else None


@feel("duration(from: string)")
def duration_from_text(text: str) -> DaysDuration | MonthsDuration | None:
    return parse_duration(text)


@feel("duration(from: duration)")
def duration_from_duration(span: DaysDuration | MonthsDuration) -> DaysDuration | MonthsDuration:
    return span


@feel("years and months duration(from: day, to: day)")
def years_and_months_duration(start: Date | DateTime, end: Date | DateTime) -> MonthsDuration:
    """Whole months between two days, towards zero."""
    first, last = date_from_day(start), date_from_day(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return MonthsDuration(months)


_NUMERAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@feel("number(from: string, grouping separator: string|null, decimal separator: string|null)")
def number_with_separators(text: str, grouping: str | None, point: str | None) -> Decimal | None:
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (grouping is not None and grouping == point)
    ):
        return None
    if grouping is not None:
        text = text.replace(grouping, "")
    if point is not None and point != ".":
        if "." in text:
            return None
        text = text.replace(point, ".")
    return numeral(text) if _NUMERAL.fullmatch(text) else None


@feel("number(from: string)")
def number(text: str) -> Decimal | None:
    return numeral(text) if _NUMERAL.fullmatch(text) else None


@feel("number(from: number)")
def number_from_number(value: Decimal) -> Decimal:
    return value


@feel("string(from: any)")
def string(value: Any) -> str | None:
    return None if value is None else show(value)


_RANGE = re.compile(r"([\[\](])(.*?)\.\.(.*)([\])\[])", re.S)


@feel("range(from: string)")
def range_from_text(text: str) -> Range | None:
    """``range("[1..10)")`` (DMN 1.4): ends are literals, one of them may be missing."""
    found = _RANGE.fullmatch(text.strip())
    if not found:
        return None
    low, high = _end(found.group(2)), _end(found.group(3))
    if low is COMPUTED or high is COMPUTED or (low is None and high is None):
        return None
    if (low is None and found.group(1) == "[") or (high is None and found.group(4) == "]"):
        return None  # an end that is not there cannot be included
    if low is not None and high is not None and order(low, high) not in (-1, 0):
        return None
    return Range(low, high, found.group(1) == "[", found.group(4) == "]")


def _end(text: str) -> Any:
    if not text.strip():
        return None
    try:
        value = constant(parse(text, KnownNames(["date and time"])))
    except FeelError:
        return COMPUTED
    return COMPUTED if value is None or order(value, value) is None else value


@feel("is(value1: any, value2: any)")
def is_(one: Any, other: Any) -> bool:
    """The same value of the same kind: no conversion, and zones must be written alike."""
    return type(one) is type(other) and bool(one == other)
