"""The queue's own periodic work."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils import timezone
from django_tasks import default_task_backend

from gongzhi.city.jobs import worker
from gongzhi.city.jobs.models import Job
from gongzhi.city.jobs.periodic import periodic

_UNHEARD = timedelta(minutes=1)


@periodic.register("jobs.release", every=timedelta(seconds=15))
def release() -> None:
    """Take back the jobs of dead workers."""
    worker.release_expired()


@periodic.register("jobs.announce", every=_UNHEARD)
def announce() -> None:
    """Tell the broker again what it should have delivered by now; without a broker this does nothing."""
    announce_again = getattr(default_task_backend, "announce", None)
    if announce_again is None:
        return
    unheard = Job.objects.filter(state=Job.State.WAITING, run_after__lt=timezone.now() - _UNHEARD)
    for job in unheard.order_by("run_after").defer("args", "kwargs")[:1000]:
        announce_again(job)


@periodic.register("jobs.prune", at=time(3, 30))
def prune() -> None:
    """Forget what was done long ago."""
    worker.prune()
