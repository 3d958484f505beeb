"""Rows as boxes over the pieces of the columns: which rows overlap, which combinations no row covers.

A box has one set of pieces (bits) per column. Everything is exact; searches that grow beyond their budget stop
and say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Box = tuple[int, ...]
#: steps of one search
BUDGET = 200_000


@dataclass(slots=True)
class Grid:
    """The rows of a table over the pieces that matter of each column."""

    #: pieces that can occur, per column
    domains: tuple[int, ...]
    rows: tuple[Box, ...]
    #: per column and piece: the rows that accept it
    by_piece: list[dict[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_piece = []
        for column, domain in enumerate(self.domains):
            masks = dict.fromkeys(pieces(domain), 0)
            for row, box in enumerate(self.rows):
                for piece in pieces(box[column] & domain):
                    masks[piece] |= 1 << row
            self.by_piece.append(masks)

    def meeting(self, row: int) -> int:
        """The other rows that share a combination with a row, as bits."""
        found = ((1 << len(self.rows)) - 1) & ~(1 << row)
        for column, masks in enumerate(self.by_piece):
            here = 0
            for piece in pieces(self.rows[row][column] & self.domains[column]):
                here |= masks[piece]
            found &= here
        return found

    def shared(self, one: int, other: int) -> Box:
        """What two rows have in common."""
        pairs = zip(self.rows[one], self.rows[other], self.domains, strict=True)
        return tuple(left & right & domain for left, right, domain in pairs)

    def uncovered(self, within: Box, rows: int, limit: int) -> tuple[list[Box], bool]:
        """Boxes inside ``within`` that none of the ``rows`` covers, at most ``limit``; and whether all was searched."""
        search = _Search(self, within, limit)
        for box in search.run(0, rows, ()):
            search.found.append(box)
            if len(search.found) >= limit:
                break
        return search.found, search.steps <= BUDGET


class _Search:
    """Depth first over the columns; pieces that the same rows accept are taken together."""

    def __init__(self, grid: Grid, within: Box, limit: int) -> None:
        self.grid, self.within, self.limit = grid, within, limit
        self.found: list[Box] = []
        self.steps = 0
        self.closed: set[tuple[int, int]] = set()
        self.full = self._full()

    def _full(self) -> list[int]:
        """Per column: rows that accept all of it and of all later columns; such a row leaves no gap."""
        full = [0] * len(self.within) + [(1 << len(self.grid.rows)) - 1]
        for column in range(len(self.within) - 1, -1, -1):
            wanted = self.within[column]
            whole = sum((box[column] & wanted == wanted) << row for row, box in enumerate(self.grid.rows))
            full[column] = full[column + 1] & whole
        return full

    def run(self, column: int, rows: int, prefix: Box) -> Iterator[Box]:
        self.steps += 1
        if rows & self.full[column] or (column, rows) in self.closed or self.steps > BUDGET:
            return
        if not rows:
            yield (*prefix, *self.within[column:])
            return
        if column == len(self.within):
            return
        classes: dict[int, int] = {}
        masks = self.grid.by_piece[column]
        for piece in pieces(self.within[column]):
            key = masks.get(piece, 0) & rows
            classes[key] = classes.get(key, 0) | 1 << piece
        empty = True
        for key, bits in classes.items():
            for box in self.run(column + 1, key, (*prefix, bits)):
                empty = False
                yield box
        if empty and self.steps <= BUDGET:
            self.closed.add((column, rows))


def pieces(bits: int) -> list[int]:
    """Positions of the bits, lowest first."""
    found: list[int] = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
