"""The plan of a pilot: what is tried where, what is measured, how it will be judged. Plain values with a fingerprint.

Dates are days in the city's time zone; ``ends`` is the last day. Weeks and months are counted from the day of the start, so
no period is half before it.
"""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.utils import timezone

from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.engine.mechanisms.schema import MeasureSpec

Unit = Literal["week", "month"]
How = Literal["chosen", "lot", "matched"]
CONFIDENCES = (0.9, 0.95, 0.99)
#: fields of a case type that say where it lies
PLACES = ("place", "area")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A measure of the mechanism and the smallest effect that matters, in its unit (of a rate: a share of 1)."""

    measure: str
    smallest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is said before the start; the first outcome decides."""

    mechanism: str
    version: str
    base: str
    title: str
    question: str = ""
    unit: Unit = "week"
    starts: date | None = None
    ends: date | None = None
    #: periods before the start that are compared
    before: int = 12
    outcomes: tuple[Outcome, ...] = ()
    confidence: float = 0.95
    #: days on which somebody looks at the result before the end
    looks: tuple[date, ...] = ()
    #: days after the end in which running cases may still finish
    settle_days: int = 14
    stopping: str = ""
    treated: tuple[str, ...] = ()
    comparison: tuple[str, ...] = ()
    how: How = "chosen"
    #: of a draw by lot: among which areas, and the seed
    pool: tuple[str, ...] = ()
    seed: str = ""
    #: why these areas; of matched ones, by what
    because: str = ""

    @property
    def each_confidence(self) -> float:
        """The confidence of a single look: several looks share the error between them (Bonferroni)."""
        return 1 - (1 - self.confidence) / (1 + len(self.looks))

    def to_json(self) -> dict[str, Any]:
        """JSON-ready; ``read`` makes the same plan of it."""
        made = asdict(self)
        return json.loads(json.dumps(made, default=lambda day: day.isoformat()))  # type: ignore[no-any-return]

    def fingerprint(self) -> str:
        """SHA-256 of the plan as canonical JSON, in hexadecimal digits."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def read(data: Mapping[str, Any]) -> Plan:
    """A plan from its JSON. ValueError, TypeError for what is not one."""
    values = dict(data)
    for name in ("starts", "ends"):
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    values["looks"] = tuple(date.fromisoformat(day) for day in values.get("looks", ()))
    values["outcomes"] = tuple(Outcome(**each) for each in values.get("outcomes", ()))
    for name in ("treated", "comparison", "pool"):
        values[name] = tuple(values.get(name, ()))
    return Plan(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A week or month; the first one after the start has the number 0. Half-open."""

    number: int
    since: datetime
    until: datetime


def midnight(day: date) -> datetime:
    """The beginning of the day in the city's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def shifted(day: date, count: int, unit: Unit) -> date:
    """The day so many weeks or months later; a day that a month does not have is its last one."""
    if unit == "week":
        return day + timedelta(weeks=count)
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def periods(plan: Plan, start: date, until: date) -> list[Period]:
    """The complete periods from ``plan.before`` before ``start`` until ``until`` (a day that no longer counts)."""
    found, number = [], -plan.before
    while shifted(start, number + 1, plan.unit) <= until:
        since, after = (midnight(shifted(start, each, plan.unit)) for each in (number, number + 1))
        found.append(Period(number=number, since=since, until=after))
        number += 1
    return found


# — what may be measured


def versions(mechanism: str, version: str, base: str) -> tuple[Held | None, Held | None]:
    """The version that is tried and the one that the others keep; ``None`` for one that is not installed."""
    return library.LIBRARY.version(mechanism, version), library.LIBRARY.version(mechanism, base)


def comparable(tried: Held, kept: Held) -> dict[str, MeasureSpec]:
    """Id -> measure of what both versions count alike, over a case type that says in both where a case lies."""
    others = {each.id: each for each in kept.mechanism.measures}
    return {
        each.id: each
        for each in tried.mechanism.measures
        if others.get(each.id) == each and _placed(tried, each.case) and _placed(kept, each.case)
    }


def incomparable(tried: Held, kept: Held) -> list[str]:
    """Titles of the measures that one version has, or counts, differently."""
    fine = comparable(tried, kept)
    found = {each.id: each.title for held in (tried, kept) for each in held.mechanism.measures}
    return [title for id_, title in found.items() if id_ not in fine]


def _placed(held: Held, type_id: str) -> bool:
    case_type = held.case_types.get(type_id)
    return case_type is not None and any(name in case_type.form.by_id for name in PLACES)
