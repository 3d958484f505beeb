"""Services: what can be reported. Each case type that residents may open is one, and each of its categories is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from gongzhi.city.api.errors import NoSuchService
from gongzhi.city.cases import catalogue
from gongzhi.engine.cases import CaseType
from gongzhi.engine.forms import Field

#: fields that GeoReport has arguments of its own for; every other one of the opening form is an attribute
ARGUMENTS: Final = frozenset(
    {
        "subject",
        "text",
        "place",
        "area",
        "category",
        "phone",
        "reporter_name",
        "photos",
        "source",
        "anonymous",
    }
    | {"confidential"}
)
#: field kind -> GeoReport datatype
DATATYPES: Final = {
    "text": "string",
    "paragraph": "text",
    "number": "number",
    "money": "number",
    "date": "datetime",
    "choice": "singlevaluelist",
    "choices": "multivaluelist",
    "yesno": "singlevaluelist",
}


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be reported."""

    code: str
    name: str
    mechanism: str
    case_type: CaseType
    #: empty for the service that is the case type itself: "I don't know which category"
    category: str

    @property
    def attributes(self) -> list[tuple[Field, bool]]:
        """Fields of the opening form without an argument of their own, and whether each is required."""
        form = self.case_type.form
        asked = [(form[ask.field], ask.optional) for ask in self.case_type.opening]
        return [
            (field, field.required and not optional and not field.visible_when)
            for field, optional in asked
            if field.id not in ARGUMENTS and field.kind in DATATYPES
        ]

    def takes(self, field: str) -> bool:
        """Whether the opening form has the field."""
        return any(ask.field == field for ask in self.case_type.opening)


def services() -> list[Service]:
    """All services of the active mechanisms, in their order."""
    found: dict[str, Service] = {}
    for mechanism, _, case_type in catalogue.offered():
        if "resident" in case_type.opened_by and {"subject", "text"} <= set(case_type.form.by_id):
            for service in _of(mechanism, case_type):
                found.setdefault(service.code, service)
    return list(found.values())


def _of(mechanism: str, case_type: CaseType) -> Iterator[Service]:
    yield Service(f"{mechanism}.{case_type.id}", case_type.title, mechanism, case_type, "")
    category = case_type.form.by_id.get("category")
    for option in category.options if category and category.kind == "choice" else ():
        yield Service(option, option, mechanism, case_type, option)


def service(code: str) -> Service:
    """The service of a code. Raises NoSuchService."""
    for each in services():
        if each.code == code:
            return each
    raise NoSuchService(name="service_code", which=code[:60])


def listed(found: Service) -> dict[str, Any]:
    """As ``GET services`` shows it."""
    return {
        "service_code": found.code,
        "service_name": found.name,
        "description": f"{found.case_type.title}:{found.name}" if found.category else found.case_type.title,
        "metadata": bool(found.attributes),
        "type": "realtime",
        "keywords": found.name.replace("·", ","),
        "group": found.case_type.title,
    }


def definition(found: Service) -> dict[str, Any]:
    """As ``GET services/{code}`` shows it."""
    return {
        "service_code": found.code,
        "attributes": [
            {
                "variable": True,
                "code": field.id,
                "datatype": DATATYPES[field.kind],
                "required": required,
                "datatype_description": field.hint or None,
                "order": place,
                "description": field.label,
                "values": values(field),
            }
            for place, (field, required) in enumerate(found.attributes, 1)
        ],
    }


def values(field: Field) -> list[dict[str, str]]:
    """What may be chosen; empty for fields that are typed."""
    if field.kind == "yesno":
        return [{"key": "true", "name": "是"}, {"key": "false", "name": "否"}]
    return [{"key": option, "name": option} for option in field.options]
