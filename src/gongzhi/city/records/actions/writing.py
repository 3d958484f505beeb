"""The middle of every action: the record under lock, and one function that writes a version with all that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gongzhi.city.journal import actions as journal
from gongzhi.city.journal.bulk import append_many
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.inserting import insert_many, update_row
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import catalogue, lifetimes, rows, sealing
from gongzhi.city.records.actions.erasing import take_back
from gongzhi.city.records.errors import NoSuchRecord, StaleRecord
from gongzhi.city.records.models import Record, RecordLink, RecordText, Version
from gongzhi.city.records.sight import require, require_writer
from gongzhi.engine.cases import Fact
from gongzhi.engine.instants import show_instant
from gongzhi.engine.registers import Register

#: a record under lock
LOCKED = Prepared(lambda id_: Record.objects.select_for_update(of=("self",)).filter(pk=id_), UUID)
#: actions by hand that a register may keep to its own roles; moves have their own
WRITES = frozenset({"record.change", "record.correct"})
#: a field's old and new value stand in the journal when they are no longer than this
LONGEST_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Why a version is written: by whom, how, and what they say to it."""

    by: Standing
    cause: str
    at: datetime
    note: str = ""
    move: str = ""


@dataclass(slots=True, kw_only=True)
class Held:
    """A record under lock with what a change needs; ``values`` are clear."""

    row: Record
    register: Register
    secrets: Mapping[str, Any]
    values: Mapping[str, Any]

    @property
    def subject(self) -> str:
        return subject("record", self.row.pk)


@dataclass(slots=True, kw_only=True)
class Fresh:
    """A record that is about to be inserted."""

    row: Record
    versions: list[Version]
    facts: list[Fact]
    secrets: list[SealedValue] = field(default_factory=list)
    links: list[RecordLink] = field(default_factory=list)
    texts: list[RecordText] = field(default_factory=list)


def hold(record: Record | UUID | str, by: Standing, action: str, expected: int | None = None) -> Held:
    """Lock the record and read it. Raises NoSuchRecord, NotAllowed, and StaleRecord when it is no longer at the version
    ``expected``."""
    row = LOCKED.first(_id(record))
    if row is None:
        raise NoSuchRecord(which=str(record)[:64])
    register = catalogue.one(row.register).register
    require(by, action, row)
    if action in WRITES:
        require_writer(by, register, action)
    if expected is not None and expected != row.version:
        newest = Version.objects.filter(record=row, number=row.version).first()
        raise StaleRecord(
            who=(newest.who or newest.person) if newest else "",
            when=show_instant(newest.at if newest else row.changed_at),
            version=row.version,
            seen=expected,
        )
    secrets = sealing.secrets_of(register.form, row.pk)
    values = sealing.opened(register.form, row.data, secrets)
    return Held(row=row, register=register, secrets=secrets, values=values)


def _id(record: Record | UUID | str) -> UUID:
    if isinstance(record, Record):
        return record.pk
    try:
        return record if isinstance(record, UUID) else UUID(str(record))
    except ValueError as error:
        raise NoSuchRecord(which=str(record)[:64]) from error


def fresh(declared: catalogue.Declared, values: Mapping[str, Any], state: str, why: Writing) -> Fresh:
    """A new record as it will be inserted; nothing is written yet. ``values`` are checked and clear."""
    register, record_id = declared.register, ids.sortable_id(why.at)
    data, secrets = sealing.seal(register.form, record_id, values, {}, why.at)
    version = _version(record_id, 1, data, state, why)
    force = lifetimes.in_force(register, state)
    row = Record(
        id=record_id,
        register=register.id,
        mechanism=declared.mechanism,
        state=state,
        data=data,
        version=1,
        published_id=version.pk if force else None,
        published_state=state if force else "",
        created_at=why.at,
        changed_at=why.at,
        **rows.columns(register, values),
    )
    texts = [rows.staff_text(register, record_id, values)]
    texts += [rows.public_text(register, record_id, values)] if force else []
    return Fresh(
        row=row,
        versions=[version],
        facts=[_fact(row, version, {}, why)],
        secrets=secrets,
        links=rows.links(register, record_id, values),
        texts=texts,
    )


