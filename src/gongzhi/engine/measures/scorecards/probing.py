"""The probe: does this scheme put two units of the same rate into different bands because one has more cases?

Two made-up units do exactly the same share of everything well, one with few cases and one with a hundred times as many.
Whatever the scheme counts is counted for both; facts of an award are counted among the unit's cases where the award's group is
a criterion's. A scheme that tells the two apart measures how big a unit is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gongzhi.engine.measures.scorecards.scheme import Award, Criterion, Observed, Scheme, Sheet
from gongzhi.engine.measures.scorecards.scoring import mark

#: cases of the small and of the large unit; every share below makes whole numbers of both
SIZES = ((40, 4_000), (400, 400_000), (100_000, 10_000_000))
SHARES = (0.1, 0.5, 0.9, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A pair that the scheme tells apart although their rates are the same."""

    class_id: str
    share: float
    small: int
    large: int
    bands: tuple[int, int]
    scores: tuple[float, float]


def probe(scheme: Scheme) -> Iterator[Told]:
    """Every made-up pair that lands in different bands; nothing for a scheme that measures rates."""
    for one in scheme.classes:
        for share in SHARES:
            for small, large in SIZES:
                pair = [
                    _unit(scheme, one.id, name, size, share) for name, size in (("小", small), ("大", large))
                ]
                first, second = sorted(mark(scheme, pair), key=lambda each: each.unit != "小")
                if first.band != second.band:
                    yield Told(
                        class_id=one.id,
                        share=share,
                        small=small,
                        large=large,
                        bands=(first.band, second.band),
                        scores=(first.score or 0.0, second.score or 0.0),
                    )


def _unit(scheme: Scheme, class_id: str, name: str, n: int, share: float) -> Sheet:
    criteria = [each for _, each in scheme.of(class_id)]
    groups = {each.group or each.id for each in criteria}
    awards = (*scheme.bonus, *scheme.deductions)
    return Sheet(
        unit=name,
        class_id=class_id,
        observed={each.id: _observed(each, n, share) for each in criteria},
        awards={each.id: _facts(each, n, share, each.group in groups) for each in awards},
    )


def _observed(criterion: Criterion, n: int, share: float) -> Observed:
    hits = round(n * share)
    if criterion.kind == "quantile":
        # the same spread of values, as often as there are cases
        values = tuple(
            sorted(
                (criterion.worst + (criterion.best - criterion.worst) * (k % 10) / 9)
                for k in range(min(n, 4000))
            )
        )
        return Observed(n=n, values=values, reached=n, due=n)
    if criterion.kind == "mean":
        at = criterion.worst + (criterion.best - criterion.worst) * share
        return Observed(
            n=n, total=n * at, squares=n * (at * at + 1), reached=n, due=n, before=_before(criterion, n)
        )
    return Observed(n=n, total=hits, reached=n, due=n, before=_before(criterion, n))


def _before(criterion: Criterion, n: int) -> Observed | None:
    if criterion.type != "trend":
        return None
    return Observed(n=n, total=n * 0.5, squares=n * 1.25)


def _facts(award: Award, n: int, share: float, scales: bool) -> Observed:
    """What happens to a unit as often as it has cases, and what happens to any unit as often."""
    return Observed(n=n, total=round(n * share) if scales or award.kind == "rate" else 1)


__all__ = ["Told", "probe"]
