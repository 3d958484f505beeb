"""Rates with their interval: Wilson's score interval, and Newcombe's for a difference of two.

Sources: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212;
R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998) 857-872
(method 3), and Interval estimation for the difference between independent proportions, ibid. 873-890 (method 10).
Wilson's interval never leaves 0-1 and is honest for small numbers and for rates near 1, where call-backs usually are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import NormalDist

from gongzhi.engine.measures.errors import ConfidenceError, CountError

#: below this denominator a rate is shown by its interval and never ranked
FEW = 30


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of ``n`` cases with its confidence interval; ``value`` is ``None`` when there is no case.

    With no case the interval is 0-1: nothing is known.
    """

    value: float | None
    low: float
    high: float
    n: int
    numerator: int = 0
    confidence: float = 0.95

    @property
    def few(self) -> bool:
        """Whether the number is too small to rank: show the interval instead."""
        return self.n < FEW

    def overlaps(self, other: Rate) -> bool:
        """Whether the two intervals share a value, so that the order of the two rates is not established."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class Difference:
    """First rate minus second, with its interval; ``value`` is ``None`` when one of them has no case."""

    value: float | None
    low: float
    high: float

    @property
    def established(self) -> bool:
        """Whether the interval excludes 0: the two rates differ by more than chance explains."""
        return self.value is not None and (self.low > 0 or self.high < 0)


def rate(numerator: int, denominator: int, confidence: float = 0.95) -> Rate:
    """The rate and its Wilson score interval.

    Raises :class:`CountError` unless ``0 <= numerator <= denominator`` are whole numbers, :class:`ConfidenceError`
    unless ``0 < confidence < 1``.

    >>> satisfied = rate(81, 263)  # the worked example of Newcombe (1998), table I
    >>> f"{satisfied.value:.4f} {satisfied.low:.4f} {satisfied.high:.4f}"
    '0.3080 0.2553 0.3662'
    """
    counts = (numerator, denominator)
    if any(isinstance(count, bool) or not isinstance(count, int) for count in counts) or not (
        0 <= numerator <= denominator
    ):
        raise CountError(numerator=numerator, denominator=denominator)
    z = _z(confidence)
    if denominator == 0:
        return Rate(None, 0.0, 1.0, 0, 0, confidence)
    n, share = denominator, numerator / denominator
    centre = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At the ends the bound is exact; floating point would leave 0.9999999999999999.
    low = 0.0 if numerator == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if numerator == denominator else min(1.0, (centre + spread) / scale)
    return Rate(share, low, high, n, numerator, confidence)


def coverage(reached: int, due: int, confidence: float = 0.95) -> Rate:
    """The share of those who were due (to be called back) that was really reached.

    A satisfaction rate is only as good as the coverage beside it: publish both. Errors as :func:`rate`.
    """
    return rate(reached, due, confidence)


def difference(first: Rate, second: Rate) -> Difference:
    """First minus second by Newcombe's hybrid score interval, for two independent groups (pilot and control).

    >>> change = difference(rate(56, 70), rate(48, 80))  # Newcombe (1998), table II, example (a)
    >>> f"{change.value:.4f} {change.low:.4f} {change.high:.4f}", change.established
    ('0.2000 0.0524 0.3339', True)
    """
    if first.value is None or second.value is None:
        return Difference(None, -1.0, 1.0)
    value = first.value - second.value
    low = value - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = value + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Difference(value, max(-1.0, low), min(1.0, high))


@cache
def _z(confidence: float) -> float:
    """The standard normal deviate of a two-sided confidence: 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ConfidenceError(confidence=confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)


__all__ = ["FEW", "Difference", "Rate", "coverage", "difference", "rate"]
