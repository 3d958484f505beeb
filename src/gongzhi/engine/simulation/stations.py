"""A step while a run goes on: its draws, its people and its sums in one place, looked up once per event."""

from __future__ import annotations

from collections.abc import Callable

from gongzhi.engine.simulation.counting import Step
from gongzhi.engine.simulation.hands import Pool
from gongzhi.engine.simulation.model import Model, NodeModel, Way
from gongzhi.engine.simulation.streams import UNIFORM, taker

Draw = Callable[[int, int], float]


class Station:
    """What the event loop asks of one step."""

    __slots__ = (
        "each", "easy", "lag", "need", "next", "node", "once", "pool", "pools", "route", "shares", "staffed", "step",
        "timers", "ways", "work",
    )  # fmt: skip

    def __init__(self, node: NodeModel, model: Model, pools: list[Pool], seed: int) -> None:
        self.node = node
        self.step = Step()
        self.once = node.once
        self.timers = node.timers
        self.pools = [pools[number] for number in node.pools]
        #: the only pool, where there is one
        self.pool = self.pools[0] if len(self.pools) == 1 else None
        self.work = _draw(node, "work", seed)
        self.lag = _draw(node, "lag", seed)
        self.each = _draw(node, "each", seed)
        self.route: Draw = taker(UNIFORM, seed, f"route:{node.id}")
        self.need: Draw = taker(UNIFORM, seed, f"need:{node.id}")
        self.staffed = bool(self.pools) and self.work is not None
        self.ways = node.ways
        self.shares = node.shares if len(node.ways) > 1 else None
        #: nothing but chance decides which way is taken
        self.easy = node.rounds is None and not any(way.at_most or way.back for way in node.ways)
        #: target of each way that only moves a token, or ends the case; -1 for others
        self.next = tuple(_target(way, model) for way in node.ways)


def _draw(node: NodeModel, kind: str, seed: int) -> Draw | None:
    law = {"work": node.work, "lag": node.lag, "each": node.each}[kind]
    return taker(law, seed, f"{kind}:{node.id}") if law else None


def _target(way: Way, model: Model) -> int:
    if len(way.to) != 1 or way.at_most or way.opens or way.starts or way.stops or way.pauses or way.resumes:
        return -1
    target = model.nodes[way.to[0]]
    plain = target.is_end or (not target.join and target.each is None and target.needed >= 1.0)
    return way.to[0] if plain else -1


__all__ = ["Draw", "Station"]
