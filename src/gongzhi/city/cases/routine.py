"""The cases room's periodic work."""

from __future__ import annotations

from datetime import time, timedelta

from gongzhi.city.cases import figures
from gongzhi.city.cases.actions import sweep_drafts, sweep_uploads, tick_cases
from gongzhi.city.cases.models import Request
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.kernel import clock

#: how long an idempotency key is remembered
REMEMBERED = timedelta(days=7)


@periodic.register("cases.tick", every=timedelta(minutes=1))
def tick() -> None:
    """Timers, lights, numbers."""
    tick_cases()


@periodic.register("cases.sweep", every=timedelta(hours=1))
def sweep() -> None:
    """Drafts that nobody came back to, uploads that nobody claimed, requests that nobody repeats."""
    sweep_drafts()
    sweep_uploads()
    old = Request.objects.filter(at__lt=clock.now() - REMEMBERED).values("pk")[:10_000]
    Request.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()


@periodic.register("cases.figures", at=time(0, 20))
def count_days() -> None:
    """Figures of the days that are over."""
    figures.refresh_days(3)
