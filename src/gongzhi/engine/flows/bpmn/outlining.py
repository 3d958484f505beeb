"""Which BPMN elements and sequence flows say what a case type's flow says."""

from __future__ import annotations

from dataclasses import dataclass, field

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows.compiling import kind_of
from gongzhi.engine.flows.picture import timer_name
from gongzhi.engine.flows.rules import Outline
from gongzhi.engine.flows.spec import END, Call, Choice, FlowSpec, Step, Timer
from gongzhi.engine.instants import Unit, parse_span


@dataclass(slots=True, kw_only=True)
class Written:
    """An element to write."""

    id: str
    kind: str
    name: str = ""
    #: activity to whose border an event is attached
    host: str = ""
    marks: tuple[str, ...] = ()
    #: attributes of BPMN
    standard: dict[str, str] = field(default_factory=dict)
    #: attributes of our namespace
    own: dict[str, str] = field(default_factory=dict)
    #: child elements: (path, attributes, text)
    inside: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    #: data handed to a called case
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Connected:
    """A sequence flow to write."""

    id: str
    source: str
    target: str
    name: str = ""
    own: dict[str, str] = field(default_factory=dict)
    condition: str = ""


@dataclass(slots=True)
class Outlined:
    """Everything to write, in order."""

    elements: list[Written] = field(default_factory=list)
    connections: list[Connected] = field(default_factory=list)
    #: name -> (id, message | escalation | signal)
    references: dict[str, tuple[str, str]] = field(default_factory=dict)


def outline(spec: FlowSpec) -> Outlined:
    """The elements and flows of ``spec``; ids are those of the steps, with a prefix for what BPMN adds."""
    return _Outliner(spec).result


