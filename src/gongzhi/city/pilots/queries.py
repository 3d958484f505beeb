"""Questions to the pilots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import visible
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms.figures import viewed
from gongzhi.city.mechanisms.models import Installed
from gongzhi.city.pilots.computing import ground_of, settled_at, window
from gongzhi.city.pilots.errors import NoSuchPilot
from gongzhi.city.pilots.gathering import Ground, contribution, rows_of
from gongzhi.city.pilots.models import Analysis, Pilot, PilotArea
from gongzhi.city.pilots.plans import Period, comparable, read, versions
from gongzhi.city.territory.models import Area, Level, valid
from gongzhi.engine.mechanisms.schema import MeasureSpec

MOST_ROWS = 200


def pilots(by: Standing) -> QuerySet[Pilot]:
    """All pilots that the post may see, newest first, with their areas. Right ``reform.read``. Two queries."""
    check(by, "reform.read")
    areas = Prefetch("areas", queryset=PilotArea.objects.select_related("area").order_by("id"))
    return scope(by, "reform.read", Pilot.objects.prefetch_related(areas)).order_by("-id")


def pilot(by: Standing, pk: int) -> Pilot:
    """One pilot with its areas, amendments and computations. Raises NoSuchPilot, NotAllowed."""
    found = pilots(by).prefetch_related("amendments", "analyses").filter(pk=pk).first()
    if found is None:
        raise NoSuchPilot
    return found


def history(row: Pilot) -> list[Entry]:
    """What was done with it, oldest first. One query."""
    return list(Entry.objects.filter(subject=subject("pilot", row.pk)).order_by("seq"))


def candidates() -> list[tuple[str, str, str, str]]:
    """(mechanism, title, version, active version) of every installed version that is not the active one, and could be tried."""
    rows = list(Installed.objects.order_by("mechanism", "-installed_at").defer("archive"))
    active = {row.mechanism: row.version for row in rows if row.active}
    return [
        (row.mechanism, row.title, row.version, active[row.mechanism])
        for row in rows
        if not row.active and row.mechanism in active
    ]


def choosable(level: str = Level.TOWN) -> list[Area]:
    """The areas of a level that may take part, in the order of the tree."""
    return list(Area.objects.filter(valid(), level=level).order_by("path"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How much came in where since the start: counts only, no outcome."""

    area: str
    side: str
    before: int
    since: int
    open: int


def so_far(row: Pilot) -> list[Counted]:
    """Cases per unit before and since the start, for the page of a running pilot. One query beside the areas'."""
    plan = read(row.plan)
    ground, found = ground_of(row, plan), window(row, plan, Analysis.FINAL)
    started = row.started_at or clock.now()
    first = found[0].since if found else started
    names = {each.unit: each.area.short_name for each in row.areas.all() if each.unit == each.area.code}
    counts: dict[tuple[str, bool, bool], int] = {}
    tried, kept = versions(row.mechanism, row.version, row.base)
    known = comparable(tried, kept) if tried and kept else {}
    types = {known[each.measure].case for each in plan.outcomes if each.measure in known}
    rows = rows_of(row.mechanism, types, ground, first, row.ended_at or clock.now())
    for path, opened_at, ended_at in rows.values_list("area_path", "opened_at", "ended_at").iterator():
        key = (ground.unit_of(path), opened_at >= started, ended_at is None)
        counts[key] = counts.get(key, 0) + 1
    return [
        Counted(
            area=names.get(unit, unit),
            side="treated" if unit in ground.treated else "comparison",
            before=counts.get((unit, False, True), 0) + counts.get((unit, False, False), 0),
            since=counts.get((unit, True, True), 0) + counts.get((unit, True, False), 0),
            open=counts.get((unit, True, True), 0),
        )
        for unit in sorted(names, key=lambda code: (code not in ground.treated, code))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One figure of a result and the cases behind it: each with what it adds; ``hidden`` are those that the post may not see."""

    measure: MeasureSpec
    period: Period
    rows: tuple[tuple[Case, float], ...]
    hidden: int
    value: float | None


def behind(by: Standing, row: Pilot, measure: str, unit: str, number: int) -> Behind:
    """The cases of one cell. Raises NoSuchPilot where there is no such cell."""
    check(by, "reform.read")
    plan = read(row.plan)
    tried, kept = versions(plan.mechanism, plan.version, plan.base)
    spec = comparable(tried, kept).get(measure) if tried and kept else None
    period = next((each for each in window(row, plan, Analysis.FINAL) if each.number == number), None)
    ground = ground_of(row, plan)
    mine = {path: code for path, code in ground.units.items() if code == unit}
    if spec is None or period is None or not mine:
        raise NoSuchPilot
    rows = rows_of(
        plan.mechanism,
        [spec.case],
        Ground(units=ground.units, treated=ground.treated),
        period.since,
        period.until,
    )
    there = [each for each in rows if ground.unit_of(each.area_path) == unit]
    values = _values(there, spec, row)
    seen = set(
        visible(by, "case.read")
        .filter(pk__in=[each.pk for each, _value in values])
        .values_list("pk", flat=True)
    )
    shown = [(each, value) for each, value in values if each.pk in seen]
    numbers = [value for _case, value in values]
    whole = sum(numbers) / len(numbers) if numbers and spec.kind in ("rate", "mean") else None
    return Behind(
        measure=spec,
        period=period,
        rows=tuple(shown[:MOST_ROWS]),
        hidden=len(values) - len(shown),
        value=sum(numbers) if spec.kind == "count" else whole,
    )


def _values(rows: Iterable[Case], spec: MeasureSpec, row: Pilot) -> list[tuple[Case, float]]:
    at = min(clock.now(), settled_at(row, read(row.plan), Analysis.FINAL))
    pairs = ((each, contribution(spec, view)) for each, view in viewed(rows, at))
    return [(each, value) for each, value in pairs if value is not None]


def looks_due(row: Pilot) -> list[int]:
    """Numbers of the looks that the plan named and whose day has come."""
    plan = read(row.plan)
    return [number for number, day in enumerate(plan.looks, 1) if day <= timezone.localdate(clock.now())]


def per_state() -> dict[str, int]:
    """How many pilots are where. One query."""
    return dict(Pilot.objects.values_list("state").annotate(n=Count("id")))
