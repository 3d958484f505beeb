"""Through whose hands a matter went: who decided what and when, the cases that it called included.

One seal instead of many, one window instead of a round of offices: whether that is so is read off the facts, not off a
plan. Whoever asked is no hand, and neither is the clock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import title_of
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.mechanisms.models import Child
from gongzhi.engine.cases import CaseType

#: a case, what it calls, and what that calls; deeper ones are not known to any mechanism, and a ring must end
DEPTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One choice that somebody took for the city."""

    at: datetime
    #: title of the case type in which it was taken; empty in the case itself
    part: str
    title: str
    office: str
    #: empty for whoever may not know
    who: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """How many different persons and offices decided, and what, in order of time."""

    people: int
    offices: int
    hands: tuple[Hand, ...]


def chain(row: Case, by: Standing | None = None) -> Chain:
    """The chain of a case for a person who may read it (the caller has asked), or with offices and steps only for the public.

    At most one query per level of called cases, one for their facts, and one for which of them the person may read. Cases
    that followed a verdict are no part of it: they would tell how this very reporter rated.
    """
    cases = called(row)
    named = {row.pk, *_readable(by, [each for each in cases if each.pk != row.pk])} if by else set()
    by_subject = {subject("case", each.pk): each for each in cases}
    rows = Entry.objects.filter(subject__in=list(by_subject), kind="chosen").exclude(person=SYSTEM.person)
    people: set[str] = set()
    offices: set[str] = set()
    hands = []
    for entry in rows.order_by("at", "id").defer("data", "prev_hash", "hash"):
        case = by_subject[entry.subject]
        case_type = catalogue.case_type(case.mechanism, case.version, case.type)
        if is_asker(case_type, entry.step, entry.role):
            continue
        people.add(entry.person)
        offices |= {entry.office} - {""}
        hands.append(_hand(entry, case, case_type, row, named))
    return Chain(people=len(people), offices=len(offices), hands=tuple(hands))


def called(row: Case) -> list[Case]:
    """The case and, level by level, the cases that its steps called; without their states."""
    found, level = [row], [row]
    for _ in range(DEPTH):
        ids = [each.pk for each in level if _calls(each)]
        if not ids:
            break
        links = Child.objects.filter(parent__in=ids, token__isnull=False).select_related("case")
        level = [link.case for link in links.defer("case__state").order_by("id")]
        found += level
    return found


def is_asker(case_type: CaseType, step: str, role: str) -> bool:
    """Whether a choice was the reporter's own, whoever took it for them."""
    rule = case_type.steps.get(step)
    return role == "resident" or (rule is not None and rule.role == "resident")


def _calls(case: Case) -> bool:
    case_type = catalogue.case_type(case.mechanism, case.version, case.type)
    return any(rule.calls is not None for rule in case_type.steps.values())


def _readable(by: Standing, cases: list[Case]) -> Collection[Any]:
    if not cases:
        return ()
    rows = Case.objects.filter(pk__in=[each.pk for each in cases])
    return set(visible(by, "case.read", rows).order_by().values_list("pk", flat=True))


def _hand(entry: Entry, case: Case, case_type: CaseType, row: Case, named: Collection[Any]) -> Hand:
    return Hand(
        at=entry.at,
        part="" if case.pk == row.pk else case_type.title,
        title=title_of(case_type, entry.step, entry.choice),
        office=office_name(entry.office) if entry.office else "",
        who=entry.name if case.pk in named else "",
        role=case_type.role_title(entry.role),
    )
