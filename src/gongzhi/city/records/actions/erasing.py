"""Erasing what is sealed: when the time that a register keeps it is over, and when a person takes consent back.

Nothing else breaks: versions and journal hold marks only, so that their hashes stay right; the key, the state and all open
values stay, and with them every number. Source: Personal Information Protection Law art. 15, 19, 47.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import catalogue
from gongzhi.city.records.models import Record, Version
from gongzhi.city.records.sealing import OPEN_CLASSES
from gongzhi.engine.cases import Fact
from gongzhi.engine.instants import SHANGHAI
from gongzhi.engine.registers import Keep, Register

#: records that one sweep looks at before it lets others write again
BATCH = 200
#: a sweep ends after so many; the next one goes on
MOST = 20_000


def sweep_kept(today: date | None = None, *, most: int = MOST) -> int:
    """Erase what is sealed in every record whose time is over; gives how many records. Daily; safe to run again.

    Each record is one transaction with its fact, so that a sweep that breaks off has done what it says.
    """
    today, erased = today or clock.today(), 0
    for declared in catalogue.offered():
        register = declared.register
        if register.keep is None:
            continue
        for record_id in _over(register, register.keep, today):
            erased += _erase(record_id, register, today)
            if erased >= most:
                return erased
    return erased


def _over(register: Register, keep: Keep, today: date) -> Iterator[UUID]:
    """Keys of the records that are to be erased today, batch by batch; each is looked at once."""
    rows = _due(register, keep, today)
    last: UUID | None = None
    while True:
        found = rows.filter(pk__gt=last) if last else rows
        batch = list(found.order_by("pk").values_list("pk", flat=True)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1]


def _due(register: Register, keep: Keep, today: date) -> QuerySet[Record]:
    """The records whose keeping began long enough ago and that were not erased since."""
    rows = Record.objects.filter(register=register.id, erased_at__isnull=True)
    latest = keep.last_start(today)
    if keep.column:
        # dates are stored as text, and text in ISO order is in order of time
        return rows.filter(**{f"data__{keep.column}__lte": latest.isoformat()})
    # in this state at the end of that day, and never left it since
    end = datetime.combine(latest, time.max, tzinfo=SHANGHAI)
    versions = Version.objects.filter(record=OuterRef("pk"))
    there = versions.filter(at__lte=end, state=keep.state)
    moved = versions.filter(at__gt=end).exclude(state=keep.state)
    later = Version.objects.filter(record=OuterRef("record"), number__gt=OuterRef("number"), at__lte=end)
    there = there.filter(~Exists(later))
    return rows.filter(Exists(there), ~Exists(moved), state=keep.state)


@transaction.atomic
def _erase(record_id: UUID, register: Register, today: date) -> int:
    """1 when the record was still to be erased."""
    row = Record.objects.select_for_update(of=("self",)).filter(pk=record_id).first()
    keep = register.keep
    if row is None or keep is None or row.erased_at is not None:
        return 0
    if not _due(register, keep, today).filter(pk=record_id).exists():
        # somebody changed it since the sweep began
        return 0
    at = clock.now()
    about = subject("record", row.pk)
    values = _forget(Q(subject=about), at)
    row.erased_at = at
    if register.form[register.name].privacy not in OPEN_CLASSES:
        # a masked name still begins with the surname
        row.name = row.key
    row.save(update_fields=["erased_at", "name"])
    data = {"register": row.register, "key": row.key, "values": values, "basis": "到期", "years": keep.years}
    journal.append(about, [Fact(kind="record_erased", at=at, by=SYSTEM, data=data)])
    return 1


def take_back(
    register: Register, row: Record, values: Mapping[str, Any], *, by: Standing, at: datetime
) -> int:
    """Erase the values that need a consent which is not there (any more), also those of older versions; gives how many.

    Inside the transaction of the change by which the consent went.
    """
    without = register.consent.withheld(values)
    if not without:
        return 0
    about = subject("record", row.pk)
    of_columns = Q()
    for id_ in without:
        of_columns |= Q(field=id_[:60]) | Q(field__startswith=f"{id_}.")
    erased = _forget(Q(of_columns, subject=about), at)
    if erased:
        data = {
            "register": row.register,
            "key": row.key,
            "values": erased,
            "basis": "撤回同意",
            "fields": sorted(without),
        }
        journal.append(about, [Fact(kind="record_erased", at=at, by=by, data=data)])
    return erased


def _forget(which: Q, at: datetime) -> int:
    return SealedValue.objects.filter(which, erased_at__isnull=True).update(value="", erased_at=at)
