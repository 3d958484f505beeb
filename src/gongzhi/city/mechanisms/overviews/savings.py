"""What was cut of service items: days, materials, visits, fees; of one item from version to version, of all in a year.

A number is only taken from another of the same unit: working days are not calendar days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import queries as records
from gongzhi.engine.instants import SHANGHAI

#: the register of the national catalogue, and its columns of which something can be cut (国办 catalogue and
#: implementation list); another catalogue may lack any of them
ITEMS = "service_items"
DAYS, UNIT, MATERIALS, VISITS, FEES, HOLDER = (
    "promised_days",
    "day_unit",
    "materials",
    "visits",
    "fees",
    "holder",
)
#: records of one answer; beyond it the answer says so
MOST = 20_000

Kind = Literal["changed", "new", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What became less; a negative number became more. None: not said in both versions."""

    days: Decimal | None = None
    #: of the days
    unit: str = ""
    #: both versions say days, in different units
    other_unit: bool = False
    materials: int | None = None
    visits: Decimal | None = None
    fees: int | None = None
    #: days before, for shares
    days_before: Decimal | None = None

    def of(self, what: str) -> Decimal:
        """The number of ``days``, ``materials``, ``visits`` or ``fees``; 0 where nothing can be said."""
        return Decimal(getattr(self, what) or 0)

    @property
    def none(self) -> bool:
        """Whether nothing of all this became more or less."""
        return not any(self.of(what) for what in WHAT)


#: what a list can be narrowed to
WHAT = ("days", "materials", "visits", "fees")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of a year's list."""

    key: str
    name: str
    holder: str
    kind: Kind
    at: datetime
    saving: Saving


@dataclass(slots=True, kw_only=True)
class Year:
    """What a year changed, with totals that are sums of the lines."""

    year: int
    lines: list[Line] = field(default_factory=list)
    cut: bool = False

    def count(self, kind: str) -> int:
        """Items that are new, changed or gone."""
        return sum(line.kind == kind for line in self.lines)

    def total(self, what: str, unit: str = "") -> Decimal:
        """The sum of what became less, minus what became more; of days those in one unit."""
        return sum(
            (line.saving.of(what) for line in self.lines if not unit or line.saving.unit == unit), Decimal(0)
        )

    @property
    def units(self) -> list[str]:
        """The units in which days changed."""
        return sorted({line.saving.unit for line in self.lines if line.saving.of("days")})

    def share(self, unit: str) -> Decimal | None:
        """Share of the days that was cut, over the items whose days changed; None without any."""
        rows = [line.saving for line in self.lines if line.saving.of("days") and line.saving.unit == unit]
        before = sum((each.days_before or Decimal(0) for each in rows), Decimal(0))
        return sum((each.of("days") for each in rows), Decimal(0)) / before if before else None

    def narrowed(self, what: str) -> list[Line]:
        """The lines behind a total, the greatest first; all of them without a word."""
        if what in WHAT:
            found = [line for line in self.lines if line.saving.of(what)]
            return sorted(found, key=lambda line: (-line.saving.of(what), line.key))
        return [line for line in self.lines if not what or line.kind == what]


def saving(old: Mapping[str, Any], new: Mapping[str, Any]) -> Saving:
    """What the values of a later version ask for less than those of an earlier one."""
    before, after = _number(old.get(DAYS)), _number(new.get(DAYS))
    units = (str(old.get(UNIT) or ""), str(new.get(UNIT) or ""))
    both = before is not None and after is not None
    same = units[0] == units[1]
    return Saving(
        days=before - after if both and same and before is not None and after is not None else None,
        unit=units[1],
        other_unit=both and not same,
        days_before=before if both and same else None,
        materials=_fewer(old, new, MATERIALS),
        visits=_less(_number(old.get(VISITS)), _number(new.get(VISITS))),
        fees=_fewer(old, new, FEES),
    )


def of_year(by: Standing, year: int) -> Year:
    """What the year changed of the items that this post may list. Raises NotAllowed, NoSuchRegister."""
    since = datetime(year, 1, 1, tzinfo=SHANGHAI)
    made = Year(year=year)
    found = records.renewed(by, ITEMS, since, datetime(year + 1, 1, 1, tzinfo=SHANGHAI), most=MOST + 1)
    for number, each in enumerate(found):
        if number == MOST:
            made.cut = True
            break
        kind: Kind = "gone" if each.now is None else "new" if each.before is None else "changed"
        less = Saving()
        if each.before is not None and each.now is not None:
            less = saving(each.before.data, each.now.data)
        made.lines.append(
            Line(
                key=each.row.key,
                name=each.row.name,
                holder=each.row.office_id or "",
                kind=kind,
                at=each.at,
                saving=less,
            )
        )
    return made


def _number(value: Any) -> Decimal | None:
    try:
        return None if isinstance(value, bool) or value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _less(old: Decimal | None, new: Decimal | None) -> Decimal | None:
    return None if old is None or new is None else old - new


def _fewer(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> int | None:
    """Rows of a table that are not asked any more; an item that lists none at all says nothing about them."""
    one, other = old.get(name), new.get(name)
    if not isinstance(one, list) and not isinstance(other, list):
        return None
    return len(one or []) - len(other or [])
