"""One year of a calendar as a table of running sums, so that no question walks from day to day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date

from gongzhi.engine.calendars.hours import Part

#: microseconds of a minute; all working time is held in whole microseconds, so nothing is rounded
MINUTE = 60_000_000


class YearTable:
    """Running sums of working days and working time of one year; read-only after it is made.

    Days are counted by their index in the year (0 is 1 January), times in microseconds after midnight.
    """

    __slots__ = (
        "days_before",
        "first",
        "parts",
        "time_before",
        "total_days",
        "total_time",
        "working",
        "year",
    )

    def __init__(self, year: int, parts_of: Callable[[date], tuple[Part, ...]]) -> None:
        self.year = year
        #: ordinal of 1 January
        self.first = date(year, 1, 1).toordinal()
        length = date(year, 12, 31).toordinal() - self.first + 1
        #: index -> the day's hours in microseconds; empty on rest days
        self.parts: list[tuple[Part, ...]] = []
        #: index -> working days (working time) of the year before that day; one more at the end
        self.days_before: list[int] = [0]
        self.time_before: list[int] = [0]
        #: indexes of the working days
        self.working: list[int] = []
        shared: dict[tuple[Part, ...], tuple[Part, ...]] = {}  # most days have the same hours: keep them once
        for index in range(length):
            minutes = parts_of(date.fromordinal(self.first + index))
            if minutes not in shared:
                shared[minutes] = tuple((a * MINUTE, b * MINUTE) for a, b in minutes)
            parts = shared[minutes]
            self.parts.append(parts)
            if parts:
                self.working.append(index)
            self.days_before.append(len(self.working))
            self.time_before.append(self.time_before[-1] + sum(b - a for a, b in parts))
        self.total_days = len(self.working)
        self.total_time = self.time_before[-1]

    def worked(self, index: int, time: int) -> int:
        """Working time of the day up to ``time``."""
        return sum(min(time, b) - a for a, b in self.parts[index] if a < time)

    def earliest(self, worked: int) -> tuple[int, int]:
        """The first (index, time) at which ``worked`` time of the year has passed; ``0 < worked <= total_time``."""
        index = bisect_left(self.time_before, worked) - 1
        return index, self.earliest_of_day(index, worked - self.time_before[index])

    def latest(self, worked: int) -> tuple[int, int]:
        """The last (index, time) at which no more than ``worked`` has passed; ``0 <= worked < total_time``."""
        index = bisect_right(self.time_before, worked) - 1
        return index, self.latest_of_day(index, worked - self.time_before[index])

    def earliest_of_day(self, index: int, worked: int) -> int:
        """The first time of the day at which ``worked`` of its hours has passed."""
        for a, b in self.parts[index]:
            if worked <= b - a:
                return a + worked
            worked -= b - a
        return self.parts[index][-1][1]

    def latest_of_day(self, index: int, worked: int) -> int:
        """The last time of the day at which no more than ``worked`` of its hours has passed."""
        for a, b in self.parts[index]:
            if worked < b - a:
                return a + worked
            worked -= b - a
        return self.parts[index][-1][1]


__all__ = ["MINUTE", "YearTable"]
