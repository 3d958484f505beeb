"""Villages and their units, for everybody; one office; and what a person must sort after a split."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel.permissions import may, role_title
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import sorting
from gongzhi.city.mechanisms.models import ToSort
from gongzhi.city.mechanisms.overviews import offices, units
from gongzhi.city.territory.errors import NoSuchOffice
from gongzhi.city.territory.models import Area, Level, OfficeLink
from gongzhi.city.web.acting import acting_post, staff, standing
from gongzhi.city.web.sent import whole

#: things to sort on one page
SORTED = 50


def _reader(request: HttpRequest) -> Standing | None:
    """The post that lists registers; None for the public, who see what is published."""
    if acting_post(request) is None:
        return None
    by = standing(request)
    return by if may(by, "record.list") else None


def _area(code: str, *levels: str) -> Area:
    found = Area.objects.filter(code=code[:24], level__in=levels).select_related("parent__parent").first()
    if found is None:
        raise Http404(code)
    return found


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All towns: villages, units, urban and rural, and whether the sum is right."""
    if not units.installed():
        return render(request, "web/units.html", {"missing": True})
    by, found = _reader(request), units.county()
    waiting = sorting.to_sort(by).count() if by is not None and may(by, "case.move") else 0
    context = {"towns": found.towns, "total": found.total, "staff": by is not None, "waiting": waiting}
    return render(request, "web/units.html", context)


@never_cache
@require_safe
def town(request: HttpRequest, code: str) -> HttpResponse:
    """The villages of a town (or one village) with their units, households and four roles."""
    area = _area(code, Level.TOWN, Level.VILLAGE)
    if not units.installed():
        raise Http404(code)
    by = _reader(request)
    villages, after = units.town(by, area, request.GET.get("after", "")[:80])
    above = area.parent if area.level == Level.VILLAGE else None
    context = {"area": area, "above": above, "villages": villages, "after": after, "staff": by is not None}
    return render(request, "web/units_town.html", context)


@never_cache
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: households, the four roles with their terms, the vote, what it came from and went to."""
    area = _area(code, Level.UNIT)
    if not units.installed():
        raise Http404(code)
    found = units.unit_page(_reader(request), area)
    return render(request, "web/unit.html", {"page": found, "unit": found.unit, "area": area})


@never_cache
@staff()
def sort(request: HttpRequest) -> HttpResponse:
    """What this post must sort: each with the successors to choose from."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    if request.method == "POST":
        row_id, code = whole(request.POST.get("row")), request.POST.get("to", "")[:40]
        if row_id is None or not ToSort.objects.filter(pk=row_id).exists():
            raise Http404("row")
        sorting.sort(by, row_id, code)
        messages.success(request, _("分好了。"), extra_tags="green")
        return redirect("web:units_sort")
    rows = list(sorting.to_sort(by)[: SORTED + 1])
    choices: dict[tuple[Any, Any], list[Any]] = {}
    for row in rows:
        key = (row.old_office_id, row.old_area_id)
        if key not in choices:
            choices[key] = sorting.candidates(row)
    shown = [(row, choices[row.old_office_id, row.old_area_id]) for row in rows[:SORTED]]
    return render(request, "web/units_sort.html", {"rows": shown, "more": len(rows) > SORTED})


@never_cache
@staff()
@require_safe
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office: superiors of both kinds, what it was and became, posts, open matters."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    try:
        found = offices.office_page(by, code)
    except NoSuchOffice as error:
        raise Http404(code) from error
    context = {
        "page": found,
        "office": found.office,
        "posts": [(post, role_title(post.role)) for post in found.posts],
        "dual": OfficeLink.Kind.DUAL,
    }
    return render(request, "web/office.html", context)
