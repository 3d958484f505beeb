"""The command board: few figures, each with its formula and the filter that opens its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Substr
from django.utils.translation import gettext_noop as N_

from gongzhi.city.cases.figures import day_of
from gongzhi.city.cases.models import Cluster, Counter, Task
from gongzhi.city.cases.queries.lists import lights
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import area_path, home_area, office_name
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Area
from gongzhi.engine.instants import SHANGHAI

FORMULAS: Mapping[str, str] = {
    "red": N_("未办结，且最近的时限已过"),
    "yellow": N_("未办结，时限未过，剩余不足规定比例（一般20%）"),
    "green": N_("未办结，时限未过，剩余充足"),
    "none": N_("未办结，当前没有计时（如挂账、等待群众）"),
    "opened_today": N_("今天0时以来登记的件数"),
    "ended_today": N_("今天0时以来办结的件数"),
}
TITLES: Mapping[str, str] = {
    "red": N_("已超期"),
    "yellow": N_("快到期"),
    "green": N_("正常"),
    "none": N_("暂停计时"),
    "opened_today": N_("今日受理"),
    "ended_today": N_("今日办结"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number on a screen that opens to its rows: ``filter`` holds the keys of ``CaseFilter``."""

    id: str
    title: str
    value: int
    formula: str
    filter: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What the duty officer sees of now."""

    at: datetime
    lights: tuple[Figure, ...]
    today: tuple[Figure, ...]
    #: by town: code, name, position and counts by light
    towns: tuple[Mapping[str, Any], ...]
    categories: tuple[Figure, ...]
    #: offices that hold overdue work, most first
    overdue: tuple[Figure, ...]
    clusters: tuple[Cluster, ...]


def board(by: Standing, *, at: datetime | None = None) -> Board:
    """The board within what the post may see. A constant number of queries over open rows only. Raises NotAllowed."""
    check(by, "board.read")
    at = at or clock.now()
    seen = visible(by, "board.read")
    towns = towns_of_city()
    counted = counts(seen.filter(ended_at__isnull=True).order_by(), towns, at)
    return Board(
        at=at,
        lights=light_figures(counted),
        today=today_figures(seen, at),
        towns=town_figures(counted, towns),
        categories=category_figures(counted),
        overdue=overdue_figures(by, at),
        clusters=clusters(seen),
    )


LIGHTS = ("red", "yellow", "green", "none")
#: town path, category and counts by light
Counted = list[dict[str, Any]]


def towns_of_city() -> dict[str, Area]:
    """Path -> town, of the whole city."""
    home = area_path(home_area())
    found = Area.objects.filter(paths.within(home), level="town")
    return {town.path: town for town in found.only("path", "code", "short_name", "lon", "lat")}


def counts(running: Any, towns: Mapping[str, Area], at: datetime) -> Counted:
    """Open cases by town, category and light, in one pass over them."""
    width = max((len(path) for path in towns), default=1)
    return list(
        running.annotate(town=Substr("area_path", 1, width)).values("town", "category").annotate(**lights(at))
    )


def light_figures(counted: Counted) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            id=light,
            title=TITLES[light],
            value=sum(each[light] for each in counted),
            formula=FORMULAS[light],
            filter={"light": light},
        )
        for light in LIGHTS
    )


def today_figures(seen: Any, at: datetime) -> tuple[Figure, ...]:
    start, stop = day_of(at.astimezone(SHANGHAI).date())
    opened = seen.filter(opened_at__gte=start, opened_at__lt=stop).order_by().count()
    ended = seen.filter(ended_at__gte=start, ended_at__lt=stop).order_by().count()
    rows = {"state": "all", "opened_from": start, "opened_until": stop}
    return (
        Figure(
            id="opened_today",
            title=TITLES["opened_today"],
            value=opened,
            formula=FORMULAS["opened_today"],
            filter=rows,
        ),
        Figure(
            id="ended_today",
            title=TITLES["ended_today"],
            value=ended,
            formula=FORMULAS["ended_today"],
            filter={"state": "ended", "ended_from": start, "ended_until": stop},
        ),
    )


def town_figures(counted: Counted, towns: Mapping[str, Area]) -> tuple[Mapping[str, Any], ...]:
    """Open cases by the city's towns, with their positions for the map."""
    sums = {path: dict.fromkeys(LIGHTS, 0) for path in towns}
    for each in counted:
        for light in LIGHTS if each["town"] in sums else ():
            sums[each["town"]][light] += each[light]
    return tuple(
        {
            "code": town.code,
            "name": town.short_name,
            "lon": town.lon,
            "lat": town.lat,
            **sums[path],
            "filter": {"area": town.code},
        }
        for path, town in sorted(towns.items())
    )


