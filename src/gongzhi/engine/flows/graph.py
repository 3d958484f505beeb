"""The compiled flow: nodes and the ways between them. Case types and BPMN models compile to the same graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from gongzhi.engine.flows.spec import Call, FlowSpec


class Condition(Protocol):
    """What a compiled expression offers to a flow."""

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        """The value for these data."""


class Arc(NamedTuple):
    """A way to one node. ``slot`` tells a parallel join by which of its flows the token came."""

    target: str
    slot: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A choice of a resting node, or an outgoing flow of a gateway."""

    id: str
    title: str = ""
    arcs: tuple[Arc, ...] = ()
    opens: tuple[Arc, ...] = ()
    when: Condition | None = None
    #: text of the condition, for messages
    condition: str = ""
    at_most: int | None = None
    then: tuple[Arc, ...] = ()
    #: only notes something: the token stays
    stays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What a timer or a fact does to a resting node."""

    id: str
    title: str = ""
    arcs: tuple[Arc, ...] = ()
    interrupting: bool = True
    #: a non-interrupting branch holds nothing up (case types) or counts like any other (BPMN)
    side: bool = False
    emits: str = ""
    #: when a timer of a BPMN model is due, as written there (ISO 8601 or FEEL)
    text: str = ""
    #: arms again after it fired
    repeats: bool = False
    #: what the token rests for (an intermediate event), not an exception to its work
    expected: bool = False
    #: begins an event sub-process inside the scope of the token
    inside: bool = False
    #: a conditional event: occurs by itself when the condition holds
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One element of the graph.

    ``rests``: the token stays until an event; otherwise it passes at once by ``split``.
    """

    id: str
    title: str = ""
    #: local name of the BPMN element, e.g. ``userTask``
    kind: str = "userTask"
    who: str = ""
    #: id of the sub-process that contains it; empty at the top
    scope: str = ""
    rests: bool = True
    #: empty, ``all`` (inclusive), ``some`` (``needs`` arrivals) or ``flows`` (one per incoming flow)
    join: str = ""
    needs: int = 0
    #: items of the branches (``each``, multi-instance), or None
    items: Callable[[Mapping[str, Any]], Sequence[Any]] | None = None
    #: after how many branches the rest is closed; 0: never
    completes: int = 0
    #: multi-instance of BPMN: one token goes on after all branches, instead of each by itself
    gathers: bool = False
    sequential: bool = False
    #: standard loop of BPMN: again while it holds
    again: Condition | None = None
    ways: Mapping[str, Way] = field(default_factory=dict)
    #: how a passing node chooses: ``every``, ``first`` (exclusive) or ``matching`` (inclusive)
    split: str = "every"
    #: id of the way taken when no condition holds
    default: str = ""
    facts: Mapping[str, Reaction] = field(default_factory=dict)
    timers: Mapping[str, Reaction] = field(default_factory=dict)
    call: Call | None = None
    #: whether the child is needed; a token that comes while it is not passes by
    needed: Condition | None = None
    #: where the token goes when the child case ends; empty: it stays for a choice
    child: tuple[Arc, ...] = ()
    #: end of the child case -> where the token goes instead
    by_end: Mapping[str, tuple[Arc, ...]] = field(default_factory=dict)
    #: ``case`` (ends everything), ``plain`` (consumes its token) or ``terminate`` (ends its scope)
    ending: str = ""
    #: what passing or ending here throws, e.g. ``error:E1``, ``signal:paid``
    throws: str = ""
    #: where a sub-process begins
    inner: tuple[Arc, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A compiled flow; immutable, shared by all cases of the type."""

    nodes: Mapping[str, Node]
    start: tuple[Arc, ...]
    #: join -> nodes from which it can still be reached (its own scope only)
    reach: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: end id -> title
    ends: Mapping[str, str] = field(default_factory=dict)
    #: what it was compiled from; None for BPMN models
    spec: FlowSpec | None = None
    title: str = ""
    #: reactions of the whole flow (event sub-processes at the top), which rest in no token
    root: Node | None = None
    #: some node waits for a condition
    conditional: bool = False
    #: some node is a sub-process
    scoped: bool = False
    #: nodes with timers or calls
    reacting: frozenset[str] = frozenset()
    #: (step, choice) -> its arc, for choices that only move a token from one plain step to another
    plain: Mapping[tuple[str, str], Arc] = field(default_factory=dict)


def reacting(nodes: Mapping[str, Node]) -> frozenset[str]:
    """Nodes whose tokens arm timers or call other cases."""
    return frozenset(node.id for node in nodes.values() if node.timers or node.call is not None)


def plain_moves(nodes: Mapping[str, Node]) -> dict[tuple[str, str], Arc]:
    """Choices without condition, limit, fork or side step, whose target neither joins, branches nor ends."""
    moves = {}
    for node in nodes.values():
        for way in node.ways.values():
            simple = way.when is None and way.at_most is None and len(way.arcs) == 1 and not way.opens
            if simple and node.rests and node.again is None and not node.inner and not node.gathers:
                target = nodes[way.arcs[0].target]
                if (
                    target.rests
                    and not target.join
                    and target.items is None
                    and not target.inner
                    and not target.needed
                ):
                    moves[node.id, way.id] = way.arcs[0]
    return moves


def arcs_of(node: Node) -> list[tuple[Arc, bool]]:
    """Every arc by which a token may leave ``node``, with True for arcs of side branches."""
    arcs: list[tuple[Arc, bool]] = []
    for way in node.ways.values():
        arcs += [(arc, False) for arc in way.arcs + way.then]
        arcs += [(arc, True) for arc in way.opens]
    for reaction in (*node.timers.values(), *node.facts.values()):
        arcs += [(arc, reaction.side) for arc in reaction.arcs]
    arcs += [(arc, False) for each in (node.child, *node.by_end.values()) for arc in each]
    return arcs


def reachability(nodes: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    """For every join: the nodes from which a token that counts can still come to it."""
    before: dict[str, set[str]] = {node_id: set() for node_id in nodes}
    for node in nodes.values():
        for arc, side in arcs_of(node):
            if not side and arc.target in before:
                before[arc.target].add(node.id)
    return {node.id: frozenset(_closure(before, node.id)) for node in nodes.values() if node.join}


def _closure(before: Mapping[str, set[str]], target: str) -> set[str]:
    seen: set[str] = set()
    todo = list(before[target])
    while todo:
        node_id = todo.pop()
        if node_id not in seen:
            seen.add(node_id)
            todo.extend(before[node_id])
    return seen
