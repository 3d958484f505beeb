"""How the room's actions write to the journal, and take the room's row under a lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from gongzhi.city.duty.errors import WordsMissing
from gongzhi.city.duty.models import DutyRoom, Place, Shift
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases.model import Fact


def record(by: Standing, kind: str, about: Model, **data: Any) -> None:
    """Append the fact ``kind`` to the chain of the row. Never put anything private into ``data``."""
    append(
        subject(about._meta.model_name or "", about.pk), [Fact(kind=kind, at=clock.now(), by=by, data=data)]
    )


def locked(room: DutyRoom) -> DutyRoom:
    """The room under a lock until the transaction ends: shifts change hands and lines get numbers one after the other."""
    rows = DutyRoom.objects.select_for_update(of=("self",)).select_related("office__area")
    return rows.get(pk=room.pk)


def current(shift: Shift) -> Shift:
    """The shift as it is now."""
    return Shift.objects.select_related("room__office__area").get(pk=shift.pk)


def places(shift: Shift) -> list[Place]:
    """Who is on the shift now, leaders first."""
    rows = Place.objects.filter(shift=shift, left_at__isnull=True).select_related("user")
    return sorted(rows, key=lambda each: (each.part != Place.Kind.LEAD, each.pk))


def names(found: list[Place]) -> str:
    """Their names, to read."""
    return _("、").join(dict.fromkeys(each.name for each in found)) or _("没有人")


def is_on(by: Standing, found: list[Place]) -> bool:
    """Whether the actor has one of the places."""
    return by.person != "" and any(each.person == by.person for each in found)


def said(words: str, what: str, limit: int, *, need: bool = True) -> str:
    """The words without blanks around them. WordsMissing when there are none, or too many."""
    words = words.strip()
    if len(words) > limit or (need and not words):
        raise WordsMissing(what=_(what), limit=limit)
    return words


def shown(at: datetime) -> str:
    """An instant in a sentence."""
    from django.utils import timezone

    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日{local:%H:%M}"
