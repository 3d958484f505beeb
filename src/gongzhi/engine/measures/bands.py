"""Bands and ranks that do not say more than the numbers do.

Two units whose intervals overlap are not put into an order, and a unit with fewer than thirty cases gets no band at
all: its interval is shown instead (the requirement drawn from complaints about "satisfaction by the hour" and the
removal of those at the bottom).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gongzhi.engine.measures.errors import LinesError
from gongzhi.engine.measures.rates import Rate


@dataclass(frozen=True, slots=True)
class Line:
    """The worst rate that still belongs to a band, e.g. ``Line("优", 0.95)``; the last band reaches to the end."""

    title: str
    at: float


@dataclass(frozen=True, slots=True)
class Banded:
    """In which bands a rate may lie. ``title`` is empty when there are too few cases or the interval crosses a line."""

    title: str
    #: all bands that the interval touches, best first
    possible: tuple[str, ...]
    because: Literal["clear", "few", "crosses"]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a unit stands: ``ahead`` units are certainly better, ``behind`` certainly worse."""

    unit: str
    rate: Rate
    ahead: int
    behind: int
    #: whether the unit is ranked at all (thirty cases or more)
    ranked: bool
    #: best and worst place that the numbers allow; equal when the place is established, (0, 0) when not ranked
    places: tuple[int, int]


def band(
    value: Rate, lines: Sequence[Line], *, better: Literal["higher", "lower"] = "higher", rest: str = "其他"
) -> Banded:
    """The band of a rate, or why it has none.

    ``lines`` go from the best band to the worst; a rate beyond the last line is in ``rest``. Raises
    :class:`LinesError` when they are empty, out of order or repeat a title.
    """
    _check(lines, better, rest)
    best, worst = (value.high, value.low) if better == "higher" else (value.low, value.high)
    first, last = _index(best, lines, better), _index(worst, lines, better)
    titles = [line.title for line in lines] + [rest]
    possible = tuple(titles[first : last + 1])
    if value.few:
        return Banded("", possible, "few")
    return Banded(possible[0], possible, "clear") if len(possible) == 1 else Banded("", possible, "crosses")


def rank(rates: Mapping[str, Rate], *, better: Literal["higher", "lower"] = "higher") -> tuple[Placing, ...]:
    """Units with how many are certainly ahead and behind: only where the intervals do not overlap.

    In order of the rate for reading, those with fewer than thirty cases last; two units whose intervals overlap
    have each other neither ahead nor behind.
    """
    sign = 1 if better == "higher" else -1
    ranked = {unit: one for unit, one in rates.items() if not one.few}

    def beats(one: Rate, other: Rate) -> bool:
        return one.low > other.high if better == "higher" else one.high < other.low

    placings = []
    for unit, one in rates.items():
        if unit not in ranked:
            placings.append(Placing(unit, one, 0, 0, False, (0, 0)))
            continue
        ahead = sum(beats(other, one) for other in ranked.values())
        behind = sum(beats(one, other) for other in ranked.values())
        placings.append(Placing(unit, one, ahead, behind, True, (1 + ahead, len(ranked) - behind)))
    return tuple(sorted(placings, key=lambda p: (not p.ranked, -sign * (p.rate.value or 0.0), p.unit)))


def _check(lines: Sequence[Line], better: str, rest: str) -> None:
    places = [line.at for line in lines]
    titles = [line.title for line in lines] + [rest]
    ordered = sorted(places, reverse=better == "higher")
    if not lines or places != ordered or len(set(places)) < len(places) or len(set(titles)) < len(titles):
        raise LinesError(lines="、".join(f"{line.title} {line.at}" for line in lines))


def _index(value: float, lines: Sequence[Line], better: str) -> int:
    for index, line in enumerate(lines):
        if value >= line.at if better == "higher" else value <= line.at:
            return index
    return len(lines)


__all__ = ["Banded", "Line", "Placing", "band", "rank"]
