"""The second half of a layered drawing: columns get their place, edges their orthogonal routes.

Between two columns lies a channel. All edges that leave one box share one trunk there, and so do all that enter one
box; trunks get tracks so that they neither overlap nor cross more than they must. Edges that run backwards leave into
the channel behind their box (or from its free border), run in a lane outside of all boxes, and come back in.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from gongzhi.engine.flows.ranking import Box, Grid, Link, rank

Point = tuple[float, float]
TRACK, CHANNEL, LANE_GAP, MARGIN = 12.0, 22.0, 12.0, 16.0


@dataclass(slots=True)
class Layout:
    """Where everything lies, in (main, cross) turned to (x, y) by ``arrange``."""

    #: box -> top left corner
    boxes: dict[str, Point] = field(default_factory=dict)
    #: link -> its corners from source to target
    routes: dict[str, list[Point]] = field(default_factory=dict)
    #: link -> middle of its label
    labels: dict[str, Point] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def arrange(boxes: Sequence[Box], links: Sequence[Link], *, vertical: bool = False) -> Layout:
    """Place boxes and route links, from left to right or from top to bottom.

    ``main`` and ``cross`` of the boxes are width and height, or height and width when ``vertical``.
    """
    layout = _Router(list(boxes), list(links)).layout()
    if vertical:
        return Layout(
            {key: (y, x) for key, (x, y) in layout.boxes.items()},
            {key: [(y, x) for x, y in points] for key, points in layout.routes.items()},
            {key: (y, x) for key, (x, y) in layout.labels.items()},
            layout.height,
            layout.width,
        )
    return layout


@dataclass(slots=True)
class _Net:
    """Edges that share one trunk in one channel."""

    left: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    #: reaches down to the lanes
    deep: bool = False
    track: int = 0

    def span(self, bottom: float) -> tuple[float, float]:
        ends = self.left + self.right + ([bottom] if self.deep else [])
        return min(ends), max(ends)

    @property
    def straight(self) -> bool:
        return not self.deep and max(self.left + self.right) - min(self.left + self.right) < 0.5


class _Router:
    def __init__(self, boxes: list[Box], links: list[Link]) -> None:
        self.boxes = {box.id: box for box in boxes}
        self.links = {link.id: link for link in links}
        self.grid: Grid = rank(boxes, links)
        self.bottom = max(
            (self.grid.at[i] + slot.cross / 2 + slot.after for i, slot in self.grid.slots.items()),
            default=0.0,
        )
        #: channel after column c -> net key -> net
        self.nets: list[dict[str, _Net]] = [{} for _ in range(len(self.grid.columns) + 1)]
        self.start: list[float] = []
        self.widths: list[float] = []
        self.lanes: dict[str, float] = {}
        self.stubs = self._stubs()

    def layout(self) -> Layout:
        self._collect()
        self._columns()
        result = Layout()
        for box in self.boxes.values():
            result.boxes[box.id] = (self._box_start(box.id), self.grid.at[box.id] - box.cross / 2)
        for link_id, chain in self.grid.chains.items():
            result.routes[link_id] = _clean(self._forward(link_id, chain))
            label = self.grid.slots[chain[1]]
            if self.links[link_id].main:
                column = label.column
                result.labels[link_id] = (
                    self.start[column] + self.widths[column] / 2,
                    self.grid.at[label.id],
                )
        self._lanes()
        for link in self.grid.backward:
            result.routes[link.id] = _clean(self._backward(link))
            if link.main:
                result.labels[link.id] = self._lane_label(link, result.routes[link.id])
        return _shift(result, self.boxes, self.links)

    # --- ports -----------------------------------------------------------------------------------------------

    def _stubs(self) -> dict[str, float]:
        """How far out each corner edge runs beside its box; several of one box are stacked."""
        stubs: dict[str, float] = {}
        used: dict[str, int] = {}
        for link in self.links.values():
            if link.corner is not None:
                used[link.source] = used.get(link.source, 0) + 1
                stubs[link.id] = link.reach + 8.0 + 10.0 * (used[link.source] - 1)
        return stubs

    def _out(self, link_id: str) -> float:
        """Where across the flow the link leaves its source."""
        link = self.links[link_id]
        box = self.boxes[link.source]
        middle = self.grid.at[box.id]
        return middle if link.corner is None else middle + box.cross / 2 + self.stubs[link_id]

    def _net_key(self, link_id: str) -> str:
        link = self.links[link_id]
        return link.source if link.corner is None else f"{link.source}\0{link.id}"

    def _free_below(self, box_id: str) -> bool:
        column = self.grid.columns[self.grid.slots[box_id].column]
        return column[-1] == box_id

    def _box_start(self, box_id: str) -> float:
        column = self.grid.slots[box_id].column
        box = self.boxes[box_id]
        return self.start[column] + (0.0 if box.flush else (self.widths[column] - box.main) / 2)

    # --- channels --------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        at = self.grid.at
        for link_id, chain in self.grid.chains.items():
            for left, right in itertools.pairwise(chain):
                column = self.grid.slots[left].column
                first = left == chain[0]
                last = right == chain[-1]
                key = self._net_key(link_id) if first else f"\1{right}" if last else f"\2{left}"
                net = self.nets[column + 1].setdefault(key, _Net())
                net.left.append(self._out(link_id) if first else at[left])
                net.right.append(at[right])
        for link in self.grid.backward:
            if not self._free_below(link.source) or link.corner is not None:
                net = self.nets[self.grid.slots[link.source].column + 1].setdefault(
                    self._net_key(link.id), _Net()
                )
                net.left.append(self._out(link.id))
                net.deep = True
            if not self._free_below(link.target):
                net = self.nets[self.grid.slots[link.target].column].setdefault(f"\1{link.target}", _Net())
                net.right.append(at[link.target])
                net.deep = True

    def _columns(self) -> None:
        position = 0.0
        for index, column in enumerate(self.grid.columns):
            tracks = _assign(list(self.nets[index].values()), self.bottom)
            position += _channel(tracks) if index or tracks else 0.0
            self.start.append(position)
            self.widths.append(max((self.grid.slots[slot].main for slot in column), default=0.0))
            position += self.widths[-1]
        _assign(list(self.nets[-1].values()), self.bottom)

    def _trunk(self, channel: int, key: str) -> float:
        """Main coordinate of a net's trunk."""
        net = self.nets[channel][key]
        base = (
            self.start[channel - 1] + self.widths[channel - 1]
            if channel
            else self.start[0] - _channel(1 + max(other.track for other in self.nets[0].values()))
        )
        return base + CHANNEL / 2 + net.track * TRACK

    # --- routes ----------------------------------------------------------------------------------------------

    def _forward(self, link_id: str, chain: list[str]) -> list[Point]:
        link = self.links[link_id]
        out = self._out(link_id)
        points = self._leaving(link)
        for left, right in itertools.pairwise(chain):
            column = self.grid.slots[left].column
            first, last = left == chain[0], right == chain[-1]
            key = self._net_key(link_id) if first else f"\1{right}" if last else f"\2{left}"
            here = out if first else self.grid.at[left]
            there = self.grid.at[right]
            if abs(here - there) > 0.5:
                trunk = self._trunk(column + 1, key)
                points += [(trunk, here), (trunk, there)]
        points.append((self._box_start(link.target), self.grid.at[link.target]))
        return points

    def _leaving(self, link: Link) -> list[Point]:
        box = self.boxes[link.source]
        end = self._box_start(box.id) + box.main
        middle = self.grid.at[box.id]
        if link.corner is None:
            return [(end, middle)]
        corner = end - link.corner
        return [(corner, middle + box.cross / 2 + link.reach), (corner, self._out(link.id))]

    def _backward(self, link: Link) -> list[Point]:
        lane = self.lanes[link.id]
        points = self._leaving(link)
        column = self.grid.slots[link.source].column
        if self._free_below(link.source) and link.corner is None:
            box = self.boxes[link.source]
            out = self._box_start(box.id) + box.main * _port(link, box, 0.6, 0.75)
            points = [(out, self.grid.at[box.id] + box.cross / 2), (out, lane)]
        else:
            trunk = self._trunk(column + 1, self._net_key(link.id))
            points += [(trunk, self._out(link.id)), (trunk, lane)]
        target = self.boxes[link.target]
        if self._free_below(link.target):
            into = self._box_start(target.id) + target.main * _port(link, target, 0.4, 0.25)
            return [*points, (into, lane), (into, self.grid.at[target.id] + target.cross / 2)]
        trunk = self._trunk(self.grid.slots[target.id].column, f"\1{target.id}")
        middle = self.grid.at[target.id]
        return [*points, (trunk, lane), (trunk, middle), (self._box_start(target.id), middle)]

    def _ends(self, link: Link) -> tuple[float, float]:
        self.lanes[link.id] = 0.0
        points = self._backward(link)
        lane = [main for main, cross in points if cross == 0.0]
        return min(lane), max(lane)

    def _lanes(self) -> None:
        """Short backward edges inside, long ones outside; lanes are shared where they do not meet."""
        spans = sorted((self._ends(link), link.id) for link in self.grid.backward)
        spans.sort(key=lambda entry: (entry[0][1] - entry[0][0], entry[1]))
        taken: list[tuple[float, float, int]] = []
        row_of: dict[str, int] = {}
        for (low, high), link_id in spans:
            high = max(high, low + self.links[link_id].main + 2 * LANE_GAP)
            met = [row for left, right, row in taken if high + LANE_GAP >= left and low - LANE_GAP <= right]
            row_of[link_id] = 1 + max(met, default=-1)
            taken.append((low, high, row_of[link_id]))
        count = 1 + max(row_of.values(), default=-1)
        heights = [
            max([self.links[i].cross for i, r in row_of.items() if r == row] + [8.0]) for row in range(count)
        ]
        position = self.bottom + LANE_GAP
        centres = []
        for height in heights:
            centres.append(position + height / 2)
            position += height + LANE_GAP
        for link_id, row in row_of.items():
            self.lanes[link_id] = centres[row]

    def _lane_label(self, link: Link, points: list[Point]) -> Point:
        lane = self.lanes[link.id]
        run = [main for main, cross in points if abs(cross - lane) < 0.5]
        low, high = min(run), max(run)
        if high - low < link.main + 2 * LANE_GAP:
            return low + link.main / 2 + LANE_GAP, lane
        return high - LANE_GAP - link.main / 2, lane


