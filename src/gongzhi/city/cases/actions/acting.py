"""What every case knows without being drawn: note, ask, answer, urge, supervise, hand over, correct, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gongzhi.city.cases import rows, searching
from gongzhi.city.cases.actions.writing import Held, Receipt, decide, hold, not_stale, once, write
from gongzhi.city.cases.models import CaseText
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.cases import Common

#: kinds of ``Common`` that have an action of their own, because they touch more than one case or a file
ELSEWHERE = frozenset({"merge", "link", "attach"})


def act(
    case_id: UUID | str,
    kind: str,
    values: Mapping[str, Any] | None = None,
    *,
    by: Standing,
    task: int | None = None,
    seen: int | None = None,
    at: datetime | None = None,
    key: str = "",
) -> Receipt:
    """Do one of the common actions: note, ask, answer, urge, supervise, hand_over, correct, withdraw.

    Who may is the engine's one table (``everycase.RIGHTS``) within the matrix of the city. Raises NoSuchCase,
    StaleTask (hand_over, correct, withdraw), KeyReused, the engine's refusals.
    """
    if kind in ELSEWHERE:
        raise ValueError(f"{kind} has an action of its own")
    asked = {"act": [str(case_id), kind, task], "values": values or {}}
    command = Common(kind=kind, values=values or {}, task=task)  # type: ignore[arg-type]

    def action() -> Receipt:
        held = hold(case_id, by)
        if task is not None:
            step = next((each.step for each in held.state.tasks if each.id == task), "")
            not_stale(held, seen, step, task)
        when = at or clock.now()
        write(held, decide(held, command, at=when, by=by), at=when)
        if kind == "correct":
            rewrite_text(held)
        return held.receipt()

    return once(by, key, asked, action)


def rewrite_text(held: Held) -> None:
    """A correction changes by which words the case is found."""
    text = rows.public_words(held.case_type, held.state.data)
    CaseText.objects.filter(case=held.row).update(words=searching.words(text))
