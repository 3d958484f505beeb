"""The same choice for many cases: each is its own transaction, and each says what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gongzhi.city.cases.actions.acting import act
from gongzhi.city.cases.actions.choosing import choose
from gongzhi.city.cases.actions.writing import Receipt
from gongzhi.city.cases.errors import TooMany
from gongzhi.city.cases.models import Task
from gongzhi.city.cases.naming import as_uuid
from gongzhi.city.kernel import permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.errors import GongzhiError

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one case of a bulk action: a receipt, or the error that it met."""

    case: str
    receipt: Receipt | None = None
    error: GongzhiError | None = None


def bulk_choose(
    cases: Sequence[UUID | str],
    step: str,
    choice: str,
    values: Mapping[str, Any] | None = None,
    *,
    by: Standing,
    at: datetime | None = None,
    key: str = "",
) -> list[Outcome]:
    """Take one choice in up to 200 cases. One that refuses does not hold up the others. Raises TooMany, NotAllowed."""
    check(cases, by, "case.act")
    return [
        attempt(
            case, lambda case=case: choose(case, step, choice, values, by=by, at=at, key=one_key(key, case))
        )
        for case in ordered(cases)
    ]


def bulk_assign(
    cases: Sequence[UUID | str],
    person: str,
    *,
    step: str,
    by: Standing,
    at: datetime | None = None,
    key: str = "",
) -> list[Outcome]:
    """Hand the open ``step`` of up to 200 cases to a person of one's own office. Raises TooMany, NotAllowed, NoSuchCase."""
    check(cases, by, "case.act")
    wanted = [as_uuid(case) for case in cases]
    tasks = dict(Task.objects.filter(case__in=wanted, step=step).values_list("case_id", "token"))
    by_text = {str(case): token for case, token in tasks.items()}

    def hand_over(case: str) -> Receipt:
        return act(
            case,
            "hand_over",
            {"person": person},
            by=by,
            task=by_text.get(case),
            at=at,
            key=one_key(key, case),
        )

    return [attempt(case, lambda case=case: hand_over(case)) for case in ordered(cases)]


def check(cases: Sequence[Any], by: Standing, right: str) -> None:
    permissions.check(by, right)
    if len(cases) > MOST:
        raise TooMany(limit=MOST, count=len(cases))


def ordered(cases: Sequence[UUID | str]) -> list[str]:
    """Each once, in order of id."""
    return sorted({str(case) for case in cases})


def one_key(key: str, case: str) -> str:
    return f"{key}:{case}" if key else ""


def attempt(case: str, action: Any) -> Outcome:
    try:
        return Outcome(case=case, receipt=action())
    except GongzhiError as error:
        return Outcome(case=case, error=error)
