"""Who is there at a moment: people come, and people leave before the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gongzhi.engine.assemblies.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """One line of the roll: what it votes as, and when it was there."""

    #: of the unit: a person's or a household's key; two persons of one household share it
    unit: str
    household: str = ""
    came: datetime | None = None
    left: datetime | None = None

    def is_there(self, at: datetime) -> bool:
        """Whether signed in and not yet gone at ``at``."""
        return self.came is not None and self.came <= at and (self.left is None or at < self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many are there at a moment, and whether that is enough to vote."""

    entitled: int
    present: int
    households: int
    households_present: int
    enough: bool
    #: how many of the meeting's own unit are still missing by the easiest rule; 0 where there are enough
    missing: int


def standing(rules: Rules, roll: Iterable[Attendance], at: datetime) -> Standing:
    """The quorum at ``at``. A meeting that had enough an hour ago and lost people since has not enough now."""
    lines = list(roll)
    there = [each for each in lines if each.is_there(at)]
    all_households = {each.household for each in lines if each.household}
    households_there = {each.household for each in there if each.household}
    entitled, present = len({each.unit for each in lines}), len({each.unit for each in there})
    by_household = rules.unit == "household"
    households = entitled if by_household else len(all_households)
    households_present = present if by_household else len(households_there)
    return quorum(
        rules,
        entitled=entitled,
        present=present,
        households=households,
        households_present=households_present,
    )


def quorum(
    rules: Rules, *, entitled: int, present: int, households: int = 0, households_present: int = 0
) -> Standing:
    """The same from numbers that somebody has counted already."""
    short: list[int] = []
    for each in rules.quorum:
        by_households = each.of == "households" and rules.unit != "household"
        there, total = (households_present, households) if by_households else (present, entitled)
        short.append(0 if each.is_met(there, total) else max(each.least(total) - there, 1))
    missing = min(short, default=0)
    return Standing(
        entitled=entitled,
        present=present,
        households=households,
        households_present=households_present,
        enough=missing == 0,
        missing=missing,
    )


__all__ = ["Attendance", "Standing", "quorum", "standing"]
