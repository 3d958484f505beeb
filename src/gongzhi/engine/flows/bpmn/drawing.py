"""The drawing that a BPMN model brings along (BPMN DI), as our diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gongzhi.engine.flows.bpmn.events import FLOW_NODES, definitions
from gongzhi.engine.flows.bpmn.placing import Connection, Item, lay_out
from gongzhi.engine.flows.bpmn.xml import BPMN, DC, DD, DI, Element, child, children, kind, local, text_of
from gongzhi.engine.flows.diagram import Diagram, Edge, Shape
from gongzhi.engine.flows.lettering import wrap

PAD = 20.0
_EDGE_KINDS = {
    "sequenceFlow": "sequence", "messageFlow": "message", "association": "association",
    "dataInputAssociation": "data", "dataOutputAssociation": "data", "conversationLink": "association",
}  # fmt: skip
_EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")


def diagrams_of(root: Element) -> tuple[Diagram, ...]:
    """All drawings, the largest first; one laid out by us if the model has none."""
    elements = {each.get("id") or "": each for each in root.iter() if each.get("id") and kind(each)}
    found = [_diagram(each, elements) for each in root.iter(f"{{{DI}}}BPMNDiagram")]
    found = [diagram for diagram in found if diagram.shapes]
    if not found:
        return (_laid_out(root),)
    found.sort(key=lambda diagram: -len(diagram.shapes))
    return tuple(found)


def _laid_out(root: Element) -> Diagram:
    """A drawing for a model without one: everything on one level, sub-processes beside their content."""
    nodes = [each for each in root.iter() if kind(each) in FLOW_NODES and each.get("id")]
    known = {each.get("id") for each in nodes}
    hosts = {
        each.get("id") or "": local(each.get("attachedToRef")) for each in nodes if each.get("attachedToRef")
    }
    items = [
        Item(
            id=each.get("id") or "",
            kind=kind(each),
            label=each.get("name") or "",
            marks=tuple(definitions(each)),
            host=hosts.get(each.get("id") or "", ""),
        )
        for each in nodes
        if hosts.get(each.get("id") or "", "") in known | {""}
    ]
    flows = [
        Connection(
            id=each.get("id") or f"{number}",
            source=local(each.get("sourceRef")),
            target=local(each.get("targetRef")),
            label=each.get("name") or "",
        )
        for number, each in enumerate(root.iter(f"{{{BPMN}}}sequenceFlow"))
    ]
    flows = list({flow.id: flow for flow in flows}.values())
    return lay_out(
        items,
        [flow for flow in flows if {flow.source, flow.target} <= known - (hosts.keys() & {flow.target})],
    )


def _diagram(element: Element, elements: Mapping[str, Element]) -> Diagram:
    shapes = [
        _shape(each, elements[local(each.get("bpmnElement"))])
        for each in element.iter(f"{{{DI}}}BPMNShape")
        if local(each.get("bpmnElement")) in elements and each.find(f"{{{DC}}}Bounds") is not None
    ]
    edges = [
        _edge(each, elements[local(each.get("bpmnElement"))])
        for each in element.iter(f"{{{DI}}}BPMNEdge")
        if local(each.get("bpmnElement")) in elements
    ]
    shapes = _collapsed(shapes, elements)
    return _moved(element.get("name") or "", shapes, [edge for edge in edges if len(edge.points) > 1])


def _shape(drawn: Element, element: Element) -> Shape:
    x, y, w, h = _bounds(drawn.find(f"{{{DC}}}Bounds"))
    name = kind(element)
    label = drawn.find(f"{{{DI}}}BPMNLabel")
    inside = label.find(f"{{{DC}}}Bounds") if label is not None else None
    return Shape(
        id=element.get("id") or "",
        kind=name,
        x=x,
        y=y,
        w=w,
        h=h,
        label=_label(element),
        label_at=_bounds(inside) if inside is not None and name not in ("participant", "lane") else None,
        marks=tuple(_marks(drawn, element)),
        attached=local(element.get("attachedToRef")),
        horizontal=drawn.get("isHorizontal") != "false",
    )


def _label(element: Element) -> str:
    name = element.get("name") or ""
    if kind(element) == "textAnnotation":
        return text_of(child(element, "text"))
    if kind(element) == "group":
        category = local(element.get("categoryValueRef"))
        for value in element.getroottree().getroot().iter(f"{{{BPMN}}}categoryValue"):
            if value.get("id") == category:
                return value.get("value") or name
    state = child(element, "dataState")
    return f"{name} [{state.get('name')}]" if state is not None and state.get("name") else name


def _marks(drawn: Element, element: Element) -> list[str]:
    name = kind(element)
    marks = ["bpmn"]
    if name in _EVENTS:
        kinds = list(definitions(element))
        marks += ["multiple"] if len(kinds) > 1 else kinds
        interrupting = (
            element.get("cancelActivity") if name == "boundaryEvent" else element.get("isInterrupting")
        ) != "false"
        marks.append("interrupting" if interrupting else "event")
    loop = child(element, "multiInstanceLoopCharacteristics")
    if loop is not None:
        marks.append("sequential" if loop.get("isSequential") == "true" else "multi")
    if child(element, "standardLoopCharacteristics") is not None:
        marks.append("loop")
    if element.get("isForCompensation") == "true":
        marks.append("compensation")
    if element.get("isCollection") == "true":
        marks.append("multi")
    if name in ("subProcess", "transaction", "adHocSubProcess"):
        marks.append("collapsed" if drawn.get("isExpanded") == "false" else "expanded")
        marks += ["adhoc"] if name == "adHocSubProcess" else []
        marks += ["transaction"] if name == "transaction" else []
        marks += ["event"] if element.get("triggeredByEvent") == "true" else []
    if name == "participant" and not element.get("processRef"):
        marks.append("blackbox")
    return marks


def _collapsed(shapes: list[Shape], elements: Mapping[str, Element]) -> list[Shape]:
    """A sub-process is drawn as expanded only if something of it is drawn inside."""
    drawn = {shape.id for shape in shapes}
    result = []
    for shape in shapes:
        if "expanded" in shape.marks and not any(
            each.get("id") in drawn for each in children(elements[shape.id])
        ):
            marks = tuple("collapsed" if mark == "expanded" else mark for mark in shape.marks)
            shape = replace(shape, marks=marks)
        result.append(shape)
    return result


def _edge(drawn: Element, element: Element) -> Edge:
    points = tuple(
        (_number(each.get("x")), _number(each.get("y"))) for each in drawn.iter(f"{{{DD}}}waypoint")
    )
    label = drawn.find(f"{{{DI}}}BPMNLabel")
    bounds = label.find(f"{{{DC}}}Bounds") if label is not None else None
    middle = None
    wide = 11.0
    if bounds is not None:
        x, y, w, h = _bounds(bounds)
        middle = (x + w / 2, y + h / 2)
        wide = max(w / 12 + 0.5, 6.0)
    name = kind(element)
    source, target = local(element.get("sourceRef")), local(element.get("targetRef"))
    origin = (
        next((e for e in element.getroottree().getroot().iter() if e.get("id") == source), None)
        if source
        else None
    )
    return Edge(
        id=element.get("id") or "",
        kind=_EDGE_KINDS.get(name, "association"),
        points=points,
        label=tuple(wrap(element.get("name") or "", wide, 3)),
        label_at=middle,
        source=source,
        target=target,
        arcs=(element.get("id") or "",),
        default=origin is not None and local(origin.get("default")) == element.get("id"),
        conditional=name == "sequenceFlow"
        and child(element, "conditionExpression") is not None
        and origin is not None
        and "Gateway" not in kind(origin),
    )


def _bounds(element: Element | None) -> tuple[float, float, float, float]:
    if element is None:
        return 0.0, 0.0, 0.0, 0.0
    x, y, w, h = (_number(element.get(key)) for key in ("x", "y", "width", "height"))
    return x, y, w, h


def _number(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if -1e6 < value < 1e6 else 0.0


def _moved(title: str, shapes: list[Shape], edges: list[Edge]) -> Diagram:
    xs = (
        [s.x for s in shapes]
        + [s.label_at[0] for s in shapes if s.label_at]
        + [x for e in edges for x, _ in e.points]
    )
    ys = (
        [s.y for s in shapes]
        + [s.label_at[1] for s in shapes if s.label_at]
        + [y for e in edges for _, y in e.points]
    )
    rights = [s.x + s.w for s in shapes] + [s.label_at[0] + s.label_at[2] for s in shapes if s.label_at]
    bottoms = [s.y + s.h + (34 if s.label and s.h < 60 else 0) for s in shapes]
    bottoms += [s.label_at[1] + s.label_at[3] for s in shapes if s.label_at] + [
        y for e in edges for _, y in e.points
    ]
    rights += [x for e in edges for x, _ in e.points]
    if not xs:
        return Diagram(title=title)
    dx, dy = PAD - min(xs), PAD - min(ys)

    def place_shape(shape: Shape) -> Shape:
        at = shape.label_at
        moved_at = (at[0] + dx, at[1] + dy, at[2], at[3]) if at else None
        return replace(shape, x=shape.x + dx, y=shape.y + dy, label_at=moved_at)

    def place_edge(edge: Edge) -> Edge:
        points = tuple((x + dx, y + dy) for x, y in edge.points)
        at = (edge.label_at[0] + dx, edge.label_at[1] + dy) if edge.label_at else None
        return replace(edge, points=points, label_at=at)

    return Diagram(
        title=title,
        shapes=tuple(map(place_shape, shapes)),
        edges=tuple(map(place_edge, edges)),
        width=max(rights) + dx + PAD,
        height=max(bottoms) + dy + PAD,
    )
