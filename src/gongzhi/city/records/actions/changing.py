"""Changing, correcting and moving a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, lifetimes, rows
from gongzhi.city.records.actions.checking import checked
from gongzhi.city.records.actions.creating import create
from gongzhi.city.records.actions.writing import Held, Writing, hold, now, write
from gongzhi.city.records.errors import DraftWaits, KeyTaken, NothingPublished, ReasonMissing
from gongzhi.city.records.models import Record, Version
from gongzhi.engine.registers import Move

SHORTEST_REASON = 4


@transaction.atomic
def change(
    by: Standing,
    record: Record | UUID | str,
    values: Mapping[str, Any],
    *,
    expected: int | None,
    note: str = "",
    at: datetime | None = None,
) -> Record:
    """Change the fields in ``values`` (``None`` clears one); the same values again change nothing.

    A record in force whose register has drafts becomes a draft again, by the move that leads there (the role must be
    allowed to make it); what is in force stays until the draft comes into force.
    ``expected`` is the version that the person saw. Raises StaleRecord, RecordRefused, NoSuchRecord, NotAllowed.
    """
    held = hold(record, by, "record.change", expected)
    return _changed(by, held, values, lifetimes.revision(held.register, held.row.state), note, at)


def _changed(
    by: Standing, held: Held, values: Mapping[str, Any], revise: Move | None, note: str, at: datetime | None
) -> Record:
    """The change of a record under lock; ``revise`` makes it a draft."""
    clean = checked(held.register, values, held.values)
    if clean == held.values:
        return held.row
    _still_theirs(by, "record.change", held, clean)
    state = held.row.state
    if revise is not None:
        state = held.register.move(held.row.state, revise.id, by.role)
    why = Writing(by=by, cause=Version.Cause.CHANGED, at=now(at), note=note, move=revise.id if revise else "")
    return write(held, clean, state, why)


@transaction.atomic
def correct(
    by: Standing,
    record: Record | UUID | str,
    values: Mapping[str, Any],
    *,
    expected: int | None,
    reason: str,
    at: datetime | None = None,
) -> Record:
    """Put right a slip in what is in force, at once and with a reason; the state stays.

    Right ``record.correct``. Raises ReasonMissing, NothingPublished, DraftWaits, and what ``change`` raises.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing
    held = hold(record, by, "record.correct", expected)
    if held.row.published_id is None:
        raise NothingPublished
    if not lifetimes.in_force(held.register, held.row.state):
        raise DraftWaits
    clean = checked(held.register, values, held.values)
    if clean == held.values:
        return held.row
    _still_theirs(by, "record.correct", held, clean)
    return write(
        held, clean, held.row.state, Writing(by=by, cause=Version.Cause.CORRECTED, at=now(at), note=reason)
    )


@transaction.atomic
def move(
    by: Standing,
    record: Record | UUID | str,
    move: str,
    *,
    expected: int | None,
    note: str = "",
    at: datetime | None = None,
) -> Record:
    """Make a move of the register's lifecycle. The move's own list of roles and the right ``record.move`` must both allow.

    A record that comes into force must pass the register's check as it is now. Raises NoSuchMove, MoveNotFromHere,
    MoveNotYours, StaleRecord, RecordRefused.
    """
    held = hold(record, by, "record.move", expected)
    return moved(by, held, move, note, now(at))


def moved(by: Standing, held: Held, move: str, note: str, at: datetime) -> Record:
    """The move of a record under lock."""
    state = held.register.move(held.row.state, move, by.role)
    values = held.values
    if lifetimes.in_force(held.register, state):
        values = checked(held.register, {}, held.values)
    return write(held, values, state, Writing(by=by, cause=Version.Cause.MOVED, at=at, note=note, move=move))


@transaction.atomic
def put(
    register: str,
    key: str,
    values: Mapping[str, Any],
    *,
    by: Standing,
    move: str = "",
    because: str = "",
    at: datetime | None = None,
) -> Record:
    """Make sure that the record of this key has these values, creating it if need be, and then make a move.

    For reactions: asking twice changes nothing, what is in force is changed in place and at once, and a move whose
    target is reached already is left out.
    """
    found = None
    if (row := _of(register, key)) is None:
        try:
            found = create(by, register, {**values, **_key(register, key)}, note=because, at=at)
        except KeyTaken:
            # somebody else put it there at the same moment: then it is a change of theirs
            row = _of(register, key)
    if found is None:
        found = _changed(by, hold(row or key, by, "record.change"), values, None, because, at)
    if not move:
        return found
    held = hold(found.pk, by, "record.move")
    wanted = held.register.moves.get(move)
    if wanted is not None and wanted.to == held.row.state:
        return held.row
    return moved(by, held, move, because, now(at))


def _of(register: str, key: str) -> UUID | None:
    return Record.objects.filter(register=register, key=key).values_list("pk", flat=True).first()


def _key(register: str, key: str) -> dict[str, str]:
    return {catalogue.one(register).register.key: key}


def _still_theirs(by: Standing, action: str, held: Held, values: Mapping[str, Any]) -> None:
    """Nobody moves a record to where they have no right."""
    check(by, action, rows.target(held.register, held.row.mechanism, values))
