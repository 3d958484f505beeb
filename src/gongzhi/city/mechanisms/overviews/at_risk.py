"""Households at risk at a glance: signals, how far each household is on its fifteen days, measures and visits, publications.

Income and spending stand side by side and are never folded into one number, and nothing is ordered by risk: lists go by village
and number. What is published is the public part of a case only (household number, village, category), and only while it is up.
Ids of the mechanism are constants at the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.timezone import localdate

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import catalogue as case_types
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.errors import PublicationOver
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records.models import Record
from gongzhi.engine import cases as engine

MECHANISM, FIND, HELP = "households_at_risk", "monitoring", "helping"
SIGNALS, LISTED, MEASURES = "risk_signals", "monitored_households", "help_measures"
#: the step in which a household is published, the timer that ends it, the fact that interrupts it
PUBLISH, OVER, OBJECTED = "publish", "over", "objected"
#: days from signal to decision (指导意见), between visits, and after listing without a measure
DAYS, VISIT, UNHELPED = 15, 31, 31
#: rows of one list
MOST: Final = 300
INCOMES: Final = ("wages", "business", "property", "transfers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A household that is being looked at."""

    row: Case
    household: str
    found_by: str
    step: str
    #: natural days gone since the signal; the fifteenth is the last one
    day: int
    light: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A household on the list."""

    row: Record
    household: str
    category: str
    village: str
    measures: int
    listed_on: date
    visited_on: date | None
    #: a month on the list without a measure; a month without a visit
    unhelped: bool
    unvisited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is put up about a household, and until when anybody may object."""

    case: UUID
    number: str
    household: str
    village: str
    category: str
    people: int
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What one visit wrote down: income with its parts, and compliant spending. Two numbers, not one."""

    row: Case
    people: int
    parts: tuple[Decimal, ...]
    income: Decimal
    each: Decimal
    spending: Decimal
    line: Decimal | None
    #: bars to the same scale, in hundredths of the longest
    income_share: int
    spending_share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One household: everything that was found and done."""

    household: str
    numbers: tuple[Numbers, ...]
    cases: tuple[Case, ...]
    listed: tuple[Listed, ...]
    measures: tuple[Record, ...]
    signals: tuple[Record, ...]


def is_installed() -> bool:
    """Whether this city looks after households at risk."""
    return MECHANISM in library.LIBRARY.active_versions()


def signals(by: Standing) -> list[Record]:
    """Signals that nobody has finished looking at, the newest first. Raises NotAllowed."""
    rows = _records(by, SIGNALS).filter(state__in=("fresh", "looking"))
    return list(rows.select_related("area", "office").order_by("-id")[:MOST])


def running(by: Standing) -> list[Finding]:
    """Households that are being looked at, those first whose time is nearly over. Raises NotAllowed."""
    rows = _seen(by).filter(type=FIND, ended="")
    found = list(rows.order_by("opened_at", "id")[:MOST])
    steps, now = _steps(found), clock.now()
    return [
        Finding(
            row=row,
            household=str(row.state["data"].get("household", "")),
            found_by=str(row.state["data"].get("found_by", "")),
            step=steps.get(row.pk, ""),
            day=(localdate(now) - localdate(row.opened_at)).days,
            light=row.light(now),
        )
        for row in found
    ]


def listed(by: Standing) -> list[Listed]:
    """Households on the list, by village and number: nobody is ranked. Raises NotAllowed."""
    rows = _records(by, LISTED).filter(state="listed").select_related("area")
    today = clock.today()
    return [_listed(row, today) for row in rows.order_by("area_path", "key")[:MOST]]


def house(by: Standing, household: str) -> House:
    """What is known of one household, as far as the post may see it. Raises NotAllowed; Http404 where nothing is."""
    seen = _seen(by).filter(records__register="households", records__key=household)
    rows = list(seen.distinct().order_by("-opened_at", "-id")[:20])
    on_list = _named(by, LISTED, "household", household)
    measures = _named(by, MEASURES, "household", household)
    told = _named(by, SIGNALS, "house", household)
    if not (rows or on_list or measures or told):
        raise Http404(household)
    today = clock.today()
    numbers = [_numbers(row) for row in rows if row.type == FIND and row.state["data"].get("income_each")]
    return House(
        household=household,
        numbers=tuple(numbers),
        cases=tuple(rows),
        listed=tuple(_listed(row, today) for row in on_list),
        measures=tuple(measures),
        signals=tuple(told),
    )


def published(area_path: str = "") -> list[Published]:
    """What is put up now, for anybody to read, by village and number."""
    rows = Case.objects.filter(mechanism=MECHANISM, type=FIND, ended="")
    if area_path:
        rows = rows.filter(paths.within(area_path, "area_path"))
    found = [told for row in rows.order_by("opened_at")[:MOST] if (told := _published(row))]
    return sorted(found, key=lambda each: (each.village, each.household))


