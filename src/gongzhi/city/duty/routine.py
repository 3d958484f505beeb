"""The duty rooms' periodic work."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.duty.actions import watch
from gongzhi.city.jobs.periodic import periodic


@periodic.register("duty.watch", every=timedelta(seconds=30))
def watch_shifts() -> None:
    """A shift that nobody took over is not silent."""
    watch()
