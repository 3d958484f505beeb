"""From values to points, from points to a score with its interval, from scores to bands.

Score = (Wc·Σ w·s + Ws·Σ v·p + bonus − deduction) × g, all in 0 to 100 points.

The interval of the score is put together by MOVER, the method of variance estimates recovery (G. Y. Zou and A. Donner,
Construction of confidence limits about effect measures: a general approach, Statistics in Medicine 27 (2008)
1693-1702): the distances from each part to its own limits are combined as root of the sum of squares. It keeps the
asymmetry of Wilson's intervals near 100 %, where the delta method has none and a variance of 0; and it needs neither
draws nor a seed, so the same facts give the same digits. Criteria over the same cases (``group``) are taken as wholly
dependent: within a group the distances are added, which can only widen the interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

from gongzhi.engine.measures.errors import SheetError
from gongzhi.engine.measures.rates import FEW, rate
from gongzhi.engine.measures.scorecards.banding import Place, bands
from gongzhi.engine.measures.scorecards.estimating import Estimate, Missing, Reference, estimate, reference
from gongzhi.engine.measures.scorecards.scheme import FULL, Award, Criterion, Observed, Scheme, Sheet

#: at this confidence the single figures of a card are shown
SHOWN = 0.95
#: a unit is placed only where criteria with 30 cases and more carry at least half of the weight
ENOUGH = 50.0
Unplaced = Literal["", "few", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One criterion of one unit. ``points``, ``low`` and ``high`` are 0 when ``missing`` says why there is no value."""

    criterion: str
    part: str
    #: per cent of the whole, as declared and as it came to be after what is missing was shared out
    weight: float
    effective: float
    missing: Missing = ""
    estimate: Estimate | None = None
    points: float = 0.0
    low: float = 0.0
    high: float = 0.0
    excluded: int = 0

    @property
    def few(self) -> bool:
        """Whether the figure rests on fewer than thirty cases."""
        return self.estimate is None or self.estimate.n < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Points by an award: for how many facts, and how much of it was cut off by the cap."""

    award: str
    facts: float
    points: float
    cut: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The card of one unit. ``score`` is ``None`` when nothing at all could be counted."""

    unit: str
    class_id: str
    cells: tuple[Cell, ...]
    bonus: tuple[Given, ...]
    deductions: tuple[Given, ...]
    #: Wc·Σ w·s + Ws·Σ v·p
    base: float
    added: float
    taken: float
    #: the green coefficient; 1 where nothing is known
    green: float
    score: float | None
    low: float
    high: float
    #: 1 is the best band; 0: not placed, and ``unplaced`` says why
    band: int = 0
    unplaced: Unplaced = ""
    #: how many units of the class are certainly better, and certainly worse
    ahead: int = 0
    behind: int = 0


def _line(x: float, worst: float, best: float) -> float:
    return min(FULL, max(0.0, FULL * (x - worst) / (best - worst)))


def _in_range(criterion: Criterion, x: float) -> float:
    off = max(criterion.low - x, x - criterion.high, 0.0)
    return max(0.0, FULL * (1 - off / criterion.margin))


_POINTS: Mapping[str, Callable[[Criterion, float], float]] = {
    "higher": lambda each, x: _line(x, each.worst, each.best),
    "lower": lambda each, x: _line(x, each.worst, each.best),
    "satisfaction": lambda each, x: _line(x, each.worst, each.best),
    "target": lambda each, x: _line(x, each.worst, each.target),
    "range": _in_range,
    "trend": lambda each, x: _line(x, -each.step, each.step),
}


def points(criterion: Criterion, x: float) -> float:
    """0 to 100 points for a value (of a trend: for the change for the better)."""
    return _POINTS[criterion.type](criterion, x)


def spread(criterion: Criterion, found: Estimate) -> tuple[float, float, float]:
    """Points of the value, and the least and most points that its interval allows."""
    ends = (points(criterion, found.low), points(criterion, found.high))
    most = max(ends)
    if criterion.type == "range" and found.low <= criterion.high and found.high >= criterion.low:
        most = FULL
    at = points(criterion, found.value)
    return at, min(*ends, at), max(most, at)


