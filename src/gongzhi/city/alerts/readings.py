"""The clean readings: Parquet by local day, each (series, step) once, whatever is killed.

    <GONGZHI_WAREHOUSE>/readings/feed=power_watch.power/day=2025-01-02/part-000001.parquet    appended
                                                                       whole-000007.parquet   stands for all up to 7
    <GONGZHI_WAREHOUSE>/replaced/feed=…/day=…/000007.parquet           rows that a later batch replaced, and by which batch

A file is written under a temporary name, settled on disk and renamed: it is there whole or not at all. What a ``whole``
stands for is taken away later, so that who reads meanwhile finds the files that were named to it. A step's day is the
local day (UTC+8, no summer time) of its start.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from gongzhi.city.alerts.errors import FeedBusy
from gongzhi.engine.watches.feeds import ESTIMATED, RESET

SCHEMA: Final = pa.schema(
    [
        ("series", pa.string()), ("us", pa.int64()), ("value", pa.float64()), ("quality", pa.string()),
        ("batch", pa.int64()),
    ]
)  # fmt: skip
#: the same with the batch that replaced the row
REPLACED: Final = SCHEMA.append(pa.field("by", pa.int64()))
HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
#: local time is ahead of UTC
OFFSET: Final = 8 * HOUR
#: as many files of a day are made one
MOST_PARTS: Final = 16
#: who reads a file may take that long
READING: Final = 600.0
#: who writes waits that long for another who writes
PATIENCE: Final = 120.0
_FEED = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_FILE = re.compile(r"(part|whole)-(\d{6,})\.parquet")
_EPOCH = date(1970, 1, 1)


@dataclass(slots=True)
class Written:
    """What became of rows: ``added`` were not there, ``same`` were, ``replaced`` were there with another value."""

    added: int = 0
    same: int = 0
    replaced: int = 0

    def __iadd__(self, other: Written) -> Written:
        self.added += other.added
        self.same += other.same
        self.replaced += other.replaced
        return self


@dataclass(frozen=True, slots=True)
class Partitions:
    """The readings of one feed: ``readings``, or ``counters`` for the registers of meters from which they are computed."""

    feed: str
    kind: str = "readings"

    @property
    def folder(self) -> Path:
        """Its folder."""
        if not _FEED.fullmatch(self.feed):
            raise ValueError(f"not the name of a feed: {self.feed[:80]}")
        return warehouse() / self.kind / f"feed={self.feed}"

    def days(self) -> list[date]:
        """The local days that have readings, in order."""
        try:
            found = [each.name for each in os.scandir(self.folder) if each.name.startswith("day=")]
        except FileNotFoundError:
            return []
        return sorted(date.fromisoformat(name[4:]) for name in found)

    def files(self, day: date) -> list[Path]:
        """The valid files of a day: the newest whole one and what was appended to it."""
        return [path for _number, path in self._valid(self._of(day))]

    def tables(self, since: date | None = None, until: date | None = None) -> list[Path]:
        """The valid files of the days from ``since`` up to, without, ``until``."""
        wanted = (
            each for each in self.days() if (not since or each >= since) and (not until or each < until)
        )
        return [path for each in wanted for path in self.files(each)]

    def write(self, table: pa.Table, batch: int = 0) -> Written:
        """Add rows. Of two rows of one (series, us) the later one counts."""
        made = _prepared(table, batch)
        total = Written(same=table.num_rows - made.num_rows)
        if not made.num_rows:
            return total
        number = (made["us"].to_numpy() + OFFSET) // DAY
        edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(number)]
        with locked(self.feed):
            for start, end in pairwise(edges):
                day = _EPOCH + timedelta(days=int(number[start]))
                total += self._write_day(day, made.slice(start, end - start), batch)
        return total

    def compact(self, *, sweep_after: float = READING) -> int:
        """One file per day, and old files away. Returns how many days were changed."""
        changed = 0
        for day in self.days():
            with locked(self.feed):
                files = self._valid(self._of(day))
                if len(files) > 1:
                    rows = _sorted(
                        pa.concat_tables([pq.read_table(path, schema=SCHEMA) for _n, path in files])
                    )
                    self._put(self._of(day) / f"whole-{files[-1][0]:06d}.parquet", rows)
                    changed += 1
                self._sweep(self._of(day), sweep_after)
        return changed

    def _of(self, day: date) -> Path:
        return self.folder / f"day={day.isoformat()}"

    def _valid(self, folder: Path) -> list[tuple[int, Path]]:
        found = _numbered(folder)
        whole = max((number for number, kind, _path in found if kind == "whole"), default=0)
        parts = [(number, path) for number, kind, path in found if kind == "part" and number > whole]
        return [(n, p) for n, kind, p in found if kind == "whole" and n == whole] + sorted(parts)

    def _write_day(self, day: date, rows: pa.Table, batch: int) -> Written:
        folder = self._of(day)
        files = self._valid(folder)
        number = max((each for each, _kind, _path in _numbered(folder)), default=0) + 1
        if not files:
            self._put(folder / f"part-{number:06d}.parquet", rows)
            return Written(added=rows.num_rows)
        there = pa.concat_tables([pq.read_table(path, schema=SCHEMA) for _n, path in files])
        old, new, written = _compared(there, rows, batch)
        if len(old):
            gone = there.take(old).append_column("by", pa.array([batch] * len(old), pa.int64()))
            place = warehouse() / "replaced" / f"{self.kind}.feed={self.feed}" / folder.name
            put(place / f"{number:06d}.parquet", gone)
            keep = np.ones(there.num_rows, dtype=bool)
            keep[old] = False
            rows = pa.concat_tables([there.filter(pa.array(keep)), rows.take(new)])
            self._put(folder / f"whole-{number:06d}.parquet", _sorted(rows))
        elif len(new):
            rows = rows.take(new)
            if len(files) >= MOST_PARTS:
                self._put(folder / f"whole-{number:06d}.parquet", _sorted(pa.concat_tables([there, rows])))
            else:
                self._put(folder / f"part-{number:06d}.parquet", rows)
        return written

    def _put(self, path: Path, rows: pa.Table) -> None:
        put(path, rows)

    def _sweep(self, folder: Path, after: float) -> None:
        valid = {path for _number, path in self._valid(folder)}
        newest = max((path.stat().st_mtime for path in valid), default=0.0)
        if time.time() - newest < after:
            return
        for _number, _kind, path in _numbered(folder):
            if path not in valid:
                path.unlink(missing_ok=True)


def warehouse() -> Path:
    """The folder of everything that lies beside the database."""
    return Path(settings.GONGZHI_WAREHOUSE)


def write(feed: str, table: pa.Table, batch: int = 0) -> Written:
    """Add readings (columns series, us, value and, if wanted, quality) to a feed ``mechanism.feed``."""
    return Partitions(feed).write(table, batch)


def tables(feed: str, since: date | None = None, until: date | None = None) -> list[Path]:
    """The files of the local days from ``since`` up to, without, ``until``; each with the columns of ``SCHEMA``."""
    return Partitions(feed).tables(since, until)


def days(feed: str) -> list[date]:
    """The local days that have readings."""
    return Partitions(feed).days()


def latest(feed: str) -> datetime | None:
    """The start of the last step that has a reading; None without any."""
    found = Partitions(feed).days()
    if not found:
        return None
    last = max(_greatest(path) for path in Partitions(feed).files(found[-1]))
    return datetime.fromtimestamp(last / 1_000_000, UTC)


def compact(feed: str, *, sweep_after: float = READING) -> int:
    """One file per day. Returns how many days were changed."""
    changed = Partitions(feed).compact(sweep_after=sweep_after)
    return changed + Partitions(feed, "counters").compact(sweep_after=sweep_after)


def day_of(us: int) -> date:
    """The local day of an instant in UTC microseconds."""
    return _EPOCH + timedelta(days=(us + OFFSET) // DAY)


def put(path: Path, rows: pa.Table) -> None:
    """A Parquet file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    # dictionaries only where values repeat: a reading hardly does
    pq.write_table(rows, draft, compression="zstd", use_dictionary=["series", "quality", "batch"])
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())
    draft.replace(path)


