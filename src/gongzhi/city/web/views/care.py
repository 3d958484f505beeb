"""Care and what is bought for everybody: treatment and elder care, purchased services, the six seats. Open to all.

Nothing here shows health, names, phones or addresses; a post sees its own running cases by their neutral titles.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import catalogue
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import care, livelihood, purchases
from gongzhi.city.records.errors import NoSuchRecord, NoSuchRegister
from gongzhi.city.web.acting import acting_post, standing

#: what a post may begin on a page: mechanism, case type
CARE = (*care.TYPES,)
BOUGHT = (
    ("purchased_services", "purchase"),
    ("purchased_services", "delivery"),
    ("purchased_services", "vacancy"),
)
SEATS = (("six_seats", "promise"), ("six_seats", "site"))


@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Where one is treated and cared for, which slots are free, how one asks; for posts what runs."""
    by = _post(request)
    here = {name: care.installed(name) for name in (care.TIERED, care.HOME, care.ELDER)}
    context = {
        "here": here,
        "missing": not any(here.values()),
        "clinics": care.listed(care.CLINICS),
        "slots": care.slots(),
        "teams": care.listed(care.TEAMS),
        "providers": care.listed(care.PROVIDERS),
        "tallies": care.tallies(),
        "period": care.PERIOD,
        "fewest": care.FEWEST,
        "running": care.running(by) if by and may(by, "case.list") else [],
        "by": by,
        "begins": _begins(by, CARE) if by else [],
        "now": clock.now(),
    }
    return render(request, "web/care/board.html", context)


@never_cache
@require_safe
def bought(request: HttpRequest) -> HttpResponse:
    """Contracts, the newest month over all of them, and posts said to be empty."""
    by = _post(request)
    installed = purchases.installed()
    vacancies = purchases.vacancies() if installed else []
    context = {
        "missing": not installed,
        "contracts": purchases.contracts() if installed else [],
        "totals": purchases.totals() if installed else None,
        "vacancies": vacancies,
        "empty_now": sum(not each.state for each in vacancies),
        "begins": _begins(by, BOUGHT) if by else [],
        "by": by,
        "now": clock.now(),
    }
    return render(request, "web/care/bought.html", context)


@never_cache
@require_safe
def contract(request: HttpRequest, key: str) -> HttpResponse:
    """One contract: its posts, and month by month what was due, filled, counted, scored and paid; 404 for none."""
    try:
        found = purchases.contract(key)
    except (NoSuchRecord, NoSuchRegister) as error:
        raise Http404(key) from error
    context = {"found": found, "posts": purchases.posts(key), "by": _post(request), "now": clock.now()}
    return render(request, "web/care/contract.html", context)


@never_cache
@require_safe
def seats(request: HttpRequest) -> HttpResponse:
    """Promised, built, accepted, of use a year later; ``?year=2025&kind=厕位`` shows the sites of one kind."""
    by = _post(request)
    if not livelihood.installed():
        return render(request, "web/care/seats.html", {"missing": True, "now": clock.now()})
    year, kind = request.GET.get("year", ""), request.GET.get("kind", "")
    context = {
        "found": livelihood.seats(int(year) if year.isdecimal() and len(year) == len("2025") else None, kind),
        "kind": kind,
        "by": by,
        "begins": _begins(by, SEATS) if by else [],
        "now": clock.now(),
    }
    return render(request, "web/care/seats.html", context)


def _post(request: HttpRequest) -> Standing | None:
    """The post in which somebody acts; nobody's for whoever is here as a resident."""
    return standing(request) if acting_post(request) else None


def _begins(by: Standing, types: tuple[tuple[str, str], ...]) -> list[tuple[str, str, str]]:
    here = [(owner, kind) for owner, kind in types if care.installed(owner)]
    held = [(owner, kind, catalogue.current(owner, kind, by.area_path)) for owner, kind in here]
    return [(owner, kind, each.title) for owner, kind, each in held if by.role in each.opened_by]
