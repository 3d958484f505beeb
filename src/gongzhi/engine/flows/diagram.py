"""A drawing as data: shapes and edges with their places, from our layout or from a model's own BPMN DI."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A drawn element; coordinates in pixels, y downwards."""

    id: str
    #: local name of the BPMN element
    kind: str
    x: float
    y: float
    w: float
    h: float
    label: str = ""
    #: small second line, e.g. the role
    note: str = ""
    #: box of the label (x, y, w, h) when it lies outside of the shape
    label_at: tuple[float, float, float, float] | None = None
    #: multi, sequential, loop, compensation, adhoc, transaction, collapsed, interrupting, side, join:… and event kinds
    marks: tuple[str, ...] = ()
    #: element to whose border an event is attached
    attached: str = ""
    #: pools and lanes: label at the left, turned
    horizontal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A drawn connection."""

    id: str
    #: sequence, side, timer, message, association, data
    kind: str = "sequence"
    points: tuple[Point, ...] = ()
    label: tuple[str, ...] = ()
    #: middle of the label
    label_at: Point | None = None
    source: str = ""
    target: str = ""
    #: ids of the arcs of the graph that this line stands for
    arcs: tuple[str, ...] = ()
    default: bool = False
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A whole drawing."""

    title: str = ""
    shapes: tuple[Shape, ...] = ()
    edges: tuple[Edge, ...] = ()
    width: float = 0.0
    height: float = 0.0
