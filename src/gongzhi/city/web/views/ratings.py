"""好差评 in public: how many were rated, how many well, with coverage and interval; bad grades and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.city.cases import catalogue, queries
from gongzhi.city.cases.models.rating import Grade
from gongzhi.city.cases.queries.ratings import GROUPS, Verdict, total
from gongzhi.city.cases.rows import SERVICE_ITEMS
from gongzhi.city.cases.world import office_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.mechanisms import queries as mechanisms
from gongzhi.city.records.models import Record
from gongzhi.city.web.acting import acting_post, staff, standing

#: lines of one table; those with the most transactions come first
SHOWN = 100


@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """The figures by office, kind, item or channel, and the bad grades of the year."""
    group = request.GET.get("by", "office")
    if group not in GROUPS:
        raise Http404(group)
    figures = queries.rating_figures(group)
    every = figures if group != "item" else queries.rating_figures("office")
    shown = figures[:SHOWN]
    names = titles(group, (each.key for each in shown))
    context = {
        "by": group,
        "groups": group_titles(),
        "total": total(every),
        "rows": [{"title": names.get(each.key) or _("没有写明"), "figures": each} for each in shown],
        "more": len(figures) - len(shown),
        "grades": [(value, str(label)) for value, label in Grade.choices],
        "bad": published(),
        "opens": acting_post(request) is not None and may(standing(request), "rating.read"),
    }
    return render(request, "web/ratings.html", context)


@staff()
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The verdicts behind one figure, for those who may read them: nobody's name, no case, no day."""
    group, key = request.GET.get("by", "office"), request.GET.get("key", "")
    if group not in GROUPS:
        raise Http404(group)
    found = queries.rating_rows(request.standing, **{group: key})  # type: ignore[attr-defined]
    context = {
        "by": group_titles()[group],
        "title": titles(group, [key]).get(key) or _("没有写明"),
        "rows": [told(each) for each in found],
        "back": group,
    }
    return render(request, "web/rating_rows.html", context)


def published() -> list[dict[str, Any]]:
    """The bad grades of the year with the state of their rectification; words only where the rater agreed."""
    verdicts = queries.bad_ratings()
    followed = mechanisms.followed_up(each.case for each in verdicts)
    now = clock.now()
    listed = []
    for each in verdicts:
        case = followed.get(each.case)
        state = "none" if case is None else "done" if case.ended else "late" if case.due < now else "open"
        result = ""
        if case is not None and case.ended:
            case_type = catalogue.case_type(case.mechanism, case.version, case.type)
            result = case_type.ends.get(case.ended, case.ended)
        listed.append({**told(each), "state": state, "result": result})
    return listed


def told(each: Verdict) -> dict[str, Any]:
    """One verdict with its codes as words."""
    kind = titles("type", [each.type]).get(each.type, "") if each.type else ""
    return {
        "verdict": each,
        "month": _("%(year)d年%(month)d月") % {"year": each.month // 100, "month": each.month % 100},
        "office": office_name(each.office) if each.office else "",
        "about": kind,
    }


def group_titles() -> dict[str, str]:
    """Group id -> its title, in the order of the tabs."""
    return {"office": _("按单位"), "type": _("按事项种类"), "item": _("按事项"), "channel": _("按渠道")}


def titles(group: str, keys: Iterable[str]) -> Mapping[str, str]:
    """Key -> how people call it. At most one query."""
    wanted = [key for key in keys if key]
    if group == "office":
        return {key: office_name(key) for key in wanted}
    if group == "channel":
        return {key: channel_title(key) for key in wanted}
    if group == "type":
        known = {f"{mechanism}.{each.id}": each.title for mechanism, _version, each in catalogue.offered()}
        return {key: known.get(key, key) for key in wanted}
    named = Record.objects.filter(register=SERVICE_ITEMS, key__in=wanted)
    return {key: key for key in wanted} | dict(named.values_list("key", "name"))


def channel_title(channel: str) -> str:
    """How a case came in, in words."""
    known = {
        "web": _("网上"),
        "window": _("窗口"),
        "hotline": _("热线"),
        "grid": _("网格"),
        "doorstep": _("上门帮代办"),
        "video": _("视频"),
        "terminal": _("自助终端"),
        "open311": _("开放接口"),
        "api": _("接口"),
        "import": _("导入"),
        "case": _("由别的事引出"),
    }
    return known.get(channel, channel)
