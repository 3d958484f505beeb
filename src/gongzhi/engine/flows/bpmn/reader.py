"""From a BPMN 2.0 document to graphs, a drawing, and the list of what is drawn but not executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gongzhi.engine.flows.bpmn.building import Builder
from gongzhi.engine.flows.bpmn.drawing import diagrams_of
from gongzhi.engine.flows.bpmn.events import NotExecuted
from gongzhi.engine.flows.bpmn.xml import Element, children, kind, local, parse
from gongzhi.engine.flows.diagram import Diagram
from gongzhi.engine.flows.graph import Flow

__all__ = ["Imported", "NotExecuted", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A BPMN model as we understood it."""

    title: str
    #: process id -> its graph; a collaboration has several
    flows: Mapping[str, Flow]
    #: the graph of the first process that says it is executable, else of the largest
    flow: Flow
    #: the drawings of the model, the main one first; laid out by us where the model has none
    diagrams: tuple[Diagram, ...]
    not_executed: tuple[NotExecuted, ...]

    @property
    def diagram(self) -> Diagram:
        """The main drawing."""
        return self.diagrams[0]


def read(xml: bytes) -> Imported:
    """Read a BPMN 2.0 XML document. Raises UnreadableModel for hostile, broken or foreign input.

    A process is read even if it is marked as not executable: tasks wait for somebody to say that they are done, and
    gateways without usable conditions wait for somebody's choice. Scripts and foreign expressions are never run.
    """
    root = parse(xml)
    builder = Builder(root)
    flows: dict[str, Flow] = {}
    for process in children(root, "process"):
        if any(True for _ in children(process)):
            flows[process.get("id") or f"process{len(flows)}"] = builder.process(process)
    _note_drawn_only(root, builder)
    main = _main(root, flows)
    diagrams = diagrams_of(root)
    return Imported(
        title=_title(root, main) or diagrams[0].title,
        flows=flows,
        flow=flows[main] if main else Flow(nodes={}, start=()),
        diagrams=diagrams,
        not_executed=tuple(builder.not_executed.values()),
    )


def _main(root: Element, flows: Mapping[str, Flow]) -> str:
    for process in children(root, "process"):
        if process.get("isExecutable") == "true" and process.get("id") in flows:
            return process.get("id") or ""
    return max(flows, key=lambda name: len(flows[name].nodes), default="")


def _title(root: Element, main: str) -> str:
    for process in children(root, "process"):
        if process.get("id") == main and process.get("name"):
            return process.get("name") or ""
    for participant in root.iter("{*}participant"):
        if local(participant.get("processRef")) == main and participant.get("name"):
            return participant.get("name") or ""
    return ""


_DRAWN_ONLY = {
    "participant": "泳池只表示参与方",
    "lane": "泳道只表示由谁承担",
    "messageFlow": "消息流只表示往来,不自动传送",
    "conversation": "会话只作说明",
    "textAnnotation": "注释只作说明",
    "group": "分组只作说明",
    "association": "关联线只作说明",
    "dataObjectReference": "数据对象只作说明,数据由表单管理",
    "dataStoreReference": "数据存储只作说明",
    "dataInput": "数据输入只作说明",
    "dataOutput": "数据输出只作说明",
    "dataInputAssociation": "数据关联只作说明",
    "dataOutputAssociation": "数据关联只作说明",
}


def _note_drawn_only(root: Element, builder: Builder) -> None:
    drawn = {local(each.get("bpmnElement")) for each in root.iter() if each.get("bpmnElement")}
    for element in root.iter():
        why = _DRAWN_ONLY.get(kind(element))
        if why and element.get("id") in drawn:
            builder.note(element, why)
