"""Looking at what is masked: with a right, for a purpose, on the record."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.people.errors import PurposeMissing
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.engine.cases.model import Fact

LEAST_PURPOSE = 4


@transaction.atomic
def reveal(
    actor: Standing, row: Model, field: str, purpose: str, *, about: Model | Target | None = None
) -> str:
    """The plain value of an encrypted column of a user or resident.

    ``about`` is what the person is looked at for (their case): the right ``reveal.<privacy class>`` is checked there;
    without it, on the person alone (so only they themselves and roles with the right everywhere pass).
    PurposeMissing without a purpose, NotAllowed, TypeError for a column that isn't encrypted. The fact names the field and
    the purpose, never the value.
    """
    column: Any = row._meta.get_field(field)
    if not isinstance(column, EncryptedTextField):
        raise TypeError(f"{field} isn't an encrypted field")
    purpose = purpose.strip()
    if len(purpose) < LEAST_PURPOSE:
        raise PurposeMissing
    check(actor, f"reveal.{column.privacy}", about or Target(person=getattr(row, "person", "")))
    data = {"field": field, "privacy": column.privacy, "purpose": purpose[:200]}
    append(
        subject(row._meta.model_name or "", row.pk),
        [Fact(kind="revealed", at=clock.now(), by=actor, data=data)],
    )
    return str(getattr(row, field))
