"""A board as a person sees it: the tiles as HTML, and as a frame of what a wall shows at one instant.

The page, the answer to a polling wall and the live process all use these, so that they can't differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import screens
from gongzhi.city.mechanisms.screens import Filled, Screen, Tile
from gongzhi.city.territory import shapes
from gongzhi.city.web import charts, county_map
from gongzhi.engine.mechanisms.boards import days_of

#: rows of the grid that hold nothing but numbers are lower than the others
FLAT = frozenset({"figure", "lights", "measure", "overdue", "list"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a wall shows at one instant, ready to be sent: tile -> HTML, and map -> what of it changes."""

    at: datetime
    tiles: Mapping[str, str]
    maps: Mapping[str, Mapping[str, Any]]

    @property
    def prints(self) -> dict[str, str]:
        """Tile -> fingerprint of what it shows."""
        shown = {
            **self.tiles,
            **{id_: json.dumps(each, ensure_ascii=False) for id_, each in self.maps.items()},
        }
        return {id_: hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for id_, text in shown.items()}

    def changes(self, known: Mapping[str, str]) -> dict[str, Any]:
        """The part of the frame that differs from what the fingerprints say, as JSON takes it."""
        fresh = {id_ for id_, print_ in self.prints.items() if known.get(id_) != print_}
        return {
            "at": timezone.localtime(self.at).strftime("%H:%M:%S"),
            "tiles": {id_: html for id_, html in self.tiles.items() if id_ in fresh},
            "maps": {id_: dict(each) for id_, each in self.maps.items() if id_ in fresh},
        }


def frame(by: Standing, name: str, language: str) -> Frame | None:
    """The board now, within the post's reach, in a language; ``None`` for a board that is gone. Raises NotAllowed."""
    chosen = screens.screen(name)
    if chosen is None:
        return None
    with translation.override(language):
        found = screens.view(by, chosen)
        tiles, maps = {}, {}
        for id_, tile in found.tiles.items():
            if tile.spec.kind == "map" and not tile.absent:
                maps[id_] = map_states(tile)
            else:
                tiles[id_] = str(body(found, tile))
    return Frame(at=found.at, tiles=tiles, maps=maps)


def address(filter: Mapping[str, Any]) -> str:
    """The list that a figure counts."""
    words = {name: value for name, value in filter.items() if isinstance(value, str)}
    words |= {name: value.isoformat() for name, value in filter.items() if isinstance(value, datetime)}
    return f"{reverse('web:office_tasks' if filter.get('tasks') else 'web:cases')}?{urlencode(words)}"


def map_states(tile: Tile) -> dict[str, Any]:
    """What of a map changes: colours by area, the labels, and the words below."""
    land = shapes.county(tile.data["root"])
    shown = county_map.labels(land, tile.data["parts"], address) if land else ""
    return {"areas": tile.data["areas"], "labels": str(shown), "note": str(_note(tile))}


def _note(tile: Tile) -> SafeString:
    return render_to_string("web/parts/wall/map_note.html", {"tile": tile, "rows": address(tile.filter)})


def body(found: Filled, tile: Tile, *, whole: bool = False) -> SafeString:
    """What stands below a tile's title. ``whole``: with the picture of a map and the table of a trend."""
    context = {
        "tile": tile,
        "data": tile.data,
        "board": found.screen.name,
        "whole": whole,
        "rows": address(tile.filter) if tile.filter else "",
        **_prepared(tile),
    }
    kind = "absent" if tile.absent else tile.spec.kind
    return render_to_string(f"web/parts/wall/{kind}.html", context)


def _prepared(tile: Tile) -> dict[str, Any]:
    if tile.absent:
        return {}
    if tile.spec.kind == "map":
        land = shapes.county(tile.data["root"])
        if land is None:
            return {"picture": "", "note": ""}
        label = _("各乡镇街道在办件数")
        return {"picture": county_map.picture(land, tile.data, address, label), "note": _note(tile)}
    if tile.spec.kind == "trend":
        return {"chart": charts.day_flow(tile.data["days"])}
    return {}


def period_words(period: str) -> str:
    """A tile's period as people say it."""
    if period == "now":
        return _("此刻")
    if period == "today":
        return _("今天0时以来")
    return _("近%(days)d天") % {"days": days_of(period)}


def grid(chosen: Screen) -> dict[str, Any]:
    """Classes of the board and of each tile's place: style attributes are forbidden by the content policy."""
    spec = chosen.spec
    kinds = {tile.id: tile.kind for tile in spec.tiles}
    flat = "".join(
        f" flat{number}" for number, row in enumerate(spec.layout, 1) if _is_flat(row, kinds, spec)
    )
    places = {
        id_: f"r{row} c{column} rs{rows} cs{columns}"
        for id_, (row, column, rows, columns) in spec.places().items()
    }
    return {"classes": f"cols{len(spec.layout[0])} rows{len(spec.layout)}{flat}", "places": places}


def _is_flat(row: tuple[str, ...], kinds: Mapping[str, str], spec: Any) -> bool:
    return {kinds.get(id_) for id_ in row} <= {"figure", "lights", "measure"} and row == spec.layout[0]


def boxes(found: Filled, language: str) -> Iterator[dict[str, Any]]:
    """The tiles of a page, in their order, with titles in the reader's language."""
    places = grid(found.screen)["places"]
    for id_, tile in found.tiles.items():
        yield {
            "id": id_,
            "kind": tile.spec.kind,
            "title": found.screen.words(tile.spec.title, language),
            "formula": found.screen.words(tile.spec.formula, language),
            "place": places.get(id_, ""),
            "body": body(found, tile, whole=True),
            "url": reverse("web:wall_tile", args=[found.screen.name, id_]),
        }


__all__ = ["Frame", "address", "body", "boxes", "frame", "grid", "map_states", "period_words"]
