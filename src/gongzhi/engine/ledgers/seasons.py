"""Seasons: within what time points are gathered before the book is drawn up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Every = Literal["year", "half_year", "quarter"]
_MONTHS: dict[Every, int] = {"year": 12, "half_year": 6, "quarter": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """One season; both days belong to it."""

    #: ``2024``, ``2024H1``, ``2024Q3``
    name: str
    starts: date
    ends: date


def season_of(day: date, every: Every = "year") -> Season:
    """The season to which a day belongs.

    >>> season_of(date(2024, 9, 30), "quarter").name, season_of(date(2024, 10, 1), "half_year").starts.isoformat()
    ('2024Q3', '2024-07-01')
    """
    months = _MONTHS[every]
    place = (day.month - 1) // months
    starts = date(day.year, place * months + 1, 1)
    after = place * months + months + 1
    ends = date(day.year + after // 13, (after - 1) % 12 + 1, 1) - timedelta(days=1)
    mark = {"year": "", "half_year": f"H{place + 1}", "quarter": f"Q{place + 1}"}[every]
    return Season(name=f"{day.year}{mark}", starts=starts, ends=ends)


__all__ = ["Every", "Season", "season_of"]
