"""How long what is sealed stays in a register, and what is there only as long as the person agrees.

Source: Personal Information Protection Law art. 13-16 (consent, and that it can be taken back), 19 (the shortest time that the
purpose needs), 47 (erase when the purpose is reached, the time is over, or consent was withdrawn).
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongzhi.engine.registers.spec import KeepSpec, RegisterSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """So many years from the day in a date column, or from the day on which the record came into a state."""

    years: int
    column: str = ""
    state: str = ""

    def last_start(self, today: date) -> date:
        """The latest start of keeping that is over today: whole years have gone by.

        >>> Keep(years=3, state="gone").last_start(date(2026, 11, 22))
        datetime.date(2023, 11, 22)
        >>> Keep(years=1, state="gone").last_start(date(2024, 2, 29))
        datetime.date(2023, 2, 28)
        """
        year = max(1, today.year - self.years)
        leap_day = (today.month, today.day) == (2, 29) and not isleap(year)
        return date(year, 2, 28) if leap_day else today.replace(year=year)

    def is_over(self, start: date, today: date) -> bool:
        """Whether what was kept from ``start`` on is to be erased today."""
        return start <= self.last_start(today)


def keep_from(spec: KeepSpec | None, states: Mapping[str, str]) -> Keep | None:
    """The compiled rule; a name that is a state is one, else it is a column."""
    if spec is None:
        return None
    named = {"state": spec.from_} if spec.from_ in states else {"column": spec.from_}
    return Keep(years=spec.years, **named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The column that says that the person agreed, and the columns that are there only then."""

    column: str = ""
    needed_by: frozenset[str] = frozenset()

    def is_given(self, values: Mapping[str, Any]) -> bool:
        """A yes, or the day on which it was given; a register without such a column needs none."""
        return not self.column or values.get(self.column) not in (None, False, "")

    def withheld(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The columns that may neither be stored nor shown for these values."""
        return frozenset() if self.is_given(values) else self.needed_by

    def permitted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values without those that need a consent that is not there."""
        without = self.withheld(values)
        return {id: value for id, value in values.items() if id not in without}


def consent_from(spec: RegisterSpec) -> Consent:
    """The compiled rule of a register."""
    needed = frozenset(each.id for each in spec.fields if each.consent)
    return Consent(column=spec.consent, needed_by=needed if spec.consent else frozenset())


__all__ = ["Consent", "Keep", "consent_from", "keep_from"]
