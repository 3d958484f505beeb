"""What somebody enters in a step: checked against the form, with what a record already says filled in.

Master data once: a field with ``prefill: item.title`` is taken from the record that ``item`` names at the moment when
``item`` is entered, and stays with the case as it was then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gongzhi.engine.cases.casetypes import Ask, CaseType
from gongzhi.engine.cases.errors import BadValues, NotUnderstood
from gongzhi.engine.cases.surroundings import around
from gongzhi.engine.cases.world import World
from gongzhi.engine.forms import Field
from gongzhi.engine.forms.characters import narrow


def checked(
    case_type: CaseType,
    entered: Mapping[str, Any],
    asks: Iterable[Ask],
    context: Mapping[str, Any],
    at: datetime,
    world: World,
) -> dict[str, Any]:
    """The values that pass the form, limited to what is asked, and what the records named in them say.

    Raises ``NotUnderstood`` for a field that is not asked here, ``BadValues`` with all findings at once.
    """
    asks = tuple(asks)
    names = [ask.field for ask in asks]
    if unknown := sorted(set(entered) - set(names)):
        raise NotUnderstood(reason=f"这一步不填“{'、'.join(unknown)}”")
    filled, missing = _filled(case_type, entered, set(names), context, world)
    required = [
        ask.field
        for ask in asks
        # what the record says need not be entered
        if case_type.form[ask.field].required and not ask.optional and filled.get(ask.field) is None
    ]
    beside = {**context, **filled, **around(case_type.form.conditions, at, world)}
    found = case_type.form.validate(entered, only=names, required=required, context=beside)
    fields = {problem.field: problem.sentence for problem in found.problems} | missing
    if fields:
        raise BadValues(count=len(fields), listing=" ".join(fields.values()), fields=fields)
    return {**filled, **found.values}


def _filled(
    case_type: CaseType, entered: Mapping[str, Any], asked: set[str], context: Mapping[str, Any], world: World
) -> tuple[dict[str, Any], dict[str, str]]:
    """(field -> value from the records just named, record field -> why its key names nothing)."""
    filled: dict[str, Any] = {}
    missing: dict[str, str] = {}
    naming = {each.id for each in case_type.form.fields if each.register or each.kind == "case"}
    for id_ in asked & naming:
        field = case_type.form[id_]
        given = entered.get(id_)
        for key in given if isinstance(given, list | tuple) else [given]:
            if not isinstance(key, str) or not key.strip():
                continue
            named = narrow(key).strip()
            record = world.record(field.register, named) if field.register else world.matter(named)
            if record is None and field.kind == "case":
                missing[id_] = f"没有找到编号是“{key[:60]}”的事项。"
            elif record is None:
                missing[id_] = names_nothing(field, key)
            elif field.kind in ("record", "case"):
                filled |= _columns(case_type, field, record, asked, entered, context)
    return filled, missing


def names_nothing(field: Field, key: str) -> str:
    """What is said of a key that names no usable record; the same of one that the asker may not know of."""
    return f"“{field.label}”里没有“{narrow(key).strip()[:60]}”，或者它现在不能用。"


def _columns(
    case_type: CaseType,
    field: Field,
    record: Mapping[str, Any],
    asked: set[str],
    entered: Mapping[str, Any],
    context: Mapping[str, Any],
) -> dict[str, Any]:
    """The fields that follow this record; what the last record said and this one does not is taken back."""
    follows = {
        id_: column
        for id_, column in case_type.fills.get(field.id, {}).items()
        if not (id_ in asked and id_ in entered)
    }
    sources = {
        f"{field.id}.{column}": _fitting(case_type.form[id_], record[column])
        for id_, column in follows.items()
        if record.get(column) is not None
    }
    taken = case_type.form.prefilled(sources, only=set(follows))
    return {**{id_: None for id_ in follows if id_ in context}, **taken}


def _fitting(field: Field, value: Any) -> Any:
    """Of the rows of a table only the columns that the case's table has."""
    if field.kind != "table" or not isinstance(value, list):
        return value
    columns = {column.id for column in field.columns}
    return [{name: cell for name, cell in row.items() if name in columns} for row in value]


__all__ = ["checked", "names_nothing"]
