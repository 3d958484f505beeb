"""``@task``: a module-level function that can be enqueued. Arguments and results are JSON."""

from __future__ import annotations

from django_tasks import task

__all__ = ["task"]
