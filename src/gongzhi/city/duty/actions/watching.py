"""What time does to shifts: an alert when nobody took over, and an end for those that nobody ever did."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gongzhi.city.duty.actions.recording import current, locked, places, record
from gongzhi.city.duty.models import DutyRoom, Shift
from gongzhi.city.duty.queries.desk import held_shift
from gongzhi.city.duty.queries.reaching import groups_of, role_holders
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, subject
from gongzhi.city.messages import actions as messages
from gongzhi.city.messages.errors import NotPlain

BATCH = 100


def watch(at: datetime | None = None) -> int:
    """Alert where a shift has begun and nobody took it over within the room's minutes; gives how many alerts went out.
    Repeated and cut off at any point, it alerts once a shift."""
    at = at or clock.now()
    begun = Shift.objects.filter(state=Shift.State.PLANNED, starts__lte=at).select_related(
        "room__office__area"
    )
    found = list(begun.order_by("starts")[:BATCH])
    sent = sum(_alert(shift) for shift in found if shift.warned_at is None and shift.late_at(at))
    for shift in found:
        if shift.ends <= at:
            _miss(shift)
    return sent


@transaction.atomic
def _alert(shift: Shift) -> bool:
    room = locked(shift.room)
    held = current(shift)
    if held.state != Shift.State.PLANNED or held.warned_at is not None:
        return False
    held.warned_at = clock.now()
    held.save(update_fields=["warned_at"])
    before = held_shift(room)
    record(SYSTEM, "nobody_took_over", held, before=before.pk if before else "")
    people = groups_of(places(held)) + (groups_of(places(before)) if before else [])
    # the leaders last, and where no roster helps everybody of the role
    people = people or [role_holders(room.office)]
    rungs = messages.ladder(*people)
    if rungs:
        until = "，仍由上一班负责" if before else "，现在没有人负责"
        messages.call(
            f"shift:{held.pk}:untaken",
            rungs,
            f"{room.title}“{held.title}”已过{room.grace}分钟没有人接班{until}。请马上接班。",
            _plain(room, held),
            office=room.office,
            about=subject("shift", held.pk),
            wait=room.patience,
        )
    return True


def _plain(room: DutyRoom, shift: Shift) -> str:
    """What leaves the house. A title into which somebody typed a number stays inside: it must not hold the alert up."""
    told = f"{room.title[:20]}：{shift.title}无人接班，请马上接班。"
    try:
        messages.check_plain(told)
    except NotPlain:
        return "值班室无人接班，请马上登录接班。"
    return told


@transaction.atomic
def _miss(shift: Shift) -> None:
    locked(shift.room)
    held = current(shift)
    if held.state == Shift.State.PLANNED and held.ends <= clock.now():
        held.state = Shift.State.MISSED
        held.save(update_fields=["state"])
        record(SYSTEM, "shift_missed", held)
