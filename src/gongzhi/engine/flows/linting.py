"""The linter of flows: static rules first, then every reachable marking up to a cap. Codes ``W130`` and up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.flows.advancing import advance, start
from gongzhi.engine.flows.compiling import compile_flow
from gongzhi.engine.flows.errors import DeadEnd, TooOften
from gongzhi.engine.flows.graph import Flow, Node, Reaction
from gongzhi.engine.flows.rules import check_spec
from gongzhi.engine.flows.spec import FlowSpec
from gongzhi.engine.flows.state import Advance, ChildEnded, Chosen, Event, Fired, Occurred, State, Token

#: how many markings are looked at before the linter says that it did not see all
MOST_MARKINGS = 2_000
#: more open tokens than this in one marking mean that they multiply without end
MOST_TOKENS = 40


def lint(flow: FlowSpec | Flow, *, most: int = MOST_MARKINGS) -> list[Problem]:
    """All problems of a flow, errors first; never raises.

    Conditions are ignored when exploring: what a clerk could choose on some data is tried. List fields are tried
    with two items and with none.
    """
    if isinstance(flow, FlowSpec):
        problems = check_spec(flow)
        if any(problem.severity == "error" for problem in problems):
            return problems
        flow = compile_flow(flow)
    else:
        problems = []
    free = _without_conditions(flow)
    found: dict[tuple[str, str], Problem] = {}
    for items in (("甲", "乙"), ()):
        survey = explore(_with_items(free, items), most=most)
        for problem in survey.problems(flow, branches=bool(items)):
            found.setdefault((problem.code, problem.where.key), problem)
    return problems + list(found.values())


@dataclass
class Survey:
    """What exploring the markings found."""

    complete: bool = True
    #: (step, event) that would leave the flow dead
    dead: dict[tuple[str, str], str] = field(default_factory=dict)
    #: nodes in which a token can stand with nothing left to happen
    stuck: set[str] = field(default_factory=set)
    #: nodes that multiply
    crowded: set[str] = field(default_factory=set)
    #: nodes open twice for the same item
    doubled: set[str] = field(default_factory=set)
    #: nodes of markings from which no end can be reached any more
    lost: set[str] = field(default_factory=set)
    markings: int = 0

    def problems(self, flow: Flow, *, branches: bool) -> Iterator[Problem]:
        """The findings as problems with key paths."""
        case = "" if branches else "(逐项列表为空时)"
        for (step, event), reason in self.dead.items():
            yield _problem(
                "W130", flow, step, f"选“{event}”会让流程停在半路{case}:{reason}", "检查汇合处与空列表"
            )
        for step in sorted(self.stuck):
            yield _problem(
                "W131", flow, step, f"可能停在“{_name(flow, step)}”再也走不动{case}", "加一条不限次数的出路"
            )
        for step in sorted(self.crowded):
            message = f"“{_name(flow, step)}”会越开越多{case}"
            yield _problem("W132", flow, step, message, "在汇合处写 awaits: all,或去掉环上的分叉")
        for step in sorted(self.doubled - self.crowded):
            message = f"“{_name(flow, step)}”可能同时开着两份{case}"
            yield _problem("W133", flow, step, message, "如要等齐,给它加 awaits: all", warning=True)
        for step in sorted(self.lost):
            yield _problem(
                "W134", flow, step, f"从“{_name(flow, step)}”可能再也办不结{case}", "加一条去往结局的路"
            )
        if not self.complete and branches:
            message = f"流程太大,只检查了{self.markings}种状态"
            yield replace(_problem("W135", flow, "", message, "可用场景测试补足"), severity="notice")


def explore(flow: Flow, *, most: int = MOST_MARKINGS) -> Survey:
    """Visit every marking that some order of events can bring about, breadth first, at most ``most``."""
    survey = Survey()
    try:
        begun = start(flow, {})
    except DeadEnd as error:
        survey.dead["", "开始"] = str(error.data["hint"])
        return survey
    first = _key(begun.state)
    before: dict[Any, set[Any]] = {first: set()}
    states = {first: begun.state}
    ended = set()
    todo = deque([first])
    while todo:
        key = todo.popleft()
        moved = False
        for result in _outcomes(survey, flow, states[key]):
            moved = True
            after: Any = ("ended", result.ended) if result.ended else _key(result.state)
            if result.ended:
                ended.add(after)
            elif after not in before and not _crowded(survey, result.state):
                if len(states) >= most:
                    survey.complete = False
                else:
                    states[after] = result.state
                    todo.append(after)
            before.setdefault(after, set()).add(key)
        if not moved:
            survey.stuck.update(token.node for token in states[key].tokens if not token.side)
    survey.markings = len(states)
    if survey.complete and not survey.crowded:
        _find_lost(survey, states, before, ended)
    return survey


def _outcomes(survey: Survey, flow: Flow, state: State) -> Iterator[Advance]:
    """What each possible event leads to; what the engine would refuse as a dead end is noted."""
    for label, token, event in _events(flow, state):
        try:
            yield advance(flow, state, event, {})
        except TooOften:
            continue
        except GongzhiError as error:
            survey.dead.setdefault((token.node, label), str(error.data.get("hint", error)))


def _find_lost(
    survey: Survey, states: Mapping[Any, State], before: Mapping[Any, set[Any]], ended: set[Any]
) -> None:
    good = set(ended)
    todo = list(ended)
    while todo:
        for key in before[todo.pop()]:
            if key not in good:
                good.add(key)
                todo.append(key)
    for key, state in states.items():
        if key not in good and not survey.stuck and not survey.dead:
            survey.lost.update(token.node for token in state.tokens if not token.side)


def _crowded(survey: Survey, state: State) -> bool:
    seen: set[tuple[str, str, int]] = set()
    for token in state.tokens:
        place = (token.node, token.item, token.scope)
        if place in seen and not token.side:
            survey.doubled.add(token.node)
        seen.add(place)
    if len(state.tokens) > MOST_TOKENS:
        survey.crowded.update(node for node, times in _count(state).items() if times > 4)
        return True
    return False


def _count(state: State) -> dict[str, int]:
    counts: dict[str, int] = {}
    for token in state.tokens:
        counts[token.node] = counts.get(token.node, 0) + 1
    return counts


def _events(flow: Flow, state: State) -> Iterator[tuple[str, Token, Event]]:
    """Everything that could happen next; a side step is not opened twice from the same token."""
    open_sides = {(token.opener, token.node) for token in state.tokens if token.side}
    for token in state.tokens:
        node = flow.nodes[token.node]
        if not node.inner:
            for way in node.ways.values():
                fresh = all((token.id, arc.target) not in open_sides for arc in way.opens)
                if fresh and (way.arcs or way.opens or token.side or flow.spec is None):
                    yield way.title or way.id, token, Chosen(token.id, way.id)
        for timer in node.timers.values():
            if timer.arcs and not _open_already(state, timer):
                yield timer.title or timer.id, token, Fired(token.id, timer.id)
        for fact, reaction in node.facts.items():
            if reaction.arcs and not _open_already(state, reaction):
                yield fact, token, Occurred(fact)
        if node.call is not None and node.child:
            for end in ("", *node.by_end):
                yield node.call.case, token, ChildEnded(token.id, end)


def _open_already(state: State, reaction: Reaction) -> bool:
    """What does not interrupt could happen again and again; once at a time is enough to see what comes of it."""
    return not reaction.interrupting and any(state.at(arc.target) for arc in reaction.arcs)


def _key(state: State) -> tuple[Any, ...]:
    tokens = tuple(sorted((t.node, t.item, t.side) for t in state.tokens))
    joins = tuple(
        sorted((key.partition("#")[0].partition("@")[0], str(entry)) for key, entry in state.joins.items())
    )
    passed = tuple(sorted((key, len(ids)) for key, ids in state.passed.items()))
    return tokens, joins, tuple(sorted(state.used.items())), passed


def _without_conditions(flow: Flow) -> Flow:
    nodes = {}
    for node in flow.nodes.values():
        ways = {way.id: replace(way, when=None) for way in node.ways.values()}
        decides = not node.rests and node.split in ("first", "matching") and len(ways) > 1
        nodes[node.id] = replace(node, ways=ways, rests=node.rests or decides, again=None)
    return replace(flow, nodes=nodes, conditional=False)


def _with_items(flow: Flow, items: tuple[str, ...]) -> Flow:
    def listed(node: Node) -> Node:
        return node if node.items is None else replace(node, items=lambda data: items)

    return replace(flow, nodes={node.id: listed(node) for node in flow.nodes.values()})


def _name(flow: Flow, node_id: str) -> str:
    return flow.nodes[node_id].title or node_id


def _problem(
    code: str, flow: Flow, step: str, message: str, remedy: str, *, warning: bool = False
) -> Problem:
    key = (f"steps.{step}" if flow.spec else step) if step else "steps"
    return Problem(
        code=code,
        where=Where(key=key),
        message=message,
        remedy=remedy,
        severity="warning" if warning else "error",
    )
