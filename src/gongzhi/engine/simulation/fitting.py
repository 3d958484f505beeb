"""A law of chance from observations, and plain words about how far it can be trusted.

Exponential, lognormal and gamma are fitted by maximum likelihood; the one with the smallest Kolmogorov-Smirnov distance
is taken. Where none is near, and there are enough observations, they are drawn from as they are. With few the law is
widened to the predictive distribution of the next observation (Student's t on the logarithms); with fewer than five
nothing is fitted at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammainc, ndtr, polygamma, stdtrit

from gongzhi.engine.simulation.laws import Z90, Law, chinese

#: fewer observations than this say nothing about a distribution
LEAST = 5
#: fewer than this are widened
ENOUGH = 30
#: values kept of a law that is drawn from as observed
KEPT = 200
#: the shortest time that counts: what was clicked through at once took half a minute
SHORTEST = 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted. ``law`` is None where it was refused."""

    law: Law | None
    n: int
    #: ``good``, ``few`` or ``none``
    quality: str
    #: how it was found, for people
    text: str
    #: Kolmogorov-Smirnov distance of the chosen law; nan where nothing was fitted
    distance: float = math.nan


def fit(values: Sequence[float], unit: str = "分钟") -> Fit:
    """The law of some positive durations.

    >>> fit([3.0, 4.0, 5.0]).quality
    'none'
    """
    seen = np.maximum(np.asarray(values, dtype=float), SHORTEST)
    n = len(seen)
    if n < LEAST:
        return Fit(None, n, "none", f"只有 {n} 次观察，不够拟合（至少 {LEAST} 次），用的是一般假设")
    if float(np.std(seen)) < 1e-9 * float(np.mean(seen)):
        law: Law = ("constant", (float(seen[0]),))
        quality = "few" if n < ENOUGH else "good"
        return Fit(law, n, quality, f"{n} 次观察完全一样：{chinese(law)} {unit}", 0.0)
    if n < ENOUGH:
        return _few(seen, unit)
    candidates = [_exponential(seen), _lognormal(seen), _gamma(seen)]
    distances = [_distance(seen, law) for law in candidates]
    best = int(np.argmin(distances))
    # the usual 5 % point of the Kolmogorov-Smirnov statistic, doubled: parameters come from the same observations, and
    # a law a little off is still better than one that knows no longer time than was seen
    if distances[best] > 2 * 1.36 / math.sqrt(n) and n >= 2 * ENOUGH:
        law = ("empirical", _kept(seen))
        text = f"{n} 次观察，常用的分布都不像（最大相差 {distances[best]:.0%}），照观察到的抽"
        return Fit(law, n, "good", text, distances[best])
    law = candidates[best]
    text = f"{n} 次观察，{chinese(law)} {unit}，与观察最大相差 {distances[best]:.0%}"
    return Fit(law, n, "good", text, distances[best])


def _few(seen: np.ndarray, unit: str) -> Fit:
    """A lognormal that is as wide as so few observations leave it."""
    n = len(seen)
    logs = np.log(seen)
    sd = float(np.std(logs, ddof=1)) * math.sqrt(1 + 1 / n)
    widened = sd * float(stdtrit(n - 1, 0.9)) / Z90
    law: Law = ("lognormal", (float(np.mean(logs)), max(widened, 0.05)))
    text = f"只有 {n} 次观察，已按样本量放宽：{chinese(law)} {unit}；结果只作参考"
    return Fit(law, n, "few", text, _distance(seen, law))


def _exponential(seen: np.ndarray) -> Law:
    return "exponential", (float(np.mean(seen)),)


def _lognormal(seen: np.ndarray) -> Law:
    logs = np.log(seen)
    return "lognormal", (float(np.mean(logs)), max(float(np.std(logs)), 1e-3))


def _gamma(seen: np.ndarray) -> Law:
    """Maximum likelihood by Newton's method (Minka, "Estimating a Gamma distribution", 2002)."""
    mean = float(np.mean(seen))
    gap = max(math.log(mean) - float(np.mean(np.log(seen))), 1e-6)
    shape = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(20):
        top = math.log(shape) - float(digamma(shape)) - gap
        step = top / (1 / shape - float(polygamma(1, shape)))
        shape = max(shape - step, 1e-3)
        if abs(step) < 1e-9 * shape:
            break
    return "gamma", (shape, mean / shape)


def _distance(seen: np.ndarray, law: Law) -> float:
    """The greatest distance between the law and the observations."""
    ordered = np.sort(seen)
    name, p = law
    if name == "exponential":
        below = 1 - np.exp(-ordered / p[0])
    elif name == "lognormal":
        below = ndtr((np.log(ordered) - p[0]) / p[1])
    else:
        below = gammainc(p[0], ordered / p[1])
    n = len(ordered)
    steps = np.arange(1, n + 1) / n
    return float(max(np.max(steps - below), np.max(below - steps + 1 / n)))


def _kept(seen: np.ndarray) -> tuple[float, ...]:
    """The observations, or so many quantiles of them."""
    if len(seen) <= KEPT:
        return tuple(float(f"{value:.5g}") for value in np.sort(seen))
    return tuple(float(f"{value:.5g}") for value in np.quantile(seen, np.linspace(0, 1, KEPT)))


__all__ = ["ENOUGH", "LEAST", "Fit", "fit"]
