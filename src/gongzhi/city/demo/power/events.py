"""What happens in a year: violations, what was declared, what should have been; and the orders of emergencies.

The truth is seeded: each event knows which rule is meant to see it and from when to when. As Zhuzhou reported of one period
(of ten odd firms eight had reported beforehand, one had a broken device, one was commissioning), four of five oddities are
declared; a few are innocent and undeclared, so that no rule can be perfect.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gongzhi.city.demo.power.firms import SHIFTS, Firm, Rows, make_firms, registers
from gongzhi.city.demo.power.shapes import POINTS, Shapes

#: local time is UTC+8; a step is a quarter of an hour
STEP_US = 900_000_000
ZONE = timedelta(hours=8)
#: no event before this day: baselines of four weeks must first exist
QUIET_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a firm does: the rule that is meant to see it, how many days it takes, how often a firm does it in a year."""

    rule: str
    days: int
    linked: float
    main: float
    #: rules that a declaration of it covers; empty: a violation, which nobody declares
    covers: tuple[str, ...] = ()


CAUSES = {
    "off": Cause(rule="R1", days=1, linked=2, main=0),
    "weak": Cause(rule="R2", days=3, linked=1, main=0),
    "late": Cause(rule="R3", days=3, linked=1, main=0),
    "nights": Cause(rule="R4", days=4, linked=0, main=2),
    "gone": Cause(rule="R7", days=1, linked=0.3, main=0.3),
    "stuck": Cause(rule="R7", days=1, linked=0.3, main=0.3),
    "停产检修": Cause(rule="R1", days=3, linked=4, main=0, covers=("R1", "R2", "R3", "R7")),
    "设备改造": Cause(rule="R2", days=4, linked=3, main=0, covers=("R1", "R2", "R3", "R4", "R7")),
    "停电": Cause(rule="R7", days=1, linked=3, main=2, covers=("R3", "R7")),
    "治污设备故障": Cause(rule="R1", days=1, linked=2, main=0, covers=("R1", "R2", "R3")),
    "设备调试": Cause(rule="R3", days=3, linked=3, main=0, covers=("R2", "R3", "R4")),
    "计量故障": Cause(rule="R7", days=1, linked=3, main=0, covers=("R1", "R2", "R7")),
    "夜间赶工": Cause(rule="R4", days=4, linked=0, main=4, covers=("R4",)),
}
#: one declarable event of so many was not declared
FORGOTTEN = 100
#: one order of so many is ignored
IGNORED = 7
#: when emergencies begin, as shares of the span (of a year: in March, November and December), and how many days they last
EMERGENCIES, EMERGENCY_DAYS = (0.24, 0.87, 0.95), 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. ``first`` and ``last`` are steps since the first midnight; ``last`` is not included."""

    number: int
    firm: Firm
    cause: str
    rule: str
    #: violation, declared or innocent
    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A stop (``cut`` 0) or a limit that a firm was given."""

    firm: Firm
    first: int
    last: int
    cut: float = 0.0


@dataclass(slots=True)
class Year:
    """Firms, what they did, and their readings, day by day."""

    firms: list[Firm]
    start: date
    days: int
    seed: int
    shapes: Shapes
    events: list[Event] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)

    @classmethod
    def make(
        cls,
        *,
        meters: int = 300,
        days: int = 365,
        seed: int = 7,
        start: date = date(2024, 1, 1),
        shapes: Shapes | None = None,
    ) -> Year:
        """The readings are meters × 96 × days; everything else follows from the seed."""
        year = cls(make_firms(meters, seed), start, days, seed, shapes or Shapes.load())
        year.orders = list(_orders(year))
        year.events = [
            event for firm in year.firms for event in _Diary(year, firm).write()
        ]  # firm by firm: more firms leave the first ones as they were
        return year

    def us(self, step: int) -> int:
        """Microseconds since 1970 UTC of a step."""
        midnight = datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC) - ZONE
        return int(midnight.timestamp()) * 1_000_000 + step * STEP_US

    def local(self, step: int) -> str:
        """Local time of a step as the registers write it: ``2024-03-01 22:15``."""
        begins = datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC)
        return (begins + timedelta(minutes=15 * step)).strftime("%Y-%m-%d %H:%M")

    def series(self) -> list[str]:
        """All series, in the order of the tables."""
        return [firm.source for firm in self.firms] + [firm.target for firm in self.firms if firm.target]

    @property
    def registers(self) -> dict[str, Rows]:
        """Rows of all registers of ``power_watch``, declarations and orders among them."""
        found = registers(self.firms)
        declared = [each for each in self.events if each.kind == "declared"]
        found["power_declarations"] = {f"YB{each.number:06}": self._declaration(each) for each in declared}
        found["power_orders"] = {
            f"TX{number:06}": self._order(each) for number, each in enumerate(self.orders, 1)
        }
        return found

    def _declaration(self, event: Event) -> dict[str, Any]:
        return {
            "code": f"YB{event.number:06}",
            "title": f"{event.firm.name}：{event.cause}",
            "firm": event.firm.code,
            "kind": event.cause,
            "rules": "、".join(CAUSES[event.cause].covers),
            "since": self.local(event.first),
            "until": self.local(event.last),
            "state": "counted",
        }

    def _order(self, order: Order) -> dict[str, Any]:
        return {
            "firm": order.firm.code,
            "title": order.firm.name,
            "measure": "限产" if order.cut else "停产",
            "percent": round(order.cut * 100) if order.cut else None,
            "since": self.local(order.first),
            "until": self.local(order.last),
            "state": "in_force",
        }


