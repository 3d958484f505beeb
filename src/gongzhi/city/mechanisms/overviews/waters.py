"""Rivers and networks as everybody may read them: reaches with their chiefs and problems, water sections, village × network.

Everything here is the public part of registers and cases: never who reported, a phone or a photo. A constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_noop

from gongzhi.city.cases import catalogue as case_catalogue
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area, Office

# what the mechanisms call their types and registers
RIVERS, ISSUE, PATROL, REACHES = "river_chiefs", "water_issue", "patrol", "river_reaches"
NETWORKS, CELLS = "seven_networks", "network_status"
SECTIONS = "water_sections"
COVERED, INSTEAD = "通了", "用别的办法"
#: rows of one list; villages of one page of the matrix
MOST, VILLAGES = 100, 60
#: what a cell of the matrix says -> (sign, words, CSS class)
SIGNS: Final[Mapping[str, tuple[str, str, str]]] = {
    COVERED: ("●", gettext_noop("通了"), "covered"),
    INSTEAD: ("◐", gettext_noop("用别的办法"), "instead"),
    "没通": ("○", gettext_noop("没通"), "missing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The public values of a record, with the names of its office and area."""

    key: str
    values: Mapping[str, Any]
    office: str
    area: str
    #: of a reach: problems that are not settled yet
    open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """The public part of a case that names a record."""

    number: str
    values: Mapping[str, Any]
    #: step that is open, or the end that was reached
    where: str
    ended: bool
    opened_at: Any
    lead: str


