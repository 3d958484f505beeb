"""What a trial changed: difference-in-differences over areas and periods, with an interval that few areas do not make too narrow.

The panel has a cell per area and period: a value (a rate, a mean) and the number of cases behind it, which weighs it. The
estimate is the coefficient of "tried here, now" beside a level per area and a level per period (weighted least squares): how
much more the areas of the trial changed than the others did.

Interval. Cells of one area are not independent; taking them for so finds "effects" in nearly half of all placebo trials
(M. Bertrand, E. Duflo, S. Mullainathan, How much should we trust differences-in-differences estimates?, QJE 119 (2004) 249-275).
So errors are clustered by area, and because areas are few: CR2 residuals and Satterthwaite degrees of freedom (R. M. Bell,
D. F. McCaffrey, Bias reduction in standard errors for linear regression with multi-stage samples, Survey Methodology 28 (2002)
169-181; with levels absorbed: J. E. Pustejovsky, E. Tipton, Small-sample methods for cluster-robust variance estimation …,
JBES 36 (2018) 672-683). Below ``FEWEST`` areas a side no interval is given: none is reliable (A. C. Cameron, J. B. Gelbach,
D. L. Miller, Bootstrap-based improvements for inference with clustered errors, REStat 90 (2008) 414-427; J. G. MacKinnon,
M. D. Webb, Wild bootstrap inference for wildly different cluster sizes, J. Appl. Econometrics 32 (2017) 233-254).

``chance`` is a second witness that needs no model (R. A. Fisher, The Design of Experiments, 1935): the share of all ways to choose as many areas
that would have shown a difference at least as large. All ways are tried up to ``EVERY``, else ``DRAWS`` with the seed.

The smallest effect that such a trial can find in 8 of 10 cases: H. S. Bloom, Minimum detectable effects, Evaluation Review 19
(1995) 547-556.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from gongzhi.engine.measures.errors import ConfidenceError, PanelError

#: areas a side below which no interval is given
FEWEST = 4
#: periods before the start below which trends cannot be compared
SHORTEST = 3
EVERY = 5000
DRAWS = 1999
POWER = 0.8
_ZERO = 1e-10

Array = np.ndarray[Any, np.dtype[np.float64]]
Better = Literal["higher", "lower"]
Likeness = Literal["alike", "different", "unclear"]
Verdict = Literal["works", "works_unsure", "harms", "none", "unseen", "unknowable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One area in one period: its value over ``n`` cases. Periods are whole numbers in order of time."""

    area: str
    period: int
    value: float
    n: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Whether both groups went the same way before the start: the difference of their slopes per period, with its interval.

    ``drift`` is what that difference, going on, would add to the estimate by itself; ``likeness`` is *unclear* where there
    are too few periods or areas, or where a drift as large as the smallest effect that matters could hide in the interval.
    """

    slope: float | None = None
    low: float | None = None
    high: float | None = None
    drift: float | None = None
    periods: int
    likeness: Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How much more the areas of the trial changed than the others, in the unit of the value."""

    value: float
    #: interval; ``None`` below ``FEWEST`` areas a side
    low: float | None
    high: float | None
    confidence: float
    error: float | None
    #: Satterthwaite degrees of freedom: close to the number of areas less two where sizes are even, fewer where not
    freedom: float | None
    #: share of all assignments that show a difference at least as large
    chance: float
    assignments: int
    #: all assignments were tried; else they were drawn with the seed
    exact: bool
    #: smallest effect that a trial like this finds in 8 of 10 cases
    detectable: float | None
    treated: int
    comparison: int
    cells: int
    n: float
    #: weighted means: (treated before, treated after, comparison before, comparison after)
    means: tuple[float, float, float, float]
    trend: Trend
    #: areas without a cell before or without one after the start
    left_out: tuple[str, ...] = ()

    @property
    def established(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One period of the picture: weighted mean and cases of either group; ``None`` where it has no case."""

    period: int
    treated: float | None
    treated_n: float
    comparison: float | None
    comparison_n: float


def effect(
    cells: Iterable[Cell],
    treated: Collection[str],
    start: int,
    *,
    confidence: float = 0.95,
    smallest: float = 0.0,
    seed: int = 0,
) -> Effect:
    """The effect of what began in the areas ``treated`` with the period ``start``.

    Cells without a case are left out; areas without a cell on either side of the start as well, and named. ``smallest``
    is the smallest effect that matters: it only says how sure the comparison of trends must be. Raises
    :class:`PanelError` for a panel that compares nothing, :class:`ConfidenceError` unless ``0 < confidence < 1``.

    >>> rows = [("甲", 0, 50), ("甲", 1, 70), ("乙", 0, 40), ("乙", 1, 45)]
    >>> found = effect([Cell(area=a, period=t, value=v) for a, t, v in rows], {"甲"}, 1)
    >>> round(found.value, 6), found.low is None  # (70 - 50) - (45 - 40); two areas carry no interval
    (15.0, True)
    """
    if not 0 < confidence < 1:
        raise ConfidenceError(confidence=confidence)
    panel, left_out = _panel(cells, treated, start)
    fit = _fit(panel, panel.after * panel.treated)
    chance, assignments, exact = _chance(panel, fit, seed)
    groups = (int(panel.side.sum()), int((1 - panel.side).sum()))
    reliable = min(groups) >= FEWEST
    low, high = fit.interval(confidence) if reliable else (None, None)
    wide = float(stdtrit(fit.freedom, (1 + confidence) / 2) + stdtrit(fit.freedom, POWER))
    return Effect(
        value=fit.value,
        low=low,
        high=high,
        confidence=confidence,
        error=fit.error if reliable else None,
        freedom=fit.freedom if reliable else None,
        chance=chance,
        assignments=assignments,
        exact=exact,
        detectable=wide * fit.error if reliable else None,
        treated=groups[0],
        comparison=groups[1],
        cells=len(panel.value),
        n=float(panel.weight.sum()),
        means=_means(panel),
        trend=_trend(panel, start, confidence, smallest),
        left_out=left_out,
    )


def foreseen(
    history: Iterable[Cell], treated: Collection[str], *, confidence: float = 0.95, seed: int = 0
) -> Effect:
    """A placebo trial on history alone, begun in its middle: its ``detectable`` says what the real one could find, and
    its ``established`` would be a false alarm. Errors as :func:`effect`."""
    cells = list(history)
    periods = sorted({cell.period for cell in cells})
    if len(periods) < 2:
        raise PanelError(why="历史不足两期")
    return effect(cells, treated, periods[(len(periods) + 1) // 2], confidence=confidence, seed=seed)


def judge(found: Effect, *, better: Better, smallest: float) -> Verdict:
    """What may be said of an effect, when ``smallest`` is the smallest one that matters (0 or more).

    ``works``: surely an improvement, and not smaller than that; ``works_unsure``: surely an improvement, its size not sure;
    ``harms``: surely a change for the worse; ``none``: surely smaller than what matters, either way; ``unseen``: the interval holds
    both no effect and one that matters; ``unknowable``: no interval.
    """
    if found.low is None or found.high is None:
        return "unknowable"
    low, high = (found.low, found.high) if better == "higher" else (-found.high, -found.low)
    if low > 0 and low >= smallest:
        return "works"
    if -smallest < low and high < smallest:
        return "none"
    if low > 0:
        return "works_unsure"
    return "harms" if high < 0 else "unseen"


def sides(cells: Iterable[Cell], treated: Collection[str]) -> list[Side]:
    """Both groups period by period, for the picture and the table behind it."""
    sums: dict[int, list[float]] = {}
    for cell in cells:
        row = sums.setdefault(cell.period, [0.0, 0.0, 0.0, 0.0])
        place = 0 if cell.area in treated else 2
        row[place] += cell.value * cell.n
        row[place + 1] += cell.n
    return [
        Side(
            period=period,
            treated=row[0] / row[1] if row[1] else None,
            treated_n=row[1],
            comparison=row[2] / row[3] if row[3] else None,
            comparison_n=row[3],
        )
        for period, row in sorted(sums.items())
    ]


# — the panel


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """Cells as columns; ``area`` and ``period`` are positions, ``side`` is 1 for the areas of the trial."""

    value: Array
    weight: Array
    area: np.ndarray[Any, np.dtype[np.int64]]
    period: np.ndarray[Any, np.dtype[np.int64]]
    #: the periods themselves
    when: Array
    after: Array
    treated: Array
    side: Array

    def only(self, keep: np.ndarray[Any, np.dtype[np.bool_]]) -> _Panel:
        return _Panel(
            value=self.value[keep],
            weight=self.weight[keep],
            area=self.area[keep],
            period=self.period[keep],
            when=self.when[keep],
            after=self.after[keep],
            treated=self.treated[keep],
            side=self.side,
        )


def _panel(cells: Iterable[Cell], treated: Collection[str], start: int) -> tuple[_Panel, tuple[str, ...]]:
    found = [cell for cell in cells if cell.n > 0]
    if len({(cell.area, cell.period) for cell in found}) < len(found):
        raise PanelError(why="同一个地方同一期有两个数")
    if not all(math.isfinite(cell.value) and math.isfinite(cell.n) for cell in found):
        raise PanelError(why="有的数不是有限的数")
    before = {cell.area for cell in found if cell.period < start}
    after = {cell.area for cell in found if cell.period >= start}
    left_out = tuple(sorted(before ^ after))
    rows = sorted((cell for cell in found if cell.area in before & after), key=lambda c: (c.area, c.period))
    areas = sorted({cell.area for cell in rows})
    if not any(area in treated for area in areas) or all(area in treated for area in areas):
        raise PanelError(why="试点的地方和对照的地方，各要至少一个在开始前后都有数")
    periods = sorted({cell.period for cell in rows})
    panel = _Panel(
        value=np.array([cell.value for cell in rows], dtype=float),
        weight=np.array([cell.n for cell in rows], dtype=float),
        area=np.array([areas.index(cell.area) for cell in rows]),
        period=np.array([periods.index(cell.period) for cell in rows]),
        when=np.array([cell.period for cell in rows], dtype=float),
        after=np.array([cell.period >= start for cell in rows], dtype=float),
        treated=np.array([cell.area in treated for cell in rows], dtype=float),
        side=np.array([area in treated for area in areas], dtype=float),
    )
    return panel, left_out


def _means(panel: _Panel) -> tuple[float, float, float, float]:
    found = []
    for side, after in ((1, 0), (1, 1), (0, 0), (0, 1)):
        keep = (panel.treated == side) & (panel.after == after)
        found.append(float(np.average(panel.value[keep], weights=panel.weight[keep])))
    return (found[0], found[1], found[2], found[3])


# — the regression


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    value: float
    error: float
    freedom: float
    #: the outcome, and the levels of periods as an orthonormal basis, both freed of the levels of areas
    outcome: Array
    basis: Array

    def interval(self, confidence: float) -> tuple[float, float]:
        wide = float(stdtrit(self.freedom, (1 + confidence) / 2)) * self.error
        return self.value - wide, self.value + wide


def _within(panel: _Panel, columns: Array) -> Array:
    """Columns times the root of the weight, freed of a level per area."""
    count = len(panel.side)
    total = np.bincount(panel.area, panel.weight, count)
    sums = np.stack([np.bincount(panel.area, panel.weight * column, count) for column in columns.T], axis=1)
    freed: Array = (columns - (sums / total[:, None])[panel.area]) * np.sqrt(panel.weight)[:, None]
    return freed


def _fit(panel: _Panel, column: Array) -> _Fit:
    """The coefficient of ``column`` beside levels of areas and periods, with its CR2 error and degrees of freedom."""
    levels = _within(panel, np.eye(int(panel.period.max()) + 1)[panel.period][:, 1:])
    basis = _orthonormal(levels)
    both = _within(panel, np.stack([panel.value, column], axis=1))
    outcome, asked = both[:, 0], both[:, 1]
    asked = asked - basis @ (basis.T @ asked)
    size = float(asked @ asked)
    if size < _ZERO * max(1.0, float(both[:, 1] @ both[:, 1])):
        raise PanelError(why="两组的差别被各期的高低完全盖住，分不出来")
    value = float(asked @ outcome) / size
    errors = outcome - basis @ (basis.T @ outcome) - value * asked
    # in the basis and this column the hat matrix is the sum of two products
    design = np.column_stack([basis, asked / math.sqrt(size)])
    found, lengths, shadows = [], [], []
    for number in range(len(panel.side)):
        rows = panel.area == number
        part = design[rows]
        adjusted = _root(np.eye(int(rows.sum())) - part @ part.T) @ asked[rows] / size
        found.append(float(adjusted @ errors[rows]))
        lengths.append(float(adjusted @ adjusted))
        shadows.append(part.T @ adjusted)
    shadow = np.array(shadows)
    spread = np.diag(lengths) - shadow @ shadow.T
    trace, squares = float(np.trace(spread)), float((spread**2).sum())
    freedom = trace * trace / squares if squares > 0 else 1.0
    error = math.sqrt(sum(each * each for each in found))
    scale = math.sqrt(float(outcome @ outcome) / size)
    return _Fit(
        value=0.0 if abs(value) < _ZERO * scale else value,
        error=0.0 if error < _ZERO * scale else error,
        freedom=max(1.0, freedom),
        outcome=outcome,
        basis=basis,
    )


def _orthonormal(columns: Array) -> Array:
    """An orthonormal basis of their span; columns that say nothing new are dropped."""
    if not columns.shape[1]:
        return columns
    left, sizes, _right = np.linalg.svd(columns, full_matrices=False)
    found: Array = left[:, sizes > _ZERO * max(1.0, float(sizes.max()))]
    return found


def _root(matrix: Array) -> Array:
    """The symmetric root of the (pseudo)inverse."""
    sizes, vectors = np.linalg.eigh(matrix)
    usable = sizes > 1e-8
    inverse = np.zeros_like(sizes)
    inverse[usable] = sizes[usable] ** -0.5
    found: Array = (vectors * inverse) @ vectors.T
    return found


def _trend(panel: _Panel, start: int, confidence: float, smallest: float) -> Trend:
    early = panel.when < start
    periods = len(np.unique(panel.when[early]))
    if periods < SHORTEST:
        return Trend(periods=periods, likeness="unclear")
    before = panel.only(early)
    fit = _fit(before, before.treated * before.when)
    later = panel.treated * panel.after > 0
    ahead = float(np.average(panel.when[later], weights=panel.weight[later]))
    behind = float(np.average(before.when, weights=before.weight))
    drift = fit.value * (ahead - behind)
    if min(panel.side.sum(), (1 - panel.side).sum()) < FEWEST:
        return Trend(slope=fit.value, drift=drift, periods=periods, likeness="unclear")
    low, high = fit.interval(confidence)
    hidden = max(abs(low), abs(high)) * (ahead - behind)
    likeness: Likeness = "different" if low > 0 or high < 0 else "alike"
    if likeness == "alike" and smallest and hidden > smallest:
        likeness = "unclear"
    return Trend(slope=fit.value, low=low, high=high, drift=drift, periods=periods, likeness=likeness)


# — chance


def _chance(panel: _Panel, fit: _Fit, seed: int) -> tuple[float, int, bool]:
    """(share of assignments with a difference at least as large, how many were tried, whether these are all)."""
    count, chosen = len(panel.side), int(panel.side.sum())
    alone = np.eye(count)[panel.area] * panel.after[:, None]
    freed = _within(panel, alone)
    freed = freed - fit.basis @ (fit.basis.T @ freed)
    numerators, products = freed.T @ fit.outcome, freed.T @ freed
    exact = math.comb(count, chosen) <= EVERY
    ways = (
        np.array(list(itertools.combinations(range(count), chosen)))
        if exact
        else _drawn(count, chosen, random.Random(seed))
    )
    labels = np.zeros((len(ways), count))
    np.put_along_axis(labels, ways, 1.0, axis=1)
    sizes = np.einsum("ij,jk,ik->i", labels, products, labels)
    usable = sizes > _ZERO
    values = np.abs((labels @ numerators)[usable] / sizes[usable])
    as_large = int((values >= abs(fit.value) - 1e-9 * max(1.0, abs(fit.value))).sum())
    if exact:
        return as_large / len(values), len(values), True
    return (as_large + 1) / (len(values) + 1), len(values), False


def _drawn(count: int, chosen: int, lots: random.Random) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([lots.sample(range(count), chosen) for _ in range(DRAWS)])


def p_value(found: Effect) -> float | None:
    """Two-sided p of the interval's own test; ``None`` where there is no interval."""
    if found.error is None or found.freedom is None:
        return None
    if found.error == 0:
        return 1.0 if found.value == 0 else 0.0
    return float(2 * stdtr(found.freedom, -abs(found.value) / found.error))


__all__ = [
    "FEWEST",
    "SHORTEST",
    "Cell",
    "Effect",
    "Side",
    "Trend",
    "Verdict",
    "effect",
    "foreseen",
    "judge",
    "p_value",
    "sides",
]
