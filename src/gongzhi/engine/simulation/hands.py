"""People while a run goes on: who is free, how long they worked, and who waits for them."""

from __future__ import annotations

from collections import deque

from gongzhi.engine.simulation.axis import Axis
from gongzhi.engine.simulation.branching import Token
from gongzhi.engine.simulation.model import PoolModel


class Hands:
    """Some people of a pool with the same hours: how many are free, and how long they worked."""

    __slots__ = ("axis", "busy", "first", "idle", "last", "people", "stretch")

    def __init__(self, people: int, axis: Axis, other: float, window: tuple[float, float]) -> None:
        self.people = self.idle = people
        self.axis = axis
        #: other duties are spread over the day: everything takes so much longer
        self.stretch = 1.0 / (1.0 - other)
        #: the measured days on their working time
        self.first, self.last = axis.working(window[0]), axis.working(window[1])
        self.busy = 0.0

    def count(self, begun: float, until: float, sign: float = 1.0) -> None:
        """Add work between two working minutes, as far as it lies in the measured days."""
        low = begun if begun > self.first else self.first
        high = until if until < self.last else self.last
        if high > low:
            self.busy += sign * (high - low)


class Pool:
    """A pool while it runs: hands and the queue before them."""

    __slots__ = ("cost", "hands", "model", "most", "queue", "waiting")

    def __init__(self, model: PoolModel, hands: list[Hands]) -> None:
        self.model = model
        self.cost = model.cost_per_hour
        self.hands = hands
        self.queue: deque[Token] = deque()
        self.waiting = 0
        self.most = 0

    def first_free(self, now: float) -> Hands:
        """Of several shifts the free one that opens first; any where nobody is free."""
        free = [hands for hands in self.hands if hands.idle] or self.hands
        return min(free, key=lambda hands: hands.axis.opening(now))


__all__ = ["Hands", "Pool"]
