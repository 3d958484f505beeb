"""How the service is rated: shares with their intervals and their coverage, and verdicts that name nobody.

Public figures come from cases that ended in a period, each counted once: how many there were, how many were rated, how
many of these well. Verdicts are told with their month only, and with their item only where enough others were
rated in it (``ENOUGH``), so that neither a date nor a rare matter says who rated.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from gongzhi.city.cases.models import Case, Rating
from gongzhi.city.cases.models.rating import BAD_TO, GOOD_FROM, Dimension, Grade
from gongzhi.city.kernel import clock, permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.measures.rates import Rate, coverage, rate
from gongzhi.engine.texts.redaction import redact

#: what figures may be grouped by -> columns of the case
GROUPS: Mapping[str, tuple[str, ...]] = {
    "office": ("lead_id",),
    "type": ("mechanism", "type"),
    "item": ("item",),
    "channel": ("channel",),
}
#: a verdict names its item only among at least so many of the same office, item and month
ENOUGH = 5
PERIOD = timedelta(days=365)
#: seconds for which the public figures stay as they are
FRESH = 300.0
MOST_ROWS, MOST_BAD = 500, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One group: how many transactions, how many rated (coverage), how many of these well (with interval)."""

    #: office code, ``mechanism.type``, item key or channel; empty for cases without one
    key: str
    transactions: int
    covered: Rate
    good: Rate
    grades: Mapping[int, int]
    #: place among the groups, only where no interval overlaps this one and all have enough verdicts
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One rating as it may be shown to the rated and to the public: no person, no case, no day."""

    #: for following it up; shown to nobody
    case: UUID
    month: int
    grade: str
    stars: int
    office: str
    #: empty where it could say who rated
    type: str
    item: str
    channel: str
    dimensions: tuple[str, ...]
    #: redacted; empty where the rater did not let them be published
    words: str


_answers: dict[tuple[str, datetime | None], tuple[float, list[Figures]]] = {}


def rating_figures(group: str, *, until: datetime | None = None) -> list[Figures]:
    """The figures of every group over cases that ended in the year before ``until``, the most transactions first.

    For everybody: they are published. Kept for five minutes. KeyError for a group that isn't in ``GROUPS``.
    """
    columns = GROUPS[group]
    known = _answers.get((group, until))
    if known is not None and time.monotonic() - known[0] < FRESH:
        return known[1]
    end = until or clock.now()
    ended = Case.objects.filter(ended_at__gt=end - PERIOD, ended_at__lte=end, merged_into=None).order_by()
    if group == "item":
        ended = ended.exclude(item="")
    counts: dict[str, Any] = {f"g{each}": Count("pk", filter=Q(rating__stars=each)) for each in Grade.values}
    rows = ended.values(*columns).annotate(transactions=Count("pk"), **counts)
    found = ranked(_figures(columns, row) for row in rows)
    if len(_answers) > 50:
        _answers.clear()
    _answers[group, until] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Count anew (tests)."""
    _answers.clear()


def total(figures: Sequence[Figures]) -> Figures:
    """All groups together."""
    grades: Counter[int] = Counter()
    for each in figures:
        grades.update(each.grades)
    return made("", sum(each.transactions for each in figures), grades)


def ranked(figures: Iterable[Figures]) -> list[Figures]:
    """The figures, most transactions first, with a rank where it is established and nowhere else.

    A group has one if it has enough verdicts and its interval overlaps with no other group that has enough.
    """
    listed = sorted(figures, key=lambda each: (-each.transactions, each.key))
    enough = [each for each in listed if not each.good.few]
    placed = sorted(enough, key=lambda each: -(each.good.value or 0))
    ranks = {
        each.key: place
        for place, each in enumerate(placed, 1)
        if not any(each.good.overlaps(other.good) for other in placed if other is not each)
    }
    alone = len(enough) < 2
    return [replace(each, rank=None if alone else ranks.get(each.key)) for each in listed]


def made(key: str, transactions: int, grades: Mapping[int, int]) -> Figures:
    """Figures from counts: verdicts by grade (1 to 5) among the transactions."""
    rated = sum(grades.values())
    good = sum(count for stars, count in grades.items() if stars >= GOOD_FROM)
    return Figures(
        key=key,
        transactions=transactions,
        covered=coverage(rated, transactions),
        good=rate(good, rated),
        grades=dict(sorted(grades.items(), reverse=True)),
    )


def _figures(columns: tuple[str, ...], row: Mapping[str, Any]) -> Figures:
    key = ".".join(str(row[column] or "") for column in columns)
    return made(key, row["transactions"], {each: row[f"g{each}"] for each in Grade.values})


def rating_rows(by: Standing, **only: str) -> list[Verdict]:
    """The verdicts behind a figure, for posts with ``rating.read``: theirs to read, without who, which case and when.

    ``only``: office, type, item or channel. Newest month first and within it in no order that tells. Two queries.
    """
    permissions.check(by, "rating.read")
    rows = permissions.scope(by, "rating.read", Rating.objects.all())
    names = {"office": "office", "type": "type", "item": "item", "channel": "case_channel"}
    found = rows.filter(**{names[name]: value for name, value in only.items()}).order_by("-month", "stars")
    # whoever watches over the service reads all words; the rated only what was meant to be published
    return told(found[:MOST_ROWS], everything=permissions.may(by, "rating.case"))


def bad_ratings(*, until: datetime | None = None) -> list[Verdict]:
    """不满意 and 非常不满意 of a year, to be published with what became of them. Two queries."""
    end = until or clock.now()
    since = (end - PERIOD).year * 100 + (end - PERIOD).month
    return told(
        Rating.objects.filter(stars__lte=BAD_TO, month__gte=since).order_by("-month", "case")[:MOST_BAD]
    )


def told(rows: Iterable[Rating], *, everything: bool = False) -> list[Verdict]:
    """Verdicts without anything that says who rated; ``everything``: also words that were not meant to be published."""
    listed = list(rows)
    months = {row.month for row in listed}
    seen = Rating.objects.filter(month__in=months).order_by().values_list("month", "office", "type", "item")
    many = {tuple(key) for *key, count in seen.annotate(count=Count("pk")) if count >= ENOUGH}
    verdicts = []
    for row in listed:
        common = (row.month, row.office, row.type, row.item) in many
        verdicts.append(
            Verdict(
                case=row.pk,
                month=row.month,
                grade=str(Grade(row.stars).label),
                stars=row.stars,
                office=row.office,
                type=row.type if common else "",
                item=row.item if common else "",
                channel=row.get_channel_display(),
                dimensions=tuple(str(Dimension(each).label) for each in row.dimensions),
                words=redact(row.words) if row.publishable or everything else "",
            )
        )
    return verdicts


__all__ = [
    "ENOUGH",
    "GROUPS",
    "Figures",
    "Verdict",
    "bad_ratings",
    "forget",
    "made",
    "ranked",
    "rating_figures",
    "rating_rows",
    "told",
    "total",
]
