"""Six seats for the people: what was promised, built, accepted by those who use it, and of use a year later. Open to everybody.

Every figure is a sum over the sites that stand below it; nobody types one in, and neither offices nor towns are ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.overviews import care
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.territory.models import Area

# what the mechanism calls its registers
MECHANISM, GOALS, SITES = "six_seats", "seat_goals", "seat_sites"
#: state of a site -> how far it is: 1 building, 2 built, 3 accepted, 4 looked at after a year
FAR = {"building": 1, "built": 2, "accepted": 3, "lasting": 4, "partly": 4, "idle": 4, "dropped": 0}
#: sites that one page reads; beyond it the page says that it is cut
MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site as everybody may read it."""

    key: str
    values: Mapping[str, Any]
    state: str
    state_title: str
    kind: str
    area: str
    #: promised for a day that has passed, and not built
    late: bool

    @property
    def number(self) -> Decimal:
        """What was built there, or what is planned while it is being built."""
        return _number(self.values.get("finished")) or _number(self.values.get("planned"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One of the six in one year: numbers of seats, each a sum over sites."""

    kind: str
    target: Decimal
    planned: Decimal
    built: Decimal
    accepted: Decimal
    lasting: Decimal
    #: looked at after a year: idle, broken, or only partly of use
    failed: Decimal

    @property
    def share(self) -> int:
        """Per cent of the target that was accepted, at most 100 for the bar."""
        return min(100, int(100 * self.accepted / self.target)) if self.target else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """One year: the kinds that were promised, and the sites (of one kind, where one was asked for)."""

    year: int
    years: tuple[int, ...]
    kinds: tuple[Kind, ...]
    sites: tuple[Site, ...]
    cut: bool


def installed() -> bool:
    """Whether this city runs the mechanism."""
    return care.installed(MECHANISM)


def seats(year: int | None = None, kind: str = "") -> Seats:
    """The promises of a year (the newest that has begun by default) and their sites. Four queries. Raises NoSuchRegister."""
    goals = care.listed(GOALS, office="lead")
    years = sorted({int(_number(each.values.get("year"))) for each in goals}, reverse=True)
    begun = [each for each in years if each <= clock.today().year] or years or [clock.today().year]
    shown = year if year in years else begun[0]
    mine = {each.key: each.values for each in goals if int(_number(each.values.get("year"))) == shown}
    sites, cut = _sites(mine)
    # which seats there are, and their order, says the mechanism's register
    known = catalogue.one(GOALS).register.form["kind"].options
    kinds = [name for name in known if any(values.get("kind") == name for values in mine.values())]
    return Seats(
        year=shown,
        years=tuple(years),
        kinds=tuple(_kind(name, mine.values(), sites) for name in kinds),
        sites=tuple(each for each in sites if kind not in known or each.kind == kind),
        cut=cut,
    )


def _sites(goals: Mapping[str, Mapping[str, Any]]) -> tuple[list[Site], bool]:
    register = catalogue.one(SITES).register
    rows = list(sight.public(register).select_related("published").order_by("key")[: MOST + 1])
    opened = [records.opened_to_all(row) for row in rows[:MOST]]
    told = [each for each in opened if each.values.get("goal") in goals]
    areas = _areas(each.values.get("area") for each in told)
    today = clock.today().isoformat()
    found = [
        Site(
            key=each.key,
            values=each.values,
            state=each.state,
            state_title=register.states[each.state],
            kind=str(goals[str(each.values["goal"])].get("kind") or ""),
            area=areas.get(str(each.values.get("area")), ""),
            late=each.state == "building" and str(each.values.get("finish_by") or "9999") < today,
        )
        for each in told
    ]
    return found, len(rows) > MOST


def _kind(name: str, goals: Iterable[Mapping[str, Any]], sites: Iterable[Site]) -> Kind:
    mine = [each for each in sites if each.kind == name]
    return Kind(
        kind=name,
        target=sum((_number(g.get("target")) for g in goals if g.get("kind") == name), Decimal(0)),
        planned=sum((_number(each.values.get("planned")) for each in mine if FAR[each.state]), Decimal(0)),
        built=_sum(each for each in mine if FAR[each.state] >= FAR["built"]),
        accepted=_sum(each for each in mine if FAR[each.state] >= FAR["accepted"]),
        lasting=_sum(each for each in mine if each.state == "lasting"),
        failed=_sum(each for each in mine if each.state in ("partly", "idle")),
    )


def _sum(sites: Iterable[Site]) -> Decimal:
    return sum((each.number for each in sites), Decimal(0))


def _number(value: Any) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _areas(codes: Iterable[Any]) -> dict[str, str]:
    wanted = {str(code) for code in codes if code}
    rows = Area.objects.filter(code__in=wanted).values_list("code", "short_name", "name")
    return {code: short or name for code, short, name in rows}


__all__ = ["Kind", "Seats", "Site", "installed", "seats"]
