"""Alerts and watches for those who may see them: lists, one alert with its curves, and how precise each watch is by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from gongzhi.city.alerts import catalogue as feeds
from gongzhi.city.alerts import readings
from gongzhi.city.alerts.models import Alert, RuleState, WatchRun
from gongzhi.city.alerts.watch_errors import NoSuchAlert
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.watching import Known, known, one
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.measures import Rate, rate
from gongzhi.engine.watches.feeds import span_of

State = Alert.State
JUDGED = (State.TRUE, State.FALSE)
#: weeks that the page of a watch shows
WEEKS = 12
#: points that one curve shows
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One series around an alert: (instant, value) of each reading."""

    part: str
    series: tuple[str, ...]
    points: Sequence[tuple[datetime, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One alert with what belongs to it."""

    row: Alert
    curves: Sequence[Curve]
    unit: str
    case: Case | None
    #: other alerts that the same case looks into
    others: Sequence[Alert]
    spec: Known | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What was judged in one week, Monday first."""

    first: date
    found: Rate
    below: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """One watch in the last weeks that its line counts (four where it has none)."""

    known: Known
    state: RuleState | None
    counts: Mapping[str, int]
    found: Rate
    weeks: int
    below: bool
    proposal: Case | None = None
    by_week: Sequence[Week] = field(default_factory=tuple)

    @property
    def raised(self) -> int:
        """Alerts in all."""
        return sum(self.counts.values())


def alerts(by: Standing, *, state: str = "", mechanism: str = "", watch: str = "") -> QuerySet[Alert]:
    """The alerts that the post may see. Right ``alert.read``; what a watch keeps for some roles is for those alone."""
    check(by, "alert.read")
    return _visible(by, _asked(state, mechanism, watch))


def _visible(by: Standing, rows: QuerySet[Alert]) -> QuerySet[Alert]:
    kept = Q(read_by="") | Q(read_by__contains=f"|{by.role}|")
    return (
        scope(by, "alert.read", rows) if by.role == "system" else scope(by, "alert.read", rows.filter(kept))
    )


def _asked(state: str, mechanism: str, watch: str) -> QuerySet[Alert]:
    rows = Alert.objects.all()
    if state:
        rows = rows.filter(state=state)
    if mechanism:
        rows = rows.filter(mechanism=mechanism)
    return rows.filter(watch=watch) if watch else rows


def story(by: Standing, number: int) -> Story:
    """One alert. Right ``alert.read``. Raises NoSuchAlert for one that is not there or not for this post."""
    check(by, "alert.read")
    row = _visible(by, Alert.objects.filter(pk=number)).select_related("area").first()
    if row is None:
        raise NoSuchAlert()
    others = (
        _visible(by, Alert.objects.filter(case=row.case).exclude(pk=row.pk))
        if row.case
        else Alert.objects.none()
    )
    seen = scope(by, "case.read", Case.objects.filter(pk=row.case)) if row.case else Case.objects.none()
    unit, curves = curves_of(row)
    try:
        spec: Known | None = one(row.mechanism, row.watch)
    except GongzhiError:
        spec = None
    return Story(
        row=row,
        curves=curves,
        unit=unit,
        case=seen.first(),
        others=list(others.order_by("since")[:20]),
        spec=spec,
    )


def curves_of(row: Alert) -> tuple[str, list[Curve]]:
    """Unit, and the readings of the alert's series over its local days, at most two; nothing where there are none any more."""
    if not row.feed or not row.series:
        return "", []
    try:
        spec = feeds.one(row.feed).spec
    except GongzhiError:
        return "", []
    first, last = localdate(row.since), localdate(row.until - timedelta(microseconds=1))
    until = min(last, first + timedelta(days=1)) + timedelta(days=1)
    zone = timezone.get_default_timezone()
    start, end = (
        round(datetime.combine(day, time(), zone).timestamp()) * 1_000_000 for day in (first, until)
    )
    files = readings.tables(row.feed, first, until)
    ids = sorted({one for held in row.series.values() for one in held})
    sums: dict[str, dict[int, float]] = {}
    for path in files:
        table = pq.read_table(path, columns=["series", "us", "value"], filters=[("series", "in", ids)])
        table = table.filter(pc.and_(pc.greater_equal(table["us"], start), pc.less(table["us"], end)))
        for series, us, value in zip(*(table[name].to_pylist() for name in table.column_names), strict=True):
            for part, held in row.series.items():
                if series in held and value is not None:
                    points = sums.setdefault(part, {})
                    points[us] = points.get(us, 0.0) + value
    made = []
    for part in ("source", "target"):
        if part in sums:
            found = sorted(sums[part].items())[:_MOST_POINTS]
            drawn = [(datetime.fromtimestamp(us / 1_000_000, UTC), value) for us, value in found]
            made.append(Curve(part=part, series=tuple(row.series[part]), points=drawn))
    return spec.unit, made


def step_of(feed: str) -> timedelta:
    """How far the readings of a feed are apart; a quarter of an hour where nobody says."""
    try:
        return span_of(feeds.one(feed).spec.step)
    except GongzhiError:
        return timedelta(minutes=15)


# — watches


def rules(by: Standing) -> list[RuleFigures]:
    """Every watch of this city with its figures. Right ``watch.read``; figures name nobody. Four queries."""
    check(by, "watch.read")
    states = {(row.mechanism, row.watch): row for row in RuleState.objects.all()}
    counts: dict[tuple[str, str], dict[str, int]] = {}
    rows = Alert.objects.values_list("mechanism", "watch", "state").annotate(number=Count("id")).order_by()
    for mechanism, watch, state, number in rows:
        counts.setdefault((mechanism, watch), {})[state] = number
    proposals = Case.objects.in_bulk([row.proposal for row in states.values() if row.proposal])
    judged = _judged(clock.now() - timedelta(weeks=52))
    made = []
    for each in known():
        key = (each.held.mechanism.id, each.spec.id)
        state = states.get(key)
        proposal = proposals.get(state.proposal) if state and state.proposal else None
        open_ = proposal if proposal is not None and not proposal.ended else None
        made.append(_figures(each, state, counts.get(key, {}), judged.get(key, []), open_))
    return made


def rule(by: Standing, mechanism: str, watch: str) -> RuleFigures:
    """One watch with its weeks. Right ``watch.read``. Raises NoSuchWatch."""
    check(by, "watch.read")
    asked = one(mechanism, watch)
    return next(each for each in rules(by) if each.known.name == asked.name)


Judged = Sequence[tuple[datetime, str]]


def _judged(since: datetime) -> dict[tuple[str, str], list[tuple[datetime, str]]]:
    rows = Alert.objects.filter(first=True, state__in=JUDGED, judged_at__gte=since)
    found: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    for mechanism, watch, at, state in rows.values_list("mechanism", "watch", "judged_at", "state"):
        if at is not None:
            found.setdefault((mechanism, watch), []).append((at, state))
    return found


def _figures(
    each: Known, state: RuleState | None, counts: Mapping[str, int], judged: Judged, proposal: Case | None
) -> RuleFigures:
    line = each.spec.line
    weeks = line.weeks if line else 4
    now = clock.now()
    found = _rate([one for at, one in judged if at >= now - timedelta(weeks=weeks)])
    least = line.least if line else 0
    below = bool(
        line and found.value is not None and found.n >= least and found.value < float(line.precision)
    )
    monday = localdate(now) - timedelta(days=localdate(now).weekday())
    by_week = []
    for back in range(WEEKS):
        first = monday - timedelta(weeks=back)
        inside = [one for at, one in judged if first <= localtime(at).date() < first + timedelta(weeks=1)]
        part = _rate(inside)
        low = bool(line and part.value is not None and part.value < float(line.precision))
        by_week.append(Week(first=first, found=part, below=low))
    return RuleFigures(
        known=each,
        state=state,
        counts=dict(counts),
        found=found,
        weeks=weeks,
        below=below,
        proposal=proposal,
        by_week=tuple(by_week),
    )


def _rate(states: Sequence[str]) -> Rate:
    return rate(sum(each == State.TRUE for each in states), len(states))


def runs(by: Standing, most: int = 10) -> list[WatchRun]:
    """The last runs. Right ``watch.read``."""
    check(by, "watch.read")
    return list(WatchRun.objects.order_by("-id")[:most])


def numbers_of(row: Alert) -> list[tuple[str, Any]]:
    """Name and value of each number that the watch saw, in order."""
    return [(name, value) for name, value in row.numbers.items() if value not in (None, "")]


def column_titles(row: Alert) -> dict[str, str]:
    """What the columns of the mechanism's registers are called: an alert keeps some of their values."""
    held = next((each.held for each in known() if each.name == f"{row.mechanism}.{row.watch}"), None)
    registers = held.mechanism.registers.values() if held is not None else ()
    return {field.id: field.title for register in registers for field in register.fields}


__all__ = [
    "Curve",
    "RuleFigures",
    "Story",
    "Week",
    "alerts",
    "column_titles",
    "curves_of",
    "numbers_of",
    "rule",
    "rules",
    "runs",
    "story",
]
