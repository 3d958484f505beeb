"""What can't be read is said so and stands in nobody's way: no push ends in an error of ours, no message stops the listener, no batch
waits for ever before those behind it."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gongzhi.city.alerts import actions, listening
from gongzhi.city.alerts.actions.storing import store_waiting
from gongzhi.city.alerts.errors import WrongShape
from gongzhi.city.alerts.tests.meters import FEED, csv, send, there
from gongzhi.city.kernel.references import SYSTEM

pytestmark = pytest.mark.usefixtures("db", "meters", "morning")
AT = "2025-01-07 00:00"
GOOD = b'[{"series":"M1","at":"2025-01-07 00:00","value":1}]'
BAD = {
    "nested without end": b'[{"series":"M1","at":"","value":1,"x":' + b"[" * 9000 + b"]" * 9000 + b"}]",
    "bytes that are no text": b'[{"series":"M\xff","at":"2025-01-07 00:00","value":1}]',
    "half a character": b'[{"series":"\\ud800","at":"2025-01-07 00:00","value":1}]',
    "a number of 6000 digits": b'[{"series":"M1","at":"","value":' + b"9" * 6000 + b"}]",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_a_push_that_nobody_can_read_is_refused_and_a_message_is_kept(body: bytes) -> None:
    with pytest.raises(WrongShape):
        actions.push(SYSTEM, FEED, body)
    assert listening.joined([body]) == body and b"M1" in listening.joined([body, GOOD])
    assert send(body).state == "broken"


def test_days_of_no_calendar_are_kept_apart_and_the_next_batch_is_stored() -> None:
    days = ["294247-01-01 00:00", "290308-12-22 (BC)", "infinity", "-infinity", "0000-00-00", "99999-01-01"]
    rows = ",".join(f'{{"series":"M1","at":"{day}","value":1}}' for day in days)
    first = actions.push(SYSTEM, FEED, f"[{rows}]".encode())
    actions.push(SYSTEM, FEED, GOOD)
    assert store_waiting(FEED) == 2
    first.refresh_from_db()
    assert (first.state, first.apart) == ("stored", len(days)) and there() == {("M1", AT): (1, "")}


def _parquet(**columns: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"表号": ["M1"], "时间": [AT], "电量": [1.0], **columns}), out)
    return out.getvalue()


@pytest.mark.parametrize(
    "column",
    [
        {"表号": pa.array([["M1"]])},
        {"电量": pa.array([{"a": 1}])},
        {"时间": pa.array([2**62]).cast(pa.timestamp("ms"))},
    ],
    ids=["a list", "a structure", "the year 146 million"],
)
def test_columns_of_another_kind_break_a_file_and_not_the_feed(column: dict[str, Any]) -> None:
    batch = send(_parquet(**column))
    assert batch.state == "broken" and batch.trouble
    assert send(csv([("M1", AT, 1)])).added == 1


def test_two_columns_of_one_name_break_a_file() -> None:
    out = io.BytesIO()
    names = ["表号", "表号", "时间", "电量"]
    pq.write_table(pa.table([pa.array(each) for each in (["M1"], ["M1"], [AT], [1.0])], names=names), out)
    assert send(out.getvalue()).state == "broken"


def test_a_message_is_never_unpacked_and_may_begin_with_space() -> None:
    batch = send(_parquet(), channel="mqtt")
    assert (batch.state, batch.added) == ("broken", 0)
    assert send(b" \n" + GOOD, channel="mqtt").added == 1


def test_a_small_file_that_unpacks_to_more_than_a_memory_is_refused() -> None:
    long = pa.array(["M" * 1_000_000])
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 3000, pa.int32()), long)
    rest = {"时间": pa.array([AT] * 3000), "电量": pa.array(["1"] * 3000)}
    content = _parquet(表号=many, **rest)
    assert len(content) < 1_500_000
    batch = send(content)
    assert (batch.state, batch.trouble) == ("broken", "解压后过大")
    assert send(_parquet(表号=pa.array(["M1"] * 3000).dictionary_encode(), **rest)).added == 1
