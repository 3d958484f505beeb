"""Opening a private value: with a purpose, and never unseen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.errors import PurposeMissing
from gongzhi.city.records.actions.writing import hold
from gongzhi.city.records.errors import NotSealed, PurposeUnknown
from gongzhi.city.records.models import Record
from gongzhi.city.records.sealing import OPEN_CLASSES
from gongzhi.city.records.sight import require_reveal
from gongzhi.engine.cases import Fact
from gongzhi.engine.registers import Register

SHORTEST = 4


def purpose_of(register: Register, purpose: str) -> str:
    """The purpose, trimmed. Raises PurposeUnknown where the register has a closed list and this is not on it, else
    PurposeMissing for less than a few words."""
    purpose = purpose.strip()
    if register.purposes:
        if purpose not in register.purposes:
            known = "、".join(register.purposes)
            raise PurposeUnknown(register=register.title, purpose=purpose[:60] or "未写明", known=known)
    elif len(purpose) < SHORTEST:
        raise PurposeMissing
    return purpose


@transaction.atomic
def reveal(record: Record | UUID | str, field: str, *, by: Standing, purpose: str) -> Any:
    """The clear value of a private field. Who opened it, when and what for is a fact of the record.

    ``purpose`` is one of the register's own where it lists them. Raises PurposeMissing, PurposeUnknown, NotSealed (also
    for what needs a consent that is not there), NoSuchRecord, NotAllowed by the field's privacy class.
    """
    held = hold(record, by, "record.read")
    purpose = purpose_of(held.register, purpose)
    each = held.register.form.by_id.get(field)
    value = held.register.consent.permitted(held.values).get(field)
    if each is None or each.privacy in OPEN_CLASSES or value is None:
        raise NotSealed(field=each.label if each else field[:60])
    require_reveal(by, held.register, each.privacy, held.row)
    data = {"field": field, "privacy": each.privacy, "purpose": purpose[:200]}
    journal.append(held.subject, [Fact(kind="revealed", at=clock.now(), by=by, data=data)])
    return value
