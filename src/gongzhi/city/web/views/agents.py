"""Who may act for me? What a mandator sees and revokes: by the code of the case, or by that of the mandate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongzhi.city.cases import queries
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import resident
from gongzhi.city.people import actions
from gongzhi.city.people import queries as people
from gongzhi.city.people.errors import NoSuchMandate
from gongzhi.city.people.mandates import Mandate

LONGEST = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: HttpRequest, code: str) -> HttpResponse:
    """The mandates of one case; a POST revokes one of them."""
    row, mandates = queries.who_acts(code)
    if request.method == "POST":
        wanted = next((each for each in mandates if str(each.pk) == request.POST.get("mandate")), None)
        return _revoke(request, wanted, "web:agents", row.tracking_code)
    return _page(request, mandates, {"subject": row.subject, "code": row.tracking_code})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """One mandate by the code on its paper; a POST revokes it."""
    mandate = people.mandate_by_code(code)
    if request.method == "POST":
        return _revoke(request, mandate, "web:my_mandate", mandate.code)
    return _page(request, [mandate], {})


def _page(request: HttpRequest, mandates: list[Mandate], more: dict[str, Any]) -> HttpResponse:
    today = clock.today()
    listed = [{"row": each, "holds": each.holds(today)} for each in mandates]
    return render(request, "web/agents.html", {"mandates": listed, **more})


def _revoke(request: HttpRequest, mandate: Mandate | None, page: str, code: str) -> HttpResponse:
    if mandate is None:
        raise NoSuchMandate(which=request.POST.get("mandate", "")[-6:])
    why = request.POST.get("why", "").strip()[:LONGEST]
    actions.revoke_mandate(resident(mandate.mandator.person), mandate.pk, why=why)
    messages.success(request, _("已撤销。从现在起，这个人不能再看、也不能再办您的事。"), extra_tags="green")
    return redirect(page, code=code)
