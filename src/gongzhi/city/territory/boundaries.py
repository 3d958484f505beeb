"""Reading boundaries from GeoJSON (RFC 7946): checked whole before anything is kept, thinned out, on WGS-84.

Maps published in China are often on GCJ-02, the shifted grid of the surveying authorities, which is some 500 m off; ``to_wgs84``
takes the shift back by iteration over the published forward formula (accurate to about a metre).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gongzhi.city.territory.errors import BadBoundaries

Point = tuple[float, float]
Ring = list[Point]
#: polygons, each its rings: the outer one, then holes
Shape = list[list[Ring]]

MOST_BYTES, MOST_POINTS = 80_000_000, 2_000_000
#: degrees (about 20 m): finer than a wall or a phone can show
TOLERANCE: Final = 0.0002
#: semi-major axis in metres and eccentricity of the Krasovsky ellipsoid, as the forward formula uses them
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
CODES, NAMES = ("code", "adcode", "CODE", "id"), ("name", "NAME", "名称")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One feature of a file."""

    number: int
    #: digits of the division code, without trailing zeros; empty where it has none
    code: str
    name: str
    shape: Shape


def read_features(text: bytes, *, gcj02: bool = False) -> list[Read]:
    """All features of a GeoJSON file. Raises BadBoundaries with the number of the first that is wrong."""
    if len(text) > MOST_BYTES:
        raise BadBoundaries(why=f"文件超过{MOST_BYTES // 1_000_000} MB")
    try:
        root = json.loads(text.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadBoundaries(why="不是 GeoJSON（UTF-8 的 JSON 文件）") from error
    features = root.get("features") if isinstance(root, Mapping) else None
    if not isinstance(features, list) or root.get("type") != "FeatureCollection":
        raise BadBoundaries(why="最外层应为 FeatureCollection，里面有 features")
    if not features:
        raise BadBoundaries(why="里面没有一个区域")
    found = [_feature(number, feature, gcj02) for number, feature in enumerate(features, 1)]
    points = sum(len(ring) for each in found for polygon in each.shape for ring in polygon)
    if points > MOST_POINTS:
        raise BadBoundaries(why=f"点数超过{MOST_POINTS:,}")
    return found


def _feature(number: int, feature: Any, gcj02: bool) -> Read:
    if not isinstance(feature, Mapping):
        raise BadBoundaries(why=f"第{number}个区域不是 Feature")
    properties = feature.get("properties") or {}
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping) or not isinstance(properties, Mapping):
        raise BadBoundaries(why=f"第{number}个区域没有 geometry 或 properties")
    coordinates = geometry.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(geometry.get("type")))
    if not isinstance(polygons, list) or not polygons:
        raise BadBoundaries(why=f"第{number}个区域不是 Polygon 或 MultiPolygon")
    shape = [[_ring(number, ring, gcj02) for ring in _listed(number, polygon)] for polygon in polygons]
    return Read(number=number, code=_code(properties), name=_word(properties, NAMES), shape=shape)


def _listed(number: int, polygon: Any) -> list[Any]:
    if not isinstance(polygon, list) or not polygon:
        raise BadBoundaries(why=f"第{number}个区域有一块没有边界线")
    return polygon


def _ring(number: int, ring: Any, gcj02: bool) -> Ring:
    points: Ring = []
    for each in _listed(number, ring):
        if not (isinstance(each, list) and len(each) >= 2 and all(map(_is_number, each[:2]))):
            raise BadBoundaries(why=f"第{number}个区域有一个点不是 [经度, 纬度]")
        lon, lat = float(each[0]), float(each[1])
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise BadBoundaries(why=f"第{number}个区域有一个点不在地球上：{lon:g}, {lat:g}（要用经纬度）")
        points.append(to_wgs84(lon, lat) if gcj02 else (lon, lat))
    if len(points) < 4 or points[0] != points[-1]:
        raise BadBoundaries(why=f"第{number}个区域有一条边界线没有闭合")
    return points


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _code(properties: Mapping[str, Any]) -> str:
    """``420281``, ``420281000000`` and 420281 are one code."""
    word = _word(properties, CODES)
    return word.rstrip("0") if word.isdecimal() else word


def _word(properties: Mapping[str, Any], names: Sequence[str]) -> str:
    found = next((properties[name] for name in names if properties.get(name) not in (None, "")), "")
    return str(found).strip() if isinstance(found, str | int) else ""


def thinned(shape: Shape, tolerance: float = TOLERANCE) -> list[list[list[list[float]]]]:
    """The shape with fewer points, rounded to about a metre, ready for JSON; rings that vanish are left out."""
    found = []
    for polygon in shape:
        rings = [[[round(x, 5), round(y, 5)] for x, y in _thin(ring, tolerance)] for ring in polygon]
        if len(rings[0]) >= 4:
            found.append([ring for ring in rings if len(ring) >= 4])
    # a place smaller than the tolerance keeps its own points
    return found or [[[[x, y] for x, y in ring] for ring in polygon] for polygon in shape]


def _thin(ring: Ring, tolerance: float) -> Ring:
    """Douglas–Peucker without recursion; a closed ring is cut at the point farthest from its start."""
    far = max(range(len(ring)), key=lambda place: math.dist(ring[place], ring[0]))
    kept = {0, far, len(ring) - 1}
    spans = [(0, far), (far, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        worst, place = max(
            ((_distance(ring[i], ring[first], ring[last]), i) for i in range(first + 1, last)),
            default=(0.0, first),
        )
        if worst > tolerance:
            kept.add(place)
            spans += [(first, place), (place, last)]
    return [ring[place] for place in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if not length:
        return math.dist(point, start)
    return abs(dx * (start[1] - point[1]) - (start[0] - point[0]) * dy) / length


def to_wgs84(lon: float, lat: float) -> Point:
    """The place on WGS-84 of a point on GCJ-02; outside China there is no shift."""
    found = (lon, lat)
    for _round in range(3):
        shifted = _to_gcj02(*found)
        found = (found[0] + lon - shifted[0], found[1] + lat - shifted[1])
    return found


def _to_gcj02(lon: float, lat: float) -> Point:
    if not (73.66 < lon < 135.05 and 3.86 < lat < 53.55):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    radians = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    north = math.degrees(_north(x, y) * magic * math.sqrt(magic) / (_AXIS * (1 - _ECCENTRICITY)))
    east = math.degrees(_east(x, y) * math.sqrt(magic) / (_AXIS * math.cos(radians)))
    return lon + east, lat + north


def _waves(value: float, first: float, second: float, third: float, fourth: float) -> float:
    pi = math.pi
    near = first * math.sin(value * pi) + second * math.sin(value / 3 * pi)
    return (near + third * math.sin(value / 12 * pi) + fourth * math.sin(value / 30 * pi)) * 2 / 3


def _ripple(x: float) -> float:
    return (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3


def _north(x: float, y: float) -> float:
    base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return base + _ripple(x) + _waves(y, 20, 40, 160, 0) + 320 * math.sin(y * math.pi / 30) * 2 / 3


def _east(x: float, y: float) -> float:
    base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return base + _ripple(x) + _waves(x, 20, 40, 150, 300)


def points_of(shape: Any) -> Iterator[Point]:
    """Every point of a stored shape."""
    for polygon in shape:
        for ring in polygon:
            yield from ((x, y) for x, y in ring)


__all__ = ["Point", "Read", "Ring", "Shape", "points_of", "read_features", "thinned", "to_wgs84"]
