"""Files as they come, in pieces: CSV (also .gz), XLSX, Parquet, and lists of JSON from pushes and messages.

Every piece is a table of line, series, at and value as texts; Parquet that has times and numbers keeps them.
"""

from __future__ import annotations

import gzip
import re
import zlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as pc
import pyarrow.parquet as pq

from gongzhi.city.alerts.errors import Broken
from gongzhi.city.kernel.sheets import read_rows
from gongzhi.engine.watches.feeds import SERIES_COLUMNS, FeedSpec

#: rows that are judged together: some hundred megabytes
PIECE: Final = 1_000_000
#: bytes that pyarrow reads of a CSV at once
BLOCK: Final = 16 * 2**20
SAMPLE: Final = 64 * 1024
#: bytes of a text in a Parquet file that many rows may name, and of one group of its rows unpacked
LONGEST_TEXT: Final = 2000
LARGEST_GROUP: Final = 2 << 30
UNPACKED: Final = "解压后过大"
TEXT: Final = pa.schema(
    [("line", pa.int64()), ("series", pa.string()), ("at", pa.string()), ("value", pa.string())]
)
#: a line without anything in it
_EMPTY: Final = re.compile(rb"^\r?\n", re.MULTILINE)
#: a line with more or fewer cells than the first: (line, what it was)
Odd = Callable[[int, str], None]


class Message(msgspec.Struct):
    """One reading of a push or a message."""

    series: str
    at: str
    value: float | int | str


def pieces(path: Path, spec: FeedSpec, odd: Odd, *, sent: bool = False) -> Iterator[pa.Table]:
    """The rows of a kept file. Raises Broken where it can't be read on; pieces before the break have been given.

    ``sent``: a push or a message, which is JSON whatever it begins with: no device has a file unpacked here.
    """
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise Broken(why="文件是空的")
    if sent or start.lstrip().startswith(b"["):
        found = _json(path)
    elif start.startswith(b"PAR1"):
        found = _parquet(path, spec)
    elif start.startswith(b"PK\x03\x04"):
        found = _xlsx(path, spec)
    else:
        found = _csv(path, spec, odd, zipped=start.startswith(b"\x1f\x8b"))
    yield from _gathered(_told(found))


def readings_of(content: bytes) -> list[Message]:
    """The readings of a JSON list; series and times are texts. Raises msgspec.DecodeError with what is wrong."""
    try:
        return msgspec.json.decode(content, type=list[Message])
    except (RecursionError, UnicodeDecodeError) as error:
        # nested without end, or bytes that are no text: as wrong as any other, and no reason for a listener to stop
        raise msgspec.DecodeError(str(error)) from error


