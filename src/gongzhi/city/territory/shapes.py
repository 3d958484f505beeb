"""The map of an area and everything below it: measured edges where there are some, otherwise cells marked as approximate.

Made once per process and territory; asked again after ``FRESH`` seconds whether anything changed.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from gongzhi.city.kernel import clock, paths
from gongzhi.city.territory import cells
from gongzhi.city.territory.cells import Point, Polygon
from gongzhi.city.territory.models import Area, Boundary, valid

FRESH = 30.0
#: width of the picture; its height follows from the land
WIDTH = 1000.0
KEPT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One area on the picture."""

    code: str
    name: str
    level: str
    path: str
    #: outlines in picture units, y downwards
    outlines: tuple[Polygon, ...]
    #: where its name stands
    at: Point
    #: nobody measured this edge
    approximate: bool
    #: it has areas below it on this picture
    divided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A picture of the land: the root first, then by depth in the order of the tree."""

    root: Piece
    pieces: tuple[Piece, ...]
    width: float
    height: float
    version: str

    @property
    def parts(self) -> tuple[Piece, ...]:
        """The areas right below the root."""
        return tuple(piece for piece in self.pieces if len(piece.path) == len(self.root.path) + paths.STEP)

    @property
    def leaves(self) -> tuple[Piece, ...]:
        """The smallest areas: those that are coloured."""
        return tuple(piece for piece in self.pieces if not piece.divided)


_known: dict[str, tuple[float, County]] = {}


def county(path: str) -> County | None:
    """The picture of the area with this path; ``None`` where there is no such area. At most three queries."""
    known = _known.get(path)
    if known is not None and time.monotonic() - known[0] < FRESH:
        return known[1]
    version = _version(path)
    if known is not None and known[1].version == version:
        _known[path] = (time.monotonic(), known[1])
        return known[1]
    made = _drawn(path, version)
    if made is not None:
        if len(_known) >= KEPT:
            _known.clear()
        _known[path] = (time.monotonic(), made)
    return made


def forget() -> None:
    """Draw anew (tests)."""
    _known.clear()


def _version(path: str) -> str:
    """Something that changes whenever an area comes, ends, moves, or gets another edge."""
    areas = Area.objects.filter(valid(), paths.within(path)).aggregate(
        n=Count("id"), last=Max("id"), to=Max("path")
    )
    edges = Boundary.objects.filter(paths.within(path, "area__path")).aggregate(
        n=Count("area"), at=Max("loaded_at")
    )
    return f"{clock.today()}-{areas['n']}-{areas['last']}-{areas['to']}-{edges['n']}-{edges['at']}"


def _drawn(path: str, version: str) -> County | None:
    wanted = Area.objects.filter(valid(), paths.within(path)).order_by("path")
    rows = list(wanted.values("code", "short_name", "level", "path", "lon", "lat"))
    if not rows or rows[0]["path"] != path:
        return None
    edges = dict(Boundary.objects.filter(paths.within(path, "area__path")).values_list("area__path", "shape"))
    below: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows[1:]:
        below[row["path"][: -paths.STEP]].append(row)
    grounds, guessed = {}, set()
    if path in edges:
        grounds[path] = _outer(edges[path])
    else:
        positions = [
            (row["lon"], row["lat"]) for row in rows if row["lon"] is not None and row["lat"] is not None
        ]
        grounds[path] = [cells.disc(positions)]
        guessed.add(path)
    for row in rows:
        parts = below.get(row["path"], [])
        if not parts:
            continue
        largest = max(grounds[row["path"]], key=cells.area)
        sites = [_site(part, edges) for part in parts]
        for part, cell in zip(parts, cells.cells(largest, sites), strict=True):
            if part["path"] in edges:
                grounds[part["path"]] = _outer(edges[part["path"]])
            else:
                grounds[part["path"]] = [cell]
                guessed.add(part["path"])
    return _projected(rows, grounds, guessed, set(below), version)


def _outer(shape: Any) -> list[Polygon]:
    return [[(x, y) for x, y in polygon[0][:-1]] for polygon in shape]


def _site(row: Mapping[str, Any], edges: Mapping[str, Any]) -> Point | None:
    if row["path"] in edges:
        return cells.centre(max(_outer(edges[row["path"]]), key=cells.area))
    return (row["lon"], row["lat"]) if row["lon"] is not None and row["lat"] is not None else None


def _projected(
    rows: Sequence[Mapping[str, Any]],
    grounds: Mapping[str, list[Polygon]],
    guessed: set[str],
    divided: set[str],
    version: str,
) -> County:
    """From degrees to the picture: a plate carrée that is true to scale in the middle of the county."""
    west, south, east, north = cells.box([point for polygon in grounds[rows[0]["path"]] for point in polygon])
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink or 1)

    def at(point: Point) -> Point:
        return round((point[0] - west) * shrink * scale, 1), round((north - point[1]) * scale, 1)

    pieces = []
    for row in rows:
        outlines = [[at(point) for point in polygon] for polygon in grounds[row["path"]] if len(polygon) > 2]
        largest = max(outlines, key=cells.area, default=[(0.0, 0.0)])
        middle = cells.centre(largest)
        known = at((row["lon"], row["lat"])) if row["lon"] is not None else middle
        pieces.append(
            Piece(
                code=row["code"],
                name=row["short_name"],
                level=row["level"],
                path=row["path"],
                outlines=tuple(outlines),
                at=middle if len(largest) > 2 and cells.inside(largest, middle) else known,
                approximate=row["path"] in guessed,
                divided=row["path"] in divided,
            )
        )
    height = round((north - south) * scale, 1)
    return County(root=pieces[0], pieces=tuple(pieces[1:]), width=WIDTH, height=height, version=version)


__all__ = ["County", "Piece", "county", "forget"]
