"""What is open now and what came and went today, counted in one pass for all who look; each adds up what they may see.

A wall has two hundred listeners and the county a million cases: counting for each of them would be two hundred counts. One
pass over the open rows gives how many there are by place, leading office, type and urgency in each light; a post's
figures are sums over the groups in its reach. ``web/tests/test_wall.py`` proves that they equal its lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.figures import day_of
from gongzhi.city.cases.models import Case, Cluster
from gongzhi.city.cases.queries.board import Figure, city_flow, clusters, overdue_figures
from gongzhi.city.cases.queries.lists import lights
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import area_path, home_area
from gongzhi.city.kernel import clock, paths, permissions
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.remembering import Remembered
from gongzhi.engine.instants import SHANGHAI

LIGHTS = ("red", "yellow", "green", "none")
GROUP = ("area_path", "lead_path", "mechanism", "type", "urgency")
ACTION = "board.read"


@dataclass(frozen=True, slots=True)
class Group:
    """Open cases of one place, office, type and urgency, by light; and those of today, whatever became of them."""

    area_path: str
    lead_path: str
    mechanism: str
    type: str
    urgency: str
    red: int = 0
    yellow: int = 0
    green: int = 0
    none: int = 0
    opened: int = 0
    ended: int = 0

    @property
    def open(self) -> int:
        """All that are open."""
        return self.red + self.yellow + self.green + self.none


@dataclass(frozen=True, slots=True)
class Present:
    """Everything at one instant."""

    at: datetime
    groups: tuple[Group, ...]
    #: what was narrowed already: a screen's tiles ask for the same groups one after the other
    narrowed: dict[tuple[Sight, str, str], tuple[Group, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sight:
    """What of it a post sees, as ``permissions.scope`` would say it, so that it can be applied to groups."""

    everything: bool
    area: str
    branch: str
    mechanism: str
    #: (mechanism, type) that are kept from the post's role
    closed: frozenset[tuple[str, str]] = frozenset()

    def covers(self, group: Group) -> bool:
        """Whether the group lies in the post's reach."""
        if self.mechanism and self.mechanism != group.mechanism:
            return False
        if (group.mechanism, group.type) in self.closed:
            return False
        return (
            self.everything
            or paths.is_within(group.area_path, self.area)
            or paths.is_within(group.lead_path, self.branch)
        )


#: seconds: two looks of a wall that polls (every 15 s) find the count of the one before, and a page never an older one
STALE = 30.0

#: sights of one count that are kept with it
MOST_SIGHTS = 64

_now: Remembered[Present] = Remembered(least=1.0, longest=5.0, most=2, stale=STALE)
_days: Remembered[Any] = Remembered(least=30.0, longest=120.0, stale=STALE)
_others: Remembered[Any] = Remembered(least=1.0, longest=10.0, stale=STALE)


def forget(**kwargs: Any) -> None:
    """Count anew: something was written."""
    _now.forget()
    _others.forget()


def grow_old() -> None:
    """What is known is due to be counted again by the next who looks (tests and measurements)."""
    _now.age()
    _others.age()


def forget_all() -> None:
    """Count everything anew, the past days too (tests)."""
    forget()
    _days.forget()


def sight(by: Standing) -> Sight:
    """The reach of a post on boards. Raises NotAllowed."""
    check(by, ACTION)
    words = permissions.matrix().scopes(ACTION, by.role) if by.role != "system" else ("all",)
    return Sight(
        everything="all" in words,
        area=by.area_path if "area" in words else "",
        branch=by.office_path if "branch" in words else "",
        mechanism=by.mechanism,
        closed=frozenset(catalogue.closed_to(by.role)),
    )


def present(by: Standing, mechanism: str = "", type_id: str = "") -> tuple[datetime, tuple[Group, ...]]:
    """When it was counted, and the groups within the post's sight, of one mechanism and type if they are named."""
    sees = sight(by)
    found = _now.get(clock.today(), _counted)
    key = (sees, mechanism, type_id)
    groups = found.narrowed.get(key)
    if groups is None:
        groups = tuple(
            group
            for group in found.groups
            if sees.covers(group)
            and (not mechanism or group.mechanism == mechanism)
            and (not type_id or group.type == type_id)
        )
        if len(found.narrowed) < MOST_SIGHTS:
            found.narrowed[key] = groups
    return found.at, groups


