"""How long something takes, as a law of chance: what may be written, its mean, and many draws at once.

A *law* is a plain tuple ``(name, parameters)``, so that a model can be sent to another process. Draws are minutes
(or pieces, or whatever the law counts), never negative.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import Spec

Law = tuple[str, tuple[float, ...]]

#: z of the 90th percentile of the normal distribution
Z90 = 1.2815515655446004
_MINUTES = Field(ge=0, le=10_000_000)
Amount = Annotated[float, _MINUTES]


class MeanSpec(Spec):
    """A law with one number: its mean."""

    mean: Annotated[float, Field(gt=0, le=10_000_000)]


class SpreadSpec(Spec):
    """A law with two numbers: mean and standard deviation, or median and what nine of ten stay below."""

    mean: Annotated[float, Field(gt=0, le=10_000_000)] | None = None
    sd: Annotated[float, Field(gt=0, le=10_000_000)] | None = None
    median: Annotated[float, Field(gt=0, le=10_000_000)] | None = None
    p90: Annotated[float, Field(gt=0, le=10_000_000)] | None = None

    @model_validator(mode="after")
    def _says_one_pair(self) -> SpreadSpec:
        pairs = [(self.mean, self.sd), (self.median, self.p90)]
        if sum(None not in pair for pair in pairs) != 1 or sum(pair == (None, None) for pair in pairs) != 1:
            raise PydanticCustomError("law", "应写 mean 和 sd,或者 median 和 p90")
        if self.median is not None and self.p90 is not None and self.p90 <= self.median:
            raise PydanticCustomError("law", "p90 应大于 median")
        return self


class RangeSpec(Spec):
    """From ``low`` to ``high``; ``usual`` is what comes most often."""

    low: Amount
    high: Amount
    usual: Amount | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> RangeSpec:
        middle = self.low if self.usual is None else self.usual
        if not self.low <= middle <= self.high or self.low == self.high:
            raise PydanticCustomError("law", "应为 low ≤ usual ≤ high,且 low 与 high 不同")
        return self


def _number(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"constant": value} if number else value


class LawSpec(Spec):
    """One law of chance. Exactly one key is written; a bare number is a constant."""

    constant: Amount | None = None
    exponential: MeanSpec | None = None
    lognormal: SpreadSpec | None = None
    gamma: SpreadSpec | None = None
    uniform: RangeSpec | None = None
    #: 三点估计: shortest, usual, longest
    triangular: RangeSpec | None = None
    #: values that were observed; each is drawn as often as another, straight lines between them
    empirical: Annotated[tuple[Amount, ...], Field(min_length=2, max_length=2_000)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> LawSpec:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise PydanticCustomError("law", "只写一种分布")
        if self.gamma is not None and self.gamma.mean is None:
            raise PydanticCustomError("law", "gamma 写 mean 和 sd")
        if self.triangular is not None and self.triangular.usual is None:
            raise PydanticCustomError("law", "triangular 写 low、usual、high")
        return self


#: a law in a file: a number or one of the named laws
Chance = Annotated[LawSpec, BeforeValidator(_number, json_schema_input_type=float | LawSpec)]


def law_of(spec: LawSpec) -> Law:
    """The law that the file says, with the parameters that drawing needs."""
    if spec.exponential is not None:
        return "exponential", (spec.exponential.mean,)
    if spec.lognormal is not None:
        return "lognormal", _lognormal(spec.lognormal)
    if spec.gamma is not None:
        mean, sd = spec.gamma.mean or 1.0, spec.gamma.sd or 1.0
        return "gamma", ((mean / sd) ** 2, sd * sd / mean)
    if spec.uniform is not None:
        return "uniform", (spec.uniform.low, spec.uniform.high)
    if spec.triangular is not None:
        return "triangular", (spec.triangular.low, spec.triangular.usual or 0.0, spec.triangular.high)
    if spec.empirical is not None:
        return "empirical", tuple(sorted(spec.empirical))
    return "constant", (spec.constant or 0.0,)


def _lognormal(spec: SpreadSpec) -> tuple[float, float]:
    """(mu, sigma) of the logarithm."""
    if spec.median is not None and spec.p90 is not None:
        return math.log(spec.median), math.log(spec.p90 / spec.median) / Z90
    mean, sd = spec.mean or 1.0, spec.sd or 1.0
    variance = math.log1p((sd / mean) ** 2)
    return math.log(mean) - variance / 2, math.sqrt(variance)


def spec_of(law: Law) -> LawSpec:
    """The law as a file says it; figures are rounded to four digits."""
    name, p = law
    r = [float(f"{value:.4g}") for value in p]
    if name == "exponential":
        return LawSpec(exponential=MeanSpec(mean=r[0]))
    if name == "lognormal":
        median = float(f"{math.exp(p[0]):.4g}")
        return LawSpec(lognormal=SpreadSpec(median=median, p90=float(f"{math.exp(p[0] + Z90 * p[1]):.4g}")))
    if name == "gamma":
        return LawSpec(
            gamma=SpreadSpec(mean=float(f"{p[0] * p[1]:.4g}"), sd=float(f"{math.sqrt(p[0]) * p[1]:.4g}"))
        )
    if name == "uniform":
        return LawSpec(uniform=RangeSpec(low=r[0], high=r[1]))
    if name == "triangular":
        return LawSpec(triangular=RangeSpec(low=r[0], usual=r[1], high=r[2]))
    if name == "empirical":
        return LawSpec(empirical=tuple(r))
    return LawSpec(constant=r[0])


def mean_of(law: Law) -> float:
    """The mean of the law."""
    name, p = law
    if name == "lognormal":
        return math.exp(p[0] + p[1] * p[1] / 2)
    if name == "gamma":
        return p[0] * p[1]
    if name in ("uniform", "triangular"):
        return sum(p) / len(p)
    if name == "empirical":
        # straight lines between the observed values: the trapezium rule
        return (sum(p) - (p[0] + p[-1]) / 2) / (len(p) - 1)
    return p[0]


def scaled(law: Law, by: float) -> Law:
    """The law of so many times as much: other units, or quicker work."""
    name, p = law
    if by == 1.0:
        return law
    if name == "lognormal":
        return name, (p[0] + math.log(by), p[1])
    if name == "gamma":
        return name, (p[0], p[1] * by)
    return name, tuple(value * by for value in p)


def draw(law: Law, rng: np.random.Generator, n: int) -> list[float]:
    """``n`` draws. The same generator state and kind of law give draws that move together (common random numbers)."""
    name, p = law
    if name == "exponential":
        made = rng.standard_exponential(n) * p[0]
    elif name == "lognormal":
        made = np.exp(rng.standard_normal(n) * p[1] + p[0])
    elif name == "gamma":
        made = rng.standard_gamma(p[0], n) * p[1]
    elif name == "uniform":
        made = rng.random(n) * (p[1] - p[0]) + p[0]
    elif name == "triangular":
        made = rng.triangular(p[0], p[1], p[2], n)
    elif name == "empirical":
        made = np.interp(rng.random(n) * (len(p) - 1), np.arange(len(p)), p)
    else:
        return [p[0]] * n
    return [float(value) for value in made.tolist()]


def chinese(law: Law) -> str:
    """The law in words: ``对数正态（中位 30，九成在 120 以内）``."""
    name, p = law
    if name == "lognormal":
        return f"对数正态（中位 {math.exp(p[0]):.4g}，九成在 {math.exp(p[0] + Z90 * p[1]):.4g} 以内）"
    if name == "gamma":
        return f"伽马（平均 {p[0] * p[1]:.4g}，标准差 {math.sqrt(p[0]) * p[1]:.4g}）"
    if name == "exponential":
        return f"指数（平均 {p[0]:.4g}）"
    if name == "uniform":
        return f"{p[0]:.4g} 到 {p[1]:.4g} 之间均匀"
    if name == "triangular":
        return f"最短 {p[0]:.4g}、最常见 {p[1]:.4g}、最长 {p[2]:.4g}"
    if name == "empirical":
        return f"照 {len(p)} 次观察抽"
    return f"固定 {p[0]:.4g}"


__all__ = [
    "Chance",
    "Law",
    "LawSpec",
    "MeanSpec",
    "RangeSpec",
    "SpreadSpec",
    "chinese",
    "draw",
    "law_of",
    "mean_of",
    "scaled",
    "spec_of",
]
