"""Private values leave a case before anything is written: state and facts carry ``sealed:<id>`` in their place.

Facts are hashed and kept for ever, so a phone number must never get into one. The value itself lies encrypted in
``people.SealedValue``, can be erased, and is opened only by ``actions.reveal``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from gongzhi.city.kernel import ids
from gongzhi.city.kernel.references import subject
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people.models import SealedValue
from gongzhi.engine.cases import Case, CaseType, Fact
from gongzhi.engine.cases.casetypes import TableRule
from gongzhi.engine.forms import HIDDEN, Field, mask
from gongzhi.engine.texts.redaction import redact

MARK = "sealed:"
OPEN_CLASSES = frozenset({"public", "internal"})
#: kinds with which expressions compute and tables decide: a mark in their place would be no number, no date, none of the options
COMPUTED = frozenset(
    {"number", "money", "date", "choice", "choices", "yesno", "table", "offices", "files", "place"}
)


def private_fields(case_type: CaseType) -> dict[str, Field]:
    """The fields whose values must not be written in clear, by id."""
    return {each.id: each for each in case_type.form.fields if each.privacy not in OPEN_CLASSES}


def is_mark(value: Any) -> bool:
    """Whether this stands for a sealed value."""
    return isinstance(value, str) and value.startswith(MARK)


def seal_facts(
    case_type: CaseType, case_id: Any, facts: Iterable[Fact]
) -> tuple[list[Fact], list[SealedValue]]:
    """Facts with marks instead of private values, and the rows to be written in the same transaction."""
    private = private_fields(case_type)
    rows: list[SealedValue] = []
    if not private:
        return list(facts), rows
    return [_sealed(fact, private, case_id, rows) for fact in facts], rows


def _sealed(fact: Fact, private: Mapping[str, Field], case_id: Any, rows: list[SealedValue]) -> Fact:
    values = fact.data.get("values")
    if not values or not any(name in private and _is_clear(value) for name, value in values.items()):
        return fact
    clean = dict(values)
    marks: list[tuple[Any, str]] = []
    for name, value in values.items():
        if name in private and _is_clear(value):
            row = _row(case_id, private[name], value, fact.at)
            rows.append(row)
            clean[name] = f"{MARK}{row.pk}"
            marks.append((value, clean[name]))
    return without(replace(fact, data={**fact.data, "values": clean}), marks)


def without(fact: Fact, secrets: Sequence[tuple[Any, str]]) -> Fact:
    """The fact with marks in place of the private values that it hands over to child cases; ``secrets``: value, mark."""
    if not fact.data.get("calls") or not secrets:
        return fact
    calls = [
        {**call, "with": {name: _marked(value, secrets) for name, value in call["with"].items()}}
        for call in fact.data["calls"]
    ]
    return replace(fact, data={**fact.data, "calls": calls})


def _marked(value: Any, secrets: Sequence[tuple[Any, str]]) -> Any:
    if not _is_clear(value) or isinstance(value, bool):
        return value
    return next((mark for secret, mark in secrets if secret == value), value)


def _is_clear(value: Any) -> bool:
    return value not in (None, "", [], {}) and not is_mark(value)


def _row(case_id: Any, field: Field, value: Any, at: datetime) -> SealedValue:
    return SealedValue(
        id=ids.sortable_id(at),
        subject=subject("case", case_id),
        field=field.id,
        privacy=field.privacy,
        value=json.dumps(value, ensure_ascii=False),
        created_at=at,
    )


def needs_clear(case_type: CaseType) -> bool:
    """Whether the engine might compute with a private value of this case type, so that it must be opened first."""
    private = private_fields(case_type)
    return any(field.kind in COMPUTED for field in private.values()) or _decides_by(case_type, private)


def _decides_by(case_type: CaseType, private: Mapping[str, Field]) -> bool:
    """Whether a choice sets a value by a private one: how often to visit, by the reason for care."""
    names = {name for each in private.values() for name in (each.id, each.label)}
    rules = (
        rule
        for step in case_type.steps.values()
        for each in step.choices.values()
        for rule in each.sets.values()
    )
    for rule in rules if names else ():
        used = {column.name for column in rule.table.inputs} if isinstance(rule, TableRule) else rule.names
        if names & set(used):
            return True
    return False


def opened(case_type: CaseType, case: Case, secrets: Mapping[str, Any]) -> Case:
    """The case with its private values in place of the marks, for the engine's eyes only."""
    data = {name: secrets.get(value, None) if is_mark(value) else value for name, value in case.data.items()}
    return replace(case, data=data)


#: everything sealed in a case
SEALED = Prepared(lambda of: SealedValue.objects.filter(subject=of), str)


def secrets_of(case_id: Any) -> dict[str, Any]:
    """Mark -> value of everything sealed in a case; an erased one is ``None``. One query."""
    rows = SEALED.all(subject("case", case_id))
    return {f"{MARK}{row.pk}": json.loads(row.value) if row.value else None for row in rows}


def masked(case_type: CaseType, data: Mapping[str, Any], secrets: Mapping[str, Any]) -> dict[str, str]:
    """Field id -> what may be shown of each sealed value in these data, e.g. ``138****8000``."""
    fields = case_type.form.by_id
    return {
        name: mask(secrets.get(value), fields[name].privacy, fields[name].kind)
        for name, value in data.items()
        if is_mark(value) and name in fields
    }


def blacked_out(value: Any, secrets: Mapping[str, Any]) -> Any:
    """A value with everything sealed in the case, and every personal number, taken out of its running text.

    People write their names and numbers into the description as well; for a confidential matter that must not help.
    """
    if isinstance(value, str):
        for secret in secrets.values():
            if isinstance(secret, str) and len(secret) > 1:
                value = value.replace(secret, HIDDEN)
        return redact(value)
    if isinstance(value, Mapping):
        return {
            name: each if name == "sha256" else blacked_out(each, secrets) for name, each in value.items()
        }
    if isinstance(value, list):
        return [blacked_out(each, secrets) for each in value]
    return value
