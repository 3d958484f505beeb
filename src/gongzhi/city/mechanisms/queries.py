"""Notices, papers and child cases, for those whom they concern."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from gongzhi.city.cases.models import Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms.models import Child, Notice, Paper


def notices(by: Standing, *, unread: bool = True, most: int = 50) -> QuerySet[Notice]:
    """Messages to this person, or to the role in the office in which they stand, newest first."""
    mine = Q(person=by.person) if by.person else Q(pk__in=[])
    if by.office:
        mine |= Q(person="", role=by.role, office=by.office)
    found = Notice.objects.filter(mine).select_related("case").defer("case__state")
    return (found.filter(read_at=None) if unread else found).order_by("-at", "-id")[:most]


def mark_read(by: Standing, ids: list[int]) -> int:
    """Note that messages were read; others' are left alone. Gives how many."""
    mine = [notice.pk for notice in notices(by, most=500) if notice.pk in set(ids)]
    return Notice.objects.filter(pk__in=mine).update(read_at=clock.now())


def papers(case_id: UUID) -> QuerySet[Paper]:
    """Documents issued for a case; whoever may read the case may read them (ask ``cases.queries`` first)."""
    return Paper.objects.filter(case=case_id).select_related("sealed").order_by("id")


def children(case_id: UUID) -> QuerySet[Child]:
    """Cases that a case opened, without what followed its rating (that would say how this very reporter rated), and without
    those that exist for one post only."""
    rated = Entry.objects.filter(subject=subject("case", case_id), kind="rated").values("pk")
    opened = Child.objects.filter(parent=case_id, case__confined=False).exclude(entry__in=rated)
    return opened.select_related("case").defer("case__state").order_by("id")


def followed_up(case_ids: Iterable[UUID]) -> dict[UUID, Case]:
    """The case in which the rating of each of these cases is followed up, where one was opened. Two queries."""
    opened = Child.objects.filter(parent__in=list(case_ids), token=None, case__confined=False)
    opened = opened.select_related("case")
    links = list(opened.defer("case__state").order_by("id"))
    rated = Entry.objects.filter(pk__in=[each.entry for each in links], kind="rated").values_list(
        "pk", flat=True
    )
    known = set(rated)
    return {each.parent_id: each.case for each in links if each.entry in known}
