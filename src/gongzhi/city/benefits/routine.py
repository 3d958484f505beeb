"""The benefits room's periodic work."""

from __future__ import annotations

from datetime import time

from gongzhi.city.benefits.actions import match_job, sweep
from gongzhi.city.jobs.periodic import periodic


@periodic.register("benefits.nightly", at=time(3, 40))
def nightly() -> None:
    """End what is over, say what is to be reviewed, and give what nobody need apply for."""
    sweep()
    match_job.using(dedupe_key="benefits-match").enqueue()  # type: ignore[call-arg]
