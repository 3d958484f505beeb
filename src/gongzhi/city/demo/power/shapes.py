"""When power is used: the load of a region at every quarter of an hour, and of large users day by day.

Source: the region's load 2018-2021 and the daily loads of four kinds of users that a contest published
(``power/region_load_15min.csv.gz``, ``power/industry_daily_load.csv``; tests and demos may read them, the project ships none).
"""

from __future__ import annotations

import csv
import gzip
import os
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: points of a day
POINTS = 96
#: the year whose hours are taken: whole in both files, before the closures of 2020
MODEL = 2019
#: a plain day where the files are not there: the share of the daily mean in each hour
PLAIN = (
    0.82, 0.79, 0.77, 0.76, 0.77, 0.80, 0.86, 0.94, 1.05, 1.12, 1.15, 1.10,
    1.02, 1.04, 1.10, 1.13, 1.14, 1.12, 1.10, 1.13, 1.12, 1.06, 0.98, 0.90,
)  # fmt: skip
#: days may be as weak or as strong as this, whatever the file says (a broken day in it is no closure)
WEAKEST, STRONGEST = 0.55, 1.25
LARGE = "大工业用电"


@dataclass(frozen=True, slots=True)
class Shapes:
    """The factor of each quarter of an hour of each day of the model year; the mean of all is about 1."""

    #: the model year's days by month and day
    quarters: dict[tuple[int, int], NDArray[np.float64]]
    strength: dict[tuple[int, int], float]
    #: what they come from, for whoever reads the figures
    source: str

    @classmethod
    def load(cls, folder: Path | None = None) -> Shapes:
        """From the real files where they are (``GONGZHI_DATA``, or ``../shared/data``), else a plain day.

        >>> Shapes.plain().day(date(2024, 3, 1)).shape
        (96,)
        """
        found = folder or _folder()
        return _read(found) if found is not None else cls.plain()

    @classmethod
    def plain(cls) -> Shapes:
        """The same day all year, written down by hand."""
        return cls(quarters={}, strength={}, source="a plain day of 24 numbers")

    def day(self, day: date) -> NDArray[np.float64]:
        """96 factors for a day: those of the nearest day of the model year with the same weekday."""
        if not self.quarters:
            return np.repeat(np.array(PLAIN), POINTS // 24)
        like = self.like(day)
        return self.quarters[like] * self.strength.get(like, 1.0)

    def like(self, day: date) -> tuple[int, int]:
        """Month and day of the day in the model year that stands for this one."""
        near = date(MODEL, day.month, min(day.day, 28) if day.month == 2 else day.day)
        ahead = (day.weekday() - near.weekday() + 3) % 7 - 3
        chosen = near + timedelta(days=ahead)
        if chosen.year != MODEL:
            chosen -= timedelta(days=7 if chosen.year > MODEL else -7)
        return chosen.month, chosen.day


def _folder() -> Path | None:
    """Where the files lie, if they do."""
    places = (os.environ.get("GONGZHI_DATA", ""), "../shared/data")
    found = (Path(place) / "power" for place in places if place)
    return next((each for each in found if (each / "region_load_15min.csv.gz").is_file()), None)


@lru_cache(maxsize=2)
def _read(folder: Path) -> Shapes:
    quarters: dict[tuple[int, int], list[float]] = {}
    with gzip.open(folder / "region_load_15min.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["time"].startswith(str(MODEL)):
                quarters.setdefault((int(row["time"][5:7]), int(row["time"][8:10])), []).append(
                    float(row["kw"])
                )
    whole = {day: np.array(values) for day, values in quarters.items() if len(values) == POINTS}
    mean = float(np.mean([values.mean() for values in whole.values()]))
    fallback = np.mean(list(whole.values()), axis=0) / mean
    filled = {
        (each.month, each.day): whole[each.month, each.day] / whole[each.month, each.day].mean()
        if (each.month, each.day) in whole
        else fallback
        for each in (date(MODEL, 1, 1) + timedelta(days=n) for n in range(365))
    }
    return Shapes(quarters=filled, strength=_strength(folder), source=f"the region's load of {MODEL}")


def _strength(folder: Path) -> dict[tuple[int, int], float]:
    """How strong each day of the model year was for large users, against their median day."""
    found: dict[tuple[int, int], float] = {}
    with (folder / "industry_daily_load.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["industry"] == LARGE and row["date"].startswith(str(MODEL)) and row["kw_max"]:
                found[int(row["date"][5:7]), int(row["date"][8:10])] = float(row["kw_max"])
    middle = float(np.median(list(found.values()))) if found else 1.0
    return {day: min(STRONGEST, max(WEAKEST, kw / middle)) for day, kw in found.items()}


__all__ = ["POINTS", "Shapes"]