def _counted() -> Present:
    """Three queries: the open rows in one pass, and two ranges of the indexes of the day."""
    at = clock.now()
    start, stop = day_of(at.astimezone(SHANGHAI).date())
    sums: dict[tuple[str, str, str, str, str], dict[str, int]] = {}

    def add(rows: Iterable[dict[str, Any]], names: tuple[str, ...]) -> None:
        for row in rows:
            key = (row["area_path"], row["lead_path"], row["mechanism"], row["type"], row["urgency"])
            held = sums.setdefault(key, {})
            for name in names:
                held[name] = held.get(name, 0) + row[name]

    # every row, so that the index alone answers; what is confined to one post is left out of the groups
    running = Case.every.filter(ended_at__isnull=True).order_by()
    add(running.values(*GROUP).annotate(**lights(at)), LIGHTS)
    for name in ("opened", "ended"):
        day = Case.every.filter(**{f"{name}_at__gte": start, f"{name}_at__lt": stop}).order_by()
        add(day.values(*GROUP).annotate(**{name: Count("id")}), (name,))
    confined = catalogue.confined()
    groups = tuple(
        Group(*key, *(held.get(name, 0) for name in (*LIGHTS, "opened", "ended")))
        for key, held in sums.items()
        if key[2:4] not in confined
    )
    return Present(at=at, groups=groups)


def counted_at(by: Standing) -> datetime:
    """When what ``present`` gives was counted: what a screen says beside its figures. Raises NotAllowed."""
    return present(by)[0]


def total(groups: Iterable[Group], what: str) -> int:
    """The sum of one figure: a light, ``open``, ``opened`` or ``ended``."""
    return sum(getattr(group, what) for group in groups)


def by_area(groups: Iterable[Group]) -> dict[str, dict[str, int]]:
    """Path -> open cases by light, of the place itself; what lies below it is another entry."""
    found: dict[str, dict[str, int]] = {}
    for group in groups:
        held = found.setdefault(group.area_path, dict.fromkeys(LIGHTS, 0))
        for light in LIGHTS:
            held[light] += getattr(group, light)
    return found


def days(by: Standing, number: int, mechanism: str = "", type_id: str = "") -> list[dict[str, Any]]:
    """Opened and ended on each of the last ``number`` whole days, the oldest first; kept for a while, since they are over.

    The whole city's come from the day counters (``figures``); what those have not counted, and what a narrower post sees,
    from the indexes of the days.
    """
    sees = sight(by)
    today = clock.today()
    key = (today, number, sees, mechanism, type_id)
    return list(_days.get(key, lambda: _flow(by, sees, today, number, mechanism, type_id)))


def _flow(
    by: Standing, sees: Sight, today: date, number: int, mechanism: str, type_id: str
) -> list[dict[str, Any]]:
    wanted = [today - timedelta(days=back) for back in range(number, 0, -1)]
    known: dict[date, dict[str, Any]] = {}
    if _is_whole(sees) and not mechanism:
        known = {row["day"]: row for row in city_flow(wanted[0], today)}
    missing = [day for day in wanted if day not in known]
    if missing:
        rows = visible(by, ACTION)
        rows = rows.filter(mechanism=mechanism) if mechanism else rows
        rows = rows.filter(type=type_id) if type_id else rows
        for day, held in _days_of(rows, missing[0], missing[-1]).items():
            known.setdefault(day, held)
    return [known.get(day) or {"day": day, "opened": 0, "ended": 0} for day in wanted]


def _is_whole(sees: Sight) -> bool:
    return not sees.mechanism and (sees.everything or sees.area == area_path(home_area()) != "")


def _days_of(rows: Any, first: date, last: date) -> dict[date, dict[str, Any]]:
    start, stop = day_of(first)[0], day_of(last)[1]
    found: dict[date, dict[str, Any]] = {}
    for name in ("opened", "ended"):
        chosen = rows.filter(**{f"{name}_at__gte": start, f"{name}_at__lt": stop}).order_by()
        counted = (
            chosen.annotate(day=TruncDate(f"{name}_at", tzinfo=SHANGHAI))
            .values("day")
            .annotate(n=Count("id"))
        )
        for row in counted:
            found.setdefault(row["day"], {"day": row["day"], "opened": 0, "ended": 0})[name] = row["n"]
    return found


def hot(by: Standing, most: int) -> list[tuple[Cluster, int]]:
    """The hottest living clusters of which the post sees something, each with how many of its cases it sees."""
    return list(_others.get(("hot", sight(by), most), lambda: _hot(by, most)))


def _hot(by: Standing, most: int) -> list[tuple[Cluster, int]]:
    seen = visible(by, ACTION)
    found = clusters(seen, most)
    counted = seen.filter(cluster__in=[each.pk for each in found]).order_by()
    sizes = dict(counted.values_list("cluster").annotate(n=Count("id")))
    return [(each, sizes[each.pk]) for each in found if sizes.get(each.pk)]


def late_offices(by: Standing) -> list[Figure]:
    """Overdue open tasks by the office that holds them, most first."""
    return list(_others.get(("late", sight(by)), lambda: overdue_figures(by, clock.now())))


__all__ = [
    "LIGHTS", "Group", "by_area", "counted_at", "days", "forget", "forget_all", "grow_old", "hot", "late_offices", "present", "sight", "total",
]  # fmt: skip
