"""One matter, several cases: merging duplicates and linking relatives."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.city.cases.actions.writing import Held, Receipt, decide, hold, once, write
from gongzhi.city.cases.errors import KeptCaseEnded, NoSuchCase, NotOneMatter, SameCase
from gongzhi.city.cases.matters import by_name, partners_of
from gongzhi.city.cases.models import Case, CaseLink
from gongzhi.city.cases.naming import as_uuid, name_of
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.engine.cases import Common
from gongzhi.engine.cases.everycase import ENDS, SAME_AS

#: end of a case that goes on in another one
MERGED = ENDS["merge"]


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

    Both are locked, in order of id. The other may itself have been merged: then its goal takes both. A case of another
    type is the same matter only where one of the two types says so (``same_matter``). Raises SameCase for a circle,
    NotOneMatter, KeptCaseEnded, NoSuchCase, NotAllowed, the engine's refusals.
    """
    asked = {"merge": [str(case_id), str(into)], "reason": reason}

    def action() -> Receipt:
        when = at or clock.now()
        duplicate, goal = hold_two(case_id, into, by, "case.merge")
        goal = kept(duplicate, goal, by)
        values = {"into": str(goal.row.pk), "number": name_of(goal.row), "reason": reason}
        write(duplicate, decide(duplicate, Common(kind="merge", values=values), at=when, by=by), at=when)
        follow(duplicate, goal, by, when)
        return duplicate.receipt()

    return once(by, key, asked, action)


def merged_by_choice(held: Held, *, by: Standing, at: datetime) -> None:
    """A choice of a step has just ended the case as ``merged``: its reporter follows the case that it names.

    Raises NoSuchCase for a number that this post can't read, and what ``merge`` raises.
    """
    named = held.state.data.get(SAME_AS)
    row = by_name(named.strip()) if isinstance(named, str) and named.strip() else None
    if row is None:
        raise NoSuchCase(which=str(named or "")[:64])
    if row.pk == held.row.pk:
        raise SameCase()
    follow(held, kept(held, hold(row.pk, by, "case.read"), by), by, at)


def kept(duplicate: Held, goal: Held, by: Standing) -> Held:
    """The case that takes the duplicate: the one that is named, or that into which it was merged itself."""
    if goal.row.merged_into_id:
        goal = hold(goal.row.merged_into_id, by, "case.read")
    if goal.row.pk == duplicate.row.pk:
        raise SameCase()
    if not is_one_matter(duplicate, goal):
        raise NotOneMatter(one=duplicate.case_type.title, other=goal.case_type.title)
    if goal.row.ended:
        raise KeptCaseEnded(number=name_of(goal.row))
    return goal


def follow(duplicate: Held, goal: Held, by: Standing, at: datetime) -> None:
    """Whoever reported the duplicate, or what was merged into it, hears of the kept case from now on."""
    Case.objects.filter(pk=duplicate.row.pk).update(merged_into=goal.row)
    # whoever had been merged into the duplicate goes along, so that a chain is never longer than one
    Case.objects.filter(merged_into=duplicate.row).update(merged_into=goal.row)
    note = {
        "text": f"并入了{name_of(duplicate.row)}:{duplicate.row.subject}",
        "merged": str(duplicate.row.pk),
    }
    # whoever may merge one kind need not have a say in the other; who merged stands in the duplicate's history
    who = by if type_name(duplicate) == type_name(goal) else SYSTEM
    write(goal, decide(goal, Common(kind="link", values=note), at=at, by=who), at=at)


def is_one_matter(one: Held, other: Held) -> bool:
    """Whether cases of these types may be one matter: of the same type, or one type names the other."""
    first, second = type_name(one), type_name(other)
    return first == second or second in partners(one) or first in partners(other)


def type_name(held: Held) -> str:
    """``mechanism.type`` of a case."""
    return f"{held.row.mechanism}.{held.row.type}"


def partners(held: Held) -> set[str]:
    """The case types that the type of this case names as possibly the same matter."""
    return partners_of(held.row.mechanism, held.case_type)


def link(
    case_id: UUID | str, to: UUID | str, kind: str, *, by: Standing, at: datetime | None = None, key: str = ""
) -> Receipt:
    """Write a named relation between two cases (``related``, ``follows``, ``child``); both histories tell it."""
    asked = {"link": [str(case_id), str(to), kind]}

    def action() -> Receipt:
        when = at or clock.now()
        source, target = hold_two(case_id, to, by, "case.read")
        for one, other in ((source, target), (target, source)):
            # a tracking code opens its case to whoever reads it: what has no number yet is named by what it is
            called = other.row.number or other.case_type.title
            values = {"to": str(other.row.pk), "number": called, "relation": kind}
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
