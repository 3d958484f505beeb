"""From checked values to the columns, links and texts of a record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from gongzhi.city.kernel.permissions import Target
from gongzhi.city.records import places, searching
from gongzhi.city.records.models import RecordLink, RecordText
from gongzhi.engine.forms import Field
from gongzhi.engine.registers import Register

#: kinds of field whose codes the territory knows
CODED = {"area": "area", "office": "office", "offices": "office"}


def columns(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of ``Record`` that follow from clear values."""
    area, office = (str(values.get(id_) or "") if id_ else "" for id_ in (register.area, register.office))
    area_path, office_path = places.area(area)[0], places.office(office)[0]
    return {
        "key": register.key_of(values),
        "name": register.name_of(values)[:200],
        "area_id": area if area_path else None,
        # what lies nowhere in particular is the whole city's
        "area_path": area_path or places.home_area_path(),
        "office_id": office if office_path else None,
        "office_path": office_path,
    }


def target(register: Register, mechanism: str, values: Mapping[str, Any]) -> Target:
    """What rights are asked about for values that have no row yet."""
    made = columns(register, values)
    offices = (made["office_path"],) if made["office_path"] else ()
    return Target(area_path=made["area_path"], office_paths=offices, mechanism=mechanism)


def digest(number: int, state: str, data: Mapping[str, Any]) -> str:
    """SHA-256 of a version: the same on both databases."""
    text = json.dumps([number, state, data], sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def links(register: Register, record_id: Any, values: Mapping[str, Any]) -> list[RecordLink]:
    """One row per place and record named."""
    found = dict.fromkeys((each.field, each.register, each.key) for each in register.references(values))
    return [
        RecordLink(record_id=record_id, field=field[:128], register=other, key=key)
        for field, other, key in found
    ]


def staff_text(register: Register, record_id: Any, values: Mapping[str, Any]) -> RecordText:
    """The text by which staff find the newest version."""
    return _text(register, record_id, values, public=False)


def public_text(register: Register, record_id: Any, values: Mapping[str, Any]) -> RecordText:
    """The text by which anybody finds the version in force: public fields only."""
    shown = {id_: value for id_, value in values.items() if id_ in register.open_fields}
    return _text(register, record_id, shown, public=True)


def _text(register: Register, record_id: Any, values: Mapping[str, Any], *, public: bool) -> RecordText:
    named = register.form[register.name]
    head = str(values.get(register.name) or "") if named.privacy in ("public", "internal") else ""
    words = " ".join((register.key_of(values), register.search_text(values), *_places(register, values)))
    mark = searching.mark(register.id, public=public)
    return RecordText(
        record_id=record_id,
        public=public,
        head=searching.words(head),
        words=f"{mark} {searching.words(words)}",
    )


def _places(register: Register, values: Mapping[str, Any]) -> list[str]:
    """The names of the offices and areas that a searched field holds only as codes."""
    found = []
    for id_ in register.search:
        found += [name for name in named(register.form[id_], values.get(id_)) if name]
    return found


def named(field: Field, value: Any) -> list[str]:
    """The names behind a value of codes; empty for other kinds."""
    if field.kind not in CODED or not value:
        return []
    ask = places.area if CODED[field.kind] == "area" else places.office
    return [ask(str(code))[1] for code in (value if isinstance(value, list) else [value])]
