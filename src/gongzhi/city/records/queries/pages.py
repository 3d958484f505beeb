"""One record as a person may see it, its history, what it names and what names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, lifetimes, rows, sealing, sight
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.records.models import Record, RecordLink, Version
from gongzhi.city.records.queries.lookups import names
from gongzhi.engine.forms import Field, mask
from gongzhi.engine.registers import Change, Move, Register

#: versions that a page shows at once
MOST_VERSIONS = 100
MOST_USERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A record as one person sees it. Private values are masked; ``sealed`` says which."""

    row: Record
    register: Register
    mechanism: str
    values: Mapping[str, Any]
    derived: Mapping[str, Any]
    sealed: frozenset[str]
    #: what this person may do with it now
    moves: tuple[Move, ...] = ()
    may_change: bool = False
    may_correct: bool = False

    @property
    def is_draft(self) -> bool:
        """Whether what is shown is not what is in force."""
        return self.row.published_id is not None and not lifetimes.in_force(self.register, self.row.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A version with what it changed, in words."""

    version: Version
    state_title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A record at the other end of a link."""

    field: str
    register: str
    register_title: str
    key: str
    name: str


def one(by: Standing, register: str, key: str) -> Record:
    """The record of a key. Raises NoSuchRegister, NoSuchRecord."""
    found = catalogue.one(register).register
    row = sight.visible(by, found, "record.read").select_related("published").filter(key=key).first()
    if row is None:
        raise NoSuchRecord(which=key[:64])
    return row


def record_page(by: Standing, register: str, key: str, *, today: date | None = None) -> Shown:
    """The newest version as this post may see it, and what the post may do with it."""
    row = one(by, register, key)
    declared = catalogue.one(register)
    found = declared.register
    secrets = sealing.secrets_of(found.form, row.pk)
    can_move = may(by, "record.move", row)
    force = row.published_id is not None and lifetimes.in_force(found, row.state)
    revise = lifetimes.revision(found, row.state)
    mine = found.moves_from(row.state, by.role) if can_move else ()
    writes = sight.may_write(by, found)
    may_change = (
        writes
        and may(by, "record.change", row)
        and (revise is None or revise in found.moves_from(row.state, by.role))
    )
    return Shown(
        row=row,
        register=found,
        mechanism=declared.mechanism,
        values=found.consent.permitted(sealing.masked(found.form, row.data, secrets)),
        derived=found.derive(sealing.bare(found.form, row.data), today or clock.today(), state=row.state),
        sealed=frozenset(
            id_ for id_, value in row.data.items() if sealing.is_mark(value) and _private(found, id_)
        ),
        moves=tuple(mine),
        may_change=may_change,
        may_correct=writes and force and may(by, "record.correct", row),
    )


def _private(register: Register, id_: str) -> bool:
    return id_ in register.form and register.form[id_].privacy not in sealing.OPEN_CLASSES


def derived_of(
    register: Register, listed: Iterable[Record], today: date | None = None
) -> list[dict[str, Any]]:
    """The derived values of the rows of a list; from open values only, so that none tells a secret."""
    today = today or clock.today()
    return [
        register.derive(sealing.bare(register.form, row.data), today, state=row.state)
        if register.derived
        else {}
        for row in listed
    ]


def history(by: Standing, row: Record, *, most: int = MOST_VERSIONS) -> list[Step]:
    """The versions of a record that may be read, the newest first, each with what it changed. Private values are masked.

    Three queries, whatever the number of versions.
    """
    sight.require(by, "record.read", row)
    found = catalogue.one(row.register).register
    secrets = sealing.secrets_of(found.form, row.pk)
    versions = list(Version.objects.filter(record=row).order_by("-number")[: most + 1])
    clear = [sealing.opened(found.form, each.data, secrets) for each in versions]
    show = shower(found, [each.data for each in versions])
    steps = []
    for place, version in enumerate(versions[:most]):
        before = clear[place + 1] if place + 1 < len(versions) else None
        changes = found.differences(before, clear[place], show=show) if before is not None else ()
        title = found.states.get(version.state, version.state)
        steps.append(Step(version=version, state_title=title, changes=changes))
    return steps


def compare(by: Standing, row: Record, one: int, other: int) -> tuple[Change, ...]:
    """What is different between two versions of a record. Raises NoSuchRecord for a version that is not there."""
    sight.require(by, "record.read", row)
    found = catalogue.one(row.register).register
    versions = {each.number: each for each in Version.objects.filter(record=row, number__in=(one, other))}
    if not {one, other} <= set(versions):
        raise NoSuchRecord(which=f"{row.key} v{one}–v{other}")
    secrets = sealing.secrets_of(found.form, row.pk)
    old, new = (sealing.opened(found.form, versions[number].data, secrets) for number in (one, other))
    return found.differences(old, new, show=shower(found, [old, new]))


def shower(register: Register, data: Iterable[Mapping[str, Any]]) -> Any:
    """Puts a value into words: offices, areas and records by their names. One query per other register."""
    wanted: dict[str, set[str]] = {}
    for values in data:
        for each in register.references(values):
            wanted.setdefault(each.register, set()).add(each.key)
    known = {other: names(other, keys) for other, keys in wanted.items()}

    def show(field: Field, value: Any) -> str:
        if field.register:
            listed = value if isinstance(value, list) else [value]
            return "、".join(known.get(field.register, {}).get(key) or str(key) for key in listed)
        if found := rows.named(field, value):
            return "、".join(name or str(value) for name in found)
        return mask(value, field.privacy, field.kind)

    return show


def relations(by: Standing, row: Record) -> list[Relation]:
    """What a record names, with names, in the order of its fields."""
    sight.require(by, "record.read", row)
    found = catalogue.one(row.register).register
    references = found.references(row.data)
    wanted: dict[str, set[str]] = {}
    for each in references:
        wanted.setdefault(each.register, set()).add(each.key)
    known = {other: names(other, keys) for other, keys in wanted.items()}
    return [
        _relation(found.titles.get(each.field.partition(".")[0], each.field), each.register, each.key, known)
        for each in references
    ]


def _relation(field: str, register: str, key: str, known: Mapping[str, Mapping[str, str]]) -> Relation:
    declared = catalogue.known(register)
    title = declared.register.title if declared else register
    name = known.get(register, {}).get(key, "")
    return Relation(field=field, register=register, register_title=title, key=key, name=name)


def used_by(by: Standing, row: Record, *, most: int = MOST_USERS) -> list[Relation]:
    """The records that name this one, of those that this post may read. One query per register that does so."""
    sight.require(by, "record.read", row)
    links = RecordLink.objects.filter(register=row.register, key=row.key)
    found = []
    for register in links.order_by().values_list("record__register", flat=True).distinct():
        declared = catalogue.known(register)
        if declared is None:
            continue
        seen = sight.visible(by, declared.register, "record.read")
        pairs = (
            links.filter(record__in=seen)
            .order_by("record__key", "field")
            .values_list("field", "record__key", "record__name")
        )
        titles = declared.register.titles
        for field, key, name in pairs[:most]:
            found.append(
                Relation(
                    field=titles.get(field.partition(".")[0], field),
                    register=register,
                    register_title=declared.register.title,
                    key=key,
                    name=name,
                )
            )
    return found
