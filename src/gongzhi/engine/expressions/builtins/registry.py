"""How a built-in function is declared: a signature in FEEL's words above a Python function.

    @feel("substring(string: string, start position: number, length?: number)")

``?`` marks what may be left out, ``...items`` takes any number. A function may be declared several times; the
first signature that the arguments fit is called. Arguments are converted as FEEL converts (a list of one item to
that item, an item to a list of one); what does not fit makes the call null, so the Python function never checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from ..temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from ..values import Function, Range

_KINDS: dict[str, Any] = {
    "number": Decimal, "string": str, "boolean": bool, "list": list, "context": dict, "function": Function, "range": Range,
    "date": Date, "time": Time, "moment": DateTime, "days": DaysDuration, "months": MonthsDuration,
    "duration": (DaysDuration, MonthsDuration), "day": (Date, DateTime), "clock": (Time, DateTime),
}  # fmt: skip
_MISFIT: Any = object()
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    optional: int
    variadic: bool
    call: Callable[..., Any]

    def fit(self, arguments: tuple[Any, ...]) -> list[Any] | None:
        """The arguments as the signature wants them, None where they do not fit."""
        if self.variadic:
            fixed = len(self.names) - 1
            if len(arguments) <= fixed:
                return None
            fitted = [fit(value, kind) for value, kind in zip(arguments[:fixed], self.kinds, strict=False)]
            return None if any(value is _MISFIT for value in fitted) else [*fitted, *arguments[fixed:]]
        if not len(self.names) - self.optional <= len(arguments) <= len(self.names):
            return None
        fitted = [fit(value, kind) for value, kind in zip(arguments, self.kinds, strict=False)]
        return None if any(value is _MISFIT for value in fitted) else fitted


def fit(value: Any, kind: str) -> Any:
    """One argument as its kind wants it."""
    if kind == "any":
        return value
    if kind.endswith("|null"):
        if value is None:
            return None
        kind = kind[:-5]
    wanted = _KINDS[kind]
    if isinstance(value, wanted):
        return value
    if kind == "list":
        return _MISFIT if value is None else [value]
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], wanted):
        return value[0]
    return _MISFIT


@dataclass(frozen=True, slots=True)
class Builtin(Function):
    """A built-in function with all its signatures."""

    signatures: list[Signature] = field(default_factory=list)

    def named(self, arguments: Mapping[str, Any]) -> Any:
        """Call by the names of the standard's parameters."""
        for signature in self.signatures:
            required = signature.names[: len(signature.names) - signature.optional]
            if signature.variadic or not set(required) <= set(arguments) <= set(signature.names):
                continue
            count = max(signature.names.index(name) for name in arguments) + 1 if arguments else 0
            values = tuple(arguments.get(name) for name in signature.names[:count])
            kinds = tuple(
                kind if name in arguments else "any"
                for name, kind in zip(signature.names, signature.kinds, strict=True)
            )
            fitted = [fit(value, kind) for value, kind in zip(values, kinds, strict=False)]
            if not any(value is _MISFIT for value in fitted):
                return signature.call(*fitted)
        return None


BUILTINS: dict[str, Builtin] = {}


def feel(text: str) -> Callable[[F], F]:
    """Register the decorated function under the signature."""
    name, _, rest = text.partition("(")
    parts = [part.strip() for part in rest.rstrip(")").split(",") if part.strip()]

    def register(function: F) -> F:
        names = tuple(part.partition(":")[0].strip().strip(".").rstrip("?") for part in parts)
        kinds = tuple(part.partition(":")[2].strip() or "any" for part in parts)
        optional = sum(part.partition(":")[0].strip().endswith("?") for part in parts)
        signature = Signature(names, kinds, optional, any(part.startswith("...") for part in parts), function)
        _builtin(name).signatures.append(signature)
        return function

    return register


def _builtin(name: str) -> Builtin:
    if name not in BUILTINS:
        signatures: list[Signature] = []

        def call(*arguments: Any) -> Any:
            for signature in signatures:
                fitted = signature.fit(arguments)
                if fitted is not None:
                    return signature.call(*fitted)
            return None

        BUILTINS[name] = Builtin(None, call, name, signatures=signatures)
    return BUILTINS[name]
