"""Meters and the environment at a glance: checks that wait, what was declared, orders in force, how the seven rules do.

Nothing here ranks firms: rows stand in the order of what is due. Ids of the mechanism are constants at the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime

from gongzhi.city.alerts.models import Alert
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.records.models import Record

POWER, CHECK = "power_watch", "alert_check"
FIRMS, METERS, LINKS = "power_firms", "power_meters", "power_links"
DECLARATIONS, ORDERS = "power_declarations", "power_orders"
#: declarations and orders that hold, as the registers call it
HOLDS = ("counted", "in_force")
DAYS, MOST = 28, 200
State = Alert.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One check that is not closed: the step that waits, who holds it, and until when somebody must be there."""

    row: Case
    step: str
    role: str
    light: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A declaration or an order: the record, and whether it has begun."""

    row: Record
    begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """One rule in the last four weeks."""

    watch: str
    title: str
    raised: int
    covered: int
    open: int
    true: int
    false: int

    @property
    def precision(self) -> float | None:
        """Per cent of the judged alerts that were true; nothing while none is judged."""
        judged = self.true + self.false
        return round(100 * self.true / judged, 1) if judged else None


def is_installed() -> bool:
    """Whether this city runs the mechanism."""
    return POWER in library.LIBRARY.active_versions()


def counts(by: Standing) -> list[tuple[str, int]]:
    """Register and how many of its records the post may read: firms, meters, links."""
    rows = scope(by, "record.read", Record.objects.filter(register__in=(FIRMS, METERS, LINKS)))
    found = dict(rows.values_list("register").annotate(number=Count("id")).order_by())
    return [(name, found.get(name, 0)) for name in (FIRMS, METERS, LINKS)]


def waiting(by: Standing) -> list[Waiting]:
    """Checks that the post may see and that are not closed, the pressing ones first. Raises NotAllowed."""
    check(by, "case.list")
    rows = list(
        visible(by)
        .filter(mechanism=POWER, type=CHECK, ended="")
        .select_related("lead")
        .order_by("due", "id")[:MOST]
    )
    steps, now = _steps(rows), clock.now()
    return [
        Waiting(row=row, step=step, role=role, light=row.light(now))
        for row in rows
        for step, role in [steps.get(row.pk, ("", ""))]
    ]


def holding(by: Standing, register: str) -> list[Holding]:
    """Declarations or orders that hold now or will, the first to begin first. Windows are local text, ``2024-03-01 22:00``."""
    now = localtime(clock.now()).strftime("%Y-%m-%d %H:%M")
    rows = scope(by, "record.read", Record.objects.filter(register=register, state__in=HOLDS))
    held = [row for row in rows.order_by("key")[: MOST * 10] if str(row.data.get("until", "")) >= now]
    held.sort(key=lambda row: (str(row.data.get("since", "")), row.key))
    return [Holding(row=row, begun=str(row.data.get("since", "")) <= now) for row in held[:MOST]]


def rules(by: Standing) -> list[RuleFigures]:
    """The rules of the mechanism with their alerts of four weeks that the post may see."""
    found: dict[tuple[str, str], int] = {}
    for watch, state, number in _alerts(by).values_list("watch", "state").annotate(n=Count("id")).order_by():
        found[watch, state] = number
    version = library.LIBRARY.active_versions().get(POWER)
    held = library.LIBRARY.version(POWER, version) if version else None
    return [
        RuleFigures(
            watch=id_,
            title=spec.title,
            raised=sum(found.get((id_, state), 0) for state in State.values),
            covered=found.get((id_, State.COVERED), 0),
            open=found.get((id_, State.OPEN), 0),
            true=found.get((id_, State.TRUE), 0),
            false=found.get((id_, State.FALSE), 0),
        )
        for id_, spec in (held.mechanism.watches.items() if held else ())
    ]


def since() -> datetime:
    """The instant from which alerts are counted here."""
    return clock.now() - timedelta(days=DAYS)


def _alerts(by: Standing) -> QuerySet[Alert]:
    rows = scope(by, "alert.read", Alert.objects.filter(mechanism=POWER, since__gte=since()))
    return rows.filter(Q(read_by="") | Q(read_by__contains=f"|{by.role}|"))


def _steps(rows: Sequence[Case]) -> dict[UUID, tuple[str, str]]:
    """Case -> words of its open step, and the role that has it."""
    kinds = {row.pk: row for row in rows}
    tasks = Task.objects.filter(case__in=list(kinds), side=False).order_by("id")
    found: dict[UUID, tuple[str, str]] = {}
    for case, step, role in tasks.values_list("case", "step", "role"):
        row = kinds[case]
        held = library.LIBRARY.version(row.mechanism, row.version)
        found[case] = (held.case_types[row.type].step_title(step) if held else step, role)
    return found


__all__ = [
    "Holding",
    "RuleFigures",
    "Waiting",
    "counts",
    "holding",
    "is_installed",
    "rules",
    "since",
    "waiting",
]
