"""The OpenAPI document and its reference page, and what happens at addresses that lead nowhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongzhi.city.api.answers import answer, failed
from gongzhi.city.api.errors import NoSuchThing
from gongzhi.city.api.scopes import SCOPES
from gongzhi.city.api.v1.api import document


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    return answer(document())


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The reference as a page of our own: no scripts, nothing from elsewhere."""
    return render(
        request, "api/reference.html", {"document": document(), "operations": operations(), "scopes": SCOPES}
    )


def nowhere(request: HttpRequest, path: str = "") -> HttpResponse:
    """An address below /api/ that leads nowhere, in the shape of every other error."""
    return failed(request, NoSuchThing(which=request.path[:120]))


def operations() -> list[dict[str, Any]]:
    """The operations in the order of the document, ready to be read by people."""
    listed = []
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            listed.append(
                {
                    "method": method.upper(),
                    "path": path,
                    "id": operation["operationId"],
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "signed_in": bool(operation.get("security")),
                    "parameters": [_parameter(each) for each in operation.get("parameters", [])],
                    "body": [_body(kind, content["schema"]) for kind, content in body.items()],
                    "statuses": sorted(operation["responses"]),
                    "answer": _answer(operation["responses"]),
                }
            )
    return listed


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    return document()["components"]["schemas"].get(reference.rpartition("/")[2], {}) if reference else schema


def _body(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    found = _resolved(schema)
    return {"type": kind, "title": found.get("title", ""), "rows": _rows(found)}


def _rows(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "type": kind_of(each), "required": name in required}
        for name, each in schema.get("properties", {}).items()
    ]


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": found["name"],
        "place": found["in"],
        "required": found.get("required", False),
        "type": kind_of(found["schema"]),
        "description": found.get("description", ""),
    }


def _answer(responses: dict[Any, Any]) -> dict[str, Any]:
    """The good answer of an operation: its status and its fields."""
    status = min(responses)
    schema = responses[status].get("content", {}).get("application/json", {}).get("schema", {})
    found = _resolved(schema)
    return {"status": status, "title": found.get("title", ""), "rows": _rows(found)}


def kind_of(schema: dict[str, Any]) -> str:
    """A JSON Schema in a few words: ``string``, ``integer|null``, ``array of CaseLine``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(str(each) or '""' for each in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(kind_of(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"array of {kind_of(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")
