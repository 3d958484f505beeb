"""The mining room's periodic work."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.analytics.errors import Busy
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.mechanisms import event_facts

#: batches of one job; a long history is taken in by several
BATCHES = 25


@task()
def bring_up_facts() -> int:
    """Take what the journal has into the facts; 0 when another process is at it."""
    try:
        return event_facts.refresh(most=BATCHES)
    except Busy:
        return 0


@periodic.register("mining.facts", every=timedelta(hours=1))
def bring_up() -> None:
    """Keep the facts at most an hour behind; whoever asks brings them up to date first."""
    bring_up_facts.enqueue()
