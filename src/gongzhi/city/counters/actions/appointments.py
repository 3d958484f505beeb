"""Appointments: asked for by anybody, agreed to by whoever will go, kept, and closed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from gongzhi.city.counters import points
from gongzhi.city.counters.actions.queueing import take_number
from gongzhi.city.counters.actions.recording import locked, record, said
from gongzhi.city.counters.errors import AppointmentMoved, BadSlot, ContactMissing, NobodyNearby, SlotFull
from gongzhi.city.counters.models import Appointment, Line
from gongzhi.city.counters.numbering import locked_count
from gongzhi.city.kernel import clock, ids, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.phones import normal_phone
from gongzhi.city.territory.models import Area, Office, valid

State, Kind = Appointment.State, Appointment.Kind
#: hours at which people come or are visited, and how far ahead
HOURS = (8, 9, 10, 11, 14, 15, 16, 17)
AHEAD = timedelta(days=60)
OPEN = (State.ASKED, State.ACCEPTED, State.VISITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the person is found; kept sealed."""

    name: str = ""
    phone: str = ""
    place: str = ""


@transaction.atomic
def ask_visit(
    by: Standing, area: Area, contact: Contact, *, item: str, day: date, hour: int, reason: str
) -> Appointment:
    """Ask that somebody comes to a person who can't come. The office nearest to the area answers.

    Right ``appointment.ask``. ContactMissing, PhoneInvalid, WordsMissing (place, item), BadSlot, NobodyNearby.
    """
    check(by, "appointment.ask")
    if reason not in Appointment.Reason.values:
        raise BadSlot(why=_("请说明为什么需要上门"))
    said(contact.place, "详细地址", 200)
    made = _new(by, Kind.HOME_VISIT, nearest_office(area), contact, item, day, hour)
    made.area, made.reason = area, reason
    return _asked(by, made)


@transaction.atomic
def ask_window(by: Standing, line: Line, contact: Contact, *, item: str, day: date, hour: int) -> Appointment:
    """Agree on an hour at a window; agreed at once when the hour has room, refused with SlotFull when it has none.

    Right ``appointment.ask``. ContactMissing, PhoneInvalid, WordsMissing, BadSlot.
    """
    check(by, "appointment.ask")
    made = _new(by, Kind.WINDOW, line.office, contact, item, day, hour)
    made.line, made.state = line, State.ACCEPTED
    if not line.hourly:
        raise BadSlot(why=_("这个窗口不接受预约，请直接取号"))
    # the lock makes the count true until we have written ours
    locked_count(f"slot:{line.pk}:{hour}", day)
    if taken_in(line, day, hour) >= line.hourly:
        raise SlotFull(day=day.isoformat(), hour=hour)
    return _asked(by, made)


@transaction.atomic
def accept_visit(by: Standing, appointment: Appointment, *, day: date, hour: int) -> Appointment:
    """Agree to come, on the day that was asked for or on another. Right ``appointment.handle``."""
    held = _held(by, appointment, (State.ASKED, State.ACCEPTED))
    _check_slot(day, hour)
    return _set(
        by,
        held,
        "visit_accepted",
        State.ACCEPTED,
        day=day,
        hour=hour,
        visitor=by.person,
        visitor_name=by.name,
    )


@transaction.atomic
def arrive(by: Standing, appointment: Appointment) -> Appointment:
    """We are there, or they have come to the window: then they get a number that is called first at their hour."""
    held = _held(by, appointment, (State.ACCEPTED,))
    if held.line is None:
        return _set(by, held, "visited", State.VISITED)
    if held.day != clock.today():
        raise BadSlot(why=_("约的不是今天"))
    agreed = timezone.make_aware(datetime.combine(held.day, time(held.hour)))
    number = take_number(by, held.line, held.item, ready_at=min(agreed, clock.now()))
    return _set(by, held, "visited", State.VISITED, number=number)


@transaction.atomic
def close_appointment(by: Standing, appointment: Appointment, *, case: str = "") -> Appointment:
    """It is done; ``case`` is what was opened for it."""
    held = _held(by, appointment, (State.ACCEPTED, State.VISITED))
    now = clock.now()
    return _set(by, held, "appointment_done", State.DONE, case=(case or held.case)[:64], ended_at=now)


@transaction.atomic
def cancel_appointment(by: Standing, appointment: Appointment, reason: str) -> Appointment:
    """Called off: by the holder of its code, or by whoever handles it. The hour is free again."""
    if by.role != "resident":
        check(by, "appointment.handle", appointment)
    held = locked(appointment)
    if held.state not in (State.ASKED, State.ACCEPTED):
        raise AppointmentMoved(state=held.get_state_display())
    words = said(reason, "原因", 200)
    return _set(by, held, "appointment_cancelled", State.CANCELLED, ended_at=clock.now(), reason_given=words)


def link_appointment(by: Standing, appointment: Appointment, case: str) -> Appointment:
    """Remember which case was opened at the visit. Right ``appointment.handle``."""
    with transaction.atomic():
        held = _held(by, appointment, OPEN)
        return _set(by, held, "appointment_linked", held.state, case=case[:64])


def taken_in(line: Line, day: date, hour: int) -> int:
    """How many have taken this hour of the line."""
    rows = Appointment.objects.filter(line=line, day=day, hour=hour)
    return rows.exclude(state=State.CANCELLED).count()


def nearest_office(area: Area) -> Office:
    """The office in the area itself, else in the nearest one above; the one that takes what nobody takes comes first."""
    near = Office.objects.filter(valid(), area__path__in=paths.ancestors(area.path)).select_related("area")
    found = near.order_by(Length("area__path").desc(), "-is_backstop", "path").first()
    if found is None:
        raise NobodyNearby
    return found


def _new(
    by: Standing, kind: str, office: Office, contact: Contact, item: str, day: date, hour: int
) -> Appointment:
    if not contact.phone.strip():
        raise ContactMissing
    _check_slot(day, hour)
    return Appointment(
        kind=kind,
        office=office,
        item=said(item, "办什么", 60),
        day=day,
        hour=hour,
        name=said(contact.name, "姓名", 40, need=False),
        phone=normal_phone(contact.phone),
        place=contact.place.strip(),
        code=ids.tracking_code(),
    )


def _check_slot(day: date, hour: int) -> None:
    today = clock.today()
    if hour not in HOURS:
        raise BadSlot(why=_("请选上班时间里的一个整点"))
    if day > today + AHEAD:
        raise BadSlot(why=_("最多提前60天"))
    if day < today or (day == today and hour <= timezone.localtime(clock.now()).hour):
        raise BadSlot(why=_("这个时间已经过去"))


def _asked(by: Standing, made: Appointment) -> Appointment:
    made.save(force_insert=True)
    point = points.title(made.line.point) if made.line else ""
    record(
        by,
        "appointment_asked",
        made,
        way=made.kind,
        office=made.office.code,
        point=point,
        day=made.day,
        hour=made.hour,
        reason=made.reason,
    )
    return made


def _held(by: Standing, appointment: Appointment, states: Collection[str]) -> Appointment:
    check(by, "appointment.handle", appointment)
    held = locked(appointment)
    if held.state not in states:
        raise AppointmentMoved(state=held.get_state_display())
    return held


def _set(
    by: Standing, held: Appointment, kind: str, state: str, *, reason_given: str = "", **values: object
) -> Appointment:
    held.state = state
    for name, value in values.items():
        setattr(held, name, value)
    held.save(update_fields=["state", *values])
    record(by, kind, held, day=held.day, hour=held.hour, case=held.case, reason=reason_given)
    return held
