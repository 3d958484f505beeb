"""The dispute centre and the risks: what waits, who is there, where a hazard stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import catalogue
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import disputes, risks
from gongzhi.city.web.acting import staff


def _standing(request: HttpRequest) -> Standing:
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by


def _may_open(by: Standing, mechanism: str, type_id: str) -> bool:
    near = by.area_path
    return by.role in catalogue.current(mechanism, type_id, near).opened_by


@never_cache
@staff()
@require_safe
def centre(request: HttpRequest) -> HttpResponse:
    """Take all, then sort: disputes by where they are, the bodies of today, the mediators, what is supervised."""
    by = _standing(request)
    installed = disputes.is_installed()
    context = {
        "installed": installed,
        "stages": disputes.stages(by) if installed else [],
        "bodies": disputes.bodies(),
        "mediators": disputes.mediators(),
        "mine": disputes.my_mediations(by),
        "may_open": installed and _may_open(by, disputes.CENTRE, "dispute"),
        "may_mediate": installed and _may_open(by, disputes.MEDIATION, "mediation"),
        "may_oversee": installed and _may_open(by, disputes.CENTRE, "oversight"),
        "now": clock.now(),
    }
    return render(request, "web/disputes/centre.html", context)


@never_cache
@staff()
@require_safe
def risk_board(request: HttpRequest) -> HttpResponse:
    """Likelihood × impact, and every hazard that is not lifted, for those who need to see them."""
    by = _standing(request)
    installed = risks.is_installed()
    found = risks.hazards(by) if installed else []
    steps = [(key, title, [each for each in found if each.step == key]) for key, title in risks.STEPS]
    context = {
        "installed": installed,
        "found": found,
        "rows": zip(reversed(risks.SCALE), risks.matrix(found), strict=True) if installed else [],
        "scale": risks.SCALE,
        "steps": steps,
        "may_open": installed and _may_open(by, risks.MECHANISM, risks.HAZARD),
        "now": clock.now(),
    }
    return render(request, "web/disputes/risks.html", context)
