"""The readings of a year: what the meters of all firms say at each quarter of an hour, a day at a time.

All firms of a day are computed together as arrays of (firm, 96). Each day has a random stream of its own, so a day can be made
without those before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gongzhi.city.demo.power.events import STEP_US, Event, Order, Year
from gongzhi.city.demo.power.firms import SHIFTS, Firm
from gongzhi.city.demo.power.shapes import POINTS

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
#: steps that treatment runs before and after production
WIDTH = 2
#: after so many steps of production a late treatment starts; one that is being commissioned starts a step earlier
LATE = 4
#: what a weak treatment uses of its usual, and what a limit is kept with to spare
WEAK, SPARE = 0.35, 0.12
#: share of the readings that never come
LOST = 0.0005
NOISE = 0.05
#: steps of a test run during maintenance: production for a short time, no treatment
TEST_FROM, TEST_STEPS = 40, 7
#: steps until a firm with a broken treatment has stopped
STOPS_AFTER = 6


def tables(year: Year) -> Iterator[tuple[date, pa.Table]]:
    """One table per local day, ordered by series and time."""
    maker = _Maker(year)
    for day in range(year.days):
        yield year.start + timedelta(days=day), maker.table(day)


class _Maker:
    def __init__(self, year: Year) -> None:
        self.year = year
        self.firms = year.firms
        self.row = {firm.code: row for row, firm in enumerate(year.firms)}
        self.events: dict[int, list[Event]] = _by_day(year.events)
        self.orders: dict[int, list[Order]] = _by_day(year.orders)
        self.rated = np.array([firm.rated for firm in self.firms])[:, None]
        self.treating = np.array([firm.treating for firm in self.firms])[:, None]
        self.linked = np.array([not firm.main for firm in self.firms])
        self.main = ~self.linked
        self.opens = np.array([SHIFTS[firm.shift][0] * 4 for firm in self.firms])
        self.closes = np.array([SHIFTS[firm.shift][1] * 4 for firm in self.firms])
        self.three = np.array([firm.shift == "three" for firm in self.firms])
        self.series = pa.array(year.series())
        self.kept: dict[int, Bools] = {}

    def table(self, day: int) -> pa.Table:
        """All readings of a day that came in."""
        source, target = self.values(day)
        value = np.vstack([source, target[self.linked]])
        rows = len(value)
        codes = np.repeat(np.arange(rows, dtype=np.int32), POINTS)
        us = self.year.us(day * POINTS) + np.arange(POINTS, dtype=np.int64) * STEP_US
        here = ~np.isnan(value).ravel()
        here &= self.stream(day, 3).random(rows * POINTS) >= LOST
        series = pa.DictionaryArray.from_arrays(pa.array(codes[here]), self.series)
        return pa.table(
            {
                "series": series.dictionary_decode(),
                "us": np.tile(us, rows)[here],
                "value": np.round(value.ravel()[here], 3),
            }
        )

    def stream(self, day: int, which: int) -> np.random.Generator:
        """Random numbers of one day, for one purpose."""
        return np.random.default_rng([self.year.seed, which, day])

    def producing(self, day: int) -> Bools:
        """Which firm produces at which step; kept for the neighbours of the day."""
        if day not in self.kept:
            self.kept = {near: on for near, on in self.kept.items() if abs(near - day) <= 2}
            self.kept[day] = self._produce(day)
        return self.kept[day]

    def _produce(self, day: int) -> Bools:
        count, steps = len(self.firms), np.arange(POINTS)[None, :]
        jitter = self.stream(day + 1, 1).integers(-1, 2, (2, count))
        opens = np.where(self.three, 0, self.opens + jitter[0])[:, None]
        closes = np.where(self.three, POINTS, self.closes + jitter[1])[:, None]
        on: Bools = (steps >= opens) & (steps < closes)
        if (self.year.start + timedelta(days=day)).weekday() == 6:
            on[~self.three] = False
            on[self.three, 32:80] = False
        for order in self.orders[day]:
            if not order.cut:
                first, last = _within(order, day)
                on[self.row[order.firm.code], first:last] = False
        for event in self.events[day]:
            _produce_in(event, day, on[self.row[event.firm.code]])
        return on

    def values(self, day: int) -> tuple[Floats, Floats]:
        """kWh of the producing and of the treating meters; nothing where a reading is missing."""
        on, dice = self.producing(day), self.stream(day, 2)
        near = np.hstack([self.producing(day - 1)[:, -LATE:], on, self.producing(day + 1)[:, :WIDTH]])
        treats = np.zeros_like(on)
        for shift in range(LATE - WIDTH, LATE + WIDTH + 1):
            treats |= near[:, shift : shift + POINTS]
        shape = self.year.shapes.day(self.year.start + timedelta(days=day))[None, :]
        load = np.clip(shape * (1 + NOISE * dice.standard_normal(on.shape)), 0.4, 1.4)
        idle = dice.uniform(0.001, 0.012, (2, *on.shape))
        self._limit(day, load)
        source = self.rated * np.where(on, load, idle[0])
        power = 0.6 + 0.4 * load * (1 + NOISE * dice.standard_normal(on.shape))
        for event in self.events[day]:
            _treat_in(event, day, treats[row := self.row[event.firm.code]], near[row])
            if event.cause in ("weak", "设备改造"):
                power[row] *= WEAK
        target = self.treating * np.where(treats, power, idle[1])
        for event in self.events[day]:
            _meter_in(event, day, source[self.row[event.firm.code]], target[self.row[event.firm.code]])
        return source, target

    def _limit(self, day: int, load: Floats) -> None:
        ignores = {each.firm.code for each in self.events[day] if each.cause == "limit"}
        for order in self.orders[day]:
            if order.cut and order.firm.code not in ignores:
                load[self.row[order.firm.code]] *= 1 - order.cut - SPARE


def _within(each: Event | Order, day: int) -> tuple[int, int]:
    """The steps of a day that an event or an order covers."""
    return max(0, each.first - day * POINTS), max(0, min(POINTS, each.last - day * POINTS))


Lasting = TypeVar("Lasting", Event, Order)


def _by_day(events: list[Lasting]) -> dict[int, list[Lasting]]:
    found: dict[int, list[Lasting]] = defaultdict(list)
    for event in events:
        for day in range(event.first // POINTS, (event.last - 1) // POINTS + 1):
            found[day].append(event)
    return found


def _produce_in(event: Event, day: int, on: Bools) -> None:
    """What an event does to the production of its firm."""
    first, last = _within(event, day)
    if event.cause == "stop":
        on[first:last] = True
    elif event.cause in ("nights", "夜间赶工"):
        on[24:88] = False
        on[:24] = on[88:] = True
    elif event.cause == "停产检修":
        on[first:last] = False
        on[TEST_FROM : TEST_FROM + TEST_STEPS] = True
    elif event.cause == "治污设备故障":
        on[min(POINTS, max(0, event.first + STOPS_AFTER - day * POINTS)) : last] = False


def _treat_in(event: Event, day: int, treats: Bools, near: Bools) -> None:
    """What an event does to the treatment; ``near`` is the production from LATE steps before the day on."""
    first, last = _within(event, day)
    if event.cause in ("off", "停产检修", "治污设备故障"):
        treats[first:last] = False
    elif event.cause in ("late", "设备调试"):
        held = np.ones(POINTS, dtype=np.bool_)
        for shift in range(0 if event.cause == "late" else 1, LATE + 1):
            held &= near[shift : shift + POINTS]
        treats[:] = held


def _meter_in(event: Event, day: int, source: Floats, target: Floats) -> None:
    """What an event does to the meters themselves."""
    first, last = _within(event, day)
    meter = source if event.firm.main else target
    if event.cause == "停电":
        source[first:last] = np.nan
        target[first:last] = np.nan
    elif event.cause == "gone":
        meter[first:last] = np.nan
    elif event.cause in ("stuck", "计量故障"):
        meter[first:last] = round(0.5 * (event.firm.rated if event.firm.main else event.firm.treating), 3)


def series_of(firm: Firm) -> tuple[str, ...]:
    """The series of a firm."""
    return (firm.source, firm.target) if firm.target else (firm.source,)


__all__ = ["series_of", "tables"]
