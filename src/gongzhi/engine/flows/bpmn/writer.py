"""From a case type's flow to a BPMN 2.0 document with layout that standard modelers open.

A step is a user task (call activity, receive task); its choices an exclusive gateway; several targets a parallel
gateway; ``awaits`` an inclusive or complex gateway in front; ``each`` a multi-instance marker; timers and side
steps are boundary events. What BPMN has no word for (``at_most``, ``not_by`` …) is written as attributes of our
namespace, which other tools keep or ignore and which ``read`` understands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from gongzhi.engine.flows.bpmn.outlining import Connected, Outlined, Written, outline
from gongzhi.engine.flows.bpmn.placing import Connection, Item, lay_out
from gongzhi.engine.flows.bpmn.xml import BPMN, DC, DD, DI, FEEL, GONGZHI, XSI, Element
from gongzhi.engine.flows.diagram import Diagram
from gongzhi.engine.flows.graph import Flow
from gongzhi.engine.flows.spec import FlowSpec

_NAMESPACES = {"bpmn": BPMN, "bpmndi": DI, "dc": DC, "di": DD, "xsi": XSI, "gongzhi": GONGZHI}


def write(flow: Flow | FlowSpec, title: str = "", *, key: str = "flow") -> bytes:
    """The BPMN 2.0 XML of a case type's flow, UTF-8. ``key`` is the id of the process."""
    spec = flow.spec if isinstance(flow, Flow) else flow
    assert spec is not None, "only the flow of a case type is exported"
    outlined = outline(spec)
    root = etree.Element(f"{{{BPMN}}}definitions", nsmap=_NAMESPACES)
    root.set("id", f"definitions.{key}")
    root.set("name", title or key)
    root.set("targetNamespace", GONGZHI)
    root.set("expressionLanguage", FEEL)
    root.set("exporter", "Gongzhi")
    for name, (message_id, kind) in outlined.references.items():
        etree.SubElement(root, f"{{{BPMN}}}{kind}", id=message_id, name=name)
    process = etree.SubElement(root, f"{{{BPMN}}}process", id=key, name=title or key, isExecutable="true")
    _write_elements(process, outlined)
    diagram = lay_out(
        [Item(id=e.id, kind=e.kind, label=e.name, marks=e.marks, host=e.host) for e in outlined.elements],
        [Connection(id=c.id, source=c.source, target=c.target, label=c.name) for c in outlined.connections],
        title,
    )
    _write_diagram(root, diagram, key)
    result: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return result


def _write_elements(process: Element, outlined: Outlined) -> None:
    for element in outlined.elements:
        _write_node(process, element, outlined.connections)
    for connection in outlined.connections:
        _write_flow(process, connection)


def _write_node(process: Element, element: Written, connections: Sequence[Connected]) -> None:
    node = etree.SubElement(process, f"{{{BPMN}}}{element.kind}", id=element.id)
    _attributes(node, {"name": element.name, **element.standard}, element.own)
    if element.mapping:
        extra = etree.SubElement(node, f"{{{BPMN}}}extensionElements")
        for field, text in element.mapping.items():
            etree.SubElement(extra, f"{{{GONGZHI}}}with", field=field, value=text)
    for each in connections:
        if each.target == element.id:
            etree.SubElement(node, f"{{{BPMN}}}incoming").text = each.id
    for each in connections:
        if each.source == element.id:
            etree.SubElement(node, f"{{{BPMN}}}outgoing").text = each.id
    for path, attributes, text in element.inside:
        _inside(node, path, attributes, text)


def _write_flow(process: Element, flow: Connected) -> None:
    node = etree.SubElement(
        process, f"{{{BPMN}}}sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target
    )
    _attributes(node, {"name": flow.name}, flow.own)
    if flow.condition:
        _inside(node, "conditionExpression", {"language": FEEL}, flow.condition)


def _attributes(node: Element, standard: Mapping[str, str], own: Mapping[str, str]) -> None:
    for name, value in standard.items():
        if value:
            node.set(name, value)
    for name, value in own.items():
        node.set(f"{{{GONGZHI}}}{name}", value)


def _inside(node: Element, path: str, attributes: dict[str, str], text: str) -> None:
    """A child element, or a chain of them written ``a/b``; only the innermost carries the text."""
    inner = node
    for name in path.split("/"):
        inner = etree.SubElement(inner, f"{{{BPMN}}}{name}")
    for name, value in attributes.items():
        inner.set(name, value)
    if text:
        inner.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
        inner.text = text


def _write_diagram(root: Element, diagram: Diagram, key: str) -> None:
    drawn = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", id=f"diagram.{key}", name=diagram.title)
    plane = etree.SubElement(drawn, f"{{{DI}}}BPMNPlane", id=f"plane.{key}", bpmnElement=key)
    for shape in diagram.shapes:
        node = etree.SubElement(plane, f"{{{DI}}}BPMNShape", id=f"shape.{shape.id}", bpmnElement=shape.id)
        if shape.kind == "exclusiveGateway":
            node.set("isMarkerVisible", "true")
        _bounds(node, shape.x, shape.y, shape.w, shape.h)
        if shape.label_at:
            _bounds(etree.SubElement(node, f"{{{DI}}}BPMNLabel"), *shape.label_at)
    for edge in diagram.edges:
        node = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"edge.{edge.id}", bpmnElement=edge.id)
        for x, y in edge.points:
            etree.SubElement(node, f"{{{DD}}}waypoint", x=f"{x:g}", y=f"{y:g}")
        if edge.label_at and edge.label:
            wide, high = max(len(line) for line in edge.label) * 12.0, 17.0 * len(edge.label)
            x, y = edge.label_at
            _bounds(etree.SubElement(node, f"{{{DI}}}BPMNLabel"), x - wide / 2, y - high / 2, wide, high)


def _bounds(node: Element, x: float, y: float, wide: float, high: float) -> None:
    etree.SubElement(node, f"{{{DC}}}Bounds", x=f"{x:g}", y=f"{y:g}", width=f"{wide:g}", height=f"{high:g}")
