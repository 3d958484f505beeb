"""List functions (DMN 1.3, 10.3.4.4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from ..limits import MAX_LIST
from ..operators import add, divide, equal, multiply, order, subtract
from ..paths import call
from ..values import NUMBERS, Function
from .registry import feel


def spread(
    name: str, parameter: str = "list"
) -> Callable[[Callable[[list[Any]], Any]], Callable[[list[Any]], Any]]:
    """Register a function of a list that may also be given as separate arguments: ``sum([1, 2])``, ``sum(1, 2)``."""

    def register(function: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
        feel(f"{name}({parameter}: list)")(function)
        feel(f"{name}(...items: any)")(lambda *items: function(list(items)) if len(items) > 1 else None)
        return function

    return register


def contains(items: list[Any], element: Any) -> bool:
    """Is one of the items equal to the element?"""
    return any(equal(item, element) is True for item in items)


@feel("list contains(list: list, element: any)")
def list_contains(items: list[Any], element: Any) -> bool:
    return contains(items, element)


@feel("count(list: list)")
def count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


def _extreme(items: list[Any], wanted: int) -> Any:
    best = items[0] if items else None
    for item in items[1:]:
        found = order(item, best)
        if found is None:
            return None
        best = item if found == wanted else best
    return best if order(best, best) is not None else None


@spread("min")
def minimum(items: list[Any]) -> Any:
    return _extreme(items, -1)


@spread("max")
def maximum(items: list[Any]) -> Any:
    return _extreme(items, 1)


def _fold(items: list[Any], operate: Callable[[Any, Any], Any]) -> Any:
    total = items[0] if items else None
    for item in items[1:]:
        total = operate(total, item)
    return None if isinstance(total, str) or not items else total


@spread("sum")
def total(items: list[Any]) -> Any:
    return (
        _fold(items, add) if not any(isinstance(item, str | list | dict | bool) for item in items) else None
    )


@spread("product")
def product(items: list[Any]) -> Any:
    return _fold(items, multiply) if _numbers(items) else None


@spread("mean")
def mean(items: list[Any]) -> Any:
    return divide(total(items), Decimal(len(items))) if items else None


def _numbers(items: list[Any]) -> bool:
    return bool(items) and all(isinstance(item, Decimal) for item in items)


@spread("median")
def median(items: list[Any]) -> Any:
    if not _numbers(items):
        return None
    ordered, half = sorted(items), len(items) // 2
    return ordered[half] if len(items) % 2 else divide(add(ordered[half - 1], ordered[half]), Decimal(2))


@spread("stddev")
def stddev(items: list[Any]) -> Any:
    """Standard deviation of a sample (n - 1)."""
    if not _numbers(items) or len(items) < 2:
        return None
    middle = mean(items)
    squares = [multiply(subtract(item, middle), subtract(item, middle)) for item in items]
    variance = divide(total(squares), Decimal(len(items) - 1))
    return None if variance is None else NUMBERS.sqrt(variance)


@spread("mode")
def mode(items: list[Any]) -> Any:
    """The numbers that occur most often, in ascending order."""
    if not items:
        return []
    if not _numbers(items):
        return None
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values())
    return sorted(item for item, times in counts.items() if times == most)


def _conjunction(items: list[Any], decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    return not decisive if all(isinstance(item, bool) for item in items) else None


@spread("all")
def all_(items: list[Any]) -> bool | None:
    return _conjunction(items, False)


@spread("any")
def any_(items: list[Any]) -> bool | None:
    return _conjunction(items, True)


@feel("not(negand: any)")
def not_(value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


@feel("sublist(list: list, start position: number, length?: number)")
def sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    first = int(start)
    if first == 0 or abs(first) > len(items) or (length is not None and length < 0):
        return None
    at = first - 1 if first > 0 else len(items) + first
    if length is not None and at + int(length) > len(items):
        return None
    return items[at:] if length is None else items[at : at + int(length)]


@feel("append(list: list, ...item: any)")
def append(items: list[Any], *added: Any) -> list[Any]:
    return [*items, *added]


@feel("concatenate(...list: any)")
def concatenate(*lists: Any) -> list[Any] | None:
    if any(part is None for part in lists):
        return None
    joined = [item for part in lists for item in (part if isinstance(part, list) else [part])]
    return joined if len(joined) <= MAX_LIST else None


@feel("insert before(list: list, position: number, newItem: any)")
def insert_before(items: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    at = _index(items, position)
    return None if at is None else [*items[:at], new, *items[at:]]


@feel("remove(list: list, position: number)")
def remove(items: list[Any], position: Decimal) -> list[Any] | None:
    at = _index(items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


def _index(items: list[Any], position: Decimal) -> int | None:
    number = int(position)
    if number == 0 or abs(number) > len(items):
        return None
    return number - 1 if number > 0 else len(items) + number


@feel("list replace(list: list, position: number, newItem: any)")
def list_replace(items: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    at = _index(items, position)
    return None if at is None else [*items[:at], new, *items[at + 1 :]]


@feel("list replace(list: list, match: function, newItem: any)")
def list_replace_matching(items: list[Any], match: Function, new: Any) -> list[Any] | None:
    answers = [call(match, (item, new)) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        return None
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


@feel("reverse(list: list)")
def reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


@feel("index of(list: list, match: any)")
def index_of(items: list[Any], match: Any) -> list[Decimal]:
    return [Decimal(at) for at, item in enumerate(items, 1) if equal(item, match) is True]


def _distinct(items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        if isinstance(item, str | Decimal) and not isinstance(item, bool):
            if (type(item), item) not in seen:
                seen.add((type(item), item))
                kept.append(item)
        elif not contains(kept, item):
            kept.append(item)
    return kept


@feel("union(...list: any)")
def union(*lists: Any) -> list[Any] | None:
    joined = concatenate(*lists)
    return None if joined is None else _distinct(joined)


@feel("distinct values(list: list)")
def distinct_values(items: list[Any]) -> list[Any]:
    return _distinct(items)


@feel("duplicate values(list: list)")
def duplicate_values(items: list[Any]) -> list[Any]:
    return [item for item in _distinct(items) if len(index_of(items, item)) > 1]


@feel("flatten(list: list)")
def flatten(items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        flat.extend(flatten(item) if isinstance(item, list) else [item])
    return flat


@feel("sort(list: list, precedes: function)")
def sort(items: list[Any], precedes: Function) -> list[Any] | None:
    """Stable; ``precedes(a, b)`` says that a comes before b."""

    def compare(one: Any, other: Any) -> int:
        if call(precedes, (one, other)) is True:
            return -1
        return 1 if call(precedes, (other, one)) is True else 0

    return sorted(items, key=cmp_to_key(compare))


@feel("sort(list: list)")
def sort_naturally(items: list[Any]) -> list[Any] | None:
    if any(order(item, items[0]) is None for item in items):
        return None
    return sorted(items, key=cmp_to_key(lambda one, other: order(one, other) or 0))
