"""What time does to calls and numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gongzhi.city.counters.actions.calling import PATIENCE, SILENCE, UNKNOWN_OWED, drop, hang_up
from gongzhi.city.counters.models import Appointment, QueueNumber, Seat, Signal, VideoSession
from gongzhi.city.journal.bulk import append_many
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, subject
from gongzhi.engine.cases.model import Fact

State = VideoSession.State
#: messages between browsers are kept no longer than this
FORGET_SIGNALS = timedelta(hours=1)
BATCH = 200
#: how long after the end names, phone numbers and addresses are kept: somebody may ask once more
FORGET_PEOPLE = timedelta(days=7)


def tick_calls(at: datetime | None = None) -> int:
    """Drop the calls in which a side has gone silent, so that a call back is owed; send seats away whose page is gone.
    Gives how many calls were dropped. Repeated and cut off at any point, it does nothing twice."""
    at = at or clock.now()
    gone, asleep = at - timedelta(seconds=SILENCE), at - timedelta(seconds=PATIENCE)
    no_seat = Q(seat_seen__lt=gone) | Q(seat_seen__isnull=True)
    no_caller = Q(caller_seen__lt=gone) | Q(caller_seen__isnull=True)
    silent = VideoSession.objects.filter(
        Q(state__in=VideoSession.LIVE) & (no_seat | no_caller)
        | Q(state=State.CALLING) & no_seat
        | Q(state=State.WAITING, caller_seen__lt=asleep)
    )
    dropped = 0
    for session in silent.select_related("seat")[:BATCH]:
        waiting = session.state == State.WAITING
        side = "caller" if waiting else session.silent_since(at, SILENCE) or "caller"
        if session.state == State.CALLING:
            side = "seat"
        dropped += drop(session, side).state == State.DROPPED
    _tidy(at)
    return dropped


def drop_if_silent(session: VideoSession, side: str) -> VideoSession:
    """The page of ``side`` asks: has the other one gone? Then nobody need wait for the tick."""
    other = session.caller_seen if side == "seat" else session.seat_seen
    silent = other is not None and (clock.now() - other).total_seconds() > SILENCE
    if session.state in VideoSession.LIVE and silent:
        return drop(session, "caller" if side == "seat" else "seat")
    return session


def _tidy(at: datetime) -> None:
    lost = VideoSession.objects.filter(
        state=State.DROPPED, phone__blank=True, dropped_at__lt=at - UNKNOWN_OWED
    ).filter(Q(caller_seen__isnull=True) | Q(caller_seen__lt=at - UNKNOWN_OWED))
    for session in lost[:BATCH]:
        hang_up(session, SYSTEM)
    talking = VideoSession.objects.filter(state__in=VideoSession.HELD).values("seat")
    gone = Seat.objects.filter(seen_at__lt=at - timedelta(seconds=PATIENCE)).exclude(pk__in=talking)
    gone.exclude(state=Seat.State.AWAY).update(state=Seat.State.AWAY)
    Signal.objects.filter(at__lt=at - FORGET_SIGNALS).delete()


def close_day(at: datetime | None = None) -> int:
    """Numbers of days that are over don't wait any more, and nobody is at a window over night; what people had left
    to be found by is erased a week after their matter was over. Gives how many numbers there were."""
    now = at or clock.now()
    closed = 0
    while batch := _close_batch(now):
        closed += batch
    _forget_people(now - FORGET_PEOPLE)
    return closed


@transaction.atomic
def _close_batch(now: datetime) -> int:
    open_states = (*QueueNumber.AT_WINDOW, "waiting", "missed")
    old = QueueNumber.objects.select_for_update(of=("self",), skip_locked=True)
    rows = list(old.filter(day__lt=timezone.localdate(now), state__in=open_states).order_by("pk")[:BATCH])
    chains = {}
    for row in rows:
        row.state = "done" if row.state in QueueNumber.AT_WINDOW else "left"
        row.ended_at = now
        chains[subject("queuenumber", row.pk)] = [
            Fact(kind="number_expired", at=now, by=SYSTEM, data={"state": row.state})
        ]
    QueueNumber.objects.bulk_update(rows, ["state", "ended_at"])
    append_many(chains)
    return len(rows)


def _forget_people(before: datetime) -> None:
    known = Q(phone__blank=False) | Q(name__blank=False)
    calls = VideoSession.objects.filter(known, state__in=VideoSession.ENDED, ended_at__lt=before)
    calls.update(name="", phone="", id_number="")
    Appointment.objects.filter(known, ended_at__lt=before).update(name="", phone="", place="")
