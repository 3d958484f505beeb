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
from gongzhi.city.records.errors import NotSealed
from gongzhi.city.records.models import Record
from gongzhi.city.records.sealing import OPEN_CLASSES
from gongzhi.city.records.sight import require
from gongzhi.engine.cases import Fact

SHORTEST = 4


@transaction.atomic
def reveal(record: Record | UUID | str, field: str, *, by: Standing, purpose: str) -> Any:
    """The clear value of a private field. Who opened it, when and what for is a fact of the record.

    Raises PurposeMissing, NotSealed, NoSuchRecord, NotAllowed by the field's privacy class.
    """
    purpose = purpose.strip()
    if len(purpose) < SHORTEST:
        raise PurposeMissing
    held = hold(record, by, "record.read")
    each = held.register.form.by_id.get(field)
    value = held.values.get(field)
    if each is None or each.privacy in OPEN_CLASSES or value is None:
        raise NotSealed(field=each.label if each else field[:60])
    require(by, f"reveal.{each.privacy}", held.row)
    data = {"field": field, "privacy": each.privacy, "purpose": purpose[:200]}
    journal.append(held.subject, [Fact(kind="revealed", at=clock.now(), by=by, data=data)])
    return value
