"""Private values leave a record before anything is written: data, versions and journal carry ``sealed:<id>`` instead.

The value itself lies encrypted in ``people.SealedValue``, can be erased, and is opened only by ``actions.reveal``, by the
check of a change, and by ``queries.lookup`` for a case that the record fills in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gongzhi.city.kernel import ids
from gongzhi.city.kernel.references import subject
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people.models import SealedValue
from gongzhi.engine.forms import HIDDEN, Field, Form, mask

MARK = "sealed:"
OPEN_CLASSES = frozenset({"public", "internal"})
#: everything sealed in a record
SEALED = Prepared(lambda of: SealedValue.objects.filter(subject=of), str)
#: (path of the value, its field, the value) -> what stands in its place
Visit = Callable[[str, Field, Any], Any]


def is_mark(value: Any) -> bool:
    """Whether this stands for a sealed value."""
    return isinstance(value, str) and value.startswith(MARK)


def has_private(form: Form) -> bool:
    """Whether any field or column of the form is sealed."""
    return any(_is_private(each) or any(map(_is_private, each.columns)) for each in form.fields)


def _is_private(field: Field) -> bool:
    return field.privacy not in OPEN_CLASSES


def walk(form: Form, data: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    """The data with every private value replaced by what ``visit`` says."""
    made: dict[str, Any] = {}
    for id_, value in data.items():
        field = form.by_id.get(id_)
        if field is None or value in (None, "", [], {}):
            made[id_] = value
        elif _is_private(field):
            made[id_] = visit(id_, field, value)
        elif field.kind == "table" and any(map(_is_private, field.columns)) and isinstance(value, list):
            made[id_] = [_row(field, row, visit) for row in value]
        else:
            made[id_] = value
    return made


def _row(table: Field, row: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    closed = {each.id: each for each in table.columns if _is_private(each)}
    return {
        id_: visit(f"{table.id}.{id_}", closed[id_], value)
        if id_ in closed and value not in (None, "")
        else value
        for id_, value in row.items()
    }


def seal(
    form: Form, record_id: Any, values: Mapping[str, Any], known: Mapping[str, Any], at: datetime
) -> tuple[dict[str, Any], list[SealedValue]]:
    """Values with marks in place of the private ones, and the rows to be written in the same transaction.

    ``known`` is mark -> value of what the record has sealed already (``secrets_of``): a value that did not change keeps
    its mark, so that saving a form twice is no change.
    """
    standing = {
        (mark.partition("|")[2], _text(value)): mark.partition("|")[0] for mark, value in known.items()
    }
    rows: list[SealedValue] = []

    def visit(path: str, field: Field, value: Any) -> str:
        if mark_ := standing.get((path, _text(value))):
            return mark_
        row = SealedValue(
            id=ids.sortable_id(at),
            subject=subject("record", record_id),
            field=path[:60],
            privacy=field.privacy,
            value=_text(value),
            created_at=at,
        )
        rows.append(row)
        standing[path, _text(value)] = f"{MARK}{row.pk}"
        return f"{MARK}{row.pk}"

    return walk(form, values, visit), rows


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def secrets_of(form: Form, record_id: Any) -> dict[str, Any]:
    """``mark|path`` -> value of everything sealed in a record; an erased one is ``None``. One query, none for a register
    without private fields."""
    if not has_private(form):
        return {}
    rows = SEALED.all(subject("record", record_id))
    return {f"{MARK}{row.pk}|{row.field}": json.loads(row.value) if row.value else None for row in rows}


def opened(form: Form, data: Mapping[str, Any], secrets: Mapping[str, Any]) -> dict[str, Any]:
    """The data with the private values in place of the marks; an erased value is gone."""
    if not secrets:
        return dict(data)
    return walk(
        form,
        data,
        lambda path, _field, value: secrets.get(f"{value}|{path[:60]}") if is_mark(value) else value,
    )


def bare(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without anything sealed: what may be computed with and shown to everybody who sees the record."""
    return walk(form, data, lambda _path, _field, _value: None)


def masked(form: Form, data: Mapping[str, Any], secrets: Mapping[str, Any]) -> dict[str, Any]:
    """The data with what may be shown of each sealed value, e.g. ``138****8000``."""

    def visit(path: str, field: Field, value: Any) -> str:
        # not opened here, or (never) in clear: nothing of it is shown
        known = secrets.get(f"{value}|{path[:60]}", HIDDEN) if is_mark(value) else HIDDEN
        return HIDDEN if known == HIDDEN else mask(known, field.privacy, field.kind)

    return walk(form, data, visit)
