"""The officer's screen: whose shift it is, what is open, what was written."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from gongzhi.city.duty import matters
from gongzhi.city.duty.errors import NoDutyRoom, NoSuchEntry, NoSuchShift
from gongzhi.city.duty.models import DutyRoom, LogEntry, Shift
from gongzhi.city.kernel.permissions import scope
from gongzhi.city.kernel.references import Standing

PAGE = 50
#: seconds for which it is remembered which offices keep a duty room
FRESH = 30.0
#: what a handover lists at most; a room with more has other troubles
MOST = 200


_known: list[tuple[float, frozenset[str]]] = []


def offices_with_room() -> frozenset[str]:
    """Codes of the offices that keep a duty room; asked on every page, so remembered for a short while."""
    if not _known or time.monotonic() - _known[0][0] > FRESH:
        found = frozenset(DutyRoom.objects.values_list("office__code", flat=True))
        _known[:] = [(time.monotonic(), found)]
    return _known[0][1]


def rooms(by: Standing) -> QuerySet[DutyRoom]:
    """The rooms that I may see, the general one first; right ``duty.read``."""
    rows = scope(by, "duty.read", DutyRoom.objects.select_related("office__area"))
    return rows.order_by("-is_main", "office__path")


def room_of(by: Standing, key: int | None = None) -> DutyRoom:
    """The room, or the first that I may see: my own office's before the general one. NoDutyRoom."""
    found = rooms(by)
    row = (
        found.filter(pk=key).first() if key else found.filter(office__code=by.office).first() or found.first()
    )
    if row is None:
        raise NoDutyRoom
    return row


def main_room() -> DutyRoom | None:
    """The general duty room of the city (总值班室)."""
    return DutyRoom.objects.filter(is_main=True).select_related("office__area").first()


def held_shift(room: DutyRoom) -> Shift | None:
    """The shift that answers now, however long ago it should have ended; None where nobody ever took over."""
    return Shift.objects.filter(room=room, state=Shift.State.HELD).select_related("room").first()


def next_shift(room: DutyRoom, at: datetime) -> Shift | None:
    """The one to be taken over next: what has begun and was not taken over comes first."""
    rows = Shift.objects.filter(room=room, state=Shift.State.PLANNED, ends__gt=at)
    return rows.select_related("room").order_by("starts").first()


def shift_of(room: DutyRoom, key: int) -> Shift:
    """A shift of the room. NoSuchShift."""
    found = Shift.objects.filter(room=room, pk=key).select_related("room__office__area").first()
    if found is None:
        raise NoSuchShift
    return found


def open_entries(room: DutyRoom) -> list[LogEntry]:
    """Lines that somebody must come back to, oldest first."""
    rows = LogEntry.objects.filter(room=room, is_open=True, settled_by__isnull=True)
    return list(rows.order_by("seq")[:MOST])


def open_items(room: DutyRoom, at: datetime) -> list[dict[str, Any]]:
    """What is open now, as a handover keeps it: lines of the log, and matters of the city that wait here."""
    lines = [
        {
            "what": "log",
            "number": f"{entry.seq}",
            "text": entry.text[:200],
            "since": entry.at.isoformat(),
            "case": entry.case,
        }
        for entry in open_entries(room)
    ]
    waiting = [
        {
            "what": "case",
            "number": each.number,
            "text": f"{each.title} · {each.step}" if each.step else each.title,
            "since": each.since.isoformat() if each.since else "",
            "due": each.due.isoformat() if each.due else "",
            "light": each.light,
        }
        for each in matters.open_at(room.office.code, at)[:MOST]
    ]
    return lines + waiting


def log(room: DutyRoom, *, before: int = 0) -> list[LogEntry]:
    """A page of the log, newest first; ``before`` is the number of the last line of the page before."""
    rows = LogEntry.objects.filter(room=room).select_related("settles")
    rows = rows.filter(seq__lt=before) if before else rows
    return list(rows.order_by("-seq")[:PAGE])


def settled(entries: list[LogEntry]) -> set[int]:
    """Which of these lines another line has settled."""
    rows = LogEntry.objects.filter(settles__in=[each.pk for each in entries if each.is_open])
    return set(rows.values_list("settles_id", flat=True))


def entry_of(room: DutyRoom, key: int) -> LogEntry:
    """A line of the room's log. NoSuchEntry."""
    found = LogEntry.objects.filter(room=room, pk=key).select_related("room__office__area").first()
    if found is None:
        raise NoSuchEntry
    return found
