"""Tables from XLSX: one table a sheet, in the layout of layout.py."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from gongzhi.engine.errors import Where

from .errors import TableError
from .files import MAX_BYTES, checked
from .layout import MAX_COLUMNS, MAX_ROWS, table_of
from .model import Table

#: bytes that the parts of a workbook may unpack to
MAX_UNPACKED = 200_000_000
#: sheets with these names are for people
SKIPPED = ("说明", "目录", "notes", "readme")


def read_xlsx(data: bytes, *, file: str = "") -> tuple[Table, ...]:
    """The tables of a workbook, one per sheet with the sheet's name as id; empty sheets and sheets named 说明 or
    目录 are passed over.

    Raises TableError (T001; no workbook, too large, a formula, layout) and FeelError (X001), with sheet, row, column.
    """
    where = Where(file=file)
    _guard(data, where)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as failure:
        raise TableError(table=file, why=f"不是合格的 XLSX({failure})", where=where) from None
    try:
        tables = []
        for sheet in book.worksheets:
            rows = _rows(sheet, file)
            if rows and sheet.title.strip().lower() not in SKIPPED:
                tables.append(checked(table_of(rows, id=sheet.title, file=file, sheet=sheet.title)))
    finally:
        book.close()
    if not tables:
        raise TableError(table=file, why="没有一个表单有内容", where=where)
    return tuple(tables)


def _guard(data: bytes, where: Where) -> None:
    if len(data) > MAX_BYTES:
        raise TableError(table=where.file, why=f"文件超过{MAX_BYTES // 1_000_000}兆字节", where=where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        raise TableError(table=where.file, why="不是 XLSX 文件", where=where) from None
    if unpacked > MAX_UNPACKED:
        raise TableError(table=where.file, why="展开后太大", where=where)


def _rows(sheet: Any, file: str) -> list[list[str]]:
    """The sheet's cells as text, without empty rows and columns at the end."""
    rows: list[list[str]] = []
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1), 1):
        texts = [
            _text(cell, Where(file=file, sheet=sheet.title, line=number, column=at))
            for at, cell in enumerate(row, 1)
        ]
        while texts and not texts[-1]:
            texts.pop()
        rows.append(texts)
    while rows and not rows[-1]:
        rows.pop()
    return [row or [""] for row in rows]


def _text(cell: Any, where: Where) -> str:
    value = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", "") == "f":
        raise TableError(
            table=where.sheet, why=f"第{where.line}行第{where.column}列是公式,请改成它的值", where=where
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time(0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
