"""Public rental housing: one's place in the queue and why, homes, schemes and their order. Open to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import resident
from gongzhi.city.mechanisms.overviews import housing


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The queue by kind of home, one's own place, what is let now and what stands empty."""
    rows = housing.queue()
    own = housing.own_numbers(resident(request.user.person)) if request.user.is_authenticated else []
    asked = request.GET.get("number", "").strip()[:60] or next(
        (number for number in own if housing.place(rows, number)), ""
    )
    kind = request.GET.get("kind", "")
    place = housing.place(rows, asked) if asked else None
    if kind not in housing.KINDS:
        kind = place.kind if place else next((k for k in housing.KINDS if housing.lines(rows, k, 1)[1]), "")
    page = min(max(_whole(request.GET.get("page", "")), 1), 1000)
    lines, count = housing.lines(rows, kind, page)
    homes = housing.homes()
    context = {
        "missing": not housing.installed(housing.QUEUE),
        "asked": asked,
        "place": place,
        "own": own,
        "kind": kind,
        "kinds": [(each, housing.lines(rows, each, 1)[1]) for each in housing.KINDS],
        "lines": lines,
        "count": count,
        "waiting": len(rows),
        "page": page,
        "pages": -(-count // housing.PAGE),
        "longest": housing.longest_wait(rows, clock.today()),
        "homes": homes,
        "empty": sum(row.state == "vacant" for row in homes),
        "schemes": housing.schemes(),
        "today": clock.today(),
        "now": clock.now(),
    }
    return render(request, "web/housing/index.html", context)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
