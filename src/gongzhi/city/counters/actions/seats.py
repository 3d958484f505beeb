"""Somebody sits down at a video seat, goes away, and comes back. The journal isn't told (see ``windows``): who answered
which call is told, with the call."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from gongzhi.city.counters.actions.recording import locked
from gongzhi.city.counters.errors import NotYourWindow, SeatBusy, WindowTaken
from gongzhi.city.counters.models import Seat, VideoSession
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing

State = Seat.State


@transaction.atomic
def sit_down(by: Standing, seat: Seat) -> Seat:
    """Take the seat and be free for calls; also after a pause. Right ``video.answer``. WindowTaken."""
    check(by, "video.answer", seat)
    held = locked(seat)
    if not by.post or (held.post_id is not None and str(held.post_id) != by.post):
        raise WindowTaken(place=str(held))
    if held.state == State.TALKING:
        return held
    try:
        with transaction.atomic():
            turn(held, State.FREE, post_id=int(by.post), seen_at=clock.now())
    except IntegrityError as error:  # they sit at another seat
        raise WindowTaken(place=str(held)) from error
    return held


@transaction.atomic
def go_away(by: Standing, seat: Seat) -> Seat:
    """Take no calls for a while. SeatBusy in a call."""
    held = my_seat(by, seat)
    _not_in_a_call(held)
    turn(held, State.AWAY)
    return held


@transaction.atomic
def leave_seat(by: Standing, seat: Seat) -> Seat:
    """Leave the seat to somebody else. SeatBusy in a call."""
    held = my_seat(by, seat)
    _not_in_a_call(held)
    turn(held, State.AWAY, post_id=None)
    return held


def my_seat(by: Standing, seat: Seat) -> Seat:
    """The seat under lock, if this person sits at it. Right ``video.answer``, NotYourWindow."""
    check(by, "video.answer", seat)
    held = locked(seat)
    if not by.post or str(held.post_id) != by.post:
        raise NotYourWindow(window=str(held))
    return held


def turn(seat: Seat, state: str, **more: object) -> None:
    """Write a seat's state."""
    seat.state = state
    for name, value in more.items():
        setattr(seat, name, value)
    seat.save(update_fields=["state", *more])


def _not_in_a_call(seat: Seat) -> None:
    if VideoSession.objects.filter(seat=seat, state__in=VideoSession.HELD).exists():
        raise SeatBusy(seat=str(seat), state=Seat.State.TALKING.label)
