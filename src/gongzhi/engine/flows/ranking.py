"""The first half of a layered drawing: which column, which order, which height.

Sugiyama, Tagawa, Toda (1981): break circles, rank by longest path, order by barycentres, then place. Boxes live in
even columns, labels of edges in odd ones, so that no label can lie on a box or on another label. Everything is
deterministic: ties are broken by the order of the input.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something to place. ``main`` runs along the flow, ``cross`` across it; sizes in pixels."""

    id: str
    main: float
    cross: float
    #: free space kept behind it across the flow, for edges that leave from that border
    after: float = 0.0
    #: stands at the beginning of its column instead of in the middle
    flush: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An edge to route; ``main`` and ``cross`` are the size of its label, zero without one."""

    id: str
    source: str
    target: str
    main: float = 0.0
    cross: float = 0.0
    #: leaves from the border across the flow, this far before the box's end; None: from the middle of its front
    corner: float | None = None
    #: how far the sign on that border reaches out
    reach: float = 12.0
    #: how straight it wants to be
    weight: float = 1.0


@dataclass(slots=True)
class Slot:
    """A place in a column: a box, a label, or the passage of a long edge."""

    id: str
    column: int
    main: float = 0.0
    cross: float = 0.0
    after: float = 0.0
    box: bool = False
    flush: bool = False
    before: list[tuple[str, float]] = field(default_factory=list)
    behind: list[tuple[str, float]] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """Columns of slots, each edge's chain of slots, and the edges that run backwards."""

    columns: list[list[str]]
    slots: dict[str, Slot]
    chains: dict[str, list[str]]
    backward: list[Link]
    #: slot -> position across the flow of its middle
    at: dict[str, float] = field(default_factory=dict)


GAP_BOX, GAP_END, GAP_LABEL, GAP_PASSAGE = 26.0, 8.0, 12.0, 14.0


def rank(boxes: Sequence[Box], links: Sequence[Link]) -> Grid:
    """Columns, order and positions across the flow."""
    backward = _backward(boxes, links)
    forward = [link for link in links if link.id not in backward]
    ranks = _longest(boxes, forward)
    grid = _fill(boxes, forward, ranks)
    grid.backward = [link for link in links if link.id in backward]
    _order(grid)
    _place(grid)
    return grid


def _backward(boxes: Sequence[Box], links: Sequence[Link]) -> set[str]:
    """Edges of circles that run against the order of the boxes: people write steps in the order of the work."""
    order = {box.id: index for index, box in enumerate(boxes)}
    after: dict[str, list[str]] = {box.id: [] for box in boxes}
    for link in links:
        after[link.source].append(link.target)
    against = [link for link in links if order[link.target] <= order[link.source]]
    return {link.id for link in against if link.source in _reached(after, link.target)}


def _reached(after: Mapping[str, Sequence[str]], begin: str) -> set[str]:
    seen = {begin}
    todo = [begin]
    while todo:
        for target in after[todo.pop()]:
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def _longest(boxes: Sequence[Box], links: Iterable[Link]) -> dict[str, int]:
    before: dict[str, list[str]] = {box.id: [] for box in boxes}
    degree = {box.id: 0 for box in boxes}
    after: dict[str, list[str]] = {box.id: [] for box in boxes}
    for link in links:
        before[link.target].append(link.source)
        after[link.source].append(link.target)
        degree[link.target] += 1
    ranks: dict[str, int] = {}
    todo = [box.id for box in boxes if not degree[box.id]]
    while todo:
        node = todo.pop(0)
        ranks[node] = max((ranks[source] + 1 for source in before[node]), default=0)
        for target in after[node]:
            degree[target] -= 1
            if not degree[target]:
                todo.append(target)
    return ranks


