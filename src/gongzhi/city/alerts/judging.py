"""Which rows are let in: what ``engine.watches.feeds.sort_out`` says, over a million rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongzhi.city.alerts.readings import HOUR, OFFSET
from gongzhi.city.analytics.texts import text_of
from gongzhi.engine.watches.feeds import (
    AHEAD,
    ESTIMATED,
    FUTURE,
    LATE,
    MICROSECOND,
    RANGE,
    RESET,
    UNKNOWN,
    UNREADABLE,
    FeedSpec,
)

#: what is kept of a row that was not let in: as it came, and why
APART: Final = pa.schema(
    [
        ("line", pa.int64()), ("series", pa.string()), ("at", pa.string()), ("value", pa.string()),
        ("us", pa.int64()), ("reason", pa.string()),
    ]
)  # fmt: skip
REASONS: Final = ("", UNREADABLE, UNKNOWN, FUTURE, RANGE)
#: the years that a reading can be of, in UTC microseconds: 2000 to 2100
EARLIEST, AFTER = 946_684_800 * 1_000_000, 4_102_444_800 * 1_000_000
#: a hole longer than this is no hole: the meter was not there
LONGEST_HOLE: Final = 31 * 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """``good``: series, us, value, quality; the last row of a step stands for it. ``apart``: rows that were not let in."""

    good: pa.Table
    apart: pa.Table
    same: int
    #: (series, us) of the steps that the file told twice with different values
    conflicts: pa.Table


def judge(
    spec: FeedSpec,
    rows: pa.Table,
    *,
    known: Set[str] | None,
    aliases: Mapping[str, str],
    received_us: int,
) -> Judged:
    """See ``sort_out``. ``aliases``: what the provider calls a series -> its key."""
    read = _read(rows)
    series = _renamed(read["series"].combine_chunks(), aliases)
    us = _numbers(read["us"], np.int64)
    value = _numbers(read["amount"], np.float64)
    reasons = _reasons(spec, read, series, value, us, known, received_us)
    bad = reasons > 0
    names = pa.array(REASONS)
    apart = pa.table(
        [
            read["line"], read["series"], _text(read["at_text"]), _text(read["value_text"]), read["us"],
            names.take(pa.array(reasons)),
        ],
        schema=APART,
    ).filter(pa.array(bad))  # fmt: skip
    start = (us - spec.backwards) // spec.micros * spec.micros
    late = received_us - (start + spec.micros) > spec.late_micros
    good = pa.table(
        {
            "series": series,
            "us": pa.array(start),
            "value": pa.array(value),
            "quality": pa.array(["", LATE]).take(pa.array(late.astype(np.int8))),
        }
    ).filter(pa.array(~bad))
    return _once(good, apart)


def _read(rows: pa.Table) -> pa.Table:
    """The rows with ``us`` and ``amount``, null where nobody can read them."""
    at, value = rows["at"], rows["value"]
    if pa.types.is_timestamp(at.type):
        zoned = at.type.tz is not None
        us = pc.cast(at.cast(pa.timestamp("us", tz=at.type.tz)), pa.int64())
        us = us if zoned else pc.subtract(us, OFFSET)
        if pa.types.is_string(value.type):
            value = _asked(rows.set_column(2, "at", pa.nulls(len(rows), pa.string())))["amount"]
        names = ["line", "series", "at_text", "value_text", "us", "amount"]
        trimmed = pc.utf8_trim_whitespace(rows["series"])
        return pa.table([rows["line"], trimmed, rows["at"], rows["value"], us, value], names=names)
    if not pa.types.is_string(value.type):
        amounts = value
        found = _asked(rows.set_column(3, "value", pa.nulls(len(rows), pa.string())))
        return found.set_column(5, "amount", amounts).set_column(3, "value_text", amounts)
    return _asked(rows)


def _asked(rows: pa.Table) -> pa.Table:
    with duckdb.connect(config={"threads": 2}) as database:
        database.register("given", rows)
        found: pa.Table = database.sql(text_of("feed_read")).to_arrow_table()
    return found


def _renamed(series: Any, aliases: Mapping[str, str]) -> Any:
    if not aliases:
        return series
    encoded = series.dictionary_encode()
    names = pa.array([aliases.get(each, each) for each in encoded.dictionary.to_pylist()], pa.string())
    return names.take(encoded.indices)


def _numbers(column: pa.ChunkedArray, kind: Any) -> Any:
    filled = pc.fill_null(column, 0)
    return filled.to_numpy().astype(kind, copy=False)


def _reasons(
    spec: FeedSpec, read: pa.Table, series: Any, value: Any, us: Any, known: Set[str] | None, received: int
) -> Any:
    """For every row the place of its reason in ``REASONS``; the first that holds."""
    missing = pc.or_(pc.is_null(read["us"]), pc.is_null(read["amount"])).to_numpy().astype(bool)
    empty = pc.fill_null(pc.equal(pc.utf8_length(series), 0), True)
    empty = pc.or_(empty, pc.greater(pc.utf8_length(pc.fill_null(series, "")), 120)).to_numpy(
        zero_copy_only=False
    )
    broken = missing | empty | ~np.isfinite(value) | (us < EARLIEST) | (us >= AFTER)
    found = np.zeros(len(us), dtype=np.int8)
    low = -np.inf if spec.low is None else spec.low
    high = np.inf if spec.high is None else spec.high
    found[(value < low) | (value > high)] = 4
    found[us > received + AHEAD // MICROSECOND] = 3
    if known is not None:
        names = pa.array(sorted(known), pa.string())
        found[~pc.is_in(series, names).to_numpy(zero_copy_only=False)] = 2
    found[broken] = 1
    return found


def _once(good: pa.Table, apart: pa.Table) -> Judged:
    """The last row of every step; how many others said the same, and which said something else."""
    codes = good["series"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    us, value = good["us"].to_numpy(), good["value"].to_numpy()
    order = np.lexsort((us, codes))
    if not len(order):
        return Judged(good=good, apart=apart, same=0, conflicts=good.select(["series", "us"]))
    after = (codes[order][1:] == codes[order][:-1]) & (us[order][1:] == us[order][:-1])
    differs = after & (value[order][1:] != value[order][:-1])
    last = order[~np.append(after, False)]
    conflicts = good.select(["series", "us"]).take(pa.array(order[1:][differs]))
    same = int(after.sum() - differs.sum())
    return Judged(good=good.take(pa.array(last)), apart=apart, same=same, conflicts=conflicts)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What came as text, cut to what a person reads."""
    return pc.utf8_slice_codeunits(pc.fill_null(column.cast(pa.string()), ""), 0, 200)


