"""A drawn flow as a Petri net, for replaying what happened: places hold tokens, a step is a labelled transition.

Data are not in a log, so conditions are left out: every way that the picture shows is allowed. Gateways, timers, facts and
optional children become silent transitions, which the replay may fire by itself. How many branches an ``each`` has,
only data say: a silent transition doubles its token. A join may go on only while nothing can still come to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from gongzhi.engine.flows import Arc, Flow, Node, Way

END = "#end"
#: ways of an inclusive gateway of which every combination is tried
MOST_WAYS = 5


@dataclass(frozen=True, slots=True)
class Move:
    """``label`` empty: silent. Takes one token from each of ``takes`` and puts one on each of ``puts``."""

    label: str
    takes: tuple[str, ...]
    puts: tuple[str, ...]
    #: ends the whole case: whatever else is open is closed with it
    clears: bool = False
    #: only while none of these places holds a token: a join waits for whatever can still come to it
    waits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Net:
    """Places are ids of nodes (``node#slot`` at parallel joins)."""

    first: tuple[str, ...]
    transitions: tuple[Move, ...]
    #: place -> title of the step that waits there; silent places are absent
    titles: dict[str, str] = field(default_factory=dict)
    #: label -> its transitions
    labelled: dict[str, list[Move]] = field(default_factory=dict)
    #: place -> the silent transitions that take from it
    silent: dict[str, list[Move]] = field(default_factory=dict)


Label = Callable[[Node, str], str]


def by_title(node: Node, _choice: str) -> str:
    """Steps are called by their titles, as in a foreign log or a BPMN model."""
    return plain_label(node.title or node.id)


def by_id(node: Node, _choice: str) -> str:
    """Steps are called by their ids."""
    return node.id


def by_choice(node: Node, choice: str) -> str:
    """Each choice of a step is an event of its own, ``register.dispatch``: what our own journal says."""
    return f"{node.id}.{choice}"


def plain_label(text: str) -> str:
    """Names are compared without case and without doubled blanks."""
    return " ".join(text.split()).casefold()


def net_of(flow: Flow, label: Label) -> Net:
    """The net of a compiled case type or of an imported BPMN model."""
    found: list[Move] = []
    titles: dict[str, str] = {}
    for node in flow.nodes.values():
        if _is_work(node):
            titles[node.id] = node.title or node.id
        found += _transitions(node, flow, label)
    net = Net(_places(flow.start, flow), tuple(dict.fromkeys(found)), titles)
    for each in net.transitions:
        if each.label:
            net.labelled.setdefault(each.label, []).append(each)
        else:
            for place in dict.fromkeys(each.takes):
                net.silent.setdefault(place, []).append(each)
    return net


def _is_work(node: Node) -> bool:
    """Something that a log tells: tasks and called cases, not gateways and events."""
    return (
        node.rests and (node.kind.lower().endswith("task") or node.kind == "callActivity") and not node.inner
    )


def _places(arcs: Sequence[Arc], flow: Flow) -> tuple[str, ...]:
    return tuple(_place(arc, flow.nodes[arc.target]) for arc in arcs)


def _place(arc: Arc, node: Node) -> str:
    if node.join == "flows":
        return f"{node.id}#{arc.slot}"
    return f"{node.id}#arrived" if node.join else node.id


def _joining(node: Node, flow: Flow) -> Iterator[Move]:
    """How tokens come together. What comes late to a join that needs only some is absorbed."""
    here, arrived = (node.id,), (f"{node.id}#arrived",)
    if node.join == "flows":
        yield Move("", tuple(f"{node.id}#{slot}" for slot in range(max(node.needs, 1))), here)
    elif node.join:
        yield Move("", arrived * 2, arrived)
        yield Move("", arrived, here, waits=flow.reach.get(node.id, frozenset()))
        if node.needs:
            yield Move("", arrived * node.needs, here)
            yield Move("", arrived, ())


def _transitions(node: Node, flow: Flow, label: Label) -> Iterator[Move]:
    here = (node.id,)
    yield from _joining(node, flow)
    if node.items is not None:
        yield Move("", here, here * 2)
    if node.ending:
        yield from _ending(node, flow)
    elif node.inner:
        yield Move("", here, _places(node.inner, flow))
        for way in node.ways.values():
            yield Move("", (f"{node.id}#done",), _places(way.arcs, flow) or _after(node, flow))
    elif node.rests:
        yield from _resting(node, flow, label)
    else:
        yield from _passing(node, flow)


def _ending(node: Node, flow: Flow) -> Iterator[Move]:
    if node.ending in ("case", "terminate") and not node.scope:
        yield Move("", (node.id,), (END,), clears=True)
    else:
        yield Move("", (node.id,), _after(node, flow))


def _after(node: Node, flow: Flow) -> tuple[str, ...]:
    """Where a branch ends that leads nowhere: the end of its sub-process, or of the case."""
    return (f"{node.scope}#done",) if node.scope and node.scope in flow.nodes else (END,)


def _resting(node: Node, flow: Flow, label: Label) -> Iterator[Move]:
    here, work = (node.id,), _is_work(node)
    for way in node.ways.values():
        name = label(node, way.id) if work else ""
        for arcs in dict.fromkeys((way.arcs, way.then) if way.then else (way.arcs,)):
            yield Move(name, here, _left(node, way, arcs, flow))
        if node.items is not None:
            yield Move("", here, _places(way.arcs, flow))
        if way.opens and not way.arcs and label is not by_choice:
            # a log of steps tells no choice that leaves its step open
            yield Move("", here, (*here, *_places(way.opens, flow)))
    for arcs, outcome in [(node.child, ""), *((arcs, end) for end, arcs in node.by_end.items())]:
        if arcs:
            yield Move(label(node, f"child.{outcome}"), here, _places(arcs, flow))
            yield Move("", here, _places(arcs, flow))
    for reaction in (*node.timers.values(), *node.facts.values()):
        if reaction.arcs:
            stays = () if reaction.interrupting else here
            puts = (*_places(reaction.arcs, flow), *stays)
            yield Move("", here, puts)
            if work and reaction.id in node.timers and reaction.interrupting:
                yield Move(label(node, f"timer.{reaction.id}"), here, puts)


def _left(node: Node, way: Way, arcs: tuple[Arc, ...], flow: Flow) -> tuple[str, ...]:
    """What a choice puts: its targets, the side step that it opens; it keeps its own token if it leads nowhere."""
    puts = _places(arcs, flow) + _places(way.opens, flow)
    if arcs:
        return puts
    if way.stays or way.opens:
        return (*puts, node.id)
    # a choice without a target only notes something, or closes a side step: both are allowed
    return () if flow.spec is not None else _after(node, flow)


def _passing(node: Node, flow: Flow) -> Iterator[Move]:
    here, ways = (node.id,), list(node.ways.values())
    if not ways:
        yield Move("", here, _after(node, flow))
    elif node.split == "every":
        yield Move("", here, tuple(place for way in ways for place in _places(way.arcs, flow)))
    elif node.split == "first":
        for way in ways:
            yield Move("", here, _places(way.arcs, flow))
    else:
        sizes = range(1, len(ways) + 1) if len(ways) <= MOST_WAYS else (1, len(ways))
        for size in sizes:
            for some in combinations(ways, size):
                yield Move("", here, tuple(place for way in some for place in _places(way.arcs, flow)))


__all__ = ["END", "Move", "Net", "by_choice", "by_id", "by_title", "net_of", "plain_label"]
