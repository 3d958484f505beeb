"""What a meeting may have to speak about: open cases that press or are stuck, each with what an agenda may ask of it.

Candidates come by index (lights, open tasks in several offices, children that are waited for, supervision); only they are read
with their state, so that a week's agenda costs what is stuck, not what is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gongzhi.city.cases.models import NEVER, Case, Task
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.world import office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Child
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType

#: cases of one agenda at most; the most pressing first
MOST = 600
#: supervision that was ordered longer ago is looked for no more
SUPERVISED = timedelta(days=400)
_ORDER = {"red": 0, "yellow": 1, "green": 2, "none": 3}


def views(at: datetime, *, without: tuple[str, str] = ("", "")) -> list[dict[str, Any]]:
    """One view (``engine.mechanisms.routines.VIEW``) per candidate, the most pressing first.

    ``without`` is a case type (mechanism, type) that never comes up: meetings do not speak about meetings.
    """
    waited = _waited_for()
    supervised = _supervised(at)
    wanted = {*_pressing(at), *_shared(), *waited, *supervised}
    rows = Case.objects.filter(pk__in=list(wanted), ended_at=None, merged_into=None, opened_at__lte=at)
    mechanism, type_id = without
    if type_id:
        rows = rows.exclude(mechanism=mechanism, type=type_id)
    found = []
    for row in rows.select_related("area").order_by("due", "id")[:MOST]:
        held = library.LIBRARY.version(row.mechanism, row.version)
        if held is not None:
            case_type = held.case_types[row.type]
            found.append(_view(row, case_type, waited.get(row.pk, ()), row.pk in supervised, at))
    return sorted(found, key=lambda each: (_ORDER[each["light"]], -each["days_late"], not each["blocked"]))


def _pressing(at: datetime) -> Iterable[UUID]:
    rows = Case.objects.filter(ended_at=None, due__lt=NEVER, warn_at__lte=at).order_by("due", "id")
    return rows.values_list("pk", flat=True)[:MOST]


def _shared() -> Iterable[UUID]:
    """Cases in which several offices have something to do now."""
    offices = Task.objects.filter(side=False, office__isnull=False).order_by().values("case")
    shared = offices.annotate(n=Count("office", distinct=True)).filter(n__gt=1)
    return shared.values_list("case", flat=True)[:MOST]


def _waited_for() -> dict[UUID, list[str]]:
    """Case -> the offices that lead the parts for which it waits, where they are not its own."""
    links = Child.objects.filter(token__isnull=False, case__ended_at=None, parent__ended_at=None)
    others = links.exclude(case__lead=None).exclude(case__lead=F("parent__lead")).order_by("-id")
    found: dict[UUID, list[str]] = {}
    for parent, lead in others.values_list("parent", "case__lead__code")[: MOST * 4]:
        if lead not in found.setdefault(parent, []):
            found[parent].append(lead)
    return found


def _supervised(at: datetime) -> set[UUID]:
    entries = Entry.objects.filter(kind="supervise", at__gte=at - SUPERVISED, subject__startswith="case:")
    names = entries.order_by("-id").values_list("subject", flat=True)[: MOST * 4]
    return {UUID(name.removeprefix("case:")) for name in names}


def _view(
    row: Case, case_type: CaseType, waits: Iterable[str], supervised: bool, at: datetime
) -> dict[str, Any]:
    state = engine.load_case(row.state)
    helpers = [each for each in state.data.get("helpers") or () if isinstance(each, str)]
    working = [task.office for task in state.tasks if task.office and not task.side]
    lead = row.lead_id or ""
    offices = [each for each in dict.fromkeys([lead, *helpers, *working, *waits]) if each]
    others = [office for office in dict.fromkeys([*working, *waits]) if office not in ("", lead)]
    across = others if len({*working, *waits}) > 1 or list(waits) else []
    paused = _paused(case_type, state, at)
    block = _block(across, paused, supervised)
    due = row.due if row.due < NEVER else None
    light = row.light(at)
    return {
        "id": str(row.pk),
        "number": name_of(row),
        "type": f"{row.mechanism}.{row.type}",
        "mechanism": row.mechanism,
        "title": case_type.title,
        "subject": _("（保密事项）") if row.confidential or case_type.read_by else row.subject,
        "lead": lead,
        "lead_name": office_name(lead) if lead else "",
        "area_name": row.area.name if row.area else "",
        "step": "、".join(dict.fromkeys(case_type.step_title(task.step) for task in state.tasks)),
        "light": light,
        "light_name": {"red": _("红"), "yellow": _("黄"), "green": _("绿"), "none": _("无")}[light],
        "due_on": localdate(due) if due else None,
        "days_late": max(0, (localdate(at) - localdate(due)).days) if due else 0,
        "days_open": (localdate(at) - localdate(row.opened_at)).days,
        "opened_on": localdate(row.opened_at),
        "offices": offices,
        "office_names": [office_name(each) for each in offices],
        "blocked": bool(block),
        "block": block,
        "paused": bool(paused),
        "supervised": supervised,
        "waits_for": others,
    }


def _paused(case_type: CaseType, state: engine.Case, at: datetime) -> str:
    """The reason for which a clock of the case stands still; empty where none does. Waiting for the reporter is no block."""
    for clock in case_type.clocks:
        read = engine.reading(case_type, state, clock, at)
        if read is not None and read.paused and read.pauses:
            reason = read.pauses[-1].reason
            if reason != "awaiting_reporter":
                return case_type.reasons.get(reason, reason)
    return ""


def _block(across: Iterable[str], paused: str, supervised: bool) -> str:
    parts = []
    if names := "、".join(office_name(each) for each in across):
        parts.append(_("等%(offices)s") % {"offices": names})
    if paused:
        parts.append(_("停表：%(reason)s") % {"reason": paused})
    if supervised:
        parts.append(_("已立项督办"))
    return "；".join(parts)
