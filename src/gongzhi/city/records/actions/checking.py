"""Whether values may stand in a register: its form, the codes that the territory knows, the records that are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gongzhi.city.kernel import clock
from gongzhi.city.records import catalogue, places
from gongzhi.city.records.errors import RecordRefused
from gongzhi.city.records.models import Record
from gongzhi.city.records.rows import CODED
from gongzhi.engine.forms import Field, FieldProblem
from gongzhi.engine.registers import Register


def checked(
    register: Register, values: Mapping[str, Any], old: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The whole record in normal form. Raises RecordRefused with every sentence, by field."""
    found = register.check(values, old=old, today=clock.today())
    problems = [
        *found.problems,
        *_codes(register.form.fields, found.values),
        *_references(register, found.values, old or {}),
    ]
    if problems:
        raise refusal(problems)
    return dict(found.values)


def refusal(problems: Iterable[FieldProblem]) -> RecordRefused:
    """One error for all problems; several of one field stand in one sentence."""
    fields: dict[str, str] = {}
    for each in problems:
        name = each.field.partition("[")[0]
        fields[name] = f"{fields[name]} {each.sentence}" if name in fields else each.sentence
    return RecordRefused(count=len(fields), listing=" ".join(fields.values()), fields=fields)


def _codes(fields: Iterable[Field], values: Mapping[str, Any], row: int = 0) -> Iterator[FieldProblem]:
    """Offices and areas that nobody knows."""
    for each in fields:
        value = values.get(each.id)
        if not value:
            continue
        if each.kind == "table":
            for number, cells in enumerate(value, 1):
                yield from _codes(each.columns, cells, number)
        elif each.kind in CODED:
            ask = places.area if CODED[each.kind] == "area" else places.office
            for code in value if isinstance(value, list) else [value]:
                if not ask(str(code))[0]:
                    yield _unknown(each, str(code), row)


def _references(
    register: Register, values: Mapping[str, Any], old: Mapping[str, Any]
) -> Iterator[FieldProblem]:
    """Records named anew that are not there, or that nobody may use now; what was named before may stay."""
    named = set(register.references(values)) - set(register.references(old))
    wanted: dict[str, set[str]] = {}
    for each in named:
        wanted.setdefault(each.register, set()).add(each.key)
    for other, keys in wanted.items():
        keys -= _usable(other, keys)
        for each in sorted(named, key=lambda reference: (reference.field, reference.key)):
            if each.register == other and each.key in keys:
                yield _unknown(_field(register, each.field), each.key)


def _usable(register_id: str, keys: Iterable[str]) -> set[str]:
    declared = catalogue.known(register_id)
    if declared is None:
        return set()
    found = Record.objects.filter(
        register=register_id, key__in=list(keys), published_state__in=sorted(declared.register.usable)
    )
    return set(found.values_list("key", flat=True))


def _field(register: Register, path: str) -> Field:
    id_, _dot, column = path.partition(".")
    table = register.form[id_]
    return next((each for each in table.columns if each.id == column), table)


def _unknown(field: Field, value: str, row: int = 0) -> FieldProblem:
    data = {"title": field.label, "value": value[:60], **({"row": row} if row else {})}
    return FieldProblem(field=field.id, code="F021", data=data)
