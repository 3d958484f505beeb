"""Periodic work of the feeds."""

from __future__ import annotations

from datetime import time, timedelta

from gongzhi.city.alerts import catalogue
from gongzhi.city.alerts.actions.storing import quiet_compact, store_feed
from gongzhi.city.alerts.models import Batch
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.kernel import clock

#: what waits longer than this has lost its job
LOST = timedelta(minutes=10)


@periodic.register("alerts.waiting", every=LOST)
def store_what_waits() -> None:
    """Batches that nobody has stored: a machine that died between taking in and storing."""
    waiting = Batch.objects.filter(state=Batch.State.WAITING, received_at__lt=clock.now() - LOST)
    for feed in waiting.order_by().values_list("feed", flat=True).distinct():
        if catalogue.known(feed):
            store_feed.using(dedupe_key=f"feed:{feed}").enqueue(feed)  # type: ignore[call-arg]


@periodic.register("alerts.compact", at=time(2, 40))
def compact_feeds() -> None:
    """One file per day."""
    for declared in catalogue.offered():
        if declared.spec.kind == "series":
            quiet_compact(declared.name)
