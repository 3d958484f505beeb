"""Which column of a sheet is which field, and how a value is written into a cell and read back.

A table stands in one cell: a line per row, ``|`` between its columns. Private fields and files are never written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from gongzhi.city.kernel.sheets import RISKY, unsafe
from gongzhi.city.records import places, sealing
from gongzhi.city.records.errors import BadFile
from gongzhi.city.records.rows import CODED
from gongzhi.engine.forms import Field
from gongzhi.engine.registers import Register
from gongzhi.engine.registers.changes import split_unit

#: columns of an export that an import leaves alone
STATE: Final = "状态"
VERSION: Final = "版本"
#: who took the row out, when, under which number
MARK: Final = "导出水印"
BETWEEN: Final = "、"
YES: Final = frozenset({"是", "1", "true", "yes", "y", "√"})
NO: Final = frozenset({"否", "0", "false", "no", "n", "×"})
#: what a cell of XLSX holds at most; a longer one is left out, and an import leaves such a field alone
LONGEST_CELL: Final = 32_000
TOO_LONG: Final = "（内容过长，未导出）"
#: one cell of a row: up to the next bar that has no backslash before it
_CELL = re.compile(r"(?:^|(?<=\|))((?:\\.|[^|])*)(?:\||$)")
_SIGNS: Final = {"\\": "\\\\", "|": "\\|", "\n": "\\n"}


def written(register: Register) -> list[Field]:
    """The fields that an export writes, in the order of the form."""
    return [
        each
        for each in register.form.fields
        if each.privacy in sealing.OPEN_CLASSES
        and each.kind != "files"
        and all(column.privacy in sealing.OPEN_CLASSES for column in each.columns)
    ]


def title(field: Field) -> str:
    """The heading of a field's column; of a table with the titles of its columns."""
    if field.kind != "table":
        return field.label
    return f"{field.label}({'|'.join(column.label for column in field.columns)})"


def columns_for(register: Register, titles: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Field id -> column of the file: as given, else found by id or title. Raises BadFile when the key has none."""
    if strange := sorted(set(given) - set(register.form.by_id)):
        raise BadFile(why=f"“{BETWEEN.join(strange)}”不是登记簿的栏目")
    if lost := sorted(set(given.values()) - set(titles)):
        raise BadFile(why=f"文件里没有“{BETWEEN.join(lost)}”这一列")
    found = dict(given)
    for field in register.form.fields:
        if field.id in found or field.kind == "files":
            continue
        names = (field.id, title(field), field.label, split_unit(field.label)[0])
        column = next((each for each in names if each in titles), None)
        if column is not None and column not in found.values():
            found[field.id] = column
    if register.key not in found:
        label = register.form[register.key].label
        raise BadFile(why=f"缺少编号列“{label}”(文件里有:{BETWEEN.join(titles[:20])})")
    return found


def read(register: Register, row: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, Any]:
    """The values of a row; a blank cell is ``None`` (clear it)."""
    found: dict[str, Any] = {}
    for id_, column in columns.items():
        text = unsafe(row.get(column, "")).strip()
        if text != TOO_LONG:
            found[id_] = from_cell(register.form[id_], text) if text else None
    return found


def from_cell(field: Field, text: str) -> Any:
    """A cell as the field wants it; what can't be read stays text, so that the form says what is wrong with it."""
    if field.kind == "table":
        return [_table_row(field, line) for line in text.split("\n") if line.strip()]
    if field.kind in ("choices", "offices", "records"):
        parts = [part.strip() for part in re.split(r"[、,，;；\n]", text) if part.strip()]
        return [places.code_of("office", part) for part in parts] if field.kind == "offices" else parts
    if field.kind == "yesno":
        return True if text.lower() in YES else False if text.lower() in NO else text
    if field.kind in CODED:
        return places.code_of(CODED[field.kind], text)
    if field.kind == "date":
        return text.removesuffix(" 00:00:00")
    return text


def _table_row(field: Field, line: str) -> dict[str, Any]:
    cells = [_outer(cell).strip() for cell in _CELL.findall(line)]
    return {
        column.id: from_cell(column, cell) for column, cell in zip(field.columns, cells, strict=False) if cell
    }


def to_cell(field: Field, value: Any) -> str:
    """A stored value as the text of a cell."""
    if value is None or value == "":
        return ""
    if field.kind == "table":
        return "\n".join(
            "|".join(_inner(to_cell(column, row.get(column.id))) for column in field.columns) for row in value
        )
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.kind in ("office", "offices", "area"):
        return BETWEEN.join(_place(CODED[field.kind], code) for code in _listed(value))
    if field.kind == "place" and isinstance(value, Mapping):
        return str(value.get("text", ""))
    if isinstance(value, list):
        return BETWEEN.join(str(each) for each in value)
    if isinstance(value, float | Decimal) and value == int(value):
        return str(int(value))
    return str(value)


def _inner(text: str) -> str:
    return "".join(_SIGNS.get(each, each) for each in text)


def _outer(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def _listed(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def _place(kind: str, code: str) -> str:
    """The name where it leads back to the code, else the code."""
    name = (places.area if kind == "area" else places.office)(code)[1]
    return name if name and places.code_of(kind, name) == code else code


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
