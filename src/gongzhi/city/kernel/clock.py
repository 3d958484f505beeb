"""The one clock of the city. Actions ask it once and hand the instant on; the engine never asks.

A demo or a test plays history by freezing it: ``with clock.frozen(at): ...`` holds for this thread and its tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("gongzhi_clock", default=None)


def now() -> datetime:
    """The current instant, aware; the frozen one inside ``frozen``."""
    return _frozen.get() or timezone.now()


def today() -> date:
    """The current date in the city's time zone."""
    return timezone.localdate(now())


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock at ``at`` (aware) inside the block; blocks nest.

    Raises ValueError for a naive datetime: history without an offset can't be ordered.
    """
    if timezone.is_naive(at):
        raise ValueError("clock.frozen needs an aware datetime")
    token = _frozen.set(at)
    try:
        yield at
    finally:
        _frozen.reset(token)
