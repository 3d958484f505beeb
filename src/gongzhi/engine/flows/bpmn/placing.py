"""Laying out BPMN elements: for what we export, and for imported models that bring no drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongzhi.engine.flows.diagram import Diagram, Edge, Shape
from gongzhi.engine.flows.layout import arrange
from gongzhi.engine.flows.lettering import width, wrap
from gongzhi.engine.flows.ranking import Box, Link

TASK = (120.0, 80.0)
GATEWAY = (50.0, 50.0)
EVENT = (36.0, 36.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An element to place. ``host``: the activity to whose border the event is attached."""

    id: str
    kind: str
    label: str = ""
    marks: tuple[str, ...] = ()
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A sequence flow to route."""

    id: str
    source: str
    target: str
    label: str = ""


def size(kind: str) -> tuple[float, float]:
    """Usual width and height of an element."""
    if kind.endswith("Gateway"):
        return GATEWAY
    return EVENT if kind.endswith("Event") else TASK


def lay_out(items: Sequence[Item], connections: Sequence[Connection], title: str = "") -> Diagram:
    """Places for all elements and corners for all flows."""
    hosts = {item.id: item.host for item in items if item.host}
    order = _corners(items)
    boxes = []
    for item in items:
        if not item.host:
            attached = sum(1 for each in hosts.values() if each == item.id)
            wide, high = size(item.kind)
            wide = max(wide, 24.0 + 44.0 * attached)
            below = 0.0 if item.kind not in _LABELLED or not item.label else 17.0 * len(wrap(item.label, 7))
            after = 34.0 + 10.0 * attached if attached else below
            boxes.append(Box(id=item.id, main=wide, cross=high, after=after))
    links = [
        Link(
            id=each.id,
            source=hosts.get(each.source, each.source),
            target=each.target,
            main=(max(map(width, wrap(each.label, 7))) * 12 + 10) if each.label else 0.0,
            cross=17.0 * len(wrap(each.label, 7)) + 4 if each.label else 0.0,
            corner=order.get(each.source),
            reach=18.0,
            weight=0.5 if each.source in hosts else 1.0,
        )
        for each in connections
    ]
    layout = arrange(boxes, links)
    sizes = {box.id: box for box in boxes}
    shapes = []
    for item in items:
        if item.host:
            x, y = layout.boxes[item.host]
            host = sizes[item.host]
            corner = (x + host.main - order[item.id] - 18, y + host.cross - 18)
            shapes.append(_shape(item, *corner, *EVENT))
        else:
            box = sizes[item.id]
            shapes.append(_shape(item, *layout.boxes[item.id], box.main, box.cross))
    edges = [
        Edge(
            id=each.id,
            points=tuple(layout.routes[each.id]),
            label=tuple(wrap(each.label, 7)),
            label_at=layout.labels.get(each.id),
            source=each.source,
            target=each.target,
            arcs=(each.id,),
        )
        for each in connections
    ]
    return Diagram(
        title=title, shapes=tuple(shapes), edges=tuple(edges), width=layout.width, height=layout.height + 20
    )


_LABELLED = {"endEvent", "startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "exclusiveGateway"}


def _corners(items: Sequence[Item]) -> dict[str, float]:
    """How far from the right end of its host each attached event sits."""
    counts: dict[str, int] = {}
    corners = {}
    for item in items:
        if item.host:
            corners[item.id] = 30.0 + 44.0 * counts.get(item.host, 0)
            counts[item.host] = counts.get(item.host, 0) + 1
    return corners


def _shape(item: Item, x: float, y: float, w: float, h: float) -> Shape:
    at = None
    if item.kind in _LABELLED and item.label:
        lines = wrap(item.label, 7)
        wide = max(map(width, lines)) * 12 + 4
        at = (x + w / 2 - wide / 2, y + h + 2, wide, 17.0 * len(lines))
    label = "" if item.host else item.label
    return Shape(
        id=item.id,
        kind=item.kind,
        x=x,
        y=y,
        w=w,
        h=h,
        label=label,
        label_at=at,
        marks=("bpmn", *item.marks),
        attached=item.host,
    )