def _told(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same; columns of a kind that nobody reads as text, or two of one name, break a file like anything else."""
    try:
        yield from tables
    except (pa.ArrowException, KeyError) as error:
        raise Broken(why=_why(error)) from error


def _gathered(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Small tables put together to pieces of about ``PIECE`` rows; what came before a break is given first."""
    held: list[pa.Table] = []
    try:
        for table in tables:
            held.append(table)
            if sum(each.num_rows for each in held) >= PIECE:
                yield pa.concat_tables(held)
                held = []
    except Broken:
        if held:
            yield pa.concat_tables(held)
        raise
    if held:
        yield pa.concat_tables(held)


def _named(spec: FeedSpec, columns: list[str]) -> dict[str, str]:
    """series, at, value -> the column of the file. Raises Broken when one is missing."""
    found = {name: spec.column(name) for name in SERIES_COLUMNS}
    if lost := [column for column in found.values() if column not in columns]:
        raise Broken(why=f"没有“{'”“'.join(lost)}”这一列（文件里有：{'、'.join(columns[:20])}）")
    return found


def _csv(path: Path, spec: FeedSpec, odd: Odd, *, zipped: bool) -> Iterator[pa.Table]:
    try:
        with path.open("rb") as kept, gzip.open(kept, "rb") if zipped else kept as stream:
            yield from _lines(cast(BinaryIO, stream), spec, odd)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Broken(why="压缩文件到中途断了") from error
    except UnicodeDecodeError as error:
        raise Broken(why="文字编码无法识别，请存为 UTF-8") from error
    except pa.ArrowInvalid as error:
        raise Broken(why=_why(error)) from error


def _lines(stream: BinaryIO, spec: FeedSpec, odd: Odd) -> Iterator[pa.Table]:
    sample = stream.read(SAMPLE)
    stream.seek(0)
    if b"\0" in sample:
        raise Broken(why="不是 CSV、XLSX 或 Parquet 文件")
    head = sample.split(b"\n", 1)[0]
    mark = max((b",", b"\t", b";"), key=head.count).decode()
    encoding = _encoding(sample)
    titles = [each.strip().strip('"') for each in head.decode(encoding).rstrip("\r").split(mark)]
    columns = _named(spec, titles)

    noted = _Noted(stream)
    skipped: deque[int] = deque()

    def broken_row(row: Any) -> str:
        skipped.append(int(row.number or 0))
        odd(noted.in_file(skipped[-1]), str(row.text)[:200])
        return "skip"

    reader = pc.open_csv(
        noted,
        # one thread keeps the numbers of lines
        read_options=pc.ReadOptions(
            use_threads=False, block_size=BLOCK, encoding=encoding, column_names=titles, skip_rows=1
        ),
        parse_options=pc.ParseOptions(delimiter=mark, invalid_row_handler=broken_row),
        convert_options=pc.ConvertOptions(
            include_columns=list(columns.values()),
            column_types=dict.fromkeys(columns.values(), pa.string()),
            strings_can_be_null=False,
        ),
    )
    line = 2
    for batch in reader:
        lines, line = _without(skipped, line, batch.num_rows)
        yield _table(noted.all_in_file(lines), *(batch.column(columns[name]) for name in SERIES_COLUMNS))


class _Noted:
    """A stream that notes where empty lines lie: Arrow passes them by and does not count them."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        #: how many lines with something in them lie before each empty line, plus one
        self.before: list[int] = []
        self._filled, self._rest = 1, b""

    def read(self, size: int = -1) -> bytes:
        """What the stream gives."""
        block = self.stream.read(size)
        whole, mark, rest = (self._rest + block).rpartition(b"\n")
        lines, self._rest = whole + mark, rest
        at = 0
        # most files have none: looking for the bytes costs a third of looking line by line
        some = lines.startswith((b"\n", b"\r")) or b"\n\n" in lines or (b"\r" in lines and b"\n\r\n" in lines)
        for empty in _EMPTY.finditer(lines) if some else ():
            self._filled += lines.count(b"\n", at, empty.start())
            self.before.append(self._filled)
            at = empty.end()
        self._filled += lines.count(b"\n", at)
        return block

    def close(self) -> None:
        """The stream is closed by who opened it."""

    def in_file(self, line: int) -> int:
        """A line by Arrow's number -> its number in the file."""
        return line + bisect_right(self.before, line)

    def all_in_file(self, lines: Any) -> Any:
        """The same of many lines."""
        return lines + np.searchsorted(self.before, lines, side="right") if self.before else lines


def _without(skipped: deque[int], first: int, count: int) -> tuple[Any, int]:
    """The numbers of the next ``count`` rows from line ``first`` on, and of the line behind them.

    ``skipped`` are lines that are no rows, in order; the reader may be ahead, so that some lie behind these rows.
    """
    end, passed = first + count, []
    while skipped and skipped[0] < end:
        passed.append(skipped.popleft() - first)
        end += 1
    return np.delete(np.arange(first, end, dtype=np.int64), np.array(passed, np.int64)), end


def _encoding(sample: bytes) -> str:
    """UTF-8 where the beginning is, else GB 18030, in which the other half of office files is. A cut character is no sign."""
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        sample[: len(sample) - 4 if len(sample) == SAMPLE else None].decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.end >= len(sample) - 8 and len(sample) == SAMPLE else "gb18030"
    return "utf-8"


def _parquet(path: Path, spec: FeedSpec) -> Iterator[pa.Table]:
    try:
        columns = _named(spec, pq.read_schema(path).names)
        # texts stay a dictionary until it is known how long they are: what a million rows name is in the file but once
        file = pq.ParquetFile(path, read_dictionary=list(columns.values()))
        groups = map(file.metadata.row_group, range(file.metadata.num_row_groups))
        if max((each.total_byte_size for each in groups), default=0) > LARGEST_GROUP:
            raise Broken(why=UNPACKED)
        line = 1
        for batch in file.iter_batches(batch_size=PIECE, columns=list(columns.values())):
            for name in columns.values():
                _require_short(batch.column(name))
            lines = range(line, line + batch.num_rows)
            yield _table(lines, *(batch.column(columns[name]) for name in SERIES_COLUMNS))
            line = lines.stop
    except (pa.ArrowInvalid, OSError) as error:
        raise Broken(why=_why(error)) from error


def _require_short(column: Any) -> None:
    """Raises Broken for texts that would fill the memory once they are written out."""
    if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type):
        longest = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
        if longest > LONGEST_TEXT:
            raise Broken(why=UNPACKED)


def _xlsx(path: Path, spec: FeedSpec) -> Iterator[pa.Table]:
    with path.open("rb") as stream:
        rows = read_rows(stream, path.name, Broken)
        held: list[tuple[int, dict[str, str]]] = []
        columns: dict[str, str] = {}
        for number, row in rows:
            columns = columns or _named(spec, list(row))
            held.append((number, row))
            if len(held) >= PIECE // 10:
                yield _of_rows(held, columns)
                held = []
        if held:
            yield _of_rows(held, columns)


def _of_rows(rows: list[tuple[int, dict[str, str]]], columns: dict[str, str]) -> pa.Table:
    lists = [[number for number, _row in rows]]
    texts = [[row[columns[name]] for _number, row in rows] for name in SERIES_COLUMNS]
    return pa.table([*map(pa.array, lists), *(pa.array(each, pa.string()) for each in texts)], schema=TEXT)


def _json(path: Path) -> Iterator[pa.Table]:
    try:
        found = readings_of(path.read_bytes())
    except msgspec.DecodeError as error:
        raise Broken(why=str(error)[:200]) from error
    texts = [[str(getattr(each, name)) for each in found] for name in SERIES_COLUMNS]
    arrays = [pa.array(each, pa.string()) for each in texts]
    yield _table(range(1, len(found) + 1), *arrays)


def _table(lines: Any, series: Any, at: Any, value: Any) -> pa.Table:
    times = pa.types.is_timestamp(at.type)
    figures = pa.types.is_floating(value.type) or pa.types.is_integer(value.type)
    return pa.table(
        {
            "line": pa.array(lines, pa.int64()),
            "series": series.cast(pa.string()),
            "at": at if times else at.cast(pa.string()),
            "value": value.cast(pa.float64()) if figures else value.cast(pa.string()),
        }
    )


def _why(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0][:200]


__all__ = ["PIECE", "Message", "pieces", "readings_of"]
