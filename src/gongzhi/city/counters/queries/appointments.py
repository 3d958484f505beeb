"""Questions about appointments."""

from __future__ import annotations

from datetime import date

from gongzhi.city.counters.actions.appointments import HOURS, OPEN
from gongzhi.city.counters.errors import NoSuchAppointment
from gongzhi.city.counters.models import Appointment, Line
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import may, scope
from gongzhi.city.kernel.references import Standing

RELATED = ("office__area", "area", "line__office", "number__line")


def appointment_by_code(code: str) -> Appointment:
    """The appointment of the code that its asker holds. NoSuchAppointment."""
    read = ids.read_tracking_code(code)
    found = Appointment.objects.filter(code=read).select_related(*RELATED).first() if read else None
    if found is None:
        raise NoSuchAppointment(which=code.strip()[:24])
    return found


def appointment_of(by: Standing, key: object) -> Appointment:
    """One appointment for whoever handles it. NoSuchAppointment for others, as if it did not exist."""
    found = Appointment.objects.filter(pk=str(key)).select_related(*RELATED).first()
    if found is None or not may(by, "appointment.handle", found):
        raise NoSuchAppointment(which=str(key)[:8])
    return found


def appointments(by: Standing, *, ended: bool = False) -> list[Appointment]:
    """The appointments of this post's offices and areas, the next one first; or the last that ended."""
    rows = scope(by, "appointment.handle", Appointment.objects.select_related(*RELATED))
    if ended:
        return list(rows.exclude(state__in=OPEN).order_by("-day", "-hour")[:50])
    return list(rows.filter(state__in=OPEN).order_by("day", "hour", "pk")[:200])


def rooms(line: Line, day: date) -> dict[int, int]:
    """Hour -> how many more the line takes in it on the day."""
    taken = Appointment.objects.filter(line=line, day=day).exclude(state=Appointment.State.CANCELLED)
    hours = list(taken.values_list("hour", flat=True))
    return {hour: max(0, line.hourly - hours.count(hour)) for hour in HOURS}


def today_at(line_ids: list[int]) -> list[Appointment]:
    """Who is expected today in these lines and has not come yet."""
    rows = Appointment.objects.filter(line__in=line_ids, day=clock.today(), state=Appointment.State.ACCEPTED)
    return list(rows.select_related("line").order_by("hour", "pk")[:60])
