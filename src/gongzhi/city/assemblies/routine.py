"""The room's periodic work."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.assemblies.actions import settle_due
from gongzhi.city.jobs.periodic import periodic


@periodic.register("assemblies.settle", every=timedelta(minutes=1))
def settle_results() -> None:
    """Results whose window is over stand, or fall by an upheld objection."""
    settle_due()
