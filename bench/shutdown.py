"""An outside check of the rule of limits (R6): which days of a publicly known shutdown it sees on real daily loads.

The window is public: from 24 January to 24 February 2020 the provinces stood under first-level public health responses
(each began and ended within days of these; the spring festival lies in it). The
question to the rule is the one that it has for orders: did use fall by a share against the same weekdays of the four weeks
before? Nothing was tuned on these rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from gongzhi.engine.watches import Period, Readings, Span, Subject, Subjects, WatchSpec, find, start_of
from gongzhi.engine.watches.kinds import HOUR_US

WINDOW = (date(2020, 1, 24), date(2020, 2, 24))
#: by how much use must fall, and over how many days other periods are asked
CUT, DAYS = 0.3, 31
#: days that are left out of the ordinary ones: the window and four weeks behind it, and the spring festival of 2019
APART = ((date(2020, 1, 17), date(2020, 4, 8)), (date(2019, 1, 28), date(2019, 3, 20)))
_EPOCH = date(1970, 1, 1)
SPEC = WatchSpec.model_validate(
    {
        "id": "limit",
        "title": "限产",
        "kind": "limit_order",
        "feed": "power",
        "over": {"register": "meters"},
        "series": {"target": "row.key"},
        "periods": {"register": "orders", "match": {"key": "row.key"}, "from": "since", "to": "until"},
        "says": "限产",
    }
)


def seen(folder: Path) -> dict[str, tuple[float, float]]:
    """Kind of user -> share of days that the rule calls reduced: of the shutdown, and of ordinary periods."""
    found = {}
    for industry, days in _loads(folder / "industry_daily_load.csv").items():
        ordinary = [_reduced(industry, days, first) for first in _ordinary(sorted(days))]
        whole = [each for each in ordinary if each is not None]
        told = _reduced(industry, days, WINDOW[0])
        if told is not None and whole:
            found[industry] = told, sum(whole) / len(whole)
    return found


def _loads(path: Path) -> dict[str, dict[date, int]]:
    made: dict[str, dict[date, int]] = {}
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["kw_max"]:
                day = date.fromisoformat(row["date"])
                made.setdefault(row["industry"], {})[day] = round(float(row["kw_max"]) * 1000)
    return made


def _ordinary(days: list[date]) -> Iterator[date]:
    first = days[0] + timedelta(days=28)
    while first + timedelta(days=DAYS) <= days[-1]:
        touched = (first - timedelta(days=28), first + timedelta(days=DAYS))
        if all(touched[1] < begin or end < touched[0] for begin, end in APART):
            yield first
        first += timedelta(days=DAYS)


def _reduced(industry: str, days: dict[date, int], first: date) -> float | None:
    """The share of 31 days on which use had fallen by the cut; nothing where days are missing."""
    begin = (first - _EPOCH).days
    readings: Readings = {
        industry: {start_of((day - _EPOCH).days) + 12 * HOUR_US: value for day, value in days.items()}
    }
    params: dict[str, Any] = {"cut": CUT, "weeks": 4, "least": 4}
    subject = Subject(key=industry, name=industry, area="", series={"target": (industry,)}, params=params)
    period = Period(
        subject=industry, order="window", since=start_of(begin), until=start_of(begin + DAYS), cut=CUT
    )
    watched = Subjects(subjects=(subject,), periods=(period,))
    span = Span(first=begin, last=begin + DAYS, step=24 * HOUR_US)
    there = [first + timedelta(days=each) for each in range(DAYS) if first + timedelta(days=each) in days]
    if len(there) < DAYS - 3:
        return None
    return 1 - len(find(SPEC, watched, readings, span)) / len(there)


__all__ = ["seen"]
