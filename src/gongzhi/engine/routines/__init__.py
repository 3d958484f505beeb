"""Recurring duties by RFC 5545 on the calendar of working days: when is what due.

>>> from datetime import date
>>> from gongzhi.engine.calendars import calendar
>>> from gongzhi.engine.instants import parse_instant
>>> weekly = Routine(every="FREQ=WEEKLY;BYDAY=FR", starts=date(2024, 1, 1), days=Days.NEXT_WORKING_DAY)
>>> [str(each.at.date()) for each in occurrences(weekly, parse_instant("2024-09-27 00:00"), parse_instant("2024-10-12 00:00"), calendar())]
['2024-09-27', '2024-10-08', '2024-10-11']
"""

from gongzhi.engine.routines.errors import BadRecurrence, NeverComes
from gongzhi.engine.routines.routine import (
    Days,
    Occurrence,
    Quiet,
    Routine,
    compile_recurrence,
    next_after,
    occurrences,
)

__all__ = [
    "BadRecurrence",
    "Days",
    "NeverComes",
    "Occurrence",
    "Quiet",
    "Routine",
    "compile_recurrence",
    "next_after",
    "occurrences",
]
