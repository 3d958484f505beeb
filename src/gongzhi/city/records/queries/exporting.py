"""A register as a sheet: what may be seen, nothing private, and no cell that a spreadsheet would run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from gongzhi.city.kernel.pagination import page
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.sheets import RISKY
from gongzhi.city.records import catalogue, sheets, sight
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries.lists import ORDER, Filter, in_state
from gongzhi.engine.registers import Register

SIZE = 200


def export_xlsx(by: Standing, register: str, filter: Filter | None = None) -> bytes:
    """The records that this post may export, in order of key, as a workbook that ``import_records`` reads back.

    Open fields only (public and internal), in their newest version, with state and version behind. Every cell is text:
    none is a formula, whatever it begins with. Raises NotAllowed, NoSuchRegister.
    """
    check(by, "record.export")
    found = catalogue.one(register).register
    rows = in_state(sight.visible(by, found, "record.export"), found, (filter or Filter()).state)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(found.title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    sheet.freeze_panes = "C2"
    fields = sheets.written(found)
    sheet.append(
        [text_cell(sheet, text) for text in (*map(sheets.title, fields), sheets.STATE, sheets.VERSION)]
    )
    for row in _every(rows):
        sheet.append([text_cell(sheet, text) for text in _line(found, fields, row)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _every(rows: Any) -> Iterator[Record]:
    cursor = ""
    while True:
        found = page(rows, ORDER, cursor=cursor, size=SIZE)
        yield from found.rows
        if not found.after:
            return
        cursor = found.after


def _line(register: Register, fields: list[Any], row: Record) -> list[str]:
    cells = [sheets.to_cell(each, row.data.get(each.id)) for each in fields]
    cells = [text if len(text) <= sheets.LONGEST_CELL else sheets.TOO_LONG for text in cells]
    return [*cells, register.states.get(row.state, row.state), str(row.version)]


def text_cell(sheet: Any, text: str) -> Any:
    """A cell that holds text and nothing else: spreadsheets compute only cells of the type formula."""
    try:
        cell = WriteOnlyCell(sheet, text)
    except IllegalCharacterError:
        cell = WriteOnlyCell(sheet, "".join(each for each in text if each >= " " or each in "\t\n\r"))
    cell.data_type = "s"
    if text.startswith(RISKY):
        # the same mark as a typed apostrophe: a spreadsheet in which the cell is edited keeps it text
        cell.quotePrefix = True
    return cell
