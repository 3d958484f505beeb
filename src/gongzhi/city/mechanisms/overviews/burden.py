"""The burden account: how many minutes forms and tasks cost a person at the grassroots in a month.

Two things cost time that somebody wrote down: forms on the list of demanded forms (times a year × minutes ÷ 12, for every
month in which they are to be filled in), and cases of types that say what one case costs (``burden``), counted in the month
in which they were opened, for each role that acted in them. Nothing is typed in for this page, and nothing is added up per
person: the figures are per post, of a town or of the city. What is not counted stands in ``Account.uncounted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.world import office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.records import places
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area, Office, Post, valid
from gongzhi.engine.cases import CaseType
from gongzhi.engine.instants import SHANGHAI

FORMS = "demanded_forms"
#: who fills in, as the register says -> group
FILLERS = {"网格员": "grid_worker", "村（社区）干部": "village"}
GROUPS = ("grid_worker", "village")
#: states of a form in which it was to be filled in within its dates
IN_USE = ("admitted", "expired")
MONTHS = 12
#: cases of one type in the year that are looked at; beyond it the account says so
MOST = 50_000
CHUNK = 500
#: levels at which an officer is village staff
LOCAL_LEVELS = ("village", "unit")
_CENT = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that costs time in a month: a form, or the cases of one type for one asker."""

    #: ``form`` or ``case``
    kind: str
    #: key of the form, or ``mechanism.type``
    key: str
    title: str
    asker: str
    basis: str
    group: str
    #: minutes of one form or case; of cases that say it themselves the mean
    minutes: Decimal
    #: times in the month: of a form per worker (a twelfth of the year), of cases all of them
    times: Decimal
    #: people who fill in the form; of cases everybody of the group
    workers: int
    #: minutes of the month for everybody together
    total: Decimal

    @property
    def each(self) -> Decimal | None:
        """Minutes per worker; None without any."""
        return (self.total / self.workers).quantize(_CENT) if self.workers else None


@dataclass(slots=True, kw_only=True)
class Month:
    """One month of one group in one place."""

    first: date
    workers: int
    lines: list[Line] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """Minutes of everybody together."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def each(self) -> Decimal | None:
        """Minutes per worker, the sum of all lines ÷ workers; None where nobody holds such a post."""
        return (self.total / self.workers).quantize(_CENT) if self.workers else None

    @property
    def by_asker(self) -> list[tuple[str, Decimal, Decimal | None]]:
        """(who asks, minutes together, minutes per worker), the most first."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            sums[line.asker] = sums.get(line.asker, Decimal(0)) + line.total
        ranked = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
        return [
            (name, total, (total / self.workers).quantize(_CENT) if self.workers else None)
            for name, total in ranked
        ]


@dataclass(slots=True, kw_only=True)
class Account:
    """Twelve months of a place, its towns in the last of them, and what is not in it."""

    place: str
    group: str
    months: list[Month]
    towns: list[tuple[str, str, Month]]
    #: case types in which the group acts and that do not say what they cost
    silent: list[str]
    #: forms that reached the grassroots without being registered, in the last month
    unregistered: int
    cut: bool = False

    @property
    def last(self) -> Month:
        return self.months[-1]


@dataclass(frozen=True, slots=True)
class _Done:
    """A case that a group worked on."""

    key: str
    title: str
    asker: str
    basis: str
    group: str
    minutes: Decimal
    month: date
    area_path: str


@dataclass(slots=True)
class _Known:
    """What the whole account is computed from; read once."""

    months: list[date]
    #: month -> (group, area path) of every post that is valid on its last day
    posts: dict[date, list[tuple[str, str]]]
    forms: list[Record]
    cases: list[_Done]
    cut: bool = False


def account(by: Standing, last: date, *, group: str = "grid_worker", town: str = "") -> Account:
    """The year up to the month of ``last``, of the place that this post stands for, or of one town in it.

    Right ``burden.read``. A handful of queries, and two for every case type that says what it costs.
    """
    check(by, "burden.read")
    towns = [area for area in _towns() if _near(area.path, by.area_path)]
    chosen = next((area for area in towns if area.code == town), None)
    # below a town it is the town: where one person holds the only post, a figure of the village would be theirs
    own = next((area.path for area in towns if paths.is_within(by.area_path, area.path)), "")
    within = chosen.path if chosen else own or by.area_path or places.home_area_path()
    known = _read(_months(last))
    months = [_month(known, each, group, within) for each in known.months]
    return Account(
        place=next((area.short_name for area in towns if area.path == within), ""),
        group=group,
        months=months,
        towns=[
            (area.code, area.short_name, _month(known, known.months[-1], group, area.path)) for area in towns
        ],
        silent=_silent(),
        unregistered=_unregistered(known.months[-1], within),
        cut=known.cut,
    )


