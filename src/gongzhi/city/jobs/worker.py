"""The worker: takes jobs by lease, renews the lease while they run, and leaves the rest to others.

A job is held by (state running, number of attempts): whoever finishes with another number has lost it and changes nothing.
Effects are at least once: a function may be called again after a crash, so it must be written to bear that.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import traceback
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import TaskContext
from django_tasks.utils import get_module_path, normalize_json

from gongzhi.city.jobs.models import Job
from gongzhi.city.jobs.periodic import tick

log = logging.getLogger("gongzhi.jobs")

#: how long a job is held before it must be renewed; a dead worker's job is taken again after at most this
LEASE = timedelta(seconds=settings.GONGZHI_JOB_LEASE)
_LONGEST_WAIT = timedelta(hours=1)


def worker_id() -> str:
    """A new id of a worker: machine, process, and a random part."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(3)}"


def work(
    stop: threading.Event,
    *,
    queues: Sequence[str] = ("default", "slow"),
    lease: timedelta = LEASE,
    poll: float = 0.5,
    ticking: bool = True,
) -> None:
    """Take and run jobs, and tick, until ``stop`` is set (a signal handler sets it; the running job is finished first).

    A database that is away for a while is waited for.
    """
    me = worker_id()
    while not stop.is_set():
        try:
            worked = _round(me, queues, lease, ticking)
        except OperationalError as error:
            log.warning("the database is away: %s", error)
            connection.close()
            worked = False
            stop.wait(2)
        if not worked:
            stop.wait(poll)
    connection.close()


def run_due(*, queues: Sequence[str] = ("default", "slow"), most: int = 1000) -> int:
    """Run what is due now in this process (tests, ``gongzhi work --once``); returns how many jobs ran."""
    me, count = worker_id(), 0
    while count < most and (job := claim(me, queues)):
        run(job)
        count += 1
    return count


def run_one(job_id: str) -> bool:
    """Take this very job if it is due and free, and run it (a broker announced it)."""
    job = _take(Job.objects.filter(pk=job_id, run_after__lte=timezone.now()), worker_id(), LEASE)
    if job:
        run(job)
    return job is not None


def _round(me: str, queues: Sequence[str], lease: timedelta, ticking: bool) -> bool:
    close_old_connections()
    if ticking:
        tick()
    job = claim(me, queues, lease)
    if job is None:
        return release_expired() > 0
    run(job, lease)
    return True


def claim(me: str, queues: Sequence[str], lease: timedelta = LEASE) -> Job | None:
    """Take the most urgent due job of the first queue that has one; None when there is none."""
    for queue in queues:
        due = Job.objects.filter(queue=queue, state=Job.State.WAITING, run_after__lte=timezone.now())
        # a look without a lock first: on SQLite every transaction is a writer's
        if due.exists() and (job := _take(due, me, lease)):
            return job
    return None


def _take(jobs: Any, me: str, lease: timedelta) -> Job | None:
    now = timezone.now()
    with transaction.atomic():
        free = jobs.filter(state=Job.State.WAITING).select_for_update(skip_locked=True)
        job: Job | None = free.order_by("-priority", "run_after", "id").first()
        if job is None:
            return None
        job.state, job.lease_until, job.started_at = Job.State.RUNNING, now + lease, now
        job.attempts += 1
        job.workers = [*job.workers, me]
        job.save(update_fields=["state", "lease_until", "started_at", "attempts", "workers"])
    return job


def release_expired() -> int:
    """Put jobs of dead workers back, or give them up after their last attempt; returns how many."""
    count = 0
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=timezone.now())[:100]:
        error = {"exception": "builtins.ConnectionError", "traceback": f"worker {job.workers[-1]} was lost"}
        count += _finish(job, error=error, expired=True)
    return count


def run(job: Job, lease: timedelta = LEASE) -> None:
    """Run a job that this process holds, and write down how it went."""
    with _Renewal(job, lease):
        try:
            result, error = _call(job), None
        except Exception as raised:  # somebody else's code
            log.exception("job %s (%s) failed", job.pk, job.task)
            result, error = (
                None,
                {"exception": get_module_path(type(raised)), "traceback": traceback.format_exc(limit=-12)},
            )
    if not _finish(job, result=result, error=error):
        log.warning("job %s (%s) was taken by another worker; this run's result is dropped", job.pk, job.task)


def _call(job: Job) -> Any:
    task = import_string(job.task)
    if task.takes_context:
        context = TaskContext(task_result=task.get_backend().get_result(str(job.pk)))
        return normalize_json(task.call(context, *job.args, **job.kwargs))
    return normalize_json(task.call(*job.args, **job.kwargs))


def _finish(
    job: Job, *, result: Any = None, error: dict[str, str] | None = None, expired: bool = False
) -> bool:
    """Close or put back the job, if it is still ours (``expired``: if its lease is still out)."""
    now = timezone.now()
    with transaction.atomic():
        held = Job.objects.select_for_update().filter(
            pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts
        )
        mine = (held.filter(lease_until__lt=now) if expired else held).first()
        if mine is None:
            return False
        mine.lease_until, mine.finished_at = None, now
        if error:
            mine.errors = [*mine.errors, error]
        if error and mine.attempts < mine.max_attempts:
            wait = (
                timedelta(0)
                if expired
                else min(timedelta(seconds=10) * 4 ** (mine.attempts - 1), _LONGEST_WAIT)
            )
            mine.state, mine.run_after, mine.finished_at = Job.State.WAITING, now + wait, None
        elif mine.again:
            mine.state, mine.run_after, mine.finished_at = Job.State.WAITING, now, None
            mine.again, mine.attempts = False, 0
        else:
            mine.state, mine.result = (Job.State.FAILED if error else Job.State.DONE), result
        mine.save()
    return True


class _Renewal:
    """Renews the lease from a thread of its own (and its own connection) every third of the lease."""

    def __init__(self, job: Job, lease: timedelta) -> None:
        self._job, self._lease = job, lease
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"lease of {job.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _renew(self) -> None:
        started = False
        while not self._over.wait(self._lease.total_seconds() / 3):
            started = True
            try:
                Job.objects.filter(
                    pk=self._job.pk, state=Job.State.RUNNING, attempts=self._job.attempts
                ).update(lease_until=timezone.now() + self._lease)
            except OperationalError as error:
                log.warning("lease of %s not renewed: %s", self._job.pk, error)
        if started:
            connection.close()


def prune(older_than: timedelta = timedelta(days=14)) -> int:
    """Delete done jobs (failed ones stay until a person looked); returns how many."""
    return Job.objects.filter(state=Job.State.DONE, finished_at__lt=timezone.now() - older_than).delete()[0]