def _fill(boxes: Sequence[Box], links: Sequence[Link], ranks: Mapping[str, int]) -> Grid:
    slots = {
        box.id: Slot(box.id, 2 * ranks[box.id], box.main, box.cross, box.after, True, box.flush)
        for box in boxes
    }
    chains: dict[str, list[str]] = {}
    for link in links:
        chain = [link.source]
        for column in range(2 * ranks[link.source] + 1, 2 * ranks[link.target]):
            slot = Slot(f"{link.id}\0{column}", column)
            if column == 2 * ranks[link.source] + 1:
                slot.main, slot.cross = link.main, link.cross
            slots[slot.id] = slot
            chain.append(slot.id)
        chain.append(link.target)
        chains[link.id] = chain
        long = len(chain) > 3
        for left, right in itertools.pairwise(chain):
            inner = not slots[left].box and not slots[right].box
            weight = link.weight * (8.0 if inner else 2.0 if long else 1.0)
            slots[left].behind.append((right, weight))
            slots[right].before.append((left, weight))
    width = max((slot.column for slot in slots.values()), default=0) + 1
    columns: list[list[str]] = [[] for _ in range(width)]
    for slot_id in _depth_first(boxes, slots):
        columns[slots[slot_id].column].append(slot_id)
    return Grid(columns, slots, chains, [])


def _depth_first(boxes: Sequence[Box], slots: Mapping[str, Slot]) -> list[str]:
    seen: dict[str, None] = {}
    roots = [box.id for box in boxes if not slots[box.id].before] + [box.id for box in boxes]
    for root in roots:
        stack = [root]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen[node] = None
                stack.extend(target for target, _ in reversed(slots[node].behind))
    return list(seen)


# --- order ---------------------------------------------------------------------------------------------------


def _order(grid: Grid, sweeps: int = 16) -> None:
    best = [list(column) for column in grid.columns]
    fewest = _crossings(grid)
    for sweep in range(sweeps):
        if not fewest:
            break
        forwards = sweep % 2 == 0
        columns = grid.columns if forwards else grid.columns[::-1]
        for fixed, moved in itertools.pairwise(columns):
            place = {slot: index for index, slot in enumerate(fixed)}
            _by_barycentre(grid, moved, place, forwards)
        crossings = _crossings(grid)
        if crossings < fewest:
            fewest, best = crossings, [list(column) for column in grid.columns]
    grid.columns = best


def _by_barycentre(grid: Grid, moved: list[str], place: Mapping[str, int], forwards: bool) -> None:
    def centre(item: tuple[int, str]) -> tuple[float, int]:
        index, slot = item
        near = grid.slots[slot].before if forwards else grid.slots[slot].behind
        spots = [place[other] for other, _ in near if other in place]
        return (sum(spots) / len(spots) if spots else float(index), index)

    moved[:] = [slot for _, slot in sorted(enumerate(moved), key=centre)]


def _crossings(grid: Grid) -> int:
    total = 0
    for left, right in itertools.pairwise(grid.columns):
        place = {slot: index for index, slot in enumerate(right)}
        ends = [
            spot
            for slot in left
            for spot in sorted(place[other] for other, _ in grid.slots[slot].behind if other in place)
        ]
        total += sum(1 for i, a in enumerate(ends) for b in ends[i + 1 :] if b < a)
    return total


# --- positions -----------------------------------------------------------------------------------------------


def _place(grid: Grid, sweeps: int = 24) -> None:
    for column in grid.columns:
        position = 0.0
        for index, slot in enumerate(column):
            if index:
                position += _apart(grid, column[index - 1], slot)
            grid.at[slot] = position
    count = len(grid.columns)
    for sweep in range(sweeps):
        order = range(count) if sweep % 2 == 0 else range(count - 1, -1, -1)
        for index in order:
            _settle_column(grid, grid.columns[index], sweep, sweeps)
    for _ in range(10):
        straighten(grid)
    lowest = min((grid.at[s] - slot.cross / 2 for s, slot in grid.slots.items()), default=0.0)
    for slot_id in grid.at:
        grid.at[slot_id] = round(grid.at[slot_id] - lowest)


def _settle_column(grid: Grid, column: list[str], sweep: int, sweeps: int) -> None:
    if not column:
        return
    wanted, weights = [], []
    for slot_id in column:
        slot = grid.slots[slot_id]
        near = slot.before if sweep % 2 == 0 else slot.behind
        if sweep >= sweeps - 4 or not near:
            near = slot.before + slot.behind
        wanted.append(_median([(grid.at[other], weight) for other, weight in near], grid.at[slot_id]))
        weights.append(sum(weight for _, weight in near) or 0.1)
    offsets = [0.0]
    for left, right in itertools.pairwise(column):
        offsets.append(offsets[-1] + _apart(grid, left, right))
    flat = _isotonic([w - o for w, o in zip(wanted, offsets, strict=True)], weights)
    for slot_id, value, offset in zip(column, flat, offsets, strict=True):
        grid.at[slot_id] = value + offset


