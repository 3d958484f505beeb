"""One function per kind of tile. Figures come from the counts of ``cases.queries.present``, never from a count of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.city.cases import queries as cases
from gongzhi.city.cases.figures import day_of
from gongzhi.city.cases.queries import CaseFilter, present
from gongzhi.city.cases.queries.present import LIGHTS, Group
from gongzhi.city.cases.world import area_name, area_path, home_area
from gongzhi.city.duty import queries as duty
from gongzhi.city.duty.models import Place, Shift
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory import shapes
from gongzhi.engine.mechanisms.boards import STANDING, TileSpec, days_of

#: levels of urgency that a queue tells apart; what is written otherwise stands last
MOST_LEVELS = 4
WEEK = 7
#: a week that differs by less than this says "about the same"
SAME = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A tile with its values. ``filter`` opens the rows of the whole tile; empty where it has none."""

    spec: TileSpec
    mechanism: str = ""
    type: str = ""
    filter: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    #: why there is nothing to show, in a sentence; empty where there is
    absent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a tile is about: who looks, at what, when."""

    by: Standing
    spec: TileSpec
    mechanism: str
    type: str
    at: datetime

    @property
    def narrowed(self) -> dict[str, Any]:
        """The filter of the tile's cases."""
        return {key: value for key, value in (("mechanism", self.mechanism), ("type", self.type)) if value}

    def groups(self) -> tuple[Group, ...]:
        """The counts behind it."""
        return present.present(self.by, self.mechanism, self.type)[1]


def figure(asked: Asked) -> dict[str, Any]:
    """One number."""
    what, period = asked.spec.count, asked.spec.period
    if what in STANDING:
        light = {} if what == "open" else {"light": what}
        return {"value": present.total(asked.groups(), what), "filter": asked.narrowed | light}
    today = clock.today()
    if period == "today":
        value, first, last = present.total(asked.groups(), what), today, today
    else:
        number = days_of(period)
        first, last = today - timedelta(days=number), today - timedelta(days=1)
        value = sum(day[what] for day in present.days(asked.by, number, asked.mechanism, asked.type))
    return {"value": value, "filter": asked.narrowed | _between(what, first, last)}


def _between(what: str, first: Any, last: Any) -> dict[str, Any]:
    return {
        "state": "all" if what == "opened" else "ended",
        f"{what}_from": day_of(first)[0],
        f"{what}_until": day_of(last)[1],
    }


def lights(asked: Asked) -> dict[str, Any]:
    """The four lights of what is open."""
    groups = asked.groups()
    found = [
        {"id": light, "value": present.total(groups, light), "filter": asked.narrowed | {"light": light}}
        for light in LIGHTS
    ]
    return {"lights": found, "value": present.total(groups, "open"), "filter": asked.narrowed}


def queue(asked: Asked) -> dict[str, Any]:
    """What came in last, and how much is open by urgency."""
    sums: dict[str, int] = {}
    for group in asked.groups():
        if group.urgency and group.open:
            sums[group.urgency] = sums.get(group.urgency, 0) + group.open
    ordered = sorted(sums.items(), key=lambda each: (each[0] in ("一般", "普通"), -each[1], each[0]))
    levels = [
        {"title": title, "value": value, "filter": asked.narrowed | {"urgency": title}}
        for title, value in ordered[:MOST_LEVELS]
    ]
    found = cases.cases(
        asked.by, CaseFilter(**asked.narrowed), order="newest", size=asked.spec.rows, at=asked.at
    )
    return {
        "levels": levels,
        "rows": [_row(row, asked.at) for row in found.rows],
        "value": present.total(asked.groups(), "open"),
        "filter": asked.narrowed,
    }


def _row(row: Any, at: datetime) -> dict[str, Any]:
    """A case as strangers in the room may read it: whoever asked for confidence is not named on a wall."""
    return {
        "id": str(row.pk),
        "subject": _("保密事项") if row.confidential else row.subject,
        "place": area_name(row.area_id) if row.area_id and row.area_id != home_area() else "",
        "urgency": row.urgency,
        "light": row.light(at),
        "at": row.opened_at,
        "due": row.due,
    }


def listed(asked: Asked) -> dict[str, Any]:
    """Open matters of one type, most urgent first."""
    found = cases.cases(
        asked.by, CaseFilter(**asked.narrowed), order="due", size=asked.spec.rows, at=asked.at
    )
    return {
        "rows": [_row(row, asked.at) for row in found.rows],
        "value": present.total(asked.groups(), "open"),
        "filter": asked.narrowed,
    }


