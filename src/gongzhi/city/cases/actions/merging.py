"""One matter, several cases: merging duplicates and linking relatives."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.city.cases.actions.writing import Held, Receipt, decide, hold, once, write
from gongzhi.city.cases.errors import SameCase
from gongzhi.city.cases.models import Case, CaseLink
from gongzhi.city.cases.naming import as_uuid, name_of
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.cases import Common


def merge(
    case_id: UUID | str,
    into: UUID | str,
    *,
    by: Standing,
    reason: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Receipt:
    """Merge a duplicate into another case: the duplicate ends as ``merged``, its reporter follows the other one.

    Both are locked, in order of id. The other may itself have been merged: then its goal takes both. Raises
    SameCase for a circle, NoSuchCase, NotAllowed, the engine's refusals.
    """
    asked = {"merge": [str(case_id), str(into)], "reason": reason}

    def action() -> Receipt:
        when = at or clock.now()
        duplicate, goal = hold_two(case_id, into, by, "case.merge")
        if goal.row.merged_into_id:
            goal = hold(goal.row.merged_into_id, by, "case.read")
        if goal.row.pk == duplicate.row.pk:
            raise SameCase()
        values = {"into": str(goal.row.pk), "number": name_of(goal.row), "reason": reason}
        write(duplicate, decide(duplicate, Common(kind="merge", values=values), at=when, by=by), at=when)
        Case.objects.filter(pk=duplicate.row.pk).update(merged_into=goal.row)
        # whoever had been merged into the duplicate goes along, so that a chain is never longer than one
        Case.objects.filter(merged_into=duplicate.row).update(merged_into=goal.row)
        note = {
            "text": f"并入了{name_of(duplicate.row)}:{duplicate.row.subject}",
            "merged": str(duplicate.row.pk),
        }
        write(goal, decide(goal, Common(kind="link", values=note), at=when, by=by), at=when)
        return duplicate.receipt()

    return once(by, key, asked, action)


def link(
    case_id: UUID | str, to: UUID | str, kind: str, *, by: Standing, at: datetime | None = None, key: str = ""
) -> Receipt:
    """Write a named relation between two cases (``related``, ``follows``, ``child``); both histories tell it."""
    asked = {"link": [str(case_id), str(to), kind]}

    def action() -> Receipt:
        when = at or clock.now()
        source, target = hold_two(case_id, to, by, "case.read")
        for one, other in ((source, target), (target, source)):
            values = {"to": str(other.row.pk), "number": name_of(other.row), "relation": kind}
            write(one, decide(one, Common(kind="link", values=values), at=when, by=by), at=when)
        CaseLink.objects.get_or_create(
            source=source.row,
            target=target.row,
            kind=kind[:32],
            defaults={"made_at": when, "made_by": by.person},
        )
        return source.receipt()

    return once(by, key, asked, action)


def hold_two(one: UUID | str, other: UUID | str, by: Standing, action: str) -> tuple[Held, Held]:
    """Both cases under lock, taken in order of id so that two mergers never wait for each other in a circle."""
    first, second = as_uuid(one), as_uuid(other)
    if first == second:
        raise SameCase()
    held = {
        each: hold(each, by, action if each == first else "case.read") for each in sorted((first, second))
    }
    return held[first], held[second]
