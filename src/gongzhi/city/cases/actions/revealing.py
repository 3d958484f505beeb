"""Opening a private value: with a purpose, and never unseen."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from gongzhi.city.cases.actions.writing import hold
from gongzhi.city.cases.errors import NotItsPurpose, NotSealed
from gongzhi.city.cases.sealing import MARK, is_mark
from gongzhi.city.cases.sight import require
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.errors import PurposeMissing
from gongzhi.city.people.models import SealedValue
from gongzhi.engine.cases import Fact

SHORTEST = 4


def reveal(case_id: UUID | str, field: str, *, by: Standing, purpose: str) -> Any:
    """The clear value of a private field of a case. Who opened it, when and what for is a fact of the case.

    Raises PurposeMissing, NotSealed, NoSuchCase, NotAllowed by the field's privacy class.
    """
    purpose = purpose.strip()
    if len(purpose) < SHORTEST:
        raise PurposeMissing()
    with transaction.atomic():
        held = hold(case_id, by, "case.read")
        if (rules := held.case_type.confined) is not None and purpose not in rules.purposes:
            raise NotItsPurpose(purposes="、".join(rules.purposes))
        value = held.state.data.get(field)
        if field not in held.case_type.form or value is None or not is_mark(value):
            raise NotSealed(field=field[:60])
        privacy = held.case_type.form[field].privacy
        require(by, f"reveal.{privacy}", held.row, held.state)
        if held.row.confidential:
            require(by, "reveal.confidential", held.row, held.state)
        data = {"field": field, "privacy": privacy, "purpose": purpose[:200]}
        journal.append(held.subject, [Fact(kind="revealed", at=clock.now(), by=by, data=data)])
        # a mark that somebody typed in leads to nothing: only this case's own values open under its rights
        key = as_key(value.removeprefix(MARK))
        sealed = SealedValue.objects.filter(subject=held.subject, pk=key).first() if key else None
    if sealed is None or not sealed.value:
        raise NotSealed(field=field)
    return json.loads(sealed.value)


def as_key(text: str) -> UUID | None:
    """The id in a mark; ``None`` where none is (it was typed)."""
    try:
        return UUID(text)
    except ValueError:
        return None
