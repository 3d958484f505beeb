"""Meters and the environment: checks that wait, what was declared, orders in force, and how the rules do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import catalogue
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import power
from gongzhi.city.web.acting import staff

#: what a post may begin here
BEGINS = ("declaration", "emergency", "order", "alert_check")


@never_cache
@staff()
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What waits, what holds, and what the rules were worth in four weeks."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "alert.read")
    installed = power.is_installed()
    rules = power.rules(by) if installed else []
    context = {
        "installed": installed,
        "counts": dict(power.counts(by)) if installed else {},
        "waiting": power.waiting(by) if installed else [],
        "declared": power.holding(by, power.DECLARATIONS) if installed else [],
        "orders": power.holding(by, power.ORDERS) if installed else [],
        "rules": rules,
        "raised": sum(each.raised for each in rules),
        "covered": sum(each.covered for each in rules),
        "begins": _begins(by) if installed else [],
        "days": power.DAYS,
        "now": clock.now(),
    }
    return render(request, "web/power/board.html", context)


def _begins(by: Standing) -> list[tuple[str, str]]:
    held = [(kind, catalogue.current(power.POWER, kind, by.area_path)) for kind in BEGINS]
    return [(kind, each.title) for kind, each in held if by.role in each.opened_by]
