"""From real cases to the panel of a pilot: one figure per unit, period and measure; each opens to its cases.

A case counts where and when it was opened, whatever became of it and whichever version it ran on: choosing afterwards would
make any trial look good. Where areas were followed to a successor, both belong to the unit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import paths
from gongzhi.city.mechanisms.figures import viewed
from gongzhi.city.pilots.plans import Period
from gongzhi.engine.measures import quantile
from gongzhi.engine.measures.effects import Cell
from gongzhi.engine.mechanisms import figure
from gongzhi.engine.mechanisms.schema import MeasureSpec

#: progress is told after so many cases
STEP = 200
COLUMNS = ("id", "mechanism", "type", "version", "state", "area_path", "opened_at", "ended_at", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Which path belongs to which unit; the longest path that fits decides."""

    units: Mapping[str, str]
    treated: frozenset[str]

    def unit_of(self, path: str) -> str:
        """Code of the unit; empty for a case outside of the pilot."""
        return next((self.units[each] for each in reversed(paths.ancestors(path)) if each in self.units), "")


@dataclass(slots=True, kw_only=True)
class Panel:
    """What was counted, by measure: cells for the estimate, and how many cases were left out or still run."""

    cells: dict[str, list[Cell]] = field(default_factory=dict)
    cases: int = 0
    open: int = 0
    excluded: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def rows_of(
    mechanism: str, types: Iterable[str], ground: Ground, since: datetime, until: datetime
) -> QuerySet[Case]:
    """The cases opened in the time on the ground, oldest first."""
    there = Q(pk__in=[])
    for path in sorted(ground.units):
        there |= paths.within(path, "area_path")
    rows = Case.objects.filter(
        there,
        mechanism=mechanism,
        type__in=list(types),
        opened_at__gte=since,
        opened_at__lt=until,
        merged_into=None,
    )
    return rows.order_by("opened_at", "id").only(*COLUMNS)


def gather(
    mechanism: str,
    measures: Sequence[MeasureSpec],
    ground: Ground,
    periods: Sequence[Period],
    at: datetime,
    report: Callable[[int], None] = lambda count: None,
) -> Panel:
    """Count every case once. A unit and period without a case has no cell; of a count it has one of 0."""
    panel = Panel()
    values: dict[str, dict[tuple[str, int], list[float]]] = {each.id: defaultdict(list) for each in measures}
    begins = [each.since for each in periods]
    rows = rows_of(mechanism, {each.case for each in measures}, ground, periods[0].since, periods[-1].until)
    for row, view in viewed(rows.iterator(chunk_size=STEP), at):
        panel.cases += 1
        panel.open += row.ended_at is None
        key = (
            ground.unit_of(row.area_path),
            periods[bisect_right(begins, row.opened_at) - 1].number,
        )
        for measure in measures:
            if measure.case == row.type:
                _count(measure, view, values[measure.id][key], panel)
        if panel.cases % STEP == 0:
            report(panel.cases)
    units = sorted(set(ground.units.values()))
    for measure in measures:
        keys = [(unit, each.number) for unit in units for each in periods]
        panel.cells[measure.id] = [
            cell for key in keys if (cell := _cell(measure, key, values[measure.id].get(key, [])))
        ]
    return panel


def contribution(measure: MeasureSpec, view: Mapping[str, object]) -> float | None:
    """What one case adds: 1 or 0 to a rate or count, else its value; ``None`` where it does not count."""
    found = figure(measure, [view])
    if not found.rows:
        return None
    if measure.kind in ("rate", "count"):
        return float(bool(found.hits))
    return found.value


def _count(measure: MeasureSpec, view: Mapping[str, object], into: list[float], panel: Panel) -> None:
    value = contribution(measure, view)
    if value is None:
        panel.excluded[measure.id] += 1
    else:
        into.append(value)


def _cell(measure: MeasureSpec, key: tuple[str, int], values: list[float]) -> Cell | None:
    unit, period = key
    if measure.kind == "count":
        return Cell(area=unit, period=period, value=sum(values), n=1)
    if not values:
        return None
    if measure.kind in ("rate", "mean"):
        value = sum(values) / len(values)
    else:
        share = 0.5 if measure.percentile is None else measure.percentile / 100
        value = quantile(values, share).value or 0.0
    return Cell(area=unit, period=period, value=value, n=len(values))
