"""What a case hands over to a register: open values as they are, a sealed one only into a column that seals it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gongzhi.city.cases.sealing import is_mark, secrets_of
from gongzhi.city.records import catalogue, sealing


def for_record(
    register: str, case_id: UUID, texts: Mapping[str, str], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns to set, by id; ``texts`` are the reaction's expressions, ``values`` what they gave.

    A column whose expression is ``null`` is cleared; one whose expression only came to nothing is left as it is. The value
    behind a mark goes into a closed column and nowhere else.
    """
    declared = catalogue.known(register)
    closed = set()
    if declared is not None:
        fields = declared.register.form.fields
        closed = {each.id for each in fields if each.privacy not in sealing.OPEN_CLASSES}
    secrets = secrets_of(case_id) if any(is_mark(value) for value in values.values()) else {}
    made: dict[str, Any] = {}
    for name, value in values.items():
        found = secrets.get(value) if is_mark(value) and name in closed else value
        if found is None and texts[name].strip() == "null":
            made[name] = None
        elif found is not None and not is_mark(found):
            made[name] = found
    return made
