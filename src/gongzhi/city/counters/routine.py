"""The counters' periodic work."""

from __future__ import annotations

from datetime import time, timedelta

from gongzhi.city.counters.actions import close_day, tick_calls
from gongzhi.city.jobs.periodic import periodic


@periodic.register("counters.calls", every=timedelta(seconds=10))
def calls() -> None:
    """Dropped calls become calls that are owed."""
    tick_calls()


@periodic.register("counters.day", at=time(0, 5))
def day() -> None:
    """Numbers hold for one day."""
    close_day()
