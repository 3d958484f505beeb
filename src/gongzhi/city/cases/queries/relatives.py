"""Cases like this one: what neighbours have reported already, and what was settled before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from gongzhi.city.cases import catalogue, searching
from gongzhi.city.cases.matters import partners_of
from gongzhi.city.cases.models import Case, CaseText
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import area_path
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.texts.redaction import redact

#: candidates that are compared word by word: enough to find a neighbour, a constant cost at any size
CANDIDATES = 300
METRES_PER_DEGREE = 111_320.0
#: reports of one lamp lie so close together (metres)
SAME_PLACE = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A report nearby, as anybody may know of it."""

    #: not its tracking code: that would open other people's reports to everybody
    id: str
    subject: str
    area: str
    opened_at: datetime
    category: str
    #: share of words in common, 0 to 1
    alike: float
    #: metres; None where one of the two has no position
    metres: int | None = None
    ended: str = ""


def nearby(
    text: str = "",
    *,
    area: str = "",
    lon: float | None = None,
    lat: float | None = None,
    radius: float = 800.0,
    most: int = 5,
) -> list[Near]:
    """Open reports near a place that tell of something alike, for whoever is about to write another.

    By position within ``radius`` metres, else by area; only what the reporter put on the public list of fields is
    told (title, area, time). Confidential and anonymous ones are left out, and so is what nobody has sorted yet: it
    may turn out to be confidential. One query.
    """
    near = Case.objects.filter(ended_at__isnull=True, confidential=False, anonymous=False).exclude(kind="")
    for mechanism, type_id in catalogue.kept():
        near = near.exclude(mechanism=mechanism, type=type_id)
    if lon is not None and lat is not None and math.isfinite(lon) and math.isfinite(lat):
        north, east = (
            radius / METRES_PER_DEGREE,
            radius / (METRES_PER_DEGREE * max(0.1, math.cos(math.radians(lat)))),
        )
        near = near.filter(lat__range=(lat - north, lat + north), lon__range=(lon - east, lon + east))
    elif path := area_path(area):
        near = near.filter(paths.within(path, "area_path"))
    else:
        return []
    found = compared(near.order_by("-due", "-id"), text)
    listed = [
        _near(row, alike, distance(row, lon, lat)) for row, alike in found if alike > 0.12 or not text.strip()
    ]
    return listed[:most]


def similar(by: Standing, row: Case, *, most: int = 5) -> list[tuple[Case, float]]:
    """Cases like this one that the post may see, most alike first: same category or area, newest candidates; and what may
    be the very same matter at the same place, whatever mechanism it came to (``same_matter``).

    Three queries, at any size. The share of words in common comes with each.
    """
    words = CaseText.objects.filter(case=row).values_list("words", flat=True).first() or ""
    around = Q(category=row.category) if row.category else paths.within(row.area_path, "area_path")
    seen = visible(by, "case.read").filter(around).exclude(pk=row.pk)
    found = compared(seen.order_by("-opened_at", "-id"), words, cut=True)
    if partners := one_matter_with(row):
        here = visible(by, "case.read").filter(partners, same_place(row), ended_at=None).exclude(pk=row.pk)
        known = {case.pk for case, _alike in found[:most]}
        found += [
            each
            for each in compared(here.order_by("-opened_at", "-id"), words, cut=True)
            if each[0].pk not in known
        ]
        found.sort(key=lambda each: -each[1])
    return [(case, alike) for case, alike in found[:most] if alike > 0.1]


def one_matter_with(row: Case) -> Q | None:
    """The other case types of which a case may be the same matter as this one; ``None`` where there are none."""
    own = f"{row.mechanism}.{row.type}"
    named = {
        (mechanism, case_type.id): partners_of(mechanism, case_type)
        for mechanism, _version, case_type in catalogue.offered()
    }
    mine = named.get((row.mechanism, row.type), set())
    others = [key for key, names in named.items() if own in names or ".".join(key) in mine]
    found = None
    for mechanism, type_id in others:
        one = Q(mechanism=mechanism, type=type_id)
        found = one if found is None else found | one
    return found


def same_place(row: Case) -> Q:
    """Within ``SAME_PLACE`` metres where the case has a position, else in the same area."""
    if row.lon is None or row.lat is None:
        return Q(area=row.area_id)
    north = SAME_PLACE / METRES_PER_DEGREE
    east = north / max(0.1, math.cos(math.radians(row.lat)))
    near = Q(lat__range=(row.lat - north, row.lat + north), lon__range=(row.lon - east, row.lon + east))
    # what was reported without a position may be here too
    return near | Q(area=row.area_id, lon=None)


def compared(rows: QuerySet[Case], text: str, *, cut: bool = False) -> list[tuple[Case, float]]:
    """The first candidates of a query with their likeness to a text, most alike first."""
    mine = set((text if cut else searching.words(text)).split())
    candidates = rows.annotate(words=F("text__words")).defer("state")[:CANDIDATES]
    found = [(row, likeness(mine, set((row.words or "").split()))) for row in candidates]
    return sorted(found, key=lambda each: -each[1])


def likeness(mine: set[str], other: set[str]) -> float:
    """Common words over those of the shorter text: a long account of the same lamp is as alike as a short one."""
    if not mine or not other:
        return 0.0
    return len(mine & other) / min(len(mine), len(other))


def distance(row: Case, lon: float | None, lat: float | None) -> int | None:
    """Metres between a case and a point, on a plane (a few hundred metres are flat)."""
    if lon is None or lat is None or row.lon is None or row.lat is None:
        return None
    east = (row.lon - lon) * math.cos(math.radians(lat)) * METRES_PER_DEGREE
    return round(math.hypot(east, (row.lat - lat) * METRES_PER_DEGREE))


def _near(row: Case, alike: float, metres: int | None) -> Near:
    return Near(
        id=str(row.pk),
        subject=redact(row.subject),
        area=row.area_id or "",
        opened_at=row.opened_at,
        category=row.category,
        alike=round(alike, 2),
        metres=metres,
        ended=row.ended,
    )
