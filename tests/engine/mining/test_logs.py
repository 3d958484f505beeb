"""Logs in and out: what is written is read back, what is odd is told, what is hostile is refused."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.mining import (
    Event,
    HowToRead,
    LogTooLarge,
    NoSuchColumn,
    Troubles,
    UnreadableLog,
    kind_of,
    read_log,
    write_csv,
    write_ocel,
    write_xes,
)

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def read(content: str | bytes, **how: object) -> tuple[list[Event], Troubles]:
    troubles = Troubles()
    data = content.encode() if isinstance(content, str) else content
    events = list(read_log(io.BytesIO(data), troubles, how=HowToRead(**how), now=NOW))  # type: ignore[arg-type]
    return events, troubles


texts = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
names = texts.filter(
    lambda text: (
        text.strip() == text
        and text[0] not in "=+-@"
        and text.lower() not in ("empty", "nil", "null", "none", "undefined", "n/a", "-", "无", "空")
    )
)
moments = st.integers(0, 10**9).map(
    lambda s: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=s, milliseconds=s % 1000)
)
events = st.builds(
    Event, case=names, activity=names, at=moments, lifecycle=st.sampled_from(["complete", "start", "schedule"]),
    instance=st.one_of(st.just(""), names), resource=st.one_of(st.just(""), names), role=st.one_of(st.just(""), names),
    group=st.one_of(st.just(""), names),
)  # fmt: skip


def plain(event: Event) -> tuple[object, ...]:
    return (
        event.case,
        event.activity,
        event.at,
        event.lifecycle,
        event.instance,
        event.resource,
        event.group,
    )


@settings(max_examples=60)
@given(st.lists(events, min_size=1, max_size=12))
def test_it_reads_back_what_it_wrote(given: list[Event]) -> None:
    given = sorted(given, key=lambda event: event.case)
    for write in (write_csv, write_xes):
        back, troubles = read(b"".join(write(given)))
        assert [plain(event) for event in back] == [plain(event) for event in given]
        assert troubles.left_out == 0
    back, _troubles = read(b"".join(write_ocel(given)), case_type="case")
    assert [plain(event) for event in back] == [plain(event) for event in given]


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        (",办理,2024-01-01 10:00", "no_case"),
        ("1,,2024-01-01 10:00", "no_activity"),
        ("1,办理,", "no_time"),
        ("1,办理,昨天", "bad_time"),
        ("1,办理,03/04/2024 10:00", "bad_time"),  # March or April: not guessed
        ("1,办理,2031-01-01 10:00", "future"),
        ("1,办理", "no_time"),
    ],
)
def test_it_tells_every_odd_row_with_its_line(row: str, trouble: str) -> None:
    found, troubles = read(f"case,activity,time\n1,受理,2024-01-01 09:00\n{row}\n")
    assert troubles.counts == {trouble: 1}
    assert troubles.rows[trouble][0][0] == 3
    assert len(found) == (2 if trouble == "future" else 1)
    assert troubles.read == 2


def test_it_tells_an_end_before_its_start_and_mixed_zones() -> None:
    text = "case,activity,start_time,end_time\n1,办理,2024-01-02 10:00,2024-01-01 10:00\n2,办理,,2024-01-01T10:00:00Z\n"
    found, troubles = read(text)
    assert troubles.counts == {"end_before_start": 1, "mixed_zones": 1}
    assert found[0].started is not None
    assert found[0].at == datetime(2024, 1, 1, 2, 0, tzinfo=UTC)
    assert found[1].at == datetime(2024, 1, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2024-10-12 18:00", (2024, 10, 12, 10, 0)),
        ("2024/10/12 18:00:30", (2024, 10, 12, 10, 0, 30)),
        ("2024年10月12日 18:00", (2024, 10, 12, 10, 0)),
        ("12.10.2024 18:00", (2024, 10, 12, 10, 0)),
        ("2024-10-12T18:00:00+02:00", (2024, 10, 12, 16, 0)),
        ("1728727200", (2024, 10, 12, 10, 0)),
        ("1728727200000", (2024, 10, 12, 10, 0)),
        ("2024-10-12", (2024, 10, 11, 16, 0)),
    ],
)
def test_it_reads_the_ways_to_write_a_time(text: str, at: tuple[int, ...]) -> None:
    (event,), _troubles = read(f"case,activity,time\n1,办理,{text}\n")
    assert event.at == datetime(*at, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_it_takes_columns_as_told_and_names_those_that_are_absent() -> None:
    text = "甲;乙;丙\n1;办理;12/10/2024\n"
    (event,), _troubles = read(
        text, mapping={"case": "甲", "activity": "乙", "time": "丙"}, time_format="%d/%m/%Y"
    )
    assert (event.case, event.activity, event.at.day) == ("1", "办理", 11)
    with pytest.raises(NoSuchColumn, match="案件编号"):
        read(text)
    with pytest.raises(NoSuchColumn, match="丁"):
        read(text, mapping={"case": "丁", "activity": "乙", "time": "丙"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_it_reads_chinese_in_the_encodings_of_offices(encoding: str) -> None:
    (event,), _troubles = read("工单编号,环节,时间\n1,窗口受理,2024-01-01 10:00\n".encode(encoding))
    assert event.activity == "窗口受理"


@pytest.mark.parametrize(
    "hostile",
    [
        b'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "x">]><log><trace/></log>',
        b'<?xml version="1.0"?><!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>',
        b"<html/>",
        b"<log><trace></log>",
        b'{"events": [{"relationships": 3}], "objects": []}',
        b'{"events": []}',
        b"{" * 100_000,
        b"case,activity,time\n\x00\x01",
        b"",
        b"\x1f\x8bnot a gzip",
    ],
)
def test_it_refuses_what_is_no_log(hostile: bytes) -> None:
    with pytest.raises(UnreadableLog):
        read(hostile)


def test_it_refuses_a_small_file_that_unpacks_to_a_large_one() -> None:
    bomb = gzip.compress(b"case,activity,time\n" + b"1,a,2024-01-01 10:00\n" * 200_000)
    assert len(bomb) < 50_000
    with pytest.raises(LogTooLarge):
        read(bomb, most=1024 * 1024)
    small = gzip.compress(b"case,activity,time\n1,a,2024-01-01 10:00\n")
    assert len(read(small, most=1024)[0]) == 1


def test_it_sees_an_object_centric_log_from_the_type_that_it_is_told() -> None:
    log = {
        "objectTypes": [], "eventTypes": [],
        "objects": [{"id": "o1", "type": "order"}, {"id": "i1", "type": "item"}, {"id": "i2", "type": "item"}],
        "events": [
            {"id": "e1", "type": "place", "time": "2024-01-01T00:00:00Z", "relationships": [{"objectId": each, "qualifier": ""} for each in ("o1", "i1", "i2")]},
            {"id": "e2", "type": "pack", "time": "2024-01-02T00:00:00Z", "relationships": [{"objectId": "i1", "qualifier": ""}]},
        ],
    }  # fmt: skip
    by_order, troubles = read(json.dumps(log), case_type="order")
    assert [event.activity for event in by_order] == ["place"]
    assert troubles.counts == {"no_object": 1}
    by_item, troubles = read(json.dumps(log), case_type="item")
    assert Counter(event.case for event in by_item) == {"i1": 2, "i2": 1}
    assert troubles.counts == {"many_cases": 1}
    with pytest.raises(UnreadableLog, match="order"):
        read(json.dumps(log), case_type="nothing")


@pytest.mark.parametrize(
    ("head", "kind"), [(b"\xef\xbb\xbf <log>", "xes"), (b"\n{", "ocel"), (b"a,b", "csv"), (b"", "csv")]
)
def test_it_tells_the_kind_by_the_first_bytes(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


def test_it_lets_no_spreadsheet_compute_what_was_exported() -> None:
    event = Event(case="=1+1", activity="@SUM(A1)", at=NOW)
    assert b"\n'=1+1,'@SUM(A1)" in b"".join(write_csv([event]))