@lru_cache(maxsize=1)
def _qualities() -> pa.Array:
    return pa.array(["", RESET, ESTIMATED])


def differences(registers: pa.Table, step: int) -> pa.Table:
    """What ``engine.watches.feeds.differences`` says, over the registers of many meters: series, us (start), value, quality.

    Rows are in order of series and us. A hole longer than ``LONGEST_HOLE`` stays one.
    """
    codes = registers["series"].combine_chunks().dictionary_encode()
    series = codes.indices.to_numpy(zero_copy_only=False)
    us, value = registers["us"].to_numpy(), registers["value"].to_numpy()
    pair = np.flatnonzero((series[1:] == series[:-1]) & (us[1:] - us[:-1] <= LONGEST_HOLE))
    steps = (us[pair + 1] - us[pair]) // step
    used = value[pair + 1] - value[pair]
    reset = used < 0
    each = np.where(reset, value[pair + 1], used) / np.maximum(steps, 1)
    quality = np.where(reset, 1, np.where(steps > 1, 2, 0))
    number = np.arange(steps.sum()) - np.repeat(np.cumsum(steps) - steps, steps)
    return pa.table(
        {
            "series": codes.dictionary.take(pa.array(np.repeat(series[pair], steps))),
            "us": pa.array(np.repeat(us[pair], steps) + number * step),
            "value": pa.array(np.repeat(each, steps)),
            "quality": _qualities().take(pa.array(np.repeat(quality, steps))),
        }
    )


__all__ = ["APART", "Judged", "differences", "judge"]
