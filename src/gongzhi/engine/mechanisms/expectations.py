"""What a scenario may expect of a case, and how each expectation is compared.

``expected`` gives ``(what, expected, actual)`` for everything that differs. Names are fixed, except those that begin
with a clock's id: ``<clock>_due``, ``_left``, ``_elapsed``, ``_light``, ``_paused``, ``_stopped``, ``_limit``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from gongzhi.engine.cases import Actor, Case, CaseType, World, allowed, hands, reading
from gongzhi.engine.clocks import Reading
from gongzhi.engine.instants import parse_instant, parse_span, show_instant

Difference = tuple[str, str, str]
LIGHTS = ("none", "green", "yellow", "red")
CLOCK_WORDS = ("due", "left", "elapsed", "light", "paused", "stopped", "limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an expectation looks at."""

    case_type: CaseType
    case: Case | None
    at: datetime
    world: World
    #: role -> the person who acts in it by default
    actor: Callable[[str], Actor]
    #: all alerts since the case was opened, e.g. ``unit:red``, ``sign:red``, ``hanging_review_due``
    alerts: Sequence[str] = ()
    #: child cases opened: (case type, values)
    children: Sequence[tuple[str, Mapping[str, Any]]] = ()
    #: fields that the last refusal named
    bad_fields: Sequence[str] = ()


def differences(expect: Mapping[str, Any], seen: Seen) -> Iterator[Difference]:
    """Every expectation that the case does not meet."""
    for name, wanted in expect.items():
        if name in _CHECKS and (seen.case is not None or name == "bad"):
            yield from _CHECKS[name](wanted, seen)
        elif (parts := clock_word(name, seen.case_type.clocks)) and seen.case is not None:
            yield from _clock(name, *parts, wanted, seen)
        else:
            yield name, _shown(wanted), "没有这种预期（或这件事没有登记成功）"


def clock_word(name: str, clocks: Mapping[str, Any]) -> tuple[str, str] | None:
    """``unit_due`` -> ("unit", "due"); ``None`` for other names."""
    clock, _, word = name.rpartition("_")
    return (clock, word) if clock in clocks and word in CLOCK_WORDS else None


def is_known(name: str, clocks: Mapping[str, Any]) -> bool:
    """Whether a scenario may expect this."""
    return name in _CHECKS or clock_word(name, clocks) is not None


def _case(seen: Seen) -> Case:
    assert seen.case is not None
    return seen.case


def _open(wanted: Any, seen: Seen) -> Iterator[Difference]:
    steps = [task.step for task in _case(seen).tasks]
    if Counter(_many(wanted)) != Counter(steps):
        yield "open", _shown(sorted(_many(wanted))), _shown(sorted(steps))


def _waiting(wanted: Any, seen: Seen) -> Iterator[Difference]:
    tasks = {task.id for task in _case(seen).tasks}
    nodes = [token.node for token in _case(seen).flow.tokens if token.id not in tasks]
    if Counter(_many(wanted)) != Counter(nodes):
        yield "waiting", _shown(sorted(_many(wanted))), _shown(sorted(nodes))


def _doers(wanted: Any, seen: Seen) -> Iterator[Difference]:
    found = len(hands(seen.case_type, _case(seen)))
    if wanted != found:
        yield "doers", _shown(wanted), str(found)


def _ended(wanted: Any, seen: Seen) -> Iterator[Difference]:
    if (wanted or "") != _case(seen).ended:
        yield "ended", _shown(wanted or "没有结束"), _shown(_case(seen).ended or "没有结束")


def _holder(wanted: Any, seen: Seen) -> Iterator[Difference]:
    offices = sorted({task.office or "群众" for task in _case(seen).tasks if not task.side})
    if sorted(set(_many(wanted))) != offices:
        yield "holder", _shown(sorted(_many(wanted))), _shown(offices)


def _light(wanted: Any, seen: Seen) -> Iterator[Difference]:
    if wanted != (light := worst_light(seen)):
        yield "light", _shown(wanted), light


def _lights(wanted: Any, seen: Seen) -> Iterator[Difference]:
    for clock, light in wanted.items():
        yield from _clock(f"lights.{clock}", clock, "light", light, seen)


def _alerts(wanted: Any, seen: Seen) -> Iterator[Difference]:
    for alert in _many(wanted):
        if not _has_alert(alert, seen):
            yield "alerts", _shown(alert), _shown(list(seen.alerts) or "没有提醒")


def _no_alerts(wanted: Any, seen: Seen) -> Iterator[Difference]:
    for alert in _many(wanted):
        if _has_alert(alert, seen):
            yield "no_alerts", f"没有 {alert}", _shown(list(seen.alerts))


def _has_alert(alert: str, seen: Seen) -> bool:
    return any(each.endswith(":red") for each in seen.alerts) if alert == "overdue" else alert in seen.alerts


def _data(wanted: Any, seen: Seen) -> Iterator[Difference]:
    for field, value in wanted.items():
        actual = _case(seen).data.get(field)
        if not _same(value, actual):
            yield f"data.{field}", _shown(value), _shown(actual)


