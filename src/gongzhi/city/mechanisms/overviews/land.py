"""Parcels of land with their code's colour, days overdue, and where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongzhi.city.cases.queries.board import towns_of_city
from gongzhi.city.cases.world import area_path
from gongzhi.city.kernel.pagination import page
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.records.models import Record

# what a mechanism of land calls its register and its columns (land_to_start)
PARCELS = "land_parcels"
COLOUR, DAYS_LATE, LATE_FOR, MEASURE, USE, TOWN, PLACE = (
    "colour",
    "days_late",
    "late_for",
    "measure",
    "use",
    "town",
    "place",
)
#: colour in words -> (CSS class, sign)
COLOURS: Mapping[str, tuple[str, str]] = {
    "绿": ("green", "●"),
    "黄": ("yellow", "▲"),
    "橙": ("orange", "◆"),
    "红": ("red", "■"),
}
UNKNOWN = ("none", "○")
SIZE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel as the page shows it."""

    row: Record
    state: str
    colour: str
    #: CSS class and sign of the colour
    tone: str
    sign: str
    days_late: int
    late_for: str
    measure: str
    use: str
    town: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """One page of parcels, the most overdue first, and the towns around them."""

    parcels: tuple[Parcel, ...]
    after: str
    counts: Mapping[str, int]
    #: (name, lon, lat)
    towns: tuple[tuple[str, float, float], ...]


def land(by: Standing, *, after: str = "", colour: str = "") -> Land:
    """The parcels that this post may list, ``SIZE`` at a time in order of key, within a page by days overdue.

    Two queries. Raises NoSuchRegister, NotAllowed.
    """
    check(by, "record.list")
    found = catalogue.one(PARCELS).register
    listed = page(sight.visible(by, found), ("key",), cursor=after, size=SIZE)
    towns = towns_of_city()
    named = {town.path: town for town in towns.values()}
    made = []
    for row, derived in zip(listed.rows, records.derived_of(found, listed.rows), strict=True):
        place = row.data.get(PLACE)
        here = place if isinstance(place, Mapping) else {}
        code = str(row.data.get(TOWN) or here.get("area") or "")
        town = next((each for path, each in named.items() if area_path(code).startswith(path)), None)
        word = str(derived.get(COLOUR) or "")
        tone, sign = COLOURS.get(word, UNKNOWN)
        made.append(
            Parcel(
                row=row,
                state=found.states.get(row.state, row.state),
                colour=word,
                tone=tone,
                sign=sign,
                days_late=_whole(derived.get(DAYS_LATE)),
                late_for=str(derived.get(LATE_FOR) or ""),
                measure=str(derived.get(MEASURE) or ""),
                use=str(row.data.get(USE) or ""),
                town=town.short_name if town else "",
                lon=_degree(here.get("lon"), town.lon if town else None),
                lat=_degree(here.get("lat"), town.lat if town else None),
            )
        )
    counts = {word: sum(each.colour == word for each in made) for word in COLOURS}
    shown = [each for each in made if not colour or each.colour == colour]
    return Land(
        parcels=tuple(sorted(shown, key=lambda each: (-each.days_late, each.row.key))),
        after=listed.after,
        counts=counts,
        towns=tuple(
            (town.short_name, town.lon, town.lat)
            for town in towns.values()
            if town.lon is not None and town.lat is not None
        ),
    )


def _whole(value: Any) -> int:
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return 0


def _degree(value: Any, otherwise: float | None) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
