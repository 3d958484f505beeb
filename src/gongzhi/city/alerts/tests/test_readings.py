"""Readings lie there once, whatever is written twice, replaced or killed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.city.alerts import readings
from gongzhi.city.alerts.judging import differences, judge
from gongzhi.city.alerts.readings import Partitions, Written
from gongzhi.city.alerts.tests.meters import FEED, spec, there
from gongzhi.engine.watches import feeds

START = 1_735_660_800_000_000  # 2025-01-01 00:00 local
STEP = 900_000_000


def table(*rows: tuple[str, int, float]) -> pa.Table:
    series, slots, values = ([each[place] for each in rows] for place in range(3))
    us = pa.array([START + slot * STEP for slot in slots], pa.int64())
    return pa.table(
        {"series": pa.array(series, pa.string()), "us": us, "value": pa.array(values, pa.float64())}
    )


def test_a_row_is_written_once_and_a_later_one_replaces_it(warehouse: Path) -> None:
    assert readings.write(FEED, table(("A", 0, 1), ("B", 0, 2), ("A", 1, 3)), 1) == Written(added=3)
    assert readings.write(FEED, table(("A", 0, 1), ("A", 2, 4)), 2) == Written(added=1, same=1)
    assert readings.write(FEED, table(("A", 0, 9)), 3) == Written(replaced=1)
    assert there() == {
        ("A", "2025-01-01 00:00"): (9, ""), ("A", "2025-01-01 00:15"): (3, ""),
        ("A", "2025-01-01 00:30"): (4, ""), ("B", "2025-01-01 00:00"): (2, ""),
    }  # fmt: skip
    gone = list((warehouse / "replaced").rglob("*.parquet"))
    kept = pq.read_table(gone[0]).to_pylist()
    assert [(row["series"], row["value"], row["batch"], row["by"]) for row in kept] == [("A", 1, 1, 3)]


def test_days_are_local_and_files_are_named_by_them() -> None:
    readings.write(FEED, table(("A", 95, 1), ("A", 96, 2), ("A", -1, 3)))
    assert readings.days(FEED) == [date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 2)]
    assert len(readings.tables(FEED, date(2025, 1, 1), date(2025, 1, 2))) == 1
    assert f"{readings.latest(FEED):%H:%M}" == "16:00"
    assert readings.latest("plants.other") is None


def test_a_killed_writer_is_tried_again_and_counts_its_own_rows() -> None:
    readings.write(FEED, table(("A", 0, 1)), 7)
    assert readings.write(FEED, table(("A", 0, 1), ("A", 1, 1)), 7) == Written(added=2)


def test_compaction_leaves_one_file_per_day_and_the_same_rows() -> None:
    for number in range(40):
        readings.write(FEED, table(("A", number, number)), number + 1)
    before = there()
    assert len(readings.tables(FEED)) <= readings.MOST_PARTS + 1
    assert readings.compact(FEED, sweep_after=0) == 1
    assert len(readings.tables(FEED)) == 1 and there() == before
    assert len(list(Partitions(FEED).folder.rglob("*.parquet"))) == 1
    assert readings.compact(FEED) == 0


def test_an_estimate_gives_way_to_what_was_measured() -> None:
    guess = table(("A", 0, 1)).append_column("quality", pa.array(["estimated"]))
    readings.write(FEED, guess, 1)
    assert readings.write(FEED, table(("A", 0, 1)), 2) == Written(replaced=1)
    assert there() == {("A", "2025-01-01 00:00"): (1, "")}


def test_a_name_that_is_no_feed_is_no_folder() -> None:
    with pytest.raises(ValueError, match="not the name"):
        readings.tables("../etc")


Row = st.tuples(
    st.sampled_from(["A", "B", "C", "D"]),
    st.integers(-2, 5).map(lambda n: START + n * STEP // 2),
    st.sampled_from([None, -1.0, 0.0, 1.5, 999.0, 1001.0, float("inf"), float("nan")]),
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(Row, max_size=25),
    known=st.booleans(),
    stamp=st.sampled_from(["start", "end"]),
    later=st.integers(-2, 400),
)
def test_a_million_rows_are_judged_as_one_by_one(
    rows: list[Any], known: bool, stamp: str, later: int
) -> None:
    feed = spec(stamp=stamp)
    received = START + later * STEP
    let_in = frozenset({"A", "B"}) if known else None
    plain = feeds.sort_out(
        feed,
        [feeds.Reading(line=n, series=s, us=us, value=v) for n, (s, us, v) in enumerate(rows)],
        known=let_in,
        received_us=received,
    )
    given_rows = pa.table(
        {
            "line": pa.array(range(len(rows)), pa.int64()),
            "series": pa.array([each[0] for each in rows], pa.string()),
            "at": pa.array([each[1] for each in rows], pa.timestamp("us", tz="UTC")),
            "value": pa.array([each[2] for each in rows], pa.float64()),
        }
    )
    fast = judge(feed, given_rows, known=let_in, aliases={}, received_us=received)
    good = {(row["series"], row["us"]): (row["value"], row["quality"]) for row in fast.good.to_pylist()}
    assert good == plain.good
    assert {row["line"]: row["reason"] for row in fast.apart.to_pylist()} == plain.apart
    assert (fast.same, fast.conflicts.num_rows) == (plain.same, plain.conflicts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([-50.0, 0.0, 1.0, 2.5])), max_size=12))
def test_registers_become_differences_as_one_by_one(moves: list[tuple[int, float]]) -> None:
    at, register, found = START, 100.0, [(START, 100.0)]
    for steps, used in moves:
        at, register = at + steps * STEP, max(register + used, 0)
        found.append((at, register))
    rows = pa.table(
        {
            "series": ["A"] * len(found),
            "us": pa.array([each[0] for each in found], pa.int64()),
            "value": [each[1] for each in found],
        }
    )
    fast = differences(rows, STEP)
    assert [(r["us"], r["value"], r["quality"]) for r in fast.to_pylist()] == feeds.differences(found, STEP)
