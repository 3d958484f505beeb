"""The table of days with which a query counts working time: how much was worked before each day, and its parts.

Working time between two instants is then a difference of two sums (see ``mining_steps.sql``), so ten million events need
no calendar but one small join.
"""

from __future__ import annotations

from datetime import date, timedelta

from gongzhi.engine.calendars import Calendar

#: parts of a working day that the table holds
PARTS = 3
_EPOCH = date(1970, 1, 1)
COLUMNS = ("day", "before", "begin1", "end1", "begin2", "end2", "begin3", "end3")


def work_days(calendar: Calendar, first: date, last: date) -> dict[str, list[int]]:
    """Columns of the table for the days ``first`` to ``last``: days since 1970, everything else in microseconds.

    A day with more than three parts has its last ones joined; the calendars of the house have two.
    """
    columns: dict[str, list[int]] = {name: [] for name in COLUMNS}
    before = 0
    day = first
    while day <= last:
        parts = [
            (_of_day(begin.hour, begin.minute), _of_day(end.hour, end.minute, past=end.date() > day))
            for begin, end in calendar.hours_on(day)
        ]
        if len(parts) > PARTS:
            parts = [*parts[: PARTS - 1], (parts[PARTS - 1][0], parts[-1][1])]
        worked = sum(end - begin for begin, end in parts)
        parts += [(0, 0)] * (PARTS - len(parts))
        row = ((day - _EPOCH).days, before, *(edge for part in parts for edge in part))
        for name, value in zip(COLUMNS, row, strict=True):
            columns[name].append(value)
        before += worked
        day += timedelta(days=1)
    return columns


def _of_day(hour: int, minute: int, *, past: bool = False) -> int:
    return (24 * 60 if past else hour * 60 + minute) * 60_000_000


__all__ = ["COLUMNS", "work_days"]
