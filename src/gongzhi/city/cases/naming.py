"""How a case, a step and a choice are named."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case
from gongzhi.engine.cases import CaseType


def as_uuid(value: UUID | str) -> UUID:
    """The id of a case from text. NoSuchCase for what is none: a wrong id is a case that does not exist."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError as error:
        raise NoSuchCase(which=str(value)[:64]) from error


def name_of(row: Case) -> str:
    """How a case is named to people: its number, or its tracking code while it has none."""
    return row.number or row.tracking_code


def heard_of(case_type: CaseType, step: str) -> str:
    """That a part of the matter has come to its end, in words: ``供水：有结果了``."""
    return _("%(part)s：有结果了") % {"part": case_type.step_title(step)}


def title_of(case_type: CaseType, step: str, choice: str) -> str:
    """``环节·选项`` in the words of the case type; once where both are called the same (签收)."""
    rule = case_type.steps.get(step)
    if rule is None:
        return step
    chosen = rule.choices[choice].title if choice in rule.choices else rule.title
    return rule.title if chosen == rule.title else f"{rule.title}·{chosen}"
