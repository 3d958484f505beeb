"""Periods as people write them: days of the city's own time, both included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gongzhi.city.mining.asking import EARLIEST, LATEST, micro
from gongzhi.city.mining.errors import WrongPeriod

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of ``first`` to the end of ``last``; None: open on that side."""

    first: date | None = None
    last: date | None = None

    @property
    def since(self) -> int:
        """Microseconds since 1970."""
        return EARLIEST if self.first is None else micro(datetime.combine(self.first, time(), ZONE))

    @property
    def until(self) -> int:
        """Microseconds since 1970; the first instant that is no longer within."""
        if self.last is None:
            return LATEST
        return micro(datetime.combine(self.last + timedelta(days=1), time(), ZONE))

    def __str__(self) -> str:
        return f"{self.first or ''}..{self.last or ''}"


def period(first: str = "", last: str = "") -> Period:
    """Two days as ``2024-10-01``, each may be empty. Raises WrongPeriod."""
    try:
        found = Period(
            date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None
        )
    except ValueError as error:
        raise WrongPeriod(text=f"{first}..{last}") from error
    if found.first and found.last and found.first > found.last:
        raise WrongPeriod(text=str(found))
    return found


def read_period(text: str) -> Period:
    """``2024-01-01..2024-06-30``. Raises WrongPeriod.

    >>> str(read_period("2024-01-01..2024-06-30"))
    '2024-01-01..2024-06-30'
    """
    first, dots, last = text.partition("..")
    if not dots:
        raise WrongPeriod(text=text)
    return period(first.strip(), last.strip())


__all__ = ["Period", "period", "read_period"]
