"""What a village does together and what it owns: projects, covenants and pledges, money, things and land. Open to everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.mechanisms.overviews import village
from gongzhi.city.web.acting import acting_post

#: stage of a project -> its one word
STAGES = tuple(zip(village.STAGES, (gettext_noop("谋"), gettext_noop("建"), gettext_noop("管"), gettext_noop("评"), gettext_noop("享")), strict=True))  # fmt: skip


def _me(request: HttpRequest) -> Standing | None:
    """The person themselves: a village page is read as a villager."""
    return resident(request.user.person) if request.user.is_authenticated else None


def _context(request: HttpRequest, register: str) -> dict[str, Any]:
    here = village.village_of(_me(request), request.GET.get("village", "")[:20])
    return {
        "here": here,
        "villages": village.villages(register),
        "missing": not village.installed(register),
        "staff": acting_post(request) is not None,
        "now": clock.now(),
    }


@never_cache
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """What was built together: which stage, what it cost, who keeps it, how it is judged."""
    context = _context(request, "common_projects")
    rows = village.listed("common_projects", context["here"])
    context |= {"rows": rows, "stages": STAGES, "report": f"{village.PROJECTS}/{village.PROJECT}"}
    return render(request, "web/village/projects.html", context)


@never_cache
@require_safe
def project(request: HttpRequest, key: str) -> HttpResponse:
    """One project to the cent: the vote, each household's share, the work, the award, groups, scores, benefits."""
    row = village.one("common_projects", key)
    told = village.project_told(key)
    return render(request, "web/village/project.html", {"row": row, "told": told, "stages": STAGES})


@never_cache
@require_safe
def covenants(request: HttpRequest) -> HttpResponse:
    """The rules in force, how many pledged, and what one's own household promised."""
    context = _context(request, "covenants")
    me = _me(request)
    context |= {
        "rows": village.listed("covenants", context["here"]),
        "drives": village.pledge_drives(context["here"]),
        "mine": village.pledges_of(me) if me else (),
    }
    return render(request, "web/village/covenants.html", context)


@never_cache
@require_safe
def covenant(request: HttpRequest, key: str) -> HttpResponse:
    """The full text of a covenant, to read and to print."""
    return render(request, "web/village/covenant.html", {"row": village.one("covenants", key)})


@never_cache
@require_safe
def assets(request: HttpRequest) -> HttpResponse:
    """The village's money, things and land; every sum stands above the rows that make it."""
    context = _context(request, "collective_assets")
    here = context["here"]
    context |= {name: village.listed(name, here) for name in (*village.BOOKS, "committee_members")}
    context |= {"money": village.money(here) if here else None, "vouchers": village.vouchers(here)}
    context["let_sum"] = village.totals(
        (row for row in context["asset_contracts"] if row.state == "running"), "yearly"
    )
    return render(request, "web/village/assets.html", context)
