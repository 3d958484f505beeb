"""Whom a watch looks at: the rows of its register with their series, parameters and orders, as plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Any

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.expressions import Expression, compile_expression
from gongzhi.engine.instants import SHANGHAI, parse_instant
from gongzhi.engine.watches.errors import BadWindow, NoNumber
from gongzhi.engine.watches.kinds import KINDS, Param, milli
from gongzhi.engine.watches.spec import OverSpec, PeriodsSpec, WatchSpec

Record = Mapping[str, Any]
#: register -> its records, as FEEL computes, with ``key`` and ``state``
Records = Mapping[str, Sequence[Record]]
#: an end that is open
FAR_US = 32_503_680_000_000_000
ROW, TODAY, ORDER, DECLARED = "row", "today", "order", "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One row of the register that a watch looks over."""

    key: str
    name: str
    area: str = ""
    #: part of the kind -> ids of series
    series: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: parameter -> whole number (counts, thousandths) or factor
    params: Mapping[str, int | float] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)
    #: what expressions about it may name: row, looks, today
    names: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An order that holds for a subject from one instant to another (microseconds since 1970 UTC, the end not included)."""

    subject: str
    order: str
    since: int
    until: int
    cut: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwatched:
    """A row that should be watched and can't be: a series or a parameter is missing."""

    key: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """All that a watch looks at."""

    subjects: tuple[Subject, ...] = ()
    periods: tuple[Period, ...] = ()
    unwatched: tuple[Unwatched, ...] = ()

    def of(self, key: str) -> Subject | None:
        """The subject of that key."""
        return next((each for each in self.subjects if each.key == key), None)

    @property
    def series(self) -> frozenset[str]:
        """Every series that is read."""
        return frozenset(id_ for each in self.subjects for ids in each.series.values() for id_ in ids)


def subjects_of(spec: WatchSpec, records: Records, today: date) -> Subjects:
    """The subjects of a watch of any kind but ``surge``, with the orders that hold for them.

    A row whose series or parameter comes to nothing is told in ``unwatched``: nobody is quietly left out.
    """
    made: list[Subject] = []
    unwatched: list[Unwatched] = []
    for names in rows_of(spec.over, records, today):
        key = str(names[ROW]["key"])
        try:
            made.append(_subject(spec, names))
        except _Missing as missing:
            unwatched.append(Unwatched(key=key, why=missing.why))
    return Subjects(
        subjects=tuple(made), periods=tuple(_periods(spec, made, records)), unwatched=tuple(unwatched)
    )


def rows_of(over: OverSpec, records: Records, today: date) -> Iterator[dict[str, Any]]:
    """Names for expressions, for each row that counts: ``row``, what ``look`` found, ``today``. In order of key."""
    known = {
        look.register_: {str(each["key"]): each for each in records.get(look.register_, ())}
        for look in over.look.values()
    }
    for row in sorted(records.get(over.register_, ()), key=lambda each: str(each["key"])):
        names: dict[str, Any] = {ROW: row, TODAY: today, **dict.fromkeys(over.look)}
        for name, look in over.look.items():
            key = value(look.key, names)
            names[name] = known[look.register_].get(str(key)) if key is not None else None
        if holds(over.where, names):
            yield names


