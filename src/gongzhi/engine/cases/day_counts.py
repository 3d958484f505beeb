"""How conditions and values of a case count days: functions over the case type's own calendar.

    workdays(from, to)   how many working days lie after ``from``, up to and with ``to``; 0 where ``to`` is not later
    after_rest(day)      the day itself, or the next working day when it is a rest day (Civil Code art. 203)

A year whose holidays nobody has announced yet follows its weekdays: a limit that reaches into it must still end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gongzhi.engine.calendars import Calendar
from gongzhi.engine.calendars.errors import UnannouncedYear
from gongzhi.engine.expressions import Function
from gongzhi.engine.expressions.values import from_python, to_python

WORKDAYS, AFTER_REST = "workdays", "after_rest"
#: names that every expression over a case may use
DAY_NAMES = frozenset({WORKDAYS, AFTER_REST})
#: nobody counts further
_MOST = 3_660


def day_functions(calendar: Calendar) -> Mapping[str, Any]:
    """The functions, bound to a calendar; what is no day gives null."""

    def workdays(start: Any, end: Any) -> Any:
        first, last = to_python(start), to_python(end)
        if not (_is_day(first) and _is_day(last)) or (last - first).days > _MOST:
            return None
        days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
        return Decimal(sum(_is_worked(calendar, day) for day in days))

    def after_rest(start: Any) -> Any:
        day = to_python(start)
        if not _is_day(day):
            return None
        while not _is_worked(calendar, day):
            day += timedelta(days=1)
        return from_python(day)

    return {
        WORKDAYS: Function(("from", "to"), workdays, WORKDAYS),
        AFTER_REST: Function(("day",), after_rest, AFTER_REST),
    }


def _is_day(value: Any) -> bool:
    return type(value) is date


def _is_worked(calendar: Calendar, day: date) -> bool:
    try:
        return calendar.is_working_day(day)
    except UnannouncedYear:
        return day.weekday() not in calendar.rest_weekdays


__all__ = ["DAY_NAMES", "day_functions"]
