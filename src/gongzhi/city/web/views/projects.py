"""Projects and land: where each stands, which two clocks run, who holds it up; parcels by colour, on a list and a map."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import land, projects
from gongzhi.city.records.errors import NoSuchRecord, NoSuchRegister
from gongzhi.city.web.acting import staff
from gongzhi.city.web.plots import land_map


def _by(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The projects of this post; a secretary's own ones."""
    by = _by(request)
    context: dict[str, Any] = {"own": by.role == projects.OWN_ROLE, "missing": False}
    try:
        lines, after = projects.projects(by, after=request.GET.get("after", "")[:300])
    except NoSuchRegister:
        return render(request, "web/projects.html", {**context, "missing": True})
    return render(request, "web/projects.html", {**context, "lines": lines, "after": after})


@never_cache
@staff()
@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One project: stages, what runs beside them, clocks, blockers, milestones, papers, surveys, promises."""
    try:
        found = projects.project(_by(request), key)
    except (NoSuchRecord, NoSuchRegister) as error:
        raise Http404(key) from error
    stages = {each.case.pk for each in found.stages if each.case is not None}
    beside = [(part, below) for part, below in found.parts if part.case is None or part.case.pk not in stages]
    beside = [pair for pair in beside if pair[0].standing not in ("not_needed", "ahead")]
    context = {"page": found, "line": found.line, "row": found.line.row, "beside": beside}
    context["within"] = [(part, below) for part, below in found.parts if below]
    return render(request, "web/project.html", context)


@never_cache
@staff()
@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    """Land by the colour of its code."""
    colour = request.GET.get("colour", "")
    if colour and colour not in land.COLOURS:
        raise Http404(colour)
    try:
        found = land.land(_by(request), after=request.GET.get("after", "")[:300], colour=colour)
    except NoSuchRegister:
        return render(request, "web/land.html", {"missing": True})
    context = {
        "found": found,
        "colour": colour,
        "legend": [
            {"word": word, "tone": tone, "sign": sign, "count": found.counts[word]}
            for word, (tone, sign) in land.COLOURS.items()
        ],
        "map": land_map(
            found.parcels,
            found.towns,
            lambda each: reverse("web:record", args=[land.PARCELS, each.row.key]),
        ),
    }
    return render(request, "web/land.html", context)
