"""Boards: every tile has one place, a period that fits, and counts what exists."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.boards import BoardSpec, TileSpec
from gongzhi.engine.mechanisms.checks.finding import Path, finding, unknown
from gongzhi.engine.mechanisms.loader import Draft


def validate(draft: Draft) -> Iterator[Problem]:
    """M150 for the layout, M151 for a period that says nothing, M152 for what is counted and does not exist."""
    for board in draft.boards.values():
        file = f"boards/{board.id}.yaml"
        yield from _layout(draft, file, board)
        for number, tile in enumerate(board.tiles):
            yield from _tile(draft, file, ("tiles", number), tile)


def _layout(draft: Draft, file: str, board: BoardSpec) -> Iterator[Problem]:
    widths = {len(row) for row in board.layout}
    if len(widths) > 1:
        remedy = "每行写一样多个格子。"
        yield finding(draft, file, ("layout",), "M150", "各行的格子数不同", remedy)
    names = [tile.id for tile in board.tiles]
    for id_ in sorted({id_ for id_ in names if names.count(id_) > 1}):
        yield finding(draft, file, ("tiles",), "M150", f"“{id_}”写了{names.count(id_)}次", "请换一个编号。")
    for number, row in enumerate(board.layout):
        for id_ in sorted(set(row) - set(names)):
            yield finding(draft, file, ("layout", number), "M150", *unknown("板块", id_, names))
    placed = board.places()
    for number, tile in enumerate(board.tiles):
        if tile.id not in placed:
            message = f"板块“{tile.id}”没有放到屏上"
            yield finding(draft, file, ("tiles", number), "M150", message, "请写进 layout，或删去。")
    for id_ in board.torn():
        message = f"板块“{id_}”的格子不成一个长方形"
        yield finding(draft, file, ("layout",), "M150", message, "相同编号的格子要连成长方形。")


def _tile(draft: Draft, file: str, path: Path, tile: TileSpec) -> Iterator[Problem]:
    if wanted := tile.fits:
        message = f"“{tile.id}”的时间范围“{tile.period}”不合适"
        yield finding(draft, file, (*path, "period"), "M151", message, f"这一种应写 {wanted}。")
    if "." not in tile.of and tile.of != "any" and tile.of not in draft.case_types:
        yield finding(draft, file, (*path, "of"), "M152", *unknown("事项", tile.of, draft.case_types))
    # a board may show what another mechanism has without needing it: where that is not installed, the tile says so
    mechanism, _, type_id = tile.of.partition(".")
    other = draft.others.get(mechanism)
    if type_id and other is not None and type_id not in other.case_types:
        yield finding(draft, file, (*path, "of"), "M152", *unknown("事项", tile.of, other.case_types))
    measures = [each.id for each in draft.measures.root] if draft.measures else []
    if tile.measure and tile.measure not in measures:
        yield finding(draft, file, (*path, "measure"), "M152", *unknown("指标", tile.measure, measures))
