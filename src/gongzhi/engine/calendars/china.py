"""The working and rest days of China, as the State Council's yearly notices set them.

Source: the notices of the General Office of the State Council on holiday arrangements (国务院办公厅关于部分节假日
安排的通知), as carried by the package ``chinesecalendar`` (MIT). All 7,305 days from 2007 to 2026 were compared
with a table made from the notices themselves, corrections in the course of a year included (2015-09-03, the
prolonged Spring Festival of 2020): they agree on every day, so :data:`CORRECTIONS` is empty. Where a later release
should disagree with a notice, the notice wins: write the day there with the number of the notice.

The years 2004-2006 of the package are left out because they were not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Literal

import chinese_calendar

Kind = Literal["work", "rest", "morning", "afternoon"]

FIRST_YEAR = 2007

#: Days on which the package is wrong: date -> (kind, number of the notice). None is known.
CORRECTIONS: Mapping[date, tuple[Kind, str]] = {}

_ENGLISH_TO_CHINESE = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


@cache
def announced() -> frozenset[int]:
    """The years whose notice the installed package knows."""
    return frozenset(day.year for day in chinese_calendar.holidays if day.year >= FIRST_YEAR)


@cache
def days() -> Mapping[date, Kind]:
    """The days that a notice names: holidays are ``rest``, make-up days (调休) are ``work``."""
    years = announced()
    table: dict[date, Kind] = {day: "rest" for day in chinese_calendar.holidays if day.year in years}
    table |= {day: "work" for day in chinese_calendar.workdays if day.year in years}
    return table | {day: kind for day, (kind, _) in CORRECTIONS.items()}


@cache
def names() -> Mapping[date, str]:
    """Day -> name of the holiday to which a rest day or a make-up day belongs, e.g. 国庆节."""
    known = {**chinese_calendar.holidays, **chinese_calendar.workdays}
    return {day: _ENGLISH_TO_CHINESE.get(name, "") for day, name in known.items() if day in days()}


__all__ = ["CORRECTIONS", "FIRST_YEAR", "Kind", "announced", "days", "names"]
