"""Working hours of a day: parts of a day, by season.

A part is a pair of minutes after midnight, ``(510, 720)`` for 08:30-12:00; parts are in order and do not overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongzhi.engine.errors import GongzhiError

Part = tuple[int, int]
NOON = 12 * 60

_PART = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})", re.ASCII)


class HoursError(GongzhiError):
    """Working hours that nobody can keep: unreadable, empty, out of order or overlapping."""

    code = "K010"
    sentence = "“%(text)s”不是能用的工作时间。"
    remedy = "请按先后写成“08:30-12:00”“14:30-18:00”这样的时段，时段之间不重叠，不晚于24:00。"


@dataclass(frozen=True, slots=True)
class Hours:
    """The working hours of one day.

    >>> hours = Hours.read(["08:30-12:00", "14:30-18:00"])
    >>> hours.parts, hours.minutes, hours.morning
    (((510, 720), (870, 1080)), 420, ((510, 720),))
    """

    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        until = 0
        for opening, closing in self.parts:
            if not until <= opening < closing <= 24 * 60:
                raise HoursError(text=str(self))
            until = closing
        if not self.parts:
            raise HoursError(text="")

    def __str__(self) -> str:
        return " ".join(f"{_clock(opening)}-{_clock(closing)}" for opening, closing in self.parts)

    @classmethod
    def read(cls, parts: Iterable[str]) -> Hours:
        """Hours from texts such as "08:30-12:00"; :class:`HoursError` where one cannot be read."""
        read: list[Part] = []
        for text in parts:
            found = _PART.fullmatch(text.strip())
            if not found or int(found[2]) > 59 or int(found[4]) > 59:
                raise HoursError(text=text)
            read.append((int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])))
        return cls(tuple(read))

    @property
    def minutes(self) -> int:
        """Working minutes of a whole day."""
        return sum(b - a for a, b in self.parts)

    @property
    def morning(self) -> tuple[Part, ...]:
        """What is worked on a day with only the morning: the first part; an unbroken day is cut at noon."""
        if len(self.parts) > 1:
            return self.parts[:1]
        return tuple((a, min(b, NOON)) for a, b in self.parts if a < NOON)

    @property
    def afternoon(self) -> tuple[Part, ...]:
        """What is worked on a day with only the afternoon: all parts but the first."""
        if len(self.parts) > 1:
            return self.parts[1:]
        return tuple((max(a, NOON), b) for a, b in self.parts if b > NOON)


@dataclass(frozen=True, slots=True)
class Season:
    """Other hours for a part of every year, both days included; it may run over New Year.

    ``Season((5, 1), (9, 30), hours)`` is 1 May to 30 September.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    hours: Hours

    def __post_init__(self) -> None:
        for month, day in (self.first, self.last):
            try:
                date(2024, month, day)  # a leap year: 29 February may begin a season
            except ValueError as error:
                raise HoursError(text=f"{month:02}-{day:02}") from error

    def holds(self, day: date) -> bool:
        """Whether the season includes the day."""
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


#: The hours of most offices in the provinces; a city with others says so in its calendar.
DEFAULT_HOURS = Hours(((8 * 60 + 30, 12 * 60), (14 * 60 + 30, 18 * 60)))

__all__ = ["DEFAULT_HOURS", "Hours", "HoursError", "Part", "Season"]
