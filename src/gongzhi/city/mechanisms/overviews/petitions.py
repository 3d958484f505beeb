"""Petitions at a glance: by the period that runs, what is due next; receptions to come; requests for information.

A post sees the petitions that it reads, and those in which a task waits for it: the offices that handle one see that one only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from gongzhi.city.cases.models import NEVER, Case, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import WORLD
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library

PETITIONS, VISITS, DISCLOSURE = "petitions", "three_visits", "disclosure"
PETITION, REQUEST = "petition", "request"
ROSTER = "reception_days"
#: rows that one table shows; the rest is in the list of cases
MOST = 200
#: receptions to come that are shown
MOST_DAYS = 12


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that stand under one period of the law."""

    key: str
    #: mechanism and the steps
    mechanism: str
    steps: tuple[str, ...]
    #: what waits, the period in plain words, its article
    title: str
    period: str
    basis: str


STAGES: Final[tuple[Stage, ...]] = (
    Stage(
        "register",
        PETITIONS,
        ("register", "grave", "consent"),
        gettext_noop("等着定去向"),
        gettext_noop("十五日内转送"),
        gettext_noop("条例第二十二条"),
    ),
    Stage(
        "receive",
        PETITIONS,
        ("receive", "receive_late"),
        gettext_noop("等着收下、告知"),
        gettext_noop("五个工作日内可以提异议，十五日内书面告知"),
        gettext_noop("条例第二十三条"),
    ),
    Stage(
        "handle",
        PETITIONS,
        ("handle", "approve_extension", "hearing", "sign", "deliver", "duty", "study"),
        gettext_noop("正在办"),
        gettext_noop("六十日办结，最多再延三十日"),
        gettext_noop("条例第三十四条"),
    ),
    Stage(
        "own_review",
        PETITIONS,
        ("own_review", "own_rereview"),
        gettext_noop("等信访人说服不服"),
        gettext_noop("收到书面答复三十日内"),
        gettext_noop("条例第三十五条、第三十六条"),
    ),
    Stage(
        "review",
        PETITIONS,
        ("review", "deliver_review"),
        gettext_noop("复查"),
        gettext_noop("三十日内作出"),
        gettext_noop("条例第三十五条"),
    ),
    Stage(
        "rereview",
        PETITIONS,
        ("rereview", "rereview_hearing", "close"),
        gettext_noop("复核"),
        gettext_noop("三十日内作出，听证的时间不算"),
        gettext_noop("条例第三十六条"),
    ),
    Stage(
        "carry",
        PETITIONS,
        ("carry", "check"),
        gettext_noop("支持了的，等落实"),
        gettext_noop("六十日，信访局核过才算"),
        gettext_noop("条例第三十三条"),
    ),
    Stage(
        "visits",
        VISITS,
        ("meet", "visit", "answer", "arrange", "check"),
        gettext_noop("接访、下访、约访"),
        gettext_noop("约访五个工作日答应日子；下访照约定的天数"),
        gettext_noop("条例第十条"),
    ),
    Stage(
        "disclosure",
        DISCLOSURE,
        (
            "check",
            "correcting",
            "explain",
            "weigh",
            "work",
            "third",
            "organ",
            "approve_extension",
            "sign",
            "deliver",
        ),
        gettext_noop("申请公开"),
        gettext_noop("二十个工作日答复，最多再延二十个"),
        gettext_noop("政府信息公开条例第三十三条"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One task that waits."""

    case: Case
    step: str
    office: str
    due: Any
    light: str
    #: it waits for this post
    mine: bool
    #: earlier petitions of the same reporter, for the person who registers it
    earlier: tuple[Case, ...] = ()


def is_installed() -> bool:
    """Whether this city runs the mechanism of petitions."""
    return PETITIONS in library.LIBRARY.active_versions()


def stages(by: Standing) -> list[tuple[Stage, list[Waiting]]]:
    """What waits under each period, what is due first first. Three queries. Raises NotAllowed."""
    check(by, "case.list")
    mechanisms = sorted({stage.mechanism for stage in STAGES})
    seen = visible(by).filter(mechanism__in=mechanisms, ended_at__isnull=True).values("pk")
    mine = (
        Q(role=by.role, office_path__in=paths.ancestors(by.office_path)) if by.office_path else Q(pk__in=())
    )
    tasks = Task.objects.filter(case__mechanism__in=mechanisms).filter(Q(case__in=seen) | mine)
    tasks = tasks.select_related("case", "office").defer("case__state").order_by("due", "id")[: MOST * 4]
    found: dict[str, list[Waiting]] = {stage.key: [] for stage in STAGES}
    listed = list(tasks)
    earlier = _earlier(by, [task.case for task in listed if task.step == "register"])
    for task in listed:
        stage = _stage_of(task)
        if stage is not None and len(found[stage.key]) < MOST:
            found[stage.key].append(_waiting(task, by, earlier))
    return [(stage, found[stage.key]) for stage in STAGES]


def _stage_of(task: Task) -> Stage | None:
    for stage in STAGES:
        if stage.mechanism == task.case.mechanism and task.step in stage.steps:
            return stage
    return None


def _waiting(task: Task, by: Standing, earlier: dict[Any, tuple[Case, ...]]) -> Waiting:
    now = clock.now()
    due = None if task.due >= NEVER else task.due
    light = "none" if due is None else "red" if due < now else "yellow" if task.warn_at <= now else "green"
    kind = library.LIBRARY.case_type(task.case.mechanism, task.case.version, task.case.type)
    return Waiting(
        case=task.case,
        step=kind.step_title(task.step) if kind else task.step,
        office=task.office.short_name if task.office else "",
        due=due,
        light=light,
        mine=task.role == by.role and task.office_path in paths.ancestors(by.office_path),
        earlier=earlier.get(task.case.pk, ()),
    )


def _earlier(by: Standing, fresh: Sequence[Case]) -> dict[Any, tuple[Case, ...]]:
    """For each fresh petition the earlier ones of the same reporter that this post reads: is it the same again?"""
    reporters = {case.reported_by for case in fresh if case.reported_by and case.type == PETITION}
    if not reporters:
        return {}
    rows = visible(by).filter(mechanism=PETITIONS, type=PETITION, reported_by__in=reporters)
    held: dict[str, list[Case]] = {}
    for row in rows.defer("state").order_by("-opened_at", "-id")[: MOST * 2]:
        held.setdefault(row.reported_by, []).append(row)
    return {case.pk: tuple(_before(case, held.get(case.reported_by, ()))) for case in fresh}


def _before(case: Case, rows: Iterable[Case]) -> list[Case]:
    return [row for row in rows if row.pk != case.pk and row.opened_at <= case.opened_at][:3]


def receptions() -> list[dict[str, Any]]:
    """Receptions to come, the next one first; they are published."""
    if VISITS not in library.LIBRARY.active_versions():
        return []
    today = localdate(clock.now()).isoformat()
    found = [dict(each) for each in WORLD.all_records(ROSTER) if str(each.get("day") or "") >= today]
    return sorted(found, key=lambda each: str(each["day"]))[:MOST_DAYS]
