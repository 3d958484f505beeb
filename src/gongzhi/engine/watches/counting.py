"""Surges: counts of a window held against the same weekdays of the weeks before. The measure of truth for ``watch_surge.sql``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from gongzhi.engine.watches.kinds import KINDS, day_of, start_of
from gongzhi.engine.watches.plain import Found, Span, once
from gongzhi.engine.watches.spec import WatchSpec
from gongzhi.engine.watches.subjects import TODAY, Records, instant_us, rows_of, text, value

#: ``area|category`` -> local day -> how many
Counts = Mapping[str, Mapping[int, int]]
BETWEEN = "|"


def parameters(spec: WatchSpec, today: date) -> dict[str, float]:
    """The parameters of a surge: one set for all."""
    made = {}
    for name, param in KINDS["surge"].params.items():
        found: Any = value(spec.with_[name], {TODAY: today}) if name in spec.with_ else None
        found = param.default if found is None else found
        made[name] = float(found) if param.unit == "real" else float(int(found))
    return made


def counted(spec: WatchSpec, records: Records, today: date) -> dict[str, dict[int, int]]:
    """Counts of a surge over a register: rows by the day in column ``on``, by area and category."""
    made: dict[str, dict[int, int]] = {}
    for names in rows_of(spec.over, records, today):
        when = names["row"].get(spec.over.on)
        if when in (None, ""):
            continue
        day = day_of(instant_us(when, spec.over.register_, str(names["row"]["key"])))
        area = text(value(spec.over.area, names)) if spec.over.area else ""
        category = text(value(spec.over.category, names)) if spec.over.category else ""
        days = made.setdefault(f"{area}{BETWEEN}{category}", {})
        days[day] = days.get(day, 0) + 1
    return made


def surges(params: Mapping[str, float], counts: Counts, span: Span) -> list[Found]:
    """Days on which a surge begins: the window up to that day is one, and the window up to the day before was none."""
    found = []
    for subject, days in counts.items():
        before = _seen(params, days, span.first - 1)
        for day in range(span.first, span.last):
            seen = _seen(params, days, day)
            if seen and not before:
                since = start_of(day + 1 - int(params["days"]))
                numbers = {"count": seen[0], "usual": seen[1], "weeks": int(params["weeks"])}
                found.append(Found(subject=subject, since=since, until=start_of(day + 1), numbers=numbers))
            before = seen
    return once(found)


def _seen(params: Mapping[str, float], days: Mapping[int, int], last: int) -> tuple[int, int] | None:
    """How many in the window that ends with this day, and in all the windows before it; nothing where it is no surge."""
    length, weeks = int(params["days"]), int(params["weeks"])
    count = sum(days.get(day, 0) for day in range(last + 1 - length, last + 1))
    if count == 0 or count < params["least"]:
        return None
    usual = sum(
        days.get(day - 7 * week, 0)
        for week in range(1, weeks + 1)
        for day in range(last + 1 - length, last + 1)
    )
    return (count, usual) if float(count * weeks) >= params["times"] * float(usual) else None


__all__ = ["BETWEEN", "Counts", "counted", "parameters", "surges"]
