"""The log: lines are added, and settled by other lines."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import Max

from gongzhi.city.duty.actions.recording import locked, record, said
from gongzhi.city.duty.errors import SettledAlready, WordsMissing
from gongzhi.city.duty.models import DutyRoom, LogEntry, Shift
from gongzhi.city.duty.queries.desk import held_shift
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.phones import normal_phone

LONGEST = 2000
#: kinds that a person writes; the others are written by what they do
WRITTEN = ("call", "paper", "event", "order", "other")


@transaction.atomic
def write_line(
    by: Standing,
    room: DutyRoom,
    text: str,
    *,
    kind: str = "event",
    source: str = "",
    phone: str = "",
    case: str = "",
    is_open: bool = False,
) -> LogEntry:
    """Add a line to the log. Right ``duty.work``; WordsMissing, PhoneInvalid."""
    check(by, "duty.work", room)
    if kind not in WRITTEN:
        raise WordsMissing(what="类别", limit=10)
    held = locked(room)
    return add_line(
        held,
        held_shift(held),
        by,
        kind=kind,
        text=said(text, "内容", LONGEST),
        source=said(source, "来源", 60, need=False),
        phone=normal_phone(phone) if phone.strip() else "",
        case=said(case, "事项编号", 64, need=False),
        is_open=is_open,
    )


@transaction.atomic
def settle(by: Standing, entry: LogEntry, text: str) -> LogEntry:
    """Say what became of an open line; that is a line of its own. Right ``duty.work``; SettledAlready, WordsMissing."""
    check(by, "duty.work", entry)
    room = locked(entry.room)
    words = said(text, "怎样了结的", LONGEST)
    if not entry.is_open or LogEntry.objects.filter(settles=entry).exists():
        raise SettledAlready
    try:
        with transaction.atomic():
            return add_line(
                room,
                held_shift(room),
                by,
                kind=LogEntry.Kind.SETTLED,
                text=words,
                case=entry.case,
                settles=entry,
            )
    except IntegrityError as error:
        raise SettledAlready from error


def add_line(
    room: DutyRoom,
    shift: Shift | None,
    by: Standing,
    *,
    kind: str,
    text: str,
    source: str = "",
    phone: str = "",
    case: str = "",
    is_open: bool = False,
    settles: LogEntry | None = None,
) -> LogEntry:
    """The next line of a room whose row the caller has locked. What it says is in the journal as a fingerprint, so that
    a line that was changed behind our back is found."""
    last = LogEntry.objects.filter(room=room).aggregate(last=Max("seq"))["last"] or 0
    entry = LogEntry.objects.create(
        room=room,
        shift=shift,
        seq=last + 1,
        at=clock.now(),
        kind=kind,
        source=source,
        text=text,
        phone=phone,
        case=case,
        is_open=is_open,
        settles=settles,
        person=by.person,
        name=by.name[:40],
    )
    record(
        by, "log_written", room, seq=entry.seq, what=kind, digest=digest(text), case=case, whole=whole(entry)
    )
    return entry


def digest(text: str) -> str:
    """The fingerprint of a line's words."""
    return hashlib.sha256(text.encode()).hexdigest()


def whole(entry: LogEntry) -> str:
    """The fingerprint of everything in a line but the sealed number: also a line that was quietly settled, moved in time or
    given to somebody else is found."""
    settles = entry.settles_id or ""
    said_by = (entry.kind, entry.source, entry.text, entry.case, entry.person, entry.name)
    return digest("\n".join([*said_by, str(int(entry.is_open)), str(settles), str(entry.at.timestamp())]))


@transaction.atomic
def note_case(room: DutyRoom, by: Standing, text: str, case: str) -> LogEntry:
    """What happened to a matter of the room, written into the log by the city itself: nobody types in what it knows. Called
    by the running floor inside its own transaction, so there is no right to check."""
    held = locked(room)
    kind = LogEntry.Kind.CASE
    return add_line(held, held_shift(held), by, kind=kind, text=text[:LONGEST], case=case[:64])
