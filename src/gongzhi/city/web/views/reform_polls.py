"""Surveys of the people: slips for those who collect, one page with two questions for those who answer."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongzhi.city.cases import sight
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import polls
from gongzhi.city.mechanisms.errors import PollClosed
from gongzhi.city.web.acting import acting_post, staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def slips(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """How many slips are out and back, and new ones to print: their codes are shown here, once."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = sight.visible(by).filter(pk=case, mechanism=polls.MECHANISM, type=polls.POLL).first()
    if row is None:
        raise Http404(str(case))
    context = {"case": row, "data": row.state["data"], "codes": [], "open": _collecting(row)}
    status = 200
    if request.method == "POST":
        count = request.POST.get("count", "")
        try:
            context["codes"] = [
                (code, request.build_absolute_uri(reverse("web:poll_slip", args=[code])))
                for code in polls.make_slips(by, case, int(count) if count.isdecimal() else 0)
            ]
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
    context["standings"] = polls.standings(str(row.state["data"].get("code") or ""))
    return render(request, "web/reform_tasks/slips.html", context, status=status)


def _collecting(row: Case) -> bool:
    return row.tasks.filter(step=polls.COLLECT).exists()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Where the code of a slip is typed in."""
    code = request.POST.get("code", "").strip()[:40]
    if code:
        return redirect("web:poll_slip", code=code.upper().replace(" ", "").replace("/", ""))
    return render(request, "web/reform_tasks/poll.html", {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, code: str) -> HttpResponse:
    """Two questions; answered once. Nobody has to sign in, and who is signed in is not asked."""
    sent = {name: request.POST.get(name, "") for name in ("support", "benefit", "words")}
    context: dict[str, Any] = {
        "support": polls.SUPPORT,
        "benefit": polls.BENEFIT,
        "sent": sent,
        "staff": acting_post(request),
    }
    try:
        context["slip"] = polls.slip(code)
        if request.method == "POST":
            polls.answer(code, **sent, on_paper="paper" in request.POST and acting_post(request) is not None)
            return render(request, "web/reform_tasks/poll.html", {"done": True})
    except PollClosed as error:
        return render(
            request,
            "web/reform_tasks/poll.html",
            {**context, "refusal": refused(error)},
            status=error.status,
        )
    return render(request, "web/reform_tasks/poll.html", context)
