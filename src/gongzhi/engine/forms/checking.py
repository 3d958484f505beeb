"""The check of an entered form: read every value, decide what is visible, require, and test conditions.

Order matters and is this: (1) read and normalise; (2) decide visibility, drop what is hidden; (3) defaults for visible
fields that were not sent; (4) required; (5) ``valid_when`` of every value that is present. A condition that FEEL answers
with null neither hides a value that was asked for nor refuses one: only ``false`` refuses, only ``true`` shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gongzhi.engine.forms import codes
from gongzhi.engine.forms.conditions import (
    Conditions,
    for_expressions,
    named_for_expressions,
    visibility_order,
)
from gongzhi.engine.forms.fields import Field
from gongzhi.engine.forms.kinds import READERS, is_blank
from gongzhi.engine.forms.problems import FieldProblem, InvalidForm, Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a form became: values in normal form (JSON-ready) and everything that is wrong.

    With problems, ``values`` holds what could be read, so that a page can show it again.
    """

    values: Mapping[str, Any]
    problems: tuple[FieldProblem, ...] = ()
    #: fields that were sent blank or are hidden now: a value stored earlier must go
    cleared: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def of(self, id: str) -> tuple[FieldProblem, ...]:
        """The problems of one field, its table cells included."""
        return tuple(each for each in self.problems if each.field == id or each.field.startswith(f"{id}["))

    def valid(self) -> Mapping[str, Any]:
        """The values; raises ``InvalidForm`` (F000) when anything is wrong."""
        if self.problems:
            raise InvalidForm(self.problems)
        return self.values


@dataclass(slots=True)
class _Level:
    """One run over one level of fields: a form, or one row of a table."""

    fields: Sequence[Field]
    #: of the whole form; this level's keys begin with ``table``
    conditions: Conditions
    context: Mapping[str, Any]
    #: key of the table with a trailing dot, and the row counted from 1; empty and 0 for the form itself
    table: str = ""
    row: int = 0
    #: the fields in the order in which their visibility is decided, where somebody has sorted them already
    order: Sequence[Field] = ()
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    def run(self, entered: Mapping[str, Any], asked: Collection[str], required: Collection[str]) -> None:
        """The five steps of the module's docstring over the fields that are asked."""
        for each in self.fields:
            if each.id in asked and not is_blank(value := entered.get(each.id)):
                self._read(each, value)
        for each in self.order or visibility_order(self.fields, self._own_conditions()):
            self._show(each)
            if each.id in asked and each.id not in entered and each.id not in self.hidden:
                self._fill(each)
        failed = {problem.field for problem in self.problems}
        for each in self.fields:
            if each.id not in asked or each.id in self.hidden or self._path(each) in failed:
                continue
            if each.id not in self.values:
                if each.id in required:
                    self.wrong(each, "F001")
            elif self._answer(each, "valid_when") is False:
                self.wrong(each, "F004", hint=each.hint)

    def seen(self) -> dict[str, Any]:
        """The names that a condition of this level may use."""
        return for_expressions(self.fields, {**self.context, **self.values})

    def _path(self, each: Field) -> str:
        return f"{self.table[:-1]}[{self.row - 1}].{each.id}" if self.table else each.id

    def wrong(self, each: Field, code: str, **data: Any) -> None:
        """Note a problem of a field."""
        row = {"row": self.row} if self.row else {}
        self.problems.append(
            FieldProblem(field=self._path(each), code=code, data={"title": each.label, **data, **row})
        )

    def _own_conditions(self) -> Conditions:
        cut = len(self.table)
        return {
            (id[cut:], key): each for (id, key), each in self.conditions.items() if id.startswith(self.table)
        }

    def _answer(self, each: Field, key: str) -> Any:
        expression = self.conditions.get((self.table + each.id, key))
        if expression is None:
            return None
        values = {**self.context, **self.values}
        return expression.evaluate(named_for_expressions(self.fields, values, expression.names))

    def _read(self, each: Field, value: Any) -> None:
        try:
            if each.kind == "table":
                self.values[each.id] = self._rows(each, value)
            elif each.kind == "identity_number" and isinstance(value, str):
                self.values[each.id] = codes.identity_number(value, today=_day(self.context.get("today")))
            else:
                self.values[each.id] = READERS[each.kind](each, value)
        except Wrong as error:
            self.wrong(each, error.code, **error.data)

    def _rows(self, each: Field, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, (list, tuple)) or not all(isinstance(row, Mapping) for row in value):
            raise Wrong("F005", expected="表格(一行一行的内容)")
        rows = [row for row in value if not is_blank(list(row.values()))]
        if len(rows) > each.most:
            raise Wrong("F080", max=each.most, count=len(rows))
        if each.min is not None and len(rows) < int(each.min):
            raise Wrong("F081", min=int(each.min), count=len(rows))
        made = []
        columns = {column.id for column in each.columns}
        for number, row in enumerate(rows, 1):
            inner = _Level(each.columns, self.conditions, self.seen(), table=f"{each.id}.", row=number)
            if unknown := sorted(str(name) for name in row if name not in columns):
                path = f"{each.id}[{number - 1}].{unknown[0][:60]}"
                inner.problems.append(
                    FieldProblem(field=path, code="F002", data={"name": unknown[0][:60], "row": number})
                )
            inner.run(row, columns, {column.id for column in each.columns if column.required})
            self.problems += inner.problems
            made.append(inner.values)
        return made

    def _show(self, each: Field) -> None:
        if each.visible_when and self._answer(each, "visible_when") is not True:
            self.values.pop(each.id, None)
            self.hidden.add(each.id)
            path = self._path(each)
            self.problems = [
                p for p in self.problems if p.field != path and not p.field.startswith(f"{path}[")
            ]

    def _fill(self, each: Field) -> None:
        default = each.default
        if isinstance(default, str) and default.startswith("="):
            default = self._answer(each, "default")
        if not is_blank(default):
            self._read(each, default)


def validate(
    fields: Sequence[Field],
    conditions: Conditions,
    entered: Mapping[str, Any],
    *,
    only: Sequence[str] | None,
    required: Collection[str] | None,
    context: Mapping[str, Any],
    order: Sequence[Field] = (),
) -> Checked:
    """The check behind ``Form.validate``, over plain fields and their compiled conditions."""
    by_id = {each.id: each for each in fields}
    optional_here = {id.removesuffix("?") for id in only or () if id.endswith("?")}
    asked = set(by_id) if only is None else {id.removesuffix("?") for id in only} & set(by_id)
    if required is None:
        required = {each.id for each in fields if each.required} - optional_here
    level = _Level(fields, conditions, context, order=order)
    for name in entered:
        if name not in by_id:
            shown = str(name)[:60]
            level.problems.append(FieldProblem(field=shown, code="F002", data={"name": shown}))
        elif name not in asked and not is_blank(entered[name]):
            level.wrong(by_id[name], "F003")
    level.run(entered, asked, set(required))
    had = {id for source in (entered, context) for id, value in source.items() if not is_blank(value)}
    blank = {id for id in asked & set(entered) if is_blank(entered[id]) and id not in level.values}
    ids = [each.id for each in fields]
    return Checked(
        values={id: level.values[id] for id in ids if id in level.values},
        problems=tuple(level.problems),
        cleared=tuple(id for id in ids if id in blank or id in level.hidden & had),
    )


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


__all__ = ["Checked", "validate"]
