"""Records follow their office or area when it ends: households to their unit's successor, items to the new department.

Each record is its own transaction and gets a new version, so a run may be killed anywhere and started again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue
from gongzhi.city.records.actions.writing import Writing, hold, write
from gongzhi.city.records.models import Record, Version
from gongzhi.city.territory.models import Area, Office
from gongzhi.engine.registers import Register

BATCH = 200

#: code of the successor of a record, and whether a person should look at it again
Choose = Callable[[Record], tuple[str, bool]]


def records_left(old: Office | Area) -> Iterator[tuple[Register, QuerySet[Record]]]:
    """For each register the records that still belong to the office or area.

    A record that is about the ended area itself (its key is the area's code) stays its history, and so does what has come
    to the end of its own life.
    """
    for declared in catalogue.offered():
        register = declared.register
        if not (register.area if isinstance(old, Area) else register.office):
            continue
        place = Q(area_path=old.path) if isinstance(old, Area) else Q(office_path=old.path)
        rows = Record.objects.filter(place, register=register.id).exclude(key=old.code)
        yield register, rows.exclude(state__in=_over(register)).order_by("pk")


def move_records(
    by: Standing,
    old: Office | Area,
    choose: Choose,
    *,
    because: str,
    each: Callable[[Record, str], None] | None = None,
    at: datetime | None = None,
) -> int:
    """Move the records of an office or area that ended; gives how many were changed in this run.

    ``each`` is called, inside the record's transaction, for those that a person should look at again. Right
    ``record.change``. Idempotent: what has moved is no longer found.
    """
    count = 0
    for register, rows in records_left(old):
        after: UUID | None = None
        while True:
            batch = rows.filter(pk__gt=after) if after else rows
            ids = list(batch.values_list("pk", flat=True)[:BATCH])
            for id_ in ids:
                with transaction.atomic():
                    count += _moved(by, id_, register, old, choose, because, each, at or clock.now())
                after = id_
            if len(ids) < BATCH:
                break
    return count


def move_record(by: Standing, record: UUID, old: Office | Area, code: str, *, because: str) -> bool:
    """Hand one record on from ``old`` to the successor that a person chose; whether anything changed."""
    row = Record.objects.filter(pk=record).only("register").first()
    if row is None:
        return False
    register = catalogue.one(row.register).register
    with transaction.atomic():
        return _moved(by, record, register, old, lambda _row: (code, False), because, None, clock.now())


def _moved(
    by: Standing,
    id_: UUID,
    register: Register,
    old: Office | Area,
    choose: Choose,
    because: str,
    each: Callable[[Record, str], None] | None,
    at: datetime,
) -> bool:
    held = hold(id_, by, "record.change")
    name = register.area if isinstance(old, Area) else register.office
    if held.values.get(name) != old.code:
        return False
    code, by_hand = choose(held.row)
    why = Writing(by=by, cause=Version.Cause.CHANGED, at=at, note=because)
    row = write(held, {**held.values, name: code}, held.row.state, why)
    if by_hand and each:
        each(row, code)
    return True


def _over(register: Register) -> list[str]:
    """States out of which no move leads and in which nobody may name the record."""
    ways = {state for move in register.moves.values() for state in move.from_}
    return sorted(set(register.states) - ways - register.usable) if register.moves else []
