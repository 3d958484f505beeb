"""The values that FEEL computes with, and the way in from and out to Python's own.

number -> Decimal, string -> str, boolean -> bool, null -> None, list -> list, context -> dict,
date, time, date and time, durations -> temporal.py, range -> Range, function -> Function
"""

from __future__ import annotations

import datetime as python
import decimal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Temporal, Time

#: 34 decimal digits, half even: IEEE 754-2008 decimal128, as DMN 10.3.2.3.1 asks
NUMBERS = decimal.Context(
    prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end of None is open to that side. ``(< 5)`` is Range(None, 5, False, False)."""

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True

    def __str__(self) -> str:
        start, end = ("" if part is None else show(part, quoted=True) for part in (self.start, self.end))
        return f"{'[' if self.start_included else '('}{start}..{end}{']' if self.end_included else ')'}"


@dataclass(frozen=True, slots=True)
class Function:
    """Something to call: the names of its parameters (None for any number) and Python code."""

    parameters: tuple[str, ...] | None
    call: Callable[..., Any]
    name: str = ""
    #: how many of the parameters may be left out at the end
    optional: int = 0
    #: types of the parameters, see types.py; empty where they take anything
    types: tuple[Any, ...] = ()
    #: type of the result, None where nothing is said of it
    result: Any = None

    def __str__(self) -> str:
        return f"function({', '.join(self.parameters or ('…',))})"


def from_python(value: Any) -> Any:
    """A value of Python (or already of FEEL) as FEEL knows it; what FEEL does not know becomes null.

    Floats become the decimal that they print as; NaN and the infinities become null.
    """
    convert = _INWARD.get(type(value))
    if convert is not None:
        return convert(value)
    return _from_other(value)


def _from_other(value: Any) -> Any:
    for kind, convert in _BY_BASE:
        if isinstance(value, kind):
            return convert(value)
    return None


def _number(value: Decimal) -> Decimal | None:
    return NUMBERS.plus(value) if value.is_finite() and abs(value.adjusted()) < 6000 else None


def _date_time(value: python.datetime) -> DateTime:
    nanos = (value.hour * 3600 + value.minute * 60 + value.second) * NANOS + value.microsecond * 1000
    date, zone = Date(value.year, value.month, value.day), value.tzinfo
    if isinstance(zone, ZoneInfo) and zone.key:
        return DateTime(date, Time(nanos, zone=zone.key))
    shift = value.utcoffset()
    return DateTime(date, Time(nanos, None if shift is None else int(shift.total_seconds())))


def _time(value: python.time) -> Time:
    nanos = (value.hour * 3600 + value.minute * 60 + value.second) * NANOS + value.microsecond * 1000
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key:
        return Time(nanos, zone=value.tzinfo.key)
    shift = value.utcoffset()
    return Time(nanos, None if shift is None else int(shift.total_seconds()))


def _timedelta(value: python.timedelta) -> DaysDuration:
    return DaysDuration(((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1000)


def _same(value: Any) -> Any:
    return value


_INWARD: dict[type, Callable[[Any], Any]] = {
    type(None): _same, bool: _same, str: _same, Date: _same, Time: _same, DateTime: _same, DaysDuration: _same,
    MonthsDuration: _same, Range: _same, Function: _same,
    int: lambda value: NUMBERS.create_decimal(value) if abs(value) < 10**34 else _number(Decimal(value)),
    Decimal: _number, float: lambda value: _number(Decimal(repr(value))),
    python.datetime: _date_time, python.date: lambda value: Date(value.year, value.month, value.day),
    python.time: _time, python.timedelta: _timedelta,
    list: lambda value: [from_python(item) for item in value],
    dict: lambda value: {str(key): from_python(item) for key, item in value.items()},
}  # fmt: skip
_BY_BASE: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, str),
    (int, lambda value: from_python(int(value))),
    (Mapping, lambda value: {str(key): from_python(item) for key, item in value.items()}),
    ((Sequence, set, frozenset), lambda value: [from_python(item) for item in value]),
)


def to_python(value: Any) -> Any:
    """A value of FEEL as Python knows it.

    Decimal, str, bool, None, list and dict stay; days and times become ``datetime`` objects where these can hold
    them (years 1 to 9999, whole microseconds); months, ranges and functions stay what they are.
    """
    if isinstance(value, list):
        return [to_python(item) for item in value]
    if isinstance(value, dict):
        return {key: to_python(item) for key, item in value.items()}
    if isinstance(value, Temporal):
        return _temporal_to_python(value)
    return value


def _temporal_to_python(value: Temporal) -> Any:
    if isinstance(value, Date):
        return python.date(value.year, value.month, value.day) if 1 <= value.year <= 9999 else value
    if isinstance(value, DaysDuration):
        days = value.nanos // (86_400 * NANOS)
        exact = value.nanos % 1000 == 0 and abs(days) < 999_999_999
        return (
            python.timedelta(days=days, microseconds=(value.nanos - days * 86_400 * NANOS) // 1000)
            if exact
            else value
        )
    if isinstance(value, Time):
        return value if value.nanos % 1000 else _python_time(value)
    if isinstance(value, DateTime) and 1 <= value.date.year <= 9999 and value.time.nanos % 1000 == 0:
        clock, day = _python_time(value.time), value.date
        return python.datetime.combine(python.date(day.year, day.month, day.day), clock)
    return value


def _python_time(value: Time) -> python.time:
    zone: python.tzinfo | None = None
    if value.zone is not None:
        zone = ZoneInfo(value.zone)
    elif value.offset is not None:
        zone = python.timezone(python.timedelta(seconds=value.offset))
    return python.time(value.hour, value.minute, value.second, value.nanos % NANOS // 1000, tzinfo=zone)


def show(value: Any, *, quoted: bool = False) -> str:
    """A value, of FEEL or of Python, as FEEL's ``string()`` writes it; ``quoted`` for strings inside lists and contexts."""
    value = from_python(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 60 else str(value)
    if isinstance(value, list):
        return f"[{', '.join(show(item, quoted=True) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {show(item, quoted=True)}" for key, item in value.items()) + "}"
    return str(value)


def _key(name: str) -> str:
    return name if name.replace("_", "a").replace(" ", "a").isalnum() else f'"{name}"'


__all__ = ["NUMBERS", "Function", "Range", "from_python", "show", "to_python"]
