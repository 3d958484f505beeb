"""Building the graph of one process out of its BPMN elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gongzhi.engine.flows.bpmn.events import (
    FLOW_NODES,
    GATEWAYS,
    SUBS,
    TASKS,
    EventBuilder,
    Scope,
    definitions,
)
from gongzhi.engine.flows.bpmn.xml import Element, child, children, kind, local, own, own_number, text_of
from gongzhi.engine.flows.compiling import list_field
from gongzhi.engine.flows.graph import Arc, Condition, Flow, Node, Reaction, Way, reachability, reacting
from gongzhi.engine.flows.spec import Call


class Builder(EventBuilder):
    """Builds the graphs of all processes of one document and collects what is not executed."""

    def process(self, process: Element) -> Flow:
        """The graph of one process."""
        self.nodes, self.inside = {}, {}
        start = self._scope(process, "")
        self._choices_of_people()
        root = None
        if self.inside.get(""):
            root = _with_inside(Node(id="", kind="process"), self.inside[""])
        conditional = any(r.when is not None for node in self.nodes.values() for r in node.facts.values())
        return Flow(
            nodes=self.nodes,
            start=start,
            reach=reachability(self.nodes),
            reacting=reacting(self.nodes),
            ends={node.id: node.title for node in self.nodes.values() if node.ending and not node.scope},
            title=process.get("name") or "",
            root=root,
            conditional=conditional,
            scoped=any(node.inner for node in self.nodes.values()),
        )

    def _scope(self, container: Element, scope_id: str) -> tuple[Arc, ...]:
        """Build everything in a process or sub-process; returns where it starts."""
        scope = Scope(scope_id)
        for element in children(container):
            name, element_id = kind(element), element.get("id") or ""
            if name in FLOW_NODES and element_id:
                scope.elements[element_id] = element
                if name == "boundaryEvent":
                    scope.boundaries.setdefault(local(element.get("attachedToRef")), []).append(element)
        for flow in children(container, "sequenceFlow"):
            source, target = local(flow.get("sourceRef")), local(flow.get("targetRef"))
            if source not in scope.elements or target not in scope.elements:
                self.note(flow, "顺序流的一端不存在")
                continue
            if kind(scope.elements[target]) == "boundaryEvent":
                self.note(flow, "顺序流不能进入附在边界上的事件")
                continue
            scope.out.setdefault(source, []).append(flow)
            scope.into.setdefault(target, []).append(flow)
        for element in scope.elements.values():
            name = kind(element)
            if name in TASKS or name == "callActivity":
                self._add(self._task(element, scope))
            elif name in SUBS:
                self._sub(element, scope)
            elif name in GATEWAYS:
                self._add(self._gateway(element, scope))
            elif name != "boundaryEvent":
                self._add(self._event(element, scope))
        return self._beginning(scope)

    def _add(self, node: Node) -> None:
        self.nodes[node.id] = node

    def _beginning(self, scope: Scope) -> tuple[Arc, ...]:
        starts = [element for element in scope.elements.values() if kind(element) == "startEvent"]
        plain = [element for element in starts if not definitions(element)]
        if starts:
            chosen = (plain or starts)[:1]
            for other in starts:
                if other not in chosen:
                    self.note(other, "另一个开始:要从这里开始须在启动时指明")
            return tuple(Arc(element.get("id") or "") for element in chosen)
        first = []
        for element_id, element in scope.elements.items():
            name = kind(element)
            apart = (
                name in ("boundaryEvent", "endEvent")
                or element.get("triggeredByEvent") == "true"
                or element.get("isForCompensation") == "true"
                or (name == "intermediateCatchEvent" and "link" in definitions(element))
            )
            if not scope.into.get(element_id) and not apart:
                first.append(Arc(element_id))
        return tuple(first)

    # --- flows out of a node ---------------------------------------------------------------------------------

    def _ways(self, element: Element, scope: Scope) -> tuple[dict[str, Way], bool]:
        """The outgoing flows as ways, and whether all of them can be decided without a person."""
        ways: dict[str, Way] = {}
        decided = True
        default = local(element.get("default"))
        flows = scope.out.get(element.get("id") or "", [])
        for flow in flows:
            flow_id = flow.get("id") or f"flow{len(ways)}"
            arc = self._arc(flow, scope)
            choice = own(flow, "choice")
            if choice:
                decided = False
                self._own_way(ways, flow, choice, arc)
                continue
            when, text = self._condition(flow)
            if when is None and flow_id != default and len(flows) > 1:
                decided = False
            ways[flow_id] = Way(
                id=flow_id, title=flow.get("name") or "", arcs=(arc,), when=when, condition=text
            )
        return ways, decided

    def _own_way(self, ways: dict[str, Way], flow: Element, choice: str, arc: Arc) -> None:
        """A choice that we exported: our attributes say what BPMN cannot."""
        before = ways.get(choice) or Way(id=choice, title=own(flow, "title") or flow.get("name") or "")
        if own(flow, "then"):
            ways[choice] = replace(before, then=(*before.then, arc))
            return
        text = own(flow, "when")
        ways[choice] = replace(
            before,
            arcs=(*before.arcs, arc),
            at_most=own_number(flow, "at_most") or before.at_most,
            when=self._feel(flow, text) if text else before.when,
            condition=text or before.condition,
        )

    def _condition(self, flow: Element) -> tuple[Condition | None, str]:
        element = child(flow, "conditionExpression")
        text = text_of(element)
        if element is None or not text:
            return None, ""
        language = element.get("language") or ""
        if language and "feel" not in language.lower():
            self.note(flow, f"条件不是 FEEL 语言({language}),改由人选择:{text}")
            return None, text
        return self._feel(flow, text), text

    def _completion(self, element: Element, scope: Scope) -> dict[str, Way]:
        """How a finished activity goes on: one way ``done``, through a hidden split if flows carry conditions."""
        element_id = element.get("id") or ""
        ways, _ = self._ways(element, scope)
        if any(own(flow, "choice") for flow in scope.out.get(element_id, [])):
            return ways
        arcs = tuple(arc for way in ways.values() for arc in way.arcs)
        default = local(element.get("default"))
        if default or any(way.when is not None for way in ways.values()):
            split = f"{element_id}/out"
            self._add(
                Node(
                    id=split,
                    title=element.get("name") or "",
                    kind="inclusiveGateway",
                    scope=scope.id,
                    rests=False,
                    split="matching",
                    default=default,
                    ways=ways,
                )
            )
            arcs = (Arc(split),)
        return {"done": Way(id="done", title="完成", arcs=arcs)}

    def _choices_of_people(self) -> None:
        """An undecided exclusive gateway behind an activity is that activity's choice."""
        for node in list(self.nodes.values()):
            done = node.ways.get("done")
            if not node.rests or done is None or len(done.arcs) != 1 or node.inner or node.gathers:
                continue
            gateway = self.nodes[done.arcs[0].target]
            if gateway.kind == "exclusiveGateway" and gateway.rests and not gateway.join:
                others = {key: way for key, way in node.ways.items() if key != "done"}
                self.nodes[node.id] = replace(node, ways={**gateway.ways, **others})

    # --- activities ------------------------------------------------------------------------------------------

    def _task(self, element: Element, scope: Scope) -> Node:
        element_id, name = element.get("id") or "", kind(element)
        ways = dict(self._completion(element, scope))
        facts: dict[str, Reaction] = {}
        call = None
        extra: tuple[Arc, ...] = ()
        fact = own(element, "fact")
        if name == "receiveTask":
            key = fact or f"message:{self.names.get(local(element.get('messageRef'))) or element_id}"
            arcs = tuple(arc for way in ways.values() for arc in way.arcs)
            facts[key] = Reaction(id=key, arcs=arcs, expected=True)
            if fact:
                ways = {}
        elif name == "callActivity":
            mapping = {
                each.get("field") or "": each.get("value") or ""
                for each in element.iter("{urn:gongzhi:bpmn:1}with")
            }
            call = Call(case=local(element.get("calledElement")), with_=mapping)
            extra = tuple(arc for way in ways.values() for arc in way.arcs)
            if own(element, "calls"):
                ways = {}
        elif name == "scriptTask":
            self.note(element, "脚本不会运行,任务等人完成")
        if element.get("isForCompensation") == "true":
            self.note(element, "补偿活动不执行")
        for note in own(element, "notes").split():
            ways[note] = Way(id=note, stays=True)
        node = Node(
            id=element_id,
            title=element.get("name") or "",
            kind=name,
            who=own(element, "who"),
            scope=scope.id,
            ways=ways,
            facts=facts,
            call=call,
            child=extra,
        )
        return self._bounded(self._looped(node, element), scope)

    def _sub(self, element: Element, scope: Scope) -> None:
        element_id, name = element.get("id") or "", kind(element)
        inner = self._scope(element, element_id)
        if name == "adHocSubProcess":
            self.note(element, "临时子流程:其中各项同时打开,完成条件不执行")
        if not inner:  # a collapsed sub-process without content is a task
            self._add(self._task(element, scope))
            return
        node = Node(
            id=element_id,
            title=element.get("name") or "",
            kind=name,
            scope=scope.id,
            inner=inner,
            ways=self._completion(element, scope),
        )
        node = _with_inside(
            self._bounded(self._looped(node, element), scope), self.inside.get(element_id, [])
        )
        self._add(node)
        if element.get("triggeredByEvent") == "true":
            self._event_sub(element, scope)

    def _event_sub(self, element: Element, scope: Scope) -> None:
        begin = child(element, "startEvent")
        if begin is None:
            return
        interrupting = begin.get("isInterrupting") != "false"
        for key, reaction in self._triggers(begin, (Arc(element.get("id") or ""),)):
            entry = replace(reaction, interrupting=interrupting, inside=True)
            self.inside.setdefault(scope.id, []).append((key, entry))

    def _looped(self, node: Node, element: Element) -> Node:
        loop = child(element, "standardLoopCharacteristics")
        if loop is not None:
            text = text_of(child(loop, "loopCondition"))
            again = self._feel(element, text) if text else None
            if not text:
                self.note(element, "循环没有写条件,只办一次")
            return replace(node, again=again)
        several = child(element, "multiInstanceLoopCharacteristics")
        if several is None:
            return node
        each = own(element, "each")
        rule = own(element, "completes")
        completes = (
            {"": 0, "all": 0, "any": 1}[rule]
            if rule in ("", "all", "any")
            else own_number(element, "completes")
        )
        if not rule and text_of(child(several, "completionCondition")):
            self.note(element, "多实例的完成条件不执行,等各份都完成")
        return replace(
            node,
            items=list_field(each) if each else self._instances(element, several),
            gathers=not each,
            completes=completes or 0,
            sequential=several.get("isSequential") == "true",
        )

    def _instances(self, element: Element, several: Element) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
        cardinality = text_of(child(several, "loopCardinality"))
        reference = local(text_of(child(several, "loopDataInputRef")))
        collection = next(
            (value for key, value in several.attrib.items() if str(key).endswith("}collection")), ""
        )
        zeebe = next(
            (each.get("inputCollection") or "" for each in several.iter("{*}loopCharacteristics")), ""
        )
        if cardinality and (count := self._feel(element, cardinality)):
            return lambda data: [str(number + 1) for number in range(int(count.evaluate(data) or 0))]
        if zeebe and (items := self._feel(element, zeebe)):
            return lambda data: items.evaluate(data) or ()
        name = str(collection).strip("${} ") or reference
        if name.isidentifier():
            return list_field(name)
        self.note(element, "多实例没有写明份数,只办一份")
        return lambda data: ("1",)

    def _bounded(self, node: Node, scope: Scope) -> Node:
        """Add what the events on the border do."""
        facts, timers, ways = dict(node.facts), dict(node.timers), dict(node.ways)
        for event in scope.boundaries.get(node.id, []):
            interrupting = event.get("cancelActivity") != "false"
            arcs = tuple(self._arc(flow, scope) for flow in scope.out.get(event.get("id") or "", []))
            choice = own(event, "choice")
            if choice:
                way = ways.get(choice) or Way(id=choice, title=own(event, "title") or event.get("name") or "")
                at_most = own_number(event, "at_most") or way.at_most
                when = self._feel(event, own(event, "when")) if own(event, "when") else way.when
                way = replace(way, at_most=at_most, when=when, condition=own(event, "when") or way.condition)
                ways[choice] = (
                    replace(way, arcs=way.arcs + arcs) if interrupting else replace(way, opens=arcs)
                )
                continue
            for key, reaction in self._triggers(event, arcs):
                entry = replace(reaction, interrupting=interrupting)
                if own(event, "emits") or own(event, "side"):
                    entry = replace(entry, emits=own(event, "emits"), side=bool(own(event, "side")))
                    entry = entry if own(event, "side") or interrupting else replace(entry, arcs=())
                (timers if "timer" in definitions(event) and key == reaction.id else facts)[key] = entry
        return replace(node, facts=facts, timers=timers, ways=ways)

    # --- gateways --------------------------------------------------------------------------------------------

    def _gateway(self, element: Element, scope: Scope) -> Node:
        element_id, name = element.get("id") or "", kind(element)
        ways, decided = self._ways(element, scope)
        default = local(element.get("default"))
        arriving = len(scope.into.get(element_id, []))
        base = Node(
            id=element_id,
            title=element.get("name") or "",
            kind=name,
            scope=scope.id,
            rests=False,
            ways=ways,
            default=default,
        )
        if name == "parallelGateway":
            ways = {way.id: replace(way, when=None) for way in ways.values()}
            several = arriving > 1
            return replace(base, ways=ways, join="flows" if several else "", needs=arriving if several else 0)
        if name == "eventBasedGateway":
            return self._event_gateway(base, scope)
        awaits = own(element, "awaits")
        if name == "exclusiveGateway":
            if (
                not decided
                and len(ways) > 1
                and not any(own(f, "choice") for f in scope.out.get(element_id, []))
            ):
                self.note(element, "网关的出口没有可用的条件,由人选择")
            return replace(base, split="first", rests=not decided and len(ways) > 1)
        if name == "complexGateway" and not awaits:
            self.note(element, "复杂网关按包容网关处理,激活条件不执行")
        join, needs = "", 0
        if awaits not in ("", "all"):
            join, needs = "some", 1 if awaits == "any" else own_number(element, "awaits")
        elif awaits or arriving > 1:
            join = "all"
        if not decided and len(ways) > 1:
            self.note(element, "网关的出口没有可用的条件,由人选择其一或全部")
            every = Way(id="all", title="全部", arcs=tuple(arc for way in ways.values() for arc in way.arcs))
            ways = {way.id: replace(way, when=None) for way in ways.values()} | {"all": every}
            return replace(base, join=join, needs=needs, rests=True, ways=ways)
        return replace(base, join=join, needs=needs, split="matching")

    def _event_gateway(self, base: Node, scope: Scope) -> Node:
        """Waits for the first of the events behind it."""
        facts: dict[str, Reaction] = {}
        timers: dict[str, Reaction] = {}
        for flow in scope.out.get(base.id, []):
            target = scope.elements[local(flow.get("targetRef"))]
            arcs = tuple(self._arc(each, scope) for each in scope.out.get(target.get("id") or "", []))
            if kind(target) == "receiveTask":
                key = f"message:{self.names.get(local(target.get('messageRef'))) or target.get('id')}"
                facts[key] = Reaction(id=key, arcs=arcs, expected=True)
                continue
            for key, reaction in self._triggers(target, arcs):
                timer = "timer" in definitions(target) and ":" not in key
                (timers if timer else facts)[key] = replace(reaction, expected=True)
        ways = {} if facts or timers else base.ways
        return replace(base, rests=True, ways=ways, facts=facts, timers=timers)


def _with_inside(node: Node, reactions: Sequence[tuple[str, Reaction]]) -> Node:
    facts, timers = dict(node.facts), dict(node.timers)
    for key, reaction in reactions:
        (facts if ":" in key else timers)[key] = reaction
    return replace(node, facts=facts, timers=timers)
