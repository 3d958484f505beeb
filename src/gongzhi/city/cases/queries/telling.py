"""What the reporter may read of a case: the public fields, and those that are meant for the reporter by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongzhi.city.cases import lookups
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.forms import Field


def is_told(case_type: CaseType, field: Field, data: Mapping[str, Any]) -> bool:
    """Whether the reporter may read the field now: a reply that nobody has issued yet is not told."""
    condition = case_type.form.conditions.get((field.id, "told"))
    if condition is None:
        return field.privacy == "public"
    return field.privacy == "public" or evaluate(case_type, condition, data) is True


def from_closed_records(case_type: CaseType, data: Mapping[str, Any]) -> frozenset[str]:
    """The fields that were filled from records that not everybody may read.

    Whoever knows or guesses a code may open a case about it, and must not learn by that what stands behind it. One query
    for each such record that the case names.
    """
    found: set[str] = set()
    for id_, filled in case_type.fills.items():
        key, register = data.get(id_), case_type.form[id_].register
        told = {name for name in filled if data.get(name) is not None}
        if isinstance(key, str) and told and not lookups.is_open(register, key):
            found |= told
    return frozenset(found)