class _Outliner:
    def __init__(self, spec: FlowSpec) -> None:
        self.spec = spec
        self.result = Outlined()
        bare = Outline(spec)
        self.sides = bare.reached - bare.mainly
        self.joined = {step.id for step in spec.steps if step.awaits}
        self.many = any(
            len(choice.to) > 1 or choice.opens or step.each for step in spec.steps for choice in step.choices
        ) or any(timer.to for step in spec.steps for timer in step.timers)
        self.element(Written(id="start", kind="startEvent"))
        if spec.first:
            self.connect("start", spec.first)
        for step in spec.steps:
            self.step(step)
        for end, title in spec.ends.items():
            if END + end not in bare.reached:
                continue
            inside = [("terminateEventDefinition", {"id": f"terminate.{end}"}, "")] if self.many else []
            marks = ("terminate",) if self.many else ()
            self.element(
                Written(id=END + end, kind="endEvent", name=title or end, inside=inside, marks=marks)
            )

    def element(self, element: Written) -> Written:
        self.result.elements.append(element)
        return element

    def connect(
        self, source: str, target: str, name: str = "", own: dict[str, str] | None = None, condition: str = ""
    ) -> None:
        """A flow to a step (through its join) or an end."""
        target = f"join.{target}" if target in self.joined else target
        flow_id = f"flow.{len(self.result.connections) + 1}"
        self.result.connections.append(
            Connected(id=flow_id, source=source, target=target, name=name, own=own or {}, condition=condition)
        )

    def onward(
        self,
        source: str,
        key: str,
        targets: tuple[str, ...],
        name: str = "",
        own: dict[str, str] | None = None,
        condition: str = "",
    ) -> None:
        """To one target directly, to several through a parallel gateway."""
        if len(targets) == 1:
            self.connect(source, targets[0], name, own, condition)
            return
        fork = self.element(Written(id=f"fork.{key}", kind="parallelGateway"))
        self.connect(source, fork.id, name, own, condition)
        for target in targets:
            self.connect(fork.id, target)

    # --- steps -----------------------------------------------------------------------------------------------

    def step(self, step: Step) -> None:
        if step.awaits:
            self.join(step)
        task = self.element(self.task(step))
        border = bool(step.calls) or bool(step.waits_for and not step.choices)
        for choice in step.choices:
            if choice.opens or (border and choice.to):
                self.on_border(step, choice)
        for timer in step.timers:
            self.timer(step, timer)
        if step.calls and step.calls.to:
            self.returning(step, step.calls)
        if step.waits_for and step.waits_for.to:
            self.waiting(step, task)
        if not border:
            self.choices(step, task)

    def join(self, step: Step) -> None:
        plain = step.awaits == "all"
        join = Written(
            id=f"join.{step.id}",
            kind="inclusiveGateway" if plain else "complexGateway",
            own={"awaits": str(step.awaits)},
        )
        if not plain:
            count = 1 if step.awaits == "any" else int(step.awaits)
            join.inside.append(("activationCondition", {}, f"activationCount >= {count}"))
        self.element(join)
        flow_id = f"flow.{len(self.result.connections) + 1}"
        self.result.connections.append(Connected(id=flow_id, source=join.id, target=step.id))

    def task(self, step: Step) -> Written:
        task = Written(id=step.id, kind=kind_of(step), name=step.title or step.id)
        if step.who:
            task.own["who"] = step.who
        if step.not_by:
            task.own["not_by"] = " ".join(step.not_by)
        notes = [choice.id for choice in step.choices if not choice.to and not choice.opens]
        if notes and step.id not in self.sides:
            task.own["notes"] = " ".join(notes)
        if step.calls:
            task.standard["calledElement"] = step.calls.case
            task.own["calls"] = step.calls.case
            task.mapping = dict(step.calls.with_)
        if step.each:
            self.several(step, task)
        return task

    def several(self, step: Step, task: Written) -> None:
        task.own |= {"each": step.each, "completes": str(step.completes)}
        task.marks = ("multi",)
        path = "multiInstanceLoopCharacteristics"
        task.inside.append((f"{path}/loopCardinality", {}, f"count({step.each})"))

    def choices(self, step: Step, task: Written) -> None:
        """One choice leaves directly, several through an exclusive gateway."""
        leaving = [
            choice for choice in step.choices if choice.to or (step.id in self.sides and not choice.opens)
        ]
        ways = sum(2 if choice.then else 1 for choice in leaving)
        source = step.id
        if ways > 1:
            gateway = self.element(Written(id=f"choice.{step.id}", kind="exclusiveGateway"))
            self.connect(step.id, gateway.id)
            source = gateway.id
        for choice in leaving:
            own = self.attributes(choice)
            condition = (
                f'choice = "{choice.id}"' + (f" and ({choice.when})" if choice.when else "")
                if ways > 1
                else choice.when
            )
            self.onward(
                source,
                f"{step.id}.{choice.id}",
                choice.to or (self.closing(step),),
                choice.title or choice.id,
                own,
                condition,
            )
            if choice.then:
                name = f"{choice.title or choice.id}(次数用完)"
                own = {"choice": choice.id, "then": "true"}
                self.onward(
                    source, f"{step.id}.{choice.id}.then", choice.then, name, own, f'choice = "{choice.id}"'
                )

    def returning(self, step: Step, call: Call) -> None:
        """Where the end of a called case leads: directly, or by the end through an exclusive gateway."""
        source = step.id
        if call.by_end:
            source = self.element(Written(id=f"choice.{step.id}", kind="exclusiveGateway")).id
            self.connect(step.id, source)
        for end, way in call.by_end.items():
            key, condition = f"{step.id}.calls.{end}", f'outcome = "{end}"'
            self.onward(source, key, way.to, way.title or end, {"end": end}, condition)
        others = " and ".join(f'outcome != "{end}"' for end in call.by_end)
        self.onward(source, f"{step.id}.calls", call.to, condition=others)

    def closing(self, step: Step) -> str:
        """The plain end in which a side step is closed."""
        end = f"closed.{step.id}"
        if not any(element.id == end for element in self.result.elements):
            self.element(Written(id=end, kind="endEvent"))
        return end

    def attributes(self, choice: Choice) -> dict[str, str]:
        own = {"choice": choice.id, "title": choice.title}
        if choice.at_most is not None:
            own["at_most"] = str(choice.at_most)
        if choice.when:
            own["when"] = choice.when
        if choice.before_due:
            own["before_due"] = "true"
        return {name: value for name, value in own.items() if value}

    # --- borders ---------------------------------------------------------------------------------------------

    def reference(self, name: str, kind: str) -> str:
        """Id of the message or escalation of this name."""
        if name not in self.result.references:
            self.result.references[name] = (f"{kind}.{len(self.result.references) + 1}", kind)
        return self.result.references[name][0]

    def on_border(self, step: Step, choice: Choice) -> None:
        """A side step opens by a non-interrupting escalation; the choices of a call interrupt it."""
        own = self.attributes(choice)
        for targets, interrupting in (((choice.opens,), False), (choice.to, True)):
            if targets and targets[0]:
                kind = "to" if interrupting else "opens"
                event = Written(
                    id=f"event.{step.id}.{choice.id}.{kind}",
                    kind="boundaryEvent",
                    host=step.id,
                    marks=("escalation", "interrupting") if interrupting else ("escalation", "event"),
                    standard={
                        "attachedToRef": step.id,
                        "cancelActivity": "true" if interrupting else "false",
                    },
                    own=own,
                )
                code = self.reference(f"{step.id}.{choice.id}", "escalation")
                event.inside.append(("escalationEventDefinition", {"escalationRef": code}, ""))
                self.element(event)
                if not interrupting or step.calls or not step.choices:
                    self.onward(event.id, f"{step.id}.{choice.id}.{kind}", targets, choice.title or choice.id)
            if not step.calls:
                break

    def waiting(self, step: Step, task: Written) -> None:
        """A mere wait is a receive task; a wait beside choices a message on the border."""
        assert step.waits_for is not None
        fact = step.waits_for.fact
        message = self.reference(fact, "message")
        if task.kind == "receiveTask":
            task.standard["messageRef"] = message
            task.own["fact"] = fact
            self.onward(step.id, f"{step.id}.wait", step.waits_for.to)
            return
        event = Written(
            id=f"wait.{step.id}",
            kind="boundaryEvent",
            host=step.id,
            marks=("message", "interrupting"),
            standard={"attachedToRef": step.id},
            own={"fact": fact},
            inside=[("messageEventDefinition", {"messageRef": message}, "")],
        )
        self.element(event)
        self.onward(event.id, f"{step.id}.wait", step.waits_for.to, fact)

    def timer(self, step: Step, timer: Timer) -> None:
        name = timer_name(timer, "zh")
        own = {
            "timer": timer.id,
            "title": timer.title,
            "after": timer.after,
            "every": timer.every,
            "emits": timer.emits,
        }
        own["side"] = "true" if timer.to and not timer.interrupting else ""
        own["once"] = "" if timer.every else "true"
        event = Written(
            id=f"timer.{step.id}.{timer.id}",
            kind="boundaryEvent",
            host=step.id,
            marks=("timer", "interrupting") if timer.interrupting else ("timer", "event"),
            standard={"attachedToRef": step.id, "cancelActivity": "true" if timer.interrupting else "false"},
            own={name: value for name, value in own.items() if value},
            inside=[("timerEventDefinition/" + _due(timer)[0], {}, _due(timer)[1])],
        )
        self.element(event)
        if timer.to:
            self.onward(event.id, f"{step.id}.{timer.id}", timer.to, name)
        else:
            end = self.element(Written(id=f"emits.{step.id}.{timer.id}", kind="endEvent", name=timer.emits))
            self.connect(event.id, end.id, name)


def _due(timer: Timer) -> tuple[str, str]:
    """Element and ISO 8601 text. Working time has no ISO word: it is written as if every day were worked."""
    if timer.at:
        return "timeDate", timer.at
    if timer.every:
        return "timeCycle", f"R/{_iso(timer.every)}"
    return "timeDuration", _iso(timer.after)


def _iso(text: str) -> str:
    """ISO 8601 duration of a span.

    >>> _iso("3 working days"), _iso("90 minutes")
    ('P3D', 'PT90M')
    """
    try:
        span = parse_span(text)
    except GongzhiError:
        return text
    if span.unit in (Unit.DAY, Unit.WORKING_DAY):
        return f"P{span.amount:f}D"
    return f"PT{span.amount:f}{'M' if span.unit is Unit.MINUTE else 'H'}"
