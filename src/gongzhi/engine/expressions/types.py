"""FEEL's types: does a value conform, and what does it become where a type is asked for (DMN 1.3, 10.3.2.9).

Conversions are those of the standard: a list of one item to that item, an item to a list of one, a date to a
date and time at midnight UTC; everything else that does not conform becomes null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from .values import Function, Range


@dataclass(frozen=True, slots=True)
class Type:
    """A type of FEEL. ``kind`` is its name in FEEL, ``list``, ``context``, ``function``, ``range`` or ``Any``."""

    kind: str = "Any"
    #: of a list or range: the type of its items or ends
    of: Type | None = None
    #: of a context: its entries
    entries: Mapping[str, Type] = field(default_factory=dict)
    #: of a function: its parameters, None where nothing is said of them
    parameters: tuple[Type, ...] | None = None
    #: of a function: its result
    result: Type | None = None
    #: a closer condition: allowed values of an item definition
    allows: Callable[[Any], bool] | None = None
    #: name of the item definition
    name: str = ""


ANY = Type()
SIMPLE: dict[str, Any] = {
    "number": Decimal, "string": str, "boolean": bool, "date": Date, "time": Time, "date and time": DateTime,
    "days and time duration": DaysDuration, "years and months duration": MonthsDuration,
}  # fmt: skip
ALIASES = {
    "dateTime": "date and time", "dayTimeDuration": "days and time duration", "yearMonthDuration": "years and months duration",
    "any": "Any", "Null": "Null", "null": "Null",
}  # fmt: skip


def simple(name: str) -> Type | None:
    """The type of that name in FEEL (or XML), None where it has no such simple type."""
    name = ALIASES.get(name, name)
    if name in SIMPLE or name in ("Any", "Null", "list", "context", "function", "range", "duration"):
        return Type(name)
    return None


def conforms(value: Any, wanted: Type) -> bool:
    """Is the value of the type? Null conforms to every type, but ``instance_of`` knows better."""
    if value is None:
        return True
    return _conforms(value, wanted) and (wanted.allows is None or wanted.allows(value))


def _unconstrained(wanted: Type) -> Type:
    """The type without its allowed values, which ``instance of`` does not look at."""
    return replace(
        wanted,
        allows=None,
        of=_unconstrained(wanted.of) if wanted.of else None,
        entries={name: _unconstrained(kind) for name, kind in wanted.entries.items()},
    )


def _conforms(value: Any, wanted: Type) -> bool:
    check = _CHECKS.get(wanted.kind)
    if check is not None:
        return check(value, wanted)
    kind = SIMPLE.get(wanted.kind)
    return kind is not None and isinstance(value, kind)


def _list(value: Any, wanted: Type) -> bool:
    of = wanted.of
    return isinstance(value, list) and (of is None or all(conforms(item, of) for item in value))


def _context(value: Any, wanted: Type) -> bool:
    if not isinstance(value, dict):
        return False
    return all(key in value and conforms(value[key], kind) for key, kind in wanted.entries.items())


def _range(value: Any, wanted: Type) -> bool:
    return isinstance(value, Range) and (
        wanted.of is None or (conforms(value.start, wanted.of) and conforms(value.end, wanted.of))
    )


def _function(value: Any, wanted: Type) -> bool:
    if not isinstance(value, Function):
        return False
    if wanted.parameters is None:
        return True
    if value.parameters is None or len(value.parameters) != len(wanted.parameters):
        return False
    if value.types and not all(
        mine is None or subsumes(mine, theirs)
        for mine, theirs in zip(value.types, wanted.parameters, strict=True)
    ):
        return False
    return wanted.result is None or value.result is None or subsumes(wanted.result, value.result)


def subsumes(wide: Type, narrow: Type) -> bool:
    """Is every value of ``narrow`` one of ``wide``? (DMN 1.3, 10.3.2.9.1 to 10.3.2.9.2)"""
    if wide.kind == "Any" or narrow.kind == "Null":
        return True
    if wide.kind != narrow.kind:
        return False
    if wide.kind == "context":
        return all(
            key in narrow.entries and subsumes(kind, narrow.entries[key])
            for key, kind in wide.entries.items()
        )
    return wide.of is None or (narrow.of is not None and subsumes(wide.of, narrow.of))


_CHECKS: dict[str, Callable[[Any, Type], bool]] = {
    "Any": lambda value, wanted: True,
    "Null": lambda value, wanted: value is None,
    "list": _list,
    "context": _context,
    "range": _range,
    "function": _function,
    "duration": lambda value, wanted: isinstance(value, DaysDuration | MonthsDuration),
}


def instance_of(value: Any, wanted: Type | None) -> bool | None:
    """``value instance of type``: null is an instance of Null only; null where the type is unknown."""
    if wanted is None:
        return None
    if value is None:
        return wanted.kind == "Null"
    return conforms(value, _unconstrained(wanted))


def coerce(value: Any, wanted: Type | None) -> Any:
    """The value as the type asks for it, null where it cannot be (DMN 1.3, 10.3.2.9.4)."""
    if wanted is None or (wanted.kind == "Any" and wanted.allows is None):
        return value
    if value is None:
        return None
    if isinstance(value, Function) and wanted.kind == "function":
        return as_function(value, wanted) if conforms(value, wanted) else None
    if conforms(value, wanted):
        return value
    if wanted.kind == "list" and not isinstance(value, list):
        return coerce([value], wanted) if conforms([value], wanted) else None
    if wanted.kind != "list" and isinstance(value, list) and len(value) == 1:
        return coerce(value[0], wanted)
    if wanted.kind == "date and time" and isinstance(value, Date):
        return DateTime(value, Time(0, 0))
    return None


def as_function(function: Function, wanted: Type) -> Function:
    """The function with the parameter types that it lacks and with its result converted."""
    names, result = function.parameters, wanted.result
    types = function.types
    if (
        not types
        and names is not None
        and wanted.parameters is not None
        and len(wanted.parameters) == len(names)
    ):
        types = wanted.parameters
    if result is None and types == function.types:
        return function

    def call(*values: Any) -> Any:
        return coerce(function.call(*values), result)

    return replace(function, call=call, types=types, result=result or function.result)


def type_of(value: Any) -> str:
    """Name of the value's type, for messages."""
    if value is None:
        return "null"
    for name, kind in SIMPLE.items():
        if isinstance(value, kind):
            return name
    return {list: "list", dict: "context", Range: "range", Function: "function"}.get(type(value), "Any")
