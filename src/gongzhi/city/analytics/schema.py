"""The columns of the facts. See README.md for what each means; adding one is a change of ``VERSION``."""

from __future__ import annotations

import pyarrow as pa

VERSION = 1

_TEXT, _INT = pa.string(), pa.int64()

EVENTS = pa.schema(
    [
        ("case_id", _TEXT), ("seq", _INT), ("mechanism", _TEXT), ("version", _TEXT), ("type", _TEXT),
        ("activity", _TEXT), ("step", _TEXT), ("choice", _TEXT), ("token", _INT), ("kind", _TEXT), ("lifecycle", _TEXT),
        ("cause", _TEXT), ("at", pa.timestamp("us")), ("us", _INT), ("due_us", _INT), ("actor", _TEXT), ("role", _TEXT),
        ("office", _TEXT), ("area", _TEXT), ("area_path", _TEXT), ("item", _TEXT), ("entry", _INT),
    ]
)  # fmt: skip
CASES = pa.schema(
    [
        ("case_id", _TEXT), ("number", _TEXT), ("mechanism", _TEXT), ("version", _TEXT), ("type", _TEXT),
        ("kind", _TEXT), ("category", _TEXT), ("urgency", _TEXT), ("channel", _TEXT), ("item", _TEXT),
        ("opened_us", _INT), ("ended_us", _INT), ("end", _TEXT), ("lead", _TEXT), ("area", _TEXT), ("area_path", _TEXT),
        ("citizen_due_us", _INT), ("unit_due_us", _INT), ("citizen_late", pa.bool_()), ("unit_late", pa.bool_()),
        ("merged", pa.bool_()), ("position", _INT),
    ]
)  # fmt: skip

__all__ = ["CASES", "EVENTS", "VERSION"]