def county_map(asked: Asked) -> dict[str, Any]:
    """Open cases by place: every area of the picture with the sum of itself and what lies below it."""
    sees = present.sight(asked.by)
    root = sees.area or area_path(home_area())
    drawn = shapes.county(root)
    groups = asked.groups()
    own = present.by_area(groups)
    if drawn is None:
        return {"root": root, "areas": {}, "parts": [], "value": 0, "filter": asked.narrowed}
    known = {piece.path: piece for piece in (drawn.root, *drawn.pieces)}
    sums: dict[str, dict[str, int]] = {path: dict.fromkeys(LIGHTS, 0) for path in known}
    for path, held in own.items():
        for above in paths.ancestors(path):
            if above in sums:
                for light in LIGHTS:
                    sums[above][light] += held[light]
    areas = {known[path].code: _state(held) for path, held in sums.items() if any(held.values())}
    _spread(areas, known, own, root)
    parts = [
        {
            "code": piece.code,
            "name": piece.name,
            "open": sum(sums[piece.path].values()),
            **sums[piece.path],
            "state": _state(sums[piece.path]),
            "filter": asked.narrowed | {"area": piece.code},
        }
        for piece in drawn.parts
    ]
    here = sums[root]
    value = sum(here.values())
    return {
        "root": root,
        "areas": areas,
        "parts": parts,
        "value": value,
        # what happened nowhere in particular, or lies in no part of the picture
        "elsewhere": value - sum(sum(sums[piece.path].values()) for piece in drawn.parts),
        "filter": asked.narrowed | {"area": drawn.root.code},
    }


def _spread(
    areas: dict[str, str], known: Mapping[str, shapes.Piece], own: Mapping[str, Mapping[str, int]], root: str
) -> None:
    """What happened in a village, nobody says in which unit, colours those of its units that have nothing of their own."""
    for path, piece in known.items():
        above = path[: -paths.STEP]
        if not piece.divided and len(above) > len(root) + paths.STEP and above in own:
            areas.setdefault(piece.code, _state(own[above]))


def _state(held: Mapping[str, int]) -> str:
    """The worst light of a place: ``red``, ``yellow``, ``open`` or nothing."""
    if held["red"]:
        return "red"
    return "yellow" if held["yellow"] else "open" if sum(held.values()) else ""


def trend(asked: Asked) -> dict[str, Any]:
    """The days, and the last week against the one before it."""
    number = days_of(asked.spec.period)
    shown = present.days(asked.by, max(number, 2 * WEEK), asked.mechanism, asked.type)
    last, before = shown[-WEEK:], shown[-2 * WEEK : -WEEK]
    weeks = []
    for what in ("opened", "ended"):
        now, then = sum(day[what] for day in last), sum(day[what] for day in before)
        weeks.append(
            {
                "what": what,
                "value": now,
                "before": then,
                "way": _way(now, then),
                "filter": asked.narrowed | _between(what, last[0]["day"], last[-1]["day"]),
            }
        )
    days = [
        day
        | {
            f"{what}_filter": asked.narrowed | _between(what, day["day"], day["day"])
            for what in ("opened", "ended")
        }
        for day in shown[-number:]
    ]
    return {"weeks": weeks, "days": days}


def _way(now: int, then: int) -> str:
    """``more``, ``less`` or ``same``."""
    if abs(now - then) <= SAME * max(then, 1):
        return "same"
    return "more" if now > then else "less"


def hot(asked: Asked) -> dict[str, Any]:
    """What many report."""
    if not may(asked.by, "case.cluster"):
        return {"rows": []}
    rows = [
        {
            "title": cluster.title,
            "place": cluster.place,
            "value": size,
            "since": cluster.since,
            "until": cluster.until,
            "filter": {"state": "all", "cluster": str(cluster.pk)},
        }
        for cluster, size in present.hot(asked.by, asked.spec.rows)
    ]
    return {"rows": rows}


def overdue(asked: Asked) -> dict[str, Any]:
    """Who holds what is late."""
    if not may(asked.by, "case.handler"):
        return {"rows": []}
    found = present.late_offices(asked.by)[: asked.spec.rows]
    most = max((each.value for each in found), default=0) or 1
    rows = [
        {
            "title": each.title,
            "value": each.value,
            "filter": each.filter,
            "share": round(100 * each.value / most, 1),
        }
        for each in found
    ]
    return {"rows": rows}


def roster(asked: Asked) -> dict[str, Any]:
    """Today's shifts of the duty room that this post may see, and who answers now. Three queries."""
    room = duty.rooms(asked.by).first() if may(asked.by, "duty.read") else None
    if room is None:
        return {"room": "", "shifts": []}
    start, stop = day_of(clock.today())
    found = list(Shift.objects.filter(room=room, starts__lt=stop, ends__gt=start).order_by("starts")[:12])
    people: dict[int, list[Place]] = {}
    for place in Place.objects.filter(shift__in=found, left_at__isnull=True).order_by("part", "pk"):
        people.setdefault(place.shift_id, []).append(place)
    return {
        "room": room.title,
        "phone": room.phone,
        "shifts": [
            {
                "title": shift.title,
                "starts": shift.starts,
                "ends": shift.ends,
                "state": shift.state,
                "state_title": shift.get_state_display(),
                "leads": [each.name for each in people.get(shift.pk, []) if each.part == Place.Kind.LEAD],
                "officers": [each.name for each in people.get(shift.pk, []) if each.part != Place.Kind.LEAD],
            }
            for shift in found
        ],
    }


def measure(asked: Asked) -> dict[str, Any]:
    """An indicator is dear to work out: the page asks for it by itself, later (``figures.measured``)."""
    return {"measure": asked.spec.measure}


KINDS: Mapping[str, Callable[[Asked], dict[str, Any]]] = {
    "figure": figure,
    "lights": lights,
    "queue": queue,
    "map": county_map,
    "trend": trend,
    "clusters": hot,
    "overdue": overdue,
    "roster": roster,
    "list": listed,
    "measure": measure,
}

__all__ = ["KINDS", "Asked", "Tile"]
