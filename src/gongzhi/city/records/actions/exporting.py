"""A register as a sheet: what may be taken out, nothing private, no cell that a spreadsheet would run; who took it, when and
under which number stands on every row and in the journal of the register."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from openpyxl import Workbook

from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.pagination import page
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.records import catalogue, sheets, sight
from gongzhi.city.records.actions.revealing import purpose_of
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries.lists import ORDER, Filter, in_state
from gongzhi.engine.cases import Fact
from gongzhi.engine.instants import show_instant
from gongzhi.engine.registers import Register

SIZE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A workbook that left the city."""

    content: bytes
    #: what stands on its rows and in the journal, e.g. ``20261122-3F9A1C07``
    number: str
    rows: int


@transaction.atomic
def export_records(by: Standing, register: str, filter: Filter | None = None, *, purpose: str = "") -> Export:
    """The records that this post may export, in order of key, as a workbook that ``import_records`` reads back.

    Open fields only (public and internal), in their newest version, with state and version behind and the mark of this
    export at the end of every row. Every cell is text: none is a formula, whatever it begins with. Who took what, how many
    rows and what for is a fact of ``register:<id>``. Raises NotAllowed, NoSuchRegister, BadList; PurposeUnknown where the
    register lists its purposes.
    """
    check(by, "record.export")
    found = catalogue.one(register).register
    purpose = purpose_of(found, purpose) if found.purposes else purpose.strip()
    asked = filter or Filter()
    rows = in_state(sight.exportable(by, found), found, asked.state)
    at = clock.now()
    number = f"{at:%Y%m%d}-{ids.sortable_id(at).hex[-8:].upper()}"
    mark = f"{number} {by.name or by.person} {show_instant(at)}"
    content, count = _workbook(found, rows, mark)
    data = {
        "register": register,
        "number": number,
        "rows": count,
        "filter": {"state": asked.state},
        "purpose": purpose[:200],
    }
    journal.append(subject("register", register), [Fact(kind="register_exported", at=at, by=by, data=data)])
    return Export(content=content, number=number, rows=count)


def _workbook(register: Register, rows: Any, mark: str) -> tuple[bytes, int]:
    """The file, and how many records are in it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(register.title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    sheet.freeze_panes = "C2"
    # on paper the mark stands below every page
    sheet.oddFooter.left.text = mark.replace("&", "&&")
    fields = sheets.written(register)
    heads = (*map(sheets.title, fields), sheets.STATE, sheets.VERSION, sheets.MARK)
    sheet.append([sheets.text_cell(sheet, text) for text in heads])
    count = 0
    for row in _every(rows):
        count += 1
        sheet.append([sheets.text_cell(sheet, text) for text in (*_line(register, fields, row), mark)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), count


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


__all__ = ["Export", "export_records"]
