"""Hot issues among what was reported lately: found in the texts, kept as clusters, found again without doubling."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from gongzhi.city.cases.actions.clusters import add_to_cluster, make_cluster
from gongzhi.city.cases.models import Case, Cluster
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.cases.world import area_path, home_area
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.engine.texts import hot

#: as many messages as are compared at once (newest first)
MOST = 20_000
PERIOD = timedelta(days=90)
FOUND_BY = "texts"


def messages(since: datetime, mechanism: str = "") -> dict[str, list[hot.Message]]:
    """What was reported since then, as the text engine wants it, by town: an issue is hot somewhere.

    What has no town (most imports) is one group, in which the texts have to name the place. Imported messages keep
    the time they were said.
    """
    rows = Case.objects.filter(opened_at__gte=since, merged_into=None).order_by("-opened_at", "-id")
    if mechanism:
        rows = rows.filter(mechanism=mechanism)
    found: dict[str, list[hot.Message]] = {}
    depth = len(area_path(home_area())) + paths.STEP
    wanted = rows.prefetch_related("sources").only(
        "id", "subject", "opened_at", "reported_by", "area_path", "state"
    )
    for row in wanted[:MOST].iterator(chunk_size=1000):
        text = row.state["data"].get("text", "")
        source = next(iter(row.sources.all()), None)
        found.setdefault(row.area_path[:depth], []).append(
            hot.Message(
                id=str(row.pk),
                user=row.reported_by or str(row.pk),
                at=(source.said_at if source and source.said_at else row.opened_at),
                subject=row.subject,
                text=text if isinstance(text, str) and not is_mark(text) else "",
                likes=source.likes if source else 0,
                dislikes=source.dislikes if source else 0,
            )
        )
    return found


def find_clusters(
    *, mechanism: str = "", at: datetime | None = None, most: int = 60, least_users: int = 3
) -> list[Cluster]:
    """Find the hot issues of the last 90 days and keep them. Found again, a cluster grows instead of being doubled."""
    at = at or clock.now()
    issues = [
        issue
        for group in messages(at - PERIOD, mechanism).values()
        for issue in hot.hot_clusters(group, least_users=least_users, most=most)
    ]
    return [keep(issue, at) for issue in sorted(issues, key=lambda issue: -issue.heat)[:most]]


def keep(issue: hot.Cluster, at: datetime) -> Cluster:
    """Store one issue: in the living cluster that holds most of its cases already, else in a new one."""
    ids = [UUID(id_) for id_ in issue.ids]
    with transaction.atomic():
        held = Counter(
            Case.objects.filter(pk__in=ids, cluster__closed_at=None, cluster__found_by=FOUND_BY).values_list(
                "cluster", flat=True
            )
        )
        known, share = held.most_common(1)[0] if held else (None, 0)
        if known is not None and share * 2 > len(ids):
            cluster = Cluster.objects.select_for_update().get(pk=known)
            add_to_cluster(cluster, ids, by=SYSTEM, at=at)
        else:
            cluster = make_cluster(issue.name, ids, by=SYSTEM, place=issue.place, found_by=FOUND_BY, at=at)
        since, until = issue.period
        Cluster.objects.filter(pk=cluster.pk).update(
            title=issue.name[:200], place=issue.place[:200], heat=issue.heat, since=since, until=until
        )
        cluster.refresh_from_db()
    return cluster
