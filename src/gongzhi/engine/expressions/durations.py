"""Sums, differences, multiples and quotients of days, times and durations (DMN 1.3, table 57 to 60)."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .temporal import (
    DAY_NANOS,
    MAX_YEAR,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    date_from_number,
)
from .values import NUMBERS


def add(left: Any, right: Any) -> Any:
    """Duration + duration of its kind, or a day or time + duration, in either order."""
    if isinstance(left, DaysDuration | MonthsDuration) and not isinstance(
        right, DaysDuration | MonthsDuration
    ):
        left, right = right, left
    if isinstance(right, DaysDuration):
        return _plus_nanos(left, right.nanos)
    return _plus_months(left, right.months) if isinstance(right, MonthsDuration) else None


def subtract(left: Any, right: Any) -> Any:
    """Duration from what it was added to, or the time between two of a kind."""
    if isinstance(right, DaysDuration):
        return _plus_nanos(left, -right.nanos)
    if isinstance(right, MonthsDuration):
        return _plus_months(left, -right.months)
    if isinstance(left, Time) and isinstance(right, Time):
        return _between_times(left, right)
    if isinstance(left, Date) and isinstance(right, Date):
        return DaysDuration((left.number() - right.number()) * DAY_NANOS)
    if isinstance(left, Date | DateTime) and isinstance(right, Date | DateTime):
        return _between_moments(left, right)
    return None


def _plus_nanos(value: Any, nanos: int) -> Any:
    if isinstance(value, DaysDuration):
        return DaysDuration(value.nanos + nanos)
    if isinstance(value, Date):
        day = date_from_number((value.number() * DAY_NANOS + nanos) // DAY_NANOS)
        return day if abs(day.year) <= MAX_YEAR else None
    return value.plus(nanos) if isinstance(value, Time | DateTime) else None


def _plus_months(value: Any, months: int) -> Any:
    if isinstance(value, MonthsDuration):
        return MonthsDuration(value.months + months)
    if isinstance(value, Date):
        return value.plus_months(months)
    if isinstance(value, DateTime):
        day = value.date.plus_months(months)
        return DateTime(day, value.time) if day else None
    return None


def _between_times(left: Time, right: Time) -> DaysDuration | None:
    one, other = left.seconds_from_utc(), right.seconds_from_utc()
    if (one is None) is not (other is None):
        return None
    return DaysDuration(left.nanos - right.nanos - ((one or 0) - (other or 0)) * 1_000_000_000)


def _between_moments(left: Date | DateTime, right: Date | DateTime) -> DaysDuration | None:
    """A day alone is its midnight in UTC; without any zone both are local."""
    one, other = (DateTime(day, Time(0, 0)) if isinstance(day, Date) else day for day in (left, right))
    first, second = one.instant(), other.instant()
    if first is not None and second is not None:
        return DaysDuration(first - second)
    if (first is None) is not (second is None):
        return None
    return DaysDuration(one.local_nanos() - other.local_nanos())


def scale(value: Any, factor: Decimal) -> Any:
    """A duration times a number; parts of a nanosecond or month are cut off."""
    return _apply(NUMBERS.multiply, value, factor)


def divide(left: Any, right: Any) -> Any:
    """A duration by a number, or by a duration of its kind (a number)."""
    if isinstance(right, Decimal):
        return _apply(NUMBERS.divide, left, right) if right else None
    if isinstance(left, DaysDuration) and isinstance(right, DaysDuration) and right.nanos:
        return NUMBERS.divide(Decimal(left.nanos), Decimal(right.nanos))
    if isinstance(left, MonthsDuration) and isinstance(right, MonthsDuration) and right.months:
        return NUMBERS.divide(Decimal(left.months), Decimal(right.months))
    return None


def _apply(operate: Callable[[Decimal, Decimal], Decimal], value: Any, factor: Decimal) -> Any:
    try:
        if isinstance(value, DaysDuration):
            return DaysDuration(int(operate(Decimal(value.nanos), factor)))
        if isinstance(value, MonthsDuration):
            return MonthsDuration(int(operate(Decimal(value.months), factor)))
    except decimal.DecimalException:
        return None
    return None
