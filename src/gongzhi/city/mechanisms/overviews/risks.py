"""Hazards at a glance: likelihood × impact, and what is controlled by whom. Only who needs them sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_noop

from gongzhi.city.cases.models import NEVER, Case, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library

MECHANISM, HAZARD, TABLE = "risk_control", "hazard", "risk_matrix"
#: from small to large; the same words as in the form
SCALE: Final = ("很小", "较小", "一般", "较大", "很大")
LEVELS: Final = ("重大", "较大", "一般", "低")
STEPS: Final = (
    ("screen", gettext_noop("排查")),
    ("consult", gettext_noop("会商")),
    ("control", gettext_noop("管控")),
    ("dispose", gettext_noop("处置")),
    ("review", gettext_noop("查处置好没有")),
    ("lift", gettext_noop("等领导解除")),
)
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One hazard that is not lifted yet."""

    case: Case
    source: str
    level: str
    likelihood: str
    impact: str
    step: str
    step_title: str
    office: str
    due: datetime | None
    light: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the matrix: its level by the table, and how many open hazards stand in it."""

    likelihood: str
    impact: str
    level: str
    count: int


def is_installed() -> bool:
    """Whether this city runs risk control."""
    return MECHANISM in library.LIBRARY.active_versions()


def hazards(by: Standing) -> list[Hazard]:
    """Open hazards that the post may see, grave ones first, then by due time. Raises NotAllowed."""
    check(by, "case.list")
    seen = visible(by).filter(mechanism=MECHANISM, ended_at__isnull=True).values("pk")
    within = paths.ancestors(by.office_path) if by.office_path else []
    mine = Q(role=by.role, office_path__in=within, person__in=("", by.person)) if within else Q(pk__in=())
    tasks = Task.objects.filter(case__mechanism=MECHANISM, side=False).filter(Q(case__in=seen) | mine)
    listed = tasks.select_related("case", "office").order_by("due", "id")[:MOST]
    found = [_hazard(task) for task in listed]
    return sorted(found, key=lambda each: LEVELS.index(each.level) if each.level in LEVELS else len(LEVELS))


def _hazard(task: Task) -> Hazard:
    data, now = task.case.state["data"], clock.now()
    due = None if task.due >= NEVER else task.due
    kind = library.LIBRARY.case_type(MECHANISM, task.case.version, task.case.type)
    return Hazard(
        case=task.case,
        source=str(data.get("source", "")),
        level=str(data.get("level") or ""),
        likelihood=str(data.get("likelihood") or ""),
        impact=str(data.get("impact") or ""),
        step=task.step,
        step_title=kind.step_title(task.step) if kind else task.step,
        office=task.office.short_name if task.office else "",
        due=due,
        light="none" if due is None else "red" if due < now else "yellow" if task.warn_at <= now else "green",
    )


def matrix(found: list[Hazard]) -> list[list[Cell]]:
    """Rows from very likely to hardly likely, columns from small to large impact; levels come from the mechanism's own table."""
    table = library.one(MECHANISM).mechanism.tables[TABLE]
    counted: dict[tuple[str, str], int] = {}
    for each in found:
        counted[each.likelihood, each.impact] = counted.get((each.likelihood, each.impact), 0) + 1
    return [
        [
            Cell(
                likelihood=likely,
                impact=impact,
                level=_level(table.decide({"可能性": likely, "影响": impact}).value),
                count=counted.get((likely, impact), 0),
            )
            for impact in SCALE
        ]
        for likely in reversed(SCALE)
    ]


def _level(value: object) -> str:
    return str(value.get("level", "")) if isinstance(value, Mapping) else ""
