"""What is odd about a batch: per row while it is read, and over what is stored once it is in."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from gongzhi.city.alerts import readings
from gongzhi.city.alerts.models import Batch, Finding
from gongzhi.city.analytics.running import session
from gongzhi.engine.watches.feeds import RESET, FeedSpec

Kind = Finding.Kind
#: findings kept of one kind; the counts of the batch go on
MOST: Final = 500
#: how far back a reading is looked for before a hole begins
BACK: Final = timedelta(days=8)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: channels by which whole files come: who is not in them is silent
WHOLE: Final = frozenset({Batch.Channel.FILE, Batch.Channel.COMMAND})


@dataclass(slots=True)
class Tally:
    """(kind, series) -> how many, from when, until when; UTC microseconds."""

    found: dict[tuple[str, str], tuple[int, int, int]] = field(default_factory=dict)
    #: series -> first and last step told of
    told: dict[str, tuple[int, int]] = field(default_factory=dict)

    def count(self, kind: str, rows: pa.Table) -> None:
        """Rows (series, us) that are odd in the same way."""
        for series, number, first, last in _per_series(rows):
            before = self.found.get((kind, series), (0, first, last))
            self.found[kind, series] = (before[0] + number, min(before[1], first), max(before[2], last))

    def tell(self, rows: pa.Table) -> None:
        """Rows (series, us) that were let in."""
        for series, _number, first, last in _per_series(rows):
            before = self.told.get(series, (first, last))
            self.told[series] = (min(before[0], first), max(before[1], last))

    @property
    def span(self) -> tuple[datetime | None, datetime | None]:
        """Start of the first and of the last step."""
        if not self.told:
            return None, None
        return instant(min(each[0] for each in self.told.values())), instant(
            max(each[1] for each in self.told.values())
        )

    def findings(self, batch: Batch) -> list[Finding]:
        """The rows to be written, the most of a kind first."""
        ordered = sorted(self.found.items(), key=lambda each: (each[0][0], -each[1][0], each[0][1]))
        made: list[Finding] = []
        kinds: dict[str, int] = {}
        for (kind, series), (number, first, last) in ordered:
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= MOST:
                made.append(_finding(batch, kind, series, number, first, last))
        return made


def instant(us: int) -> datetime:
    """An instant from UTC microseconds."""
    return _EPOCH + timedelta(microseconds=us)


def stored(batch: Batch, spec: FeedSpec, tally: Tally, known: Set[str] | None) -> list[Finding]:
    """What the stored readings say about the batch: holes, days of zeros, clocks, who is silent."""
    if not tally.told:
        return []
    first = min(each[0] for each in tally.told.values())
    last = max(each[1] for each in tally.told.values())
    files = readings.tables(
        batch.feed, readings.day_of(first) - BACK, readings.day_of(last) + timedelta(days=1)
    )
    told = pa.table(
        {
            "series": list(tally.told),
            "first_us": pa.array([each[0] for each in tally.told.values()], pa.int64()),
            "last_us": pa.array([each[1] for each in tally.told.values()], pa.int64()),
        }
    )
    with session("duckdb") as opened:
        opened.files("readings", files, readings.SCHEMA)
        opened.values("told", told)
        found = [*_holes(opened, batch, spec), *_whole_days(opened, batch, spec, first, last)]
    if known is not None and batch.channel in WHOLE:
        silent = sorted(known - set(tally.told))[:MOST]
        found += [_finding(batch, Kind.SILENT, series, 0, first, last) for series in silent]
    return found


def _holes(opened: Any, batch: Batch, spec: FeedSpec) -> list[Finding]:
    back = BACK // timedelta(microseconds=1)
    rows = opened.rows("feed_holes", {"step": spec.micros, "back": back})
    return [
        _finding(batch, Kind.GAP, row["series"], row["missing"], row["since_us"], row["until_us"])
        for row in rows
    ]


def _whole_days(opened: Any, batch: Batch, spec: FeedSpec, first: int, last: int) -> list[Finding]:
    """Of the local days that the batch brought to their end."""
    first_day = (first + readings.OFFSET) // readings.DAY
    last_day = (last + spec.micros + readings.OFFSET) // readings.DAY - 1
    if last_day < first_day:
        return []
    per_day = 1440 // spec.minutes
    zeros = opened.rows("feed_zeros", {"per_day": per_day, "first_day": first_day, "last_day": last_day})
    found = [_finding(batch, Kind.ZEROS, row["series"], row["points"], *_day(row["day"])) for row in zeros]
    if 60 % spec.minutes:
        return found
    params = {"step": spec.micros, "day": last_day, "per_hour": 60 // spec.minutes}
    moved = opened.rows("feed_clock", params)
    return found + [
        _finding(batch, Kind.CLOCK, row["series"], row["hours"] * 60, *_day(last_day)) for row in moved
    ]


def resets(rows: pa.Table) -> pa.Table:
    """The rows behind a meter that began anew."""
    return rows.filter(pc.equal(rows["quality"], RESET)).select(["series", "us"])


def _day(number: int) -> tuple[int, int]:
    start = number * readings.DAY - readings.OFFSET
    return start, start + readings.DAY


def _per_series(rows: pa.Table) -> list[tuple[str, int, int, int]]:
    if not rows.num_rows:
        return []
    grouped = rows.group_by("series").aggregate([("us", "count"), ("us", "min"), ("us", "max")])
    columns = [grouped[name].to_pylist() for name in ("series", "us_count", "us_min", "us_max")]
    return [(s or "", n, low or 0, high or 0) for s, n, low, high in zip(*columns, strict=True)]


def _finding(batch: Batch, kind: str, series: str, count: int, first: int, last: int) -> Finding:
    since, until = (instant(each) if 0 < each < 1 << 53 else None for each in (first, last))
    return Finding(batch=batch, kind=kind, series=series[:120], count=count, since=since, until=until)


__all__ = ["Tally", "instant", "resets", "stored"]
