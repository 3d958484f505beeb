"""What FEEL's operators do with values (DMN 1.3, 10.3.2.3 to 10.3.2.9): no exception, null instead."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any

from . import durations
from .limits import MAX_STRING
from .temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time
from .values import NUMBERS, Function, Range


def add(left: Any, right: Any) -> Any:
    """``+``: numbers, strings, durations, and days or times with durations."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(NUMBERS.add, left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right if len(left) + len(right) <= MAX_STRING else None
    return durations.add(left, right)


def subtract(left: Any, right: Any) -> Any:
    """``-``: numbers, durations, days and times."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(NUMBERS.subtract, left, right)
    return durations.subtract(left, right)


def multiply(left: Any, right: Any) -> Any:
    """``*``: numbers, and a duration with a number."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(NUMBERS.multiply, left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    return durations.scale(left, right) if isinstance(right, Decimal) else None


def divide(left: Any, right: Any) -> Any:
    """``/``: numbers, a duration by a number, a duration by one of its kind."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number(NUMBERS.divide, left, right)
    return durations.divide(left, right)


def power(left: Any, right: Any) -> Any:
    """``**`` of numbers."""
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    return _number(NUMBERS.power, left, right)


def negate(value: Any) -> Any:
    """``-`` before a number or duration."""
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(-value.nanos)
    return MonthsDuration(-value.months) if isinstance(value, MonthsDuration) else None


def _number(operate: Any, left: Decimal, right: Decimal) -> Decimal | None:
    try:
        result: Decimal = operate(left, right)
    except decimal.DecimalException:
        return None
    return result


_KINDS = (bool, Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration, list, dict, Range, Function)


def _kind(value: Any) -> Any:
    if type(value) in _KINDS:
        return type(value)
    return next((kind for kind in _KINDS if isinstance(value, kind)), None)


def equal(left: Any, right: Any) -> bool | None:
    """``=``: true or false within a kind and against null, null between kinds (DMN 1.3, table 53)."""
    if left is None or right is None:
        return left is right
    kind = _kind(left)
    if kind is not _kind(right):
        return _equal_days(left, right)
    if kind is list:
        return _equal_items(left, right)
    if kind is dict:
        if left.keys() != right.keys():
            return False
        return _equal_items([left[key] for key in left], [right[key] for key in left])
    if kind is DateTime or kind is Time:
        return _equal_times(left, right)
    return bool(left == right)


def _equal_items(left: list[Any], right: list[Any]) -> bool | None:
    if len(left) != len(right):
        return False
    answer: bool | None = True
    for one, other in zip(left, right, strict=True):
        same = equal(one, other)
        if same is False:
            return False
        answer = None if same is None else answer
    return answer


def _equal_days(left: Any, right: Any) -> bool | None:
    """A date and a date and time: the date is its midnight in UTC, as where a date and time is asked for."""
    left, right = (DateTime(day, Time(0, 0)) if type(day) is Date else day for day in (left, right))
    return _equal_times(left, right) if type(left) is type(right) is DateTime else None


def _equal_times(left: Any, right: Any) -> bool:
    """The same point of time, whatever its offset or zone is called; to the second, as FEEL measures times."""
    one, other = position(left), position(right)
    return (
        one is not None and other is not None and (one[0], one[1] // NANOS) == (other[0], other[1] // NANOS)
    )


def position(value: Any) -> tuple[bool, int] | None:
    """Where a time or date and time lies, and whether that is an instant; values of unlike kinds are not ordered."""
    if isinstance(value, DateTime):
        instant = value.instant()
        return (True, instant) if instant is not None else (False, value.local_nanos())
    shift = value.seconds_from_utc()
    return (False, value.nanos) if shift is None else (True, value.nanos - shift * 1_000_000_000)


def unequal(left: Any, right: Any) -> bool | None:
    """``!=``."""
    same = equal(left, right)
    return None if same is None else not same


def order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 for values of one ordered kind; None where they have no order."""
    kind = type(left)
    if kind is not type(right) or kind is bool:
        return None
    one: Any = left
    other: Any = right
    if kind is DateTime or kind is Time:
        first, second = position(left), position(right)
        if first is None or second is None or first[0] is not second[0]:
            return None
        one, other = first[1], second[1]
    elif kind is Date:
        one, other = (left.year, left.month, left.day), (right.year, right.month, right.day)
    elif kind is DaysDuration:
        one, other = left.nanos, right.nanos
    elif kind is MonthsDuration:
        one, other = left.months, right.months
    elif kind is not Decimal and kind is not str:
        return None
    return int(one > other) - int(one < other)


def less(left: Any, right: Any) -> bool | None:
    """``<``."""
    if type(left) is Decimal and type(right) is Decimal:
        return left < right
    found = order(left, right)
    return None if found is None else found < 0


def at_most(left: Any, right: Any) -> bool | None:
    """``<=``."""
    found = order(left, right)
    return None if found is None else found <= 0


def greater(left: Any, right: Any) -> bool | None:
    """``>``."""
    if type(left) is Decimal and type(right) is Decimal:
        return left > right
    found = order(left, right)
    return None if found is None else found > 0


def at_least(left: Any, right: Any) -> bool | None:
    """``>=``."""
    found = order(left, right)
    return None if found is None else found >= 0


def both(left: Any, right: Any) -> bool | None:
    """``and`` in three-valued logic: false wins, then null (anything but a boolean counts as null)."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Any, right: Any) -> bool | None:
    """``or`` in three-valued logic: true wins, then null."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def between(value: Any, low: Any, high: Any) -> bool | None:
    """``value between low and high``, both included."""
    return both(at_least(value, low), at_most(value, high))


def within(value: Any, interval: Range) -> bool | None:
    """Does the value lie in the range?"""
    if interval.start is None and interval.end is None:
        return None
    low: bool | None = True
    if interval.start is not None:
        low = at_least(value, interval.start) if interval.start_included else greater(value, interval.start)
    high: bool | None = True
    if interval.end is not None:
        high = at_most(value, interval.end) if interval.end_included else less(value, interval.end)
    return both(low, high)


def passes(value: Any, test: Any) -> bool | None:
    """``value in test``: equal to it, one of its items, or inside it (DMN 1.3, table 55)."""
    if isinstance(test, Range):
        return equal(value, test) if isinstance(value, Range) else within(value, test)
    if isinstance(test, list):
        if isinstance(value, list) and equal(value, test) is True:
            return True
        answer: bool | None = False
        for item in test:
            found = passes(value, item) if isinstance(item, Range) else equal(value, item)
            if found is True:
                return True
            answer = None if found is None and value is None else answer
        return answer
    return equal(value, test)


def passes_cell(value: Any, test: Any) -> bool:
    """A unary test without ``?``: as ``in``, and true for a condition that holds whatever the value is."""
    if passes(value, test) is True:
        return True
    return test is True and not isinstance(value, bool)


def passes_condition(value: Any, result: Any) -> bool:
    """A unary test with ``?``: the condition holds, or its result is the value or contains it."""
    if isinstance(result, bool) or result is None:
        return result is True
    return passes(value, result) is True