def advance(made: Fresh, register: Register, values: Mapping[str, Any], state: str, why: Writing) -> None:
    """A move of a record that is not inserted yet: both versions are written together. ``values`` are clear."""
    row = made.row
    version = _version(row.pk, row.version + 1, row.data, state, why)
    made.facts.append(_fact(row, version, row.data, why))
    made.versions.append(version)
    row.state, row.version = state, version.number
    force = lifetimes.in_force(register, state)
    row.published_id, row.published_state = (version.pk, state) if force else (None, "")
    made.texts = made.texts[:1] + ([rows.public_text(register, row.pk, values)] if force else [])


def insert(made: Sequence[Fresh]) -> None:
    """Write new records with everything that hangs on them; one statement per table."""
    insert_many([each.row for each in made])
    insert_many([version for each in made for version in each.versions])
    insert_many([secret for each in made for secret in each.secrets])
    insert_many([link for each in made for link in each.links])
    insert_many([text for each in made for text in each.texts])
    append_many({subject("record", each.row.pk): each.facts for each in made}, fresh=True)


def write(held: Held, values: Mapping[str, Any], state: str, why: Writing) -> Record:
    """The next version of a record under lock: row, version, secrets, links, texts, journal. ``values`` are checked and
    clear. Inside a transaction."""
    row, register = held.row, held.register
    data, secrets = sealing.seal(register.form, row.pk, values, held.secrets, why.at)
    version = _version(row.pk, row.version + 1, data, state, why)
    fact = _fact(row, version, row.data, why)
    insert_many(secrets)
    insert_many([version])
    changed: dict[str, Any] = {
        **rows.columns(register, values),
        "state": state,
        "data": data,
        "version": version.number,
        "changed_at": why.at,
    }
    force = lifetimes.in_force(register, state)
    if force:
        changed |= {"published_id": version.pk, "published_state": state}
    elif lifetimes.ends_force(register, state):
        changed |= {"published_id": None, "published_state": ""}
    if secrets and row.erased_at is not None:
        changed["erased_at"] = None
    for name, value in changed.items():
        setattr(row, name, value)
    update_row(row, tuple(changed))
    _hang(held, values, force)
    journal.append(held.subject, [fact])
    take_back(register, row, values, by=why.by, at=why.at)
    held.values = values
    return row


def _hang(held: Held, values: Mapping[str, Any], force: bool) -> None:
    """Links and texts of the new version."""
    row, register = held.row, held.register
    before, after = register.references(held.values), register.references(values)
    if set(before) != set(after):
        RecordLink.objects.filter(record=row).delete()
        insert_many(rows.links(register, row.pk, values))
    _keep_text(rows.staff_text(register, row.pk, values))
    if force:
        _keep_text(rows.public_text(register, row.pk, values))
    elif row.published_id is None:
        RecordText.objects.filter(record=row, public=True).delete()


def _keep_text(text: RecordText) -> None:
    RecordText.objects.update_or_create(
        record_id=text.record_id, public=text.public, defaults={"head": text.head, "words": text.words}
    )


def _version(record_id: UUID, number: int, data: Mapping[str, Any], state: str, why: Writing) -> Version:
    return Version(
        id=ids.sortable_id(why.at),
        record_id=record_id,
        number=number,
        data=data,
        state=state,
        cause=why.cause,
        move=why.move,
        note=why.note.strip()[:500],
        at=why.at,
        person=why.by.person[:64],
        role=why.by.role,
        who=why.by.name[:60],
        digest=rows.digest(number, state, data),
    )


def _fact(row: Record, version: Version, before: Mapping[str, Any], why: Writing) -> Fact:
    """What the journal says of a version: from, to, and the hash of its content. ``before`` holds marks, not secrets."""
    names = [id_ for id_ in {**before, **version.data} if before.get(id_) != version.data.get(id_)]
    told = {id_: [before.get(id_), version.data.get(id_)] for id_ in names}
    told = {id_: pair for id_, pair in told.items() if len(str(pair)) <= LONGEST_TOLD}
    data = {
        "register": row.register,
        "key": row.key,
        "version": version.number,
        "digest": version.digest,
        "from": "" if version.number == 1 else row.state,
        "to": version.state,
        "fields": names if version.number > 1 else [],
        "changes": told if version.number > 1 else {},
        "note": version.note,
        **({"move": why.move} if why.move else {}),
    }
    return Fact(kind=f"record_{why.cause}", at=why.at, by=why.by, data=data)


def now(at: datetime | None) -> datetime:
    """The time of an action: as given, else the city's clock."""
    return at or clock.now()
