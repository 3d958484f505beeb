"""From clusters to causes: many reports of one thing open one project, and its end is told to everybody who reported.

The rules are the mechanisms' (``clusters.yaml``, ``engine.mechanisms.clusters``). A cluster opens its project once: the
cluster's row is locked, and the project stands in it. What was reported long ago and only imported now opens nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from gongzhi.city.cases import actions
from gongzhi.city.cases.clustering import find_clusters
from gongzhi.city.cases.models import Case, Cluster
from gongzhi.city.cases.naming import name_of
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Notice
from gongzhi.city.territory.models import Area, Level
from gongzhi.engine.cases.values import json_value
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms import fill_text
from gongzhi.engine.mechanisms.clusters import ClusterSpec

#: reference numbers that a project is told of
NUMBERS = 200
CHANNEL = "cluster"

log = logging.getLogger(__name__)


def find(mechanism: str, *, at: datetime | None = None) -> list[Cluster]:
    """Find the hot matters of a mechanism by its rules, and open the projects that are due.

    A project that the city refuses (its mechanism changed, an office is missing) holds up no other; the doctor tells it.
    """
    at = at or clock.now()
    held = library.one(mechanism)
    found: list[Cluster] = []
    for rule in held.mechanism.clusters:
        clusters = find_clusters(rule, mechanism=mechanism, at=at)
        found += clusters
        for cluster in clusters if rule.opens else ():
            try:
                open_project(rule, cluster, at=at)
            except GongzhiError:
                log.exception("project of cluster %s", cluster.pk)
    return found


def open_project(rule: ClusterSpec, cluster: Cluster, *, at: datetime) -> Case | None:
    """Open the project of a cluster if it has grown over the rule's number; ``None`` where it need not, or has one."""
    with transaction.atomic():
        locked = Cluster.objects.select_for_update().get(pk=cluster.pk)
        if locked.project_id or locked.closed_at:
            return None
        names = names_of(rule, locked, at)
        if names["recent"] <= rule.more_than or names["users"] < rule.least_users:
            return None
        mechanism, _dot, type_id = (rule.opens or "").rpartition(".")
        values = {
            field: json_value(compile_expression(text).evaluate(names)) for field, text in rule.with_.items()
        }
        receipt = actions.open_case(
            mechanism or locked.mechanism,
            type_id,
            {field: value for field, value in values.items() if value is not None},
            by=SYSTEM,
            channel=CHANNEL,
            at=at,
        )
        Cluster.objects.filter(pk=locked.pk).update(project=receipt.case)
        return Case.objects.get(pk=receipt.case)


def names_of(rule: ClusterSpec, cluster: Cluster, at: datetime) -> dict[str, Any]:
    """What the expressions of a rule may name (``engine.mechanisms.clusters``). Two queries."""
    # imported messages are older than their cases
    said = Coalesce(Min("sources__said_at"), F("opened_at"))
    columns = ("pk", "reported_by", "number", "category", "area_path")
    rows = list(Case.objects.filter(cluster=cluster).annotate(said=said).values_list(*columns, "said"))
    rows.sort(key=lambda row: (row[5], row[0]), reverse=True)
    since = at - timedelta(days=rule.days)
    return {
        "title": cluster.title[:60],
        "place": cluster.place,
        "count": len(rows),
        "users": len({person or str(pk) for pk, person, *_rest in rows}),
        "recent": sum(row[5] >= since for row in rows),
        "days": rule.days,
        "since": localdate(cluster.since),
        "until": localdate(cluster.until),
        "town": town_of(row[4] for row in rows),
        "numbers": [row[2] for row in rows if row[2]][:NUMBERS],
        "categories": sorted({row[3] for row in rows if row[3]}),
    }


def town_of(places: Iterable[str]) -> str | None:
    """Code of the town in which most of these paths of areas lie; ``None`` where they lie in none."""
    towns = dict(Area.objects.filter(level=Level.TOWN).values_list("path", "code"))
    found = (next((towns[each] for each in paths.ancestors(path) if each in towns), "") for path in places)
    counted = Counter(code for code in found if code)
    return max(sorted(counted), key=lambda code: counted[code]) if counted else None


def follow_project(entry: Entry, row: Case) -> None:
    """After a fact of a project: its opening is told to the reporters, its end closes the cluster."""
    if entry.kind == "opened" and row.channel == CHANNEL:
        cluster = Cluster.objects.filter(project=row).first()
        rule = rule_of(cluster) if cluster else None
        if cluster is not None and rule is not None and rule.tells:
            tell(entry, row, cluster, rule)
    if entry.data.get("ended"):
        Cluster.objects.filter(project=row, closed_at=None).update(closed_at=entry.at)


def rule_of(cluster: Cluster) -> ClusterSpec | None:
    """The rule by which a cluster was found, as it is now."""
    version = library.LIBRARY.active_version(cluster.mechanism)
    held = library.LIBRARY.version(cluster.mechanism, version) if version else None
    return next((rule for rule in held.mechanism.clusters if rule.id == cluster.rule), None) if held else None


def tell(entry: Entry, row: Case, cluster: Cluster, rule: ClusterSpec) -> None:
    """Tell every reporter, on their own case, that a project looks for the cause."""
    words: Mapping[str, Any] = {
        "title": cluster.title,
        "place": cluster.place,
        "count": cluster.size,
        "users": len(set(Case.objects.filter(cluster=cluster).values_list("reported_by", flat=True))),
        "number": name_of(row) if row.number else "",
    }
    text = fill_text(rule.tells, words)[:2000]
    own: dict[str, Notice] = {}
    for case in reporters(row):
        own.setdefault(
            case.reported_by,
            Notice(
                case=case,
                entry=entry.pk,
                reaction=f"cluster:{rule.id}"[:64],
                person=case.reported_by,
                text=text,
                at=entry.at,
            ),
        )
    Notice.objects.bulk_create(own.values(), batch_size=500, ignore_conflicts=True)


def reporters(project: Case) -> QuerySet[Case]:
    """The cases whose reporters hear of a project: those of its cluster and what was merged into them."""
    found = Case.objects.filter(cluster__project=project) | Case.objects.filter(
        merged_into__cluster__project=project
    )
    return found.exclude(reported_by="").defer("state").order_by("id")
