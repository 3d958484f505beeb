"""Households at risk: who is looked at, who is listed, what was done; what is published, and objections to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.cases import catalogue
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.mechanisms.overviews import at_risk
from gongzhi.city.web.acting import acting_post, staff, standing
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError


@never_cache
@staff()
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Signals, households on their fifteen days, households on the list."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    if not at_risk.is_installed():
        return render(request, "web/warnings/households.html", {"missing": True})
    listed = at_risk.listed(by)
    running = at_risk.running(by)
    kind = catalogue.current(at_risk.MECHANISM, at_risk.FIND, by.area_path)
    context = {
        "signals": at_risk.signals(by),
        "running": running,
        "listed": listed,
        "unhelped": [each for each in listed if each.unhelped],
        "unvisited": [each for each in listed if each.unvisited],
        "published": at_risk.published(by.area_path),
        "may_begin": by.role in kind.opened_by,
        "days": at_risk.DAYS,
        "now": clock.now(),
    }
    return render(request, "web/warnings/households.html", context)


@never_cache
@staff()
@require_safe
def house(request: HttpRequest, number: str) -> HttpResponse:
    """One household: income beside spending, signals, measures and whether they helped, the cases."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    return render(request, "web/warnings/household.html", {"house": at_risk.house(by, number)})


@never_cache
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """What is put up now. Nobody has to sign in to read it."""
    rows = at_risk.published() if at_risk.is_installed() else []
    context = {"rows": rows, "may_object": request.user.is_authenticated}
    return render(request, "web/warnings/published.html", context)


@login_required
@require_POST
def object_to(request: HttpRequest, case: UUID) -> HttpResponse:
    """Object to what is put up; the words are kept, not who said them."""
    by = standing(request) if acting_post(request) is not None else resident(request.user.person)  # type: ignore[union-attr]
    words = request.POST.get("words", "").strip()[:500]
    try:
        at_risk.object_to(by, case, words)
    except GongzhiError as error:
        told = refused(error)
        messages.error(request, f"{told.sentence} {told.remedy}".strip(), extra_tags="red")
    else:
        received = _("异议收到了：镇街派没有入户的人去核，核完再往下走。不写是谁提的。")
        messages.success(request, received, extra_tags="green")
    return redirect("web:at_risk_published")
