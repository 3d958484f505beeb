"""Small pictures drawn by the server: bars, the flow of days, the map of towns. Each stands beside its table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

#: size of the map's picture; degrees of longitude are shorter than those of latitude at 30° north
MAP_WIDTH, MAP_HEIGHT, MARGIN = 640.0, 520.0, 46.0
SHRINK = 0.866
#: radius of a town's circle: least, and how it grows with the root of its open cases
LEAST, GROWTH = 14.0, 2.2
#: room that a town's name takes
NAME_WIDTH, NAME_HEIGHT = 84.0, 18.0
COLOURS = {"red": "#b42318", "yellow": "#f0b429", "green": "#1b7f4b", "none": "#98a2b3"}


def bars(figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Figures with the length of their bar, 0 to 100."""
    most = max((figure["value"] for figure in figures), default=0) or 1
    return [{**figure, "share": round(100 * figure["value"] / most, 1)} for figure in figures]


def day_flow(days: Sequence[Mapping[str, Any]]) -> SafeString:
    """Two lines over the days: opened and ended."""
    if len(days) < 2:
        return SafeString("")
    most = max(max(day["opened"], day["ended"]) for day in days) or 1
    width, height, left, bottom = 720, 200, 40, 26
    step = (width - left - 12) / (len(days) - 1)

    def points(name: str) -> str:
        return " ".join(
            f"{left + i * step:.1f},{height - bottom - (height - bottom - 14) * day[name] / most:.1f}"
            for i, day in enumerate(days)
        )

    marks = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="12" fill="#667085" text-anchor="middle">{}</text>',
        (
            (round(left + i * step, 1), height - 6, f"{day['day'].month}/{day['day'].day}")
            for i, day in enumerate(days)
            if i % 5 == 0
        ),
    )
    return format_html(
        '<svg viewBox="0 0 {w} {h}" role="img" aria-label="{label}"><line x1="{l}" y1="{b}" x2="{w}" y2="{b}" stroke="#dfe4ec"/>'
        '<line x1="{l}" y1="14" x2="{w}" y2="14" stroke="#edf0f5"/>'
        '<text x="{t}" y="18" font-size="12" fill="#667085" text-anchor="end">{most}</text><text x="{t}" y="{b}" font-size="12" fill="#667085" text-anchor="end">0</text>'
        '<polyline points="{opened}" fill="none" stroke="#1a56b8" stroke-width="2.5" stroke-linejoin="round"/>'
        '<polyline points="{ended}" fill="none" stroke="#1b7f4b" stroke-width="2.5" stroke-dasharray="6 4" stroke-linejoin="round"/>{marks}</svg>',
        w=width,
        h=height,
        l=left,
        t=left - 6,
        b=height - bottom,
        most=most,
        opened=points("opened"),
        ended=points("ended"),
        marks=marks,
        label=_("每天受理和办结的件数"),
    )


def town_map(towns: Sequence[Mapping[str, Any]], url: Callable[[Mapping[str, Any]], str]) -> SafeString:
    """Towns at their places; the circle grows with open cases, its pieces show the lights; each opens its rows."""
    placed = [town for town in towns if town["lon"] is not None and town["lat"] is not None]
    if not placed:
        return SafeString("")
    at = _projection(placed)
    spots = apart([(*at(town), _radius(town)) for town in placed])
    drawn = format_html_join(
        "", "{}", ((_town(town, x, y, url(town)),) for town, (x, y) in zip(placed, spots, strict=True))
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>',
        int(MAP_WIDTH),
        int(MAP_HEIGHT),
        _("各乡镇街道在办件数"),
        drawn,
    )


def _open(town: Mapping[str, Any]) -> int:
    return sum(town[light] for light in COLOURS)


def _projection(towns: Iterable[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], tuple[float, float]]:
    """From degrees to the picture, keeping proportions."""
    found = [(town["lon"] * SHRINK, town["lat"]) for town in towns]
    west, east = min(x for x, _y in found), max(x for x, _y in found)
    south, north = min(y for _x, y in found), max(y for _x, y in found)
    scale = min(
        (MAP_WIDTH - 2 * MARGIN) / ((east - west) or 1), (MAP_HEIGHT - 2 * MARGIN) / ((north - south) or 1)
    )
    left = (MAP_WIDTH - (east - west) * scale) / 2
    top = (MAP_HEIGHT - (north - south) * scale) / 2
    return lambda town: (left + (town["lon"] * SHRINK - west) * scale, top + (north - town["lat"]) * scale)


def _radius(town: Mapping[str, Any]) -> float:
    return LEAST + GROWTH * math.sqrt(_open(town))


def apart(spots: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Positions pushed apart until circles and the names below them no longer cover each other."""
    found = [[x, y] for x, y, _r in spots]
    for _round in range(200):
        moved = False
        for i, one in enumerate(found):
            for j in range(i):
                other = found[j]
                wide = NAME_WIDTH - abs(one[0] - other[0])
                tall = spots[i][2] + spots[j][2] + NAME_HEIGHT - abs(one[1] - other[1])
                if wide <= 0 or tall <= 0:
                    continue
                axis, push = (0, wide) if wide < tall else (1, tall)
                sign = 1 if one[axis] >= other[axis] else -1
                one[axis] += sign * push / 2
                other[axis] -= sign * push / 2
                moved = True
        if not moved:
            break
    return [
        (min(max(x, MARGIN), MAP_WIDTH - MARGIN), min(max(y, MARGIN / 2), MAP_HEIGHT - MARGIN))
        for x, y in found
    ]


def _town(town: Mapping[str, Any], x: float, y: float, url: str) -> SafeString:
    count = _open(town)
    radius = _radius(town)
    ring = 2 * 3.14159265 * (radius - 3)
    pieces, start = [], 0.0
    for light, colour in COLOURS.items():
        share = town[light] / count if count else 0
        if share:
            pieces.append(
                (
                    round(x, 1),
                    round(y, 1),
                    round(radius - 3, 1),
                    colour,
                    round(share * ring, 2),
                    round(ring, 2),
                    round(-start * ring, 2),
                )
            )
            start += share
    circles = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}" fill="none" stroke="{}" stroke-width="6" stroke-dasharray="{} {}" stroke-dashoffset="{}"/>',
        pieces,
    )
    title = _("%(name)s：在办%(n)d件，超期%(red)d件") % {"name": town["name"], "n": count, "red": town["red"]}
    return format_html(
        '<a href="{url}" aria-label="{title}"><title>{title}</title><circle cx="{x}" cy="{y}" r="{r}" fill="#fff" stroke="#dfe4ec"/>{circles}'
        '<text x="{x}" y="{ty}" font-size="13" text-anchor="middle" fill="#1c2430" font-weight="600">{count}</text>'
        '<text x="{x}" y="{by}" font-size="13" text-anchor="middle" fill="#4a5565">{name}</text></a>',
        url=url,
        title=title,
        x=round(x, 1),
        y=round(y, 1),
        r=round(radius, 1),
        circles=circles,
        count=count,
        ty=round(y + 4.5, 1),
        by=round(y + radius + 14, 1),
        name=town["name"],
    )