def _port(link: Link, box: Box, usual: float, loop: float) -> float:
    """Where along its free border a box is left or entered: the tip of small shapes, apart for loops."""
    return loop if link.source == link.target else usual if box.main > 60 else 0.5


def _channel(tracks: int) -> float:
    return CHANNEL + max(tracks - 1, 0) * TRACK


def _assign(nets: list[_Net], bottom: float) -> int:
    """Give each bent net a track; returns how many tracks there are."""
    bent = [net for net in nets if not net.straight]
    spans = [net.span(bottom) for net in bent]
    order = list(range(len(bent)))
    changed = True
    rounds = 0
    while changed and rounds < len(bent) + 2:
        changed = False
        rounds += 1
        for spot in range(len(order) - 1):
            one, two = order[spot], order[spot + 1]
            if _cost(bent, spans, two, one) < _cost(bent, spans, one, two):
                order[spot], order[spot + 1] = two, one
                changed = True
    for spot, index in enumerate(order):
        low, high = spans[index]
        met = [
            bent[other].track
            for other in order[:spot]
            if not (spans[other][1] < low - 3 or spans[other][0] > high + 3)
        ]
        bent[index].track = max(met) + 1 if met else 0
    return 1 + max((net.track for net in bent), default=-1)


def _cost(nets: list[_Net], spans: list[tuple[float, float]], first: int, second: int) -> float:
    """Crossings when ``first`` lies left of ``second``; running on top of each other counts ten."""
    low, high = spans[second]
    crossings = float(sum(1 for y in nets[first].right if low - 1 < y < high + 1))
    low, high = spans[first]
    crossings += sum(1 for y in nets[second].left if low - 1 < y < high + 1)
    crossings += 10 * sum(1 for y in nets[first].right for other in nets[second].left if abs(y - other) < 2)
    return crossings


