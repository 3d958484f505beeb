"""The versions that were in force and public, side by side; and what came into force in a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.records.models import Record, Version
from gongzhi.city.records.queries.lookups import name_in_force
from gongzhi.city.records.queries.pages import MOST_VERSIONS, shower
from gongzhi.engine.registers import Change, Register

#: versions whose values are read at once
CHUNK = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One public version: its public values, and what it changed of the one before it."""

    number: int
    since: datetime
    values: Mapping[str, Any]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What came into force in a period for one record, and what was in force before; None where there was nothing."""

    row: Record
    before: Version | None
    #: None for a record that was taken out of force
    now: Version | None
    at: datetime


def public_versions(register: str, key: str) -> tuple[str, list[Published]]:
    """The name of a public record, and its public versions, the newest first; at most ``MOST_VERSIONS``.

    Public fields only. Two queries, one more per other register that the record names. Raises NoSuchRegister, NoSuchRecord.
    """
    found = catalogue.one(register).register
    row = sight.public(found).filter(key=key).first()
    if row is None:
        raise NoSuchRecord(which=key[:64])
    rows = Version.objects.filter(record=row, state__in=sorted(found.public)).order_by("-number")
    newest = list(rows[:MOST_VERSIONS])
    values = [found.public_values(each.data, each.state) for each in newest]
    show = shower(found, values)
    made = []
    for place, version in enumerate(newest):
        older = values[place + 1] if place + 1 < len(newest) else None
        changes = found.differences(older, values[place], show=show) if older is not None else ()
        made.append(
            Published(number=version.number, since=version.at, values=values[place], changes=tuple(changes))
        )
    return name_in_force(found, row, outside=True), made


def renewed(by: Standing, register: str, since: datetime, until: datetime, *, most: int) -> Iterator[Renewed]:
    """The records of a register whose public version is another one at the end of a period than before it, in order of
    key; at most ``most``, and only what this post may list.

    Values are read ``CHUNK`` records at a time, and not at all for records that are new. Raises NotAllowed, NoSuchRegister.
    """
    check(by, "record.list")
    found = catalogue.one(register).register
    public = sorted(found.public)
    seen = sight.visible(by, found).exclude(state="")
    moved = Version.objects.filter(at__gte=since, at__lt=until, record__in=seen.order_by())
    wanted = list(seen.filter(pk__in=moved.values("record")).order_by("key")[:most])
    for start in range(0, len(wanted), CHUNK):
        yield from _renewed(found, public, wanted[start : start + CHUNK], since, until)


def _renewed(
    register: Register, public: list[str], rows: list[Record], since: datetime, until: datetime
) -> Iterator[Renewed]:
    listed = Version.objects.filter(record__in=[row.pk for row in rows], at__lt=until)
    last: dict[UUID, tuple[UUID, datetime, bool]] = {}
    older: dict[UUID, UUID] = {}
    for pk, record, at, state in listed.order_by("number").values_list("pk", "record_id", "at", "state"):
        if state in public:
            older |= {record: pk} if at < since else {}
            last[record] = (pk, at, True)
        elif state != register.start or record not in last:
            # drafts leave what is in force alone
            last[record] = (pk, at, False)
    data = Version.objects.in_bulk(_needed(last, older, since))
    for row in rows:
        pk, at, is_public = last[row.pk]
        before = older.get(row.pk)
        if at < since or (before is None and not is_public):
            continue
        yield Renewed(
            row=row,
            before=data[before] if before is not None else None,
            now=(data.get(pk) or Version(pk=pk, data={})) if is_public else None,
            at=at,
        )


def _needed(
    last: Mapping[UUID, tuple[UUID, datetime, bool]], older: Mapping[UUID, UUID], since: datetime
) -> Iterable[UUID]:
    """The versions whose values are asked for: two of each record that was there before and came anew."""
    changed = [record for record, (_pk, at, _public) in last.items() if at >= since and record in older]
    return [pk for record in changed for pk in {older[record], last[record][0]}]
