"""The hotline's one screen: hear, write, answer or pass on; by keyboard, while the caller is on the line."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.kernel import ids
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import suggestions
from gongzhi.city.web import placing
from gongzhi.city.web.acting import staff
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.reporters import reporter_behind
from gongzhi.city.web.views.resident import AT_ONCE, asked
from gongzhi.engine.cases import CaseType, ChoiceRule, StepRule
from gongzhi.engine.errors import GongzhiError

#: channel of a case by the role that writes it down
CHANNELS = {"hotline_agent": "hotline", "grid_worker": "grid"}


@staff()
@require_safe
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


def _given(request: HttpRequest, case_type: CaseType) -> dict[str, Any]:
    """What the address fills in: ``about`` for the field that names a case, and codes and names by field id."""
    given: dict[str, Any] = {}
    for ask in case_type.opening:
        kind = case_type.form[ask.field].kind
        named = request.GET.get("about", "")[:48] if kind == "case" else ""
        if kind in ("record", "office", "text"):
            named = request.GET.get(ask.field, "")[:120]
        if named:
            given[ask.field] = named
    return given


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """One screen: the opening form, and the first step at once for whoever may do it (answer, pass on, refuse).

    Opening and the first choice are one transaction: a refused choice leaves no half-registered matter behind.
    """
    by: Standing = request.standing  # type: ignore[attr-defined]
    case_type = _openable(request, mechanism, type_id, by)
    if request.method != "POST":
        return _form(request, mechanism, case_type, _given(request, case_type), secrets.token_urlsafe(12))
    key = request.POST.get("key", "")[:64]
    values: dict[str, Any] = {}
    first = first_step(case_type, by)
    chosen = first.choices.get(request.POST.get("next", "")) if first else None
    try:
        entered(case_type, asked(case_type), request, by=by, into=values)
        placing.check_form(request, mechanism, case_type)
        more = values_of(case_type, chosen, values, request, by) if chosen else {}
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
            if first is not None and chosen is not None:
                actions.choose(receipt.case, first.id, chosen.id, more, by=by, key=f"{key}.next")
    except GongzhiError as error:
        return _form(request, mechanism, case_type, values, key, error)
    messages.success(
        request,
        _("已登记。请把查询码告诉来电人：%(code)s") % {"code": ids.spaced(receipt.tracking_code)},
        extra_tags="green",
    )
    return redirect("web:case", case=receipt.case)


@staff()
@require_safe
def hints(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """While the agent writes: what is open nearby, and what the text seems to be about, with the reason."""
    case_type = _openable(request, mechanism, type_id, request.standing)  # type: ignore[attr-defined]
    sent = request.GET
    place = {"text": sent.get("place", ""), "area": sent.get("place.area", "")}
    form = {"subject": sent.get("subject", ""), "text": sent.get("text", ""), "place": place}
    offered = suggestions.for_opening(mechanism, type_id, form) if form["subject"] or form["text"] else {}
    found = queries.nearby(f"{form['subject']} {form['text']}", area=place["area"]) if place["area"] else None
    named = [(case_type.form[field].label, suggestion) for field, suggestion in offered.items()]
    return render(request, "web/parts/hints.html", {"suggestions": named, "found": found})


def first_step(case_type: CaseType, by: Standing) -> StepRule | None:
    """The step in which a case of this type begins, if it is this role's work."""
    spec = case_type.flow.spec
    rule = case_type.steps.get(spec.first) if spec else None
    return rule if rule is not None and rule.is_work and rule.role == by.role else None


def _openable(request: HttpRequest, mechanism: str, type_id: str, by: Standing) -> CaseType:
    case_type = catalogue.current(mechanism, type_id, placing.here(request, by))
    if by.role not in case_type.opened_by:
        raise NoSuchCaseType(mechanism=mechanism, version=case_type.version, type=type_id)
    return case_type


def _form(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    values: dict[str, Any],
    key: str,
    error: GongzhiError | None = None,
) -> HttpResponse:
    context = form_context(request, mechanism, case_type, values, key, error)
    return render(request, "web/intake.html", context, status=error.status if error else 200)


def form_context(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    values: dict[str, Any],
    key: str,
    error: GongzhiError | None = None,
    without: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """What the one screen shows: the opening form (``without`` fields that are known already) and the first step."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    errors = fields_of(error) if error else {}
    first = first_step(case_type, by)
    tried = request.POST.get("next", "")
    later = (
        {ask.field for choice in first.choices.values() for ask in choice.asks if not ask.optional}
        if first
        else set()
    )
    opening = tuple(ask for ask in asked(case_type) if ask.field not in later | without)
    made = controls(case_type, opening, values=values, errors=errors, by=by)
    return {
        "case_type": case_type,
        "mechanism": mechanism,
        "controls": [control for control in made if control.required or control.field.kind in AT_ONCE],
        "more": [control for control in made if not control.required and control.field.kind not in AT_ONCE],
        "first": first,
        "choices": [
            _choice(case_type, choice, request, by, tried, errors) for choice in first.choices.values()
        ]
        if first
        else [],
        "tried": tried,
        "key": key,
        "refusal": refused(error) if error else None,
    }


def values_of(
    case_type: CaseType, choice: ChoiceRule, opening: Mapping[str, Any], request: HttpRequest, by: Standing
) -> dict[str, Any]:
    """What the choice asks: typed beside it, or known from the opening form already."""
    known = {ask.field: opening[ask.field] for ask in choice.asks if ask.field in opening}
    return known | entered(case_type, choice.asks, request, by=by, prefix=f"{choice.id}.")


def _choice(
    case_type: CaseType,
    choice: ChoiceRule,
    request: HttpRequest,
    by: Standing,
    tried: str,
    errors: dict[str, str],
) -> dict[str, Any]:
    """One way on from the first step, with what it asks beyond the opening form."""
    mine = choice.id == tried
    opening = {ask.field for ask in case_type.opening}
    asks = tuple(ask for ask in choice.asks if ask.field not in opening or not ask.optional)
    prefix = f"{choice.id}."
    given = entered(case_type, asks, request, by=by, prefix=prefix) if mine else {}
    made = controls(case_type, asks, values=given, errors=errors if mine else {}, by=by, prefix=prefix)
    return {"choice": choice, "controls": made, "checked": mine}
