"""Functions of days (DMN 1.3, 10.3.4.10). ``now()`` and ``today()`` come from the context: the engine has no clock."""

from __future__ import annotations

from decimal import Decimal

from ..temporal import Date, DateTime
from .conversions import date_from_day
from .registry import feel

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@feel("day of year(date: day)")
def day_of_year(day: Date | DateTime) -> Decimal:
    return Decimal(date_from_day(day).day_of_year())


@feel("day of week(date: day)")
def day_of_week(day: Date | DateTime) -> str:
    return _DAYS[date_from_day(day).weekday() - 1]


@feel("month of year(date: day)")
def month_of_year(day: Date | DateTime) -> str:
    return _MONTHS[date_from_day(day).month - 1]


@feel("week of year(date: day)")
def week_of_year(day: Date | DateTime) -> Decimal:
    return Decimal(date_from_day(day).week_of_year())
