"""Rows of CSV and XLSX files, one at a time, whatever their size and encoding; and cells that no spreadsheet runs.

Rooms that import hand in the error with which they refuse: it takes ``why``.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import itertools
import zipfile
from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

from openpyxl import load_workbook

from gongzhi.engine.errors import GongzhiError

#: longest cell; a row with a longer one breaks the file, not the memory
LONGEST_CELL: Final = 200_000
MOST_COLUMNS: Final = 200
SAMPLE: Final = 256 * 1024
#: an XLSX that unpacks to more than this per sheet is no list
MOST_UNPACKED: Final = 1 << 30
#: what is not a sheet (above all the table of shared strings) is read whole, so it must fit the memory
MOST_BESIDE: Final = 1 << 27

#: what makes a spreadsheet read a cell as a formula
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")

#: what openpyxl raises where a file breaks in the middle
BROKEN: Final = (zipfile.BadZipFile, SyntaxError, ValueError, KeyError, IndexError)

Row = tuple[int, dict[str, str]]
Refuse = type[GongzhiError]


def read_rows(stream: BinaryIO, name: str, refuse: Refuse) -> Generator[Row, None, None]:
    """(row number, column -> text) of a seekable file; the first row names the columns, row 2 is the first of data.

    XLSX is told by its first bytes, everything else is CSV in UTF-8 or GB 18030. Raises ``refuse`` when the file is
    neither, is empty, or breaks in the middle (rows before the break have been given).
    """
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if not start:
        raise refuse(why=f"“{name}”是空文件")
    return _xlsx(stream, name, refuse) if start.startswith(b"PK\x03\x04") else _csv(stream, name, refuse)


def fingerprint(stream: BinaryIO) -> str:
    """SHA-256 of the whole file."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)
    return digest


def _csv(stream: BinaryIO, name: str, refuse: Refuse) -> Generator[Row, None, None]:
    sample = stream.read(SAMPLE)
    stream.seek(0)
    if b"\0" in sample:
        raise refuse(why=f"“{name}”不是CSV或XLSX文件")
    text = io.TextIOWrapper(stream, encoding=_encoding(sample), errors="strict", newline="")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=_delimiter(sample))
    try:
        yield from _named(reader, name, refuse)
    except UnicodeDecodeError as error:
        raise refuse(why=f"第{reader.line_num + 1}行附近的文字编码无法识别,请存为UTF-8") from error
    except csv.Error as error:
        raise refuse(why=f"第{reader.line_num}行:{error}") from error
    finally:
        text.detach()  # the caller's file stays open


def _encoding(sample: bytes) -> str:
    """UTF-8 where the beginning decodes as it, else GB 18030, which the other half of office files is in."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _delimiter(sample: bytes) -> str:
    head = sample.split(b"\n", 1)[0]
    return max((b",", b"\t", b";"), key=head.count).decode()


def read_sheets(
    stream: BinaryIO, name: str, refuse: Refuse
) -> Generator[tuple[str, int, dict[str, str]], None, None]:
    """(sheet, row number, column -> text) of every sheet of an XLSX with anything in it; the sheet of a CSV has no name.

    Each sheet has its own first row of column names. Raises ``refuse`` as ``read_rows`` does.
    """
    stream.seek(0)
    if stream.read(4) != b"PK\x03\x04":
        yield from (("", number, row) for number, row in read_rows(stream, name, refuse))
        return
    book = _book(stream, name, refuse)
    try:
        for sheet in book.worksheets:
            rows = ([_cell(value) for value in row] for row in sheet.iter_rows(values_only=True))
            head = next(rows, [])
            if any(cell.strip() for cell in head):
                lines = itertools.chain([head], rows)
                yield from ((sheet.title, *line) for line in _named(lines, f"{name} {sheet.title}", refuse))
    except BROKEN as error:
        raise refuse(why=f"“{name}”读到中途损坏") from error
    finally:
        book.close()


def _book(stream: BinaryIO, name: str, refuse: Refuse) -> Any:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_bomb(archive, name, refuse)
        stream.seek(0)
        return load_workbook(stream, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise refuse(why=f"“{name}”不是完好的XLSX文件") from error


def _xlsx(stream: BinaryIO, name: str, refuse: Refuse) -> Generator[Row, None, None]:
    book = _book(stream, name, refuse)
    try:
        sheet = book.worksheets[0]
        yield from _named(
            ([_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)), name, refuse
        )
    except BROKEN as error:
        raise refuse(why=f"“{name}”读到中途损坏") from error
    finally:
        book.close()


def _refuse_bomb(archive: zipfile.ZipFile, name: str, refuse: Refuse) -> None:
    entries = archive.infolist()
    beside = sum(each.file_size for each in entries if not each.filename.startswith("xl/worksheets/"))
    if beside > MOST_BESIDE or sum(each.file_size for each in entries) > MOST_UNPACKED:
        raise refuse(why=f"“{name}”解压后过大")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _named(lines: Iterator[list[str]] | Any, name: str, refuse: Refuse) -> Iterator[Row]:
    """Rows by column name; empty lines are skipped but counted, so that numbers agree with what Excel shows."""
    lines = iter(lines)
    head = [title.strip().lstrip("\ufeff") for title in next(lines, [])]
    if not any(head):
        raise refuse(why=f"“{name}”第一行应是列名")
    if len(head) > MOST_COLUMNS:
        raise refuse(why=f"“{name}”有{len(head)}列,最多{MOST_COLUMNS}列")
    for number, cells in enumerate(lines, 2):
        if any(cell.strip() for cell in cells):
            yield (
                number,
                {title: cell for title, cell in itertools.zip_longest(head, cells, fillvalue="") if title},
            )


def safe(text: str) -> str:
    """The cell as text: what begins like a formula gets an apostrophe in front (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" \ufeff").startswith(RISKY) or text.startswith(RISKY) else text


def unsafe(cell: str) -> str:
    """What ``safe`` was given."""
    return cell[1:] if cell.startswith("'") and safe(cell[1:]) == cell else cell
