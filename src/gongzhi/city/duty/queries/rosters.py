"""The roster of a month, and what is wrong with it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch
from django.utils import timezone

from gongzhi.city.duty.models import DutyRoom, Place, Shift, Swap
from gongzhi.city.duty.queries.desk import MOST
from gongzhi.city.kernel.permissions import scope
from gongzhi.city.kernel.references import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A span of the month in which nobody is planned."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something about a shift that a planner should see."""

    shift: Shift
    #: ``lead``: nobody in charge; ``account``: nobody on it can be reached here
    what: str


def bounds(day: date) -> tuple[datetime, datetime]:
    """The month of the day: from its first midnight to the next month's."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return (
        timezone.make_aware(datetime.combine(first, time())),
        timezone.make_aware(datetime.combine(after, time())),
    )


def month(room: DutyRoom, day: date) -> list[Shift]:
    """The shifts of the month of this day, with their people. Two queries."""
    since, until = bounds(day)
    people = Prefetch("places", queryset=Place.objects.filter(left_at__isnull=True).order_by("part", "pk"))
    rows = Shift.objects.filter(room=room, starts__lt=until, ends__gt=since)
    return list(rows.prefetch_related(people).select_related("room").order_by("starts")[:MOST])


def gaps(shifts: list[Shift]) -> list[Gap]:
    """Where nobody is planned between the first and the last of these shifts (in order of time)."""
    found = []
    for earlier, later in itertools.pairwise(shifts):
        if later.starts > earlier.ends:
            found.append(Gap(starts=earlier.ends, ends=later.starts))
    return found


def warnings(shifts: list[Shift]) -> list[Trouble]:
    """Shifts without somebody in charge, or without anybody who has an account."""
    found = []
    for shift in shifts:
        people = list(shift.places.all())
        if not any(each.part == Place.Kind.LEAD for each in people):
            found.append(Trouble(shift=shift, what="lead"))
        if not any(each.user_id for each in people):
            found.append(Trouble(shift=shift, what="account"))
    return found


def swaps(by: Standing, room: DutyRoom) -> list[Swap]:
    """Swaps that wait for a decision; right ``duty.read``."""
    rows = scope(by, "duty.read", Swap.objects.filter(giving__shift__room=room, state=Swap.State.ASKED))
    return list(rows.select_related("giving__shift", "taking__shift").order_by("asked_at")[:MOST])
