"""Clean production, residues that find a taker, and the indicators behind the green coefficient, each with its rows.

The coefficient is never typed in: the appraisal computes it from these indicators (``appraisal/scorecards``), and what is
shown here are the same figures over the cases that the post may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from gongzhi.city.cases.models import NEVER, Case, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import figures, library
from gongzhi.city.mechanisms.overviews.waters import Row, listed
from gongzhi.engine.mechanisms.scorecards import ScorecardSpec

AUDITS, AUDIT, FIRMS = "clean_production", "audit", "audit_firms"
EXCHANGE, MATCH, LISTINGS = "waste_exchange", "match", "waste_listings"
APPRAISAL, CARD = "appraisal", "annual"
OFFER, WANT = "有余料", "要原料"
#: the three legal periods of an audit: clock -> the step that ends it
PERIODS = ("disclose", "begin", "report")
MOST = 200
NOT_HERE, NOTHING_YET = gettext_noop("没有装"), gettext_noop("还没有可数的件")
#: per cent of the weights that must have a figure before a coefficient is shown
ENOUGH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A case that is not closed: what waits, and until when."""

    case: Case
    step: str
    due: Any
    light: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An offer and a want of the same material, and the loop that they would close."""

    offer: Row
    want: Row
    loop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One criterion of the green coefficient: what it weighs, where it comes from, and what it is now."""

    mechanism: str
    measure: str
    title: str
    formula: str
    weight: float
    worst: float
    best: float
    figure: figures.Row | None
    #: why there is no figure: not installed, or nothing to count
    missing: str


def is_installed(mechanism: str) -> bool:
    """Whether this city runs the mechanism."""
    return mechanism in library.LIBRARY.active_versions()


def running(by: Standing, mechanism: str, kind: str) -> list[Running]:
    """Open cases of a type that the post may see, by due time. Raises NotAllowed. Two queries."""
    check(by, "case.list")
    rows = visible(by).filter(mechanism=mechanism, type=kind, ended_at__isnull=True)
    tasks = Task.objects.filter(case__in=rows.values("pk"), side=False).select_related("case")
    found: dict[Any, Running] = {}
    for task in tasks.order_by("due", "id")[:MOST]:
        found.setdefault(task.case_id, _running(task))
    return list(found.values())


def _running(task: Task) -> Running:
    now, due = clock.now(), None if task.due >= NEVER else task.due
    kind = library.LIBRARY.case_type(task.case.mechanism, task.case.version, task.case.type)
    light = "none" if due is None else "red" if due < now else "yellow" if task.warn_at <= now else "green"
    return Running(
        case=task.case, step=kind.step_title(task.step) if kind else task.step, due=due, light=light
    )


def pairs(rows: Sequence[Row]) -> list[Pair]:
    """Which offers fit which wants: the same material, both in force; the nearest loop first.

    >>> pairs([])
    []
    """
    held = [row for row in rows if row.values.get("state_now") != "过期了"]
    wants: dict[str, list[Row]] = {}
    for row in held:
        if row.values.get("side") == WANT:
            wants.setdefault(str(row.values.get("waste")), []).append(row)
    found = [
        Pair(offer=row, want=want, loop=loop_of(row.values, want.values))
        for row in held
        if row.values.get("side") == OFFER
        for want in wants.get(str(row.values.get("waste")), ())
    ]
    return sorted(found, key=lambda each: (LOOPS.index(each.loop), each.offer.key, each.want.key))[:MOST]


LOOPS = ("小循环（厂内）", "中循环（园区内）", "大循环（社会上）")


def loop_of(offer: Mapping[str, Any], want: Mapping[str, Any]) -> str:
    """Within a firm, within a park, or across society: as the mechanism's own expression says it."""
    if offer.get("firm") == want.get("firm"):
        return LOOPS[0]
    return LOOPS[1] if offer.get("park") and offer.get("park") == want.get("park") else LOOPS[2]


def listings() -> list[Row]:
    """What is offered and wanted, in public."""
    return listed(LISTINGS, most=MOST)


def scheme() -> ScorecardSpec | None:
    """The standard in force that has a green coefficient; none where the appraisal is not installed."""
    if not is_installed(APPRAISAL):
        return None
    found = library.one(APPRAISAL).mechanism.scorecards.get(CARD)
    return found if found is not None and found.green is not None else None


def parts(by: Standing | None) -> list[Part]:
    """The criteria of the coefficient with today's figures; a post without the right sees formulas and weights, no figures."""
    found = scheme()
    if found is None or found.green is None:
        return []
    return [
        _part(by, each.measure, each.title, float(each.weight), each.worst, each.best)
        for each in found.green.criteria
    ]


def _part(
    by: Standing | None, ref: str, title: str, weight: float, worst: float | None, best: float | None
) -> Part:
    mechanism, dot, measure = ref.rpartition(".")
    mechanism = mechanism if dot else APPRAISAL
    spec = None
    if is_installed(mechanism):
        held = library.one(mechanism).mechanism.measures
        spec = next((each for each in held if each.id == measure), None)
    row = None
    if spec is not None and by is not None and may(by, "measure.read"):
        row = next((each for each in figures.measured(by, mechanism).rows if each.id == measure), None)
    return Part(
        mechanism=mechanism,
        measure=measure,
        title=title or (spec.title if spec else measure),
        formula=spec.formula if spec else "",
        weight=weight,
        worst=float(worst or 0),
        best=float(1 if best is None else best),
        figure=row if row is not None and row.n else None,
        missing="" if row is not None and row.n else NOT_HERE if spec is None else NOTHING_YET,
    )


def coefficient(found: Sequence[Part]) -> float | None:
    """What the figures of today would give: missing parts leave their weight to the others, as the appraisal does it.

    None where what is known weighs less than half: one good figure is no coefficient. Between ``low`` (no points) and ``high`` (all points) of the standard, along a straight line.
    """
    held, spec = [each for each in found if each.figure is not None], scheme()
    if not held or spec is None or spec.green is None:
        return None
    total = sum(each.weight for each in held)
    if total < ENOUGH:
        return None
    points = sum(each.weight / total * points_of(each) for each in held)
    low, high = float(spec.green.low), float(spec.green.high)
    return low + (high - low) * points


def points_of(part: Part) -> float:
    """Share of the points, 0 to 1, between the worst and the best value."""
    value = part.figure.value if part.figure is not None and part.figure.value is not None else part.worst
    span = part.best - part.worst
    return min(1.0, max(0.0, (value - part.worst) / span)) if span else 0.0


__all__ = [
    "AUDITS",
    "EXCHANGE",
    "Pair",
    "Part",
    "Running",
    "coefficient",
    "is_installed",
    "listings",
    "loop_of",
    "pairs",
    "parts",
    "points_of",
    "running",
    "scheme",
]
