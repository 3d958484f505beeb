"""What is owed for each month, and the line of a payment run: this month and every difference of months before it.

Nothing that was paid is ever changed. What a month is worth is reckoned anew each time; the difference to what was paid for it is
the next run's. A change of a parameter backwards, a late stop, a line that the bank gave back and money that came back from a
person are all the same sum. What was known of the person when a month was looked at is kept with it (``Basis``): an income that falls in
September changes nothing in August.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gongzhi.engine.benefits import months
from gongzhi.engine.benefits.programme import Programme, Row

ZERO = Decimal("0.00")
#: months before a run that are looked at again: claims of benefits lapse, and a run must end
MOST_MONTHS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """That a person has a benefit: from its first day to its last, with the amount that a decision fixed (else the programme's)."""

    starts: date
    ends: date | None = None
    amount: Decimal | None = None

    def touches(self, month: date) -> bool:
        """Whether the month has a day of it."""
        return self.starts <= months.end_of(month) and (
            self.ends is None or self.ends >= max(month, self.starts)
        )

    def until(self, first_without: date) -> Entitled:
        """The same, stopped: ``first_without`` is the first day on which it is not had."""
        last = months.day_before(first_without)
        return Entitled(
            starts=self.starts, ends=last if self.ends is None else min(last, self.ends), amount=self.amount
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What was known of a person when a month was looked at: the columns and facts that the programme names."""

    columns: Row = field(default_factory=dict)
    facts: Row = field(default_factory=dict)

    def to_text(self) -> str:
        """As JSON; amounts and days say what they are."""
        return json.dumps(
            {"columns": dict(self.columns), "facts": dict(self.facts)}, ensure_ascii=False, default=_tagged
        )

    @classmethod
    def from_text(cls, text: str) -> Basis:
        """The same again.

        >>> Basis.from_text(Basis(facts={"income": Decimal("12.30"), "on": date(2024, 1, 2)}).to_text()).facts["income"]
        Decimal('12.30')
        """
        told = json.loads(text, object_hook=_untagged)
        return cls(columns=told["columns"], facts=told["facts"])


def _tagged(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if type(value) is date:
        return {"day": value.isoformat()}
    return str(value)


def _untagged(told: dict[str, Any]) -> Any:
    if set(told) == {"number"}:
        return Decimal(told["number"])
    if set(told) == {"day"}:
        return date.fromisoformat(told["day"])
    return told


def basis_of(programme: Programme, person: Row, facts: Row) -> Basis:
    """What of this person and these facts the programme looks at."""
    return Basis(
        columns={name: person.get(name) for name in programme.columns},
        facts={name: facts.get(name) for name in programme.spec.facts},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one month is worth, and why."""

    month: date
    amount: Decimal
    because: str
    #: within the time for which it was granted, but the conditions are not met by what the registers say now
    unmet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a line pays (or takes back) for one month."""

    month: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person in one run."""

    #: what is paid out
    amount: Decimal
    #: differences of earlier months in it
    back: Decimal
    #: what remains to be claimed back: overpaid beyond what this run could set off
    owes: Decimal
    parts: tuple[Part, ...]
    because: str


def owed(programme: Programme, had: Entitled, month: date, person: Row, facts: Row) -> Owed:
    """What a month is worth: looked at on its last day, with the parameters of that day."""
    if programme.spec.kind == "service" or not had.touches(month):
        return Owed(month=month, amount=ZERO, because="不在享受期内")
    if not _due(programme, had, month):
        return Owed(month=month, amount=ZERO, because="这个月不发")
    last = months.end_of(month)
    day = min(last, had.ends) if had.ends else last
    told = programme.assess(person, facts, day)
    # who is gone now was there until the entitlement's last day: only what ends it counts for the months before
    if not told.entitled and had.ends and person.get("state") in programme.spec.people.gone:
        told = programme.assess({**person, "state": "here"}, facts, day)
    if not told.entitled:
        return Owed(month=month, amount=ZERO, because=told.because, unmet=True)
    amount = told.amount if had.amount is None else had.amount
    return Owed(month=month, amount=amount or ZERO, because=told.because)


def _due(programme: Programme, had: Entitled, month: date) -> bool:
    """Whether the programme pays in this month: every month, in the month of the start each year, or only then."""
    if programme.spec.per == "month":
        return True
    first = months.month_of(had.starts)
    return month == first if programme.spec.per == "once" else month.month == first.month


def owed_until(
    programme: Programme,
    had: Entitled,
    month: date,
    person: Row,
    facts: Row,
    paid: Iterable[date] = (),
    known: Mapping[date, Basis] | None = None,
) -> list[Owed]:
    """What every month up to a run's is worth, and those for which something was paid, oldest first.

    ``known``: what earlier months rested on when they were looked at; a month that nobody has looked at yet rests on the present.
    """
    earliest = months.after(month, -MOST_MONTHS)
    wanted = set(months.span(max(had.starts, earliest), month)) | {each for each in paid if each <= month}
    made = []
    for each in sorted(wanted):
        then = (known or {}).get(each) if each < month else None
        if then is None:
            made.append(owed(programme, had, each, person, facts))
        else:
            made.append(owed(programme, had, each, {**person, **then.columns}, {**facts, **then.facts}))
    return made


def line_of(worth: Iterable[Owed], paid: Mapping[date, Decimal], month: date) -> Line:
    """The line of a run: ``paid`` is what stands as paid for each month (returned lines do not).

    What was paid while the conditions were met is not taken back because they are not met any more: from when a benefit is lost is
    said by a stop, not by whatever a register happens to say on the day of a later run.
    """
    worth = list(worth)
    differences = [
        Part(month=each.month, amount=each.amount - paid.get(each.month, ZERO))
        for each in worth
        if not (each.unmet and each.month < month)
    ]
    parts = [each for each in differences if each.amount]
    total = sum((each.amount for each in parts), ZERO)
    because = next((each.because for each in worth if each.month == month), "")
    if total < 0:
        parts = _set_off(parts)
    back = sum((each.amount for each in parts if each.month != month), ZERO)
    return Line(
        amount=max(total, ZERO),
        back=back,
        owes=max(-total, ZERO),
        parts=tuple(parts),
        because=because,
    )


def _set_off(parts: list[Part]) -> list[Part]:
    """What was overpaid is set off against what is owed, oldest first, as far as it goes; the rest stays to be claimed back."""
    left = sum((each.amount for each in parts if each.amount > 0), ZERO)
    made = []
    for each in parts:
        taken = each.amount if each.amount > 0 else -min(left, -each.amount)
        left -= ZERO if each.amount > 0 else -taken
        if taken:
            made.append(Part(month=each.month, amount=taken))
    return made


__all__ = ["MOST_MONTHS", "Entitled", "Line", "Owed", "Part", "line_of", "owed", "owed_until"]
