"""Calls: asked for by people, answered by one seat, dropped by the line, and called back until somebody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from gongzhi.city.counters import points
from gongzhi.city.counters.actions.recording import locked, record, said
from gongzhi.city.counters.actions.seats import my_seat, turn
from gongzhi.city.counters.errors import (
    AnsweredAlready,
    CallMoved,
    ContactMissing,
    LineFull,
    NotYourCall,
    SeatBusy,
)
from gongzhi.city.counters.models import Seat, Signal, VideoSession
from gongzhi.city.counters.numbering import next_number
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.people.phones import normal_phone

State = VideoSession.State
#: seconds without a sign of life after which a side of a connection counts as gone: a page asks every three seconds
#: at the slowest, so six questions in a row were lost
SILENCE = 20
#: the same for somebody who waits: phones put pages to sleep sooner
PATIENCE = 90
#: callers who wait for a seat
MOST_WAITING = 400
#: seconds after which a sign of life is written down again
FRESH = 3
#: calls back that nobody answers before it is given up
MOST_CALL_BACKS = 3
#: a call that dropped without leaving a phone number can only be taken up again by its caller; this long we wait
UNKNOWN_OWED = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What somebody says before the call; kept sealed. All of it may be empty for a video call."""

    name: str = ""
    phone: str = ""
    id_number: str = ""


@transaction.atomic
def ask_video(
    by: Standing,
    caller: Caller,
    *,
    skill: str = "",
    words: str = "",
    point: str = "",
    case: str = "",
    later: bool = False,
) -> VideoSession:
    """Ask for a video call now, or (``later``) leave a phone number to be called back: the plain way.

    Right ``video.ask``. NoSuchPoint, PhoneInvalid, WordsMissing, ContactMissing (later without a phone).
    """
    check(by, "video.ask")
    if point:
        points.point(point)
    if later and not caller.phone.strip():
        raise ContactMissing
    if not later and VideoSession.objects.filter(state=State.WAITING).count() >= MOST_WAITING:
        raise LineFull
    now, day = clock.now(), clock.today()
    session = VideoSession(
        code=ids.tracking_code(),
        day=day,
        skill=said(skill, "办什么", 60, need=False),
        words=said(words, "说明", 200, need=False),
        point=point,
        name=said(caller.name, "姓名", 40, need=False),
        phone=normal_phone(caller.phone) if caller.phone.strip() else "",
        id_number=said(caller.id_number, "证件号", 30, need=False).upper(),
        case=case[:64],
        state=State.ASKED if later else State.WAITING,
        asked_at=now,
        ready_at=now,
        caller_seen=None if later else now,
    )
    session.seq = next_number("video", day)
    session.save(force_insert=True)
    record(by, "video_asked", session, number=session.label, skill=session.skill, point=point, later=later)
    return session


@transaction.atomic
def answer(by: Standing, seat: Seat, session: VideoSession | None = None) -> VideoSession:
    """Take a call: the one who has waited longest among those this seat helps with, or a certain one.

    Of two seats that take the same call one gets it. Right ``video.answer``. SeatBusy, AnsweredAlready.
    """
    held = my_seat(by, seat)
    if held.state != Seat.State.FREE:
        raise SeatBusy(seat=str(held), state=held.get_state_display())
    waiting = VideoSession.objects.filter(state=State.WAITING).order_by("ready_at", "pk")
    wanted = waiting.filter(pk=session.pk) if session else waiting
    fitting = [pk for pk, skill in wanted.values_list("pk", "skill") if session or held.fits(skill)]
    # one after the other: a lock on all of them would hide them from the other seats
    locks = VideoSession.objects.select_for_update(of=("self",), skip_locked=True).filter(state=State.WAITING)
    taken = next(filter(None, (locks.filter(pk=pk).first() for pk in fitting)), None)
    if taken is None:
        raise AnsweredAlready
    _connect(by, held, taken, State.CONNECTED, "video_answered")
    return taken


@transaction.atomic
def call_back(by: Standing, seat: Seat, session: VideoSession) -> VideoSession:
    """Take on a call that is owed: one seat rings, the others see it no more. SeatBusy, AnsweredAlready."""
    held = my_seat(by, seat)
    if held.state != Seat.State.FREE:
        raise SeatBusy(seat=str(held), state=held.get_state_display())
    owed = VideoSession.objects.select_for_update(of=("self",), skip_locked=True)
    taken = owed.filter(pk=session.pk, state__in=VideoSession.OWED).first()
    if taken is None:
        raise AnsweredAlready
    taken.call_backs += 1
    _connect(by, held, taken, State.CALLING, "video_called_back")
    return taken


