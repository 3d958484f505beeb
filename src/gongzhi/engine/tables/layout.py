"""The layout of a table in a sheet, the same for CSV and XLSX.

    row 1   hit policy | names of inputs | → names of outputs | 说明 (optional: why)
    row 2   值 | values that may occur, per column (optional)
    then    number or blank | unary tests | output expressions | text

A name may end with its kind: ``天数:数字``, ``→ 单位:文字``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gongzhi.engine.errors import Where

from .cells import KINDS, input_feel, is_text_output, is_word_column, output_feel, tidy
from .errors import TableError
from .model import Cell, HitPolicy, Input, Output, Rule, Table

_ARROW = re.compile(r"^(?:→|->|=>)\s*")
NOTE = "说明"
VALUES = "值"
MAX_ROWS = 20_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of the sheet."""

    #: 0-based column in the sheet
    at: int
    name: str
    kind: str


def table_of(
    rows: Sequence[Sequence[str]], *, id: str, title: str = "", file: str = "", sheet: str = ""
) -> Table:
    """The table in the rows of a sheet.

    In: cells as text, first row the heading. Raises TableError (layout), FeelError (a cell), both with the place.
    """
    return _Reading(rows, id, title or id, file, sheet).table()


class _Reading:
    def __init__(self, rows: Sequence[Sequence[str]], id: str, title: str, file: str, sheet: str) -> None:
        self.rows = [[cell.strip().lstrip("\ufeff") for cell in row] for row in rows]
        self.id, self.title, self.file, self.sheet = id, title, file, sheet

    def where(self, row: int, column: int = 0) -> Where:
        return Where(file=self.file, sheet=self.sheet, line=row + 1, column=column + 1 if column >= 0 else 0)

    def error(self, why: str, row: int = 0, column: int = 0) -> TableError:
        where = self.where(row, column)
        return TableError(table=self.title, why=f"{why}({_place(where)})", where=where)

    def table(self) -> Table:
        if not self.rows or not any(self.rows[0]):
            raise self.error("没有表头")
        if len(self.rows) > MAX_ROWS or len(self.rows[0]) > MAX_COLUMNS:
            raise self.error(f"超过{MAX_ROWS}行或{MAX_COLUMNS}列")
        policy = self._policy(self.rows[0][0])
        inputs, outputs, note = self._headings()
        body = [(at, row) for at, row in enumerate(self.rows) if at and any(row)]
        values: list[str] = []
        if body and body[0][1][0] == VALUES:
            values = body.pop(0)[1]
        for at, row in body:
            extra = next(
                (index for index, cell in enumerate(row) if cell and index >= len(self.rows[0])), None
            )
            if extra is not None:
                raise self.error("这一格在表头之外", at, extra)
        made_inputs, tests = self._inputs(inputs, values, body)
        made_outputs, results = self._outputs(outputs, values, body, [column.name for column in made_inputs])
        numbers = _numbers([row[0] for _, row in body])
        rules = tuple(
            Rule(
                number=numbers[index],
                inputs=tuple(column[index] for column in tests),
                outputs=tuple(column[index] for column in results),
                note=_cell(row, note.at) if note else "",
                where=self.where(at, -1),
            )
            for index, (at, row) in enumerate(body)
        )
        where = Where(file=self.file, sheet=self.sheet)
        return Table(self.id, self.title, policy, made_inputs, made_outputs, rules, where)

    def _policy(self, text: str) -> HitPolicy:
        try:
            return HitPolicy(text.strip().upper().replace("＋", "+").replace("＜", "<").replace("＞", ">"))
        except ValueError:
            known = " ".join(HitPolicy)
            raise self.error(f"第一格应是命中规则({known}),现在是“{text}”") from None

    def _headings(self) -> tuple[list[Heading], list[Heading], Heading | None]:
        inputs, outputs, note = list[Heading](), list[Heading](), None
        for at, text in enumerate(self.rows[0]):
            if at == 0 or not text:
                continue
            arrow = _ARROW.match(text)
            name, kind = _kind(text[arrow.end() :] if arrow else text)
            if not name:
                raise self.error("这一列没有名称", 0, at)
            if arrow:
                outputs.append(Heading(at, name, kind))
            elif name == NOTE and outputs:
                note = Heading(at, name, kind)
            elif outputs:
                raise self.error(f"输入列“{name}”应在输出列之前,输出列名前要写“→”", 0, at)
            else:
                inputs.append(Heading(at, name, kind))
        if not outputs:
            raise self.error("没有输出列(名称前写“→”)")
        for group in (inputs, outputs):
            seen: set[str] = set()
            for heading in group:
                if heading.name in seen:
                    raise self.error(f"列名“{heading.name}”写了两次", 0, heading.at)
                seen.add(heading.name)
        return inputs, outputs, note

    def _inputs(
        self, headings: list[Heading], values: list[str], body: list[tuple[int, list[str]]]
    ) -> tuple[tuple[Input, ...], list[list[Cell]]]:
        made: list[Input] = []
        columns: list[list[Cell]] = []
        for heading in headings:
            allowed = _cell(values, heading.at)
            texts = [_cell(row, heading.at) for _, row in body]
            words = heading.kind == "string" or (
                heading.kind == "" and is_word_column([tidy(t) for t in [allowed, *texts]])
            )
            kind = heading.kind or ("string" if words else _kind_of(tidy(part) for part in [allowed, *texts]))
            feel = input_feel(allowed, words=words)
            where = self.where(0, heading.at)
            made.append(Input(name=heading.name, kind=kind, allowed="" if feel == "-" else feel, where=where))
            columns.append(
                [
                    Cell(input_feel(text, words=words), self.where(at, heading.at))
                    for text, (at, _) in zip(texts, body, strict=True)
                ]
            )
        return tuple(made), columns

    def _outputs(
        self, headings: list[Heading], values: list[str], body: list[tuple[int, list[str]]], inputs: list[str]
    ) -> tuple[tuple[Output, ...], list[list[Cell]]]:
        made: list[Output] = []
        columns: list[list[Cell]] = []
        for heading in headings:
            allowed = _cell(values, heading.at)
            texts = [_cell(row, heading.at) for _, row in body]
            words = heading.kind == "string" or (
                heading.kind == ""
                and (is_word_column([tidy(allowed)]) or any(is_text_output(text, inputs) for text in texts))
            )
            kind = heading.kind or ("string" if words else "")
            feel = input_feel(allowed, words=words)
            where = self.where(0, heading.at)
            made.append(
                Output(name=heading.name, kind=kind, allowed="" if feel == "-" else feel, where=where)
            )
            cells = zip(texts, body, strict=True)
            places = ((text, self.where(at, heading.at)) for text, (at, _) in cells)
            columns.append(
                [Cell(output_feel(text, words=words, inputs=inputs, where=at), at) for text, at in places]
            )
        return tuple(made), columns


