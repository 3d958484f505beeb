"""The burden account: minutes per grassroots post and month, their trend, who asks for them, and the rows behind each figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import burden
from gongzhi.city.mechanisms.overviews.burden import Line
from gongzhi.city.web.acting import staff
from gongzhi.city.web.minutes import trend


def _groups() -> dict[str, str]:
    return {"grid_worker": _("网格员"), "village": _("村（社区）干部")}


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The year up to a month: the trend, towns, askers, and what the month is made of."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    month, group = _month(request), request.GET.get("group", "grid_worker")
    if group not in burden.GROUPS:
        raise Http404(group)
    town = request.GET.get("town", "")
    found = burden.account(by, month, group=group, town=town)
    asked = {"group": group, "month": f"{month:%Y-%m}", "town": town}
    context: dict[str, Any] = {
        "found": found,
        "group": group,
        "group_title": _groups()[group],
        "groups": [(id_, title, _at(asked, group=id_)) for id_, title in _groups().items()],
        "chart": trend(found.months),
        "months": [(each, _at(asked, month=f"{each.first:%Y-%m}")) for each in found.months],
        "towns": [(name, each, _at(asked, town=code)) for code, name, each in found.towns],
        "lines": [(line, _behind(line, asked)) for line in found.last.lines],
        "whole": _at(asked, town="") if town else "",
        "before": _at(asked, month=f"{_before(month):%Y-%m}"),
        "after": _at(asked, month=f"{burden.month_after(month):%Y-%m}")
        if burden.month_after(month) <= clock.today()
        else "",
    }
    return render(request, "web/burden.html", context)


@never_cache
@staff()
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The cases behind one line, as far as this post may list them."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    month, group = _month(request), request.GET.get("group", "grid_worker")
    found = burden.rows(by, request.GET.get("of", ""), month, group=group, town=request.GET.get("town", ""))
    if found is None:
        raise Http404(request.GET.get("of", ""))
    asked = {"group": group, "month": f"{month:%Y-%m}", "town": request.GET.get("town", "")}
    context = {"found": found, "month": month, "back": f"{reverse('web:burden')}{_at(asked)}"}
    return render(request, "web/burden_rows.html", context)


def _behind(line: Line, asked: dict[str, str]) -> str:
    """Address of what a line is made of."""
    if line.kind == "form":
        return reverse("web:record", args=(burden.FORMS, line.key))
    return f"{reverse('web:burden_rows')}{_at(asked, of=line.key)}"


def _at(asked: dict[str, str], **more: str) -> str:
    return "?" + urlencode({key: value for key, value in {**asked, **more}.items() if value})


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _month(request: HttpRequest) -> date:
    """The month asked for, this one where none can be read; never one that has not begun."""
    today = clock.today().replace(day=1)
    year, _dash, number = request.GET.get("month", "").partition("-")
    try:
        return min(date(int(year), int(number), 1), today) if int(year) >= 2000 else today
    except ValueError:
        return today
