"""Service points are records: the counters room learns of them here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongzhi.city.counters.points import Point
from gongzhi.city.records import catalogue, queries
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.records.queries import Open

REGISTER, ITEMS = "service_points", "service_items"
#: points on one page of the list
PAGE = 60


class RecordedPoints:
    """The points of the register, as far as the public may see them and people may come there."""

    def point(self, key: str) -> Point | None:
        if catalogue.known(REGISTER) is None:
            return None
        try:
            return _point(queries.public_one(REGISTER, key))
        except NoSuchRecord:
            return None

    def points(self, text: str) -> list[Point]:
        if catalogue.known(REGISTER) is None:
            return []
        found = queries.public_search(REGISTER, text, size=PAGE).rows
        return [point for row in found if (point := _point(queries.opened_to_all(row), items=False))]


def _point(found: Open, *, items: bool = True) -> Point | None:
    if not found.register.is_usable(found.state):
        return None
    values: Mapping[str, Any] = found.values
    keys = [str(key) for key in values.get("items") or []] if items else []
    names = queries.names(ITEMS, keys, outside=True) if keys else {}
    place = values.get("address")
    return Point(
        key=found.key,
        title=found.name,
        place=str(place.get("text", "") if isinstance(place, Mapping) else place or ""),
        hours=str(values.get("hours") or ""),
        phone=str(values.get("phone") or ""),
        office=str(values.get("office") or ""),
        items=(*(names[key] for key in keys if key in names), *map(str, values.get("errands") or [])),
    )


POINTS = RecordedPoints()
