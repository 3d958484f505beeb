"""Open cases go on at the successor of an office or area that ended; each is its own transaction, so a run may be killed
anywhere and started again: what has moved is no longer found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from gongzhi.city.cases import figures
from gongzhi.city.cases.actions.writing import Held, hold, write
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.models.case import OPEN
from gongzhi.city.cases.world import office_path
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.inserting import update_row
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Area, Office, Post, valid
from gongzhi.engine import cases as engine

#: ids of a whole case list are never read at once
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """Who goes on with one case: the code of an office or area, why, and whether somebody should look at it again."""

    code: str
    because: str
    by_hand: bool = False


#: which heir goes on with a case; called inside the case's transaction
Choose = Callable[[Case], Heir]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A case that has moved."""

    case: UUID
    heir: Heir


def matters_left(old: Office | Area) -> QuerySet[Case]:
    """The open cases that still name the office (as lead, or with a task) or the area, in order of id."""
    open_cases = Case.every.filter(OPEN)
    if isinstance(old, Area):
        return open_cases.filter(area_path=old.path).order_by("id")
    held = Task.every.filter(office_path=old.path).values("case")
    return (open_cases.filter(lead_path=old.path) | open_cases.filter(pk__in=held)).order_by("id")


def move_matters(
    by: Standing,
    old: Office | Area,
    choose: Choose,
    *,
    why: Mapping[str, Any],
    each: Callable[[Moved], None] | None = None,
    limit: int | None = None,
    at: datetime | None = None,
) -> int:
    """Move the open cases of an office or area that ended; gives how many were moved in this run.

    ``each`` is called for every moved case inside its transaction (to note what a person must still decide). Right
    ``case.move`` for every case. Idempotent: run it again until it gives 0.
    """
    count, after = 0, None
    while limit is None or count < limit:
        rows = matters_left(old)
        batch = (rows if after is None else rows.filter(pk__gt=after)).values_list("pk", flat=True)
        ids = list(batch[: min(BATCH, limit - count) if limit else BATCH])
        if not ids:
            break
        for id_ in ids:
            with transaction.atomic():
                moved = _moved(by, id_, old, choose, why, at or clock.now())
                if moved and each:
                    each(moved)
            count += bool(moved)
            after = id_
    return count


def move_matter(
    by: Standing,
    case_id: UUID,
    old: Office | Area,
    code: str,
    *,
    why: Mapping[str, Any],
    at: datetime | None = None,
) -> bool:
    """Hand one case on from ``old`` to the successor that a person chose; whether anything moved. Right ``case.move``."""
    heir = Heir(code=code, because="")
    with transaction.atomic():
        return _moved(by, case_id, old, lambda _row: heir, why, at or clock.now()) is not None


def _moved(
    by: Standing, case_id: UUID, old: Office | Area, choose: Choose, why: Mapping[str, Any], at: datetime
) -> Moved | None:
    held = hold(case_id, by, "case.move")
    if held.state.ended:
        return None
    heir = choose(held.row)
    told = {**why, "from": old.code, "to": heir.code, "because": heir.because, "by_hand": heir.by_hand}
    moves = {old.code: heir.code}
    fact = engine.move(
        held.case_type,
        held.state,
        offices={} if isinstance(old, Area) else moves,
        areas=moves if isinstance(old, Area) else {},
        stay=colleagues(heir.code) if isinstance(old, Office) else (),
        lead=held.row.lead_id or "",
        at=at,
        by=by,
        why=told,
    )
    if fact is None:
        return None
    before = held.row.lead_id or ""
    write(held, [fact], at=at)
    _lead(held, moves)
    figures.shift(held.row, before)
    return Moved(case=case_id, heir=heir)


def _lead(held: Held, moves: Mapping[str, str]) -> None:
    """A case that nobody holds just now stays with who held it last: its column follows by hand."""
    heir = moves.get(held.row.lead_id or "")
    if heir is not None:
        held.row.lead_id, held.row.lead_path = heir, office_path(heir)
        update_row(held.row, ("lead_id", "lead_path"))


def colleagues(office: str) -> frozenset[str]:
    """The people who hold a post at the office or below: what they had taken stays theirs."""
    posts = Post.objects.filter(valid(), paths.within(office_path(office), "office__path"))
    return frozenset(post.user.person for post in posts.select_related("user"))
