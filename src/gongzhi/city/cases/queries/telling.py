"""What the reporter may read of a case: the public fields, and those that are meant for the reporter by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.forms import Field


def is_told(case_type: CaseType, field: Field, data: Mapping[str, Any]) -> bool:
    """Whether the reporter may read the field now: a reply that nobody has issued yet is not told."""
    condition = case_type.form.conditions.get((field.id, "told"))
    if condition is None:
        return field.privacy == "public"
    return field.privacy == "public" or evaluate(case_type, condition, data) is True
