"""From the blocks of a paper to what ``paper.typ`` lays out: cells at their places, pictures, the closing lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gongzhi.city.documents.rendering.pictures import Picture
from gongzhi.engine.mechanisms.papers import Block

_LONG, _BREAK = re.compile(r"[!-~]{21,}"), re.compile(r".{10}")


def laid_out(blocks: list[Block], images: Mapping[str, Picture], office: str = "") -> list[Block]:
    """The blocks with tables as placed cells, signatures as bytes, and the first and last line of the closing marked.

    A paper that ends with a date but does not say who issues it gets the ``office`` above the date.
    """
    made = [_block(block, images) for block in blocks]
    closing = [place for place, block in enumerate(made) if _classes(block) & {"date", "sign"}]
    if closing and office and not any("sign" in _classes(block) for block in made):
        made.insert(closing[-1], {"is": "p", "class": "sign", "runs": [{"text": office}]})
        closing = [*closing[:-1], closing[-1], closing[-1] + 1]
    if closing:
        made[closing[-1]]["last"] = True
        first = next(
            (place for before, place in zip([-1, *closing], closing, strict=False) if place - 1 != before), 0
        )
        made[first]["first"] = True
    return made


def _classes(block: Block) -> set[str]:
    return set(block.get("class", "").split())


def has_closing(blocks: list[Block]) -> bool:
    """Whether the paper itself ends with an office or a date, over which the seal goes."""
    return any(_classes(block) & {"date", "sign"} for block in blocks)


def _block(block: Block, images: Mapping[str, Picture]) -> Block:
    made = dict(block)
    if "runs" in block:
        made["runs"] = [_run(run, images) for run in block["runs"]]
    elif block["is"] == "quote":
        made["blocks"] = [_block(each, images) for each in block["blocks"]]
    elif block["is"] in ("ul", "ol"):
        made["items"] = [[_block(each, images) for each in item] for item in block["items"]]
    elif block["is"] == "table":
        cells = list(_cells(block, images))
        return {"is": "table", "cells": cells, "widths": _widths(block["columns"], cells)}
    return made


def _run(run: dict[str, Any], images: Mapping[str, Picture]) -> dict[str, Any]:
    if "text" in run:
        # a hash or an address may break anywhere, else it would run over the edge of its cell
        return {**run, "text": _LONG.sub(lambda match: _BREAK.sub("\\g<0>\u200b", match[0]), run["text"])}
    if "image" not in run:
        return run
    picture = images.get(run["image"])
    if picture is None:
        return {**run, "data": None}
    # typst takes bytes from JSON only as numbers
    return {**run, "data": list(picture.data), "format": picture.format}


def _cells(table: Block, images: Mapping[str, Picture]) -> Iterator[dict[str, Any]]:
    """Every cell at its column and row, as browsers place them; what a short row leaves open becomes empty cells."""
    columns, height = table["columns"], len(table["rows"])
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table["rows"]):
        x = 0
        for cell in row:
            while (x, y) in taken:
                x += 1
            if x >= columns:
                break
            wide = 1
            while wide < cell["columns"] and x + wide < columns and (x + wide, y) not in taken:
                wide += 1
            high = min(cell["rows"], height - y)
            taken |= {(x + dx, y + dy) for dx in range(wide) for dy in range(high)}
            blocks = [_block(each, images) for each in cell["blocks"]]
            yield {"x": x, "y": y, "columns": wide, "rows": high, "head": cell["head"], "blocks": blocks}
            x += wide
    for y in range(height):
        for x in range(columns):
            if (x, y) not in taken:
                yield {"x": x, "y": y, "columns": 1, "rows": 1, "head": False, "blocks": []}


def _widths(columns: int, cells: list[dict[str, Any]]) -> list[str]:
    """Narrow columns for what names a row; the rest shares the width."""
    widths = []
    for x in range(columns):
        own = [cell for cell in cells if cell["x"] == x and cell["columns"] == 1]
        heads = [cell for cell in own if cell["head"]]
        widths.append("label" if own and len(heads) * 2 > len(own) and columns > 1 else "rest")
    return widths if "rest" in widths else ["rest"] * columns
