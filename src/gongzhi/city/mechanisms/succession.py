"""When an office or area has ended, everything open goes on at its successor: cases, tasks, records, notices.

The territory says who follows (``Succession``) and moves posts and duties itself; the rooms of cases and records move their
own; here is who of several successors gets what, and the job that does it. One successor: it gets all. Several: the place
of the case decides, or the record that it names; where neither does, it goes to the first (of areas: to the area around) and is
listed for a person (``ToSort``). A job that dies is run again and finds what is left; nothing is lost and nothing moves twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, cast

from django.utils.translation import gettext as _

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.actions import Heir, Moved
from gongzhi.city.cases.models import Case, CaseRecord, Task
from gongzhi.city.cases.models.case import OPEN
from gongzhi.city.counters import actions as counters
from gongzhi.city.jobs.backends import LeasedTask
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM, split_subject
from gongzhi.city.mechanisms.models import Notice, ToSort
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.models import Area, Office, Succession
from gongzhi.city.territory.queries import heirs

#: records of what ended longer ago are no longer looked for by the sweep
RECENT = timedelta(days=30)


@reactions.register("succession", kinds=("office_succeeded", "area_split", "area_merged"))
def follow(entry: Entry) -> None:
    """Somebody was succeeded: a job moves what is open."""
    _enqueue(*split_subject(entry.subject))


@periodic.register("mechanisms.succession", every=timedelta(minutes=5))
def sweep() -> None:
    """What ended by today and still holds something open: its day had not come, or a process had not heard of it."""
    today = clock.today()
    offices = dict(
        Office.objects.filter(ends__lte=today, successions__isnull=False).values_list("path", "code")
    )
    areas = dict(Area.objects.filter(ends__lte=today, successions__isnull=False).values_list("path", "code"))
    held = set(Task.every.filter(office_path__in=offices).values_list("office_path", flat=True).distinct())
    held |= set(Case.every.filter(OPEN, lead_path__in=offices).values_list("lead_path", flat=True).distinct())
    lying = set(Case.every.filter(OPEN, area_path__in=areas).values_list("area_path", flat=True).distinct())
    recent = Succession.objects.filter(on__lte=today, on__gt=today - RECENT)
    for code in {offices[path] for path in held} | set(recent.values_list("old_office__code", flat=True)) - {
        None
    }:
        _enqueue("office", str(code))
    for code in {areas[path] for path in lying} | set(recent.values_list("old_area__code", flat=True)) - {
        None
    }:
        _enqueue("area", str(code))


def _enqueue(kind: str, code: str) -> None:
    leased = cast(LeasedTask, move_on)
    leased.using(dedupe_key=f"succession:{kind}:{code}"[:120]).enqueue(kind, code)


@task()
def move_on(kind: str, code: str) -> int:
    """Move everything that an ended office or area still holds; gives how many cases, records and windows were moved. Safe to repeat."""
    model: Any = Office if kind == "office" else Area
    old = model.objects.filter(code=code, ends__lte=clock.today()).first()
    return move_all(old) if old is not None else 0


def move_all(old: Office | Area) -> int:
    """The same for a row; records go first, because they may say where a case belongs."""
    followed = list(
        Succession.objects.filter(**_old(old)).select_related("new_office__area", "new_area").order_by("id")
    )
    if not followed:
        return 0
    office = isinstance(old, Office)
    places = living([each.new_office if office else each.new_area for each in followed])
    because = _("%(old)s撤并（%(basis)s）") % {"old": old.name, "basis": followed[0].basis}
    moved = records.move_records(
        SYSTEM,
        old,
        for_record(old, places),
        because=because[:500],
        each=lambda row, now: _list(old, now, record=row),
    )
    why = {"basis": followed[0].basis, "on": followed[0].on.isoformat(), "old": old.name}
    choose = for_area(old, places) if isinstance(old, Area) else for_office(places)
    moved += cases.move_matters(SYSTEM, old, choose, why=why, each=lambda each: _note(old, each))
    if isinstance(old, Office):
        moved += counters.move_counters(SYSTEM, old, places[0])
        Notice.objects.filter(office=old.code, read_at=None).update(office=places[0].code)
    if moved:
        record(SYSTEM, "matters_moved", "office" if office else "area", old.code, count=moved)
    return moved


def living(places: Sequence[Any]) -> list[Any]:
    """The successors as they are today: one that has ended meanwhile stands for its own successors."""
    found: dict[Any, Any] = {}
    for place in places:
        if isinstance(place, Office):
            found.update({each.pk: each for each in heirs(place)} or {place.pk: place})
        else:
            found.update({each.pk: each for each in area_heirs(place)})
    return list(found.values())


def area_heirs(area: Area) -> list[Area]:
    """The area itself while it is valid, else those that took its place, through any number of reforms."""
    if area.is_valid():
        return [area]
    followed = Succession.objects.filter(old_area=area).select_related("new_area").order_by("id")
    found = [heir for each in followed if each.new_area for heir in area_heirs(each.new_area)]
    return found or [area]


# — which of several


def for_office(places: Sequence[Office]) -> Callable[[Case], Heir]:
    """Of one office all; of several the one in whose area the case lies; else the first, for a person to sort."""

    def choose(row: Case) -> Heir:
        first = places[0]
        if len(places) == 1:
            return Heir(code=first.code, because=_("由%(heir)s承接") % {"heir": first.name})
        around = [each for each in places if paths.is_within(row.area_path, each.area.path)]
        nearest = max((len(each.area.path) for each in around), default=0)
        fitting = [each for each in around if len(each.area.path) == nearest]
        if len(fitting) == 1:
            told = {"heir": fitting[0].name, "area": fitting[0].area.name}
            return Heir(code=fitting[0].code, because=_("地点在%(area)s，由%(heir)s承接") % told)
        return Heir(
            code=first.code,
            because=_("几个承接单位，先到%(heir)s，等人工分") % {"heir": first.name},
            by_hand=True,
        )

    return choose


def for_area(old: Area, places: Sequence[Area]) -> Callable[[Case], Heir]:
    """Of one area all; of several the one of a record that the case names; else the area around, for a person to sort."""
    codes = {each.code: each.name for each in places}

    def choose(row: Case) -> Heir:
        if len(places) == 1:
            return Heir(code=places[0].code, because=_("并入%(heir)s") % {"heir": places[0].name})
        named = _areas_named(row) & set(codes)
        if len(named) == 1:
            [code] = named
            return Heir(code=code, because=_("所涉登记在%(heir)s") % {"heir": codes[code]})
        around = old.parent or places[0]
        return Heir(
            code=around.code, because=_("先到%(heir)s，等人工分") % {"heir": around.name}, by_hand=True
        )

    return choose


def _areas_named(row: Case) -> set[str]:
    """Codes of the areas of the records (a household, a place) that a case names."""
    found: set[str] = set()
    for register, key in CaseRecord.objects.filter(case=row).values_list("register", "key"):
        places = Record.objects.filter(register=register, key=key).values_list("area__code", flat=True)
        found |= {code for code in places if code}
    return found


def for_record(old: Office | Area, places: Sequence[Any]) -> Callable[[Record], tuple[str, bool]]:
    """Of one successor all; of several the first office, or the area around, for a person to sort."""
    several = len(places) > 1
    first = old.parent if several and isinstance(old, Area) and old.parent else places[0]
    return lambda _row: (first.code, several)


# — what a person must still sort


def _old(old: Office | Area) -> dict[str, Any]:
    return {"old_office": old} if isinstance(old, Office) else {"old_area": old}


def _note(old: Office | Area, moved: Moved) -> None:
    if moved.heir.by_hand:
        _list(old, moved.heir.code, case_id=moved.case)


def _list(old: Office | Area, now_at: str, **thing: Any) -> None:
    model: Any = Office if isinstance(old, Office) else Area
    place = model.objects.get(code=now_at)
    area = place.area if isinstance(place, Office) else place
    values = {
        "now_at": now_at,
        "office_path": place.path if isinstance(place, Office) else "",
        "area_path": area.path,
        "made_at": clock.now(),
    }
    ToSort.objects.get_or_create(**_old(old), **thing, defaults=values)
