"""The map of parcels, drawn by the server: signs that differ in shape as well as in colour, towns by name behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.city.mechanisms.overviews.land import Parcel
from gongzhi.city.web.charts import MAP_HEIGHT, MAP_WIDTH, MARGIN, SHRINK, apart

#: dark enough to be told from white, and each with a shape of its own
FILLS = {"green": "#1b7f4b", "yellow": "#b7791f", "orange": "#c2410c", "red": "#b42318", "none": "#667085"}
SIZE = 9.0
#: a circle, a triangle, a diamond, a square
SHAPES = {
    "yellow": ((0.0, -1.2), (1.2, 0.9), (-1.2, 0.9)),
    "orange": ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)),
    "red": ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
}


def land_map(
    parcels: Sequence[Parcel], towns: Sequence[tuple[str, float, float]], url: Callable[[Parcel], str]
) -> SafeString:
    """Parcels at their places, each opening to its record; those at one place stand beside each other. Empty without places."""
    placed = [(each, each.lon, each.lat) for each in parcels if each.lon is not None and each.lat is not None]
    if not placed:
        return SafeString("")
    points = [(lon * SHRINK, lat) for _each, lon, lat in placed] + [
        (lon * SHRINK, lat) for _name, lon, lat in towns
    ]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    scale = min(
        (MAP_WIDTH - 2 * MARGIN) / ((east - west) or 1), (MAP_HEIGHT - 2 * MARGIN) / ((north - south) or 1)
    )
    left = (MAP_WIDTH - (east - west) * scale) / 2
    top = (MAP_HEIGHT - (north - south) * scale) / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return round(left + (lon * SHRINK - west) * scale, 1), round(top + (north - lat) * scale, 1)

    spots = [
        (round(x, 1), round(y, 1)) for x, y in apart([(*at(lon, lat), SIZE) for _name, lon, lat in towns])
    ]
    names = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="13" text-anchor="middle" fill="#667085">{}</text>',
        ((*spot, name) for spot, (name, _lon, _lat) in zip(spots, towns, strict=True)),
    )
    moved = {at(lon, lat): spot for spot, (_name, lon, lat) in zip(spots, towns, strict=True)}
    taken: dict[tuple[float, float], int] = {}
    signs = []
    for each, lon, lat in placed:
        x, y = moved.get(at(lon, lat), at(lon, lat))
        number = taken[x, y] = taken.get((x, y), -1) + 1
        signs.append(
            (_sign(each, x + (number % 6) * 2.6 * SIZE, y + 16 + number // 6 * 2.6 * SIZE, url(each)),)
        )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>',
        int(MAP_WIDTH),
        int(MAP_HEIGHT),
        _("地块分布和土地码"),
        names,
        format_html_join("", "{}", signs),
    )


def _sign(each: Parcel, x: float, y: float, url: str) -> SafeString:
    fill = FILLS[each.tone]
    words = {"name": each.row.name, "colour": each.colour or _("没有"), "days": each.days_late}
    title = _("%(name)s：%(colour)s码，逾期%(days)d天") % words
    corners = SHAPES.get(each.tone)
    if corners is None:
        shape = format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}"/>', round(x, 1), round(y, 1), SIZE, fill
        )
    else:
        points = " ".join(f"{x + SIZE * dx:.1f},{y + SIZE * dy:.1f}" for dx, dy in corners)
        shape = format_html('<polygon points="{}" fill="{}"/>', points, fill)
    return format_html('<a href="{}" aria-label="{}"><title>{}</title>{}</a>', url, title, title, shape)