class _Missing(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _subject(spec: WatchSpec, names: Mapping[str, Any]) -> Subject:
    key = str(names[ROW]["key"])
    if spec.subject and (key := text(value(spec.subject, names))) == "":
        raise _Missing("subject")
    kind = KINDS[spec.kind]
    series = {}
    for part in kind.series:
        series[part] = _ids(value(spec.series[part], names)) if part in spec.series else ()
        if not series[part] or (kind.by_point and len(series[part]) != 1):
            raise _Missing(f"series.{part}")
    return Subject(
        key=key,
        name=text(value(spec.over.name, names)) if spec.over.name else key,
        area=text(value(spec.over.area, names)) if spec.over.area else "",
        series=series,
        params={name: _param(spec, name, param, key, names) for name, param in kind.params.items()},
        also={name: value(each, names) for name, each in spec.also.items()},
        names=names,
    )


def _param(spec: WatchSpec, name: str, param: Param, key: str, names: Mapping[str, Any]) -> int | float:
    found: Any = value(spec.with_[name], names) if name in spec.with_ else param.default
    if name in spec.with_ and found is None:
        if param.default is None:
            raise _Missing(f"with.{name}")
        found = param.default
    if param.unit == "date":
        return instant_us(found, spec.id, key) if found else 0
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal | Fraction):
        raise NoNumber(watch=spec.id, name=name, subject=key)
    if param.unit == "milli":
        return milli(float(found))
    return float(found) if param.unit == "real" else floor(found)


def _periods(spec: WatchSpec, subjects: Iterable[Subject], records: Records) -> Iterator[Period]:
    asked = spec.periods
    if asked is None:
        return
    orders: dict[tuple[str, ...], list[Record]] = {}
    for order in records.get(asked.register_, ()):
        orders.setdefault(tuple(text(order.get(column)) for column in asked.match), []).append(order)
    for subject in subjects:
        wanted = tuple(text(value(each, subject.names)) for each in asked.match.values())
        for order in orders.get(wanted, ()) if all(wanted) else ():
            names = {**subject.names, ORDER: order}
            if holds(asked.where, names):
                yield _period(asked, subject, order, names)


def _period(asked: PeriodsSpec, subject: Subject, order: Record, names: Mapping[str, Any]) -> Period:
    cut = value(asked.cut, names) if asked.cut else None
    since, until = window_of(asked.register_, order, asked.from_, asked.to)
    return Period(
        subject=subject.key,
        order=str(order["key"]),
        since=since,
        until=until,
        cut=float(cut) if cut is not None else float(subject.params.get("cut", 0)),
    )


def window_of(register: str, record: Record, from_: str, to: str) -> tuple[int, int]:
    """From when to when a declaration or an order holds: a date counts whole, an empty end is open."""
    key = str(record["key"])
    start, end = record.get(from_), record.get(to)
    since = instant_us(start, register, key) if start not in (None, "") else 0
    if end in (None, ""):
        return since, FAR_US
    return since, instant_us(end, register, key, whole=True)


def instant_us(found: Any, register: str, key: str, *, whole: bool = False) -> int:
    """Microseconds since 1970 UTC of a date, a date and time, or a text; ``whole``: a date means its end."""
    if isinstance(found, str):
        try:
            at = parse_instant(found)
        except GongzhiError as error:
            raise BadWindow(register=register, key=key, text=found) from error
        found = at.date() if whole and ":" not in found else at
    if isinstance(found, datetime):
        at = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    elif isinstance(found, date):
        at = datetime.combine(found + timedelta(days=1) if whole else found, time(), SHANGHAI)
    else:
        raise BadWindow(register=register, key=key, text=found)
    return round(at.timestamp()) * 1_000_000


def value(expression: str, names: Mapping[str, Any]) -> Any:
    """What an expression comes to."""
    return compiled(expression).evaluate(names)


def holds(condition: str, names: Mapping[str, Any]) -> bool:
    """Whether a condition is true; an empty one always is, one that comes to nothing never."""
    return not condition or value(condition, names) is True


def text(found: Any) -> str:
    """A value as a key or a word; nothing is empty."""
    return "" if found is None else str(found)


def _ids(found: Any) -> tuple[str, ...]:
    each = found if isinstance(found, list | tuple) else (found,)
    return tuple(str(one) for one in each if one not in (None, ""))


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Expression:
    """An expression, compiled once."""
    return compile_expression(expression)


__all__ = [
    "FAR_US",
    "Period",
    "Record",
    "Records",
    "Subject",
    "Subjects",
    "Unwatched",
    "holds",
    "instant_us",
    "rows_of",
    "subjects_of",
    "value",
    "window_of",
]
