"""The journal's periodic work."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.journal import anchoring, reactions


@periodic.register("journal.react", every=timedelta(seconds=2))
def react() -> None:
    """Meet what waits in the queue."""
    reactions.react_to_all(most=2000)


@periodic.register("journal.anchor", every=timedelta(hours=1))
def anchor() -> None:
    """Bind the chains that grew."""
    anchoring.anchor()
