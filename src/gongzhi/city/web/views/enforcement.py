"""Enforcement: cases and periods, what is owed today, published decisions, and draws that anybody can repeat."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import catalogue
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import enforcement
from gongzhi.city.web.acting import staff

#: what an officer may begin here: mechanism, case type
BEGINS = (
    ("penalties", "penalty"),
    ("penalties", "spot"),
    ("joint_enforcement", "joint_case"),
    ("random_inspection", "draw"),
)


@never_cache
@staff()
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What runs, until when, what is owed, what was drawn and published."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    installed = enforcement.is_installed()
    context = {
        "installed": installed,
        "running": enforcement.running(by) if installed else [],
        "owed": enforcement.owed(by) if installed else [],
        "draws": enforcement.draws(by) if installed else [],
        "decisions": enforcement.decisions(),
        "begins": _begins(by) if installed else [],
        "now": clock.now(),
    }
    return render(request, "web/enforcement/board.html", context)


@require_safe
def draw(request: HttpRequest, key: UUID) -> HttpResponse:
    """One draw: its roll, its seed, every lot, and the same draw made again now. Open to anybody."""
    row, lots = enforcement.replay(key)
    context = {
        "row": row,
        "data": row.state["data"],
        "lots": lots,
        "same": all(each.drawn == each.again for each in lots),
    }
    return render(request, "web/enforcement/draw.html", context)


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """Published penalty decisions; what was reversed is taken away, its reason stays. Open to anybody."""
    return render(request, "web/enforcement/decisions.html", {"decisions": enforcement.decisions()})


def _begins(by: Standing) -> list[tuple[str, str, str]]:
    here = [(owner, kind) for owner, kind in BEGINS if enforcement.is_installed(owner)]
    held = [(owner, kind, catalogue.current(owner, kind, by.area_path)) for owner, kind in here]
    return [(owner, kind, each.title) for owner, kind, each in held if by.role in each.opened_by]
