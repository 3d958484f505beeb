"""FEEL's days, times and durations (DMN 1.3, 10.3.2.3): any year, nanoseconds, offsets and zone names.

Python's own types stop at the year 9999 and know no duration of months, so the engine computes with these;
``values.to_python`` gives people Python's types back where they can hold the value.
"""

from __future__ import annotations

import datetime as python
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import ZoneInfo

NANOS = 1_000_000_000
DAY_NANOS = 86_400 * NANOS
MAX_YEAR = 999_999_999
_CUMULATED = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def is_leap(year: int) -> bool:
    """Is the (proleptic Gregorian) year a leap year?"""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Days of a month, 1 to 12."""
    return 29 if month == 2 and is_leap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


@dataclass(frozen=True, slots=True)
class Date:
    """A day; years from -999,999,999 to 999,999,999 with a year 0."""

    year: int
    month: int
    day: int

    def number(self) -> int:
        """Days since 1970-01-01 (Howard Hinnant's ``days_from_civil``)."""
        year = self.year - (self.month <= 2)
        era, month = year // 400, (self.month + 9) % 12
        of_era = (year - era * 400) * 365 + (year - era * 400) // 4 - (year - era * 400) // 100
        return era * 146_097 + of_era + (153 * month + 2) // 5 + self.day - 1 - 719_468

    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.number() + 3) % 7 + 1

    def day_of_year(self) -> int:
        return _CUMULATED[self.month - 1] + self.day + (self.month > 2 and is_leap(self.year))

    def week_of_year(self) -> int:
        """The ISO 8601 week: the week of this week's Thursday."""
        thursday = date_from_number(self.number() + 4 - self.weekday())
        return (thursday.day_of_year() - 1) // 7 + 1

    def plus_months(self, months: int) -> Date | None:
        """The same day some months on, or that month's last day where it is shorter."""
        count = self.year * 12 + self.month - 1 + months
        year, month = count // 12, count % 12 + 1
        return Date(year, month, min(self.day, month_length(year, month))) if abs(year) <= MAX_YEAR else None

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


def make_date(year: int, month: int, day: int) -> Date | None:
    """The day, or None where there is no such day."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    return Date(year, month, day)


def date_from_number(number: int) -> Date:
    """The inverse of ``Date.number``."""
    number += 719_468
    era, of_era = divmod(number, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return Date(year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1)


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of the IANA database, None where it has no such name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day in nanoseconds since midnight, local, with an offset in seconds, or in a named zone."""

    nanos: int
    offset: int | None = None
    zone: str | None = None

    @property
    def hour(self) -> int:
        return self.nanos // (3600 * NANOS)

    @property
    def minute(self) -> int:
        return self.nanos // (60 * NANOS) % 60

    @property
    def second(self) -> int:
        return self.nanos // NANOS % 60

    def seconds_from_utc(self, date: Date | None = None) -> int | None:
        """Offset in seconds; of a named zone that of the date, or of 1 January 1970 without one."""
        if self.zone is None:
            return self.offset
        zone = zone_named(self.zone)
        day = date if date is not None and 1 < date.year < 9999 else Date(1970, 1, 1)
        local = python.datetime(
            day.year, day.month, day.day, self.hour, self.minute, self.second, tzinfo=zone
        )
        shift = local.utcoffset()
        return int(shift.total_seconds()) if shift is not None else None

    def plus(self, nanos: int) -> Time:
        return replace(self, nanos=(self.nanos + nanos) % DAY_NANOS)

    def __str__(self) -> str:
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}" + fraction(self.nanos % NANOS)
        return text + (
            f"@{self.zone}" if self.zone else "" if self.offset is None else offset_text(self.offset)
        )


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and time of day; local where the time has neither offset nor zone."""

    date: Date
    time: Time

    def local_nanos(self) -> int:
        return self.date.number() * DAY_NANOS + self.time.nanos

    def instant(self) -> int | None:
        """Nanoseconds since 1970-01-01T00:00:00Z, None for a local one."""
        shift = self.time.seconds_from_utc(self.date)
        return None if shift is None else self.local_nanos() - shift * NANOS

    def plus(self, nanos: int) -> DateTime | None:
        """So many nanoseconds later: exact time for zoned values, clock time for local ones."""
        total = self.local_nanos() + nanos
        if self.time.zone is not None:
            total = self._through_utc(nanos, total)
        days, rest = divmod(total, DAY_NANOS)
        date = date_from_number(days)
        return DateTime(date, replace(self.time, nanos=rest)) if abs(date.year) <= MAX_YEAR else None

    def _through_utc(self, nanos: int, total: int) -> int:
        zone = zone_named(self.time.zone or "")
        day = date_from_number(total // DAY_NANOS)
        instant = self.instant()
        if zone is None or instant is None or not 1 < day.year < 9999:
            return total
        seconds, rest = divmod(instant + nanos, NANOS)
        moment = python.datetime(1970, 1, 1, tzinfo=python.UTC) + python.timedelta(seconds=seconds)
        shift = moment.astimezone(zone).utcoffset() or python.timedelta()
        return (seconds + int(shift.total_seconds())) * NANOS + rest

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A days and time duration, in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        sign, rest = ("-" if self.nanos < 0 else ""), abs(self.nanos)
        days, rest = divmod(rest, DAY_NANOS)
        hours, rest = divmod(rest, 3600 * NANOS)
        minutes, rest = divmod(rest, 60 * NANOS)
        seconds, rest = divmod(rest, NANOS)
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        clock += f"{seconds}{fraction(rest)}S" if seconds or rest else ""
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return f"{sign}P{text}" if text else "PT0S"


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A years and months duration, in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if self.months < 0 else ''}P{text}" if text else "P0M"


def fraction(nanos: int) -> str:
    """Nanoseconds as a decimal fraction of a second with its point, empty for none."""
    return f".{nanos:09d}".rstrip("0") if nanos else ""


def offset_text(seconds: int) -> str:
    """An offset as ISO 8601 writes it."""
    if seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    tail = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02d}:{rest // 60:02d}{tail}"


Temporal = Date | Time | DateTime | DaysDuration | MonthsDuration