@dataclass(slots=True, kw_only=True)
class Village:
    """One line of the matrix: network -> its cell."""

    name: str
    cells: dict[str, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many villages have one network."""

    network: str
    covered: int
    instead: int
    total: int

    @property
    def percent(self) -> int:
        """Covered villages, another way not counted, in whole per cent."""
        return round(100 * self.covered / self.total) if self.total else 0


def installed(register: str) -> bool:
    """Whether a mechanism with this register runs here."""
    return catalogue.known(register) is not None


def listed(register: str, *, path: str = "", most: int = MOST) -> list[Row]:
    """Public records in order of key, those of an area's subtree where one is given. Three queries."""
    if not installed(register):
        return []
    rows = sight.public(catalogue.one(register).register).select_related("published")
    if path:
        rows = rows.filter(area_path__startswith=path)
    return _named(rows.order_by("key")[:most], register)


def reaches() -> list[Row]:
    """Every reach with how many of its problems are not settled, those first that are due or have problems. Four queries."""
    found = listed(REACHES)
    counted = _open_issues()
    rows = [_with(each, counted.get(each.key, 0)) for each in found]
    order = {"还没有看过": 0, "该看了": 0}
    return sorted(rows, key=lambda row: (order.get(str(row.values.get("state_now")), 1), -row.open, row.key))


def one(register: str, key: str) -> Row:
    """A public record with the names of its office and area. Raises NoSuchRegister, NoSuchRecord."""
    found = records.public_one(register, key)
    return _row(found.key, found.values, found.register, *_names([found.values], register))


def matters(mechanism: str, kind: str, register: str, key: str, *, most: int = 30) -> list[Matter]:
    """Cases of a type that name the record, newest first: their public fields only; confidential ones are left out."""
    rows: QuerySet[Case] = Case.objects.filter(
        records__register=register, records__key=key, mechanism=mechanism, type=kind, confidential=False
    )
    found = list(
        rows.exclude(ended="withdrawn").select_related("lead").order_by("-opened_at", "-id").distinct()[:most]
    )
    steps = dict(Task.objects.filter(case__in=found, side=False).values_list("case_id", "step"))
    return [_matter(each, steps.get(each.pk, "")) for each in found]


def matrix(path: str = "") -> tuple[list[str], list[Village]]:
    """The networks in the order of the form, and the villages with a cell for each; at most ``VILLAGES`` of them. Three queries."""
    if not installed(CELLS):
        return [], []
    register = catalogue.one(CELLS).register
    networks = list(register.form["network"].options)
    villages: dict[str, Village] = {}
    for row in listed(CELLS, path=path, most=VILLAGES * len(networks)):
        line = villages.setdefault(str(row.values.get("area")), Village(name=row.area))
        line.cells[str(row.values.get("network"))] = row
    return networks, sorted(villages.values(), key=lambda each: each.name)


def shares() -> list[Share]:
    """How many villages of the whole city have each network: counted in the database, in one query."""
    if not installed(CELLS):
        return []
    register = catalogue.one(CELLS).register
    counted: dict[tuple[str, str], int] = {}
    rows = sight.public(register).order_by().values_list("data__network", "data__covered")
    for network, covered, number in rows.annotate(number=Count("id")):
        counted[network, covered] = number
    return [
        Share(
            network=network,
            covered=counted.get((network, COVERED), 0),
            instead=counted.get((network, INSTEAD), 0),
            total=sum(number for (each, _), number in counted.items() if each == network),
        )
        for network in register.form["network"].options
    ]


def places(register: str) -> list[Area]:
    """The towns in which a register has public records, for the choice of a place; else whatever is above. Two queries."""
    if not installed(register):
        return []
    rows = sight.public(catalogue.one(register).register).exclude(area=None)
    held = rows.order_by().values_list("area__parent_id", flat=True).distinct()
    found = list(Area.objects.filter(pk__in=list(held)).order_by("path")[:200])
    return [each for each in found if each.level == "town"] or found


def place_of(code: str) -> Area | None:
    """The area with this code."""
    return Area.objects.filter(code=code).first() if code else None


def _open_issues() -> dict[str, int]:
    rows = Case.objects.filter(
        records__register=REACHES, mechanism=RIVERS, type=ISSUE, ended_at__isnull=True, confidential=False
    )
    return dict(rows.order_by().values_list("records__key").annotate(number=Count("id", distinct=True)))


def _matter(case: Case, step: str) -> Matter:
    kind = case_catalogue.case_type(case.mechanism, case.version, case.type)
    data = case.state.get("data", {})
    public = {
        each.id: data[each.id] for each in kind.form.fields if each.privacy == "public" and each.id in data
    }
    return Matter(
        number=case.number or "",
        values=public,
        where=str(kind.ends.get(case.ended, case.ended))
        if case.ended
        else kind.step_title(step)
        if step
        else "",
        ended=bool(case.ended),
        opened_at=case.opened_at,
        lead=case.lead.short_name if case.lead else "",
    )


def _named(rows: Iterable[Record], register: str) -> list[Row]:
    """Rows with the names of what their codes mean: one query for offices, one for areas."""
    opened = [records.opened_to_all(each) for each in rows]
    offices, areas = _names([each.values for each in opened], register)
    held = catalogue.one(register).register
    return [_row(each.key, each.values, held, offices, areas) for each in opened]


def _names(rows: Sequence[Mapping[str, Any]], register: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    declared = catalogue.one(register).register
    wanted = [{str(row.get(column) or "") for row in rows} for column in (declared.office, declared.area)]
    offices = dict(Office.objects.filter(code__in=wanted[0]).values_list("code", "short_name"))
    areas = {each.code: each.short_name or each.name for each in Area.objects.filter(code__in=wanted[1])}
    return offices, areas


def _row(
    key: str, values: Mapping[str, Any], register: Any, offices: Mapping[str, str], areas: Mapping[str, str]
) -> Row:
    office, area = str(values.get(register.office) or ""), str(values.get(register.area) or "")
    return Row(key=key, values=values, office=offices.get(office, ""), area=areas.get(area, ""))


def _with(row: Row, number: int) -> Row:
    return Row(key=row.key, values=row.values, office=row.office, area=row.area, open=number)


__all__ = [
    "CELLS",
    "ISSUE",
    "NETWORKS",
    "PATROL",
    "REACHES",
    "RIVERS",
    "SECTIONS",
    "SIGNS",
    "Matter",
    "Row",
    "Share",
    "Village",
    "installed",
    "listed",
    "matrix",
    "matters",
    "one",
    "place_of",
    "places",
    "reaches",
    "shares",
]
