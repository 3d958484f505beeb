"""Conditions of fields: FEEL compiled once, visibility in an order in which every answer is known before it is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any

from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.expressions import Expression, compile_expression
from gongzhi.engine.forms.fields import Field

#: names that every condition may use besides the form's own fields
AMBIENT = frozenset({"today", "now", "case", "office", "area", "role", "channel", "item"})
#: names that look through the city's registers
CITY = frozenset({"records", "known_cells"})

#: compiled FEEL by (field id or ``table.column``, key of the field)
Conditions = Mapping[tuple[str, str], Expression]


def _written(fields: Sequence[Field]) -> Iterator[tuple[str, str, str]]:
    """(field id or ``table.column``, key, FEEL text) of every condition."""
    flat: Iterable[tuple[str, Field]] = [
        *((each.id, each) for each in fields),
        *((f"{each.id}.{column.id}", column) for each in fields for column in each.columns),
    ]
    for id, each in flat:
        if each.visible_when:
            yield id, "visible_when", each.visible_when
        if each.valid_when:
            yield id, "valid_when", each.valid_when
        if each.told:
            yield id, "told", each.told
        if isinstance(each.default, str) and each.default.startswith("="):
            yield id, "default", each.default[1:].strip()


def compile_all(fields: Sequence[Field], where: Where) -> Conditions:
    """Every condition compiled; raises the expression room's error for FEEL that does not parse."""
    return {
        (id, key): compile_expression(text, where=_place(where, id, key))
        for id, key, text in _written(fields)
    }


def _place(where: Where, id: str, key: str) -> Where:
    return Where(
        file=where.file, key=f"{where.key or 'fields'}.{id}.{key}", line=where.line, version=where.version
    )


def _ids(fields: Sequence[Field]) -> dict[str, str]:
    """Id by every name that a condition may use for a field: its id, and its title where no id is the same."""
    return {**{each.title: each.id for each in fields if each.title}, **{each.id: each.id for each in fields}}


def visibility_order(fields: Sequence[Field], conditions: Conditions) -> tuple[Field, ...]:
    """The fields so that each comes after those its ``visible_when`` names; as they stand where that is a circle."""
    if not any((each.id, "visible_when") in conditions for each in fields):
        return tuple(fields)
    # most fields are always shown: they come first as they stand, and only the others need sorting (this runs per form)
    hiding = {each.id: each for each in fields if conditions.get((each.id, "visible_when"))}
    ids = _ids(fields)
    graph = {
        id: sorted(
            {ids[name] for name in conditions[id, "visible_when"].names & ids.keys()} & hiding.keys() - {id}
        )
        for id in hiding
    }
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return tuple(fields)
    return (*(each for each in fields if each.id not in hiding), *(hiding[id] for id in order))


def lint(fields: Sequence[Field], where: Where) -> list[Problem]:
    """Problems of conditions: F110 does not parse, F111 unknown name, F112 visible in a circle."""
    problems: list[Problem] = []
    graph: dict[str, set[str]] = {}
    by_id = {each.id: each for each in fields}
    ids = _ids(fields)
    for id, key, text in _written(fields):
        here = _place(where, id, key)
        try:
            names = set(compile_expression(text, where=here).names)
        except GongzhiError as error:
            problems.append(Problem(code="F110", where=here, message=error.message, remedy="改正这条条件。"))
            continue
        table = id.partition(".")[0] if "." in id else ""
        own = _ids(by_id[table].columns).keys() if table else set()
        problems += [
            Problem(
                code="F111",
                where=here,
                message=f"条件用到了“{name}”,表单里没有这一栏。",
                remedy="改名字,或加一栏。",
            )
            # what a condition filters records by are columns of registers, which a form does not know
            for name in sorted(names - ids.keys() - own - AMBIENT)
            if not names & CITY
        ]
        if key == "visible_when" and not table:
            graph[id] = {ids[name] for name in names & ids.keys()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        message = f"这些栏目互相决定是否显示:{' → '.join(error.args[1])}。"
        problems.append(Problem(code="F112", where=where, message=message, remedy="让其中一栏总是显示。"))
    return problems


def for_expressions(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON-ready form values as FEEL sees them: dates as dates, numbers and money as decimals, a missing value as null.

    A field is found by its id and by its title. Keys that are not fields (the context of a step) pass through unchanged.
    """
    typed = [(each, _typed(each, values.get(each.id))) for each in fields]
    titled = {each.title: value for each, value in typed if each.title}
    return {**titled, **values, **{each.id: value for each, value in typed}}


def named_for_expressions(
    fields: Sequence[Field], values: Mapping[str, Any], names: Collection[str]
) -> dict[str, Any]:
    """The part of ``for_expressions`` that one expression asks for: a form has many fields, a condition few names."""
    titled = {each.title: _typed(each, values.get(each.id)) for each in fields if each.title in names}
    given = {name: values[name] for name in names if name in values}
    own = {each.id: _typed(each, values.get(each.id)) for each in fields if each.id in names}
    return {**titled, **given, **own}


def _typed(each: Field, value: Any) -> Any:
    if value is None:
        return None
    if each.kind in ("number", "money") and not isinstance(value, bool):
        return Decimal(str(value))
    if each.kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if each.kind == "table":
        return [for_expressions(each.columns, row) for row in value]
    return value


__all__ = [
    "AMBIENT",
    "Conditions",
    "compile_all",
    "for_expressions",
    "lint",
    "named_for_expressions",
    "visibility_order",
]
