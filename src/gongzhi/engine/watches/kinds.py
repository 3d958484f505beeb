"""The kinds of watches: which series and parameters each has, and which numbers its alerts keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

#: local time is UTC+8 without summer time (since 1991), so that a local day is a whole number of microseconds
ZONE_US = 28_800_000_000
DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter: what it is counted in, and its value where a watch says nothing (``None``: it must be said).

    ``milli``: a value of the series, in thousandths; ``whole``: a count; ``real``: a factor or a share.
    """

    unit: str
    default: Fraction | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of watch. ``shape``: windows are runs of points, whole local days, edges, rows or counts."""

    shape: str
    series: tuple[str, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()

    @property
    def by_point(self) -> bool:
        """Whether it reads points (each subject has one series per part); else sums of days (several are added)."""
        return self.shape in ("points", "edges")


_POINTS = Param(unit="whole", default=4)
_OFF = Param(unit="milli", default=0)
KINDS: Mapping[str, Kind] = {
    "off_while_on": Kind(
        shape="points",
        series=("target", "source"),
        params={"points": _POINTS, "on_above": _OFF, "off_below": _OFF},
        numbers=("points", "minutes", "source", "target"),
    ),
    "stop_order": Kind(
        shape="points",
        series=("target",),
        params={"points": _POINTS, "idle": _OFF},
        numbers=("points", "minutes", "target", "order"),
    ),
    "silent": Kind(
        shape="points",
        series=("target",),
        params={
            "missing": Param(unit="whole", default=0),
            "flat": Param(unit="whole", default=0),
            "flat_above": Param(unit="milli", default=0),
            "from": Param(unit="date", default=0),
        },
        numbers=("points", "minutes", "what", "value"),
    ),
    "lead_lag": Kind(
        shape="edges",
        series=("target", "source"),
        params={
            "lead": Param(unit="whole", default=0),
            "lag": Param(unit="whole", default=0),
            "points": Param(unit="whole", default=1),
            "on_above": _OFF,
            "off_below": _OFF,
        },
        numbers=("starts", "stops", "points", "minutes"),
    ),
    "low_ratio": Kind(
        shape="days",
        series=("target", "source"),
        params={
            "quantile": Param(unit="real", default=Fraction(5, 100)),
            "days": Param(unit="whole", default=28),
            "least": Param(unit="whole", default=10),
            "source_least": Param(unit="milli", default=0),
            "margin": Param(unit="real", default=1),
        },
        numbers=("ratio", "baseline", "source", "target", "days"),
    ),
    "night_ratio": Kind(
        shape="days",
        series=("target",),
        params={
            "above": Param(unit="real", default=Fraction(3, 2)),
            "night_from": Param(unit="whole", default=22),
            "night_to": Param(unit="whole", default=6),
            "least": Param(unit="milli", default=0),
        },
        numbers=("night", "daytime", "ratio"),
    ),
    "limit_order": Kind(
        shape="days",
        series=("target",),
        params={
            "cut": Param(unit="real", default=Fraction(3, 10)),
            "weeks": Param(unit="whole", default=4),
            "least": Param(unit="whole", default=2),
        },
        numbers=("used", "reference", "allowed", "order"),
    ),
    "record": Kind(shape="rows"),
    "surge": Kind(
        shape="counts",
        params={
            "days": Param(unit="whole", default=7),
            "weeks": Param(unit="whole", default=4),
            "times": Param(unit="real", default=2),
            "least": Param(unit="whole", default=5),
        },
        numbers=("count", "usual", "times", "category"),
    ),
}


def day_of(us: int) -> int:
    """The local day of an instant: days since 1970-01-01."""
    return (us + ZONE_US) // DAY_US


def start_of(day: int) -> int:
    """When a local day begins, in microseconds since 1970 UTC."""
    return day * DAY_US - ZONE_US


def milli(value: float) -> int:
    """A value in thousandths, rounded half up: whole numbers are added alike by every engine, whatever the order.

    >>> milli(12.3456), milli(-0.0005)
    (12346, 0)
    """
    return floor(value * 1000 + 0.5)


__all__ = [
    "DAY_US",
    "HOUR_US",
    "KINDS",
    "MINUTE_US",
    "ZONE_US",
    "Kind",
    "Param",
    "day_of",
    "milli",
    "start_of",
]
