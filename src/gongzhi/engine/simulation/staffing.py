"""The fewest people for a promise: nobody more than the interval asks for, one pool at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gongzhi.engine.simulation.errors import BadAssumption, NoSolution
from gongzhi.engine.simulation.model import Model
from gongzhi.engine.simulation.spec import SimulationSpec
from gongzhi.engine.simulation.summary import Summary

#: runs that a search may cost
MOST_TRIALS = 80

Evaluate = Callable[[SimulationSpec], Summary]


@dataclass(frozen=True, slots=True)
class Trial:
    """People that were tried, and the share within the promise that came out (lower end of its interval)."""

    people: Mapping[str, int]
    low: float


@dataclass(frozen=True, slots=True)
class Fewest:
    """The result of a search: no single pool can do with fewer."""

    people: Mapping[str, int]
    summary: Summary
    trials: tuple[Trial, ...]


class _Search:
    def __init__(self, given: SimulationSpec, share: float, evaluate: Evaluate) -> None:
        self.given = given
        self.share = share
        self.evaluate = evaluate
        self.trials: list[Trial] = []
        self.seen: dict[tuple[tuple[str, int], ...], Summary] = {}

    def run(self, people: Mapping[str, int]) -> Summary:
        """The summary with these people."""
        key = tuple(sorted(people.items()))
        if key not in self.seen:
            staff = {
                name: spec.model_copy(update={"people": people[name]}) if name in people else spec
                for name, spec in self.given.staff.items()
            }
            self.seen[key] = summary = self.evaluate(self.given.model_copy(update={"staff": staff}))
            self.trials.append(Trial(dict(people), summary["within"].low))
        return self.seen[key]

    def keeps(self, people: Mapping[str, int]) -> bool:
        """Whether the promise is kept: the lower end of the interval reaches the share."""
        return self.run(people)["within"].low >= self.share

    def fewest_of(self, name: str, people: dict[str, int], least: int) -> int:
        """Bisection over one pool, the others as they are (they suffice with ``people[name]``)."""
        low, high = least, people[name]
        while low < high and len(self.trials) < MOST_TRIALS:
            middle = (low + high) // 2
            if self.keeps({**people, name: middle}):
                high = middle
            else:
                low = middle + 1
        return high


def fewest(
    given: SimulationSpec, share: float, evaluate: Evaluate, *, model: Model, most: int = 200
) -> Fewest:
    """The fewest people of each role in ``given.staff`` for which ``share`` of the cases keep the promise.

    First everybody gets as many as are never short, which shows the work that there is; from the least that could
    do this work, people are added where they are used most until the promise is kept; then each pool is cut
    back as far as it goes. Raises NoSolution when even plenty of people don't keep the promise.
    """
    if not 0 < share < 1:
        raise BadAssumption(what="promise", why="把握应在 0 与 1 之间")
    if model.promise < 0:
        raise BadAssumption(what="promise", why="没有说承诺多少天")
    search = _Search(given, share, evaluate)
    names = [name for name, spec in given.staff.items() if not spec.shifts and _used(model, name)]
    plenty = dict.fromkeys(names, most)
    if not search.keeps(plenty):
        raise NoSolution(most=most, share=f"{share:.0%}")
    least = {name: _least(search.run(plenty), model, name, most) for name in names}
    people = dict(least)
    while not search.keeps(people) and len(search.trials) < MOST_TRIALS:
        summary = search.run(people)
        worst = max(names, key=lambda name: (_use(summary, model, name), name))
        people[worst] = min(max(people[worst] + 1, math.ceil(people[worst] * 1.1)), most)
    for name in sorted(names, key=lambda name: -people[name]):
        people[name] = search.fewest_of(name, people, least[name])
    return Fewest(people, search.run(people), tuple(search.trials))


def _used(model: Model, name: str) -> bool:
    return any(_belongs(pool.id, name) for pool in model.pools)


def _belongs(pool: str, name: str) -> bool:
    return pool == name or pool.partition("@")[0] == name


def _use(summary: Summary, model: Model, name: str) -> float:
    """How fully the busiest pool of the name is used."""
    return max(summary[f"pool.{pool.id}.use"].mean for pool in model.pools if _belongs(pool.id, name))


def _least(summary: Summary, model: Model, name: str, most: int) -> int:
    """The people without whom the work can't be done at all: the work offered to ``most`` of them."""
    return max(math.ceil(_use(summary, model, name) * most - 1e-9), 1)


__all__ = ["MOST_TRIALS", "Fewest", "Trial", "fewest"]
