"""Event logs as CSV: one line per event, columns recognised by their names or by what the reader was told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Final, cast

from gongzhi.engine.mining.errors import NoSuchColumn, UnreadableLog
from gongzhi.engine.mining.events import Event, Troubles, somebody
from gongzhi.engine.mining.stamps import Stamps

#: what a column is for -> names under which it is known (compared without case, blanks and punctuation)
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("case", "case_id", "caseid", "case:concept:name", "case concept name", "案件", "案件编号", "工单编号", "工单号", "编号", "流水号"),
    "activity": ("activity", "concept:name", "event", "task_name", "环节", "环节名称", "步骤", "活动", "动作"),
    "time": ("timestamp", "time:timestamp", "time", "complete_timestamp", "completetime", "end", "end_time", "时间", "完成时间", "办结时间"),
    "start": ("start_timestamp", "starttime", "start_time", "start", "开始时间", "签收时间"),
    "lifecycle": ("lifecycle", "lifecycle:transition", "transition", "状态"),
    "resource": ("resource", "org:resource", "user", "办理人", "经办人"),
    "role": ("role", "org:role", "角色", "岗位"),
    "group": ("org_group", "org:group", "group", "department", "office", "单位", "部门", "承办单位"),
    "instance": ("activity_instance_id", "concept:instance", "instance", "instance_id"),
}  # fmt: skip
NEEDED: Final = {"case": "案件编号", "activity": "环节", "time": "时间"}
#: an own export's heading, in this order
COLUMNS: Final = ("case", "activity", "timestamp", "lifecycle", "resource", "role", "org_group", "instance")
MOST_FIELD: Final = 100_000


def read_csv(
    stream: IO[bytes], stamps: Stamps, troubles: Troubles, *, mapping: Mapping[str, str] | None = None
) -> Iterator[Event]:
    """Events of a CSV file, one by one. ``mapping``: what a column is for -> its heading.

    Raises UnreadableLog (no text, broken quoting) and NoSuchColumn.
    """
    csv.field_size_limit(MOST_FIELD)
    text = _text(stream)
    try:
        yield from _events(text, stamps, troubles, mapping or {})
    except csv.Error as error:
        raise UnreadableLog(why=f"CSV 有误（{error}）") from error
    except UnicodeError as error:
        raise UnreadableLog(why="文字编码不是 UTF-8，也不是 GB18030") from error


def _text(stream: IO[bytes]) -> io.TextIOWrapper:
    """UTF-8, else GB18030: told by the first 64 kB."""
    buffered = (
        stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
    )
    head = buffered.peek(65_536)[:65_536]
    if b"\0" in head:
        raise UnreadableLog(why="这不是文本文件")
    try:
        head.decode("utf-8")
        encoding = "utf-8-sig"
    except UnicodeDecodeError as error:
        # a character cut in half at the end of the head is no proof
        encoding = "utf-8-sig" if error.start >= len(head) - 4 else "gb18030"
    return io.TextIOWrapper(buffered, encoding=encoding, newline="")


def _events(
    text: io.TextIOWrapper, stamps: Stamps, troubles: Troubles, mapping: Mapping[str, str]
) -> Iterator[Event]:
    first = text.readline()
    while first and not first.strip():
        first = text.readline()
    if not first:
        raise UnreadableLog(why="文件是空的")
    delimiter = max(",;\t|", key=first.count)
    heads = next(csv.reader([first], delimiter=delimiter))
    place = _columns(heads, mapping)
    reader = csv.reader(text, delimiter=delimiter)
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        troubles.read += 1
        event = _event(row, place, stamps, troubles, reader.line_num + 1)
        if event is not None:
            yield event


def _columns(heads: list[str], mapping: Mapping[str, str]) -> dict[str, int]:
    plain = {_plain(head): number for number, head in reversed(list(enumerate(heads)))}
    found: dict[str, int] = {}
    for what, names in NAMES.items():
        asked = (mapping[what],) if what in mapping else names
        number = next((plain[_plain(name)] for name in asked if _plain(name) in plain), None)
        if number is not None and (what in mapping or number not in found.values()):
            found[what] = number
        elif what in mapping or what in NEEDED:
            raise NoSuchColumn(what=mapping.get(what) or NEEDED[what], columns="、".join(heads[:40]))
    return found


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _event(
    row: list[str], place: Mapping[str, int], stamps: Stamps, troubles: Troubles, line: int
) -> Event | None:
    def cell(what: str) -> str:
        number = place.get(what, -1)
        return row[number].strip() if 0 <= number < len(row) else ""

    if not cell("case"):
        troubles.add("no_case", line)
        return None
    if not cell("activity"):
        troubles.add("no_activity", line)
        return None
    at = stamps.read(cell("time"), line)
    if at is None:
        return None
    started = stamps.read(cell("start"), line) if cell("start") else None
    if started is not None and started > at:
        troubles.add("end_before_start", line, f"{cell('start')} > {cell('time')}")
    return Event(
        case=cell("case"),
        activity=cell("activity"),
        at=at,
        started=started,
        lifecycle=(cell("lifecycle") or "complete").lower(),
        instance=cell("instance"),
        resource=somebody(cell("resource")),
        role=somebody(cell("role")),
        group=somebody(cell("group")),
        line=line,
    )


def write_csv(events: Iterable[Event]) -> Iterator[bytes]:
    """The events as CSV with the headings that ``read_csv`` knows; times in ISO 8601."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield b"\xef\xbb\xbf"
    for event in events:
        for cycle, at in each_moment(event):
            cells = (
                event.case,
                event.activity,
                at.isoformat(),
                cycle,
                event.resource,
                event.role,
                event.group,
            )
            writer.writerow([_harmless(cell) for cell in (*cells, event.instance)])
        if buffer.tell() > 65_536:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def each_moment(event: Event) -> Iterator[tuple[str, datetime]]:
    """The transitions that an event tells: its start, where known, and itself."""
    if event.started is not None:
        yield "start", event.started
    yield event.lifecycle, event.at


def _harmless(cell: str) -> str:
    """No spreadsheet takes the cell for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell


__all__ = ["COLUMNS", "NAMES", "each_moment", "read_csv", "write_csv"]
