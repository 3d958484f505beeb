"""Months as their first days, and the days that benefits are reckoned by."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def after(month: date, count: int = 1) -> date:
    """The first day of the month some months on."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def end_of(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def span(first: date, last: date) -> list[date]:
    """The months from one to another, both included; none where the last comes before."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [after(month_of(first), number) for number in range(max(count, 0))]


def turns(born: date, years: int) -> date:
    """The day on which somebody becomes so many years old; who was born on 29 February does on 1 March of other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def years_between(first: date, last: date) -> int:
    """Completed years; 0 where the last comes before."""
    if last < first:
        return 0
    years = last.year - first.year
    return years if turns(first, years) <= last else years - 1


def months_between(first: date, last: date) -> int:
    """Completed months; 0 where the last comes before. From the 31st a month is complete with its last day."""
    if last < first:
        return 0
    months = (last.year - first.year) * 12 + last.month - first.month
    whole = last.day >= first.day or last == end_of(last)
    return months if whole else months - 1


def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)


__all__ = ["after", "day_before", "end_of", "month_of", "months_between", "span", "turns", "years_between"]
