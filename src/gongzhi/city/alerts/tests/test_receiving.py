"""Files as they come: good, late, twice, broken, from a wrong clock, from a renamed firm. Reported, and nothing is lost."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from gongzhi.city.alerts import actions, keeping, parsing
from gongzhi.city.alerts.errors import NotForReadings, TooMuchWaiting, UnknownSeries, WrongShape
from gongzhi.city.alerts.models import Batch
from gongzhi.city.alerts.tests.meters import COUNTER, FEED, csv, day, kinds, rows, send, spec, there
from gongzhi.city.jobs.models import Job
from gongzhi.city.kernel.references import SYSTEM

pytestmark = pytest.mark.usefixtures("db", "meters", "morning")


def numbers(batch: Batch) -> dict[str, int]:
    names = ("rows", "added", "same", "replaced", "apart", "late")
    return {name: getattr(batch, name) for name in names if getattr(batch, name)}


def test_a_file_comes_in_and_again_it_is_the_same_batch() -> None:
    content = csv(*(rows(meter, "2025-01-07 00:00", day()) for meter in ("M1", "M2", "M3")))
    batch = send(content)
    assert batch.state == "stored" and numbers(batch) == {"rows": 288, "added": 288} and kinds(batch) == {}
    assert send(content).pk == batch.pk and Batch.objects.count() == 1
    again = send(content + b"\n", name="b.csv")
    assert numbers(again) == {"rows": 288, "same": 288} and len(there()) == 288


@pytest.mark.parametrize("form", ["gb18030", "gz", "xlsx", "parquet", "tab"])
def test_every_form_of_a_file_tells_the_same(form: str) -> None:
    lines = rows("M1", "2025-01-07 00:00", [1, 2.5, 3])
    assert numbers(send(FORMS[form](lines))) == {"rows": 3, "added": 3}
    assert there() == {(s, at): (v, "") for s, at, v in lines}


def _xlsx(lines: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["时间", "表号", "电量"])
    for series, at, value in lines:
        book.active.append([at, series, value])
    book.save(out)
    return out.getvalue()


def _parquet(lines: list[Any]) -> bytes:
    out = io.BytesIO()
    times = pa.array([each[1] for each in lines]).cast(pa.timestamp("s"))
    columns = {"表号": [each[0] for each in lines], "时间": times, "电量": [each[2] for each in lines]}
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


FORMS: dict[str, Any] = {
    "gb18030": lambda lines: csv(lines, encoding="gb18030"),
    "gz": lambda lines: gzip.compress(csv(lines)),
    "xlsx": _xlsx,
    "parquet": _parquet,
    "tab": lambda lines: csv(lines).replace(b",", b"\t"),
}


TIMES = {
    "2025-01-07 00:15:00": "01-07 00:15",
    "2025/1/7 0:15": "01-07 00:15",
    "20250107001500": "01-07 00:15",
    "2025年1月7日 00:15": "01-07 00:15",
    "2025-01-07T00:15:00+08:00": "01-07 00:15",
    "2025-01-06T16:15:00Z": "01-07 00:15",
    "2025-01-06 16:15:00+0000": "01-07 00:15",
    "2025-01-06 24:00": "01-07 00:00",
    "2025-01-07 00:29:59": "01-07 00:15",
    "2025-02-30 00:00": "",
    "昨天": "",
}


def test_times_are_read_as_people_write_them(meters: Any) -> None:
    meters.known = [f"T{number}" for number in range(len(TIMES))]
    lines = [f"T{number},{text},1" for number, text in enumerate(TIMES)]
    batch = send("\n".join(["表号,时间,电量", *lines]).encode())
    found = {series: at[5:] for series, at in there()}
    assert [found.get(f"T{number}", "") for number in range(len(TIMES))] == list(TIMES.values())
    assert batch.apart == 2


def test_the_end_of_a_step_names_the_step_before(meters: Any) -> None:
    meters.specs = [spec(stamp="end")]
    send(csv([("M1", "2025-01-07 00:15", 1), ("M1", "2025-01-07 24:00", 2)]))
    assert list(there()) == [("M1", "2025-01-07 00:00"), ("M1", "2025-01-07 23:45")]


def test_what_can_not_be_let_in_is_kept_apart_with_its_reason() -> None:
    batch = send(
        csv([("M1", "2025-01-07 00:00", 5), ("M9", "2025-01-07 00:00", 5), ("M1", "2025-01-07 00:15", -1)])
        + "M1,2025-01-07 00:30,很多\nM1,2025-01-07 00:45,1,2,3\nM1,2025-01-08 07:00,3\n".encode()
    )
    assert numbers(batch) == {"rows": 6, "added": 1, "apart": 5}
    found = keeping.rows_apart(FEED, batch.pk).to_pylist()
    assert sorted((row["reason"], row["value"]) for row in found) == [
        ("future", "3"), ("range", "-1"), ("unknown", "5"), ("unreadable", ""), ("unreadable", "很多"),
    ]  # fmt: skip
    assert kinds(batch) == {"future": 1, "range": 1, "unknown": 1, "unreadable": 2, "silent": 2}


def test_late_readings_come_in_with_a_mark() -> None:
    batch = send(csv(rows("M1", "2025-01-05 00:00", [1]), rows("M1", "2025-01-07 00:00", [1])))
    assert batch.late == 1 and kinds(batch)["late"] == 1
    assert there() == {("M1", "2025-01-05 00:00"): (1, "late"), ("M1", "2025-01-07 00:00"): (1, "")}


def test_twice_in_a_file_the_last_one_counts_and_a_correction_is_told() -> None:
    first = send(csv(rows("M1", "2025-01-07 00:00", [1, 2]), rows("M1", "2025-01-07 00:00", [1, 3])))
    assert numbers(first) == {"rows": 4, "added": 2, "same": 2} and kinds(first)["conflict"] == 1
    second = send(csv(rows("M1", "2025-01-07 00:00", [1, 4])))
    assert numbers(second) == {"rows": 2, "same": 1, "replaced": 1} and kinds(second)["conflict"] == 1
    assert there()["M1", "2025-01-07 00:15"] == (4, "")


def test_a_hole_is_told_also_the_one_before_the_file() -> None:
    send(csv(rows("M1", "2025-01-06 00:00", day())))
    batch = send(csv(rows("M1", "2025-01-07 01:00", [1, 2]), rows("M1", "2025-01-07 02:00", [1])))
    holes = {(f"{each.since:%H:%M}", each.count) for each in batch.findings.filter(kind="gap")}
    assert holes == {("16:00", 4), ("17:30", 2)}  # UTC: the midnight before, and half past one


def test_a_register_that_began_anew_and_a_hole_in_it() -> None:
    first = send(csv(rows("M1", "2025-01-07 00:00", [100, 101, 103])), feed=COUNTER)
    assert numbers(first) == {"rows": 3, "added": 3}
    second = send(csv([("M1", "2025-01-07 01:15", 109), ("M1", "2025-01-07 01:30", 2)]), feed=COUNTER)
    assert there(COUNTER) == {
        ("M1", "2025-01-07 00:00"): (1, ""), ("M1", "2025-01-07 00:15"): (2, ""),
        ("M1", "2025-01-07 00:30"): (2, "estimated"), ("M1", "2025-01-07 00:45"): (2, "estimated"),
        ("M1", "2025-01-07 01:00"): (2, "estimated"), ("M1", "2025-01-07 01:15"): (2, "reset"),
    }  # fmt: skip
    assert kinds(second)["reset"] == 1
    send(csv([("M1", "2025-01-07 00:45", 104), ("M1", "2025-01-07 01:00", 104)]), feed=COUNTER)
    assert [there(COUNTER)["M1", f"2025-01-07 {at}"] for at in ("00:30", "00:45", "01:00")] == [
        (1, ""), (0, ""), (5, ""),
    ]  # fmt: skip


def test_a_clock_that_is_an_hour_ahead_is_told() -> None:
    for number in range(1, 6):
        send(
            csv(rows("M1", f"2025-01-0{number} 00:00", day()), rows("M2", f"2025-01-0{number} 00:00", day()))
        )
    batch = send(
        csv(rows("M1", "2025-01-06 00:00", day()), rows("M2", "2025-01-06 00:00", day(), ahead=60))
        + csv(rows("M2", "2025-01-06 00:00", day()[-4:]), head="")
    )
    found = batch.findings.filter(kind="clock")
    assert [(each.series, each.count) for each in found] == [("M2", 60)]
    # what it says of the coming hour is kept apart
    ahead = send(csv(rows("M3", "2025-01-08 05:45", [1, 2, 3])))
    assert (ahead.added, ahead.apart, kinds(ahead)["future"]) == (2, 1, 1)


@pytest.mark.parametrize("block", [16 << 20, 64])
def test_what_is_found_behind_a_line_with_too_few_cells_names_its_own_line(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "BLOCK", block)
    lines = csv(rows("M1", "2025-01-07 00:00", day()[:20])).splitlines()
    for number, text in (
        (3, b"2025-01-07 00:15"),
        (4, b"a,b,c,d"),
        (9, b"M1,x,1"),
        (12, b"M1"),
        (21, b"M1,y,1"),
    ):
        lines[number - 1] = text
    # an empty line is no row, and is counted all the same
    batch = send(b"\n".join(lines).replace(b"\nM1,x", b"\n\r\n\nM1,x") + b"\n\n")
    apart = keeping.rows_apart(FEED, batch.pk)
    told = dict(zip(apart["line"].to_pylist(), apart["at"].to_pylist(), strict=True))
    assert told == {3: "2025-01-07 00:15", 4: "a,b,c,d", 11: "x", 14: "M1", 23: "y"}
    assert (batch.rows, batch.added) == (20, 15)


def test_a_day_of_zeros_is_told_and_let_in() -> None:
    send(csv(rows("M1", "2025-01-06 00:00", day()), rows("M2", "2025-01-06 00:00", [0] * 96)))
    batch = send(csv(rows("M1", "2025-01-07 00:00", [0] * 96), rows("M2", "2025-01-07 00:00", [0] * 96)))
    assert [(each.series, each.count) for each in batch.findings.filter(kind="zeros")] == [("M1", 96)]
    assert batch.added == 192


def test_a_renamed_firm_is_kept_apart_until_somebody_names_it(meters: Any) -> None:
    batch = send(csv(rows("新厂", "2025-01-07 00:00", day()), rows("M2", "2025-01-07 00:00", day())))
    assert (batch.apart, kinds(batch)) == (96, {"unknown": 1, "silent": 2})
    with pytest.raises(UnknownSeries):
        actions.name_series(SYSTEM, FEED, "新厂", "M9")
    actions.name_series(SYSTEM, FEED, "新厂", "M1")
    again = actions.store(actions.retry(SYSTEM, batch.pk).pk)
    assert (again.channel, again.added, again.apart) == ("retry", 96, 0)
    # and from now on it comes in by itself
    assert send(csv(rows("新厂", "2025-01-06 00:00", [3]))).added == 1
    assert {series for series, _at in there()} == {"M1", "M2"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空"),
        (b"\x00\x01\x02 nothing", "不是"),
        (b"a,b,c\n1,2,3\n", "没有“表号”“时间”“电量”"),
        (gzip.compress(csv(rows("M1", "2025-01-07 00:00", day())))[:-20], "断了"),
        (_parquet(rows("M1", "2025-01-07 00:00", [1]))[:-10], ""),
        (_xlsx(rows("M1", "2025-01-07 00:00", [1]))[:-900], "XLSX"),
        (b'[{"series": "M1"', ""),
    ],
    ids=["empty", "binary", "columns", "gzip", "parquet", "xlsx", "json"],
)
def test_a_broken_file_is_told_and_kept(content: bytes, why: str) -> None:
    batch = send(content)
    assert batch.state == "broken" and why in batch.trouble and kinds(batch)["broken"] == 1
    assert keeping.kept(FEED, batch.digest).read_bytes() == content
    # sent again it is tried again
    assert send(content).pk != batch.pk


def test_a_batch_that_was_killed_in_the_middle_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv(*(rows("M1", f"2025-01-0{number} 00:00", day()) for number in range(1, 7)))
    made = actions.receive(SYSTEM, FEED, content=content, later=False)
    from gongzhi.city.alerts import readings

    real, calls = readings.Partitions._put, []

    def dies(self: Any, path: Any, table: Any) -> None:
        calls.append(path)
        if len(calls) == 4:
            raise KeyboardInterrupt
        real(self, path, table)

    monkeypatch.setattr(readings.Partitions, "_put", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.store(made.pk)
    assert Batch.objects.get().state == "waiting" and len(there()) == 3 * 96
    monkeypatch.undo()
    done = actions.store(made.pk)
    assert numbers(done)["added"] == done.rows == 576 and len(there()) == 576


def test_a_push_is_once_and_a_crowd_is_sent_away(settings: Any) -> None:
    body = b'[{"series": "M1", "at": "2025-01-07T00:00:00+08:00", "value": 1.5}]'
    first = actions.push(SYSTEM, FEED, body, key="k1")
    assert actions.push(SYSTEM, FEED, body, key="k1").pk == first.pk
    assert Job.objects.count() == 1
    settings.GONGZHI_FEEDS_WAITING = 1
    with pytest.raises(TooMuchWaiting):
        actions.push(SYSTEM, FEED, body, key="k2")
    actions.store_feed.func(FEED)
    assert there() == {("M1", "2025-01-07 00:00"): (1.5, "")}
    assert actions.push(SYSTEM, FEED, body, key="k2").state == "waiting"


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'[{"series": 3, "at": "x", "value": 1}]', b'[{"at": "x", "value": 1}]']
)
def test_a_push_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(WrongShape):
        actions.push(SYSTEM, FEED, body)
    assert not Batch.objects.exists()


def test_an_extract_is_no_stream(meters: Any) -> None:
    plain = {
        "id": "bills",
        "kind": "extract",
        "title": "医疗自付",
        "source": "医保局",
        "basis": "清单",
        "register": "bills",
    }
    meters.specs = [type(spec()).model_validate(plain)]
    with pytest.raises(NotForReadings):
        actions.push(SYSTEM, "plants.bills", b'[{"series": "a", "at": "b", "value": 1}]')
