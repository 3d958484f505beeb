"""Runs scenarios of watches: short series and a few records in, exactly these alerts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.watches.counting import counted, parameters, surges
from gongzhi.engine.watches.covering import show_us, slack_us
from gongzhi.engine.watches.kinds import DAY_US, MINUTE_US, day_of
from gongzhi.engine.watches.notation import read_series
from gongzhi.engine.watches.plain import Found, Span, find
from gongzhi.engine.watches.spec import WatchScenarioSpec, WatchSpec
from gongzhi.engine.watches.subjects import Records, Subjects, subjects_of
from gongzhi.engine.watches.telling import Warned, rows, warned

Reader = Callable[[Mapping[str, Any]], Mapping[str, Any]]
#: (what, expected, actual)
Difference = tuple[str, str, str]
_QUARTER = 15 * MINUTE_US


def play(
    spec: WatchSpec, example: WatchScenarioSpec, readers: Mapping[str, Reader], *, step: int = 0
) -> list[Warned]:
    """The alerts of a scenario. ``readers``: register -> how FEEL reads its stored values; ``step``: the feed's."""
    step = slack_us(example.step) or step or _QUARTER
    at = parse_instant(example.at)
    records = {
        register: [
            {"state": "active", **readers.get(register, dict)(values), "key": key}
            for key, values in held.items()
        ]
        for register, held in example.world.records.items()
    }
    watched, found = _found(spec, example, records, at, step)
    return warned(spec, watched, found, records, step=step)


def _found(
    spec: WatchSpec, example: WatchScenarioSpec, records: Records, at: datetime, step: int
) -> tuple[Subjects, list[Found]]:
    today = at.date()
    if spec.kind == "record":
        return rows(spec, records, today)
    if spec.kind == "surge":
        read = {subject: read_series(text, DAY_US) for subject, text in example.counts.items()}
        counts = {
            subject: {day_of(us): number // 1000 for us, number in days.items()}
            for subject, days in read.items()
        }
        if spec.over.register_:
            counts = counted(spec, records, today)
        days = {day for held in counts.values() for day in held}
        return Subjects(), [
            each
            for span in _spans(example, days, DAY_US)
            for each in surges(parameters(spec, today), counts, span)
        ]
    readings = {id_: read_series(text, step) for id_, text in example.series.items()}
    watched = subjects_of(spec, records, today)
    days = {day_of(us) for held in readings.values() for us in held}
    return watched, [
        each for span in _spans(example, days, step) for each in find(spec, watched, readings, span)
    ]


def _spans(example: WatchScenarioSpec, days: set[int], step: int) -> list[Span]:
    """The days that are asked for, each by itself as the city's daily run would; or all from the first to the last at once."""
    if example.days:
        asked = [day_of(round(parse_instant(each).timestamp()) * 1_000_000) for each in example.days]
        return [Span(first=day, last=day + 1, step=step) for day in asked]
    return [Span(first=min(days), last=max(days) + 1, step=step)] if days else []


def differences(example: WatchScenarioSpec, seen: list[Warned]) -> list[Difference]:
    """What came out differently; of each alert only the keys that are written are compared."""
    expected = example.expect.alerts
    made = sorted(seen, key=lambda each: (each.since, each.subject))
    if len(expected) != len(made):
        listed = (
            "；".join(f"{each.subject} {show_us(each.since)}至{show_us(each.until)}" for each in made) or "无"
        )
        return [("预警条数", str(len(expected)), f"{len(made)}（{listed}）")]
    found: list[Difference] = []
    for number, (wanted, each) in enumerate(zip(expected, made, strict=True), 1):
        for key, value in wanted.items():
            actual = _actual(each, key)
            if key == "numbers" and isinstance(value, Mapping):
                found += [
                    (f"第{number}条预警的{name}", str(one), str(each.numbers.get(name)))
                    for name, one in value.items()
                    if not _equal(one, each.numbers.get(name))
                ]
            elif not (value is True and key == "covered" and each.covered) and not _equal(
                _time(key, value), actual
            ):
                found.append((f"第{number}条预警的{key}", str(value), str(actual)))
    return found


#: keys of an expected alert
KEYS = ("subject", "name", "area", "from", "to", "covered", "why", "says", "numbers")


def _actual(each: Warned, key: str) -> Any:
    if key in ("from", "to"):
        return show_us(each.since if key == "from" else each.until)
    if key == "covered":
        return each.covered or False
    return getattr(each, key, None)


def _time(key: str, value: Any) -> Any:
    if key not in ("from", "to"):
        return value
    try:
        return show_us(round(parse_instant(str(value)).timestamp()) * 1_000_000)
    except GongzhiError:
        return value


def _equal(one: Any, other: Any) -> bool:
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(other, numbers) and not isinstance(one, bool):
        return abs(one - other) < 1e-6
    return bool(one == other)


__all__ = ["KEYS", "Difference", "differences", "play"]
