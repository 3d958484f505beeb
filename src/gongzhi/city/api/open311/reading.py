"""From the arguments of ``POST requests`` to the opening form of a case."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict

from gongzhi.city.api.bodies import sound
from gongzhi.city.api.errors import BadOpen311
from gongzhi.city.api.open311.services import Service
from gongzhi.city.cases.world import area_path
from gongzhi.engine.forms import Field

LONGEST: Final = 4000
LONGEST_WORD: Final = 500


def argument(sent: QueryDict, name: str, longest: int = LONGEST_WORD) -> str:
    """An argument without the blanks around it; empty and absent are the same (GeoReport, "Optional Arguments").

    Raises BadOpen311, NulCharacter.
    """
    value = sound(sent.get(name) or "").strip()
    if len(value) > longest:
        raise BadOpen311(name=name, why=f"最多{longest}个字符")
    return value


def form_of(service: Service, sent: QueryDict) -> dict[str, Any]:
    """The values of the opening form. Raises BadOpen311 for what is missing or makes no sense.

    The first line of the description is the title; a picture's address is kept in the text and never fetched.
    """
    text = argument(sent, "description", LONGEST)
    if not text:
        raise BadOpen311(name="description", why="没有填写")
    category = service.category
    if category and not service.takes("category"):
        text = f"【{category}】{text}"
    if media := argument(sent, "media_url"):
        if not media.startswith(("https://", "http://")):
            raise BadOpen311(name="media_url", why="应为 http 或 https 地址")
        text = f"{text}\n图片：{media}"
    form: dict[str, Any] = {"subject": subject_of(service, text), "text": text}
    if category and service.takes("category"):
        form["category"] = category
    if (place := place_of(sent)) and service.takes("place"):
        form["place"] = place
    for field, value in {"phone": argument(sent, "phone"), "reporter_name": name_of(sent)}.items():
        if value and service.takes(field):
            form[field] = value
    return form | attributes_of(service, sent)


def subject_of(service: Service, text: str) -> str:
    """A title out of a description: its first line, cut to the field."""
    line = text.splitlines()[0].strip() or service.name
    most = service.case_type.form["subject"].most or 60
    return line if len(line) <= most else line[: most - 1] + "…"


def name_of(sent: QueryDict) -> str:
    """The reporter's name, the family name first as Chinese is written."""
    last, first = argument(sent, "last_name", 40), argument(sent, "first_name", 40)
    blank = " " if f"{last}{first}".isascii() and last and first else ""
    return f"{last}{blank}{first}"


def place_of(sent: QueryDict) -> dict[str, Any] | None:
    """The place: ``lat`` & ``long``, ``address_string`` or ``address_id`` (the code of an area of ours)."""
    lat, lon = degrees(sent, "lat", 90), degrees(sent, "long", 180)
    if (lat is None) != (lon is None):
        raise BadOpen311(name="lat" if lat is None else "long", why="要和另一个坐标一起填写")
    words, area = argument(sent, "address_string", 200), argument(sent, "address_id", 64)
    if area and not area_path(area):
        raise BadOpen311(name="address_id", why="不是已知的区域代码")
    if lat is None and not words and not area:
        raise BadOpen311(name="lat", why="没有填写；请填写 lat 和 long，或 address_string，或 address_id")
    shown = words or (f"{lat:.5f},{lon:.5f}" if lat is not None else "")
    return {"text": shown, "area": area, "lon": lon, "lat": lat}


def degrees(sent: QueryDict, name: str, most: int) -> float | None:
    """A coordinate in decimal degrees (WGS 84)."""
    text = argument(sent, name, 40)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise BadOpen311(name=name, why="不是数字") from error
    if not math.isfinite(value) or abs(value) > most:
        raise BadOpen311(name=name, why=f"应在-{most}到{most}之间")
    return value


def attributes_of(service: Service, sent: QueryDict) -> dict[str, Any]:
    """The values of ``attribute[code]`` and ``attribute[code][]``; an unknown code is an error."""
    known: Mapping[str, Field] = {field.id: field for field, _ in service.attributes}
    found: dict[str, Any] = {}
    for key in sent:
        if not key.startswith("attribute["):
            continue
        code = key.removeprefix("attribute[").removesuffix("[]").removesuffix("]")
        field = known.get(code)
        if field is None:
            raise BadOpen311(name=key[:60], why="不是这项服务的属性")
        values = [sound(value).strip()[:LONGEST] for value in sent.getlist(key) if value.strip()]
        if values:
            found[code] = _typed(field, values)
    missing = next(
        (field for field, required in service.attributes if required and field.id not in found), None
    )
    if missing is not None:
        raise BadOpen311(name=f"attribute[{missing.id}]", why=f"没有填写（{missing.label}）")
    return found


def _typed(field: Field, values: list[str]) -> Any:
    if field.kind == "choices":
        return values
    if field.kind == "yesno":
        if values[-1] not in ("true", "false"):
            raise BadOpen311(name=f"attribute[{field.id}]", why="应为 true 或 false")
        return values[-1] == "true"
    if field.kind == "date":
        return values[-1][:10]
    return values[-1]
