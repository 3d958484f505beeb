"""Bands instead of ranks: two units stand in different bands only where their intervals do not overlap.

The intervals of a class are merged where they touch; each piece that remains is a band. A unit in the middle whose
interval bridges two others therefore keeps all three together: nothing is said that the numbers do not say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The band of a unit (1 is the best), and how many are certainly better and certainly worse."""

    band: int
    ahead: int
    behind: int


def bands(intervals: Mapping[str, tuple[float, float]]) -> dict[str, Place]:
    """Unit -> its place, from the (low, high) of each; higher is better. Touching intervals overlap.

    >>> bands({"甲": (80, 90), "乙": (85, 95), "丙": (60, 70)})["丙"]
    Place(band=2, ahead=2, behind=0)
    """
    lows = sorted(low for low, _ in intervals.values())
    highs = sorted(high for _, high in intervals.values())
    found: dict[str, Place] = {}
    band, reach = 0, float("inf")
    for unit, (low, high) in sorted(intervals.items(), key=lambda each: (-each[1][1], each[0])):
        if not band or high < reach:
            band, reach = band + 1, low
        reach = min(reach, low)
        ahead = len(lows) - bisect_right(lows, high)
        behind = bisect_left(highs, low)
        found[unit] = Place(band, ahead, behind)
    return found


__all__ = ["Place", "bands"]
