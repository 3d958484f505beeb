"""Replications put together: means with intervals, and paired differences between variants.

Each replication gives one number per figure; they are independent, so the interval of their mean is Student's t on
n - 1 degrees of freedom (Law, Simulation Modeling and Analysis, 5th ed., 9.4.1; pairs with common random numbers: 10.2.1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from gongzhi.engine.simulation.running import Replication

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over replications with its interval; ``n`` says over how many. nan where nothing was seen."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def half(self) -> float:
        """Half the width."""
        return (self.high - self.low) / 2

    @property
    def says_nothing(self) -> bool:
        """Whether zero lies within: no difference can be seen."""
        return not (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of one variant."""

    figures: Mapping[str, Interval]
    replications: int
    steps: int

    def __getitem__(self, name: str) -> Interval:
        return self.figures.get(name, Interval(math.nan, math.nan, math.nan, 0))


def interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """The mean with its t-interval; one value has no interval (nan), nan values are left out.

    >>> interval([1.0, 2.0, 3.0]).mean
    2.0
    """
    seen = [value for value in values if not math.isnan(value)]
    n = len(seen)
    if not n:
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = math.fsum(seen) / n
    if n == 1:
        return Interval(mean, math.nan, math.nan, 1)
    variance = math.fsum((value - mean) ** 2 for value in seen) / (n - 1)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * math.sqrt(variance / n)
    return Interval(mean, mean - half, mean + half, n)


def summarise(replications: Sequence[Replication]) -> Summary:
    """Means and intervals of every figure. A figure that a replication doesn't have (an end nobody reached) is zero there."""
    names = dict.fromkeys(name for each in replications for name in each.figures)
    figures = {name: interval([each.figures.get(name, 0.0) for each in replications]) for name in names}
    return Summary(figures, len(replications), sum(each.steps for each in replications))


def differences(base: Sequence[Replication], variant: Sequence[Replication]) -> dict[str, Interval]:
    """``variant`` minus ``base``, paired by the number of the replication: they lived through the same chances.

    Only figures that both know.
    """
    by_number = {each.number: each.figures for each in base}
    pairs = [(by_number[each.number], each.figures) for each in variant if each.number in by_number]
    names = dict.fromkeys(name for one, other in pairs for name in one if name in other)
    return {
        name: interval([other[name] - one[name] for one, other in pairs if name in one and name in other])
        for name in names
    }


__all__ = ["LEVEL", "Interval", "Summary", "differences", "interval", "summarise"]
