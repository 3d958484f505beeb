"""Rivers, clean production and green indicators; which village has which network. What a visitor reads is public, as are the boards
at the rivers themselves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import green, waters
from gongzhi.city.web.acting import acting_post, staff, standing


def _by(request: HttpRequest) -> Standing | None:
    return standing(request) if acting_post(request) else None


@never_cache
@require_safe
def rivers(request: HttpRequest) -> HttpResponse:
    """Every reach: its chief, when it was looked at, what is wrong; those that are due come first."""
    rows = waters.reaches()
    context = {
        "missing": not waters.installed(waters.REACHES),
        "rows": rows,
        "due": sum(row.values.get("state_now") != "按日子在看" for row in rows),
        "open": sum(row.open for row in rows),
        "now": clock.now(),
    }
    return render(request, "web/green/rivers.html", context)


@never_cache
@require_safe
def river(request: HttpRequest, key: str) -> HttpResponse:
    """One reach as on its board at the bank, with its problems and who fixes them."""
    context = {
        "row": waters.one(waters.REACHES, key),
        "issues": waters.matters(waters.RIVERS, waters.ISSUE, waters.REACHES, key),
        "patrols": waters.matters(waters.RIVERS, waters.PATROL, waters.REACHES, key, most=12),
    }
    return render(request, "web/green/river.html", context)


@never_cache
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Village × network; ``?place=`` is the town. Covered only where somebody of the village saw it work."""
    here = waters.place_of(request.GET.get("place", "")[:20])
    towns = waters.places(waters.CELLS)
    here = here or (towns[0] if towns else None)
    networks, villages = waters.matrix(here.path if here else "")
    lines = [(each, [_cell(each.cells.get(network)) for network in networks]) for each in villages]
    context = {
        "missing": not waters.installed(waters.CELLS),
        "here": here,
        "towns": towns,
        "networks": networks,
        "lines": lines,
        "shares": waters.shares(),
        "signs": waters.SIGNS.values(),
        "now": clock.now(),
    }
    return render(request, "web/green/coverage.html", context)


def _cell(row: waters.Row | None) -> dict[str, Any]:
    if row is None:
        return {"sign": "·", "words": _("没有登记"), "tone": "unknown", "row": None}
    sign, words, tone = waters.SIGNS.get(str(row.values.get("covered")), ("·", "", "unknown"))
    return {"sign": sign, "words": _(words) if words else "", "tone": tone, "row": row}


@never_cache
@require_safe
def cell(request: HttpRequest, key: str) -> HttpResponse:
    """One cell: who keeps it, who saw it work and when, what residents said about it."""
    context = {
        "row": waters.one(waters.CELLS, key),
        "works": waters.matters(waters.NETWORKS, "connection", waters.CELLS, key),
        "doubts": waters.matters(waters.NETWORKS, "doubt", waters.CELLS, key),
    }
    return render(request, "web/green/cell.html", context)


@never_cache
@staff()
@require_safe
def production(request: HttpRequest) -> HttpResponse:
    """Firms that must be audited, audits on their way, residues on offer and who could use them."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    audits, exchange = green.is_installed(green.AUDITS), green.is_installed(green.EXCHANGE)
    listings = green.listings() if exchange else []
    context = {
        "audits": audits,
        "exchange": exchange,
        "firms": waters.listed(green.FIRMS) if audits else [],
        "running": green.running(by, green.AUDITS, green.AUDIT) if audits else [],
        "listings": listings,
        "pairs": green.pairs(listings),
        "matches": green.running(by, green.EXCHANGE, green.MATCH) if exchange else [],
        "now": clock.now(),
    }
    return render(request, "web/green/production.html", context)


@never_cache
@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Where each green figure comes from, and how they make the coefficient."""
    by = _by(request)
    parts = green.parts(by)
    spec = green.scheme()
    sections = waters.listed(waters.SECTIONS)
    context = {
        "sections": sections,
        "parts": parts,
        "coefficient": green.coefficient(parts) if by else None,
        "spec": spec.green if spec else None,
        "met": sum(row.values.get("state_now") == "达标" for row in sections),
        "tested": sum(row.values.get("last_class") is not None for row in sections),
        "now": clock.now(),
    }
    return render(request, "web/green/indicators.html", context)


@never_cache
@require_safe
def section(request: HttpRequest, key: str) -> HttpResponse:
    """One water section with its monthly tests: each item, its class by the standard, and what was worst."""
    row = waters.one(waters.SECTIONS, key)
    tests = waters.matters("green_indicators", "water_test", waters.SECTIONS, key, most=24)
    return render(request, "web/green/section.html", {"row": row, "tests": tests})
