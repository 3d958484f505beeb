"""ISO 8601 text to days, times and durations; None for whatever is not one."""

from __future__ import annotations

import re

from .temporal import (
    DAY_NANOS,
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Temporal,
    Time,
    date_from_number,
    make_date,
    zone_named,
)  # fmt: skip

#: the end of a day, which ISO 8601 also writes as the start of the next
MIDNIGHT = "24:00:00"
_DATE = re.compile(r"(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?(?:(Z|z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][A-Za-z0-9_+\-/]*))?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-?)P(?:(\d{1,15})D)?(?:T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,18})(?:\.(\d{0,18}))?S)?)?", re.ASCII
)


def parse_date(text: str) -> Date | None:
    """``2024-09-30``; a year may be negative or have up to nine digits."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    sign, year, month, day = found.groups()
    return make_date(-int(year) if sign else int(year), int(month), int(day))


def parse_time(text: str) -> Time | None:
    """``16:00:00``, with a fraction, ``Z``, an offset, or ``@Asia/Shanghai``; ``24:00:00`` is midnight."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second, part, utc, sign, shift_hours, shift_minutes, shift_seconds, zone = found.groups()
    if text.startswith(MIDNIGHT) and not int(part or "0"):
        hour = "00"
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    nanos = (int(hour) * 3600 + int(minute) * 60 + int(second)) * NANOS + int((part or "0").ljust(9, "0")[:9])
    if zone:
        return Time(nanos, zone=zone) if zone_named(zone) else None
    if not sign:
        return Time(nanos, 0 if utc else None)
    offset = int(shift_hours) * 3600 + int(shift_minutes) * 60 + int(shift_seconds or 0)
    if offset > 18 * 3600 or int(shift_minutes) > 59 or int(shift_seconds or 0) > 59:
        return None
    return Time(nanos, -offset if sign == "-" else offset)


def parse_date_time(text: str) -> DateTime | None:
    """A date, ``T`` and a time."""
    day, mark, clock = text.partition("T")
    date, time = parse_date(day), parse_time(clock)
    if not (mark and date and time):
        return None
    return DateTime(date_from_number(date.number() + 1) if clock.startswith(MIDNIGHT) else date, time)


def parse_duration(text: str) -> DaysDuration | MonthsDuration | None:
    """``P1Y2M`` or ``P1DT2H3M4.5S``, never both kinds mixed."""
    found = _MONTHS.fullmatch(text)
    if found and text[-1] != "P":
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return MonthsDuration(-total if sign else total)
    found = _DAYS.fullmatch(text)
    if not found or text[-1] in "PT":
        return None
    sign, days, hours, minutes, seconds, part = found.groups()
    nanos = (
        int(days or 0) * DAY_NANOS
        + (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * NANOS
    )
    nanos += int((part or "0").ljust(9, "0")[:9])
    return DaysDuration(-nanos if sign else nanos)


def parse_temporal(text: str) -> Temporal | None:
    """Any of the above: what ``@"…"`` stands for."""
    return parse_date(text) or parse_date_time(text) or parse_time(text) or parse_duration(text)
