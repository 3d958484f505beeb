"""Sheets of texts out of CSV and XLSX files."""

from __future__ import annotations

import csv
import io

from gongzhi.engine.errors import Where

from .errors import TableError
from .layout import table_of
from .model import Table

MAX_BYTES = 20_000_000


def read_csv(text: str, *, id: str, file: str = "", title: str = "") -> Table:
    """The table in a CSV text, see layout.py.

    In: the text, the table's id, the file's name for messages. Raises TableError (T001), FeelError (X001) with row
    and column.
    """
    if len(text) > MAX_BYTES:
        raise TableError(table=title or id, why=f"文件超过{MAX_BYTES}个字符", where=Where(file=file))
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), strict=True))
    except csv.Error as failure:
        raise TableError(
            table=title or id, why=f"不是合格的 CSV({failure})", where=Where(file=file)
        ) from None
    return checked(table_of(rows, id=id, title=title, file=file))


def checked(table: Table) -> Table:
    """The table after its cells were compiled: mistakes show when a table is read, not when it is asked."""
    _ = table.decide
    return table
