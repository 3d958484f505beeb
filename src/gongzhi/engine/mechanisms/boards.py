"""``boards/<id>.yaml``: what a screen shows. No figure without its definition, its period and what it is part of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import CaseRef, Id, Spec, Title

TileKind = Literal[
    "figure", "lights", "queue", "map", "trend", "clusters", "overdue", "roster", "list", "measure"
]
#: what a figure can count; ``now`` of those that stand, a day or days of those that happened
STANDING: Final = ("open", "red", "yellow", "green", "none")
HAPPENING: Final = ("opened", "ended")
_DAYS: Final = re.compile(r"(\d{1,3}) days")
#: the grid of a screen: more than this cannot be read from the other side of a room
MOST_COLUMNS, MOST_ROWS, MOST_TILES = 12, 8, 16

Period = Annotated[str, Field(pattern=r"^(now|today|[1-9]\d{0,2} days)$")]
Row = Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_COLUMNS)]


def days_of(period: str) -> int:
    """How many whole days gone by a period has; 0 for ``now`` and ``today``."""
    found = _DAYS.fullmatch(period)
    return int(found[1]) if found else 0


class TileSpec(Spec):
    """One field of a board. Whatever its kind, it says how it is counted, over what time, and out of what."""

    id: Id
    title: Title
    #: what is shown: a number, the four lights, newest matters, the map, the days, hot issues, who holds what is late, who is
    #: on duty, open matters of one type, or an indicator of this mechanism
    kind: TileKind
    #: which cases: a case type of this mechanism, ``mechanism.type`` of another, or ``any``
    of: CaseRef = "any"
    #: of a ``figure``: what is counted: ``open``, ``red``, ``yellow``, ``green`` or ``none`` now; ``opened`` or ``ended`` over a period
    count: Literal["", "open", "red", "yellow", "green", "none", "opened", "ended"] = ""
    #: of a ``measure``: which row of ``measures.yaml``
    measure: Id | Literal[""] = ""
    #: over what time: ``now``, ``today``, or ``14 days`` (whole days, up to yesterday)
    period: Period
    #: how it is counted, in words that its reader understands
    formula: Title
    #: out of what: the whole that the figure is a part of, in words
    denominator: Title
    #: of a queue, a list or hot issues: how many rows at most
    rows: Annotated[StrictInt, Field(ge=1, le=30)] = 8

    @model_validator(mode="after")
    def _says_what_it_counts(self) -> TileSpec:
        if (self.kind == "figure") != bool(self.count):
            raise PydanticCustomError("tile", "kind: figure 要写 count（数什么），别的不写")
        if (self.kind == "measure") != bool(self.measure):
            raise PydanticCustomError("tile", "kind: measure 要写 measure（哪一项指标），别的不写")
        if self.kind == "list" and self.of == "any":
            raise PydanticCustomError("tile", "kind: list 要写 of（哪一类事项）")
        return self

    @property
    def fits(self) -> str:
        """What the period of such a tile must be, in words; empty when it is right."""
        if self.kind == "trend":
            return "" if 7 <= days_of(self.period) <= 92 else "7 days 到 92 days"
        if self.count in HAPPENING:
            return "" if self.period != "now" else "today 或 N days"
        if self.kind == "measure":
            return "" if self.period == "90 days" else "90 days（指标按近90天算）"
        if self.kind == "roster":
            return "" if self.period in ("now", "today") else "now 或 today"
        return "" if self.period == "now" else "now"


class BoardSpec(Spec):
    """A screen: its tiles, and where they stand."""

    id: Id
    title: Title
    #: one or two sentences: for whom it is
    summary: str = ""
    #: rows of the screen from top to bottom, each a list of tile ids from left to right; a tile that is named in
    #: neighbouring places fills the whole rectangle
    layout: Annotated[tuple[Row, ...], Field(min_length=1, max_length=MOST_ROWS)]
    #: what is shown
    tiles: Annotated[tuple[TileSpec, ...], Field(min_length=1, max_length=MOST_TILES)]

    @property
    def by_id(self) -> Mapping[str, TileSpec]:
        """Tiles by id."""
        return {tile.id: tile for tile in self.tiles}

    def places(self) -> dict[str, tuple[int, int, int, int]]:
        """Tile -> (row, column, rows, columns), counted from 1: the rectangle around every place that names it."""
        found: dict[str, tuple[int, int, int, int]] = {}
        for id_ in self.by_id:
            cells = list(self._cells(id_))
            if cells:
                top, left = min(row for row, _ in cells), min(column for _, column in cells)
                bottom, right = max(row for row, _ in cells), max(column for _, column in cells)
                found[id_] = (top + 1, left + 1, bottom - top + 1, right - left + 1)
        return found

    def torn(self) -> list[str]:
        """Tiles whose places make no whole rectangle."""
        places = self.places()
        return [
            id_
            for id_, (_, _, rows, columns) in places.items()
            if len(list(self._cells(id_))) != rows * columns
        ]

    def _cells(self, id_: str) -> Iterator[tuple[int, int]]:
        for number, row in enumerate(self.layout):
            yield from ((number, column) for column, name in enumerate(row) if name == id_)


__all__ = ["HAPPENING", "STANDING", "BoardSpec", "TileSpec", "days_of"]
