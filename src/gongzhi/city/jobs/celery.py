"""The same tasks over RabbitMQ or Redis: ``CELERY_BROKER_URL`` alone switches it on (``celery -A gongzhi.city.jobs.celery worker``).

The row stays the truth (lease, attempts, result); the broker only carries its id. So nothing is lost when a process dies
between commit and send, or the broker loses its disk: ``tick`` announces again what waits too long.
"""

from __future__ import annotations

import os

import django
from celery import Celery
from django.apps import apps
from django.conf import settings
from django.db import transaction
from kombu.entity import Queue

if (
    not apps.ready and not apps.loading
):  # the celery command starts here; inside Django everything is set up already
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()

from gongzhi.city.jobs import worker
from gongzhi.city.jobs.backends import LeasedBackend
from gongzhi.city.jobs.models import Job

app = Celery("gongzhi", broker=settings.CELERY_BROKER_URL)
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue="default",
    task_queues=[Queue(name) for name in settings.TASKS["default"]["QUEUES"]],  # type: ignore[no-untyped-call]
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


@app.task(name="gongzhi.run")  # type: ignore[untyped-decorator]
def run(job_id: str) -> None:
    """Take the job if nobody else did, and run it."""
    worker.run_one(job_id)


class CeleryBackend(LeasedBackend):
    """Our table, announced over a broker."""

    def announce(self, job: Job) -> None:
        transaction.on_commit(lambda: run.apply_async((str(job.pk),), eta=job.run_after, queue=job.queue))