def _due(wanted: Any, seen: Seen) -> Iterator[Difference]:
    for step, instant in wanted.items():
        dues = [task.due for task in _case(seen).tasks if task.step == step]
        right = parse_instant(str(instant)) if instant else None
        if right not in dues:
            actual = "、".join(show_instant(due) if due else "不限时" for due in dues) or "没有待办"
            yield f"due.{step}", show_instant(right) if right else "不限时", actual


def _may(wanted: Any, seen: Seen) -> Iterator[Difference]:
    for role, choices in wanted.items():
        found = allowed(seen.case_type, _case(seen), seen.actor(role), at=seen.at, world=seen.world)
        names = sorted({f"{task.step}.{choice.id}" for task, choice in found})
        if sorted(_many(choices)) != names:
            yield f"may.{role}", _shown(sorted(_many(choices))), _shown(names)


def _child(wanted: Any, seen: Seen) -> Iterator[Difference]:
    case, values = seen.children[-1] if seen.children else ("", {})
    for name, value in wanted.items():
        actual = case if name == "case" else values.get(name)
        if not _same(value, actual):
            yield f"child.{name}", _shown(value), _shown(actual)


def _bad(wanted: Any, seen: Seen) -> Iterator[Difference]:
    if sorted(_many(wanted)) != sorted(seen.bad_fields):
        yield "bad", _shown(sorted(_many(wanted))), _shown(sorted(seen.bad_fields))


def _question(wanted: Any, seen: Seen) -> Iterator[Difference]:
    if (wanted or "") != _case(seen).question:
        yield "question", _shown(wanted), _shown(_case(seen).question)


def _clock(name: str, clock: str, word: str, wanted: Any, seen: Seen) -> Iterator[Difference]:
    if clock not in seen.case_type.clocks:
        yield name, _shown(wanted), "没有这个时钟"
        return
    read = reading(seen.case_type, _case(seen), clock, seen.at)
    limit = _case(seen).limits.get(clock)
    if word == "limit":
        if limit is None or parse_span(str(wanted)) != parse_span(limit.span):
            yield name, _shown(wanted), limit.span if limit else "还没有时限"
        return
    if read is None:
        if wanted not in (None, "", False, "none"):
            yield name, _shown(wanted), "时钟还没有开始"
        return
    unit = parse_span(limit.span).unit if limit else None
    yield from _read(name, word, wanted, read, unit)


def _read(name: str, word: str, wanted: Any, read: Reading, unit: Any) -> Iterator[Difference]:
    actual: Any = getattr(read, word)
    if word in ("due", "stopped"):
        right = parse_instant(str(wanted)) if wanted else None
        if right != actual:
            yield name, show_instant(right) if right else "没有", show_instant(actual) if actual else "没有"
    elif word in ("left", "elapsed"):
        if not _same_amount(wanted, actual, unit):
            yield name, _shown(wanted), f"{actual} {unit}"
    elif wanted != actual:
        yield name, _shown(wanted), _shown(actual)


def _same_amount(wanted: Any, actual: Decimal, unit: Any) -> bool:
    """``2`` or ``2 working days``, rounded to minutes' precision where hours are counted."""
    try:
        amount = Decimal(str(wanted))
    except InvalidOperation:
        span = parse_span(str(wanted))
        if span.unit != unit:
            return False
        amount = span.amount
    return abs(amount - actual) < Decimal("0.005")


def worst_light(seen: Seen) -> str:
    """The worst light of the running clocks and the open tasks."""
    lights = ["none"]
    for clock in seen.case_type.clocks:
        read = reading(seen.case_type, _case(seen), clock, seen.at)
        if read is not None and not read.stopped:
            lights.append(read.light)
    for task in _case(seen).tasks:
        if task.due is not None:
            late = seen.at > task.due
            warned = task.warn_at is not None and seen.at >= task.warn_at
            lights.append("red" if late else "yellow" if warned else "green")
    return max(lights, key=LIGHTS.index)


def _many(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _same(wanted: Any, actual: Any) -> bool:
    if isinstance(actual, Mapping) and isinstance(wanted, str):
        return wanted == actual.get("text")
    if isinstance(wanted, int | float | Decimal) and not isinstance(wanted, bool) and actual is not None:
        return str(wanted) == str(actual)
    return bool((wanted or None) == (actual or None))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value) or "没有"
    return "没有" if value is None or value == "" else str(value)


_CHECKS: Mapping[str, Callable[[Any, Seen], Iterator[Difference]]] = {
    "open": _open,
    "waiting": _waiting,
    "ended": _ended,
    "doers": _doers,
    "holder": _holder,
    "light": _light,
    "lights": _lights,
    "alerts": _alerts,
    "no_alerts": _no_alerts,
    "data": _data,
    "due": _due,
    "may": _may,
    "child": _child,
    "bad": _bad,
    "question": _question,
}
#: names that a scenario may expect, beside those of its clocks
WORDS = tuple(_CHECKS)

__all__ = ["CLOCK_WORDS", "WORDS", "Seen", "clock_word", "differences", "is_known"]
