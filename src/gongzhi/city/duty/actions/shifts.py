"""Taking over and handing over. Nobody is ever not responsible: a shift answers until the next one has taken over."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction

from gongzhi.city.duty.actions.recording import (
    current,
    is_on,
    locked,
    names,
    places,
    record,
    said,
    shown,
)
from gongzhi.city.duty.actions.writing import add_line
from gongzhi.city.duty.errors import (
    NotHandedOver,
    NotOnShift,
    NotResponsible,
    ShiftGone,
    ShiftTaken,
    TooEarly,
)
from gongzhi.city.duty.models import DutyRoom, Handover, LogEntry, Shift
from gongzhi.city.duty.queries.desk import held_shift, open_items
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing


@transaction.atomic
def hand_over(by: Standing, shift: Shift, words: str = "") -> Handover:
    """Sign the note for the next shift; what is open is written into it by itself. Responsible stays who is, until the next
    one takes over. Right ``duty.work``; NotResponsible, NotOnShift. Signed again, the note is brought up to date.
    """
    check(by, "duty.work", shift)
    room = locked(shift.room)
    held = current(shift)
    if held.state != Shift.State.HELD:
        now_held = held_shift(room)
        raise NotResponsible(shift=held.title, who=names(places(now_held)) if now_held else "—")
    if not is_on(by, places(held)):
        raise NotOnShift(shift=held.title, who=names(places(held)))
    note, _created = Handover.objects.get_or_create(room=room, before=held)
    note.items = open_items(room, clock.now())
    note.words = said(words, "交代", 1000, need=False)
    note.given_by, note.given_name, note.given_at = by.person, by.name[:40], clock.now()
    note.save()
    record(by, "shift_handed_over", held, items=len(note.items))
    return note


@transaction.atomic
def take_over(by: Standing, shift: Shift, *, because: str = "") -> Shift:
    """Take the shift over: from now on its people answer, and those before no more. Right ``duty.work``.

    ShiftTaken (by whoever was faster), NotOnShift, TooEarly, ShiftGone, NotHandedOver (unless ``because`` says why the one
    before could not sign).
    """
    check(by, "duty.work", shift)
    room = locked(shift.room)
    held = current(shift)
    now = clock.now()
    _may_begin(by, room, held)
    before = held_shift(room)
    note = _note(room, before, because)
    if before is not None:
        before.state, before.ended_at = Shift.State.OVER, now
        before.save(update_fields=["state", "ended_at"])
    held.state, held.taken_at, held.taken_by, held.taken_name = Shift.State.HELD, now, by.person, by.name[:40]
    try:
        with transaction.atomic():
            held.save(update_fields=["state", "taken_at", "taken_by", "taken_name"])
    except IntegrityError as error:  # the constraint, should two ever get past the lock
        raise ShiftTaken(shift=held.title, name="", at=shown(now)) from error
    note.after, note.received_by, note.received_name, note.received_at = held, by.person, by.name[:40], now
    note.save()
    record(by, "shift_taken_over", held, before=before.pk if before else "", unsigned=note.given_at is None)
    given = (
        f"{note.given_name}交班"
        if note.given_name
        else f"上一班未签字：{note.because}"
        if before
        else "首次接班"
    )
    add_line(
        room,
        held,
        by,
        kind=LogEntry.Kind.HANDOVER,
        text=f"{held.title}接班，{given}，未了事项{len(note.items)}件。{note.words}".strip(),
    )
    return held


def _may_begin(by: Standing, room: DutyRoom, shift: Shift) -> None:
    now = clock.now()
    if shift.state in (Shift.State.HELD, Shift.State.OVER):
        raise ShiftTaken(shift=shift.title, name=shift.taken_name, at=shown(shift.taken_at or now))
    if not is_on(by, places(shift)):
        raise NotOnShift(shift=shift.title, who=names(places(shift)))
    if now < shift.starts - timedelta(minutes=room.early):
        raise TooEarly(shift=shift.title, starts=shown(shift.starts), early=room.early)
    if now >= shift.ends:
        raise ShiftGone(shift=shift.title)


def _note(room: DutyRoom, before: Shift | None, because: str) -> Handover:
    """The note of the shift before, signed; or a new one that says why it is not."""
    if before is None:
        return Handover(room=room, items=open_items(room, clock.now()))
    note = Handover.objects.filter(before=before).first() or Handover(room=room, before=before)
    if note.given_at is None:
        note.because = said(because, "未签字原因", 200, need=False)
        if not note.because:
            raise NotHandedOver(who=names(places(before)))
        note.items = open_items(room, clock.now())
    return note
