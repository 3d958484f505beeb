"""Range functions (DMN 1.3, 10.3.4.11): how points and ranges lie to each other. A point is a range of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..operators import order
from ..values import Range
from .registry import feel

#: an end of a range as (value, shift): shift -1 just before, 0 at, 1 just after the value
End = tuple[Any, int]


def _ends(value: Any) -> tuple[End, End]:
    if isinstance(value, Range):
        return (value.start, 0 if value.start_included else 1), (value.end, 0 if value.end_included else -1)
    return (value, 0), (value, 0)


class Unordered(Exception):
    """The ends cannot be compared: the function is null."""


def _compare(one: End, other: End) -> int:
    if one[0] is None or other[0] is None:
        raise Unordered
    found = order(one[0], other[0])
    if found is None:
        raise Unordered
    return found or (one[1] > other[1]) - (one[1] < other[1])


Relation = Callable[[Any, Any], bool]


def relation(name: str, left: str, right: str) -> Callable[[Relation], Relation]:
    """Register a relation for the shapes that the standard gives it: ``point``, ``range`` or ``both``."""

    def register(function: Relation) -> Relation:
        def answer(one: Any, other: Any) -> bool | None:
            shapes = ((one, left), (other, right))
            if any(
                isinstance(value, Range) is (shape == "point") for value, shape in shapes if shape != "both"
            ):
                return None
            try:
                return function(one, other)
            except Unordered:
                return None

        for names in ("point1, point2", "range1, range2", "point, range", "range, point"):
            first, second = names.split(", ")
            feel(f"{name}({first}: any, {second}: any)")(answer)
        return function

    return register


@relation("before", "both", "both")
def before(one: Any, other: Any) -> bool:
    return _compare(_ends(one)[1], _ends(other)[0]) < 0


@relation("after", "both", "both")
def after(one: Any, other: Any) -> bool:
    return _compare(_ends(one)[0], _ends(other)[1]) > 0


@relation("meets", "range", "range")
def meets(one: Any, other: Any) -> bool:
    return bool(one.end_included and other.start_included) and _compare(_ends(one)[1], _ends(other)[0]) == 0


@relation("met by", "range", "range")
def met_by(one: Any, other: Any) -> bool:
    return meets(other, one)


@relation("overlaps", "range", "range")
def overlaps(one: Any, other: Any) -> bool:
    (low, high), (start, end) = _ends(one), _ends(other)
    return _compare(high, start) >= 0 and _compare(low, end) <= 0


@relation("overlaps before", "range", "range")
def overlaps_before(one: Any, other: Any) -> bool:
    (low, high), (start, end) = _ends(one), _ends(other)
    return _compare(low, start) < 0 and _compare(high, start) >= 0 and _compare(high, end) <= 0


@relation("overlaps after", "range", "range")
def overlaps_after(one: Any, other: Any) -> bool:
    return overlaps_before(other, one)


@relation("finishes", "both", "range")
def finishes(one: Any, other: Any) -> bool:
    (low, high), (start, end) = _ends(one), _ends(other)
    return _compare(high, end) == 0 and _compare(low, start) >= 0


@relation("finished by", "range", "both")
def finished_by(one: Any, other: Any) -> bool:
    return finishes(other, one)


@relation("includes", "range", "both")
def includes(one: Any, other: Any) -> bool:
    (low, high), (start, end) = _ends(one), _ends(other)
    return _compare(low, start) <= 0 and _compare(high, end) >= 0


@relation("during", "both", "range")
def during(one: Any, other: Any) -> bool:
    return includes(other, one)


@relation("starts", "both", "range")
def starts(one: Any, other: Any) -> bool:
    (low, high), (start, end) = _ends(one), _ends(other)
    return _compare(low, start) == 0 and _compare(high, end) <= 0


@relation("started by", "range", "both")
def started_by(one: Any, other: Any) -> bool:
    return starts(other, one)


@relation("coincides", "both", "both")
def coincides(one: Any, other: Any) -> bool:
    return all(_compare(mine, theirs) == 0 for mine, theirs in zip(_ends(one), _ends(other), strict=True))
