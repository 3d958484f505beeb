"""From a case type's steps to the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gongzhi.engine.errors import Refused
from gongzhi.engine.flows.conditions import condition
from gongzhi.engine.flows.graph import Arc, Flow, Node, Reaction, Way, plain_moves, reachability, reacting
from gongzhi.engine.flows.rules import check_spec
from gongzhi.engine.flows.spec import END, Choice, FlowSpec, Step


def compile_flow(spec: FlowSpec) -> Flow:
    """The graph of a case type's flow.

    Raises Refused with all problems that the static rules of ``lint`` call errors (unknown targets, steps without
    a way out …). Deadlocks that only exploring finds are reported by ``lint`` and refused at run time (DeadEnd).
    """
    errors = [problem for problem in check_spec(spec) if problem.severity == "error"]
    if errors:
        raise Refused(errors)
    nodes = {step.id: _node(step) for step in spec.steps}
    for end, title in spec.ends.items():
        end_id = END + end
        nodes[end_id] = Node(id=end_id, title=title, kind="endEvent", rests=False, ending="case")
    return Flow(
        nodes=nodes,
        start=(Arc(spec.first, 0, f"start->{spec.first}"),),
        reach=reachability(nodes),
        ends=dict(spec.ends),
        spec=spec,
        reacting=reacting(nodes),
        plain=plain_moves(nodes),
    )


def _node(step: Step) -> Node:
    join, needs = _join(step.awaits)
    return Node(
        id=step.id,
        title=step.title,
        kind=kind_of(step),
        who=step.who,
        join=join,
        needs=needs,
        items=list_field(step.each) if step.each else None,
        completes=_completes(step.completes),
        ways={choice.id: _way(step, choice) for choice in step.choices},
        timers=_timers(step),
        facts=_facts(step),
        call=step.calls,
        needed=condition(step.calls.when, f"steps.{step.id}.calls.when")
        if step.calls and step.calls.when
        else None,
        child=_arcs(step, "calls", step.calls.to) if step.calls else (),
        by_end={end: _arcs(step, f"calls.{end}", way.to) for end, way in step.calls.by_end.items()}
        if step.calls
        else {},
    )


def kind_of(step: Step) -> str:
    """The BPMN element that a step is: user task, call activity, or receive task for a mere wait."""
    if step.calls:
        return "callActivity"
    if step.waits_for and not step.choices:
        return "receiveTask"
    return "userTask"


def _join(awaits: str | int) -> tuple[str, int]:
    if not awaits:
        return "", 0
    if awaits == "all":
        return "all", 0
    return "some", 1 if awaits == "any" else int(awaits)


def _completes(rule: str | int) -> int:
    return (
        {"all": 0, "any": 1}.get(str(rule), 0) if isinstance(rule, str) and not rule.isdigit() else int(rule)
    )


def _arcs(step: Step, via: str, targets: Iterable[str]) -> tuple[Arc, ...]:
    return tuple(Arc(target, 0, f"{step.id}.{via}->{target}") for target in targets)


def _way(step: Step, choice: Choice) -> Way:
    return Way(
        id=choice.id,
        title=choice.title,
        arcs=_arcs(step, choice.id, choice.to),
        opens=_arcs(step, choice.id, (choice.opens,) if choice.opens else ()),
        when=condition(choice.when, f"steps.{step.id}.choices.{choice.id}.when") if choice.when else None,
        condition=choice.when,
        at_most=choice.at_most,
        then=_arcs(step, choice.id, choice.then),
    )


def _timers(step: Step) -> Mapping[str, Reaction]:
    return {
        timer.id: Reaction(
            id=timer.id,
            title=timer.title,
            arcs=_arcs(step, timer.id, timer.to),
            interrupting=timer.interrupting,
            side=not timer.interrupting,
            emits=timer.emits,
            repeats=bool(timer.every) and not timer.interrupting,
        )
        for timer in step.timers
    }


def _facts(step: Step) -> Mapping[str, Reaction]:
    wait = step.waits_for
    if wait is None:
        return {}
    return {wait.fact: Reaction(id=wait.fact, arcs=_arcs(step, "waits_for", wait.to), expected=True)}


def list_field(field: str) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Reads the items of a list field from the data; a missing or empty field is an empty list."""

    def items(data: Mapping[str, Any]) -> Sequence[Any]:
        value = data.get(field)
        return () if value is None or value == "" else value

    return items
