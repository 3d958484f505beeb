"""The residents' door: say what is wrong, without an account and without scripts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.models import Draft
from gongzhi.city.kernel.references import resident
from gongzhi.city.web import drafting, placing
from gongzhi.city.web.forming import Control, controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.reporters import reporter_behind
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.errors import GongzhiError

ROLE = "resident"
#: kinds of fields that are shown at once even where they may be left empty
AT_ONCE = frozenset({"place", "phone", "files"})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: report, follow, look around."""
    return render(request, "web/home.html", {"kinds": _kinds()})


@require_safe
def choose_kind(request: HttpRequest) -> HttpResponse:
    """What can be brought here; with one kind only, straight to its form."""
    kinds = _kinds()
    # what must first be sorted by its words is what people mean by reporting; the rest is applied for on /services/
    sorted_first = [each for each in kinds if "classifier" in each["case_type"].suggest.values()]
    for found in (kinds, sorted_first):
        if len(found) == 1:
            return redirect(found[0]["url"])
    return render(request, "web/report_kinds.html", {"kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """The form of a report, and its receipt. What was typed is never lost on a mistake."""
    case_type = _openable(mechanism, type_id, placing.here(request))
    asks = asked(case_type)
    if request.method != "POST":
        return form(request, mechanism, case_type, asks, {}, {}, secrets.token_urlsafe(12))
    # whoever sends none must not share the uploads of all others who sent none
    key = request.POST.get("key", "")[:48] or secrets.token_urlsafe(12)
    guest = resident(f"guest:{key}")
    values: dict[str, Any] = {}
    try:
        entered(case_type, asks, request, by=guest, owner=guest.person, into=values)
        placing.check_form(request, mechanism, case_type)
        if "look" in request.POST:
            return form(request, mechanism, case_type, asks, values, {}, key)
        if drafting.asked_for(request):
            return drafting.keep(request, mechanism, case_type, values, key, Draft.Page.REPORT)
        with transaction.atomic():
            drafting.done(request)
            receipt = actions.open_case(
                mechanism, type_id, values, by=guest, reporter=reporter_behind(case_type, values), key=key
            )
    except GongzhiError as error:
        return form(request, mechanism, case_type, asks, values, fields_of(error), key, error)
    return redirect(reverse("web:tracking", args=[receipt.tracking_code]) + "?new=1")


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """Open reports near the place being written about; a fragment for the form."""
    sent = request.GET
    found = queries.nearby(
        f"{sent.get('subject', '')} {sent.get('text', '')}",
        area=sent.get("place.area", ""),
        lon=_number(sent.get("place.lon")),
        lat=_number(sent.get("place.lat")),
    )
    return render(request, "web/parts/nearby.html", {"found": found})


def asked(case_type: CaseType) -> tuple[Ask, ...]:
    """What the opening form asks a person: nothing that the case knows by itself (``prefill: case.…``)."""
    return tuple(
        ask for ask in case_type.opening if not case_type.form[ask.field].prefill.startswith("case.")
    )


def form(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    asks: tuple[Ask, ...],
    values: dict[str, Any],
    errors: dict[str, str],
    key: str,
    error: GongzhiError | None = None,
    *,
    shown: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of the form with what was typed; ``shown`` is more to tell, of the draft that it comes from."""
    made = controls(case_type, asks, values=values, errors=errors)
    first = [control for control in made if _at_once(control)]
    place = values.get("place") if isinstance(values.get("place"), dict) else {}
    context = {
        "case_type": case_type,
        "mechanism": mechanism,
        "first": first,
        "more": [control for control in made if control not in first],
        "open_more": any(control.error or control.value for control in made if control not in first),
        "key": key,
        "refusal": refused(error) if error else None,
        "found": queries.nearby(
            f"{values.get('subject', '')} {values.get('text', '')}",
            area=place.get("area", ""),
            lon=place.get("lon"),
            lat=place.get("lat"),
        )
        if place
        else None,
        "code": drafting.code_of(request),
        **(shown or {}),
    }
    return render(request, "web/report.html", context, status=error.status if error else 200)


def _at_once(control: Control) -> bool:
    return control.required or control.field.kind in AT_ONCE


def _openable(mechanism: str, type_id: str, place: str) -> CaseType:
    case_type = catalogue.current(mechanism, type_id, place)
    if ROLE not in case_type.opened_by or case_type.confined is not None:
        raise NoSuchCaseType(mechanism=mechanism, version=case_type.version, type=type_id)
    return case_type


def _kinds() -> list[dict[str, Any]]:
    return [
        {
            "title": case_type.title,
            "url": reverse("web:report", args=[mechanism, case_type.id]),
            "case_type": case_type,
        }
        for mechanism, _version, case_type in catalogue.offered()
        # what is confined has a page of its own, which names nobody
        if ROLE in case_type.opened_by and case_type.confined is None
    ]


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
