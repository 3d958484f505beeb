"""Reaching into values: properties, filters, positions, iteration and calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from .limits import MAX_LIST, MAX_ROUNDS
from .meters import Endless, step
from .operators import order
from .temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time, date_from_number
from .types import Type, coerce
from .values import Function, Range


def _whole(number: int) -> Decimal:
    return Decimal(number)


def _offset(time: Time, date: Date | None = None) -> DaysDuration | None:
    shift = time.seconds_from_utc(date)
    return None if shift is None else DaysDuration(shift * NANOS)


def _cut(nanos: int, unit: int, wrap: int | None = None) -> Decimal:
    """The part of a duration in a unit, with the sign of the duration."""
    count = abs(nanos) // (unit * NANOS)
    count = count if wrap is None else count % wrap
    return Decimal(-count if nanos < 0 else count)


_DATE: dict[str, Callable[[Any], Any]] = {
    "year": lambda day: _whole(day.year), "month": lambda day: _whole(day.month), "day": lambda day: _whole(day.day),
    "weekday": lambda day: _whole(day.weekday()),
}  # fmt: skip
_TIME: dict[str, Callable[[Any], Any]] = {
    "hour": lambda time: _whole(time.hour), "minute": lambda time: _whole(time.minute),
    "second": lambda time: _whole(time.second), "timezone": lambda time: time.zone, "time offset": _offset,
}  # fmt: skip


def _part(name: str, get: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A property of the date or time of a date and time."""
    return lambda both: get(getattr(both, name))


PROPERTIES: dict[type, dict[str, Callable[[Any], Any]]] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: {
        **{name: _part("date", get) for name, get in _DATE.items()},
        **{name: _part("time", get) for name, get in _TIME.items()},
        "time offset": lambda both: _offset(both.time, both.date),
    },
    DaysDuration: {
        "days": lambda span: _cut(span.nanos, 86_400), "hours": lambda span: _cut(span.nanos, 3600, 24),
        "minutes": lambda span: _cut(span.nanos, 60, 60), "seconds": lambda span: _cut(span.nanos, 1, 60),
    },
    MonthsDuration: {
        "years": lambda span: _whole(int(span.months / 12)),
        "months": lambda span: _whole(abs(span.months) % 12 * (-1 if span.months < 0 else 1)),
    },
    Range: {
        "start": lambda ends: ends.start, "end": lambda ends: ends.end,
        "start included": lambda ends: ends.start_included, "end included": lambda ends: ends.end_included,
    },
}  # fmt: skip


def path(value: Any, name: str) -> Any:
    """``value.name``: an entry, a property, or that of each item of a list."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        return [path(item, name) for item in value]
    get = PROPERTIES.get(type(value), {}).get(name)
    return get(value) if get else None


def has(item: Any, name: str) -> bool:
    """Is the item a context with that entry? Then the name means the entry inside a filter."""
    return isinstance(item, dict) and name in item


def item_of(item: Any) -> Any:
    """What ``item`` means inside a filter: the item, or its entry of that name."""
    return item["item"] if isinstance(item, dict) and "item" in item else item


def at(value: Any, position: Any) -> Any:
    """``value[n]``: the n-th item from 1, from the end for negative n; null outside."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    if not isinstance(position, Decimal) or position != int(position):
        return None
    index = int(position)
    if index == 0 or abs(index) > len(items):
        return None
    return items[index - 1] if index > 0 else items[index]


def filtered(value: Any, test: Callable[[Any], Any]) -> Any:
    """``value[test]``: the items for which the test is true; the item at the position if the test is a number."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    step(len(items))
    probe = test(items[0] if items else None)
    if isinstance(probe, Decimal):
        return at(value, probe)
    if not items:
        return [] if isinstance(value, list) else None
    if probe is not None and not isinstance(probe, bool):
        return None
    kept = [items[0]] if probe is True else []
    kept.extend(item for item in islice(items, 1, None) if test(item) is True)
    return kept


def counted(start: Any, end: Any) -> list[Any] | None:
    """``start..end`` of a ``for``: whole numbers or days, upwards or downwards, both included."""
    if isinstance(start, Decimal) and isinstance(end, Decimal) and start == int(start) and end == int(end):
        first, last = int(start), int(end)
        return [Decimal(number) for number in _steps(first, last)]
    if isinstance(start, Date) and isinstance(end, Date):
        return [date_from_number(number) for number in _steps(start.number(), end.number())]
    return None


def _steps(first: int, last: int) -> range:
    if abs(last - first) >= MAX_LIST:
        raise Endless
    return range(first, last + 1) if last >= first else range(first, last - 1, -1)


def domain(value: Any) -> list[Any] | None:
    """What an iteration goes through: items of a list, whole numbers or days of a range, or the one value."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _inside(value)
    return None if value is None else [value]


