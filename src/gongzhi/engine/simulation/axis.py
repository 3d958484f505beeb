"""Natural time and working time of one calendar, both in minutes from the first midnight of a simulation.

A calendar's openings are laid end to end once; a question is then one bisection instead of a walk over days.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

from gongzhi.engine.calendars import Calendar
from gongzhi.engine.instants import Span, Unit

DAY = 1440.0


@dataclass(frozen=True, slots=True)
class Axis:
    """Openings of a calendar in order: ``opens[i]`` to ``closes[i]`` (natural), ``worked[i]`` minutes worked before.

    Picklable; beyond the last opening nothing is worked any more.
    """

    opens: list[float]
    closes: list[float]
    worked: list[float]
    #: midnight of each day on which anything is worked
    days: list[float] = field(default_factory=list)

    def working(self, at: float) -> float:
        """Working minutes before the natural minute ``at``."""
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return 0.0
        close = self.closes[i]
        return self.worked[i] + (at if at < close else close) - self.opens[i]

    def natural(self, worked: float) -> float:
        """The first natural minute before which ``worked`` minutes were worked; infinite beyond the last opening."""
        i = bisect_left(self.worked, worked) - 1
        if i < 0:
            return self.opens[0] if self.opens else math.inf
        at = self.opens[i] + worked - self.worked[i]
        # what was laid end to end differs from the closing by a rounding
        return at if at <= self.closes[i] + 1e-6 else math.inf

    def opening(self, at: float) -> float:
        """The natural minute itself when work is going on, else the next opening."""
        i = bisect_right(self.opens, at) - 1
        if i >= 0 and at < self.closes[i]:
            return at
        return self.opens[i + 1] if i + 1 < len(self.opens) else math.inf

    def lay(self, at: float, length: float) -> tuple[float, float, float]:
        """Work of ``length`` minutes that begins at ``at`` or with the next opening.

        (natural minute of the beginning, working minute of the beginning, natural minute of the end)
        """
        i = bisect_right(self.opens, at) - 1
        if i < 0 or at >= self.closes[i]:
            i += 1
            if i >= len(self.opens):
                return math.inf, self.worked[-1], math.inf
            at = self.opens[i]
        begun = self.worked[i] + at - self.opens[i]
        end = at + length
        if end > self.closes[i]:
            end = self.natural(begun + length)
        return at, begun, end

    def after_days(self, at: float, days: int) -> float:
        """End of the hours of the ``days``-th working day after the day of ``at`` (the day of the event isn't counted)."""
        midnight = at - at % DAY
        i = bisect_right(self.days, midnight) - 1 + days
        if not 0 <= i < len(self.days):
            return math.inf
        last = bisect_left(self.opens, self.days[i] + DAY) - 1
        return self.closes[last]


#: work that never stops
ALWAYS = Axis([0.0], [math.inf], [0.0], [])


def always(days: int) -> Axis:
    """An axis on which all of the time is worked, cut into days so that working days can be counted."""
    opens = [DAY * day for day in range(days)]
    return Axis(opens, [at + DAY for at in opens], opens, opens)


def axis_of(calendar: Calendar, first: date, days: int, spared: frozenset[int] = frozenset()) -> Axis:
    """The openings of ``days`` days from the midnight of ``first`` on.

    ``spared`` are weekdays (Monday is 0) on which these people don't work though the calendar does.
    """
    opens: list[float] = []
    closes: list[float] = []
    worked: list[float] = []
    midnights: list[float] = []
    total = 0.0
    for number in range(days):
        day = first + timedelta(days=number)
        if day.weekday() in spared:
            continue
        parts = calendar.hours_on(day)
        if parts:
            midnights.append(DAY * number)
        for opening, closing in parts:
            start = DAY * number + opening.hour * 60 + opening.minute
            length = (closing - opening).total_seconds() / 60
            opens.append(start)
            closes.append(start + length)
            worked.append(total)
            total += length
    return Axis(opens, closes, worked, midnights)


def due_of(axis: Axis, span: Span, start: float) -> float:
    """When ``span`` from the natural minute ``start`` ends: the arithmetic of ``engine.calendars`` on this axis.

    A part of a working day is that part of an average day of the axis.
    """
    amount = float(span.amount)
    if span.unit is Unit.MINUTE:
        return start + amount
    if span.unit is Unit.HOUR:
        return start + amount * 60
    if span.unit is Unit.DAY:
        return start - start % DAY + DAY * (amount + 1)
    if span.unit is Unit.WORKING_HOUR:
        return axis.natural(axis.working(start) + amount * 60)
    if amount == int(amount):
        return axis.after_days(start, int(amount))
    before = axis.after_days(start, int(amount))
    length = axis.worked[-1] / max(len(axis.days), 1)
    return axis.natural(axis.working(before) + (amount - int(amount)) * length)


__all__ = ["ALWAYS", "DAY", "Axis", "always", "axis_of", "due_of"]
