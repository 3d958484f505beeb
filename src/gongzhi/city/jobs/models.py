"""The queue of background jobs and the marks of periodic work."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from gongzhi.city.kernel import ids


class Job(models.Model):
    """One call of a task function. A worker holds it by a lease; when the worker dies the lease runs out."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    #: dotted path of the task
    task = models.CharField(max_length=200)
    args = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    kwargs = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    #: at most one open job has a given key; empty: no limit
    dedupe_key = models.CharField(max_length=120, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    enqueued_at = models.DateTimeField()
    #: not before
    run_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    #: enqueued once more while it ran: it runs again afterwards, so that nothing that came late is missed
    again = models.BooleanField(default=False)
    #: ids of the workers that tried, the last one holds it
    workers = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    #: one ``{"exception": path, "traceback": text}`` per failed attempt
    errors = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                name="job_open_once",
                condition=Q(state__in=["waiting", "running"]) & ~Q(dedupe_key=""),
            ),
            models.CheckConstraint(
                name="job_lease_while_running",
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(name="job_attempts_bounded", condition=Q(attempts__lte=F("max_attempts"))),
        ]
        indexes = [
            # the next job: the most urgent due one of the queue
            models.Index(
                fields=["queue", "-priority", "run_after", "id"],
                name="job_next",
                condition=Q(state="waiting"),
            ),
            # jobs whose worker died
            models.Index(fields=["lease_until"], name="job_lease", condition=Q(state="running")),
            # doctor and the page of failed jobs
            models.Index(fields=["-finished_at"], name="job_failed", condition=Q(state="failed")),
            # pruning of what is done
            models.Index(fields=["finished_at"], name="job_done", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"


class PeriodicRun(models.Model):
    """When a piece of periodic work last ran: claimed by a conditional update, so two ticks never double."""

    name = models.CharField(max_length=120, primary_key=True)
    last_run = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