def mark(scheme: Scheme, sheets: Iterable[Sheet]) -> tuple[Result, ...]:
    """The cards of all units, in order of class and unit; the order of the sheets changes nothing.

    The interval of a score is wide enough for all ``m`` units of a class at once (Bonferroni: each at confidence
    ``1 − (1 − scheme.confidence)/m``). Raises ``SheetError`` for a unit twice or of an unknown class.
    """
    known = {each.id for each in scheme.classes}
    by_class: dict[str, list[Sheet]] = {}
    seen: set[str] = set()
    for sheet in sorted(sheets, key=lambda each: (each.class_id, each.unit)):
        if sheet.class_id not in known or sheet.unit in seen:
            raise SheetError(unit=sheet.unit, class_id=sheet.class_id)
        seen.add(sheet.unit)
        by_class.setdefault(sheet.class_id, []).append(sheet)
    found: list[Result] = []
    for class_id, members in by_class.items():
        found += _class(scheme, class_id, members)
    return tuple(found)


def _class(scheme: Scheme, class_id: str, members: Sequence[Sheet]) -> list[Result]:
    criteria = list(scheme.of(class_id))
    known = {
        each.id: reference(sheet.observed[each.id] for sheet in members if each.id in sheet.observed)
        for _, each in criteria
        if each.adjust
    }
    confidence = 1 - (1 - scheme.confidence) / len(members)
    cards = [_card(scheme, criteria, known, confidence, sheet) for sheet in members]
    placed = {
        card.unit: (card.low, card.high) for card in cards if card.score is not None and not card.unplaced
    }
    places = bands(placed)
    return [_placed(card, places.get(card.unit)) for card in cards]


def _placed(card: Result, place: Place | None) -> Result:
    if place is None:
        return card
    return replace(card, band=place.band, ahead=place.ahead, behind=place.behind)


@dataclass(slots=True)
class _Sums:
    """Distances to the lower and upper limit, added within a group."""

    down: dict[str, float]
    up: dict[str, float]

    def add(self, group: str, down: float, up: float) -> None:
        self.down[group] = self.down.get(group, 0.0) + down
        self.up[group] = self.up.get(group, 0.0) + up

    def widths(self) -> tuple[float, float]:
        return (
            sqrt(sum(each * each for each in self.down.values())),
            sqrt(sum(each * each for each in self.up.values())),
        )


def _card(
    scheme: Scheme,
    criteria: Sequence[tuple[str, Criterion]],
    known: Mapping[str, Reference | None],
    confidence: float,
    sheet: Sheet,
) -> Result:
    shown = {
        each.id: estimate(each, sheet.observed.get(each.id), known.get(each.id), SHOWN)
        for _, each in criteria
    }
    shares = _shares(scheme, criteria, shown)
    cells = tuple(_cell(scheme, part, each, shown[each.id], shares, sheet) for part, each in criteria)
    base = sum(cell.effective / FULL * cell.points for cell in cells if cell.part != "green")
    greens = [cell for cell in cells if cell.part == "green" and not cell.missing]
    green, slope = 1.0, 0.0
    if scheme.green and greens:
        slope = (scheme.green.high - scheme.green.low) / FULL
        green = scheme.green.low + slope * sum(cell.effective / FULL * cell.points for cell in greens)
    bonus, added = _awards(scheme.bonus, scheme.bonus_cap, sheet)
    deductions, taken = _awards(scheme.deductions, scheme.deduction_cap, sheet)
    total = base + added - taken
    sums = _Sums({}, {})
    for (part, each), cell in zip(criteria, cells, strict=True):
        if cell.missing:
            continue
        wide = estimate(each, sheet.observed.get(each.id), known.get(each.id), confidence)
        assert isinstance(wide, Estimate)  # the confidence does not decide what is missing
        at, low, high = spread(each, wide)
        factor = cell.effective / FULL * (abs(total) * slope if part == "green" else green)
        sums.add(each.group or each.id, factor * (at - low), factor * (high - at))
    for sign, awards in ((1, scheme.bonus), (-1, scheme.deductions)):
        for award in awards:
            _uncertain(sums, award, sheet.awards.get(award.id), sign, green, confidence)
    down, up = sums.widths()
    present = sum(cell.weight for cell in cells if cell.part != "green" and not cell.missing)
    solid = sum(cell.effective for cell in cells if cell.part != "green" and not cell.few)
    score = max(0.0, total * green)
    unplaced: Unplaced = "missing" if present < ENOUGH else "few" if solid < ENOUGH else ""
    return Result(
        unit=sheet.unit,
        class_id=sheet.class_id,
        cells=cells,
        bonus=bonus,
        deductions=deductions,
        base=base,
        added=added,
        taken=taken,
        green=green,
        score=score if present else None,
        low=max(0.0, score - down),
        high=score + up,
        unplaced=unplaced,
    )


