"""Moving tokens: ``start`` and ``advance``, pure functions over a small state.

The semantics are BPMN 2.0.2 (OMG formal/13-12-09, clause 13) with three deliberate differences for case types:
an end that a choice names ends the whole case, ``awaits`` is an inclusive join whatever the shape of the flow,
and a side step is closed together with the step from which it was opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongzhi.engine.flows.errors import NoSuchToken, NotNow, TooOften, UnknownChoice, UnknownTimer
from gongzhi.engine.flows.graph import Arc, Flow, Node, Way
from gongzhi.engine.flows.running import Run
from gongzhi.engine.flows.spec import Call
from gongzhi.engine.flows.state import Advance, ChildEnded, Chosen, Event, Fired, Occurred, State, Token

_NOWHERE = Token(0, "")


def start(flow: Flow, data: Mapping[str, Any], *, entry: str = "") -> Advance:
    """Begin: one token in the first step. ``entry`` names one of several start events of a BPMN model.

    Raises NotAList when the first step branches over a field that is no list, DeadEnd when nothing opens.
    """
    run = Run(flow, State(), data)
    run.push((Arc(entry),) if entry else flow.start, _NOWHERE)
    if flow.root is not None:
        run.rearmed += tuple((0, timer) for timer in flow.root.timers)
    return run.settle()


def advance(flow: Flow, state: State, event: Event, data: Mapping[str, Any]) -> Advance:
    """The state after ``event``, and what it caused; the given state is not changed.

    Raises NoSuchToken, UnknownChoice, NotNow, TooOften, UnknownTimer for an event that cannot happen now,
    and DeadEnd when nothing would be left open. An Occurred for which nobody waits changes nothing.
    """
    if isinstance(event, Chosen):
        if not state.joins and (moved := _move(flow, state, event)) is not None:
            return moved
        run = Run(flow, state, data)
        _choose(run, event)
        return run.settle()
    run = Run(flow, state, data)
    if isinstance(event, Fired):
        _fire(run, event)
    elif isinstance(event, Occurred):
        if not run.occur(event.fact):
            return Advance(state)
    else:
        _child_ended(run, event)
    return run.settle()


def _move(flow: Flow, state: State, event: Chosen) -> Advance | None:
    """The short way for what happens most: one token goes from one plain step to another, nothing else stirs.

    None where anything else may be touched: branches, side steps, waiting joins. The result is the same as that of
    the long way (a property test compares them), at a third of the cost.
    """
    number = event.token
    found = None
    others = []
    for token in state.tokens:
        if token[0] == number:
            found = token
        elif token[6] == number:
            return None
        else:
            others.append(token)
    if found is None or found[5] or state.passed:
        return None
    arc = flow.plain.get((found[1], event.choice))
    if arc is None:
        return None
    opened = Token(state.next, arc.target, found[2], found[3], found[4], 0, found[6])
    armed: tuple[tuple[int, str], ...] = ()
    disarmed: tuple[tuple[int, str], ...] = ()
    calls: tuple[tuple[int, Call], ...] = ()
    if flow.reacting:
        if found[1] in flow.reacting:
            disarmed = tuple([(number, timer) for timer in flow.nodes[found[1]].timers])
        if arc.target in flow.reacting:
            node = flow.nodes[arc.target]
            armed = tuple([(opened[0], timer) for timer in node.timers])
            calls = ((opened[0], node.call),) if node.call is not None else ()
    others.append(opened)
    after = State(tuple(others), opened[0] + 1, {}, state.used, {})
    return Advance(after, (opened,), (Token(*found[:7], "moved"),), armed, disarmed, calls, "", (), (arc.id,))


def open_ways(flow: Flow, state: State, token_id: int, data: Mapping[str, Any]) -> tuple[Way, ...]:
    """The choices of an open token that can be taken now (condition holds, not used up)."""
    token = _token(state, token_id)
    ways = []
    for way in flow.nodes[token.node].ways.values():
        used_up = (
            way.at_most is not None
            and not way.then
            and state.used.get(used_key(token, way), 0) >= way.at_most
        )
        if not used_up and (way.when is None or way.when.evaluate(data) is True):
            ways.append(way)
    return tuple(ways)


def used_key(token: Token, way: Way) -> str:
    """Under which key of ``State.used`` a choice is counted: per case, and per item in a branch."""
    key = f"{token.node}.{way.id}"
    return f"{key}@{token.item}" if token.item else key


def _token(state: State, token_id: int) -> Token:
    for token in state.tokens:
        if token.id == token_id:
            return token
    raise NoSuchToken(token=token_id)


def _held(run: Run, token_id: int) -> Token:
    token = run.tokens.get(token_id)
    if token is None:
        raise NoSuchToken(token=token_id)
    return token


def _choose(run: Run, event: Chosen) -> None:
    token = _held(run, event.token)
    node = run.nodes[token.node]
    way = node.ways.get(event.choice)
    if way is None or node.inner:
        names = "、".join(each.title or each.id for each in node.ways.values())
        raise UnknownChoice(step=node.title or node.id, choice=event.choice, choices=names)
    if way.when is not None and way.when.evaluate(run.data) is not True:
        raise NotNow(choice=way.title or way.id, condition=way.condition)
    arcs = way.arcs
    if way.at_most is not None:
        key = used_key(token, way)
        times = run.used.get(key, 0)
        if times < way.at_most:
            run.used = {**run.used, key: times + 1}
        elif way.then:
            arcs = way.then
        else:
            raise TooOften(choice=way.title or way.id, at_most=way.at_most)
    if way.opens:
        run.push(way.opens, token._replace(side=True, opener=0 if arcs else token.id))
    if arcs:
        run.leave(token, node, arcs)
    elif not way.opens:
        _done_without_target(run, token, node, way)


def _done_without_target(run: Run, token: Token, node: Node, way: Way) -> None:
    """A choice that leads nowhere: closes a side step, ends a BPMN activity without flows, else only notes."""
    if way.stays:
        return
    if token.side:
        run.close(token, "done")
    elif run.flow.spec is None:
        run.reached = node.id
        run.leave(token, node, ())


def _fire(run: Run, event: Fired) -> None:
    if event.token == 0 and run.flow.root is not None:
        token, node = _NOWHERE, run.flow.root
    else:
        token = _held(run, event.token)
        node = run.nodes[token.node]
    reaction = node.timers.get(event.timer)
    if reaction is None:
        raise UnknownTimer(step=node.title or node.id, timer=event.timer)
    run.react(token, reaction)
    if reaction.repeats:
        run.rearmed += ((token.id, reaction.id),)


def _child_ended(run: Run, event: ChildEnded) -> None:
    token = _held(run, event.token)
    node = run.nodes[token.node]
    if node.call is None:
        raise NoSuchToken(token=event.token)
    run.data = {**run.data, "outcome": event.outcome}  # gateways behind a call activity look at it
    if arcs := node.by_end.get(event.outcome, node.child):
        run.leave(token, node, arcs)


__all__ = [
    "Advance",
    "ChildEnded",
    "Chosen",
    "Event",
    "Fired",
    "Occurred",
    "State",
    "Token",
    "advance",
    "open_ways",
    "start",
    "used_key",
]
