"""Calendars from data: what a city writes to have its own hours, half days, or a year before a release has it.

name: daye
based_on: china                         # or none: no holidays, every year is announced by `announced`
announced: [2027]                       # years for which `days` is complete
days:
  2027-01-01/2027-01-03: rest 元旦      # a day or both ends of a stretch; rest, work, morning, afternoon
  2027-01-09: work 元旦
  2027-05-04: morning                   # only the morning is worked
hours: ["08:30-12:00", "14:30-18:00"]
seasons:
  - {from: 05-01, until: 09-30, hours: ["08:30-12:00", "15:00-18:30"]}
rest_weekdays: [6, 7]                   # ISO: Monday is 1
unannounced: refuse                     # or weekends
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar, get_args

from gongzhi.engine.calendars import china
from gongzhi.engine.calendars.calendar import Calendar, Unannounced
from gongzhi.engine.calendars.china import Kind
from gongzhi.engine.calendars.hours import DEFAULT_HOURS, Hours, HoursError, Season
from gongzhi.engine.errors import Problem, Refused, Where

KEYS = (
    "name", "based_on", "announced", "days", "hours", "seasons", "rest_weekdays", "unannounced",
)  # fmt: skip

_Value = TypeVar("_Value")


def read_calendar(data: Mapping[str, Any], *, file: str = "") -> Calendar:
    """A calendar from the data above (already parsed from YAML or JSON).

    Raises :class:`Refused` with every problem at once: unknown keys, unreadable days, kinds, hours and seasons.
    """
    reader = _Reader(file)
    for key in data:
        if key not in KEYS:
            reader.refuse(str(key), f"不认识的键“{key}”", "可用的键:" + "、".join(KEYS))
    base = reader.take(data, "based_on", "china", _base)
    days, names = reader.days(data.get("days") or {})
    announced: tuple[int, ...] = reader.take(data, "announced", (), _years)
    hours = reader.take(data, "hours", DEFAULT_HOURS, _hours)
    seasons: tuple[Season, ...] = reader.take(data, "seasons", (), _seasons)
    rest: tuple[int, ...] = reader.take(data, "rest_weekdays", (5, 6), _weekdays)
    unannounced: Unannounced = reader.take(data, "unannounced", "refuse", _unannounced)
    name = reader.take(data, "name", "", _name)
    if reader.problems:
        raise Refused(reader.problems)
    if base == "china":
        days, names = {**china.days(), **days}, {**china.names(), **names}
        announced = (*china.announced(), *announced)
    return Calendar(
        name,
        days=days,
        announced=announced,
        hours=hours,
        seasons=seasons,
        rest_weekdays=rest,
        names=names,
        unannounced=unannounced,
    )


class _Reader:
    """Collects problems while it reads."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def refuse(self, key: str, message: str, remedy: str) -> None:
        where = Where(file=self.file, key=key)
        self.problems.append(Problem(code="K014", where=where, message=message, remedy=remedy))

    def take(
        self, data: Mapping[str, Any], key: str, default: _Value, read: Callable[[Any], _Value]
    ) -> _Value:
        if key not in data and key != "name":
            return default
        try:
            return read(data.get(key))
        except HoursError as error:
            self.refuse(key, error.sentence % error.data, error.remedy)
        except (TypeError, ValueError, KeyError, AttributeError):
            self.refuse(key, f"“{data.get(key)}”不能用", _REMEDIES[key])
        return default

    def days(self, data: Any) -> tuple[dict[date, Kind], dict[date, str]]:
        kinds: dict[date, Kind] = {}
        names: dict[date, str] = {}
        if not isinstance(data, Mapping):
            self.refuse("days", "days 要写成“日期: 种类”", _REMEDIES["days"])
            return kinds, names
        for text, value in data.items():
            try:
                kind, _, name = str(value).strip().partition(" ")
                for day in _stretch(text):
                    kinds[day] = _KINDS[kind]
                    names |= {day: name.strip()} if name.strip() else {}
            except (ValueError, KeyError):
                self.refuse(f"days.{text}", f"“{text}: {value}”不能用", _REMEDIES["days"])
        return kinds, names


_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}

_REMEDIES = {
    "name": "请给日历起一个名字,例如 name: my_city。",
    "based_on": "写 china(国务院放假安排)或 none(不含节假日)。",
    "announced": "请列出年份,例如 announced: [2027]。",
    "days": "请写“2027-01-01: rest 元旦”或“2027-01-01/2027-01-03: rest”,种类是 rest、work、morning、afternoon。",
    "hours": "请写时段的列表,例如 [“08:30-12:00”, “14:30-18:00”]。",
    "seasons": "每一季写 {from: 05-01, until: 09-30, hours: [...]}。",
    "rest_weekdays": "请列出休息的星期,星期一是 1,星期日是 7;一周至少有一天工作。",
    "unannounced": "写 refuse(没有公布就报错)或 weekends(只按周末休息)。",
}


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value.strip()


def _base(value: Any) -> str:
    if value not in ("china", "none", None):
        raise ValueError(value)
    return value or "none"


def _years(value: Any) -> tuple[int, ...]:
    years = tuple(int(year) for year in value)
    if any(not 1900 <= year <= 2999 for year in years):
        raise ValueError(value)
    return years


def _stretch(text: Any) -> list[date]:
    """The days of "2027-01-01" or "2027-01-01/2027-01-03" (at most a year)."""
    first, _, last = str(text).partition("/")
    start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    if not 0 <= (end - start).days <= 366:
        raise ValueError(text)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _hours(value: Any) -> Hours:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(value)
    return Hours.read([str(part) for part in value])


def _seasons(value: Any) -> tuple[Season, ...]:
    return tuple(
        Season(_month_day(one["from"]), _month_day(one["until"]), _hours(one["hours"])) for one in value
    )


def _month_day(value: Any) -> tuple[int, int]:
    month, day = str(value).split("-")
    return int(month), int(day)


def _weekdays(value: Any) -> tuple[int, ...]:
    days = tuple(int(day) - 1 for day in value)
    if any(not 0 <= day <= 6 for day in days) or len(set(days)) == 7:
        raise ValueError(value)
    return days


def _unannounced(value: Any) -> Unannounced:
    if value == "refuse":
        return "refuse"
    if value == "weekends":
        return "weekends"
    raise ValueError(value)


__all__ = ["KEYS", "read_calendar"]
