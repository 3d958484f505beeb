"""A log as a Parquet file of the columns that the queries of mining expect: what was uploaded, or named on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gongzhi.engine.mining import Event, Troubles

LOG = pa.schema(
    [
        ("case_id", pa.string()), ("label", pa.string()), ("step", pa.string()), ("phase", pa.string()),
        ("us", pa.int64()), ("seq", pa.int64()), ("token", pa.string()), ("office", pa.string()),
        ("role", pa.string()), ("cause", pa.string()),
    ]
)  # fmt: skip
CHUNK = 50_000
#: transitions of IEEE 1849 that end a step, and those that begin one
_ENDS = frozenset({"complete", "ate_abort", "pi_abort", "autoskip", "manualskip", "closed", "end"})
_BEGINS = {"start": "start", "schedule": "schedule", "begin": "start"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Written:
    """What a log became."""

    events: int = 0
    first: datetime | None = None
    last: datetime | None = None
    #: transitions that say neither beginning nor end (assigned, suspended …)
    other: int = 0


def write_log(
    events: Iterable[Event], path: Path, troubles: Troubles, *, tell: Callable[[int], None] | None = None
) -> Written:
    """Write the events as they come, with flat memory; whole or not at all. ``tell`` hears how many after each chunk."""
    written = Written()
    draft = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with pq.ParquetWriter(draft, LOG, compression="zstd") as writer:
            rows: list[tuple[object, ...]] = []
            for number, event in enumerate(events):
                _take(event, number, rows, written)
                if len(rows) >= CHUNK:
                    _flush(writer, rows)
                    if tell:
                        tell(written.events)
            _flush(writer, rows)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return written


def _take(event: Event, number: int, rows: list[tuple[object, ...]], written: Written) -> None:
    phase = "complete" if event.lifecycle in _ENDS else _BEGINS.get(event.lifecycle, "")
    if not phase:
        written.other += 1
        return
    moments = [("start", event.started)] if event.started is not None else []
    for cycle, at in (*moments, (phase, event.at)):
        assert at is not None
        span = at - _EPOCH
        us = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
        own = (event.case, event.activity, event.activity, cycle, us, number)
        rows.append((*own, event.instance, event.group, event.role, ""))
        written.first = at if written.first is None else min(written.first, at)
        written.last = at if written.last is None else max(written.last, at)
    written.events += 1


def _flush(writer: pq.ParquetWriter, rows: list[tuple[object, ...]]) -> None:
    if rows:
        columns = [
            pa.array(column, type=LOG.types[place]) for place, column in enumerate(zip(*rows, strict=True))
        ]
        writer.write_table(pa.Table.from_arrays(columns, schema=LOG))
        rows.clear()


__all__ = ["LOG", "Written", "write_log"]
