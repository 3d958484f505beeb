"""The running floor's periodic work and jobs."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.mechanisms import clusters, draws, library


@task()
def cluster_cases(mechanism: str) -> int:
    """Find the hot matters of one mechanism and open the projects that are due; gives how many were found."""
    return len(clusters.find(mechanism))


@periodic.register("mechanisms.clusters", every=timedelta(hours=6))
def cluster_all() -> None:
    """Look for hot issues; the work itself is a job."""
    for mechanism in library.LIBRARY.active_versions():
        cluster_cases.enqueue(mechanism)


@task()
def draw_rechecks() -> int:
    """Draw this week's lots, once; gives how many cases were drawn."""
    return sum(len(draw.drawn) for draw in draws.draw_week())


@periodic.register("mechanisms.draws", every=timedelta(hours=1))
def draw_all() -> None:
    """Draw by lot once a week: the first look in the week does it, the others find it done."""
    draw_rechecks.enqueue()
