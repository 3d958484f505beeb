"""The cases room's periodic work."""

from __future__ import annotations

from datetime import time, timedelta

from django.db.models import Q

from gongzhi.city.cases import figures
from gongzhi.city.cases.actions import DRAFT_KEY, destroy_confined, sweep_drafts, sweep_uploads, tick_cases
from gongzhi.city.cases.models import Request
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.kernel import clock

#: how long an idempotency key is remembered
REMEMBERED = timedelta(days=7)
#: and one of a phone that was without a network: older drafts are refused by the door that takes them in
DRAFTS_REMEMBERED = timedelta(days=90)


@periodic.register("cases.tick", every=timedelta(minutes=1))
def tick() -> None:
    """Timers, lights, numbers."""
    tick_cases()


@periodic.register("cases.sweep", every=timedelta(hours=1))
def sweep() -> None:
    """Drafts that nobody came back to, uploads that nobody claimed, requests that nobody repeats."""
    sweep_drafts()
    sweep_uploads()
    now = clock.now()
    drafts = Q(key__startswith=DRAFT_KEY)
    old = Request.objects.filter(~drafts, at__lt=now - REMEMBERED)
    old |= Request.objects.filter(drafts, at__lt=now - DRAFTS_REMEMBERED)
    Request.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:10_000])).delete()


@periodic.register("cases.destroy", at=time(3, 10))
def destroy() -> None:
    """What was said in confined cases whose time is over."""
    destroy_confined()


@periodic.register("cases.figures", at=time(0, 20))
def count_days() -> None:
    """Figures of the days that are over."""
    figures.refresh_days(3)
