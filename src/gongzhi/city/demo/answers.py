"""What simulated people write into a form when nobody has said it: lawful values, field by field."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw

from gongzhi.city.cases import actions
from gongzhi.city.cases.world import home_area
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import queries as records
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.forms import Field, Form
from gongzhi.engine.forms.codes import credit_check_digit, identity_check_digit

WORDS = {"paragraph": "情况属实，按规定办理。", "text": "已办"}
PLACE = "文化路12号"
#: days that must lie ahead lie so many days ahead
AHEAD = 3


def answered(
    form: Form,
    asks: Iterable[Ask],
    given: Mapping[str, Any],
    *,
    at: datetime,
    office: str,
    by: Standing,
    every: bool = False,
) -> dict[str, Any]:
    """Values for what must be filled in (``every``: may be, too) and was not given; fields that a condition hides are
    left to the engine."""
    made = dict(given)
    for ask in asks:
        field = form[ask.field]
        if field.id not in made and (every or field.required) and not ask.optional:
            # days in the order of the form: what is asked later lies later
            day = at + timedelta(days=len(made))
            # what must be complete (both sides signed, all papers there) is so where everything is filled in
            whole = every and field.kind == "choices"
            made[field.id] = list(field.options) if whole else value_of(field, at=day, office=office, by=by)
    return {name: value for name, value in made.items() if value is not None}


def value_of(field: Field, *, at: datetime, office: str, by: Standing) -> Any:
    """A value that the field's own rules take; None where nothing fits."""
    if field.kind in ("text", "paragraph"):
        return WORDS[field.kind]
    if field.kind in ("number", "money"):
        least = float(field.min or 0)
        return f"{least:.2f}" if field.kind == "money" else int(max(least, 1))
    if field.kind == "date":
        return at.date().isoformat()
    if field.kind in ("choice", "choices"):
        return field.options[0] if field.kind == "choice" else [field.options[0]]
    if field.kind == "yesno":
        return True
    if field.kind == "table":
        columns = [column for column in field.columns if column.required] or list(field.columns[:1])
        return [{column.id: value_of(column, at=at, office=office, by=by) for column in columns}]
    if field.register:
        found = records.choices(field.register, most=1)
        keys = [key for key, _name in found]
        return (keys[0] if keys else None) if field.kind == "record" else keys
    if field.kind == "files":
        return [uploaded(by, "材料.png")]
    return _of_kind(field.kind, office, by)


def _of_kind(kind: str, office: str, by: Standing) -> Any:
    return {
        "place": {"text": PLACE, "area": home_area()},
        "area": home_area(),
        "office": office,
        "offices": [office],
        "person": by.person,
        "phone": "19900001234",
        "identity_number": identity("420281199003071"),
        "credit_code": credit("91420281MA4DEMO01"),
    }.get(kind)


def identity(first: str) -> str:
    """An identity number with a right check digit; ``first`` are 15 to 17 digits."""
    digits = (first + "00")[:17]
    return digits + identity_check_digit(digits)


def credit(first: str) -> str:
    """A unified social credit code with a right check digit; letters that codes avoid are replaced."""
    plain = first.translate(str.maketrans("IOZSV", "JPYRW"))[:17]
    return plain + credit_check_digit(plain)


def uploaded(by: Standing, name: str, content: str = "") -> dict[str, Any]:
    """A small picture as the value of a files field, uploaded by whoever sends the form; same content, same bytes."""
    name = f"{name.rpartition('.')[0] or name}.png"
    row = actions.upload(name, io.BytesIO(_picture(f"{name}{content}")), by=by)
    return {"name": row.name, "sha256": row.sha256, "size": row.size, "type": row.type}


@lru_cache(maxsize=256)
def _picture(name: str) -> bytes:
    """A white sheet; every name has a picture of its own."""
    sheet = Image.new("RGB", (240, 320), "white")
    pen = ImageDraw.Draw(sheet)
    for row, byte in enumerate(hashlib.sha256(name.encode()).digest()[:16]):
        pen.line((24, 24 + row * 18, 40 + byte * 0.7, 24 + row * 18), fill="#1a56b8", width=4)
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()


@lru_cache(maxsize=1)
def signature() -> bytes:
    """A drawn signature: a few strokes of a pen."""
    sheet = Image.new("RGB", (400, 160), "white")
    pen = ImageDraw.Draw(sheet)
    for strokes in (
        ((40, 60), (120, 50)),
        ((80, 30), (70, 130)),
        ((140, 50), (220, 120), (180, 40)),
        ((260, 40), (340, 60), (280, 130)),
    ):
        pen.line(strokes, fill="black", width=7)
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()
