"""Opening a case."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils.crypto import salted_hmac

from gongzhi.city.cases import catalogue, numbering, rows, sealing, searching
from gongzhi.city.cases.actions.attaching import attached_in, claim
from gongzhi.city.cases.actions.claiming import Claimed, claim_values, claimed_by
from gongzhi.city.cases.actions.writing import Held, Receipt, once, under_mandate
from gongzhi.city.cases.matters import check_named
from gongzhi.city.cases.models import Case, CaseRecord, CaseText
from gongzhi.city.cases.sight import COUNTERS
from gongzhi.city.cases.world import WORLD
from gongzhi.city.journal.bulk import append_many
from gongzhi.city.kernel import clock, ids, permissions
from gongzhi.city.kernel.inserting import insert_many, insert_values
from gongzhi.city.kernel.permissions import Target
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.actions import show_mandate, use_mandate
from gongzhi.city.people.errors import MandatorUnknown, OutsideMandate
from gongzhi.city.people.models import Mandate, SealedValue
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, Fact, Open

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Fresh(Held):
    """A case that is about to be written for the first time."""

    facts: list[Fact]
    secrets: list[SealedValue]
    #: hashes of the files that the opening form mentions, also of those that are sealed in the state
    files: list[str]
    #: what it has for itself, by values that are sealed in the state too
    claimed: tuple[Claimed, ...] = ()


def open_case(
    mechanism: str,
    type_id: str,
    form: Mapping[str, Any],
    *,
    by: Standing,
    channel: str = "web",
    reporter: UUID | str | None = None,
    mandate: UUID | str | None = None,
    behind: tuple[str, str] | None = None,
    confidential: bool = False,
    at: datetime | None = None,
    key: str = "",
    near: str = "",
) -> Receipt:
    """Open a case from its opening form, under the version of the place where it lies; the number follows right after the commit.

    The place is the one that the form names; where it names none, ``near`` (the path of an area), or the actor's own.

    ``reporter`` is the Resident behind a case that an agent or a door opens for somebody; with a ``mandate`` it is the
    mandator, and the case type's list need only name residents. ``confidential`` keeps a part of a confidential matter
    so, where its own form does not ask. ``key`` makes a repeated request give the first answer.
    Raises the engine's refusals (C001, C011 …), NoSuchCaseType, NotAllowed, KeyReused, and of a mandate MandateExpired,
    MandateNotYet, MandateUsed, OutsideMandate, NoSuchMandate.
    """
    at = at or clock.now()
    near = rows.path_named(form) or near or by.area_path
    case_type = catalogue.current(mechanism, type_id, near, at)
    # where they stand, a post may open what its mechanism and the case type's own list let it open
    place = Target(area_path=by.area_path, mechanism=mechanism, mandated=mandate is not None)
    permissions.check(by, "case.open", place)
    if case_type.confined is not None and by.role not in (*case_type.read_by, "system"):
        by, reporter, behind, mandate = nobody(key), None, None, None
    person = UUID(str(reporter)) if reporter else None
    asked = {"open": [mechanism, type_id], "form": form, "channel": channel, "reporter": person}
    asked |= {"mandate": str(mandate)} if mandate else {}

    def action() -> Receipt:
        command = Open(form=form, channel=channel, behind=behind)
        if mandate is not None:
            return open_under(mandate, case_type, mechanism, command, by=by, at=at)
        fresh = prepare(case_type, mechanism, command, by=by, at=at, reporter=person)
        fresh.row.confidential |= confidential
        insert([fresh])
        claim(fresh.row.pk, fresh.files, by)
        return fresh.receipt()

    receipt = once(by, key, asked, action)
    return numbered(receipt, numbering.series_of(case_type, mechanism, at))


def nobody(key: str = "") -> Standing:
    """Whoever brings what is confined: a resident whom nothing in the city names, the same again for a repeated request.

    The journal is kept for ever and is read by more people than the one post; so it must never have known.
    """
    told = salted_hmac("gongzhi.confined", key, algorithm="sha256").hexdigest() if key else token_hex(32)
    return Standing(person=f"nobody:{told[:40]}", role="resident")


def open_under(
    mandate: UUID | str, case_type: CaseType, mechanism: str, command: Open, *, by: Standing, at: datetime
) -> Receipt:
    """Open a case for the mandator: scope and days are checked under lock, and the case is the mandate's from now on."""
    shown = show_mandate(by, mandate, mechanism=mechanism, type_id=case_type.id, title=case_type.title)
    if shown.item and rows.items_named(case_type, command.form) != {shown.item}:
        raise OutsideMandate(title=shown.title, asked=case_type.title)
    fresh = prepare(case_type, mechanism, command, by=by, at=at, reporter=shown.mandator_id, mandate=shown)
    if fresh.row.reporter_id is None:
        raise MandatorUnknown()
    insert([fresh])
    claim(fresh.row.pk, fresh.files, by)
    use_mandate(by, shown, fresh.row.pk, at)
    return fresh.receipt()


