"""The hotline's one screen: hear, write, answer or pass on; by keyboard, while the caller is on the line."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.kernel.references import Standing
from gongzhi.city.web.acting import staff
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.reporters import reporter_behind
from gongzhi.city.web.views.resident import asked
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError

#: channel of a case by the role that writes it down
CHANNELS = {"hotline_agent": "hotline", "grid_worker": "grid"}


@staff()
@require_GET
def choose_kind(request: HttpRequest) -> HttpResponse:
    """What this post may register; with one kind only, straight to its screen."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    kinds = [
        {"title": case_type.title, "url": reverse("web:intake", args=[mechanism, case_type.id])}
        for mechanism, _version, case_type in catalogue.offered()
        if by.role in case_type.opened_by
    ]
    if len(kinds) == 1:
        return redirect(kinds[0]["url"])
    return render(request, "web/report_kinds.html", {"kinds": kinds})


@staff()
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """The opening form, then straight on to the first step's page of the new case."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    case_type = catalogue.current(mechanism, type_id)
    if by.role not in case_type.opened_by:
        raise NoSuchCaseType(mechanism=mechanism, version=case_type.version, type=type_id)
    if request.method == "GET":
        return _form(request, mechanism, case_type, {}, secrets.token_urlsafe(12))
    key, values = request.POST.get("key", "")[:64], {}
    try:
        values = entered(case_type, asked(case_type), request, by=by)
        with transaction.atomic():
            receipt = actions.open_case(
                mechanism,
                type_id,
                values,
                by=by,
                channel=CHANNELS.get(by.role, "window"),
                reporter=reporter_behind(case_type, values),
                key=key,
            )
    except GongzhiError as error:
        return _form(request, mechanism, case_type, values, key, error)
    return redirect(reverse("web:case", args=[receipt.case]) + "?new=1")


def _form(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    values: dict[str, Any],
    key: str,
    error: GongzhiError | None = None,
) -> HttpResponse:
    errors = fields_of(error) if error else {}
    context = {
        "case_type": case_type,
        "mechanism": mechanism,
        "controls": controls(case_type, asked(case_type), values=values, errors=errors),
        "key": key,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/intake.html", context, status=error.status if error else 200)
