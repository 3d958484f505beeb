"""Periodic work: one ``tick`` runs what is due. Call it as often as you like, from as many machines as you like."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from gongzhi.city.jobs.models import PeriodicRun

log = logging.getLogger("gongzhi.jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something to be done every so often; short, or it enqueues a job."""

    name: str
    function: Callable[[], None]
    every: timedelta
    #: for daily work: not before this time of the day (local)
    at: time | None = None

    def due_since(self, now: datetime) -> datetime:
        """Work that last ran after this instant isn't due."""
        if self.at is None:
            return now - self.every
        local = timezone.localtime(now)
        today = local.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        return (today if today <= local else today - timedelta(days=1)) - timedelta(microseconds=1)


class Periodic:
    """A registry of periodic work."""

    def __init__(self) -> None:
        self.works: dict[str, Work] = {}

    def register(
        self, name: str, *, every: timedelta = timedelta(days=1), at: time | None = None
    ) -> Callable[[Callable[[], None]], Callable[[], None]]:
        """Decorator. With ``at`` it runs once a day, after that time. ValueError when the name is taken."""

        def add(function: Callable[[], None]) -> Callable[[], None]:
            if name in self.works:
                raise ValueError(f"periodic work named {name} exists already")
            self.works[name] = Work(name=name, function=function, every=every, at=at)
            return function

        return add


periodic = Periodic()


def tick(now: datetime | None = None, *, registry: Periodic = periodic) -> list[str]:
    """Run what is due at ``now`` (default: the machine's clock); returns the names.

    Each piece is claimed by a conditional update of its own row, so of two ticks at once one runs it. What raises is
    noted in its row (doctor shows it) and stops nothing else.
    """
    now = now or timezone.now()
    last_runs = dict(PeriodicRun.objects.values_list("name", "last_run"))
    missing = [PeriodicRun(name=name) for name in registry.works if name not in last_runs]
    if missing:
        PeriodicRun.objects.bulk_create(missing, ignore_conflicts=True)
    ran = []
    for work in registry.works.values():
        last_run = last_runs.get(work.name)
        # a look first: on SQLite a claim that finds nothing to do would still hold up writers
        if (last_run is None or last_run <= work.due_since(now)) and _claim(work, now):
            _run(work)
            ran.append(work.name)
    return ran


def _claim(work: Work, now: datetime) -> bool:
    due = Q(last_run__isnull=True) | Q(last_run__lte=work.due_since(now))
    return PeriodicRun.objects.filter(due, name=work.name).update(last_run=now) == 1


def _run(work: Work) -> None:
    error = ""
    try:
        work.function()
    except Exception:  # somebody else's code
        log.exception("periodic work %s failed", work.name)
        error = traceback.format_exc(limit=-8)[-4000:]
    PeriodicRun.objects.filter(name=work.name).exclude(last_error=error).update(last_error=error)