def category_figures(counted: Counted, most: int = 12) -> tuple[Figure, ...]:
    sums: dict[str, int] = {}
    for each in counted:
        if each["category"]:
            sums[each["category"]] = sums.get(each["category"], 0) + sum(each[light] for light in LIGHTS)
    return tuple(
        Figure(
            id=f"category:{category}",
            title=category,
            value=count,
            formula=N_("未办结件数，按类别"),
            filter={"category": category},
        )
        for category, count in sorted(sums.items(), key=lambda each: (-each[1], each[0]))[:most]
    )


def overdue_figures(by: Standing, at: datetime, most: int = 20) -> tuple[Figure, ...]:
    """Overdue open tasks by the office that holds them."""
    late = (
        scope(by, "board.read", Task.objects.all())
        .filter(due__lt=at, side=False)
        .exclude(office=None)
        .order_by()
    )
    counted = late.values_list("office").annotate(n=Count("id")).order_by("-n", "office")[:most]
    return tuple(
        Figure(
            id=f"overdue:{office}",
            title=office_name(office),
            value=count,
            formula=N_("已过时限的待办件数，按持有单位"),
            filter={"tasks": True, "light": "red", "office": office},
        )
        for office, count in counted
    )


def clusters(seen: Any, most: int = 10) -> tuple[Cluster, ...]:
    """The hottest living clusters of which the post may see at least one case."""
    hottest = Cluster.objects.filter(closed_at__isnull=True).order_by("-heat")[: most * 3]
    ids = [cluster.pk for cluster in hottest]
    mine = set(seen.filter(cluster__in=ids).order_by().values_list("cluster", flat=True).distinct())
    return tuple(cluster for cluster in hottest if cluster.pk in mine)[:most]


def day_flow(by: Standing, *, days: int = 30, office: str = "") -> list[dict[str, Any]]:
    """Opened and ended per day, from the counters (today is on the board). One query. Raises NotAllowed.

    Counters are by leading office: a post limited to an office sees its own, one limited to an area sees the city's
    sums, which name nobody.
    """
    check(by, "measure.read")
    today = clock.today()
    since: date = today - timedelta(days=days)
    found = Counter.objects.filter(day__gte=since, day__lt=today, kind__in=("opened", "ended"))
    wanted = office or (by.office if by.role == "officer" else "")
    if wanted:
        found = found.filter(office=wanted)
    rows = (
        found.values("day")
        .order_by("day")
        .annotate(
            opened=Sum("count", filter=Q(kind="opened"), default=0),
            ended=Sum("count", filter=Q(kind="ended"), default=0),
        )
    )
    return [dict(row) for row in rows]


def city_flow(since: date, until: date) -> list[dict[str, Any]]:
    """Opened and ended per day of the whole city, from the counters; days that were not counted are left out. One query."""
    found = Counter.objects.filter(day__gte=since, day__lt=until, kind__in=("opened", "ended"))
    return [
        dict(row)
        for row in found.values("day")
        .order_by("day")
        .annotate(
            opened=Sum("count", filter=Q(kind="opened"), default=0),
            ended=Sum("count", filter=Q(kind="ended"), default=0),
        )
    ]


__all__ = ["Board", "Figure", "board", "city_flow", "day_flow"]
