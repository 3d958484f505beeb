"""A ``Table`` as a DMN 1.3 file with a diagram, so that standard modelers open it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from .dmn_xml import Element
from .model import HitPolicy, Table

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DMNDI = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
DC = "http://www.omg.org/spec/DMN/20180521/DC/"
DI = "http://www.omg.org/spec/DMN/20180521/DI/"
_PREFIXES: Any = {None: MODEL, "dmndi": DMNDI, "dc": DC, "di": DI}
NAMESPACE = "https://gongzhi.example/tables/"
_POLICIES = {
    HitPolicy.UNIQUE: ("UNIQUE", ""), HitPolicy.ANY: ("ANY", ""), HitPolicy.PRIORITY: ("PRIORITY", ""),
    HitPolicy.FIRST: ("FIRST", ""), HitPolicy.RULE_ORDER: ("RULE ORDER", ""), HitPolicy.OUTPUT_ORDER: ("OUTPUT ORDER", ""),
    HitPolicy.COLLECT: ("COLLECT", ""), HitPolicy.SUM: ("COLLECT", "SUM"), HitPolicy.MIN: ("COLLECT", "MIN"),
    HitPolicy.MAX: ("COLLECT", "MAX"), HitPolicy.COUNT: ("COLLECT", "COUNT"),
}  # fmt: skip


def write_dmn(table: Table) -> bytes:
    """The table as DMN 1.3 XML: one decision that needs one input datum per column.

    ``read_dmn(write_dmn(table)).tables[0]`` decides as the table does.
    """
    root = etree.Element(f"{{{MODEL}}}definitions", nsmap=_PREFIXES)
    root.set("name", table.title)
    root.set("id", "definitions")
    root.set("namespace", NAMESPACE + "t" + table.id.encode().hex())
    decision = _add(root, "decision", id="decision", name=table.id)
    _add(decision, "variable", id="variable", name=table.id)
    for index, column in enumerate(table.inputs, 1):
        if column.expression:
            continue
        datum = _add(root, "inputData", id=f"input{index}", name=column.name)
        _add(datum, "variable", id=f"input{index}_variable", name=column.name, typeRef=column.kind)
        requirement = _add(decision, "informationRequirement", id=f"requires{index}")
        _add(requirement, "requiredInput", href=f"#input{index}")
    _table(decision, table)
    _diagram(root, [index for index, column in enumerate(table.inputs, 1) if not column.expression])
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return data


def _add(parent: Element, tag: str, body: str = "", /, *, space: str = MODEL, **attributes: str) -> Element:
    """A new child; empty attributes are left out, ``body`` goes into a ``text`` child."""
    element = etree.SubElement(parent, f"{{{space}}}{tag}")
    for key, value in attributes.items():
        if value:
            element.set(key, value)
    if body:
        etree.SubElement(element, f"{{{MODEL}}}text").text = body
    return element


def _table(decision: Element, table: Table) -> None:
    policy, aggregation = _POLICIES[table.hit_policy]
    element = _add(
        decision,
        "decisionTable",
        id="table",
        hitPolicy=policy,
        aggregation=aggregation,
        outputLabel=table.title,
    )
    for index, column in enumerate(table.inputs, 1):
        part = _add(element, "input", id=f"column{index}", label=column.name)
        _add(
            part,
            "inputExpression",
            column.expression or column.name,
            id=f"column{index}_expression",
            typeRef=column.kind,
        )
        if column.allowed:
            _add(part, "inputValues", column.allowed)
    for index, output in enumerate(table.outputs, 1):
        part = _add(
            element, "output", id=f"output{index}", label=output.name, name=output.name, typeRef=output.kind
        )
        if output.allowed:
            _add(part, "outputValues", output.allowed)
        if output.default:
            _add(part, "defaultOutputEntry", output.default)
    noted = any(rule.note for rule in table.rules)
    if noted:
        _add(element, "annotation", name="说明")
    for rule in table.rules:
        row = _add(element, "rule", id=f"rule{rule.number}")
        for at, cell in enumerate(rule.inputs, 1):
            _add(row, "inputEntry", cell.text, id=f"rule{rule.number}_input{at}")
        for at, cell in enumerate(rule.outputs, 1):
            _add(row, "outputEntry", cell.text, id=f"rule{rule.number}_output{at}")
        if noted:
            _add(row, "annotationEntry", rule.note or " ")


def _diagram(root: Element, inputs: list[int]) -> None:
    """The decision above its inputs, 180 by 80 and 125 by 45 as modelers draw them."""
    diagram = _add(_add(root, "DMNDI", space=DMNDI), "DMNDiagram", space=DMNDI, id="diagram")
    width = max(len(inputs), 1) * 165
    _shape(diagram, "decision", 60 + width // 2 - 90, 60, 180, 80)
    for place, index in enumerate(inputs):
        _shape(diagram, f"input{index}", 60 + place * 165, 220, 125, 45)
        edge = _add(diagram, "DMNEdge", space=DMNDI, id=f"edge{index}", dmnElementRef=f"requires{index}")
        _add(edge, "waypoint", space=DI, x=str(60 + place * 165 + 62), y="220")
        _add(edge, "waypoint", space=DI, x=str(60 + width // 2), y="140")


def _shape(diagram: Element, of: str, x: int, y: int, width: int, height: int) -> None:
    shape = _add(diagram, "DMNShape", space=DMNDI, id=f"shape_{of}", dmnElementRef=of)
    _add(shape, "Bounds", space=DC, x=str(x), y=str(y), width=str(width), height=str(height))
