"""Whatever the log is written in: told by its first bytes, read as a stream, with a limit on what comes out."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gongzhi.engine.mining.csvlog import read_csv
from gongzhi.engine.mining.errors import LogTooLarge, UnreadableLog
from gongzhi.engine.mining.events import Event, Troubles
from gongzhi.engine.mining.ocel import read_ocel
from gongzhi.engine.mining.stamps import Stamps
from gongzhi.engine.mining.xes import read_xes

MB = 1024 * 1024
#: an OCEL file in JSON is held in memory as a whole
MOST_JSON = 256 * MB


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """What the file does not say itself."""

    #: what a column is for -> its heading (CSV)
    mapping: Mapping[str, str] = field(default_factory=dict)
    #: strptime format of its times (CSV)
    time_format: str = ""
    #: zone of times that say none
    zone: str = "Asia/Shanghai"
    #: object type that is the case (OCEL)
    case_type: str = ""
    #: most bytes, also after unpacking; 0: no limit
    most: int = 0


class _Counted(io.RawIOBase):
    """Passes bytes on and refuses when they are too many: a small file may unpack to a large one."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, most: int) -> None:
        self._stream, self._most, self._read = stream, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableLog(why=f"压缩包坏了（{error}）") from error
        self._read += len(data)
        if self._most and self._read > self._most:
            raise LogTooLarge(most=self._most // MB)
        buffer[: len(data)] = data
        return len(data)


def kind_of(head: bytes) -> str:
    """``xes``, ``ocel`` or ``csv``, by the first bytes.

    >>> kind_of(b'<?xml version="1.0"?><log/>'), kind_of(b' {"events": []}'), kind_of(b"case,activity,time")
    ('xes', 'ocel', 'csv')
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return {b"<": "xes", b"{": "ocel"}.get(start, "csv")


def read_log(
    stream: IO[bytes], troubles: Troubles, *, how: HowToRead | None = None, now: datetime | None = None
) -> Iterator[Event]:
    """The events of a log (CSV, XES or OCEL 2.0 JSON, each also gzipped), one by one.

    ``troubles`` fills while the events are taken; ``now`` tells which lie in the future. Raises UnreadableLog, NoSuchColumn,
    LogTooLarge.
    """
    how = how or HowToRead()
    try:
        zone = ZoneInfo(how.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnreadableLog(why=f"没有“{how.zone}”这个时区") from error
    stamps = Stamps(troubles, zone=zone, format=how.time_format, now=now)
    opened = io.BufferedReader(_Counted(stream, how.most), 1 << 17)
    if opened.peek(2)[:2] == b"\x1f\x8b":
        opened = io.BufferedReader(_Counted(gzip.GzipFile(fileobj=opened), how.most), 1 << 17)
    kind = kind_of(opened.peek(512)[:512])
    if kind == "xes":
        yield from read_xes(opened, stamps, troubles)
    elif kind == "ocel":
        whole = io.BufferedReader(_Counted(opened, min(how.most or MOST_JSON, MOST_JSON)))
        yield from read_ocel(whole, stamps, troubles, case_type=how.case_type)
    else:
        yield from read_csv(opened, stamps, troubles, mapping=how.mapping)
    stamps.finish()


__all__ = ["HowToRead", "kind_of", "read_log"]
