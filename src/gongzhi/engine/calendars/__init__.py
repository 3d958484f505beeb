"""Calendars: working days, working hours, and arithmetic with spans.

>>> from datetime import date
>>> calendar("china").is_working_day(date(2024, 10, 12))  # a Saturday worked for the National Day week
True
"""

from functools import cache

from gongzhi.engine.calendars import china
from gongzhi.engine.calendars.calendar import Calendar, Roll, Unannounced
from gongzhi.engine.calendars.china import Kind
from gongzhi.engine.calendars.errors import CalendarExhausted, UnannouncedYear, UnknownCalendar
from gongzhi.engine.calendars.hours import DEFAULT_HOURS, Hours, HoursError, Season
from gongzhi.engine.calendars.reading import read_calendar


@cache
def calendar(name: str = "china", *, unannounced: Unannounced = "refuse") -> Calendar:
    """A built-in calendar; there is one: ``china``. Raises :class:`UnknownCalendar`.

    With ``unannounced="weekends"`` years without a notice follow the weekdays alone instead of being refused.
    """
    if name != "china":
        raise UnknownCalendar(calendar=name, known="china")
    return Calendar(
        name, days=china.days(), announced=china.announced(), names=china.names(), unannounced=unannounced
    )


__all__ = [
    "DEFAULT_HOURS",
    "Calendar",
    "CalendarExhausted",
    "Hours",
    "HoursError",
    "Kind",
    "Roll",
    "Season",
    "Unannounced",
    "UnannouncedYear",
    "UnknownCalendar",
    "calendar",
    "read_calendar",
]
