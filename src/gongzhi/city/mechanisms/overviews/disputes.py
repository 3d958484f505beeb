"""Disputes at a glance: what waits at which step, who sits at the centre today, who mediates, which acceptance is supervised.

A post sees what its rights let it see, and what waits for it; a mediator the own mediations, finished ones too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from gongzhi.city.cases.models import NEVER, Case, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import WORLD, office_name
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.records.models import Record

CENTRE, MEDIATION, LINKS = "dispute_centre", "mediation", "judicial_links"
MECHANISMS: Final = (CENTRE, MEDIATION, LINKS)
BODIES, SHIFTS, MEDIATORS = "centre_bodies", "centre_shifts", "mediators"
RESIDENT, ROTATING, ON_CALL = "常驻", "轮驻", "随驻"
WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
#: rows that one table shows; the rest is in the list of cases
MOST = 200


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that belong together, by ``mechanism.type.step``."""

    key: str
    title: str
    #: what is done there, in plain words
    about: str
    #: ``mechanism.type``: the steps of it that belong here; empty: all of them
    steps: Mapping[str, tuple[str, ...]]


STAGES: Final[tuple[Stage, ...]] = (
    Stage("take", gettext_noop("等着收下"), gettext_noop("来了都收，不推不拒"), {"dispute_centre.dispute": ("receive",)}),
    Stage("sort", gettext_noop("等着分流"), gettext_noop("看是什么事、多急，交给该办的"), {"dispute_centre.dispute": ("sort", "rule", "police", "support")}),
    Stage("mediation", gettext_noop("正在调解"), gettext_noop("调解员和双方坐下来谈"), {"mediation.mediation": ()}),
    Stage("bodies", gettext_noop("单位在办"), gettext_noop("交给单位的：收没收、办没办"), {"dispute_centre.dispute": ("accept", "handle", "petition", "petition_result")}),
    Stage("outside", gettext_noop("送外面的单位"), gettext_noop("只记收没收、结果是什么"), {"judicial_links.referral": (), "judicial_links.confirmation": ()}),
    Stage("close", gettext_noop("看结果、回访"), gettext_noop("没解决的换一条路"), {"dispute_centre.dispute": ("settle", "told", "revisit")}),
    Stage("oversight", gettext_noop("应受理未受理督办"), gettext_noop("该收没收的，请单位说明"), {"dispute_centre.oversight": ()}),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One task that waits."""

    case: Case
    step: str
    office: str
    grade: str
    due: datetime | None
    light: str
    #: it waits for this very post or person
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body at the centre, and whether it is there today."""

    title: str
    centre: str
    mode: str
    does: str
    window: str
    phone: str
    #: who comes today, by the roster
    who: str
    #: there, coming (on call), or away today
    today: str
    weekdays: str
    minutes: int | None


def is_installed() -> bool:
    """Whether this city runs the dispute centre."""
    return CENTRE in library.LIBRARY.active_versions()


def stages(by: Standing) -> list[tuple[Stage, list[Waiting]]]:
    """What waits at each stage, the earliest due first. Raises NotAllowed."""
    check(by, "case.list")
    found: dict[str, list[Waiting]] = {stage.key: [] for stage in STAGES}
    for task in _tasks(by):
        stage = _stage_of(task)
        if stage is not None and len(found[stage.key]) < MOST:
            found[stage.key].append(_waiting(task, by))
    return [(stage, found[stage.key]) for stage in STAGES]


def _tasks(by: Standing) -> QuerySet[Task]:
    """Open tasks that the post may see: those of cases in its reach, and those that wait for it."""
    seen = visible(by).filter(mechanism__in=MECHANISMS, ended_at__isnull=True).values("pk")
    rows = Task.objects.filter(case__mechanism__in=MECHANISMS).filter(Q(case__in=seen) | _mine(by))
    return rows.select_related("case", "office").order_by("due", "id")[: MOST * 4]


def _mine(by: Standing) -> Q:
    if not by.office_path:
        return Q(pk__in=())
    return Q(role=by.role, office_path__in=paths.ancestors(by.office_path), person__in=("", by.person))


def _stage_of(task: Task) -> Stage | None:
    name = f"{task.case.mechanism}.{task.case.type}"
    for stage in STAGES:
        if name in stage.steps and (not stage.steps[name] or task.step in stage.steps[name]):
            return stage
    return None


def _waiting(task: Task, by: Standing) -> Waiting:
    now = clock.now()
    due = None if task.due >= NEVER else task.due
    light = "none" if due is None else "red" if due < now else "yellow" if task.warn_at <= now else "green"
    kind = library.LIBRARY.case_type(task.case.mechanism, task.case.version, task.case.type)
    within = task.office_path in paths.ancestors(by.office_path) if by.office_path else False
    return Waiting(
        case=task.case,
        step=kind.step_title(task.step) if kind else task.step,
        office=task.office.short_name if task.office else "",
        grade=str(task.case.state["data"].get("grade") or ""),
        due=due,
        light=light,
        mine=task.role == by.role and within and task.person in ("", by.person),
    )


def my_mediations(by: Standing) -> list[Case]:
    """The mediations of this mediator, the newest first: those of which they are or were the chosen one."""
    if by.role != "mediator":
        return []
    mine = Record.objects.filter(register=MEDIATORS, data__person=by.person).values_list("key", flat=True)
    rows = Case.objects.filter(mechanism=MEDIATION, records__register=MEDIATORS, records__key__in=list(mine))
    found = list(rows.order_by("-opened_at", "-id").distinct()[: MOST * 2])
    return [row for row in found if row.state["data"].get("mediator_person") == by.person][:MOST]


def bodies(day: date | None = None) -> list[Body]:
    """Every body at a centre, with who is there on the day (today): published, so without rights."""
    if not is_installed():
        return []
    day = day or localdate(clock.now())
    weekday = WEEKDAYS[day.weekday()]
    rows = Record.objects.filter(register=SHIFTS, state="planned", data__day=day.isoformat())
    who: dict[str, list[str]] = {}
    for data in rows.order_by("key").values_list("data", flat=True):
        who.setdefault(str(data.get("body")), []).append(str(data.get("who", "")))
    found = [_body(dict(each), weekday, who) for each in WORLD.all_records(BODIES)]
    order = (RESIDENT, ROTATING, ON_CALL)
    return sorted(found, key=lambda each: (order.index(each.mode) if each.mode in order else 9, each.title))


def _body(data: Mapping[str, Any], weekday: str, who: Mapping[str, list[str]]) -> Body:
    mode, days = str(data.get("mode", "")), list(data.get("weekdays") or ())
    listed = who.get(str(data["key"]), [])
    there = mode == RESIDENT or bool(listed) or weekday in days
    minutes = data.get("on_call")
    return Body(
        title=str(data.get("title", "")),
        centre=office_name(str(data.get("centre", ""))),
        mode=mode,
        does="、".join(map(str, data.get("does") or ())),
        window=str(data.get("window") or ""),
        phone=str(data.get("phone") or ""),
        who="、".join(listed),
        today="call" if mode == ON_CALL else "here" if there else "away",
        weekdays="、".join(map(str, days)),
        minutes=int(minutes) if minutes is not None else None,
    )


def mediators() -> list[dict[str, Any]]:
    """Mediators who take cases, by name: the pool from which parties choose."""
    if MEDIATION not in library.LIBRARY.active_versions():
        return []
    found = [dict(each) for each in WORLD.all_records(MEDIATORS)]
    for each in found:
        each["home_name"] = office_name(str(each.get("home", "")))
        each["knows"] = "、".join(map(str, each.get("skills") or ()))
    return sorted(found, key=lambda each: str(each.get("name", "")))
