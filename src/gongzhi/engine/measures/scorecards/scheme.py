"""What a scorecard says before the period begins: classes, criteria, weights, what adds and what takes away.

A scheme is plain values; it is read from ``scorecards/<id>.yaml`` by the room of mechanisms and refuses here what cannot
be computed at all. What a scheme *should* not say is the linter's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import fsum, isclose
from typing import Any, Literal

from gongzhi.engine.measures.errors import SchemeError

#: what kind of figure stands behind a criterion; ``count`` only so that the probe can show what it does
Kind = Literal["rate", "mean", "quantile", "count"]
Scoring = Literal["higher", "lower", "target", "range", "trend", "satisfaction"]
#: 100 points, 100 per cent of weight
FULL = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion (指标): a measure, how its value becomes 0 to 100 points, and what it weighs.

    ``higher``, ``lower``, ``satisfaction``: a straight line from ``worst`` (0 points) to ``best`` (100). ``target``: from ``worst``
    to ``target``; more than the target earns nothing more. ``range``: 100 between ``low`` and ``high``, falling to 0 over ``margin``
    outside. ``trend``: 50 for no change against the own period before, 100 for an improvement by ``step``, 0 for the reverse.
    """

    id: str
    title: str
    weight: float
    type: Scoring
    kind: Kind = "rate"
    #: direction of the measure, for a trend
    better: Literal["higher", "lower"] = "higher"
    worst: float = 0.0
    best: float = 1.0
    target: float = 1.0
    low: float = 0.0
    high: float = 1.0
    margin: float = 1.0
    step: float = 0.1
    #: which quantile, of ``quantile``
    share: float = 0.5
    #: whether the value is adjusted for the mix of cases (``adjusting``)
    adjust: bool = False
    #: of ``satisfaction``: below this share reached of those due to be asked, the figure is not used
    coverage: float = 0.0
    #: criteria over the same cases have the same group; their errors are taken as wholly dependent
    group: str = ""

    def __post_init__(self) -> None:
        if fault := _fault(self):
            raise SchemeError(what=f"{self.title or self.id}：{fault}")

    def evolve(self, **changes: Any) -> Criterion:
        """A criterion with other values; checked again."""
        return replace(self, **changes)


def _fault(each: Criterion) -> str:
    if not each.weight > 0:
        return "权重要大于0"
    if each.type in ("higher", "lower", "satisfaction") and each.worst == each.best:
        return "worst 与 best 不能相同"
    if each.type == "target" and each.worst == each.target:
        return "worst 与 target 不能相同"
    if each.type == "range" and not (each.low <= each.high and each.margin > 0):
        return "low 不大于 high，margin 要大于0"
    if each.type == "trend" and not each.step > 0:
        return "step 要大于0"
    if each.type == "trend" and each.kind == "quantile":
        return "中位数和百分位数没有可合并的区间，不能按趋势计分"
    if each.adjust and each.kind == "quantile":
        return "中位数和百分位数不能按难度校正"
    if each.kind == "quantile" and not 0 < each.share < 1:
        return "分位数要在0和1之间"
    return "" if 0 <= each.coverage <= 1 else "coverage 要在0和1之间"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClass:
    """A class (类): units are compared within it and nowhere else."""

    id: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """Points added or taken away for facts: ``points`` for each fact of a count, or for each percentage point of a rate."""

    id: str
    title: str
    points: float
    kind: Literal["rate", "count"] = "count"
    #: at most so many points by this one
    cap: float
    #: what its facts are counted among (see ``Criterion.group``)
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Green:
    """The green coefficient: ``low`` at 0 points of its criteria, ``high`` at 100."""

    low: float
    high: float
    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        if not 0 < self.low <= 1 <= self.high:
            raise SchemeError(what="绿色系数的下限要在0和1之间，上限不小于1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A whole scorecard: Score = (Wc·Σ w·s + Ws·Σ v·p + bonus − deduction) × g."""

    classes: tuple[UnitClass, ...]
    #: weight of the class's own criteria and of the specials, in per cent; together 100
    class_weight: float = FULL
    special_weight: float = 0.0
    specials: tuple[Criterion, ...] = ()
    bonus: tuple[Award, ...] = ()
    bonus_cap: float = 0.0
    deductions: tuple[Award, ...] = ()
    deduction_cap: float = 0.0
    green: Green | None = None
    #: with this confidence every statement "these two stand in different bands" of a class holds at once
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not self.classes:
            raise SchemeError(what="至少要有一类单位")
        if not isclose(self.class_weight + self.special_weight, FULL):
            raise SchemeError(what="分类和专项的权重合起来要是100")
        if bool(self.specials) != (self.special_weight > 0):
            raise SchemeError(what="有专项就要有专项权重，没有就不写")
        parts = [(each.title, each.criteria) for each in self.classes]
        parts += [("专项", self.specials)] if self.specials else []
        parts += [("绿色系数", self.green.criteria)] if self.green else []
        for title, criteria in parts:
            total = fsum(each.weight for each in criteria)
            if not isclose(total, FULL):
                raise SchemeError(what=f"{title}的权重合计{total:g}，应为100")
        if not 0 < self.confidence < 1:
            raise SchemeError(what="confidence 要在0和1之间")
        for one in self.classes:
            named = [each.id for _, each in self.of(one.id)]
            if twice := sorted({id_ for id_ in named if named.count(id_) > 1}):
                raise SchemeError(what=f"{one.title}里“{'、'.join(twice)}”写了两次")

    def of(self, class_id: str) -> Iterator[tuple[str, Criterion]]:
        """(part, criterion) of everything that counts for a class; parts are ``class``, ``special``, ``green``."""
        for one in self.classes:
            if one.id == class_id:
                yield from (("class", each) for each in one.criteria)
        yield from (("special", each) for each in self.specials)
        if self.green:
            yield from (("green", each) for each in self.green.criteria)

    def evolve(self, **changes: Any) -> Scheme:
        """A scheme with other values; checked again."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What was counted for a unit under a criterion in a period. Nothing here is typed in by anybody.

    A rate or a count has ``n`` and ``total`` (the hits). A mean has ``n``, ``total`` (the sum) and ``squares`` (the sum of the
    squares). A quantile has ``values`` in order.
    """

    n: int
    total: float = 0.0
    squares: float = 0.0
    values: tuple[float, ...] = ()
    #: cases that were left out by the measure's own rule or by a decision on an appeal
    excluded: int = 0
    #: stratum of difficulty -> (n, total)
    strata: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    #: of satisfaction: how many were reached of how many due to be asked
    reached: int = 0
    due: int = 0
    #: the same unit in the period before
    before: Observed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that was counted for one unit."""

    unit: str
    class_id: str
    #: criterion -> what was counted; what is left out was not at hand
    observed: Mapping[str, Observed]
    #: award -> the facts of it
    awards: Mapping[str, Observed] = field(default_factory=dict)


__all__ = [
    "FULL",
    "Award",
    "Criterion",
    "Green",
    "Kind",
    "Observed",
    "Scheme",
    "Scoring",
    "Sheet",
    "UnitClass",
]
