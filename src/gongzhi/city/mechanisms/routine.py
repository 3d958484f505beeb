"""The running floor's periodic work and jobs."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.cases.clustering import find_clusters
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.mechanisms import library


@task()
def cluster_cases(mechanism: str) -> int:
    """Find the hot issues of one mechanism's cases; gives how many."""
    return len(find_clusters(mechanism=mechanism))


@periodic.register("mechanisms.clusters", every=timedelta(hours=6))
def cluster_all() -> None:
    """Look for hot issues; the work itself is a job."""
    for mechanism in library.LIBRARY.active_versions():
        cluster_cases.enqueue(mechanism)
