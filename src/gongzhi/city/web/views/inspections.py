"""Oversight: the calendar of inspections, what is supervised, and the bulletins that nobody had to write."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import queries as cases
from gongzhi.city.documents import rendering
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.models import RoutineRun
from gongzhi.city.mechanisms.overviews import oversight
from gongzhi.city.web.acting import staff
from gongzhi.city.web.sent import whole

FIRST_YEAR, LAST_YEAR = 2000, 2200
#: roles that the case type lets plan an inspection
PLANNERS = ("officer", "leader", "auditor")


@never_cache
@staff()
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Months × offices: who is inspected when, about what; and who may inspect at all."""
    now = clock.now()
    year = whole(request.GET.get("year")) or localdate(now).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404(str(year))
    lines = oversight.calendar(_standing(request), year)
    context = {
        "year": year,
        "this_month": localdate(now).month if localdate(now).year == year else 0,
        "months": range(1, 13),
        "lines": lines,
        "crowded": [(line, month) for line in lines for month in line.crowded],
        "designated": oversight.designated(),
        "installed": oversight.is_installed(),
        "may_plan": _standing(request).role in PLANNERS,
        "total": sum(line.total for line in lines),
    }
    return render(request, "web/inspections.html", context)


@never_cache
@staff()
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Supervised items by light, and the coloured sheets that are out."""
    by = _standing(request)
    found = oversight.sheets(by)
    context = {
        "lights": oversight.items(by),
        "sheets": found,
        "colours": oversight.colours(found),
        "installed": oversight.is_installed(),
        "now": clock.now(),
    }
    return render(request, "web/supervision.html", context)


@never_cache
@staff()
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """What routines made: bulletins, meetings, and the times when there was nothing to meet about."""
    found = oversight.runs(_standing(request))
    return render(request, "web/bulletins.html", {"runs": found})


@never_cache
@staff()
@require_safe
def bulletin(request: HttpRequest, run: int) -> HttpResponse:
    """One of them: the paper, its figures with their formulas, and the rows behind."""
    found = _run(request, run)
    ids = [row["id"] for row in found.data.get("agenda", ())]
    mine = {str(row.pk) for row in cases.by_ids(_standing(request), ids)}
    context: dict[str, Any] = {
        "run": found,
        "figures": found.data.get("figures", ()),
        "agenda": [{**row, "mine": row["id"] in mine} for row in found.data.get("agenda", ())],
        # filled by Document.fill, which escapes every value; the template itself is checked to hold nothing active
        "body": mark_safe(found.body),  # noqa: S308
    }
    return render(request, "web/bulletin.html", context)


@never_cache
@staff()
@require_safe
def pdf(request: HttpRequest, run: int) -> HttpResponse:
    """The paper as PDF."""
    found = _run(request, run)
    if not found.body:
        raise Http404(str(run))
    response = HttpResponse(rendering.render(found.body, title=found.title), content_type="application/pdf")
    name = quote(f"{found.title}{found.number}.pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _run(request: HttpRequest, run: int) -> RoutineRun:
    found = oversight.run(_standing(request), run)
    if found is None:
        raise Http404(str(run))
    return found


def _standing(request: HttpRequest) -> Standing:
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by
