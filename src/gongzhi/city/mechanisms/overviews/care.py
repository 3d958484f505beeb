"""Where one is treated and cared for: institutions, free slots of consultations, home teams, care providers. Open to everybody.

Health data are never here: what is public are registers; of cases only how many there were, and not even that below ``FEWEST``.
A post sees the cases that it may see anyway, by their neutral titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from gongzhi.city.cases.models import Case, CaseRecord, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.territory.models import Area, Office

# what the mechanisms call their types and registers
TIERED, HOME, ELDER = "tiered_care", "home_doctor", "elder_care"
CONSULTATION = "consultation"
CLINICS, SLOTS, TEAMS, PROVIDERS = "clinics", "consult_slots", "home_teams", "care_providers"
#: case type -> what it is called on the page; in the order of the page
TYPES = (
    (TIERED, "referral"),
    (TIERED, CONSULTATION),
    (TIERED, "online_visit"),
    (HOME, "home_visit"),
    (ELDER, "care_need"),
)
#: rows of one list; days that are counted; fewer cases than this are not told in public (somebody might know who it was)
MOST, PERIOD, FEWEST = 100, 90, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The public part of one record; names instead of codes of offices and areas."""

    key: str
    values: Mapping[str, Any]
    office: str
    area: str
    #: of a slot of consultations: somebody has it
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cases of a type were opened and closed in the period; None where fewer than ``FEWEST`` were."""

    mechanism: str
    type: str
    title: str
    opened: int | None
    closed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One case that the post may see and that is not closed: the neutral title, the step that waits, its light."""

    row: Case
    title: str
    step: str
    light: str


def installed(mechanism: str) -> bool:
    """Whether this city runs the mechanism."""
    return mechanism in library.LIBRARY.active_versions()


def listed(register: str, office: str = "office") -> list[Told]:
    """Public records of a register by key; nothing where no mechanism brings it. Three queries, however many there are.
    ``office`` is the column whose office is named.
    """
    if catalogue.known(register) is None:
        return []
    rows = list(
        sight.public(catalogue.one(register).register).select_related("published").order_by("key")[:MOST]
    )
    found = [(row.key, records.opened_to_all(row).values) for row in rows]
    offices = _names(Office, (values.get(office) for _, values in found))
    areas = _names(Area, (values.get("area") for _, values in found))
    return [
        Told(
            key=key,
            values=values,
            office=offices.get(str(values.get(office)), ""),
            area=areas.get(str(values.get("area")), ""),
        )
        for key, values in found
    ]


def slots() -> list[Told]:
    """Slots of consultations from tomorrow on, by day, each free or taken; never who has it. Four queries."""
    today = clock.today()
    ahead = [each for each in listed(SLOTS) if (_day(each.values.get("slot_day")) or today) > today]
    about = CaseRecord.objects.filter(
        register=SLOTS,
        key__in=[each.key for each in ahead],
        case__mechanism=TIERED,
        case__type=CONSULTATION,
        case__ended="",
    )
    taken = set(about.values_list("key", flat=True))
    marked = [
        Told(key=each.key, values=each.values, office=each.office, area=each.area, taken=each.key in taken)
        for each in ahead
    ]
    return sorted(marked, key=lambda each: (str(each.values.get("slot_day")), each.key))


def tallies() -> list[Tally]:
    """Cases of each type in the last ``PERIOD`` days, over the whole city. One query."""
    since = clock.now() - timedelta(days=PERIOD)
    here = [(owner, kind) for owner, kind in TYPES if installed(owner)]
    if not here:
        return []
    which = Q()
    for owner, kind in here:
        which |= Q(mechanism=owner, type=kind)
    rows = Case.objects.filter(which, opened_at__gte=since).order_by().values("mechanism", "type")
    counted = {
        (row["mechanism"], row["type"]): (row["opened"], row["closed"])
        for row in rows.annotate(opened=Count("pk"), closed=Count("pk", filter=~Q(ended="")))
    }
    return [
        Tally(
            mechanism=owner,
            type=kind,
            title=_title(owner, kind),
            opened=_enough(counted.get((owner, kind), (0, 0))[0]),
            closed=_enough(counted.get((owner, kind), (0, 0))[1]),
        )
        for owner, kind in here
    ]


def running(by: Standing) -> list[Running]:
    """Cases of care that the post may see and that are not closed, the pressing ones first. Raises NotAllowed."""
    check(by, "case.list")
    which = Q()
    for owner, kind in TYPES:
        which |= Q(mechanism=owner, type=kind)
    rows = list(visible(by).filter(which, ended="").select_related("lead").order_by("due", "id")[:MOST])
    steps, now = _steps(rows), clock.now()
    return [
        Running(
            row=row, title=_title(row.mechanism, row.type), step=steps.get(row.pk, ""), light=row.light(now)
        )
        for row in rows
    ]


def _enough(number: int) -> int | None:
    return number if number == 0 or number >= FEWEST else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _names(model: type[Office] | type[Area], codes: Iterable[Any]) -> dict[str, str]:
    wanted = {str(code) for code in codes if code}
    rows = model.objects.filter(code__in=wanted).values_list("code", "short_name", "name")
    return {code: short or name for code, short, name in rows}


def _title(mechanism: str, type_id: str) -> str:
    version = library.LIBRARY.active_versions().get(mechanism, "")
    held = library.LIBRARY.version(mechanism, version) if version else None
    return held.case_types[type_id].title if held and type_id in held.case_types else type_id


def _steps(rows: Iterable[Case]) -> dict[UUID, str]:
    kinds = {row.pk: row for row in rows}
    found: dict[UUID, str] = {}
    tasks = Task.objects.filter(case__in=list(kinds), side=False).order_by("id")
    for case, step in tasks.values_list("case", "step"):
        row = kinds[case]
        held = library.LIBRARY.version(row.mechanism, row.version)
        found[case] = held.case_types[row.type].step_title(step) if held else step
    return found


__all__ = [
    "FEWEST",
    "PERIOD",
    "Running",
    "Tally",
    "Told",
    "installed",
    "listed",
    "running",
    "slots",
    "tallies",
]