def _orders(year: Year) -> Iterator[Order]:
    for share in EMERGENCIES:
        day = int(year.days * share)
        if day >= QUIET_DAYS and day + EMERGENCY_DAYS <= year.days:
            for firm in year.firms:
                span = {"first": day * POINTS, "last": (day + EMERGENCY_DAYS) * POINTS}
                yield Order(firm=firm, cut=0.0 if firm.stops else firm.cut, **span)


class _Diary:
    """What one firm does in the year: events that don't touch each other, one after another."""

    def __init__(self, year: Year, firm: Firm) -> None:
        self.year, self.firm = year, firm
        self.dice = random.Random(f"{year.seed}/events/{firm.number}")
        self.orders = [each for each in year.orders if each.firm is firm]
        self.taken = {day for each in self.orders for day in _around(each.first, each.last)}
        self.made: list[Event] = []

    def write(self) -> list[Event]:
        """The events, in the order in which they were thought of."""
        for order in self.orders:
            if self.dice.random() < 1 / IGNORED:
                self._ignore(order)
        for name, cause in CAUSES.items():
            if cause.rule == "R3" and self.firm.shift == "three":
                continue  # without a start nothing starts late
            often = (cause.main if self.firm.main else cause.linked) * self.year.days / 365
            for _ in range(int(often + self.dice.random())):
                self._place(name, cause)
        return self.made

    def _add(self, cause: str, rule: str, kind: str, first: int, last: int) -> None:
        number = self.firm.number * 100 + len(self.made)
        self.made.append(
            Event(number=number, firm=self.firm, cause=cause, rule=rule, kind=kind, first=first, last=last)
        )

    def _ignore(self, order: Order) -> None:
        if order.cut:
            self._add("limit", "R6", "violation", order.first, order.last)
        else:
            first = order.first + self.dice.randrange(POINTS)
            self._add("stop", "R5", "violation", first, first + self.dice.randrange(12, 40))

    def _place(self, name: str, cause: Cause) -> None:
        for _ in range(40):
            day = self.dice.randrange(QUIET_DAYS, max(QUIET_DAYS + 1, self.year.days - cause.days))
            wanted = set(range(day - 1, day + cause.days + 1))
            if wanted & self.taken or not self._works(day, cause.days) or day + cause.days > self.year.days:
                continue
            self.taken |= set(range(day - 1, day + cause.days + 1))
            first, last = self._steps(name, day, cause.days)
            declared = "innocent" if self.dice.randrange(FORGOTTEN) == 0 else "declared"
            self._add(name, cause.rule, declared if cause.covers else "violation", first, last)
            return

    def _works(self, day: int, days: int) -> bool:
        """No Sunday among the days: what nobody does can't be seen; and late starts need a start."""
        rests = any((self.year.start + timedelta(days=day + each)).weekday() == 6 for each in range(days))
        return not rests

    def _steps(self, name: str, day: int, days: int) -> tuple[int, int]:
        begins, dice = day * POINTS, self.dice
        opens, closes = (hour * 4 for hour in SHIFTS[self.firm.shift])
        if name in ("off", "治污设备故障"):
            long = dice.randrange(8, 33)
            first = begins + dice.randrange(opens + 4, max(opens + 5, closes - long - 4))
            return first, first + long
        if name in ("gone", "stuck", "停电", "计量故障"):
            first = begins + dice.randrange(opens, opens + 8)
            return first, first + dice.randrange(24, 40)
        return begins, begins + days * POINTS


def _around(first: int, last: int) -> range:
    """The days of an order with a day before and after it."""
    return range(first // POINTS - 1, -(-last // POINTS) + 1)


__all__ = ["CAUSES", "STEP_US", "Cause", "Event", "Order", "Year"]
