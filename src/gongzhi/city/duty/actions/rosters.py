"""Setting up a room and its roster: who is on duty when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from gongzhi.city.duty.actions.recording import current, locked, names, record, said, shown
from gongzhi.city.duty.errors import RoomExists, ShiftGone, ShiftsOverlap, TwiceOnDuty, WordsMissing
from gongzhi.city.duty.models import DutyRoom, Place, Shift
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import User
from gongzhi.city.people.phones import normal_phone
from gongzhi.city.territory.models import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody to be on duty, as a roster names them."""

    name: str
    part: str = "officer"
    user: User | None = None
    phone: str = ""


def open_room(
    by: Standing,
    office: Office,
    title: str,
    *,
    phone: str = "",
    is_main: bool = False,
    grace: int = 15,
    early: int = 60,
    patience: int = 10,
) -> DutyRoom:
    """A new duty room of an office. Right ``duty.manage``; RoomExists, WordsMissing."""
    check(by, "duty.manage", Target(area_path=office.area.path, office_paths=(office.path,)))
    room = DutyRoom(
        office=office,
        title=said(title, "名称", 40),
        phone=said(phone, "值班电话", 20, need=False),
        is_main=is_main,
        grace=max(1, min(grace, 240)),
        early=max(0, min(early, 240)),
        patience=max(1, min(patience, 240)),
    )
    try:
        with transaction.atomic():
            room.save(force_insert=True)
            record(by, "duty_room_opened", room, office=office.code, title=room.title, main=is_main)
    except IntegrityError as error:
        raise RoomExists(office=office.name) from error
    return room


@transaction.atomic
def change_room(
    by: Standing, room: DutyRoom, *, title: str, phone: str, grace: int, early: int, patience: int
) -> DutyRoom:
    """Other words and limits. Right ``duty.manage``; WordsMissing."""
    check(by, "duty.manage", room)
    held = locked(room)
    held.title, held.phone = said(title, "名称", 40), said(phone, "值班电话", 20, need=False)
    held.grace, held.early = max(1, min(grace, 240)), max(0, min(early, 240))
    held.patience = max(1, min(patience, 240))
    held.save()
    record(by, "duty_room_changed", held, grace=held.grace, early=held.early, patience=held.patience)
    return held


@transaction.atomic
def plan_shift(
    by: Standing, room: DutyRoom, title: str, starts: datetime, ends: datetime, people: Sequence[Seat]
) -> Shift:
    """Put a shift on the roster. Right ``duty.plan``.

    ShiftsOverlap, TwiceOnDuty (the same person elsewhere at this time, in any room), ShiftGone (it has ended), WordsMissing
    (nobody on it, no end after the start).
    """
    check(by, "duty.plan", room)
    held = locked(room)
    if starts >= ends or not any(each.part == Place.Kind.OFFICER for each in people):
        raise WordsMissing(what="起止时间和至少一位值班员", limit=40)
    if ends <= clock.now():
        raise ShiftGone(shift=title)
    around = Shift.objects.filter(room=held, starts__lt=ends, ends__gt=starts).first()
    if around is not None:
        raise ShiftsOverlap(starts=shown(starts), other=f"{shown(around.starts)} {around.title}")
    shift = Shift.objects.create(room=held, title=said(title, "班次", 20), starts=starts, ends=ends)
    for each in people:
        seat(shift, each)
    record(by, "shift_planned", shift, starts=starts, ends=ends, people=len(people))
    return shift


def seat(shift: Shift, somebody: Seat) -> Place:
    """A place for somebody, who must be free. TwiceOnDuty, WordsMissing, PhoneInvalid."""
    name = said(somebody.name or (somebody.user.name if somebody.user else ""), "姓名", 40)
    check_free(name, somebody.user, shift)
    phone = normal_phone(somebody.phone) if somebody.phone.strip() else ""
    return Place.objects.create(shift=shift, part=somebody.part, user=somebody.user, name=name, phone=phone)


def check_free(name: str, user: User | None, shift: Shift, *, leaving: Place | None = None) -> None:
    """Whether somebody has no other place while the shift lasts: an account is looked for in every room, a mere name in this
    one. TwiceOnDuty."""
    others = Place.objects.filter(
        left_at__isnull=True, shift__starts__lt=shift.ends, shift__ends__gt=shift.starts
    ).select_related("shift")
    others = others.filter(user=user) if user else others.filter(name=name, shift__room=shift.room)
    if leaving is not None:
        others = others.exclude(pk=leaving.pk)
    other = others.first()
    if other is not None:
        raise TwiceOnDuty(name=name, at=shown(other.shift.starts), other=other.shift.title)


@transaction.atomic
def drop_shift(by: Standing, shift: Shift) -> None:
    """Take a shift that nobody took over, and that has not begun, off the roster. Right ``duty.plan``; ShiftGone."""
    check(by, "duty.plan", shift)
    locked(shift.room)
    held = current(shift)
    if held.state != Shift.State.PLANNED or held.starts <= clock.now():
        raise ShiftGone(shift=held.title)
    who = names(list(held.places.filter(left_at__isnull=True)))
    record(by, "shift_dropped", held, starts=held.starts, who=len(who))
    held.delete()