def straighten(grid: Grid) -> None:
    """Take out bends without changing the order: boxes move onto their lines, long edges run as straight as they can."""
    far = {(chain[0], chain[1]): chain[-1] for chain in grid.chains.values()}
    far |= {(chain[-1], chain[-2]): chain[0] for chain in grid.chains.values()}
    for column in grid.columns:
        for index, slot_id in enumerate(column):
            slot = grid.slots[slot_id]
            if slot.box:
                low, high = _room(grid, column, index)
                grid.at[slot_id] = _best_line(grid, slot, low, high, far)
    for chain in grid.chains.values():
        _straighten_chain(grid, chain)


def _room(grid: Grid, column: Sequence[str], index: int) -> tuple[float, float]:
    """Between which positions a slot can move while its neighbours stay."""
    low, high = float("-inf"), float("inf")
    if index:
        low = grid.at[column[index - 1]] + _apart(grid, column[index - 1], column[index])
    if index + 1 < len(column):
        high = grid.at[column[index + 1]] - _apart(grid, column[index], column[index + 1])
    here = grid.at[column[index]]
    return min(low, here), max(high, here)


def _best_line(grid: Grid, slot: Slot, low: float, high: float, far: Mapping[tuple[str, str], str]) -> float:
    """The position in the room on which most of the slot's edges run straight; a box at the far end counts double."""
    here = grid.at[slot.id]
    scores: dict[float, float] = {here: 0.0}
    for other, weight in slot.before + slot.behind:
        for goal, times in ((grid.at[other], 1), (grid.at[far[slot.id, other]], 2)):
            if low <= goal <= high:
                scores[goal] = scores.get(goal, 0.0) + times * weight
    return max(scores, key=lambda at: (scores[at], -abs(at - here), -at))


def _straighten_chain(grid: Grid, chain: Sequence[str]) -> None:
    """Fewest bends with the neighbours fixed: run on while the rooms of the slots have a position in common."""
    inner = chain[1:-1]
    if not inner:
        return
    rooms = []
    for slot_id in inner:
        column = grid.columns[grid.slots[slot_id].column]
        rooms.append(_room(grid, column, column.index(slot_id)))
    start = 0
    level = grid.at[chain[0]]
    while start < len(inner):
        low, high = rooms[start]
        end = start + 1
        while end < len(inner) and max(low, rooms[end][0]) <= min(high, rooms[end][1]):
            low, high = max(low, rooms[end][0]), min(high, rooms[end][1])
            end += 1
        goal = grid.at[chain[-1]]
        last = end == len(inner)
        wish = level if low <= level <= high else goal if last else grid.at[inner[end]]
        level = min(max(wish, low), high)
        for slot_id in inner[start:end]:
            grid.at[slot_id] = level
        start = end


def _median(values: list[tuple[float, float]], default: float) -> float:
    if not values:
        return default
    values.sort()
    half = sum(weight for _, weight in values) / 2
    total = 0.0
    for index, (value, weight) in enumerate(values):
        total += weight
        if total > half:
            return value
        if total == half:
            return (value + values[min(index + 1, len(values) - 1)][0]) / 2
    return values[-1][0]


def _apart(grid: Grid, left: str, right: str) -> float:
    one, two = grid.slots[left], grid.slots[right]
    if one.flush and two.flush:
        return one.cross / 2 + one.after + GAP_END + two.cross / 2
    gap = GAP_BOX if one.box and two.box else GAP_LABEL if (one.cross and two.cross) else GAP_PASSAGE
    return one.cross / 2 + one.after + gap + two.cross / 2


def _isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The closest non-decreasing sequence (weighted least squares; pool adjacent violators).

    >>> _isotonic([3, 1, 5], [1, 1, 1])
    [2.0, 2.0, 5.0]
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, total, count = float(value), weight, 1
        while blocks and blocks[-1][0] > mean:
            other, other_total, other_count = blocks.pop()
            mean = (mean * total + other * other_total) / (total + other_total)
            total, count = total + other_total, count + other_count
        blocks.append((mean, total, count))
    return [mean for mean, _, count in blocks for _ in range(count)]