@contextmanager
def locked(feed: str) -> Iterator[None]:
    """One writer per feed. Raises FeedBusy when another one takes too long."""
    folder = warehouse() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / feed).open("w") as lock:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > until:
                    raise FeedBusy(feed=feed) from error
                time.sleep(0.02)
        yield


def _prepared(table: pa.Table, batch: int) -> pa.Table:
    """In order of day, series and time, each reading once (the last one of the table), in the columns of the schema."""
    table = table.combine_chunks()
    quality: Any = table["quality"] if "quality" in table.column_names else None
    columns = [
        table["series"].cast(pa.string()),
        table["us"].cast(pa.int64()),
        table["value"].cast(pa.float64()),
        pa.array(np.full(table.num_rows, ""), pa.string()) if quality is None else quality.cast(pa.string()),
        pa.array(np.full(table.num_rows, batch), pa.int64()),
    ]
    made = pa.table(columns, schema=SCHEMA)
    order = _order(made)
    us, series = made["us"].to_numpy()[order], _ranks(made)[order]
    last = np.append((us[1:] != us[:-1]) | (series[1:] != series[:-1]), True) if len(order) else order
    return made.take(order[last.astype(bool)] if len(order) else order)


def _ranks(table: pa.Table) -> Any:
    """For every row the place of its series among all series of the table, in order of their names."""
    encoded = table["series"].combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    names = encoded.dictionary
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[pc.sort_indices(names).to_numpy()] = np.arange(len(names))
    return ranks[encoded.indices.to_numpy(zero_copy_only=False)]


