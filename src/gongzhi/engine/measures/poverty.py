"""How many people live below a line, in a sample of households: the check on a monitoring line before a city adopts it.

The at-risk-of-poverty rate is the share of persons, by sampling weight, whose equivalised income is below 60 % of the weighted
median (Eurostat, Commission Regulation (EC) 1980/2003; the median as in A. Alfons and M. Templ, Estimation of Social Exclusion
Indicators from Complex Surveys: The R Package laeken, Journal of Statistical Software 54 (15), 2013, sec. 3.1).
Only rates come out; no household is scored or ranked by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from gongzhi.engine.measures.errors import ShareError


@dataclass(frozen=True, slots=True)
class BelowLine:
    """The line, and what share of all weight lies below it; ``n`` persons were seen."""

    #: in the unit of the incomes
    line: float
    #: 0 to 1
    rate: float
    n: int


def weighted_median(rows: Iterable[tuple[float, float]]) -> float:
    """The weighted median of (value, weight): the first value at which half of the weight is passed, the mean of it and the next
    where half is met exactly. Raises :class:`ShareError` unless there is weight and all numbers are finite, no weight negative.

    >>> weighted_median([(1, 1), (2, 1), (3, 1), (10, 1)])
    2.5
    """
    ordered = _sound(rows)
    half = sum(weight for _, weight in ordered) / 2
    passed = 0.0
    for (value, weight), (following, _) in pairwise(ordered):
        passed += weight
        if passed > half:
            return value
        if passed == half:
            return (value + following) / 2
    return ordered[-1][0]


def below(rows: Iterable[tuple[float, float]], line: float) -> BelowLine:
    """The share of weight of values below a line (the line itself is not below). Raises :class:`ShareError` as above.

    >>> below([(4000, 1), (6000, 1), (9000, 2)], 6000)
    BelowLine(line=6000, rate=0.25, n=3)
    """
    ordered = _sound(rows)
    whole = sum(weight for _, weight in ordered)
    return BelowLine(line, sum(weight for value, weight in ordered if value < line) / whole, len(ordered))


def at_risk(rows: Iterable[tuple[float, float]], share: float = 0.6) -> BelowLine:
    """The at-risk-of-poverty rate of (equivalised income, weight), below ``share`` of the weighted median. Raises
    :class:`ShareError` unless ``0 < share < 1`` and as above.
    """
    if not 0 < share < 1:
        raise ShareError(share=share)
    held = list(rows)
    return below(held, share * weighted_median(held))


def _sound(rows: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Sorted, without what weighs nothing."""
    held = [(float(value), float(weight)) for value, weight in rows]
    if not all(isfinite(value) and isfinite(weight) and weight >= 0 for value, weight in held):
        raise ShareError(share="nan")
    found = sorted(each for each in held if each[1] > 0)
    if not found:
        raise ShareError(share=0)
    return found


__all__ = ["BelowLine", "at_risk", "below", "weighted_median"]
