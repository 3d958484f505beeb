"""What can be asked of feeds: who sent what, when it came, what is missing, what was kept apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow.parquet as pq
from django.db.models import QuerySet, Sum

from gongzhi.city.alerts import catalogue, keeping, readings
from gongzhi.city.alerts.errors import NoSuchBatch
from gongzhi.city.alerts.models import Alias, Batch, Finding
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.sheets import safe

#: what a page of a feed looks back
WEEK = timedelta(days=7)
#: rows that were kept apart, on the page; all of them are in the file
SHOWN = 12
REASONS = {
    "unreadable": Finding.Kind.UNREADABLE,
    "unknown": Finding.Kind.UNKNOWN,
    "future": Finding.Kind.FUTURE,
    "range": Finding.Kind.RANGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A feed at a glance."""

    declared: catalogue.Declared
    last: Batch | None
    latest: datetime | None
    #: the newest reading is older than the feed may be late
    overdue: bool
    #: of the week: rows that came, that were new, that were kept apart
    rows: int
    added: int
    apart: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A local day: how many readings are there, and how many there would be of all known series."""

    day: date
    count: int
    expected: int

    @property
    def percent(self) -> int:
        """How much of what is expected is there, cut off."""
        return min(100, self.count * 100 // self.expected) if self.expected else 100


def overview(by: Standing) -> list[Overview]:
    """Every feed. Right ``feed.read``."""
    check(by, "feed.read")
    since = clock.now() - WEEK
    return [_overview(each, since) for each in catalogue.offered()]


def _overview(declared: catalogue.Declared, since: datetime) -> Overview:
    batches = Batch.objects.filter(feed=declared.name)
    week = batches.filter(received_at__gte=since).aggregate(
        rows=Sum("rows", default=0), added=Sum("added", default=0), apart=Sum("apart", default=0)
    )
    last = batches.order_by("-id").first()
    latest = readings.latest(declared.name) if declared.spec.kind == "series" else None
    late = timedelta(microseconds=declared.spec.late_micros)
    return Overview(
        declared=declared,
        last=last,
        latest=latest,
        overdue=latest is not None and clock.now() - latest > late,
        waiting=batches.filter(state=Batch.State.WAITING).count(),
        **week,
    )


def one(by: Standing, feed: str) -> Overview:
    """One feed. Right ``feed.read``. Raises NoSuchFeed."""
    check(by, "feed.read")
    return _overview(catalogue.one(feed), clock.now() - WEEK)


def days(declared: catalogue.Declared, count: int = 14) -> list[Day]:
    """The last local days that have readings, the newest first; read from the heads of the files."""
    if declared.spec.kind != "series":
        return []
    store = readings.Partitions(declared.name)
    known = catalogue.series_of(declared)
    expected = len(known) * (1440 // declared.spec.minutes) if known else 0
    return [
        Day(
            day=day,
            count=sum(pq.read_metadata(path).num_rows for path in store.files(day)),
            expected=expected,
        )
        for day in reversed(store.days()[-count:])
    ]


def batches(by: Standing, feed: str) -> QuerySet[Batch]:
    """The batches of a feed. Right ``feed.read``."""
    check(by, "feed.read")
    return Batch.objects.filter(feed=feed)


def batch(by: Standing, batch_id: int) -> Batch:
    """One batch. Right ``feed.read``. Raises NoSuchBatch."""
    check(by, "feed.read")
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise NoSuchBatch(batch=batch_id)
    return found


def names(feed: str) -> QuerySet[Alias]:
    """What the provider calls series that we know by another key."""
    return Alias.objects.filter(feed=feed).order_by("given")


def apart(by: Standing, made: Batch) -> list[dict[str, object]]:
    """The first rows that were kept apart, with the reason in words. Right ``feed.read``."""
    check(by, "feed.read")
    rows: list[dict[str, object]] = keeping.rows_apart(made.feed, made.pk, most=SHOWN).to_pylist()
    return [row | {"reason": REASONS[str(row["reason"])].label} for row in rows]


def apart_csv(by: Standing, made: Batch) -> Iterator[str]:
    """All of them as CSV. Right ``feed.read``."""
    check(by, "feed.read")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["行", "编号", "时间", "数值", "原因"])
    for piece in keeping.rows_apart(made.feed, made.pk).to_batches(max_chunksize=5000):
        for row in piece.to_pylist():
            cells = [safe(str(row[name] or "")) for name in ("series", "at", "value")]
            writer.writerow([row["line"], *cells, REASONS[row["reason"]].label])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    if out.tell():
        yield out.getvalue()


__all__ = ["Day", "Overview", "apart", "apart_csv", "batch", "batches", "days", "names", "one", "overview"]
