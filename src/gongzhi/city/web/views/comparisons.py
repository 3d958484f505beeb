"""Comparisons of lists and the risk points of powers: for the discipline post."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.comparisons import actions, queries
from gongzhi.city.comparisons.errors import NoSuchComparison
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import risk_rules
from gongzhi.city.records import catalogue
from gongzhi.city.records import queries as records
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError

POWERS = "powers"
#: field of a hit's case that says which office verifies it
UNIT = "unit"


@never_cache
@staff()
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every comparison with its last run and what became of its hits."""
    context = {"found": queries.overview(_standing(request))}
    return render(request, "web/clean/comparisons.html", context)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, mechanism: str, comparison: str) -> HttpResponse:
    """One comparison: what it compares, its hits, and asking for it with a purpose."""
    by = _standing(request)
    context: dict[str, Any] = {}
    status = 200
    try:
        known = queries.known(mechanism, comparison)
    except NoSuchComparison as error:
        raise Http404(comparison) from error
    if request.method == "POST":
        try:
            actions.ask(by, mechanism, comparison, purpose=request.POST.get("purpose", ""))
            messages.success(request, _("已发起，比完了在这里看。"), extra_tags="green")
            return redirect("web:comparison", mechanism, comparison)
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
    context |= {
        "known": known,
        "hits": [(row, row.state["data"].get(UNIT) or "") for row in queries.hits(by, known)],
        "sums": queries.sums(known),
        "runs": queries.runs_of(known)[:10],
        "may_run": may(by, "comparison.run"),
        "titles": _titles(known),
    }
    return render(request, "web/clean/comparison.html", context, status=status)


def _titles(known: queries.Known) -> dict[str, str]:
    sides = {"list": known.spec.list_.register_, "against": known.spec.against.register_}
    return {
        key: catalogue.one(name).register.title if name else _("享受待遇的人") for key, name in sides.items()
    }


@never_cache
@staff()
@require_safe
def risks(request: HttpRequest) -> HttpResponse:
    """Risk points per power, what the system watches, and how often it was right."""
    found = list(risk_rules.points(_standing(request)))
    names = records.names(POWERS, [power for power, _points in found])
    lines = [(power, names.get(power, power), points) for power, points in found]
    return render(request, "web/clean/risks.html", {"lines": lines})


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