def _near(path: str, own: str) -> bool:
    return not own or paths.is_within(path, own) or paths.is_within(own, path)


def _towns() -> list[Area]:
    return list(Area.objects.filter(valid(), level="town").order_by("path"))


def _months(last: date) -> list[date]:
    """The first days of twelve months, the last of them that of ``last``."""
    count = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(count - MONTHS + 1, count + 1)]


def month_after(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _read(months: list[date]) -> _Known:
    forms = list(Record.objects.filter(register=FORMS, state__in=IN_USE).order_by("key"))
    known = _Known(months=months, posts={each: list(_posts(each)) for each in months}, forms=forms, cases=[])
    for held in library.active():
        for type_id, case_type in held.case_types.items():
            if case_type.burden is not None:
                _read_cases(known, held.mechanism.id, type_id, case_type)
    return known


def _posts(month: date) -> Iterator[tuple[str, str]]:
    """Grassroots posts at the end of the month: (group, path of the area)."""
    held = Post.objects.filter(
        valid(month_after(month) - timedelta(days=1)), role__in=("grid_worker", "officer")
    )
    columns = (
        "role",
        "area__path",
        "area__level",
        "office__area__path",
        "office__area__level",
        "office__kind",
    )
    for role, path, level, office_path, office_level, kind in held.values_list(*columns):
        where, at = (path, level) if path else (office_path, office_level)
        if role == "grid_worker":
            yield "grid_worker", where or ""
        elif kind == "village" or at in LOCAL_LEVELS:
            yield "village", where or ""


def _read_cases(known: _Known, mechanism: str, type_id: str, case_type: CaseType) -> None:
    """The cases of one type in the year, one entry per group that acted in each."""
    start, end = _instant(known.months[0]), _instant(month_after(known.months[-1]))
    rows = Case.objects.filter(mechanism=mechanism, type=type_id, opened_at__gte=start, opened_at__lt=end)
    found = list(
        rows.order_by("opened_at", "id").values_list("id", "opened_at", "area_path", "state")[: MOST + 1]
    )
    known.cut = known.cut or len(found) > MOST
    found = found[:MOST]
    doers = _doers([row[0] for row in found])
    burden = case_type.burden
    if burden is None:
        return
    for case_id, opened_at, area_path, state in found:
        data = state.get("data", {}) if isinstance(state, Mapping) else {}
        day = opened_at.astimezone(SHANGHAI).date().replace(day=1)
        for group in doers.get(case_id, ()):
            minutes = _minutes(
                burden.minutes.get("grid_worker" if group == "grid_worker" else "officer"), data
            )
            if minutes:
                asker, basis = (_said(text, data, case_type) for text in (burden.asker, burden.basis))
                key, title = f"{mechanism}.{type_id}", case_type.title
                known.cases.append(_Done(key, title, asker, basis, group, minutes, day, area_path))


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _minutes(value: Any, data: Mapping[str, Any]) -> Decimal:
    """Minutes of a case: as written, or what the field says."""
    found = data.get(value) if isinstance(value, str) else value
    return (
        Decimal(str(found))
        if isinstance(found, (int, float, Decimal)) and not isinstance(found, bool)
        else Decimal(0)
    )


def _said(text: str, data: Mapping[str, Any], case_type: CaseType) -> str:
    """Who asks, or on what basis: in words, or the value of the field of this name."""
    if text not in case_type.form:
        return text
    value = data.get(text)
    if case_type.form[text].kind == "office" and value:
        return office_name(str(value))
    return str(value or "")


def _doers(cases: list[UUID]) -> dict[UUID, set[str]]:
    """The groups that opened a case or took a step in it; one query per ``CHUNK`` cases."""
    local = set(Area.objects.filter(level__in=LOCAL_LEVELS).values_list("code", flat=True))
    offices = set(
        Office.objects.filter(Q(kind="village") | Q(area__level__in=LOCAL_LEVELS)).values_list(
            "code", flat=True
        )
    )
    found: dict[UUID, set[str]] = {}
    for start in range(0, len(cases), CHUNK):
        by_subject = {subject("case", each): each for each in cases[start : start + CHUNK]}
        entries = Entry.objects.filter(
            subject__in=list(by_subject), role__in=("grid_worker", "officer"), kind__in=("opened", "chosen")
        )
        for about, role, office, area in entries.values_list("subject", "role", "office", "area").distinct():
            if role == "grid_worker":
                found.setdefault(by_subject[about], set()).add("grid_worker")
            elif office in offices or (not office and area in local):
                found.setdefault(by_subject[about], set()).add("village")
    return found


def _month(known: _Known, first: date, group: str, within: str) -> Month:
    own = [path for kind, path in known.posts[first] if kind == group and paths.is_within(path, within)]
    made = Month(first=first, workers=len(own))
    made.lines = [
        *_form_lines(known.forms, first, group, own),
        *_case_lines(known.cases, first, group, within, len(own)),
    ]
    made.lines.sort(key=lambda line: (-line.total, line.kind, line.key))
    return made


def _form_lines(forms: Iterable[Record], first: date, group: str, workers: list[str]) -> Iterator[Line]:
    last = (month_after(first) - timedelta(days=1)).isoformat()
    for row in forms:
        data = row.data
        if FILLERS.get(data.get("filler", "")) != group or not data.get("times") or not data.get("minutes"):
            continue
        if not (data.get("valid_from", "") <= last and data.get("valid_until", "") >= first.isoformat()):
            continue
        # a form of one place is filled in there only; path of the city for those that name none
        fillers = (
            sum(paths.is_within(path, row.area_path) for path in workers) if row.area_id else len(workers)
        )
        if not fillers:
            continue
        minutes, times = Decimal(str(data["minutes"])), Decimal(str(data["times"])) / 12
        yield Line(
            kind="form",
            key=row.key,
            title=row.name,
            asker=office_name(row.office_id or ""),
            basis=str(data.get("basis") or ""),
            group=group,
            minutes=minutes,
            times=times,
            workers=fillers,
            total=(minutes * times * fillers).quantize(_CENT),
        )


def _case_lines(cases: Iterable[_Done], first: date, group: str, within: str, workers: int) -> Iterator[Line]:
    together: dict[tuple[str, str], list[_Done]] = {}
    for each in cases:
        if each.month == first and each.group == group and paths.is_within(each.area_path, within):
            together.setdefault((each.key, each.asker), []).append(each)
    for (key, asker), done in together.items():
        total = sum((each.minutes for each in done), Decimal(0))
        yield Line(
            kind="case",
            key=key,
            title=done[0].title,
            asker=asker,
            basis=done[0].basis,
            group=group,
            minutes=(total / len(done)).quantize(_CENT),
            times=Decimal(len(done)),
            workers=workers,
            total=total.quantize(_CENT),
        )


def _silent() -> list[str]:
    """Titles of the case types in which grid workers act and that do not say what a case costs."""
    return sorted(
        case_type.title
        for held in library.active()
        for case_type in held.case_types.values()
        if case_type.burden is None
        and (
            "grid_worker" in case_type.opened_by
            or any(step.role == "grid_worker" for step in case_type.steps.values())
        )
    )


def _unregistered(first: date, within: str) -> int:
    rows = Case.objects.filter(
        mechanism="once_only_forms",
        type="extra_form",
        opened_at__gte=_instant(first),
        opened_at__lt=_instant(month_after(first)),
    )
    return rows.filter(paths.within(within, "area_path")).count()


@dataclass(slots=True, kw_only=True)
class Rows:
    """The cases behind a line: those that this post may list, and how many there are besides."""

    title: str
    cases: list[Case]
    hidden: int


def rows(by: Standing, key: str, first: date, *, group: str, town: str = "", most: int = 200) -> Rows | None:
    """What a line of cases is made of; ``None`` for a type that says nothing of its cost. Right ``burden.read``."""
    check(by, "burden.read")
    mechanism, _dot, type_id = key.partition(".")
    held = next((each for each in library.active() if each.mechanism.id == mechanism), None)
    case_type = held.case_types.get(type_id) if held else None
    if case_type is None or case_type.burden is None:
        return None
    found = Case.objects.filter(
        mechanism=mechanism,
        type=type_id,
        opened_at__gte=_instant(first),
        opened_at__lt=_instant(month_after(first)),
    )
    area = next((area for area in _towns() if area.code == town), None)
    found = found.filter(paths.within(area.path, "area_path")) if area else found
    doers = _doers(list(found.values_list("id", flat=True)[:MOST]))
    counted = {each for each, groups in doers.items() if group in groups}
    seen = scope(by, "case.list", found).filter(pk__in=list(counted)[:CHUNK]).order_by("opened_at", "id")
    listed = list(seen[:most])
    return Rows(title=case_type.title, cases=listed, hidden=len(counted) - len(listed))
