"""What is common to building all elements, and the events of BPMN: what they wait for and what they throw."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.flows.bpmn.xml import Element, child, children, kind, local, own, text_of
from gongzhi.engine.flows.graph import Arc, Condition, Node, Reaction, Way

TASKS = {
    "task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask",
    "globalTask",
}  # fmt: skip
SUBS = {"subProcess", "transaction", "adHocSubProcess"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
FLOW_NODES = TASKS | SUBS | GATEWAYS | EVENTS | {"callActivity"}
#: local names of event definitions -> our kinds
DEFINITIONS = {
    "timerEventDefinition": "timer", "messageEventDefinition": "message", "signalEventDefinition": "signal",
    "errorEventDefinition": "error", "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional", "linkEventDefinition": "link",
    "compensateEventDefinition": "compensate", "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExecuted:
    """An element that is drawn but that we do not execute, or not as it is written."""

    id: str
    name: str
    #: local name of the BPMN element
    kind: str
    #: Chinese, for the person who imports the model
    why: str

    def __str__(self) -> str:
        return f"{self.kind} “{self.name or self.id}”:{self.why}"


@dataclass(slots=True)
class Scope:
    """The flow elements of a process or sub-process."""

    id: str
    elements: dict[str, Element] = field(default_factory=dict)
    out: dict[str, list[Element]] = field(default_factory=dict)
    into: dict[str, list[Element]] = field(default_factory=dict)
    boundaries: dict[str, list[Element]] = field(default_factory=dict)


class EventBuilder:
    """Collects nodes and notes; knows how events are read."""

    def __init__(self, root: Element) -> None:
        self.not_executed: dict[tuple[str, str], NotExecuted] = {}
        self.names = {
            each.get("id") or "": each.get("name") or each.get("errorCode") or each.get("id") or ""
            for each in root
            if kind(each) in ("message", "signal", "error", "escalation")
        }
        self.codes = {
            each.get("id") or "": each.get("errorCode")
            or each.get("escalationCode")
            or each.get("name")
            or ""
            for each in root
            if kind(each) in ("error", "escalation")
        }
        self.nodes: dict[str, Node] = {}
        #: scope id -> reactions of its event sub-processes
        self.inside: dict[str, list[tuple[str, Reaction]]] = {}

    def note(self, element: Element, why: str) -> None:
        """Remember that ``element`` is not executed (as written)."""
        name = element.get("name") or text_of(child(element, "text"))[:40]
        entry = NotExecuted(id=element.get("id") or "", name=name, kind=kind(element), why=why)
        self.not_executed.setdefault((entry.id or name, why), entry)

    # --- processes and scopes --------------------------------------------------------------------------------

    def _arc(self, flow: Element, scope: Scope) -> Arc:
        target = local(flow.get("targetRef"))
        return Arc(target, scope.into[target].index(flow), flow.get("id") or "")

    def _feel(self, element: Element, text: str) -> Condition | None:
        """The compiled condition, or None with a note; foreign code is never run."""
        body = text.removeprefix("=").strip()
        try:
            return compile_expression(body)
        except GongzhiError:
            self.note(element, f"条件不是可用的 FEEL 表达式,改由人选择:{text}")
            return None

    # --- events ----------------------------------------------------------------------------------------------

    def _reference(self, event: Element, definition: Element, name: str) -> str:
        """``kind:what`` of a message, signal, error or escalation."""
        target = local(definition.get(f"{name}Ref"))
        if name == "cancel":
            return "cancel:"
        if name in ("error", "escalation"):
            return f"{name}:{self.codes.get(target, target)}"
        return f"{name}:{self.names.get(target) or target or event.get('name') or event.get('id')}"

    def _triggers(self, event: Element, arcs: tuple[Arc, ...]) -> list[tuple[str, Reaction]]:
        """What a catching event waits for, as (key, reaction); timers have the id of the event (or our own) as key."""
        triggers: list[tuple[str, Reaction]] = []
        event_id = event.get("id") or ""
        if own(event, "fact"):
            return [(own(event, "fact"), Reaction(id=own(event, "fact"), arcs=arcs, expected=True))]
        for name, definition in definitions(event).items():
            title = own(event, "title") or event.get("name") or ""
            if name == "timer":
                key = own(event, "timer") or event_id
                cycle = child(definition, "timeCycle") is not None
                repeats = cycle and not own(event, "once")
                triggers.append(
                    (key, Reaction(id=key, title=title, arcs=arcs, text=text_of(definition), repeats=repeats))
                )
            elif name == "conditional":
                text = text_of(child(definition, "condition"))
                when = self._feel(event, text) if text else None
                if not text:
                    self.note(event, "条件事件没有写条件,要有人告知")
                key = f"conditional:{event_id}"
                triggers.append((key, Reaction(id=key, title=title, arcs=arcs, when=when)))
            elif name == "compensate":
                self.note(event, "补偿不执行")
            elif name != "link":
                key = self._reference(event, definition, name)
                triggers.append((key, Reaction(id=key, title=title, arcs=arcs)))
        return triggers

    def _event(self, element: Element, scope: Scope) -> Node:
        element_id, name = element.get("id") or "", kind(element)
        found = definitions(element)
        ways = {
            arc.id: Way(id=arc.id, arcs=(arc,))
            for flow in scope.out.get(element_id, [])
            for arc in [self._arc(flow, scope)]
        }
        base = Node(
            id=element_id, title=element.get("name") or "", kind=name, scope=scope.id, rests=False, ways=ways
        )
        if name == "endEvent":
            return self._end(base, element)
        if name == "intermediateCatchEvent" and "link" not in found:
            arcs = tuple(arc for way in ways.values() for arc in way.arcs)
            facts = {}
            timers = {}
            for key, reaction in self._triggers(element, arcs):
                entry = replace(reaction, expected=True)
                if key == reaction.id and "timer" in found and ":" not in key:
                    timers[key] = entry
                else:
                    facts[key] = entry
            waits = bool(facts or timers)
            told = not waits or any(
                r.when is None and r.id.startswith("conditional:") for r in facts.values()
            )
            done = {"done": Way(id="done", title="已发生", arcs=arcs)} if told else {}
            return replace(base, rests=True, ways=done, facts=facts, timers=timers)
        if name == "intermediateThrowEvent":
            return self._throwing(base, element, scope)
        return base

    def _throwing(self, base: Node, element: Element, scope: Scope) -> Node:
        for name, definition in definitions(element).items():
            if name == "link":
                target = self._link_target(definition, element, scope)
                if target:
                    return replace(base, ways={"link": Way(id="link", arcs=(Arc(target),))})
                self.note(element, "链接事件没有对应的去处")
            elif name == "compensate":
                self.note(element, "补偿不执行,直接经过")
            else:
                return replace(base, throws=self._reference(element, definition, name))
        return base

    def _link_target(self, definition: Element, element: Element, scope: Scope) -> str:
        wanted = definition.get("name") or element.get("name")
        for other_id, other in scope.elements.items():
            link = definitions(other).get("link")
            caught = kind(other) == "intermediateCatchEvent" and link is not None
            if caught and link is not None and (link.get("name") or other.get("name")) == wanted:
                return other_id
        return ""

    def _end(self, base: Node, element: Element) -> Node:
        for name, definition in definitions(element).items():
            if name == "terminate":
                return replace(base, ending="terminate", ways={})
            if name == "compensate":
                self.note(element, "补偿不执行,只当作结束")
            elif name == "cancel":
                return replace(base, ending="plain", throws="cancel:", ways={})
            else:
                return replace(
                    base, ending="plain", throws=self._reference(element, definition, name), ways={}
                )
        return replace(base, ending="plain", ways={})


def definitions(event: Element) -> dict[str, Element]:
    """Kinds of an event -> their definitions (several make a multiple event)."""
    found = {}
    for each in children(event):
        name = DEFINITIONS.get(kind(each))
        if name:
            found[name] = each
    for reference in children(event, "eventDefinitionRef"):
        target = local(text_of(reference))
        for each in event.getroottree().getroot():
            if each.get("id") == target and kind(each) in DEFINITIONS:
                found[DEFINITIONS[kind(each)]] = each
    return found
