"""Which boards there are, and one filled for a post. Constant queries, whatever the city holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gongzhi.city.cases.queries import present
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.mechanisms.screens.tiles import KINDS, Asked, Tile
from gongzhi.engine.mechanisms.boards import BoardSpec, TileSpec

#: kinds of tiles whose figures were counted for all who look; the screen says when
COUNTED = frozenset({"figure", "lights", "queue", "map", "list"})


@dataclass(frozen=True, slots=True)
class Screen:
    """A board of an installed mechanism, and the name that its address has."""

    name: str
    spec: BoardSpec
    held: Held

    def words(self, chinese: str, language: str) -> str:
        """A text of the board in the reader's language."""
        return self.held.mechanism.text(chinese, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A board with its values; ``at`` is when they were counted."""

    screen: Screen
    at: datetime
    tiles: Mapping[str, Tile]


def screens() -> list[Screen]:
    """Every board of every active mechanism; where two share an id, the later one is named with its mechanism."""
    found: dict[str, Screen] = {}
    for held in library.active():
        for id_, spec in held.mechanism.boards.items():
            name = id_ if id_ not in found else f"{held.mechanism.id}.{id_}"
            found[name] = Screen(name, spec, held)
    return list(found.values())


def screen(name: str) -> Screen | None:
    """The board with this name; ``None`` if there is none."""
    return next((each for each in screens() if each.name == name), None)


def view(by: Standing, chosen: Screen, *, at: datetime | None = None, only: str = "") -> Filled:
    """The board within the post's reach (or one tile of it). Raises NotAllowed."""
    check(by, "board.read")
    at = at or clock.now()
    tiles = {
        spec.id: _tile(by, chosen, spec, at) for spec in chosen.spec.tiles if not only or spec.id == only
    }
    counts = any(spec.kind in COUNTED for spec in chosen.spec.tiles)
    return Filled(screen=chosen, at=min(at, present.counted_at(by)) if counts else at, tiles=tiles)


def _tile(by: Standing, chosen: Screen, spec: TileSpec, at: datetime) -> Tile:
    mechanism, type_id = _of(chosen, spec)
    if mechanism and not _installed(mechanism, type_id):
        return Tile(spec=spec, absent=_("没有安装这项机制。"))
    asked = Asked(by=by, spec=spec, mechanism=mechanism, type=type_id, at=at)
    data = KINDS[spec.kind](asked)
    return Tile(spec=spec, mechanism=mechanism, type=type_id, filter=data.get("filter", {}), data=data)


def _of(chosen: Screen, spec: TileSpec) -> tuple[str, str]:
    """Mechanism and case type that a tile is about; both empty for every case."""
    if spec.of == "any":
        return "", ""
    mechanism, _dot, type_id = spec.of.rpartition(".")
    return mechanism or chosen.held.mechanism.id, type_id


def _installed(mechanism: str, type_id: str) -> bool:
    version = library.LIBRARY.active_version(mechanism)
    held = library.LIBRARY.version(mechanism, version) if version else None
    return held is not None and type_id in held.case_types


def forget() -> None:
    """Count anew: something was written."""
    present.forget()


__all__ = ["Filled", "Screen", "forget", "screen", "screens", "view"]
