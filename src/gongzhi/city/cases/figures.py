"""Figures of days gone by, counted once and kept; today's are read from the index of the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F

from gongzhi.city.cases.models import Case, Counter
from gongzhi.city.kernel import clock
from gongzhi.engine.instants import SHANGHAI


def day_of(day: date) -> tuple[datetime, datetime]:
    """First instant of the day and of the next, in the city's time zone."""
    start = datetime.combine(day, time(), SHANGHAI)
    return start, datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def count_day(day: date) -> dict[tuple[str, str], int]:
    """(office, kind) -> how many on this day, from the cases: ``opened``, ``ended`` and ``ended:<end>``."""
    start, stop = day_of(day)
    figures: dict[tuple[str, str], int] = {}
    opened = Case.objects.filter(opened_at__gte=start, opened_at__lt=stop).order_by()
    for office, count in opened.values_list("lead").annotate(Count("id")):
        figures[office or "", "opened"] = count
    ended = Case.objects.filter(ended_at__gte=start, ended_at__lt=stop).order_by()
    for office, end, count in ended.values_list("lead", "ended").annotate(Count("id")):
        figures[office or "", f"ended:{end}"] = count
        figures[office or "", "ended"] = figures.get((office or "", "ended"), 0) + count
    return figures


def refresh(day: date) -> int:
    """Count a day anew and store it; rows that are no longer true go. Gives the number of rows."""
    figures, at = count_day(day), clock.now()
    with transaction.atomic():
        Counter.objects.filter(day=day).delete()
        Counter.objects.bulk_create(
            [
                Counter(day=day, office=office, kind=kind, count=count, counted_at=at)
                for (office, kind), count in sorted(figures.items())
            ]
        )
    return len(figures)


def refresh_days(days: int = 2) -> None:
    """Yesterday and the days before it: what was backdated or corrected since is counted in."""
    today = clock.today()
    for back in range(1, days + 1):
        refresh(today - timedelta(days=back))


def missing_days(since: date) -> list[date]:
    """Days from ``since`` to yesterday for which nothing was ever counted (after an import of the past)."""
    yesterday = clock.today() - timedelta(days=1)
    known = set(Counter.objects.filter(day__gte=since).values_list("day", flat=True).distinct())
    span = (yesterday - since).days + 1
    return [day for day in (since + timedelta(days=back) for back in range(span)) if day not in known]


def shift(row: Case, before: str) -> None:
    """A case went on at another office: where its day is counted already, it is counted there from now on."""
    after = row.lead_id or ""
    day = row.opened_at.astimezone(SHANGHAI).date()
    counted = Counter.objects.filter(day=day, kind="opened")
    if after == before or not counted.filter(office=before, count__gt=0).update(count=F("count") - 1):
        return
    if not counted.filter(office=after).update(count=F("count") + 1):
        Counter.objects.create(day=day, office=after, kind="opened", count=1, counted_at=clock.now())
