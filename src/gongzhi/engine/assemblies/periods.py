"""The days before and after a meeting. Natural days; the day of the event is not counted (Civil Code arts. 201-203)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from gongzhi.engine.assemblies.errors import NoticeTooShort
from gongzhi.engine.instants import SHANGHAI


def earliest_day(notified: datetime, days: int) -> date:
    """The first day on which a meeting may be held that was announced at ``notified`` with ``days`` of notice.

    >>> earliest_day(datetime(2024, 10, 1, 9, tzinfo=SHANGHAI), 10)
    datetime.date(2024, 10, 11)
    """
    return notified.astimezone(SHANGHAI).date() + timedelta(days=days)


def check_notice(notified: datetime, meets: datetime, days: int) -> None:
    """Raises ``NoticeTooShort`` for a meeting before its day."""
    first = earliest_day(notified, days)
    if meets.astimezone(SHANGHAI).date() < first:
        told = notified.astimezone(SHANGHAI).date()
        raise NoticeTooShort(days=days, notified=told.isoformat(), earliest=first.isoformat())


def window_ends(published: datetime, days: int) -> datetime:
    """The first instant at which objections come too late: the end of the last day.

    Published on the 1st for five days: the 2nd to the 6th are whole days, 24:00 of the 6th is the end.

    >>> window_ends(datetime(2024, 10, 1, 9, tzinfo=SHANGHAI), 5).isoformat()
    '2024-10-07T00:00:00+08:00'
    """
    day = published.astimezone(SHANGHAI).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


__all__ = ["check_notice", "earliest_day", "window_ends"]
