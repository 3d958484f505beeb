"""The values of one input column, cut into the pieces that its cells tell apart.

Every cell that only names values (``"甲"``, ``> 5``, ``[1..3)``, ``not(…)``, dates, null, true) is a set of
*pieces*: single strings, single points and the open gaps between points of a line (numbers, days, durations),
true, false, null, and everything else. Sets of pieces are bits of an integer, so that overlap, cover and
difference of cells are exact and cheap. A cell that needs more (``? in 名单``) is opaque: it may hit anywhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongzhi.engine.expressions.operators import position
from gongzhi.engine.expressions.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time


@dataclass(frozen=True, slots=True)
class Span:
    """An interval of an ordered kind; an end of None goes on for ever."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a cell accepts: constants and intervals, or all but these. ``any`` accepts everything."""

    points: tuple[Any, ...] = ()
    spans: tuple[Span, ...] = ()
    negated: bool = False


def line_of(value: Any) -> str:
    """The ordered kind of a value, empty for values that only equal each other."""
    kind = type(value)
    if kind is Decimal:
        return "number"
    if kind in (DateTime, Time):
        found = position(value)
        return f"{kind.__name__}{'@' if found and found[0] else ''}"
    return {Date: "Date", DaysDuration: "DaysDuration", MonthsDuration: "MonthsDuration"}.get(kind, "")


def place(value: Any) -> Any:
    """Where a value lies on its line."""
    kind = type(value)
    if kind is Decimal:
        return value
    if kind is Date:
        return value.number()
    if kind is DaysDuration:
        return value.nanos
    if kind is MonthsDuration:
        return value.months
    found = position(value)
    return found[1] if found else 0


class Line:
    """One ordered kind, cut at points: gap, point, gap, point, …, gap."""

    def __init__(self, values: Iterable[Any], first: int) -> None:
        by_place = {place(value): value for value in values}
        self.places = sorted(by_place)
        self.values = [by_place[at] for at in self.places]
        #: index of the first piece
        self.first = first
        self.size = 2 * len(self.places) + 1

    def piece(self, at: Any) -> int:
        """Index of the piece that holds a place."""
        index = bisect_left(self.places, at)
        hit = index < len(self.places) and self.places[index] == at
        return self.first + 2 * index + (1 if hit else 0)

    def bits(self, span: Span) -> int:
        """The pieces of an interval whose ends are among the points."""
        low = (
            self.first if span.low is None else self.piece(place(span.low)) + (0 if span.low_included else 1)
        )
        last = self.first + self.size - 1
        high = last if span.high is None else self.piece(place(span.high)) - (0 if span.high_included else 1)
        return ((1 << (high - low + 1)) - 1) << low if high >= low else 0

    def span(self, piece: int) -> Span:
        """The interval of a piece, for messages."""
        index, is_point = divmod(piece - self.first, 2)
        if is_point:
            return Span(self.values[index], self.values[index], True, True)
        low = self.values[index - 1] if index else None
        high = self.values[index] if index < len(self.values) else None
        return Span(low, high, False, False)


#: pieces that every space has: anything else, null, true, false
OTHER, NULL, TRUE, FALSE = 0, 1, 2, 3


class Space:
    """All pieces of one column."""

    def __init__(self, choices: Sequence[Choice | None]) -> None:
        points = [point for choice in choices if choice for point in choice.points]
        spans = [span for choice in choices if choice for span in choice.spans]
        strings = dict.fromkeys(point for point in points if isinstance(point, str))
        #: piece of strings that no cell names
        self.any_string = 4
        self.strings = {text: 5 + index for index, text in enumerate(strings)}
        self.lines: dict[str, Line] = {}
        ends = [end for span in spans for end in (span.low, span.high) if end is not None]
        first = 5 + len(strings)
        by_line: dict[str, list[Any]] = {}
        for value in [*points, *ends]:
            if line_of(value):
                by_line.setdefault(line_of(value), []).append(value)
        for name, values in by_line.items():
            self.lines[name] = Line(values, first)
            first += self.lines[name].size
        self.size = first
        self.everything = (1 << first) - 1
        self.has_booleans = any(isinstance(point, bool) for point in points)

    def bits(self, choice: Choice | None) -> int:
        """The pieces that a cell accepts; an opaque cell (None) may accept all."""
        if choice is None:
            return self.everything
        bits = 0
        for point in choice.points:
            bits |= 1 << self.piece(point)
        for span in choice.spans:
            name = line_of(span.low if span.low is not None else span.high)
            bits |= self.lines[name].bits(span)
        return self.everything & ~bits if choice.negated else bits

    def piece(self, value: Any) -> int:
        """Index of the piece that holds a FEEL value."""
        if value is None:
            return NULL
        if isinstance(value, bool):
            return TRUE if value else FALSE
        if isinstance(value, str):
            return self.strings.get(value, self.any_string)
        line = self.lines.get(line_of(value))
        return line.piece(place(value)) if line else OTHER

    def domain(self, kind: str) -> int:
        """The pieces that can occur where nothing is declared: those of the kinds that the cells speak of."""
        bits = 0
        for line in self.lines.values():
            bits |= ((1 << line.size) - 1) << line.first
        if self.strings or kind == "string":
            bits |= ((1 << len(self.strings)) - 1) << 5 | 1 << self.any_string
        if self.has_booleans or kind == "boolean":
            bits |= 1 << TRUE | 1 << FALSE
        return bits or 1 << OTHER


ANYTHING = Choice(negated=True)
