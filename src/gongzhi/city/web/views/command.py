"""The command board: few figures, each opening to its rows and its formula; fresh by itself every half minute."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import catalogue, queries
from gongzhi.city.cases.queries import Figure
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import figures, library
from gongzhi.city.web import charts
from gongzhi.city.web.acting import staff

DAYS = 30
#: rows behind an indicator that one page shows
ROWS = 200


@never_cache
@staff()
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The whole board; ``?wall=1`` for a big screen without the frame's tools."""
    return render(request, "web/command.html", _board(request) | {"wall": "wall" in request.GET})


@never_cache
@staff()
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The part of the board that refreshes by itself."""
    return render(request, "web/parts/board.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = queries.board(by)
    flow = queries.day_flow(by, days=DAYS)
    return {
        "board": found,
        "lights": [_linked(figure) for figure in found.lights],
        "today": [_linked(figure) for figure in found.today],
        "categories": charts.bars([_linked(figure) for figure in found.categories]),
        "overdue": [_linked(figure) for figure in found.overdue],
        "towns": [{**town, "url": _url(town["filter"])} for town in found.towns],
        "map": charts.town_map(found.towns, lambda town: _url(town["filter"])),
        "flow": flow,
        "flow_chart": charts.day_flow(flow),
        "mechanisms": library.titles(),
    }


def _linked(figure: Figure) -> dict[str, Any]:
    """A figure with the address of its rows."""
    return {
        "id": figure.id,
        "title": _(figure.title),
        "value": figure.value,
        "formula": _(figure.formula),
        "url": _url(figure.filter),
    }


def _url(filter: Any) -> str:
    """The list that a figure counts."""
    words = {name: value for name, value in filter.items() if isinstance(value, str)}
    words |= {name: value.isoformat() for name, value in filter.items() if isinstance(value, datetime)}
    door = "web:office_tasks" if filter.get("tasks") else "web:cases"
    return f"{reverse(door)}?{urlencode(words)}"


@never_cache
@staff()
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Who holds what: open tasks of an office, most urgent first."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "") for name in ("office", "light")}
    page = queries.office_tasks(
        by, office=asked["office"], light=asked["light"], cursor=request.GET.get("cursor", "")
    )
    now = clock.now()
    rows = []
    for task in page.rows:
        case_type = catalogue.case_type(task.case.mechanism, task.case.version, task.case.type)
        rows.append(
            {
                "task": task,
                "row": task.case,
                "step": case_type.step_title(task.step),
                "light": task.light(now),
            }
        )
    query = request.GET.copy()
    query.pop("cursor", None)
    return render(
        request,
        "web/office_tasks.html",
        {"rows": rows, "after": page.after, "asked": asked, "query": query.urlencode()},
    )


@never_cache
@staff()
@require_safe
def measures(request: HttpRequest, mechanism: str) -> HttpResponse:
    """The indicators of a mechanism over the cases of the last days, each with its formula and its uncertainty."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = figures.measured(by, mechanism)
    return render(request, "web/measures.html", {"found": found, "mechanism": library.one(mechanism)})


@never_cache
@staff()
@require_safe
def measure(request: HttpRequest, mechanism: str, measure: str) -> HttpResponse:
    """The rows behind one indicator: what counted, and which of it were hits."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = next((row for row in figures.measured(by, mechanism).rows if row.id == measure), None)
    if found is None:
        raise Http404(measure)
    hits = set(found.hits)
    shown = queries.by_ids(by, found.cases[:ROWS])
    rows = [{"row": row, "hit": str(row.pk) in hits} for row in shown]
    context = {
        "found": found,
        "rows": rows,
        "mechanism": library.one(mechanism),
        "cut": len(found.cases) > ROWS,
    }
    return render(request, "web/measure.html", context)