def _order(table: pa.Table) -> Any:
    us = table["us"].to_numpy()
    return np.lexsort((us, _ranks(table), (us + OFFSET) // DAY))


def _sorted(table: pa.Table) -> pa.Table:
    return table.take(_order(table))


def _compared(there: pa.Table, rows: pa.Table, batch: int) -> tuple[Any, Any, Written]:
    """(places in ``there`` that are replaced, places in ``rows`` that are to be written, what became of the rows)."""
    left = pa.table(
        {
            "series": rows["series"], "us": rows["us"], "value": rows["value"], "quality": rows["quality"],
            "place": pa.array(np.arange(rows.num_rows)),
        }
    )  # fmt: skip
    right = there.append_column("old", pa.array(np.arange(there.num_rows)))
    found = left.join(right, ["series", "us"], join_type="left outer", left_suffix="", right_suffix="_old")
    met = pc.is_valid(found["old"]).to_numpy(zero_copy_only=False)
    equal = pc.fill_null(pc.equal(found["value"], found["value_old"]), False).to_numpy(zero_copy_only=False)
    guessed = pc.fill_null(pc.is_in(found["quality_old"], pa.array([ESTIMATED, RESET])), False)
    other = pc.fill_null(pc.not_equal(found["quality"], found["quality_old"]), True)
    surer = pc.and_(guessed, other).to_numpy(zero_copy_only=False)
    # what an earlier, killed attempt of the same batch had written is this batch's work
    mine = pc.fill_null(pc.equal(found["batch"], batch), False).to_numpy(zero_copy_only=False) & (batch > 0)
    same = met & equal & ~surer
    change = met & ~same
    place, old = found["place"].to_numpy(), pc.fill_null(found["old"], -1).to_numpy()
    written = Written(
        added=int((~met).sum() + (same & mine).sum()),
        same=int((same & ~mine).sum()),
        replaced=int(change.sum()),
    )
    return np.sort(old[change]), np.sort(place[~same]), written


def _numbered(folder: Path) -> list[tuple[int, str, Path]]:
    try:
        names = [each.name for each in os.scandir(folder)]
    except FileNotFoundError:
        return []
    found = ((_FILE.fullmatch(name), name) for name in names)
    return sorted((int(match[2]), match[1], folder / name) for match, name in found if match)


def _greatest(path: Path) -> int:
    file = pq.ParquetFile(path)
    place = SCHEMA.get_field_index("us")
    groups = range(file.metadata.num_row_groups)
    return max(int(file.metadata.row_group(each).column(place).statistics.max) for each in groups)


__all__ = [
    "OFFSET",
    "REPLACED",
    "SCHEMA",
    "Partitions",
    "Written",
    "compact",
    "day_of",
    "days",
    "latest",
    "locked",
    "put",
    "tables",
    "warehouse",
    "write",
]
