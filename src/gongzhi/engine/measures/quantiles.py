"""Quantiles of durations with an interval that assumes nothing about their shape.

The value is the linear interpolation of order statistics (type 7 of Hyndman and Fan, The American Statistician 50
(1996) 361-365; what spreadsheets and numpy do). The interval is the pair of order statistics that covers the true
quantile with at least the asked confidence by the binomial distribution (W. J. Conover, Practical Nonparametric
Statistics, 3rd ed., sec. 3.2); where too few values exist one end is open (``None``), which is the honest answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, exp, floor, isfinite, lgamma, log, sqrt

from gongzhi.engine.measures.errors import ConfidenceError, ShareError


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of ``n`` values; without any value all is ``None``. An end that is ``None`` is open."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def quantile(values: Iterable[float], p: float, confidence: float = 0.95) -> Quantile:
    """The ``p``-quantile (0.5 is the median, 0.9 the P90) with its distribution-free interval.

    Raises :class:`ShareError` unless ``0 < p < 1`` and all values are finite, :class:`ConfidenceError` unless
    ``0 < confidence < 1``.

    >>> quantile([3, 1, 2, 5, 4, 6, 7, 9, 8, 10], 0.5)
    Quantile(value=5.5, low=2.0, high=9.0, n=10)
    """
    if not 0 < p < 1:
        raise ShareError(share=p)
    if not 0 < confidence < 1:
        raise ConfidenceError(confidence=confidence)
    ordered = sorted(float(value) for value in values)
    if not all(isfinite(value) for value in ordered):
        raise ShareError(share=p)
    n = len(ordered)
    if not n:
        return Quantile(None, None, None, 0)
    place = (n - 1) * p
    below, above = ordered[floor(place)], ordered[ceil(place)]
    value = below + (above - below) * (place - floor(place))
    lower, upper = _ranks(n, p, (1 - confidence) / 2)
    return Quantile(
        value,
        ordered[lower - 1] if lower >= 1 else None,
        ordered[upper - 1] if upper <= n else None,
        n,
    )


def _ranks(n: int, p: float, tail: float) -> tuple[int, int]:
    """1-based ranks (lower, upper) with P(B < lower) <= tail and P(B >= upper) <= tail, B binomial(n, p).

    0 and n + 1 stand for "none is small (large) enough".
    """
    log_p, log_q = log(p), log(1 - p)
    lower, upper, summed = 0, n + 1, 0.0
    # Twelve standard deviations below the mean the sum is 0 in floating point.
    first = max(0, floor(n * p - 12 * sqrt(n * p * (1 - p)) - 12))
    for k in range(first, n + 1):
        summed += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log_p + (n - k) * log_q)
        if summed <= tail:  # P(B <= k) = P(B < k + 1)
            lower = k + 1
        if summed >= 1 - tail:  # P(B >= k + 1) = 1 - P(B <= k)
            upper = k + 1
            break
    return lower, upper


__all__ = ["Quantile", "quantile"]
