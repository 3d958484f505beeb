"""The county as SVG, drawn by the server: towns, villages and units, coloured by what is open there.

Colour never stands alone: a red place has a square and the number of its overdue matters in words, a yellow one a triangle.
The picture is drawn once; what changes afterwards are classes and the labels (``states``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.city.kernel.paths import STEP
from gongzhi.city.territory.cells import Polygon
from gongzhi.city.territory.shapes import County, Piece

#: room that a label takes, in picture units
LETTER, LINE, GAP = 27.0, 68.0, 4.0
ROUNDS = 160
#: pictures whose labels are remembered
KEPT = 60
_placed: dict[tuple[str, str], list[tuple[float, float]]] = {}
#: around the land, so that labels at its edge are whole
MARGIN = 26.0
SIGNS = {"red": "■", "yellow": "▲", "open": "●", "": ""}
#: letters and hyphens of a code; anything else has no business in an attribute that is written without escaping
_PLAIN = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.")


def picture(
    land: County, data: Mapping[str, Any], url: Callable[[Mapping[str, Any]], str], label: str
) -> SafeString:
    """The whole picture with what is open now; each town's label is a link to its rows."""
    states = data["areas"]
    parts = land.parts
    below = [piece for piece in land.pieces if len(piece.path) > len(land.root.path) + STEP]
    edges = [piece for piece in below if piece.divided]
    return format_html(
        '<svg viewBox="{} {} {} {}" role="group" aria-label="{}" preserveAspectRatio="xMidYMid meet">'
        '<clipPath id="land">{}</clipPath><g clip-path="url(#land)"><g class="parts">{}</g><g class="leaves">{}</g>'
        '<g class="edges">{}</g><g class="outlines">{}</g></g>'
        '<g class="root{}">{}</g><g class="labels">{}</g></svg>',
        -MARGIN,
        -MARGIN,
        land.width + 2 * MARGIN,
        land.height + 2 * MARGIN,
        label,
        # cells of a jagged outline touch each other along its bays: nothing is drawn outside the land
        _paths((land.root,), "", {}),
        _paths(parts, "part", states),
        _paths([piece for piece in below if not piece.divided], "leaf", states),
        _paths(edges, "edge", {}),
        _paths(parts, "outline", {}),
        " approximate" if land.root.approximate else "",
        _paths((land.root,), "shore", {}),
        labels(land, data["parts"], url),
    )


def labels(
    land: County, parts: Sequence[Mapping[str, Any]], url: Callable[[Mapping[str, Any]], str]
) -> SafeString:
    """Names and numbers of the towns; only these are drawn anew when something changes."""
    spots = _spots(land)
    return format_html_join(
        "",
        '<a class="town {state}" href="{url}" data-rows="{open}" aria-label="{told}"><title>{told}</title>'
        '<text class="name" x="{x}" y="{top}">{name}</text><text class="count" x="{x}" y="{low}">{sign}{shown}</text></a>',
        (
            {
                "state": part["state"] or "calm",
                "url": url(part["filter"]),
                "told": told(part),
                "name": part["name"],
                "x": round(x, 1),
                "top": round(y - 5, 1),
                "low": round(y + 23, 1),
                "sign": f"{SIGNS[part['state']]} " if part["open"] else "",
                "open": part["open"],
                "shown": part["open"],
            }
            for part, (x, y) in zip(parts, spots, strict=True)
        ),
    )


def told(part: Mapping[str, Any]) -> str:
    """A place in words."""
    return _("%(name)s：在办%(open)d件，超期%(red)d件，快到期%(yellow)d件") % part


def _paths(pieces: Iterable[Piece], kind: str, states: Mapping[str, str]) -> SafeString:
    """Paths by the thousand: written by hand, because every part of them is a number, a class or a plain code."""
    found = []
    for piece in pieces:
        if not _PLAIN.issuperset(piece.code):
            continue
        outline = "".join(map(_path, piece.outlines))
        if kind == "part" or kind == "leaf":
            state = states.get(piece.code, "")
            found.append(f'<path class="{kind} {state}" data-area="{piece.code}" d="{outline}"/>')
        else:
            found.append(f'<path class="{kind}" d="{outline}"/>')
    return SafeString("".join(found))


def _path(outline: Polygon) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in outline) + "Z"


def _spots(land: County) -> list[tuple[float, float]]:
    """Where the labels stand; worked out once per picture."""
    key = (land.root.path, land.version)
    if key not in _placed:
        if len(_placed) >= KEPT:
            _placed.clear()
        _placed[key] = _apart([(*piece.at, _width(piece.name)) for piece in land.parts], land)
    return _placed[key]


def _width(name: str) -> float:
    return max(len(name), 4) * LETTER


def _apart(spots: Sequence[tuple[float, float, float]], land: County) -> list[tuple[float, float]]:
    """Positions of labels pushed apart until none covers another; they stay within the picture."""
    found = [[x, y] for x, y, _w in spots]
    for _round in range(ROUNDS):
        moved = False
        for i, one in enumerate(found):
            for j in range(i):
                moved |= _push(one, found[j], (spots[i][2] + spots[j][2]) / 2 + GAP)
        for place, (_x, _y, width) in zip(found, spots, strict=True):
            place[0] = min(max(place[0], width / 2 - MARGIN), land.width + MARGIN - width / 2)
            place[1] = min(max(place[1], LINE / 2), land.height - LINE / 2)
        if not moved:
            break
    return [(x, y) for x, y in found]


def _push(one: list[float], other: list[float], width: float) -> bool:
    wide, tall = width - abs(one[0] - other[0]), LINE - abs(one[1] - other[1])
    if wide <= 0 or tall <= 0:
        return False
    axis, push = (1, tall) if tall < wide else (0, wide)
    sign = 1 if one[axis] >= other[axis] else -1
    one[axis] += sign * push / 2
    other[axis] -= sign * push / 2
    return True
