"""A decision table as a sheet of cells on a page, and back: an official changes a cell, not a comma."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

#: more cells than this are edited as text
MOST_CELLS = 6000
#: empty rows below the last one
MORE_ROWS = 2


def rows_of(text: str) -> list[list[str]] | None:
    """The cells of a CSV file, all rows as long as the longest; None where it can't be shown as a sheet."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        return None
    width = max(map(len, rows), default=0)
    if not rows or width * len(rows) > MOST_CELLS:
        return None
    return [row + [""] * (width - len(row)) for row in rows]


def text_of(rows: list[list[str]]) -> str:
    """The CSV text of cells; rows that are empty all over are left out."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(row for row in rows if any(cell.strip() for cell in row))
    return out.getvalue()


def sent_rows(sent: Mapping[str, str], height: int, width: int) -> list[list[str]]:
    """Cells as a page sent them, named ``c<row>-<column>``; a row whose box ``x<row>`` is ticked is taken out.

    At most as many as a sheet may have, whatever the page says.
    """
    height, width = max(0, min(height, MOST_CELLS)), max(0, min(width, 200))
    if height * width > MOST_CELLS + MORE_ROWS * width:
        return []
    return [
        [" ".join(sent.get(f"c{row}-{column}", "").split("\n")).strip("\r") for column in range(width)]
        for row in range(height)
        if f"x{row}" not in sent
    ]
