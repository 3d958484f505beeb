"""Our table, announced over RabbitMQ or Redis: ``CELERY_BROKER_URL`` alone switches it on.

The row stays the truth (lease, attempts, result); the broker only carries its id. So nothing is lost when a process dies
between commit and send, or the broker loses its disk: ``tick`` announces again what waits too long.
"""

from __future__ import annotations

from celery import Celery
from django.conf import settings
from django.db import transaction
from kombu.entity import Queue

from gongzhi.city.jobs.backends import LeasedBackend
from gongzhi.city.jobs.models import Job

RUN = "gongzhi.run"
app = Celery("gongzhi", broker=settings.CELERY_BROKER_URL)
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue="default",
    task_queues=[Queue(name) for name in settings.TASKS["default"]["QUEUES"]],  # type: ignore[no-untyped-call]
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


class CeleryBackend(LeasedBackend):
    """Tells the broker after the commit."""

    def announce(self, job: Job) -> None:
        message = {"args": (str(job.pk),), "eta": job.run_after, "queue": job.queue}
        transaction.on_commit(lambda: app.send_task(RUN, **message))
