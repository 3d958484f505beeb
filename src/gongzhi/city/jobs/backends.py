"""The Django tasks API on our own table.

``@task`` from ``jobs.tasks`` makes a function a task; ``send_letter.enqueue(7)`` writes a row in the caller's
transaction, so a rollback takes the job back, and a commit can't lose it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.backends.immediate import ImmediateBackend as _ImmediateBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from gongzhi.city.jobs.models import Job

_STATUS = {
    Job.State.WAITING: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}
OPEN = (Job.State.WAITING, Job.State.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedTask(Task[Any, Any]):
    """A task with what our queue adds."""

    #: how often it is tried when it raises or its worker dies
    max_attempts: int = 3
    #: at most one open job with this key; enqueueing again while it runs makes it run once more afterwards
    dedupe_key: str = ""

    def using(self, **changes: Any) -> LeasedTask:
        """The same task with other ``priority``, ``queue_name``, ``run_after``, ``max_attempts``, ``dedupe_key``."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


class LeasedBackend(BaseTaskBackend):
    """Rows of ``Job``; ``jobs.worker.work`` takes them."""

    task_class = LeasedTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Write the job in the current transaction; with a dedupe key, return the open one if there is one."""
        self.validate_task(task)
        now = timezone.now()
        job = Job(
            task=task.module_path,
            args=normalize_json(list(args)),
            kwargs=normalize_json(kwargs),
            queue=task.queue_name,
            priority=task.priority,
            max_attempts=getattr(task, "max_attempts", 3),
            dedupe_key=getattr(task, "dedupe_key", ""),
            enqueued_at=now,
            run_after=task.run_after or now,
        )
        stored = self._store(job)
        self.announce(stored)
        return self._result(stored)

    def announce(self, job: Job) -> None:
        """Tell a broker that there is work; our own workers look by themselves."""

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The job's state now. TaskResultDoesNotExist when it was pruned or never was."""
        try:
            return self._result(Job.objects.get(pk=result_id))
        except (Job.DoesNotExist, ValueError) as error:
            raise TaskResultDoesNotExist(result_id) from error

    def _store(self, job: Job) -> Job:
        if not job.dedupe_key:
            job.save(force_insert=True)
            return job
        while True:
            with transaction.atomic():
                Job.objects.bulk_create([job], ignore_conflicts=True)
                Job.objects.filter(dedupe_key=job.dedupe_key, state=Job.State.RUNNING).update(again=True)
                stored = Job.objects.filter(dedupe_key=job.dedupe_key, state__in=OPEN).first()
            # None: the other one ended between the two statements; then ours goes in now
            if stored is not None:
                return stored

    def _result(self, job: Job) -> TaskResult[Any]:
        result: TaskResult[Any] = TaskResult(
            task=import_string(job.task),
            id=str(job.pk),
            status=_STATUS[Job.State(job.state)],
            enqueued_at=job.enqueued_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            last_attempted_at=job.started_at,
            args=job.args,
            kwargs=job.kwargs,
            backend=self.alias,
            errors=[
                TaskError(exception_class_path=error["exception"], traceback=error["traceback"])
                for error in job.errors
            ],
            worker_ids=job.workers,
        )
        object.__setattr__(result, "_return_value", job.result)
        return result


class ImmediateBackend(_ImmediateBackend):
    """Runs each task where it is enqueued (tests, tiny sites); knows the same keywords."""

    task_class = LeasedTask
    supports_defer = True
