"""The plan of a pilot as a form, and what was sent back as a plan. Nothing that was typed is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from gongzhi.city.pilots.plans import CONFIDENCES, Outcome, Plan, comparable, incomparable, versions
from gongzhi.city.territory.models import Area
from gongzhi.city.web.sent import whole
from gongzhi.engine.mechanisms.schema import MeasureSpec

TREATED, COMPARISON = "treated", "comparison"
TEXTS = {"title": 120, "question": 400, "stopping": 400, "because": 400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One measure of the form: chosen or not, first or not, and the smallest effect as it is typed."""

    measure: MeasureSpec
    chosen: bool
    first: bool
    smallest: str
    unit: str


def plan_of(sent: QueryDict, base: Plan) -> Plan:
    """The plan that the form describes; what cannot be read (a date, a number) is left out and named when it is declared."""
    areas = [(name.removeprefix("area."), sent[name]) for name in sent if name.startswith("area.")]
    texts = {name: sent.get(name, "").strip()[:most] for name, most in TEXTS.items()}
    how = sent.get("how", "")
    unit = sent.get("unit", "")
    confidence = _number(sent.get("confidence"))
    before, settle = whole(sent.get("before")), whole(sent.get("settle_days"))
    return Plan(
        mechanism=base.mechanism,
        version=base.version,
        base=base.base,
        title=texts["title"],
        question=texts["question"],
        stopping=texts["stopping"],
        because=texts["because"],
        unit="month" if unit == "month" else "week",
        starts=_day(sent.get("starts")),
        ends=_day(sent.get("ends")),
        before=0 if before is None else before,
        outcomes=_outcomes(sent, base),
        confidence=confidence if confidence in CONFIDENCES else 0.95,
        looks=tuple(sorted(filter(None, map(_day, sent.get("looks", "").replace("，", " ").split())))),
        settle_days=14 if settle is None else settle,
        treated=tuple(code for code, side in areas if side == TREATED),
        comparison=tuple(code for code, side in areas if side == COMPARISON),
        how="lot" if how == "lot" else "matched" if how == "matched" else "chosen",
    )


def _outcomes(sent: QueryDict, base: Plan) -> tuple[Outcome, ...]:
    """The chosen ones; the one that decides stands first."""
    chosen = sent.getlist("outcome")
    first = sent.get("first", "")
    tried, kept = versions(base.mechanism, base.version, base.base)
    known = comparable(tried, kept) if tried and kept else {}
    return tuple(
        Outcome(measure=id_, smallest=_smallest(known.get(id_), sent.get(f"smallest.{id_}")))
        for id_ in sorted(chosen, key=lambda each: (each != first, chosen.index(each)))
    )


def _smallest(measure: MeasureSpec | None, text: str | None) -> float:
    value = _number(text) or 0.0
    return value / 100 if measure is not None and shares(measure) else value


def shares(measure: MeasureSpec) -> bool:
    """Whether people type percentage points for it."""
    return measure.kind == "rate" and measure.unit == "%"


def choices_of(plan: Plan) -> tuple[list[Choice], list[str]]:
    """The measures to choose from, and titles of those that both versions do not count alike."""
    tried, kept = versions(plan.mechanism, plan.version, plan.base)
    if tried is None or kept is None:
        return [], []
    chosen = {each.measure: each for each in plan.outcomes}
    first = plan.outcomes[0].measure if plan.outcomes else ""
    found = [
        Choice(
            measure=measure,
            chosen=id_ in chosen,
            first=id_ == first,
            smallest=_typed(measure, chosen[id_].smallest) if id_ in chosen else "",
            unit=_("个百分点") if shares(measure) else measure.unit,
        )
        for id_, measure in comparable(tried, kept).items()
    ]
    return found, incomparable(tried, kept)


def _typed(measure: MeasureSpec, value: float) -> str:
    return f"{100 * value if shares(measure) else value:g}" if value else ""


def sides_of(plan: Plan, areas: Sequence[Area]) -> list[tuple[Area, str]]:
    """Every area of the form with the side on which it stands."""
    found: Mapping[str, str] = dict.fromkeys(plan.treated, TREATED) | dict.fromkeys(
        plan.comparison, COMPARISON
    )
    return [(area, found.get(area.code, "")) for area in areas]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        value = float((text or "").replace("，", ".").strip())
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def shown(plan: Plan) -> dict[str, Any]:
    """Values as the form's inputs have them."""
    return {
        **{name: getattr(plan, name) for name in TEXTS},
        "unit": plan.unit,
        "starts": plan.starts.isoformat() if plan.starts else "",
        "ends": plan.ends.isoformat() if plan.ends else "",
        "before": plan.before,
        "confidence": plan.confidence,
        "looks": " ".join(day.isoformat() for day in plan.looks),
        "settle_days": plan.settle_days,
        "how": plan.how,
    }
