"""Villages with their units: what the tree of areas knows, what the register adds, and whether the sums agree.

The tree says which units there are, since when, and what they came from; the register says households and people. Both are
read side by side, so that whatever one has and the other has not is told instead of hidden. A constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area, Level, Succession, valid
from gongzhi.engine.registers import Register

# what the mechanism of units calls its registers, columns and values (self_units); households are people_places'
UNITS, VILLAGES, HOUSEHOLDS = "units", "villages", "households"
WORKING = "working"
URBAN, RURAL = "城市", "农村"
#: the four holders of roles: beginning of the column's name -> title
ROLES: Mapping[str, str] = {
    "party": "党小组长",
    "grid": "网格员",
    "council": "理事会会长",
    "adviser": "法律顾问",
}
#: villages of a town on one page
SIZE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A whole and its parts: whether they agree, and by how much they do not."""

    whole: int | None
    parts: tuple[tuple[str, int], ...]

    @property
    def added(self) -> int:
        """What the parts make."""
        return sum(number for _name, number in self.parts)

    @property
    def agrees(self) -> bool:
        """Whether whole and parts are the same; an unknown whole agrees with nothing."""
        return self.whole == self.added

    @property
    def difference(self) -> int:
        """How much the parts are more (less: negative) than the whole."""
        return self.added - (self.whole or 0)

    @property
    def short(self) -> int:
        """How many the parts are too few; 0 where they are not."""
        return max(0, -self.difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One of the four: who holds it, until when; ``vacant`` when nobody does today."""

    title: str
    name: str
    since: str
    until: str
    vacant: bool
    #: the term is over and nobody followed
    lapsed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit as pages show it; ``values`` hold what this reader may see."""

    area: Area
    values: Mapping[str, Any]
    roles: tuple[Role, ...]
    #: households of the register of households that lie in it; None where the reader may not count them
    registered: int | None = None

    @property
    def households(self) -> int | None:
        """Households as decided; None where the register has no line for the unit."""
        return _number(self.values.get("households"))

    @property
    def vacancies(self) -> list[str]:
        """Titles of the roles that nobody holds."""
        return [role.title for role in self.roles if role.vacant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """A village with its units and whether every household is in one of them."""

    area: Area
    values: Mapping[str, Any]
    units: tuple[Unit, ...]
    #: households of the register that still lie in the village and in none of its units
    unassigned: int | None = None

    @property
    def households(self) -> Sum:
        """The village's households against those of its units."""
        parts = tuple((unit.area.name, unit.households or 0) for unit in self.units)
        return Sum(whole=_number(self.values.get("households")), parts=parts)


@dataclass(slots=True, kw_only=True)
class Town:
    """A line of the county's page."""

    area: Area
    villages: int = 0
    units: int = 0
    urban: int = 0
    rural: int = 0
    unknown: int = 0
    vacancies: int = 0
    #: units of the tree of which the register knows nothing
    unlisted: int = 0

    @property
    def by_setting(self) -> Sum:
        """All units against urban and rural ones."""
        return Sum(whole=self.units, parts=((URBAN, self.urban), (RURAL, self.rural)))


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """All towns and what they come to."""

    towns: tuple[Town, ...]
    total: Town


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """A unit with its history."""

    unit: Unit
    village: Area | None
    came_from: tuple[Succession, ...]
    went_to: tuple[Succession, ...]
    #: the case of the vote, if this reader may open it
    vote: Case | None
    principles: tuple[tuple[str, str], ...] = field(default=())
    staff: bool = False


def installed() -> bool:
    """Whether a mechanism of units is in use."""
    return catalogue.known(UNITS) is not None


def county() -> County:
    """All towns with their numbers of villages and units, of what anybody may read. Two queries. Raises NoSuchRegister."""
    today = clock.today()
    areas = Area.objects.filter(valid(today), level__in=(Level.TOWN, Level.VILLAGE, Level.UNIT))
    towns: dict[str, Town] = {}
    total, known = Town(area=Area(name="")), _values(None, UNITS)
    for area in areas.order_by("path").only("code", "name", "short_name", "level", "path"):
        if area.level == Level.TOWN:
            towns[area.path] = Town(area=area)
            continue
        town = next((towns[path] for path in paths.ancestors(area.path) if path in towns), None)
        for line in (total, town) if town else (total,):
            _count(line, area, known.get(area.code), today)
    return County(towns=tuple(each for each in towns.values() if each.villages), total=total)


def _count(line: Town, area: Area, values: Mapping[str, Any] | None, today: date) -> None:
    if area.level == Level.VILLAGE:
        line.villages += 1
        return
    line.units += 1
    if values is None:
        line.unlisted += 1
        return
    setting = values.get("setting")
    line.urban += setting == URBAN
    line.rural += setting == RURAL
    line.unknown += setting not in (URBAN, RURAL)
    line.vacancies += sum(role.vacant for role in roles_of(values, today))


def town(by: Standing | None, area: Area, after: str = "") -> tuple[list[Village], str]:
    """``SIZE`` villages of a town, or the one village that ``area`` is, each with its units; and where to go on.

    Seven queries however many there are. Raises NoSuchRegister.
    """
    today = clock.today()
    rows = Area.objects.filter(valid(today), paths.within(area.path), level=Level.VILLAGE).order_by("path")
    villages = list((rows.filter(path__gt=after) if after else rows)[: SIZE + 1])
    more = villages[SIZE - 1].path if len(villages) > SIZE else ""
    villages = villages[:SIZE]
    if not villages:
        return [], ""
    first, last = villages[0].path, villages[-1].path + paths.LAST
    units = Area.objects.filter(valid(today), level=Level.UNIT, path__gte=first, path__lte=last).order_by(
        "path"
    )
    known, about = _known(by, UNITS, (first, last)), _known(by, VILLAGES, (first, last))
    counted = _households(by, (first, last))
    below: dict[int, list[Unit]] = {}
    for unit in units:
        made = _unit(
            unit, known.get(unit.code, {}), today, None if counted is None else counted.get(unit.code, 0)
        )
        below.setdefault(unit.parent_id or 0, []).append(made)
    found = [
        Village(
            area=each,
            values=about.get(each.code, {}),
            units=tuple(below.get(each.pk, ())),
            unassigned=None if counted is None else counted.get(each.code, 0),
        )
        for each in villages
    ]
    return found, more


def unit_page(by: Standing | None, area: Area) -> UnitPage:
    """One unit, also one that has ended; with where it came from and went, and the case of its vote."""
    values = _known(by, UNITS, (area.path, area.path), every=True).get(area.code, {})
    counted = _households(by, (area.path, area.path)) if area.is_valid() else None
    unit = _unit(area, values, clock.today(), None if counted is None else counted.get(area.code, 0))
    came = Succession.objects.filter(new_area=area).select_related("old_area").order_by("id")
    went = Succession.objects.filter(old_area=area).select_related("new_area").order_by("id")
    number = str(values.get("decided_by") or "")
    vote = Case.objects.filter(number=number).defer("state").first() if number and by is not None else None
    told = str(values.get("principles") or "").split("；")
    pairs = [part.partition("：") for part in told if part]
    return UnitPage(
        unit=unit,
        village=area.parent,
        came_from=tuple(came),
        went_to=tuple(went),
        vote=vote if vote is not None and by is not None and may(by, "case.read", vote) else None,
        principles=tuple((name, text) for name, _colon, text in pairs),
        staff=by is not None,
    )


def roles_of(values: Mapping[str, Any], today: date) -> tuple[Role, ...]:
    """The four roles of a unit on a day: a term counts to its last day."""
    found = []
    for key, title in ROLES.items():
        name, until = str(values.get(f"{key}_name") or ""), str(values.get(f"{key}_until") or "")
        over = bool(until) and until < today.isoformat()
        found.append(
            Role(
                title=title,
                name=name,
                since=str(values.get(f"{key}_since") or ""),
                until=until,
                vacant=not name or over,
                lapsed=bool(name) and over,
            )
        )
    return tuple(found)


def _unit(area: Area, values: Mapping[str, Any], today: date, registered: int | None) -> Unit:
    return Unit(area=area, values=values, roles=roles_of(values, today), registered=registered)


def _known(
    by: Standing | None, register_id: str, within: Sequence[str], *, every: bool = False
) -> dict[str, Mapping[str, Any]]:
    """What anybody may read, and of what lies in this post's reach everything that it may."""
    public = _values(None, register_id, within, every=every)
    return public if by is None else public | _values(by, register_id, within, every=every)


def _values(
    by: Standing | None, register_id: str, within: Sequence[str] = (), *, every: bool = False
) -> dict[str, Mapping[str, Any]]:
    """Key -> values that this reader may see: staff by their rights, anybody what is published as public. One query."""
    register = catalogue.one(register_id).register
    rows = sight.public(register) if by is None else sight.visible(by, register)
    if within:
        rows = rows.filter(area_path__gte=within[0], area_path__lte=within[1])
    if register_id == UNITS and not every:
        rows = rows.filter(state=WORKING)
    return {row.key: _shown(register, row, public=by is None) for row in rows}


def _shown(register: Register, row: Record, *, public: bool) -> Mapping[str, Any]:
    if not public:
        return {name: value for name, value in row.data.items() if not is_mark(value)}
    data = row.published.data if row.published is not None else {}
    return {name: value for name, value in data.items() if name in register.open_fields}


def _households(by: Standing | None, within: Sequence[str]) -> dict[str, int] | None:
    """Area -> households of the register that lie there, for whoever may list them; None for others. One query."""
    declared = catalogue.known(HOUSEHOLDS)
    if by is None or declared is None or not may(by, "record.list"):
        return None
    usable: Iterable[str] = declared.register.usable
    rows = sight.visible(by, declared.register).filter(area_path__gte=within[0], area_path__lte=within[1])
    counted = rows.filter(state__in=sorted(usable)).order_by().values_list("area_id").annotate(Count("pk"))
    return {code: number for code, number in counted if code}


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float | str) and str(value).strip() else None