@transaction.atomic
def object_to(by: Standing, case: UUID, words: str) -> None:
    """Object to a publication: any resident, or whoever works in its area for somebody without a phone. The words are kept in the
    case, not who said them. Raises PublicationOver, NotAllowed.
    """
    row = Case.objects.select_for_update().filter(pk=case, mechanism=MECHANISM, type=FIND).first()
    told = _published(row) if row is not None else None
    if row is None or told is None:
        raise PublicationOver
    check(by, "case.open", Target(area_path=row.area_path))
    cases.act(row.pk, "note", {"text": f"公示异议：{words.strip()}"[:1000]}, by=SYSTEM)
    cases.happened(OBJECTED, {}, case_id=row.pk)


def _seen(by: Standing) -> QuerySet[Case]:
    """Cases that the post may see: by its rights, because its office is in charge (helps), or because a task waits for it."""
    check(by, "case.list")
    rows = Case.objects.filter(mechanism=MECHANISM)
    if (MECHANISM, FIND) in case_types.closed_to(by.role):
        return rows.none()
    tasks = Task.objects.filter(role=by.role, office_path__in=paths.ancestors(by.office_path))
    asked = tasks.filter(person__in=("", by.person), case__mechanism=MECHANISM)
    mine = Q(state__data__helpers__0=by.office) if by.office else Q(pk__in=())
    return rows.filter(Q(pk__in=visible(by).values("pk")) | mine | Q(pk__in=asked.values("case")))


def _records(by: Standing, register: str) -> Any:
    check(by, "record.list")
    return sight.visible(by, catalogue.one(register).register)


def _named(by: Standing, register: str, field: str, household: str) -> list[Record]:
    rows = _records(by, register).filter(**{f"data__{field}": household})
    return list(rows.select_related("area", "office").order_by("-id")[:50])


def _listed(row: Record, today: date) -> Listed:
    data: Mapping[str, Any] = row.data
    since = date.fromisoformat(str(data["listed_on"]))
    visited = date.fromisoformat(str(data["visited_on"])) if data.get("visited_on") else None
    here = row.state == "listed"
    return Listed(
        row=row,
        household=str(data.get("household", "")),
        category=str(data.get("category", "")),
        village=row.area.short_name if row.area else "",
        measures=int(data.get("measures") or 0),
        listed_on=since,
        visited_on=visited,
        unhelped=here and not data.get("first_measure_on") and (today - since).days >= UNHELPED,
        unvisited=here and today - (visited or since) > timedelta(days=VISIT),
    )


def _published(row: Case) -> Published | None:
    state = engine.load_case(row.state)
    at = {token.id: token.node for token in state.flow.tokens}
    over = next(
        (due for token, timer, due in state.timers if at.get(token) == PUBLISH and timer == OVER), None
    )
    if over is None or clock.now() >= over:
        return None
    data = state.data
    return Published(
        case=row.pk,
        number=row.number or "",
        household=str(data["household"]),
        village=str(data.get("village") or ""),
        category=str(data.get("likely") or ""),
        people=int(data.get("living_together") or 0),
        since=date.fromisoformat(str(data["published_on"])),
        until=date.fromisoformat(str(data["until"])),
    )


def _numbers(row: Case) -> Numbers:
    data: Mapping[str, Any] = row.state["data"]
    parts = tuple(Decimal(str(data.get(name) or 0)) for name in INCOMES)
    income, spending = sum(parts, Decimal(0)), Decimal(str(data.get("own_pay") or 0))
    longest = max(income, spending, Decimal(1))
    line = data.get("line")
    return Numbers(
        row=row,
        people=int(data.get("living_together") or 1),
        parts=parts,
        income=income,
        each=Decimal(str(data["income_each"])),
        spending=spending,
        line=Decimal(str(line)) if line is not None else None,
        income_share=int(100 * income / longest),
        spending_share=int(100 * spending / longest),
    )


def _steps(rows: Iterable[Case]) -> dict[UUID, str]:
    """Case -> words of its open step, or that it is published."""
    kinds = {row.pk: row for row in rows}
    found = {}
    for case, step in Task.objects.filter(case__in=list(kinds)).order_by("id").values_list("case", "step"):
        row = kinds[case]
        held = library.LIBRARY.case_type(MECHANISM, row.version, row.type)
        found[case] = held.step_title(step) if held else step
    return found


__all__ = ["DAYS", "Finding", "House", "Listed", "Numbers", "Published", "house", "is_installed", "listed", "object_to",
           "published", "running", "signals"]  # fmt: skip
