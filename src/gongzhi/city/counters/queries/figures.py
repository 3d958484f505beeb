"""Figures of counters: by point, line and office, never by person. Each says from what it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from gongzhi.city.counters import points
from gongzhi.city.counters.models import Appointment, Line, QueueNumber, VideoSession
from gongzhi.city.counters.queries.queues import quantile
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing

State = QueueNumber.State


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures:
    """One line in a period."""

    line: Line
    point: str
    taken: int
    done: int
    missed: int
    #: minutes at the half of all services and of all waits; ``None`` without any
    service: float | None
    wait: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFigures:
    """All calls in a period."""

    asked: int
    connected: int
    dropped: int
    done: int
    owed: int

    @property
    def drop_rate(self) -> float | None:
        """Connected calls that dropped at least once, of all that were connected."""
        return self.dropped / self.connected if self.connected else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Items of a point that nobody asked for in the period."""

    point: str
    title: str
    items: Sequence[str]
    of: int


def line_figures(by: Standing, since: date, until: date) -> list[LineFigures]:
    """Lines within the post's sight, in the period [since, until], in the order of points and letters."""
    check(by, "queue.read")
    lines = scope(by, "queue.read", Line.objects.select_related("office")).order_by("point", "letter")
    titles: dict[str, str] = {}
    found = []
    for line in lines[:200]:
        rows = QueueNumber.objects.filter(line=line, day__range=(since, until))
        counts = rows.aggregate(
            taken=Count("id"),
            done=Count("id", filter=Q(state=State.DONE)),
            missed=Count("id", filter=Q(state=State.MISSED) | Q(state=State.LEFT, called_at__isnull=False)),
        )
        times = list(rows.filter(state=State.DONE).values_list("taken_at", "serving_at", "ended_at")[:5000])
        services = sorted((end - start).total_seconds() / 60 for _, start, end in times if start and end)
        waits = sorted((start - taken).total_seconds() / 60 for taken, start, _ in times if start)
        if line.point not in titles:
            titles[line.point] = points.title(line.point)
        found.append(
            LineFigures(
                line=line,
                point=titles[line.point],
                **counts,
                service=quantile(services, 0.5) if services else None,
                wait=quantile(waits, 0.5) if waits else None,
            )
        )
    return found


def call_figures(by: Standing, since: date, until: date) -> CallFigures:
    """Video calls of the whole city in the period. Right ``video.read``."""
    check(by, "video.read")
    rows = VideoSession.objects.filter(day__range=(since, until))
    connected = Q(connected_at__isnull=False)
    return CallFigures(
        **rows.aggregate(
            asked=Count("id"),
            connected=Count("id", filter=connected),
            dropped=Count("id", filter=connected & Q(drops__gt=0)),
            done=Count("id", filter=Q(state=VideoSession.State.DONE)),
            owed=Count("id", filter=Q(state__in=VideoSession.OWED)),
        )
    )


def unused_items(by: Standing, since: date, until: date) -> list[Unused]:
    """For each point of the post's sight: which of its items nobody came for."""
    check(by, "queue.read")
    keys = (
        scope(by, "queue.read", Line.objects.all())
        .values_list("point", flat=True)
        .distinct()
        .order_by("point")
    )
    found = []
    for key in keys[:200]:
        offered = offered_at(key)
        period = {"day__range": (since, until)}
        asked = set(QueueNumber.objects.filter(line__point=key, **period).values_list("item", flat=True))
        asked |= set(Appointment.objects.filter(line__point=key, **period).values_list("item", flat=True))
        asked |= set(VideoSession.objects.filter(point=key, **period).values_list("skill", flat=True))
        unused = [item for item in offered if item not in asked]
        if offered:
            found.append(Unused(point=key, title=points.title(key), items=unused, of=len(offered)))
    return found


def offered_at(point: str) -> list[str]:
    """What a point offers: its record's items, and those of its lines."""
    found: dict[str, None] = {}
    for items in Line.objects.filter(point=point).order_by("letter").values_list("items", flat=True):
        found |= dict.fromkeys(items)
    return list(found | dict.fromkeys(points.items(point)))
