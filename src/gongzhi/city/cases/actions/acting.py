"""What every case knows without being drawn: note, ask, answer, urge, supervise, hand over, correct, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gongzhi.city.cases import rows, searching
from gongzhi.city.cases.actions.attaching import attached_in, claim
from gongzhi.city.cases.actions.writing import Held, Receipt, decide, hold, not_stale, once, write
from gongzhi.city.cases.models import CaseText
from gongzhi.city.cases.world import office_path
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Post, valid
from gongzhi.engine.cases import Common
from gongzhi.engine.cases.errors import NotUnderstood

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
        facts = decide(held, command, at=when, by=by)
        if kind == "hand_over":
            check_colleague(held, task, str(command.values.get("person", "")))
        write(held, facts, at=when)
        if kind == "correct":
            # a corrected list of files names only what was uploaded by whoever corrects, or lies in the case already
            claim(held.row.pk, attached_in(held.case_type, command.values), by)
            rewrite_text(held)
        return held.receipt()

    return once(by, key, asked, action)


def rewrite_text(held: Held) -> None:
    """A correction changes by which words the case is found."""
    text = rows.public_words(held.case_type, held.state.data)
    CaseText.objects.filter(case=held.row).update(words=searching.words(text))


def check_colleague(held: Held, task: int | None, person: str) -> None:
    """A task goes only to somebody who can do it: a valid post of its role in its office, or in one below.

    Otherwise a slip of the pen, or bad will, would park a case with nobody. Raises NotUnderstood.
    """
    wanted = next((each for each in held.state.tasks if each.id == task), None)
    kind, _colon, key = person.partition(":")
    if wanted is None or (kind, key.isascii() and key.isdigit() and len(key) < 19) != ("user", True):
        raise NotUnderstood(reason="请指明哪一项、移交给哪位同事")
    posts = Post.objects.filter(valid(), role=wanted.role, user=int(key), user__is_active=True)
    if wanted.office:
        posts = posts.filter(paths.within(office_path(wanted.office), "office__path"))
    if not posts.exists():
        raise NotUnderstood(reason="只能移交给本单位同一岗位的同事")
