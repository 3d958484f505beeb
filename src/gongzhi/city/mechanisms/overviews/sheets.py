"""A list as a workbook of plain texts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from gongzhi.city.records.sheets import text_cell


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """An XLSX file with one sheet. No cell is a formula, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    sheet.freeze_panes = "B2"
    for row in (head, *rows):
        sheet.append([text_cell(sheet, "" if each is None else str(each)) for each in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
