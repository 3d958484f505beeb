"""The two formats of GeoReport v2: XML as the specification draws it, JSON by the Spark convention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from django.http import HttpResponse

from gongzhi.engine.instants import SHANGHAI

XML: Final = "text/xml; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
#: name of a list -> name of one of its members in XML
MEMBERS: Final[Mapping[str, str]] = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
#: what XML 1.0 can't carry, not even escaped
_UNSPEAKABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def written(root: str, value: Any, format: str, status: int = 200) -> HttpResponse:
    """A value as a response in one of the formats; ``root`` is the XML root, which JSON leaves out."""
    if format == "json":
        return HttpResponse(msgspec.json.encode(value), status=status, content_type=JSON)
    element = Element(root)
    _fill(element, root, value)
    body = tostring(element, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, status=status, content_type=XML)


def failure(found: Iterable[tuple[int, str]], format: str, status: int) -> HttpResponse:
    """An ``errors`` document."""
    listed = [{"code": code, "description": description} for code, description in found]
    return written("errors", listed, format, status)


def w3(at: datetime | None) -> str | None:
    """An instant as the W3C note wants it, with the city's offset: ``2024-10-12T18:00:00+08:00``."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def _fill(element: Element, name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, each in value.items():
            _fill(SubElement(element, key), key, each)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            _fill(SubElement(element, MEMBERS[name]), MEMBERS[name], each)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _UNSPEAKABLE.sub("\ufffd", str(value))