def _clean(points: list[Point]) -> list[Point]:
    """Without repeated points and without points in the middle of a straight run."""
    result: list[Point] = []
    for point in points:
        if result and abs(result[-1][0] - point[0]) < 0.5 and abs(result[-1][1] - point[1]) < 0.5:
            continue
        if len(result) > 1 and (
            abs(result[-2][0] - result[-1][0]) < 0.5 > abs(result[-1][0] - point[0])
            or abs(result[-2][1] - result[-1][1]) < 0.5 > abs(result[-1][1] - point[1])
        ):
            result[-1] = point
        else:
            result.append(point)
    return result


def _shift(layout: Layout, boxes: dict[str, Box], links: dict[str, Link]) -> Layout:
    """Move everything so that it begins at the margin, and measure."""
    rects = [(*layout.boxes[box.id], box.main, box.cross + box.after) for box in boxes.values()]
    rects += [
        (main - links[i].main / 2, cross - links[i].cross / 2, links[i].main, links[i].cross)
        for i, (main, cross) in layout.labels.items()
    ]
    rects += [(main, cross, 0.0, 0.0) for points in layout.routes.values() for main, cross in points]
    if not rects:
        return layout
    left = min(rect[0] for rect in rects) - MARGIN
    top = min(rect[1] for rect in rects) - MARGIN

    def move(point: Point) -> Point:
        return round(point[0] - left, 1), round(point[1] - top, 1)

    return Layout(
        {key: move(point) for key, point in layout.boxes.items()},
        {key: [move(point) for point in points] for key, points in layout.routes.items()},
        {key: move(point) for key, point in layout.labels.items()},
        round(max(rect[0] + rect[2] for rect in rects) - left + MARGIN, 1),
        round(max(rect[1] + rect[3] for rect in rects) - top + MARGIN, 1),
    )
