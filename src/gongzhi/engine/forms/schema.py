"""JSON Schema (draft 2020-12) of what a form stores: strict, so that an unknown key is an error.

The schema describes values in normal form. ``validate`` takes more (full-width digits, ``2024年1月2日``) and always returns
values that this schema accepts. A field that is not always visible is never in ``required``; FEEL conditions, prefill and
privacy stand beside it as annotations (``x-visible-when``, ``x-valid-when``, ``x-prefill``, ``x-privacy``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from gongzhi.engine.forms.fields import Field
from gongzhi.engine.forms.form import Form

_CODE = {"type": "string", "minLength": 1, "maxLength": 64}
_DEGREES = {"type": ["number", "null"]}
_FILE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "sha256", "size", "type"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "size": {"type": "integer", "minimum": 1},
        "type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}$"},
    },
}


def _text(each: Field) -> dict[str, Any]:
    return {"type": "string", "minLength": max(1, int(each.min or 0)), "maxLength": each.most}


def _number(each: Field) -> dict[str, Any]:
    bounds = {"minimum": each.min, "maximum": each.max}
    return {"type": "number", **{key: float(bound) for key, bound in bounds.items() if bound is not None}}


def _list(each: Field, items: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "array",
        "items": dict(items),
        "minItems": max(1, int(each.min or 0)),
        "maxItems": each.most,
    }


def _place(_: Field) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["text", "area", "lon", "lat"],
        "properties": {
            "text": {"type": "string", "maxLength": 200},
            "area": {"type": "string", "maxLength": 64},
            "lon": {**_DEGREES, "minimum": -180, "maximum": 180},
            "lat": {**_DEGREES, "minimum": -90, "maximum": 90},
        },
    }


def _pattern(pattern: str) -> Callable[[Field], dict[str, Any]]:
    return lambda _: {"type": "string", "pattern": pattern}


_BY_KIND: Final[Mapping[str, Callable[[Field], dict[str, Any]]]] = {
    "text": _text,
    "paragraph": _text,
    "number": _number,
    "money": _pattern(r"^-?\d{1,20}\.\d{2}$"),
    "date": lambda _: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "choice": lambda each: {"type": "string", "enum": list(each.options)},
    "choices": lambda each: {
        **_list(each, {"type": "string", "enum": list(each.options)}),
        "uniqueItems": True,
    },
    "yesno": lambda _: {"type": "boolean"},
    "place": _place,
    "area": lambda _: dict(_CODE),
    "office": lambda _: dict(_CODE),
    "person": lambda _: dict(_CODE),
    "case": lambda _: dict(_CODE),
    "record": lambda each: {**_CODE, "x-register": each.register},
    "records": lambda each: {**_list(each, _CODE), "uniqueItems": True, "x-register": each.register},
    "offices": lambda each: {**_list(each, _CODE), "uniqueItems": True},
    "phone": _pattern(r"^(1[3-9]\d{9}|0\d{2,3}-\d{7,8}(-\d{1,6})?|\d{3,10})$"),
    "identity_number": _pattern(r"^\d{17}[0-9X]$"),
    "credit_code": _pattern("^[0-9A-HJ-NP-RTUW-Y]{18}$"),
    "files": lambda each: _list(each, _FILE),
    "table": lambda each: _list(
        each, _object(each.columns, {column.id for column in each.columns if column.required})
    ),
}


def _field(each: Field) -> dict[str, Any]:
    made: dict[str, Any] = {"title": each.label, **_BY_KIND[each.kind](each)}
    if each.hint:
        made["description"] = each.hint
    if each.default is not None and not str(each.default).startswith("="):
        made["default"] = each.default
    marks = {"visible-when": each.visible_when, "valid-when": each.valid_when, "prefill": each.prefill}
    made |= {f"x-{name}": text for name, text in marks.items() if text}
    return {**made, "x-kind": each.kind, "x-privacy": each.privacy}


def _object(fields: Sequence[Field], required: set[str]) -> dict[str, Any]:
    always = [each.id for each in fields if each.id in required and not each.visible_when]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {each.id: _field(each) for each in fields},
        **({"required": always} if always else {}),
    }


def json_schema(form: Form, only: Sequence[str] | None = None) -> dict[str, Any]:
    """The schema of the values of a form, or of the fields named by ``only`` (a trailing ``?``: optional here)."""
    asked = {each.id for each in form.fields} if only is None else {id.removesuffix("?") for id in only}
    optional = {id.removesuffix("?") for id in only or () if id.endswith("?")}
    fields = [each for each in form.fields if each.id in asked]
    required = {each.id for each in fields if each.required} - optional
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_object(fields, required)}


__all__ = ["json_schema"]
