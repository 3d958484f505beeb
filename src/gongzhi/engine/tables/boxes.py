"""Rows as boxes over the pieces of the columns: which rows overlap, which combinations no row covers.

A box has one set of pieces (bits) per column. Everything is exact; searches that grow beyond their budget stop
and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    by_piece: list[list[int]] = field(init=False)
    #: per column: the rows that accept anything at all
    any_in: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.by_piece = []
        self.any_in = []
        for column, domain in enumerate(self.domains):
            cells = [box[column] & domain for box in self.rows]
            self.by_piece.append(rows_by_piece(cells, domain))
            self.any_in.append(sum((cell != 0) << row for row, cell in enumerate(cells)))

    def meeting(self, row: int) -> int:
        """The other rows that share a combination with a row, as bits."""
        found = ((1 << len(self.rows)) - 1) & ~(1 << row)
        for column, masks in enumerate(self.by_piece):
            cell = self.rows[row][column] & self.domains[column]
            if cell == self.domains[column]:
                found &= self.any_in[column]
                continue
            here = 0
            for piece in pieces(cell):
                here |= masks[piece]
            found &= here
        return found

    def shared(self, one: int, other: int) -> Box:
        """What two rows have in common."""
        pairs = zip(self.rows[one], self.rows[other], self.domains, strict=True)
        return tuple(left & right & domain for left, right, domain in pairs)

    def uncovered(self, within: Box, rows: int, limit: int) -> tuple[list[Box], bool]:
        """Boxes inside ``within`` that none of the ``rows`` covers, at most ``limit``; and whether all was searched."""
        search = _Search(self, within, rows)
        for box in search.run(0, rows, ()):
            search.found.append(box)
            if len(search.found) >= limit:
                break
        return search.found, search.steps <= BUDGET


class _Search:
    """Depth first over the columns; pieces that the same rows accept are taken together."""

    def __init__(self, grid: Grid, within: Box, rows: int) -> None:
        self.grid, self.within = grid, within
        self.found: list[Box] = []
        self.steps = 0
        self.closed: set[tuple[int, int]] = set()
        self.full = self._full(rows)

    def _full(self, rows: int) -> list[int]:
        """Per column: rows that accept all of it and of all later columns; such a row leaves no gap."""
        full = [0] * len(self.within) + [rows]
        for column in range(len(self.within) - 1, -1, -1):
            wanted = self.within[column]
            whole = sum(
                1 << row for row in pieces(full[column + 1]) if self.grid.rows[row][column] & wanted == wanted
            )
            full[column] = whole
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
            key = masks[piece] & rows
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


def rows_by_piece(cells: Sequence[int], domain: int) -> list[int]:
    """For each piece the rows (as bits) whose cell holds it.

    Cells that hold most of the domain are turned round, so that the work grows with what the cells say and not with
    rows times pieces.
    """
    masks = [0] * domain.bit_length()
    taken = [0] * domain.bit_length()
    everywhere = 0
    half = domain.bit_count() // 2
    for row, cell in enumerate(cells):
        if cell.bit_count() > half:
            everywhere |= 1 << row
            for piece in pieces(domain & ~cell):
                taken[piece] |= 1 << row
        else:
            for piece in pieces(cell):
                masks[piece] |= 1 << row
    return [mask | everywhere & ~less for mask, less in zip(masks, taken, strict=True)]
