"""JSON Schema (2020-12) of every kind of file, so that editors complete and validate (``gongzhi schema``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gongzhi.engine.mechanisms.schema import FILE_KINDS

BASE = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file (a key of ``FILE_KINDS``). Raises ``KeyError`` for another name."""
    pattern, model = FILE_KINDS[kind]
    made = model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    return {"$schema": BASE, "$id": f"gongzhi/{kind}.schema.json", "$comment": pattern, **made}


def json_schemas() -> dict[str, str]:
    """All schemas as text: file name -> JSON, ready to be written beside a mechanism."""
    return {
        f"{kind}.schema.json": json.dumps(json_schema(kind), ensure_ascii=False, indent=2) + "\n"
        for kind in FILE_KINDS
    }


def editor_settings() -> Mapping[str, Any]:
    """``yaml.schemas`` of common editors: which schema belongs to which files."""
    settings = {
        f"{kind}.schema.json": pattern for kind, (pattern, _) in FILE_KINDS.items() if kind != "document"
    }
    return {"yaml.schemas": settings}


__all__ = ["editor_settings", "json_schema", "json_schemas"]
