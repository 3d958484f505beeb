"""Who stands behind a report: the resident with the phone number that the form gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gongzhi.city.people.actions import remember_resident
from gongzhi.engine.cases import CaseType


def reporter_behind(case_type: CaseType, values: Mapping[str, Any]) -> UUID | None:
    """Id of the resident with the phone number among the values; ``None`` where no number was left.

    Call it inside the transaction that opens the case, so that a refused report leaves no trace. Raises PhoneInvalid.
    """
    fields = case_type.form.fields
    phone = next(
        (str(values[each.id]) for each in fields if each.kind == "phone" and values.get(each.id)), ""
    )
    if not phone:
        return None
    name = next(
        (str(values[each.id]) for each in fields if each.privacy == "identity" and values.get(each.id)), ""
    )
    return remember_resident(phone=phone, name=name).pk