def _place(where: Where) -> str:
    sheet = f"表单“{where.sheet}”" if where.sheet else ""
    return f"{sheet}第{where.line}行第{where.column}列"


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _kind(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*?)\s*[:：]\s*([^:：]+)", text)
    if found and found.group(2).strip() in KINDS:
        return " ".join(found.group(1).split()), KINDS[found.group(2).strip()]
    return " ".join(text.split()), ""


def _kind_of(texts: object) -> str:
    """The kind that the cells of a column without words speak of, empty if they do not agree."""
    joined = " ".join(text for text in texts if text and text != "-")  # type: ignore[attr-defined]
    if '@"' in joined:
        return (
            "date and time"
            if re.search(r'@"\d{4}-\d\d-\d\dT', joined)
            else "date"
            if re.search(r'@"\d{4}-', joined)
            else ""
        )
    if re.search(r"\b(?:true|false)\b", joined):
        return "boolean"
    return "number" if re.search(r"\d", joined) and not re.search(r"[^\W\d_]{2,}\s*\(", joined) else ""


def _numbers(cells: list[str]) -> list[int]:
    """The rows' own numbers if every row has a different one, else 1, 2, 3, …"""
    if all(cell.isascii() and cell.isdigit() for cell in cells) and len(set(map(int, cells))) == len(cells):
        return [int(cell) for cell in cells]
    return list(range(1, len(cells) + 1))
