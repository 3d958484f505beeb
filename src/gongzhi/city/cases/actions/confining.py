"""Opening what is confined, for a purpose and never unseen; and destroying it when its time is over.

The chain of facts holds marks only (``sealed:<id>``). What they stand for lies encrypted in ``people.SealedValue`` and is
overwritten with nothing; hashes, anchors, numbers and figures stay right.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.actions.writing import hold
from gongzhi.city.cases.errors import NotItsPurpose, NotSealed
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sealing import is_mark, secrets_of
from gongzhi.city.cases.sight import require
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.people.models import SealedValue
from gongzhi.engine.cases import Fact
from gongzhi.engine.instants import SHANGHAI

#: cases that one sweep destroys before it lets others write
BATCH = 200


@transaction.atomic
def open_confined(case_id: UUID | str, *, by: Standing, purpose: str) -> dict[str, Any]:
    """Field id -> value of everything that was said in a confined case. Who opened it, when and what for is a fact.

    Raises NotItsPurpose for a purpose that is not on the case type's list, NotSealed when it was destroyed already,
    NoSuchCase for everybody but the one post (and whoever has a task in it now).
    """
    held = hold(case_id, by, "case.read")
    rules = held.case_type.confined
    if rules is None:
        raise NotSealed(field=held.case_type.title)
    if purpose not in rules.purposes:
        raise NotItsPurpose(purposes="、".join(rules.purposes))
    require(by, "reveal.clue", held.row, held.state)
    secrets = secrets_of(held.row.pk)
    if secrets and not any(value is not None for value in secrets.values()):
        raise NotSealed(field=held.case_type.title)
    data = {"purpose": purpose, "privacy": "clue", "all": True}
    journal.append(held.subject, [Fact(kind="revealed", at=clock.now(), by=by, data=data)])
    return {
        name: secrets.get(value) if is_mark(value) else value
        for name, value in held.state.data.items()
        if value not in (None, "", [])
    }


def destroy_confined(today: date | None = None, *, most: int = 20_000) -> int:
    """Destroy what was said in every confined case whose time is over; gives how many cases. Daily; safe to run again."""
    today, done = today or clock.today(), 0
    for case_id in _due(today):
        done += _destroy(case_id)
        if done >= most:
            break
    return done


def _due(today: date) -> list[UUID]:
    """Ended confined cases whose time is over and that still hold something, oldest first."""
    found: list[UUID] = []
    for mechanism, type_id in sorted(catalogue.confined()):
        rows = Case.every.filter(confined=True, mechanism=mechanism, type=type_id, ended_at__isnull=False)
        for version in rows.order_by().values_list("version", flat=True).distinct():
            rules = catalogue.case_type(mechanism, version, type_id).confined
            for end, days in rules.keep.items() if rules else ():
                # the whole day counts: what ended on a day is kept until the end of the last
                last = datetime.combine(today - timedelta(days=days), time(), SHANGHAI)
                over = rows.filter(version=version, ended=end, ended_at__lt=last).order_by("ended_at", "id")
                found += over.values_list("pk", flat=True)
    return [case_id for case_id in found if _held(case_id).exists()]


def _held(case_id: UUID) -> Any:
    return SealedValue.objects.filter(subject=subject("case", case_id), erased_at__isnull=True)


@transaction.atomic
def _destroy(case_id: UUID) -> int:
    held, at = hold(case_id, SYSTEM, "case.read"), clock.now()
    values = _held(held.row.pk).update(value="", erased_at=at)
    if not values:
        return 0  # another process was faster
    data = {"count": values, "basis": "到期"}
    journal.append(held.subject, [Fact(kind="destroyed", at=at, by=SYSTEM, data=data)])
    return 1


__all__ = ["destroy_confined", "open_confined"]