def prepare(
    case_type: CaseType,
    mechanism: str,
    command: Open,
    *,
    by: Standing,
    at: datetime,
    reporter: UUID | None,
    mandate: Mandate | None = None,
) -> Fresh:
    """A case as it will be written, decided by the engine; rows are only made, not saved.

    Where its place follows only from what it names (a household, a parcel) and another version runs there, it is decided
    again under that one.
    """
    who: dict[str, Any] = {"by": by, "at": at, "reporter": reporter, "mandate": mandate}
    fresh = _prepared(case_type, mechanism, command, **who)
    there = rows.path_named(fresh.state.data)
    right = catalogue.current(mechanism, case_type.id, there, at) if there else case_type
    return fresh if right.version == case_type.version else _prepared(right, mechanism, command, **who)


def _prepared(
    case_type: CaseType,
    mechanism: str,
    command: Open,
    *,
    by: Standing,
    at: datetime,
    reporter: UUID | None,
    mandate: Mandate | None,
) -> Fresh:
    case_id = ids.sortable_id(at)
    # an agent may open what the mandator could open, a counter what the person before it could; the facts are theirs
    stands_in = (mandate is not None or by.role in COUNTERS) and by.role not in case_type.opened_by
    asker = replace(by, role="resident") if stands_in else by
    check_named(case_type, command.form, by)
    decided = engine.decide(case_type, None, command, at=at, by=asker, world=WORLD)
    decided = tuple(replace(fact, by=by) for fact in decided)
    decided = decided if mandate is None else under_mandate(mandate, by, decided)
    facts, secrets = sealing.seal_facts(case_type, case_id, decided)
    state = engine.apply(case_type, None, facts[0])
    columns = rows.columns(case_type, state, at)
    if columns["anonymous"]:
        reporter = None  # whoever wants no name gets none, whatever the door knew
    row = Case(
        id=case_id,
        mechanism=mechanism,
        version=case_type.version,
        type=case_type.id,
        tracking_code=ids.tracking_code(),
        series_id=numbering.series_of(case_type, mechanism, at),
        channel=command.channel[:32],
        reporter_id=reporter,
        reported_by=f"resident:{reporter}" if reporter else by.person,
        opened_at=at,
        **columns,
    )
    return Fresh(
        row=row,
        case_type=case_type,
        state=state,
        facts=facts,
        secrets=secrets,
        files=attached_in(case_type, decided[0].data["values"]),
        claimed=claimed_by(case_type, decided[0].data["values"], at),
    )


def insert(cases: Sequence[Fresh]) -> None:
    """Write cases that were prepared, with their text, secrets, journal and tasks; one statement per table."""
    insert_many([each.row for each in cases])
    insert_many([secret for each in cases for secret in each.secrets])
    texts = ((each, rows.public_words(each.case_type, each.state.data)) for each in cases)
    insert_values(
        CaseText, ("case_id", "words"), [(each.row.pk, searching.words(text)) for each, text in texts]
    )
    insert_many(
        [
            task
            for each in cases
            for task in rows.task_rows(
                each.row.pk, each.state, each.row.due, each.row.warn_at, confined=each.row.confined
            )
        ]
    )
    insert_many(
        [
            CaseRecord(case_id=each.row.pk, register=register, key=key)
            for each in cases
            for register, key in sorted(rows.records_named(each.case_type, each.state.data))
        ]
    )
    for each in cases:
        claim_values(each.row, each.claimed)
    append_many({each.subject: each.facts for each in cases}, fresh=True)


def numbered(receipt: Receipt, series: int | None) -> Receipt:
    """The receipt with its number: the numbering runs now that the case is committed.

    Inside a caller's own transaction it runs after that one's commit, and the receipt stays without a number.
    """
    if series is None or receipt.number:
        return receipt
    if connection.in_atomic_block:
        transaction.on_commit(lambda: number_quietly(series), robust=True)
        return receipt
    number = number_quietly(series).get(UUID(receipt.case))
    if number is None:  # somebody else has numbered it, or nobody could
        number = Case.every.filter(pk=receipt.case).values_list("number", flat=True).first()
    return replace(receipt, number=number or "")


def number_quietly(series: int) -> dict[UUID, str]:
    """Number, or leave it to `tick`: the case is safe whatever happens to its number now."""
    try:
        return numbering.number_series(series)
    except DatabaseError:
        log.warning("numbering of series %s is left to tick", series, exc_info=True)
        return {}
