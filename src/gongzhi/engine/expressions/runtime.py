"""The functions that compiled code calls, by the name under which the compiler knows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import operators, paths, types
from .values import Function

RUNTIME: dict[str, Callable[..., Any]] = {
    "add": operators.add, "subtract": operators.subtract, "multiply": operators.multiply, "divide": operators.divide,
    "power": operators.power, "negate": operators.negate, "between": operators.between, "both": operators.both,
    "either": operators.either, "passes": operators.passes, "passes_cell": operators.passes_cell,
    "passes_condition": operators.passes_condition, "path": paths.path, "item_of": paths.item_of, "has": paths.has, "at": paths.at,
    "filtered": paths.filtered, "counted": paths.counted, "for_each": paths.for_each, "quantified": paths.quantified,
    "context_of": paths.context_of, "call": paths.call, "call_named": paths.call_named, "range_of": paths.range_of,
    "half_range": paths.half_range, "clock": paths.clock, "callee": paths.callee, "instance_of": types.instance_of, "Function": Function,
}  # fmt: skip
COMPARISONS = {"=": "equal", "!=": "unequal", "<": "less", "<=": "at_most", ">": "greater", ">=": "at_least"}
RUNTIME.update({name: getattr(operators, name) for name in COMPARISONS.values()})


def is_counted(code: Any) -> bool:
    """Does compiled code call, loop or filter?"""
    return not code.__globals__.keys().isdisjoint(
        ("call", "call_named", "for_each", "quantified", "filtered")
    )
