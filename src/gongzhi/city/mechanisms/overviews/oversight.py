"""Supervision at a glance: which office is inspected in which month, what is supervised, whose coloured sheet is not answered.

Ids of the mechanism's case types and columns are constants at the top, as in every overview.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongzhi.city.cases import queries as cases
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import WORLD, office_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import RoutineRun

MECHANISM, ITEM, SHEET, INSPECTION = "supervision", "supervision_item", "sheet", "inspection"
DESIGNATED = "designated_offices"
#: the end of an inspection that never took place
CANCELLED = "cancelled"
#: step of a sheet -> its colour, where the step says it; else the field does
COLOURS = {"blue": "蓝", "orange": "橙", "red": "红", "raise_orange": "蓝"}
MOST = 2000
LIGHTS = ("red", "yellow", "green", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One inspection in the calendar."""

    case: str
    number: str
    topic: str
    month: int
    step: str
    ended: bool
    #: the post may open the case
    open_to_me: bool


@dataclass(slots=True, kw_only=True)
class Line:
    """An office and its twelve months."""

    office: str
    name: str
    months: list[list[Visit]] = field(default_factory=lambda: [[] for _month in range(12)])

    @property
    def crowded(self) -> list[int]:
        """Months with more than one inspection: different subjects, but one visit would do."""
        return [number for number, visits in enumerate(self.months, 1) if len(visits) > 1]

    @property
    def total(self) -> int:
        """Inspections of the year."""
        return sum(map(len, self.months))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One coloured sheet that is out."""

    row: Case
    colour: str
    step: str
    mend_by: str


def is_installed() -> bool:
    """Whether this city runs the mechanism of supervision."""
    return MECHANISM in library.LIBRARY.active_versions()


def calendar(by: Standing, year: int) -> list[Line]:
    """Inspections of a year by office; the busiest first. Raises NotAllowed."""
    check(by, "oversight.read")
    rows = Case.objects.filter(mechanism=MECHANISM, type=INSPECTION).exclude(ended=CANCELLED)
    listed = list(rows.filter(opened_at__year=year).order_by("-opened_at", "-id")[:MOST])
    mine = {row.pk for row in cases.by_ids(by, [str(row.pk) for row in listed])}
    steps = _steps(listed)
    lines: dict[str, Line] = {}
    for row in listed:
        line = lines.setdefault(row.lead_id or "", Line(office=row.lead_id or "", name=_office(row)))
        month = _month(row)
        visit = Visit(
            case=str(row.pk),
            number=name_of(row),
            topic=str(row.state["data"].get("topic", "")),
            month=month,
            step=_("已办结") if row.ended_at else steps.get(str(row.pk), ""),
            ended=row.ended_at is not None,
            open_to_me=row.pk in mine,
        )
        line.months[month - 1].append(visit)
    return sorted(lines.values(), key=lambda line: (-line.total, line.name))


def designated() -> list[Mapping[str, Any]]:
    """The offices that the government has named: who may inspect, what, and by which document."""
    if not is_installed():
        return []
    found = WORLD.all_records(DESIGNATED)
    return [{**each, "name": office_name(str(each.get("office", "")))} for each in found]


def items(by: Standing) -> list[tuple[str, list[tuple[Case, str]]]]:
    """Supervised items that the post may see, by light, the pressing ones first: (light, [(case, step)])."""
    check(by, "oversight.read")
    now = clock.now()
    rows = list(_open(by, ITEM))
    steps = _steps(rows)
    by_light: dict[str, list[tuple[Case, str]]] = {light: [] for light in LIGHTS}
    for row in rows:
        by_light[row.light(now)].append((row, steps.get(str(row.pk), "")))
    return list(by_light.items())


def sheets(by: Standing) -> list[Sheet]:
    """Coloured sheets that are out and not lifted, red first."""
    check(by, "oversight.read")
    rows = list(_open(by, SHEET))
    titles, ids = _steps(rows), _steps(rows, titled=False)
    order = ("红", "橙", "蓝")
    found = []
    for row in rows:
        data = row.state["data"]
        colour = COLOURS.get(ids.get(str(row.pk), ""), str(data.get("color", "蓝")))
        found.append(
            Sheet(
                row=row,
                colour=colour,
                step=titles.get(str(row.pk), ""),
                mend_by=str(data.get("mend_by") or ""),
            )
        )
    return sorted(found, key=lambda sheet: (order.index(sheet.colour), sheet.row.due, sheet.row.pk))


def colours(found: Iterable[Sheet]) -> list[tuple[str, int]]:
    """(colour, how many), red first."""
    counted = Counter(sheet.colour for sheet in found)
    return [(colour, counted.get(colour, 0)) for colour in ("红", "橙", "蓝")]


def runs(by: Standing, *, before: datetime | None = None, most: int = 40) -> list[RoutineRun]:
    """What routines made, newest first, without the papers. Raises NotAllowed."""
    check(by, "oversight.read")
    found = RoutineRun.objects.defer("body", "data").select_related("case").defer("case__state")
    found = found.filter(due_at__lt=before) if before else found
    return list(found.order_by("-due_at", "-id")[:most])


def run(by: Standing, key: int) -> RoutineRun | None:
    """One bulletin or meeting that a routine made. Raises NotAllowed."""
    check(by, "oversight.read")
    return RoutineRun.objects.select_related("case").filter(pk=key).first()


def _open(by: Standing, type_id: str) -> QuerySet[Case]:
    rows = visible(by, "case.list").filter(mechanism=MECHANISM, type=type_id, ended_at=None, merged_into=None)
    return rows.select_related("lead").order_by("due", "id")[:MOST]


def _steps(rows: Iterable[Case], *, titled: bool = True) -> dict[str, str]:
    """Case -> its open step, in words or by id."""
    kinds = {row.pk: row for row in rows}
    found: dict[str, str] = {}
    tasks = Task.objects.filter(case__in=list(kinds), side=False).order_by("id")
    for case, step in tasks.values_list("case", "step"):
        row = kinds[case]
        held = library.LIBRARY.version(row.mechanism, row.version)
        found[str(case)] = held.case_types[row.type].step_title(step) if held and titled else step
    return found


def _office(row: Case) -> str:
    return office_name(row.lead_id) if row.lead_id else _("没有写明单位")


def _month(row: Case) -> int:
    """The month of the plan; its year is that in which it was made."""
    return int(Decimal(str(row.state["data"].get("month", 1))))
