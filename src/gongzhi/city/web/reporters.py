"""Who stands behind a report: the resident with the phone number that the form gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gongzhi.city.people.actions import remember_resident
from gongzhi.engine.cases import CaseType


def reporter_behind(case_type: CaseType, values: Mapping[str, Any]) -> UUID | None:
    """Id of the resident with the phone number among the values; ``None`` where no number was left.

    Only what the form takes counts: a number typed before "anonymous" was ticked is nobody's business, and without
    scripts the browser still sends it. Call it inside the transaction that opens the case, so that a refused report leaves no trace. Raises PhoneInvalid.
    """
    names = [ask.field for ask in case_type.opening]
    taken = case_type.form.validate(values, only=names, required=()).values
    fields = [each for each in case_type.form.fields if taken.get(each.id)]
    phone = next((str(taken[each.id]) for each in fields if each.kind == "phone"), "")
    if not phone:
        return None
    name = next((str(taken[each.id]) for each in fields if each.privacy == "identity"), "")
    return remember_resident(phone=phone, name=name).pk
