"""Hot matters: many reporters, one issue, one owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min

from gongzhi.city.cases.errors import NoSuchCase, TooMany
from gongzhi.city.cases.models import Case, Cluster
from gongzhi.city.cases.naming import as_uuid
from gongzhi.city.cases.sight import visible
from gongzhi.city.journal.bulk import append_many
from gongzhi.city.kernel import clock, permissions
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases import Fact

MOST = 2000


def make_cluster(
    title: str,
    cases: Sequence[UUID | str],
    *,
    by: Standing,
    place: str = "",
    heat: float = 0.0,
    found_by: str = "",
    at: datetime | None = None,
) -> Cluster:
    """Put cases into one cluster. A case is in one cluster at a time: it leaves the one it was in.

    Raises NoSuchCase when one of them is not this person's to see, TooMany, NotAllowed.
    """
    permissions.check(by, "case.merge")
    at = at or clock.now()
    with transaction.atomic():
        found = chosen(cases, by)
        first, last = min(case.opened_at for case in found), max(case.opened_at for case in found)
        cluster = Cluster.objects.create(
            title=title[:200],
            place=place[:200],
            since=first,
            until=last,
            size=0,
            heat=heat,
            found_by=found_by or by.person,
            found_at=at,
        )
        join(cluster, found, by, at)
    return cluster


def add_to_cluster(
    cluster: Cluster, cases: Sequence[UUID | str], *, by: Standing, at: datetime | None = None
) -> None:
    """Put more cases into a cluster. Raises NoSuchCase, TooMany, NotAllowed."""
    permissions.check(by, "case.merge")
    with transaction.atomic():
        join(cluster, chosen(cases, by), by, at or clock.now())


def close_cluster(cluster: Cluster, *, by: Standing, at: datetime | None = None) -> None:
    """The matter is settled: the cluster leaves the board, its cases keep it."""
    permissions.check(by, "case.merge")
    Cluster.objects.filter(pk=cluster.pk, closed_at=None).update(closed_at=at or clock.now())


def chosen(cases: Sequence[UUID | str], by: Standing) -> list[Case]:
    """The cases, locked in order of id."""
    wanted = {as_uuid(case) for case in cases}
    if len(wanted) > MOST:
        raise TooMany(limit=MOST, count=len(wanted))
    seen = visible(by, "case.read", Case.objects.select_for_update(of=("self",)).filter(pk__in=wanted))
    found = list(seen.order_by("id").only("id", "cluster", "opened_at"))
    if not found or len(found) != len(wanted):
        raise NoSuchCase(which=f"{len(wanted) - len(found)}件")
    return found


def join(cluster: Cluster, cases: Sequence[Case], by: Standing, at: datetime) -> None:
    """Write the membership and tell it in each case's history; figures of all clusters concerned follow."""
    left = {case.cluster_id for case in cases if case.cluster_id} - {cluster.pk}
    moved = [case for case in cases if case.cluster_id != cluster.pk]
    Case.objects.filter(pk__in=[case.pk for case in moved]).update(cluster=cluster)
    data: dict[str, Any] = {"cluster": str(cluster.pk), "title": cluster.title}
    append_many(
        {subject("case", case.pk): [Fact(kind="clustered", at=at, by=by, data=data)] for case in moved}
    )
    for each in {cluster.pk, *left}:
        recount(each)


def recount(cluster_id: UUID) -> None:
    """Size and period of a cluster from its cases; an empty one is closed."""
    figures = Case.objects.filter(cluster=cluster_id).aggregate(
        size=Count("id"), since=Min("opened_at"), until=Max("opened_at")
    )
    if figures["size"]:
        Cluster.objects.filter(pk=cluster_id).update(**figures)
    else:
        Cluster.objects.filter(pk=cluster_id).update(size=0, closed_at=clock.now())