def _inside(ends: Range) -> list[Any] | None:
    found = counted(ends.start, ends.end)
    if found is None:
        return None
    if order(ends.start, ends.end) == 1:
        return []
    first = 0 if ends.start_included else 1
    return found[first : len(found) if ends.end_included else -1]


def rounds(domains: tuple[Callable[..., Any], ...]) -> Iterator[tuple[Any, ...]] | None:
    """All combinations of the loops' items, the last loop fastest; None if one of them is null."""
    budget = [MAX_ROUNDS]

    def combine(values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if len(values) == len(domains):
            yield values
            return
        for item in _loop(domains[len(values)](*values)):
            budget[0] -= 1
            step()
            if budget[0] < 0:
                raise Endless
            yield from combine((*values, item))

    return combine(())


class NoDomain(Exception):
    """A loop over null; the expression's answer is null."""


def _loop(value: Any) -> list[Any]:
    items = domain(value)
    if items is None:
        raise NoDomain
    return items


def for_each(domains: tuple[Callable[..., Any], ...], body: Callable[..., Any]) -> list[Any] | None:
    """``for … return``: the body for each round; ``partial`` is what has been returned so far."""
    results: list[Any] = []
    combinations = rounds(domains)
    try:
        for values in combinations or ():
            results.append(body(*values, results))
    except NoDomain:
        return None
    return results if len(results) <= MAX_LIST else None


def quantified(
    domains: tuple[Callable[..., Any], ...], body: Callable[..., Any], wanted: bool
) -> bool | None:
    """``some`` (wanted true) and ``every`` (wanted false) in three-valued logic."""
    answer: bool | None = not wanted
    try:
        for values in rounds(domains) or ():
            found: Any = body(*values)
            if found is wanted:
                return bool(wanted)
            answer = None if not isinstance(found, bool) else answer
    except NoDomain:
        return None
    return answer


def context_of(entries: tuple[tuple[str, Callable[[dict[str, Any]], Any]], ...]) -> dict[str, Any]:
    """A context literal: each entry sees those before it."""
    made: dict[str, Any] = {}
    for name, compute in entries:
        made[name] = compute(made)
    return made


def call(function: Any, arguments: tuple[Any, ...]) -> Any:
    """Call by position; null for what is not a function or for the wrong number of arguments.

    An argument that does not fit its parameter's type becomes null.
    """
    if not isinstance(function, Function):
        return None
    names = function.parameters
    if names is not None and not len(names) - function.optional <= len(arguments) <= len(names):
        return None
    return _invoke(function, arguments)


def callee(given: Any, builtin: Function) -> Function:
    """A function of the scope goes before the built-in one of its name; another value of that name does not."""
    return given if isinstance(given, Function) else builtin


def clock(given: Any) -> Any:
    """``now()`` and ``today()``: what the context says they are; the engine has no clock of its own."""
    return call(given, ()) if isinstance(given, Function) else given


def call_named(function: Any, arguments: dict[str, Any]) -> Any:
    """Call by name; null where a name is missing or unknown."""
    if not isinstance(function, Function) or function.parameters is None:
        choose = getattr(function, "named", None) if isinstance(function, Function) else None
        return choose(arguments) if choose else None
    if set(arguments) != set(function.parameters):
        return None
    return _invoke(function, tuple(arguments[name] for name in function.parameters))


def _invoke(function: Function, arguments: tuple[Any, ...]) -> Any:
    step()
    if function.types:
        arguments = tuple(
            coerce(value, kind) if isinstance(kind, Type) else value
            for value, kind in zip(arguments, function.types, strict=False)
        )
    return function.call(*arguments)


def range_of(start: Any, end: Any, start_included: bool, end_included: bool) -> Range | None:
    """A range whose ends are of one ordered kind; null otherwise. An end that is null is open to that side."""
    if start is None and end is None:
        return None
    known = end if start is None else start
    if order(known, known if start is None or end is None else end) is None:
        return None
    return Range(start, end, start_included and start is not None, end_included and end is not None)


def half_range(mark: str, value: Any) -> Range | None:
    """``(< 5)`` as a value: the range open to one side; ``(= 5)`` is the range of one value."""
    if value is None or order(value, value) is None:
        return None
    if mark == "=":
        return Range(value, value)
    if mark in ("<", "<="):
        return Range(None, value, False, mark == "<=")
    return Range(value, None, mark == ">=", False) if mark in (">", ">=") else None
