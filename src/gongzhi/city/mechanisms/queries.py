"""Notices, papers and child cases, for those whom they concern."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
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
    return Paper.objects.filter(case=case_id).order_by("id")


def children(case_id: UUID) -> QuerySet[Child]:
    """Cases that a case opened."""
    return Child.objects.filter(parent=case_id).select_related("case").defer("case__state").order_by("id")
