"""Recurring duties: on which days something has to be done, by RFC 5545 and the calendar of working days.

A recurrence gives *nominal* days (every Friday). The rule for days off may move one (to the next working day) or drop it;
two nominal days that meet on one day are one occurrence, known by the first of them. Quiet days drop what would fall on
them. Nothing here reads a clock: what is due between two instants is a function of the routine and the calendar.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from dateutil.rrule import rrule, rrulestr

from gongzhi.engine.calendars import Calendar
from gongzhi.engine.instants import aware
from gongzhi.engine.routines.errors import BadRecurrence, NeverComes

#: parts of RFC 5545 that say on which *days*; the time of day is ``at``
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
#: an interval beyond this is a typing mistake
LONGEST = 1000
#: no run of days off is longer, so that a move never reaches further
REACH = timedelta(days=40)
#: ``next_after`` looks no further
HORIZON = timedelta(days=366 * 9)
#: days that one question answers with at most
MOST = 5000
_DAY = timedelta(days=1)


class Days(StrEnum):
    """What becomes of an occurrence on a day off."""

    AS_IS = "as_is"
    NEXT_WORKING_DAY = "next_working_day"
    PREVIOUS_WORKING_DAY = "previous_working_day"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Days on which nothing is due, the last one included."""

    since: date
    until: date
    #: why, for the person who asks where the bulletin is
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A recurring duty: which days, from when on, at what time, and what a day off does to it."""

    #: RFC 5545 recurrence, with or without ``RRULE:`` before it
    every: str
    #: the first day that may count; intervals are counted from it
    starts: date
    at: time = time(9)
    days: Days = Days.AS_IS
    quiet: tuple[Quiet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Occurrence:
    """One time that a duty falls due."""

    #: when it is due
    at: datetime
    #: the day that the recurrence names; an occurrence is known by it, also where the calendar moved it
    nominal: date

    @property
    def moved(self) -> bool:
        """Whether the calendar moved it to another day."""
        return self.at.date() != self.nominal


def occurrences(
    routine: Routine, since: datetime, until: datetime, calendar: Calendar
) -> tuple[Occurrence, ...]:
    """What falls due from ``since`` (included) to ``until`` (not included), in order of time, each once.

    Raises BadRecurrence, NeverComes, and UnannouncedYear of a calendar that refuses years without a notice.
    """
    since, until = _local(since, calendar), _local(until, calendar)
    if since >= until:
        return ()
    before, behind = _reach(routine)
    found = _between(routine, since.date() - before, until.date() + behind, calendar)
    return tuple(islice((each for each in found if since <= each.at < until), MOST))


def next_after(routine: Routine, after: datetime, calendar: Calendar) -> Occurrence | None:
    """The first occurrence later than ``after``; None where none comes within nine years (a count or end is reached)."""
    after = _local(after, calendar)
    before, behind = _reach(routine)
    start, step = after.date(), timedelta(days=120)
    while start < after.date() + HORIZON:
        for each in _between(routine, start - before, start + step + behind, calendar):
            if after < each.at and each.at.date() <= start + step:
                return each
        start += step
    return None


def _reach(routine: Routine) -> tuple[timedelta, timedelta]:
    """How far before and behind a question the nominal days lie that a move may bring into it."""
    none = timedelta()
    before = REACH if routine.days is Days.NEXT_WORKING_DAY else none
    return before, REACH if routine.days is Days.PREVIOUS_WORKING_DAY else none


def _between(routine: Routine, first: date, last: date, calendar: Calendar) -> Iterator[Occurrence]:
    """Occurrences whose nominal day lies within; those at the rims may lack a neighbour and are for the caller to cut."""
    taken: dict[date, date] = {}
    for nominal in _nominal(routine, first, last):
        day = _placed(routine, nominal, calendar)
        if day is not None and not _is_quiet(routine, day):
            taken.setdefault(day, nominal)
    for day, nominal in sorted(taken.items()):
        yield Occurrence(at=datetime.combine(day, routine.at, tzinfo=calendar.tz), nominal=nominal)


def _nominal(routine: Routine, first: date, last: date) -> Iterator[date]:
    rule = compile_recurrence(routine.every, routine.starts)
    midnight = time()
    days = rule.between(datetime.combine(first, midnight), datetime.combine(last, midnight), inc=True)
    return (each.date() for each in days)


def _placed(routine: Routine, day: date, calendar: Calendar) -> date | None:
    """The day to which the rule for days off brings a nominal day; None where it drops it."""
    if routine.days is Days.AS_IS or calendar.is_working_day(day):
        return day
    if routine.days is Days.SKIP:
        return None
    step = _DAY if routine.days is Days.NEXT_WORKING_DAY else -_DAY
    for _ in range(REACH.days):
        day += step
        if calendar.is_working_day(day):
            return day
    return None


def _is_quiet(routine: Routine, day: date) -> bool:
    return any(quiet.since <= day <= quiet.until for quiet in routine.quiet)


@lru_cache(maxsize=256)
def compile_recurrence(text: str, starts: date) -> rrule:
    """A recurrence that can be followed. Raises BadRecurrence, and NeverComes where no day is ever named."""
    plain = text.strip().removeprefix("RRULE:")
    _check_parts(text, plain)
    try:
        rule = rrulestr(plain, dtstart=datetime.combine(starts, time()))
    except (ValueError, TypeError, KeyError) as error:
        raise BadRecurrence(text=text[:120], why="读不懂") from error
    if not isinstance(rule, rrule):
        raise BadRecurrence(text=text[:120], why="只写一条规则")
    if next(iter(rule), None) is None:
        raise NeverComes(text=text[:120])
    return rule


def _check_parts(text: str, plain: str) -> None:
    """The parts that a duty by days may have; what could make the reader search for ever is refused here."""
    parts: dict[str, str] = {}
    for part in plain.upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise BadRecurrence(text=text[:120], why=f"“{part[:40]}”这一段写得不对")
        parts[name] = value
    if strange := [name for name in parts if name not in PARTS]:
        raise BadRecurrence(text=text[:120], why=f"不用“{strange[0][:20]}”；几点做写在 at 里")
    if parts.get("FREQ") not in FREQUENCIES:
        raise BadRecurrence(text=text[:120], why=f"FREQ 应为 {'、'.join(FREQUENCIES)} 之一")
    interval, count = parts.get("INTERVAL", "1"), parts.get("COUNT", "1")
    if not (_natural(interval) and 1 <= int(interval) <= LONGEST):
        raise BadRecurrence(text=text[:120], why=f"INTERVAL 应为 1 到 {LONGEST} 的整数")
    if not (_natural(count) and int(count) >= 1):
        raise BadRecurrence(text=text[:120], why="COUNT 应为正整数")
    if "UNTIL" in parts and not re.fullmatch(r"\d{8}", parts["UNTIL"]):
        raise BadRecurrence(text=text[:120], why="UNTIL 写成 20261231 这样的日期")
    narrowed = {"BYMONTHDAY", "BYMONTH", "BYSETPOS"} & parts.keys()
    if parts["FREQ"] == "DAILY" and (narrowed or (interval != "1" and "BYDAY" in parts)):
        raise BadRecurrence(text=text[:120], why="逐日的周期不再挑月日，请改写成 WEEKLY、MONTHLY 或 YEARLY")
    _check_month_days(text, parts)


def _check_month_days(text: str, parts: dict[str, str]) -> None:
    """Days that none of the named months has never come, and would be searched for until the year 9999."""
    days = [int(each) for each in parts.get("BYMONTHDAY", "").split(",") if _natural(each.lstrip("+-"))]
    named = [int(each) for each in parts.get("BYMONTH", "").split(",") if _natural(each)]
    most = max(
        (months.monthrange(2024, month)[1] for month in named or range(1, 13) if 1 <= month <= 12), default=0
    )
    if days and all(not 1 <= abs(day) <= most for day in days):
        raise NeverComes(text=text[:120])


def _natural(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _local(instant: datetime, calendar: Calendar) -> datetime:
    return aware(instant).astimezone(calendar.tz)


__all__ = ["Days", "Occurrence", "Quiet", "Routine", "compile_recurrence", "next_after", "occurrences"]