@transaction.atomic
def rejoin(session: VideoSession, by: Standing) -> VideoSession:
    """The caller's page is (still, or again) there. It is a sign of life, it answers a call back, and somebody who
    was dropped from the queue waits again in their old place."""
    now = clock.now()
    if session.state in (*VideoSession.LIVE, State.WAITING) or session.is_ended:
        VideoSession.objects.filter(pk=session.pk).exclude(state__in=VideoSession.ENDED).update(
            caller_seen=now
        )
        return session
    held = locked(session)
    held.caller_seen = now
    if held.state == State.CALLING:
        held.identity, held.tries = "", 0
        move(
            by, held, "video_rejoined", State.CONNECTED, round=held.round + 1, connected_at=now, seat_seen=now
        )
    elif held.state == State.DROPPED and held.connected_at is None:
        move(by, held, "video_waits_again", State.WAITING)
    held.save(update_fields=["caller_seen", "identity", "tries"])
    return held


def is_fresh(seen: datetime | None, now: datetime) -> bool:
    """Whether a sign of life is too new to be written down again: pages ask more often than that."""
    return seen is not None and (now - seen).total_seconds() < FRESH


@transaction.atomic
def hang_up(session: VideoSession, by: Standing) -> VideoSession:
    """The caller needs nothing any more (they hold the code)."""
    held = locked(session)
    if held.is_ended:
        return held
    free(held)
    move(by, held, "video_cancelled", State.CANCELLED, ended_at=clock.now())
    return held


@transaction.atomic
def drop(session: VideoSession, side: str, by: Standing = SYSTEM) -> VideoSession:
    """A side has gone without a word: from now on a call back is owed. Nothing happens when it is over already."""
    held = locked(session)
    if held.state not in (*VideoSession.LIVE, State.WAITING, State.CALLING):
        return held
    now = clock.now()
    seat = held.seat
    if seat is not None:
        seen = seat.seen_at is not None and (now - seat.seen_at).total_seconds() <= SILENCE
        turn(seat, Seat.State.FREE if seen and side != "seat" else Seat.State.AWAY)
    move(
        by,
        held,
        "video_dropped",
        State.DROPPED,
        side=side,
        dropped_at=now,
        drops=held.drops + 1,
        form="",
        form_item="",
        to_sign="",
    )
    return held


@transaction.atomic
def not_reached(by: Standing, session: VideoSession) -> VideoSession:
    """Nobody answered the call back: it is owed again, and given up after three times."""
    held = taken_by(by, session, (State.CALLING,))
    given_up = held.call_backs >= MOST_CALL_BACKS
    free(held)
    ended = {"ended_at": clock.now()} if given_up else {}
    state = State.UNREACHED if given_up else State.DROPPED
    move(by, held, "video_unreached", state, times=held.call_backs, **ended)
    return held


@transaction.atomic
def connect_again(by: Standing, session: VideoSession) -> VideoSession:
    """Both pages are there but no picture comes: both begin their connection anew."""
    held = taken_by(by, session, VideoSession.LIVE)
    held.round += 1
    held.save(update_fields=["round"])
    Signal.objects.filter(session=held).delete()
    return held


def taken_by(by: Standing, session: VideoSession, states: tuple[str, ...]) -> VideoSession:
    """The session under lock, if this person's seat has taken it and it is in one of the states. NotYourCall, CallMoved."""
    held = locked(session)
    seat = held.seat
    if seat is None or not by.post or str(seat.post_id) != by.post:
        raise NotYourCall
    check(by, "video.answer", seat)
    if held.state not in states:
        raise CallMoved(state=held.get_state_display())
    return held


def move(by: Standing, held: VideoSession, kind: str, state: str, **more: object) -> None:
    """Write a new state, what goes with it, and the fact; the words of ``side`` and ``times`` are the fact's alone."""
    told = {name: more.pop(name) for name in ("side", "times") if name in more}
    held.state = state
    for name, value in more.items():
        setattr(held, name, value)
    held.save(update_fields=["state", "seat", *more])
    if state not in VideoSession.LIVE:
        Signal.objects.filter(session=held).delete()
    if state in VideoSession.ENDED and held.id_number:
        # nobody is compared with it any more
        VideoSession.objects.filter(pk=held.pk).update(id_number="")
    record(by, kind, held, state=state, **told)


def _connect(by: Standing, seat: Seat, session: VideoSession, state: str, kind: str) -> None:
    now = clock.now()
    turn(seat, Seat.State.TALKING, seen_at=now)
    session.seat = seat
    first = {"connected_at": now} if state == State.CONNECTED else {}
    move(
        by,
        session,
        kind,
        state,
        round=session.round + 1,
        seat_seen=now,
        call_backs=session.call_backs,
        **first,
    )


def free(session: VideoSession) -> None:
    """The seat is free for the next call, if somebody still sits there."""
    seat = session.seat
    if seat is not None and session.state in VideoSession.HELD:
        turn(seat, Seat.State.FREE if seat.post_id else Seat.State.AWAY)
