"""Taking a choice of a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from gongzhi.city.cases.actions.attaching import attached_in, claim
from gongzhi.city.cases.actions.callbacks import call_done
from gongzhi.city.cases.actions.merging import MERGED, merged_by_choice
from gongzhi.city.cases.actions.writing import Held, Receipt, decide, hold, not_stale, once, write
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.engine.cases import Choose, Happened


def choose(
    case_id: UUID | str,
    step: str,
    choice: str,
    values: Mapping[str, Any] | None = None,
    *,
    by: Standing,
    task: int | None = None,
    seen: int | None = None,
    at: datetime | None = None,
    key: str = "",
) -> Receipt:
    """Take ``choice`` of the open ``step`` (its ``task`` where several are open) with the values it asks for.

    ``seen`` is the length of the case that the actor looked at: if somebody else decided since, StaleTask names them.
    ``key`` makes a repeated request give the first answer. Raises NoSuchCase, StaleTask, KeyReused and the engine's
    refusals (C002…), each of which says who may do what now.
    """
    asked = {"choose": [str(case_id), step, choice, task], "values": values or {}}
    command = Choose(step=step, choice=choice, values=values or {}, task=task)

    def action() -> Receipt:
        held = hold(case_id, by)
        not_stale(held, seen, step, task)
        return chosen(held, command, by=by, at=at or clock.now())

    return once(by, key, asked, action)


def chosen(held: Held, command: Choose, *, by: Standing, at: datetime) -> Receipt:
    """Decide and write a choice on a case that is already held."""
    facts = decide(held, command, at=at, by=by)
    write(held, facts, at=at)
    if held.row.ended == MERGED:
        merged_by_choice(held, by=by, at=at)
    if files := attached_in(held.case_type, command.values):
        claim(held.row.pk, files, by)
    if held.case_type.steps[command.step].not_by:
        call_done(held, at)
    return held.receipt()


def happened(
    fact: str, values: Mapping[str, Any], *, case_id: UUID | str, at: datetime | None = None
) -> Receipt:
    """Tell a case that something happened elsewhere (``waits_for``), or that its child case ended.

    For reactions and connectors; a fact for which the case does not wait changes nothing.
    """
    with transaction.atomic():
        held = hold(case_id, SYSTEM)
        at = at or clock.now()
        write(held, decide(held, Happened(fact=fact, values=values), at=at, by=SYSTEM), at=at)
        return held.receipt()
