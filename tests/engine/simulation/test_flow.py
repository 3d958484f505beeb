"""The indexed flow moves tokens exactly as ``engine.flows`` does: both walk every shipped case type side by side."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from gongzhi.engine.cases.graph import flow_spec
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows import Chosen, Fired, advance, compile_flow, start
from gongzhi.engine.flows.state import ChildEnded, Occurred
from gongzhi.engine.mechanisms import load
from gongzhi.engine.simulation import SimulationSpec, model_of
from gongzhi.engine.simulation.branching import Branching, Case
from tests.engine.simulation.conftest import MECHANISMS


class Walk(Branching):
    """Branching without time: what is open, and how it ended."""

    def __init__(self, nodes, items):
        self.nodes = nodes
        self.items = items
        self.end = None

    def opened(self, token):
        pass

    def dropped(self, token):
        pass

    def ended(self, case, end):
        self.end = end

    def branches(self, case, node):
        return self.items

    def is_needed(self, case, node):
        return True


class Everything(dict):
    """Data in which every list has the same items."""

    def __init__(self, items):
        super().__init__()
        self.items_of = [f"i{n}" for n in range(items)]

    def get(self, key, default=None):
        return self.items_of


def types():
    """Mechanisms in which more than one token can be open in a case."""
    for folder in sorted(Path(MECHANISMS).iterdir()):
        files = folder.glob("cases/*.yaml")
        words = "".join(file.read_text("utf-8") for file in files)
        if "awaits:" in words and any(word in words for word in ("opens:", "each:", "to: [")):
            yield folder


def unconditional(spec):
    """Every child is needed, as the model's ``needed: 1.0`` says."""
    steps = [replace(s, calls=replace(s.calls, when="")) if s.calls else s for s in spec.steps]
    return replace(spec, steps=tuple(steps))


def where(state):
    return sorted((token.node, bool(token.side)) for token in state.tokens)


def walk(spec, model, seed, items):
    """One random walk; the number of events that both made alike."""
    rng = random.Random(seed)
    flow = compile_flow(unconditional(flow_spec(spec, conditions=False)))
    names = [node.id for node in model.nodes]
    data = Everything(items)
    try:
        state = start(flow, data).state
    except GongzhiError:
        return 0
    ours, case = Walk(model.nodes, items), Case(0, 0.0, False)
    ours.begin(case, model.start)
    used = {}
    for event in range(40):
        assert sorted((names[t.node], t.side) for t in case.tokens) == where(state)
        token = rng.choice(state.tokens)
        # the same branch of an ``each`` group on both sides: tokens of one step are opened in the same order
        place = [t.id for t in state.tokens if t.node == token.node].index(token.id)
        own = [t for t in case.tokens if names[t.node] == token.node][place]
        node, graph = model.nodes[own.node], flow.nodes[token.node]
        moves = [("way", way) for way in node.ways]
        moves += [("timer", i) for i, t in enumerate(node.timers) if t.span is not None]
        if not moves:
            return event
        kind, what = rng.choice(moves)
        if kind == "timer":
            moving = [id_ for id_, r in graph.timers.items() if r.arcs]
            happens = Fired(token.id, moving[what])
        elif graph.call is not None:
            happens = ChildEnded(token.id, what.id if what.id != "to" else "ended")
        elif graph.facts:
            if len([t for t in state.tokens if flow.nodes[t.node].facts]) > 1:
                return event
            happens = Occurred(next(iter(graph.facts)))
        else:
            happens = Chosen(token.id, what.id)
        try:
            after = advance(flow, state, happens, data)
        except GongzhiError:
            return event
        if kind == "timer":
            ours.fire(own, node.timers[what].to, node.timers[what].interrupting)
        else:
            key = (own.node, what.id, token.item)
            arcs = what.then if what.at_most and used.get(key, 0) >= what.at_most else what.to
            used[key] = used.get(key, 0) + 1
            ours.take(own, what, arcs)
        if after.ended:
            assert names[ours.end] == f"end.{after.ended}"
            return event + 1
        assert ours.end is None
        state = after.state
    return 40


@pytest.mark.parametrize("folder", list(types()), ids=lambda folder: folder.name)
def test_it_moves_like_the_flow(folder):
    mechanism = load(folder)
    events = 0
    for id_, spec in mechanism.case_types.items():
        given = SimulationSpec.model_validate({"days": 1, "warm_up": 0, "arrivals": {"every": 60}})
        model = model_of(mechanism, id_, given)
        events += sum(walk(spec, model, seed, items=1 + seed % 3) for seed in range(12))
    assert events > 12


EARLY = """
  ask: {title: 征求, who: officer, choices: {go: {title: 发出, to: [a, b, c]}}}
  a: {title: 甲, who: officer, choices: {done: {title: 好, to: sum}, more: {title: 再问, to: b}}}
  b: {title: 乙, who: officer, choices: {done: {title: 好, to: sum}, ask: {title: 问, opens: side}}}
  c: {title: 丙, who: officer, choices: {done: {title: 好, to: sum}}}
  side: {title: 旁问, who: reviewer, choices: {closed: {title: 答了}}}
  sum: {title: 汇总, awaits: RULE, who: reviewer, choices: {again: {title: 重来, to: ask}, done: {title: 完, to: end.done}}}
"""


@pytest.mark.parametrize("rule", ["all", "any", "2"])
def test_it_joins_early_and_absorbs_the_rest_like_the_flow(make, rule):
    mechanism = make(EARLY.replace("RULE", rule))
    given = SimulationSpec.model_validate({"days": 1, "arrivals": {"every": 60}})
    model = model_of(mechanism, "queue", given)
    spec = mechanism.case_types["queue"]
    assert sum(walk(spec, model, seed, 2) for seed in range(300)) > 1500


@pytest.mark.parametrize("completes", ["any", "2", "all"])
def test_it_closes_the_rest_of_the_branches_like_the_flow(make, completes):
    steps = f"""
  ask: {{title: 征求, who: officer, choices: {{go: {{title: 发出, to: [each, other]}}}}}}
  each: {{title: 各家, each: offices, completes: {completes}, who: officer, choices: {{done: {{title: 好, to: sum}}}}}}
  other: {{title: 另一边, who: officer, choices: {{done: {{title: 好, to: sum}}}}}}
  sum: {{title: 汇总, awaits: all, who: reviewer, choices: {{again: {{title: 重来, to: ask}}, done: {{title: 完, to: end.done}}}}}}
"""
    fields = "fields: [{id: offices, title: 单位, kind: offices}]\n"
    mechanism = make(steps, fields)
    given = SimulationSpec.model_validate({"days": 1, "arrivals": {"every": 60}})
    model = model_of(mechanism, "queue", given)
    spec = mechanism.case_types["queue"]
    assert sum(walk(spec, model, seed, 1 + seed % 4) for seed in range(200)) > 800
