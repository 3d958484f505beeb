"""The calendar of shared instruments: which part of which day is free, for everybody; never who has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gongzhi.city.cases.models import CaseRecord
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.pagination import page
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office

# what the mechanism of instruments calls its case type, its register and their columns (instrument_sharing)
MECHANISM, BOOKING, INSTRUMENTS = "instrument_sharing", "booking", "instruments"
DAY, PART = "slot_day", "slot"
FREE, BOOKED, CLOSED, PAST = "free", "booked", "closed", "past"
#: instruments on one page; days of a week
SIZE, WEEK = 40, 7
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a day of one instrument."""

    day: date
    part: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One instrument and its week: the parts of each day, the days in order."""

    code: str
    title: str
    model: str
    able_to: str
    price: str
    manager: str
    days: tuple[tuple[date, tuple[Part, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A week of all shared instruments (a page of them); ``next`` is the cursor of the next page."""

    monday: date
    days: tuple[date, ...]
    parts: tuple[str, ...]
    rows: tuple[Row, ...]
    next: str


def installed() -> bool:
    """Whether a mechanism shares instruments here."""
    return catalogue.known(INSTRUMENTS) is not None


def week(of: date, parts: Iterable[str], after: str = "") -> Calendar:
    """The week in which a day lies. Three queries, however many instruments and bookings there are."""
    register = catalogue.one(INSTRUMENTS).register
    monday = of - timedelta(days=of.weekday())
    days = tuple(monday + timedelta(days=each) for each in range(WEEK))
    listed = page(sight.public(register), ("key",), cursor=after, size=SIZE)
    taken = _taken([row.key for row in listed.rows], days)
    names = dict(Office.objects.filter(code__in=_managers(listed.rows)).values_list("code", "short_name"))
    names_of_parts = tuple(parts)
    rows = tuple(_row(row, days, names_of_parts, taken, names) for row in listed.rows)
    return Calendar(monday=monday, days=days, parts=names_of_parts, rows=rows, next=listed.after)


def _told(row: Record) -> Mapping[str, Any]:
    version = row.published
    return version.data if version is not None else {}


def _managers(rows: Iterable[Record]) -> set[str]:
    return {str(_told(row).get("manager") or "") for row in rows} - {""}


def _taken(keys: list[str], days: tuple[date, ...]) -> set[tuple[str, str, str]]:
    """(instrument, day, part) that somebody has: bookings under way, and those that ended in a use."""
    about = CaseRecord.objects.filter(
        register=INSTRUMENTS, key__in=keys, case__mechanism=MECHANISM, case__type=BOOKING
    ).filter(case__ended__in=("", "used"))
    wanted = {day.isoformat() for day in days}
    rows = about.values_list("key", f"case__state__data__{DAY}", f"case__state__data__{PART}")
    found = rows.filter(**{f"case__state__data__{DAY}__in": sorted(wanted)})
    return {(key, str(day), str(part)) for key, day, part in found}


def _row(
    row: Record,
    days: tuple[date, ...],
    parts: tuple[str, ...],
    taken: set[tuple[str, str, str]],
    names: Mapping[str, str],
) -> Row:
    told = _told(row)
    today = clock.today()

    def state(day: date, part: str) -> str:
        if (row.key, day.isoformat(), part) in taken:
            return BOOKED
        if day < today:
            return PAST
        shut = str(told.get("closed_from") or "9999") <= day.isoformat() <= str(told.get("closed_to") or "")
        weekend = day.weekday() >= SATURDAY and told.get("weekend") is not True
        return CLOSED if shut or weekend else FREE

    return Row(
        code=row.key,
        title=str(told.get("title") or row.key),
        model=str(told.get("model") or ""),
        able_to=str(told.get("able_to") or ""),
        price=str(told.get("price_hour") or ""),
        manager=names.get(str(told.get("manager")), ""),
        days=tuple(
            (day, tuple(Part(day=day, part=part, state=state(day, part)) for part in parts)) for day in days
        ),
    )


__all__ = ["Calendar", "Part", "Row", "installed", "week"]
