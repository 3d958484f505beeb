"""Calendars: which days and hours are worked, and what a span means from a given instant on.

Rules (sources in docs/reference/algorithms/calendars.md):

- The day of the event is not counted (Civil Code art. 201, Administrative Licensing Law art. 82 and its practice):
  *n* working days end with the hours of the *n*-th working day after it, *n* natural days at its 24:00.
- Hours and minutes are exact. Working hours run within hours only; an instant outside rolls to the next opening.
- A half day is one working day with fewer hours.
- Arithmetic is in whole microseconds; a part of a working day is that part of the day's hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType
from typing import Literal

from gongzhi.engine.calendars.china import Kind
from gongzhi.engine.calendars.errors import CalendarExhausted, UnannouncedYear
from gongzhi.engine.calendars.hours import DEFAULT_HOURS, Hours, Part, Season
from gongzhi.engine.calendars.years import MINUTE, YearTable
from gongzhi.engine.instants import SHANGHAI, Span, Unit, aware

Unannounced = Literal["refuse", "weekends"]
Roll = Literal["none", "next_working_day"]

_DAY = 24 * 60 * MINUTE
_TICK = timedelta(microseconds=1)
_EXACT = {Unit.MINUTE: MINUTE, Unit.HOUR: 60 * MINUTE, Unit.WORKING_HOUR: 60 * MINUTE}
#: a microsecond is 2.8e-10 hours: twelve places lose none
_PLACES = Decimal("1e-12")


class Calendar:
    """An immutable calendar. Use :func:`gongzhi.engine.calendars.calendar` for the built-in one.

    ``days`` says what single dates are ("work", "rest", "morning", "afternoon"); other dates of the ``announced``
    years follow ``rest_weekdays`` (Monday is 0). Years not announced raise :class:`UnannouncedYear`, or with
    ``unannounced="weekends"`` follow the weekdays alone. ``seasons`` are tried in order before ``hours``.
    """

    def __init__(
        self,
        name: str,
        *,
        days: Mapping[date, Kind],
        announced: Iterable[int],
        hours: Hours = DEFAULT_HOURS,
        seasons: Iterable[Season] = (),
        rest_weekdays: Iterable[int] = (5, 6),
        names: Mapping[date, str] | None = None,
        unannounced: Unannounced = "refuse",
        tz: tzinfo = SHANGHAI,
    ) -> None:
        self.name = name
        self.days: Mapping[date, Kind] = MappingProxyType(dict(days))
        self.announced = frozenset(announced)
        self.hours = hours
        self.seasons = tuple(seasons)
        self.rest_weekdays = frozenset(rest_weekdays)
        self.names: Mapping[date, str] = MappingProxyType(dict(names or {}))
        self.unannounced: Unannounced = unannounced
        self.tz = tz
        # Tables are made on first use and never change; two threads that make one at once make the same.
        self._tables: dict[int, YearTable] = {}

    def evolve(
        self,
        name: str = "",
        *,
        days: Mapping[date, Kind] | None = None,
        announced: Iterable[int] = (),
        hours: Hours | None = None,
        seasons: Iterable[Season] | None = None,
        unannounced: Unannounced | None = None,
        names: Mapping[date, str] | None = None,
        rest_weekdays: Iterable[int] | None = None,
    ) -> Calendar:
        """A calendar like this one with days and announced years added and the rest replaced where given.

        This is how a city adds a year before a new release does: ``china.evolve(announced=[2027], days={...})``.
        """
        return Calendar(
            name or self.name,
            days={**self.days, **(days or {})},
            announced=self.announced | frozenset(announced),
            hours=hours or self.hours,
            seasons=self.seasons if seasons is None else seasons,
            rest_weekdays=self.rest_weekdays if rest_weekdays is None else rest_weekdays,
            names={**self.names, **(names or {})},
            unannounced=unannounced or self.unannounced,
            tz=self.tz,
        )

    def __repr__(self) -> str:
        return f"<Calendar {self.name}>"

    # -- days

    def is_working_day(self, day: date) -> bool:
        """Whether any hours are worked on the day; :class:`UnannouncedYear` where nobody knows yet."""
        table = self._table(day.year)
        return bool(table.parts[day.toordinal() - table.first])

    def hours_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The parts of the day that are worked, as pairs of instants; empty on a rest day."""
        table = self._table(day.year)
        ordinal = day.toordinal()
        return tuple(
            (self._at(ordinal, a), self._at(ordinal, b)) for a, b in table.parts[ordinal - table.first]
        )

    def is_provisional(self, at: datetime) -> bool:
        """Whether the instant lies in a year without a notice: what was computed up to it may change.

        Only with ``unannounced="weekends"`` does such a due exist; a page that shows it should say so.
        """
        return self._local(at).year not in self.announced

    def holiday_name(self, day: date) -> str:
        """Name of the holiday to which a rest day or make-up day belongs (国庆节); empty on ordinary days."""
        return self.names.get(day, "")

    def is_open(self, at: datetime) -> bool:
        """Whether the instant is within working hours: opening included, closing not."""
        table, index, time = self._locate(at)
        return any(a <= time < b for a, b in table.parts[index])

    def next_opening(self, at: datetime) -> datetime:
        """The instant itself when within hours, else the next opening."""
        table, index, time = self._locate(at)
        for a, b in table.parts[index]:
            if time < b:
                return self._at(table.first + index, max(a, time))
        table, index = self._working_day(table, table.days_before[index + 1])
        return self._at(table.first + index, table.parts[index][0][0])

    def previous_closing(self, at: datetime) -> datetime:
        """The instant itself when after an opening and not after its closing, else the closing before."""
        table, index, time = self._locate(at)
        for a, b in reversed(table.parts[index]):
            if time > a:
                return self._at(table.first + index, min(b, time))
        table, index = self._working_day(table, table.days_before[index] - 1)
        return self._at(table.first + index, table.parts[index][-1][1])

    # -- spans

    def add(
        self, start: datetime, span: Span, *, count_first_day: bool = False, roll: Roll = "none"
    ) -> datetime:
        """The instant at which ``span`` from ``start`` ends.

        ``count_first_day`` counts the day of ``start`` as the first one (days only). ``roll="next_working_day"``
        moves the end of natural days from a rest day to 24:00 of the next working day (Civil Code art. 203).
        Zero days end with the day of ``start`` (its hours), never before ``start``.

        >>> from gongzhi.engine.calendars import calendar
        >>> from gongzhi.engine.instants import parse_instant, parse_span
        >>> str(calendar().add(parse_instant("2024-09-30 16:20"), parse_span("5 working days")))
        '2024-10-12 18:00:00+08:00'
        """
        start = self._local(start)
        if span.unit in (Unit.HOUR, Unit.MINUTE):
            return self.move(start, span)
        if span.unit is Unit.WORKING_HOUR:
            return self.move(start, span) if span.amount else self.next_opening(start)
        if span.unit is Unit.DAY:
            ordinal, _ = self._wall(start)
            end = self._at(ordinal, 0 if count_first_day else _DAY) + timedelta(
                microseconds=_micro(span, _DAY)
            )
            return max(self.roll(end) if roll == "next_working_day" else end, start)
        table, index, _ = self._locate(start)
        before = table.days_before[index if count_first_day else index + 1]
        return max(self._end_of_days(table, before, span.amount), start)

    def subtract(self, end: datetime, span: Span) -> datetime:
        """The mirror of :meth:`add`: the instant from which ``span`` reaches ``end``.

        Days count backwards without the day of ``end`` and give the beginning of the last one counted ("at least
        7 days before the hearing"); 00:00 belongs to the day that ends. Working hours give the latest such instant.
        """
        end = self._local(end)
        if span.unit in (Unit.HOUR, Unit.MINUTE):
            exact = end.astimezone(UTC) - timedelta(microseconds=_micro(span, _EXACT[span.unit]))
            return exact.astimezone(self.tz)
        if span.unit is Unit.WORKING_HOUR:
            return self._back_in_hours(end, span)
        if span.unit is Unit.DAY:
            ordinal, _ = self._wall(end - _TICK)
            return min(self._at(ordinal, 0) - timedelta(microseconds=_micro(span, _DAY)), end)
        table, index, _ = self._locate(end - _TICK)
        return min(self._beginning_of_days(table, table.days_before[index], span.amount), end)

    def between(
        self, start: datetime, end: datetime, unit: Unit, *, count_first_day: bool = False
    ) -> Decimal:
        """How much of ``unit`` lies from ``start`` to ``end``; negative when ``end`` is earlier.

        Minutes, hours and working hours are exact to the microsecond. Days are counted, not measured: the (working)
        days after the day of ``start`` up to the day of ``end``; an ``end`` at 00:00 belongs to the day before.
        Thus ``between(s, add(s, span), span.unit) == span.amount`` for whole days and all hours.
        """
        if end < start:
            return -self.between(end, start, unit, count_first_day=count_first_day)
        if unit in (Unit.HOUR, Unit.MINUTE):
            return _decimal((aware(end).astimezone(UTC) - start.astimezone(UTC)) // _TICK, _EXACT[unit])
        if unit is Unit.WORKING_HOUR:
            first, last = self._locate(start), self._locate(end)
            worked = _position(last) - _position(first)
            return _decimal(worked + self._sum(first[0], last[0], lambda year: year.total_time), _EXACT[unit])
        last_instant = max(end - _TICK, start)
        if unit is Unit.DAY:
            days = self._wall(last_instant)[0] - self._wall(start)[0]
            return Decimal(days + count_first_day)
        (first_year, first_index, _), (last_year, last_index, _) = (
            self._locate(start),
            self._locate(last_instant),
        )
        counted = last_year.days_before[last_index + 1]
        counted -= first_year.days_before[first_index if count_first_day else first_index + 1]
        return Decimal(counted + self._sum(first_year, last_year, lambda year: year.total_days))

    def move(self, at: datetime, span: Span) -> datetime:
        """``at`` later by ``span`` without the rule of the day of the event: how an extension or a pause moves a due.

        The end of a working day moves to the end of another one, 24:00 to 24:00, an hour within a day to the same
        share of another day's hours.
        """
        at = self._local(at)
        if span.unit in (Unit.HOUR, Unit.MINUTE):
            exact = at.astimezone(UTC) + timedelta(microseconds=_micro(span, _EXACT[span.unit]))
            return exact.astimezone(self.tz)
        if not span.amount:
            return at
        if span.unit is Unit.DAY:
            return at + timedelta(microseconds=_micro(span, _DAY))
        table, index, time = self._locate(at)
        worked = table.worked(index, time)
        if span.unit is Unit.WORKING_HOUR:
            target = table.time_before[index] + worked + _micro(span, _EXACT[span.unit])
            while target > table.total_time:
                target -= table.total_time
                table = self._table(table.year + 1)
            found, time = table.earliest(target) if target else (index, time)
            return max(self._at(table.first + found, time), at)
        length = table.time_before[index + 1] - table.time_before[index]
        share = Fraction(worked, length) if length else Fraction(0)
        return max(self._end_of_days(table, table.days_before[index] + share, span.amount), at)

    def roll(self, end: datetime) -> datetime:
        """A midnight that ends a rest day moves to the end of the next working day; other instants stay.

        Civil Code art. 203: the day after the rest days is the last day of the period.
        """
        if self._wall(end)[1]:
            return end
        table, index, _ = self._locate(end - _TICK)
        if table.parts[index]:
            return end
        table, index = self._working_day(table, table.days_before[index])
        return self._at(table.first + index + 1, 0)

    # -- tables

    def _table(self, year: int) -> YearTable:
        table = self._tables.get(year)
        if table is None:
            if year not in self.announced and self.unannounced == "refuse":
                raise UnannouncedYear(calendar=self.name, year=year)
            if not 1900 <= year <= 2999:
                raise CalendarExhausted(calendar=self.name, year=year)
            table = self._tables[year] = YearTable(year, self._parts_of)
        return table

    def _parts_of(self, day: date) -> tuple[Part, ...]:
        kind = self.days.get(day) or ("rest" if day.weekday() in self.rest_weekdays else "work")
        if kind == "rest":
            return ()
        hours = next((season.hours for season in self.seasons if season.holds(day)), self.hours)
        return {"work": hours.parts, "morning": hours.morning, "afternoon": hours.afternoon}[kind]

    def _local(self, at: datetime) -> datetime:
        return at if at.tzinfo is self.tz else aware(at).astimezone(self.tz)

    def _wall(self, at: datetime) -> tuple[int, int]:
        """(ordinal of the day, microseconds after midnight) on the calendar's clock on the wall."""
        local = self._local(at)
        time = (local.hour * 60 + local.minute) * MINUTE + local.second * 1_000_000 + local.microsecond
        return local.toordinal(), time

    def _locate(self, at: datetime) -> tuple[YearTable, int, int]:
        local = self._local(at)
        table = self._table(local.year)
        time = (local.hour * 60 + local.minute) * MINUTE + local.second * 1_000_000 + local.microsecond
        return table, local.toordinal() - table.first, time

    def _at(self, ordinal: int, time: int) -> datetime:
        more, time = divmod(time, _DAY)
        day = date.fromordinal(ordinal + more)
        seconds, micro = divmod(time, 1_000_000)
        hour, seconds = divmod(seconds, 3600)
        return datetime(day.year, day.month, day.day, hour, seconds // 60, seconds % 60, micro, self.tz)

    def _sum(self, first: YearTable, last: YearTable, total: Callable[[YearTable], int]) -> int:
        """Sum of the totals of the years from the first up to but without the last."""
        return sum(total(self._table(year)) for year in range(first.year, last.year))

    def _working_day(self, table: YearTable, number: int) -> tuple[YearTable, int]:
        """The working day with the 0-based ``number`` of the table's year; it may lie years before or after."""
        while number >= table.total_days:
            number -= table.total_days
            table = self._table(table.year + 1)
        while number < 0:
            table = self._table(table.year - 1)
            number += table.total_days
        return table, table.working[number]

    def _end_of_days(self, table: YearTable, before: int | Fraction, amount: Decimal) -> datetime:
        """The first instant at which ``before + amount`` working days of the table's year have passed."""
        target = before + (int(amount) if amount == int(amount) else Fraction(amount))
        number = ceil(target) - 1
        table, index = self._working_day(table, number)
        share = target - (ceil(target) - 1)
        parts = table.parts[index]
        if share == 1:
            return self._at(table.first + index, parts[-1][1])
        worked = round(share * sum(b - a for a, b in parts))
        return self._at(table.first + index, table.earliest_of_day(index, worked))

    def _beginning_of_days(self, table: YearTable, before: int, amount: Decimal) -> datetime:
        """The last instant at which no more than ``before - amount`` working days have passed."""
        target = before - (int(amount) if amount == int(amount) else Fraction(amount))
        share = target - floor(target)
        table, index = self._working_day(table, floor(target))
        worked = round(share * sum(b - a for a, b in table.parts[index]))
        return self._at(table.first + index, table.latest_of_day(index, worked))

    def _back_in_hours(self, end: datetime, span: Span) -> datetime:
        if not span.amount:
            return self.previous_closing(end)
        table, index, time = self._locate(end)
        target = table.time_before[index] + table.worked(index, time) - _micro(span, _EXACT[span.unit])
        while target < 0:
            table = self._table(table.year - 1)
            target += table.total_time
        index, time = table.latest(target)
        return self._at(table.first + index, time)


def _position(place: tuple[YearTable, int, int]) -> int:
    """Working time of the year up to a place."""
    table, index, time = place
    return table.time_before[index] + table.worked(index, time)


def _micro(span: Span, unit: int) -> int:
    """A span in whole microseconds."""
    return round(span.amount * unit)


def _decimal(microseconds: int, unit: int) -> Decimal:
    """Microseconds in a unit, without trailing zeros."""
    whole, rest = divmod(microseconds, unit)
    if not rest:
        return Decimal(whole)
    value = (Decimal(microseconds) / unit).quantize(_PLACES)
    return Decimal(format(value, "f").rstrip("0").rstrip("."))


__all__ = ["Calendar", "Roll", "Unannounced"]
