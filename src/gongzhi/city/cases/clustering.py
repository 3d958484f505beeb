"""Hot issues among what was reported lately: found in the texts, kept as clusters, found again without doubling.

What counts as one matter, how far back is looked and how many persons make it hot is the rule of a mechanism
(``engine.mechanisms.clusters``), not of this room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gongzhi.city.cases.actions.clusters import add_to_cluster, make_cluster
from gongzhi.city.cases.models import Case, Cluster
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.cases.world import area_name, area_path, home_area
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.territory.models import Area
from gongzhi.engine.mechanisms.clusters import TOWN, ClusterSpec
from gongzhi.engine.texts import hot

#: as many messages as are compared at once (newest first)
MOST = 20_000
FOUND_BY = "texts"
#: what is alike in a group: the path of the town, and the values of the rule's fields
Alike = tuple[str, ...]


def messages(rule: ClusterSpec, mechanism: str, since: datetime) -> dict[Alike, list[hot.Message]]:
    """What was reported since then, as the text engine wants it, in groups of what the rule wants to be alike.

    What has no town (most imports) is one group, in which the texts have to name the place. Imported messages keep
    the time they were said. What a finished project was about is not counted again.
    """
    rows = Case.objects.filter(mechanism=mechanism, type=rule.case, opened_at__gte=since, merged_into=None)
    rows = rows.exclude(Q(cluster__project__isnull=False) & Q(cluster__closed_at__isnull=False))
    found: dict[Alike, list[hot.Message]] = {}
    wanted = (
        rows.order_by("-opened_at", "-id")
        .prefetch_related("sources")
        .only("id", "subject", "opened_at", "reported_by", "area_path", "state")
    )
    for row in wanted[:MOST].iterator(chunk_size=1000):
        data = row.state["data"]
        text = data.get("text", "")
        source = next(iter(row.sources.all()), None)
        found.setdefault(alike(rule, row.area_path, data), []).append(
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


def alike(rule: ClusterSpec, path: str, data: Mapping[str, Any]) -> Alike:
    """What a case must have in common with others to be of one matter with them."""
    town = path[: len(area_path(home_area())) + paths.STEP] if TOWN in rule.by else ""
    fields = (data.get(name) for name in rule.by if name != TOWN)
    return (town, *(value if isinstance(value, str) and not is_mark(value) else "" for value in fields))


def find_clusters(
    rule: ClusterSpec, *, mechanism: str, at: datetime | None = None, most: int = 60
) -> list[Cluster]:
    """Find the hot issues of a rule and keep them. Found again, a cluster grows instead of being doubled."""
    at = at or clock.now()
    groups = messages(rule, mechanism, at - timedelta(days=rule.looks_back))
    issues = [issue for known, group in groups.items() for issue in issues_of(rule, known, group)]
    hottest = sorted(issues, key=lambda issue: -issue.heat)[:most]
    return [keep(issue, rule, mechanism, at) for issue in hottest]


def issues_of(rule: ClusterSpec, known: Alike, group: Sequence[hot.Message]) -> Iterator[hot.Cluster]:
    """The issues of one group: told by the texts, or the group as a whole where the rule asks for no texts."""
    window = timedelta(days=rule.days)
    if rule.texts:
        yield from hot.hot_clusters(group, least_users=rule.least_users, window=window)
        return
    users = {message.user for message in group}
    # what lacks one of the values is no group, but a rest
    if len(users) < rule.least_users or not all(known[1:]):
        return
    ordered = sorted(group, key=lambda each: (each.at, each.id))
    heat, because = hot.heat_of(ordered, window)
    town = Area.objects.filter(path=known[0]).values_list("code", flat=True).first() if known[0] else None
    place = area_name(town) if town else ""
    yield hot.Cluster(
        name=" ".join(part for part in (place, *known[1:]) if part),
        place=place,
        period=(ordered[0].at, ordered[-1].at),
        ids=tuple(message.id for message in ordered),
        users=len(users),
        heat=heat,
        because=because,
        centre={},
    )


def keep(issue: hot.Cluster, rule: ClusterSpec, mechanism: str, at: datetime) -> Cluster:
    """Store one issue: in the living cluster that holds most of its cases already, else in a new one."""
    ids = [UUID(id_) for id_ in issue.ids]
    living = Q(
        cluster__isnull=False,
        cluster__closed_at=None,
        cluster__found_by=FOUND_BY,
        cluster__rule__in=("", rule.id),
    )
    with transaction.atomic():
        held = Counter(Case.objects.filter(living, pk__in=ids).values_list("cluster", flat=True))
        known, share = held.most_common(1)[0] if held else (None, 0)
        if known is not None and share * 2 > len(ids):
            cluster = Cluster.objects.select_for_update().get(pk=known)
            add_to_cluster(cluster, ids, by=SYSTEM, at=at)
        else:
            cluster = make_cluster(issue.name, ids, by=SYSTEM, place=issue.place, found_by=FOUND_BY, at=at)
        since, until = issue.period
        Cluster.objects.filter(pk=cluster.pk).update(
            title=issue.name[:200],
            place=issue.place[:200],
            heat=issue.heat,
            since=since,
            until=until,
            mechanism=mechanism,
            rule=rule.id,
        )
        cluster.refresh_from_db()
    return cluster
