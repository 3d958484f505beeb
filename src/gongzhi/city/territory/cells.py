"""Where an area lies on a drawn map when nobody measured its edge: the part of its parent that is nearest to it.

Plain geometry, no database: polygons are lists of (x, y), not closed. A cell is the parent's outline cut by the bisectors
to the neighbours (Voronoi); children without a position are spread evenly inside, in the order of their codes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

Point = tuple[float, float]
Polygon = list[Point]


def cells(outline: Polygon, sites: Sequence[Point | None]) -> list[Polygon]:
    """One cell per site, in their order; ``None`` is a child whose place is not known. Empty for an empty outline."""
    if len(outline) < 3 or not sites:
        return [[] for _ in sites]
    placed = spread(outline, sites)
    if placed != list(sites):
        # one step towards the middles of the cells: what was strewn lies evenly
        middles = [
            centre(cell) if cell else site for cell, site in zip(_cut(outline, placed), placed, strict=True)
        ]
        # a measured place stays where it is
        moved = zip(sites, placed, middles, strict=True)
        placed = [place if place == site else middle for site, place, middle in moved]
    return _cut(outline, placed)


def spread(outline: Polygon, sites: Sequence[Point | None]) -> list[Point]:
    """A place for every site: its own if it lies inside and is nobody else's, otherwise a free one."""
    found: list[Point | None] = []
    taken: set[Point] = set()
    for site in sites:
        mine = site if site is not None and site not in taken and inside(outline, site) else None
        found.append(mine)
        if mine is not None:
            taken.add(mine)
    free = (point for point in _strewn(outline) if point not in taken)
    return [site if site is not None else next(free) for site in found]


def _strewn(outline: Polygon) -> Iterator[Point]:
    """Evenly spread points inside, always the same ones (Halton sequence); the middle again if the outline is a sliver."""
    west, south, east, north = box(outline)
    misses = number = 0
    while True:
        number += 1
        point = (west + (east - west) * _halton(number, 2), south + (north - south) * _halton(number, 3))
        if inside(outline, point):
            misses = 0
            yield point
        elif (misses := misses + 1) > 500:
            x, y = centre(outline)
            yield x + number * 1e-7, y
            misses = 0


def _halton(number: int, base: int) -> float:
    found, part = 0.0, 1.0
    while number:
        part /= base
        number, digit = divmod(number, base)
        found += part * digit
    return found


def _cut(outline: Polygon, sites: Sequence[Point]) -> list[Polygon]:
    found = []
    for number, site in enumerate(sites):
        others = [other for place, other in enumerate(sites) if place != number]
        others.sort(key=lambda other: (other[0] - site[0]) ** 2 + (other[1] - site[1]) ** 2)
        cell = outline
        for other in others:
            reach = max(((x - site[0]) ** 2 + (y - site[1]) ** 2 for x, y in cell), default=0.0)
            if (other[0] - site[0]) ** 2 + (other[1] - site[1]) ** 2 > 4 * reach:
                break  # whoever is farther than twice the cell's reach cuts nothing off
            cell = _nearer(cell, site, other)
        found.append(cell)
    return found


def _nearer(polygon: Polygon, site: Point, other: Point) -> Polygon:
    """The part of the polygon that is nearer to ``site`` (Sutherland-Hodgman with the bisector)."""
    a, b = other[0] - site[0], other[1] - site[1]
    c = (other[0] ** 2 - site[0] ** 2 + other[1] ** 2 - site[1] ** 2) / 2
    found: Polygon = []
    before = polygon[-1] if polygon else (0.0, 0.0)
    side_before = a * before[0] + b * before[1] - c
    for point in polygon:
        side = a * point[0] + b * point[1] - c
        if side * side_before < 0:
            part = side_before / (side_before - side)
            found.append(
                (before[0] + (point[0] - before[0]) * part, before[1] + (point[1] - before[1]) * part)
            )
        if side <= 0:
            found.append(point)
        before, side_before = point, side
    return found


def inside(polygon: Polygon, point: Point) -> bool:
    """Whether the point lies in the polygon (even-odd rule)."""
    x, y = point
    found, before = False, polygon[-1]
    for each in polygon:
        if (each[1] > y) != (before[1] > y):
            crossing = (before[0] - each[0]) * (y - each[1]) / (before[1] - each[1]) + each[0]
            found ^= x < crossing
        before = each
    return found


def area(polygon: Polygon) -> float:
    """Its size, whatever the direction of its outline."""
    return abs(_twice(polygon)) / 2


def centre(polygon: Polygon) -> Point:
    """Its centre of mass; the mean of its corners if it has no size."""
    twice = _twice(polygon)
    if abs(twice) < 1e-12:
        return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)
    x = y = 0.0
    before = polygon[-1]
    for each in polygon:
        cross = before[0] * each[1] - each[0] * before[1]
        x += (before[0] + each[0]) * cross
        y += (before[1] + each[1]) * cross
        before = each
    return x / (3 * twice), y / (3 * twice)


def _twice(polygon: Polygon) -> float:
    total = 0.0
    before = polygon[-1]
    for each in polygon:
        total += before[0] * each[1] - each[0] * before[1]
        before = each
    return total


def box(polygon: Polygon) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    return (
        min(x for x, _ in polygon),
        min(y for _, y in polygon),
        max(x for x, _ in polygon),
        max(y for _, y in polygon),
    )


def disc(points: Sequence[Point], *, corners: int = 40) -> Polygon:
    """A round outline about some points, where nobody gave one."""
    middle = (
        (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
        if points
        else (0.0, 0.0)
    )
    radius = max((math.dist(point, middle) for point in points), default=0.0) * 1.25 or 0.1
    turns = [2 * math.pi * number / corners for number in range(corners)]
    return [(middle[0] + radius * math.cos(turn), middle[1] + radius * math.sin(turn)) for turn in turns]


__all__ = ["Point", "Polygon", "area", "box", "cells", "centre", "disc", "inside", "spread"]
