"""What waits for the reporter: a step of their own, done from the page of the tracking code."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.engine.errors import GongzhiError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_step(request: HttpRequest, code: str, step: str, choice: str) -> HttpResponse:
    """The form of one choice that the reporter has now, and taking it. What was typed is never lost on a mistake."""
    row, by = queries.by_tracking_code(code)
    tracking = queries.tracking(code)
    found = [(task, rule) for at, task, rule in tracking.choices if at == step and rule.id == choice]
    if not found:
        messages.info(request, _("这一步已经办过，或者现在不用您办了。"))
        return redirect("web:tracking", code=row.tracking_code)
    task, rule = found[0]
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    values: dict[str, Any] = {}
    error: GongzhiError | None = None
    key = request.POST.get("key", "")[:48] or secrets.token_urlsafe(12)
    if request.method == "POST":
        try:
            entered(case_type, rule.asks, request, by=by, owner=by.person, into=values)
            actions.choose(row.pk, step, choice, values, by=by, task=task, key=key)
        except GongzhiError as refusal:
            error = refusal
        else:
            messages.success(request, _("收到了。接下来由办理单位接着办。"), extra_tags="green")
            return redirect("web:tracking", code=row.tracking_code)
    held = next((each for each in tracking.holders if each.yours), None)
    if held is None:
        raise Http404(step)
    context = {
        "tracking": tracking,
        "choice": rule,
        "step_title": case_type.step_title(step),
        "due": held.due,
        "controls": controls(case_type, rule.asks, values=values, errors=fields_of(error) if error else {}),
        "key": key,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/own_step.html", context, status=error.status if error else 200)
