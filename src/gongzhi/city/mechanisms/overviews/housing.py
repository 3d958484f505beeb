"""Public rental housing as everybody may read it: the queue in its order, homes, schemes, and one's own place.

Only what the registers publish: queue number, a name with one character hidden, persons, tier, points and days. Why somebody
got points (illness, disability, care) is nowhere. Source: Measures for Public Rental Housing, art. 9, 11, 13, 14.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews.village import Told, installed
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records

#: what the mechanism of housing calls itself, its case types and registers
MECHANISM, APPLICATION, INTENTION = "housing_support", "application", "intention"
QUEUE, HOMES, SCHEMES = "housing_queue", "rental_homes", "housing_schemes"
#: kinds of homes, from small to large, as the registers name them
KINDS = ("一居", "两居", "三居")
#: rows of the queue on one page, and of the other lists
PAGE, MOST = 50, 100
#: states in which somebody stands in the queue
WAITING = ("waiting", "intended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands among those who wait for the same kind of home, and who is before them for what reason."""

    number: str
    kind: str
    #: 1 is served first
    position: int
    waiting: int
    #: before them because of the tier, because of more points
    by_tier: int
    by_points: int
    #: the same tier and points: lots decide
    equal: int
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the queue with its place; whoever has the same tier and points has the same."""

    position: int
    told: Told


def _order(row: Told) -> tuple[int, Decimal]:
    """First the tier, then the points, many before few; what is equal is drawn by lot when homes are let."""
    values = row.values
    return int(values.get("tier_order") or 99), -Decimal(str(values.get("score") or 0))


def _public(register: str) -> list[Told]:
    if not installed(register):
        return []
    rows = sight.public(catalogue.one(register).register)
    found = (records.opened_to_all(row) for row in rows.order_by("key"))
    return [
        Told(key=each.key, state=each.state, state_title=each.register.states[each.state], values=each.values)
        for each in found
    ]


def homes() -> list[Told]:
    """Every home that is published, the empty ones first. One query."""
    return sorted(_public(HOMES), key=lambda row: (row.state != "vacant", row.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Told):
    """A scheme of allotment and, once it is drawn, its order: one line per family, with tier, points and lot."""

    @property
    def ranks(self) -> list[str]:
        """The lines of the order; none before the draw."""
        return [line for line in str(self.values.get("ranking") or "").split("；") if line]


def schemes() -> list[Scheme]:
    """Schemes of allotment, the newest first. One query."""
    rows = sorted(_public(SCHEMES), key=lambda row: str(row.values.get("intend_until")), reverse=True)
    return [
        Scheme(key=row.key, state=row.state, state_title=row.state_title, values=row.values)
        for row in rows[:MOST]
    ]


def queue() -> list[Told]:
    """Everybody who waits, in the order in which homes are let; equal rows by the day of entry. One query.

    The register is small by its grammar (at most two thousand rows), so it is ordered here.
    """
    rows = [row for row in _public(QUEUE) if row.state in WAITING]
    return sorted(rows, key=lambda row: (*_order(row), str(row.values.get("joined_on")), row.key))


def lines(rows: Sequence[Told], kind: str, page: int) -> tuple[list[Line], int]:
    """One page of those who wait for a kind of home, with their places; and how many wait for it."""
    of_kind = [row for row in rows if row.values.get("rooms") == kind]
    first: dict[tuple[int, Decimal], int] = {}
    for number, row in enumerate(of_kind, 1):  # the same tier and points are the same place: lots decide
        first.setdefault(_order(row), number)
    start = max(page - 1, 0) * PAGE
    shown = of_kind[start : start + PAGE]
    return [Line(position=first[_order(row)], told=row) for row in shown], len(of_kind)


def place(rows: Sequence[Told], number: str) -> Place | None:
    """Where a queue number stands; ``None`` where nobody waits under it."""
    mine = next((row for row in rows if row.key == number), None)
    if mine is None:
        return None
    kind = str(mine.values.get("rooms"))
    of_kind = [row for row in rows if row.values.get("rooms") == kind]
    tier, points = _order(mine)
    others = [_order(row) for row in of_kind if row.key != number]
    by_tier = sum(each[0] < tier for each in others)
    by_points = sum(each[0] == tier and each[1] < points for each in others)
    return Place(
        number=number,
        kind=kind,
        position=by_tier + by_points + 1,
        waiting=len(of_kind),
        by_tier=by_tier,
        by_points=by_points,
        equal=sum(each == (tier, points) for each in others),
        told=mine,
    )


def own_numbers(by: Standing) -> list[str]:
    """The numbers of one's own applications, the newest first: the queue number is the number of the application."""
    rows = Case.objects.filter(reported_by=by.person, mechanism=MECHANISM, type=APPLICATION)
    return [row.number for row in rows.order_by("-opened_at")[:3] if row.number]


def longest_wait(rows: Sequence[Told], today: date) -> int:
    """Days that whoever waits longest has waited; 0 where nobody waits."""
    days = (date.fromisoformat(str(row.values["joined_on"])) for row in rows if row.values.get("joined_on"))
    return max(((today - day).days for day in days), default=0)


__all__ = [
    "APPLICATION",
    "HOMES",
    "INTENTION",
    "KINDS",
    "MECHANISM",
    "PAGE",
    "QUEUE",
    "SCHEMES",
    "Line",
    "Place",
    "Scheme",
    "homes",
    "installed",
    "lines",
    "longest_wait",
    "own_numbers",
    "place",
    "queue",
    "schemes",
]
