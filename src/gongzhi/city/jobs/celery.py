"""Where Celery's worker starts: ``celery -A gongzhi.city.jobs.celery worker``. Nothing else imports this module."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
django.setup()

from gongzhi.city.jobs import worker  # noqa: E402
from gongzhi.city.jobs.broker import RUN, app  # noqa: E402

__all__ = ["app", "run"]


@app.task(name=RUN)  # type: ignore[untyped-decorator]
def run(job_id: str) -> None:
    """Take the job if it is due and nobody else did, and run it."""
    worker.run_one(job_id)