def _shares(
    scheme: Scheme, criteria: Sequence[tuple[str, Criterion]], shown: Mapping[str, Estimate | Missing]
) -> dict[str, float]:
    """Part -> by how much its declared weights grow, so that what is present carries what is missing."""
    there = {"class": 0.0, "special": 0.0, "green": 0.0}
    for part, each in criteria:
        if isinstance(shown[each.id], Estimate):
            there[part] += each.weight
    whole = {"class": scheme.class_weight, "special": scheme.special_weight, "green": FULL}
    for part, other in (("class", "special"), ("special", "class")):
        if not there[part] and there[other]:
            whole[other] += whole[part]
            whole[part] = 0.0
    return {part: whole[part] / there[part] if there[part] else 0.0 for part in there}


def _cell(
    scheme: Scheme,
    part: str,
    each: Criterion,
    found: Estimate | Missing,
    shares: Mapping[str, float],
    sheet: Sheet,
) -> Cell:
    whole = {"class": scheme.class_weight, "special": scheme.special_weight, "green": FULL}[part]
    weight = whole * each.weight / FULL
    observed = sheet.observed.get(each.id)
    excluded = observed.excluded if observed else 0
    if not isinstance(found, Estimate):
        return Cell(
            criterion=each.id, part=part, weight=weight, effective=0.0, missing=found, excluded=excluded
        )
    at, low, high = spread(each, found)
    return Cell(
        criterion=each.id,
        part=part,
        weight=weight,
        effective=each.weight * shares[part],
        estimate=found,
        points=at,
        low=low,
        high=high,
        excluded=excluded,
    )


def _uncertain(
    sums: _Sums, award: Award, observed: Observed | None, sign: int, green: float, confidence: float
) -> None:
    """An award for a rate is as uncertain as the rate; facts that were counted one by one are not."""
    if award.kind != "rate" or observed is None or not observed.n:
        return
    found = rate(round(observed.total), observed.n, confidence)
    at, low, high = (
        min(award.cap, FULL * award.points * each) for each in (found.value or 0.0, found.low, found.high)
    )
    ends = (at - low, high - at) if sign > 0 else (high - at, at - low)
    sums.add(award.group or award.id, green * ends[0], green * ends[1])


def _awards(awards: Sequence[Award], cap: float, sheet: Sheet) -> tuple[tuple[Given, ...], float]:
    """What was given by each award, and their sum under the common cap."""
    given = []
    for award in awards:
        observed = sheet.awards.get(award.id, Observed(n=0))
        facts = observed.total
        if award.kind == "rate":
            facts = FULL * observed.total / observed.n if observed.n else 0.0
        wanted = facts * award.points
        got = min(wanted, award.cap)
        given.append(Given(award=award.id, facts=facts, points=got, cut=wanted - got))
    return tuple(given), min(sum(each.points for each in given), cap)


__all__ = ["ENOUGH", "SHOWN", "Cell", "Given", "Result", "Unplaced", "mark", "points", "spread"]
