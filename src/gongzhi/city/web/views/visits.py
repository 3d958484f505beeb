"""Appointments: for people who can't come, for people who come at an hour, and for whoever goes to them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.counters import actions, points, queries
from gongzhi.city.counters.actions import Contact
from gongzhi.city.counters.actions.appointments import HOURS
from gongzhi.city.counters.models import Appointment
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.people.actions import reveal
from gongzhi.city.people.queries import masked
from gongzhi.city.territory import queries as territory
from gongzhi.city.web.acting import staff
from gongzhi.city.web.choices import area_options
from gongzhi.city.web.placing import here
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.city.web.views import opening
from gongzhi.city.web.views.points import slot
from gongzhi.engine.errors import GongzhiError

DAYS = 14
CHANNEL = "visit"
#: what is kept sealed of an appointment
PRIVATE = ("name", "phone", "place")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask that somebody comes."""
    sent, error = request.POST, None
    if request.method == "POST":
        day, hour = slot(f"{sent.get('day', '')} {sent.get('hour', '')}")
        contact = Contact(name=sent.get("name", ""), phone=sent.get("phone", ""), place=sent.get("place", ""))
        try:
            made = actions.ask_visit(
                resident(""),
                territory.area(sent.get("area", "")),
                contact,
                item=sent.get("item", ""),
                day=day,
                hour=hour,
                reason=sent.get("reason", ""),
            )
            return redirect("web:appointment", code=made.code)
        except GongzhiError as refusal:
            error = refusal
    context = {
        "areas": area_options(),
        "reasons": Appointment.Reason.choices,
        "days": [clock.today() + timedelta(days=ahead) for ahead in range(DAYS)],
        "hours": HOURS,
        "sent": sent,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/counters/visit_ask.html", context, status=error.status if error else 200)


@never_cache
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """My appointment: who comes, when; or where to go."""
    held = queries.appointment_by_code(code)
    point = points.title(held.line.point) if held.line else ""
    context = {"appointment": held, "point": point, "phone": masked(held, "phone")}
    return render(request, "web/counters/appointment.html", context)


@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """I don't need it any more."""
    held = queries.appointment_by_code(code)
    try:
        actions.cancel_appointment(resident(""), held, request.POST.get("reason", "") or _("本人取消"))
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="red")
    return redirect("web:appointment", code=held.code)


@never_cache
@staff()
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The appointments of my office and places."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    ended = "ended" in request.GET
    rows = [
        {
            "row": row,
            "point": points.title(row.line.point) if row.line else "",
            "phone": masked(row, "phone"),
            "name": masked(row, "name"),
        }
        for row in queries.appointments(by, ended=ended)
    ]
    context = {
        "rows": rows,
        "ended": ended,
        "hours": HOURS,
        "days": [clock.today() + timedelta(days=ahead) for ahead in range(DAYS)],
        "forms": opening.forms_for(by.role),
    }
    return render(request, "web/counters/visits.html", context)


@never_cache
@staff()
@require_POST
def act(request: HttpRequest, key: UUID) -> HttpResponse:
    """Agree, arrive, close, call off, or look at the address for a purpose."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    held = queries.appointment_of(by, key)
    if request.POST.get("do") == "reveal":
        purpose = request.POST.get("purpose", "")
        shown = {each: reveal(by, held, each, purpose, about=held) for each in PRIVATE if getattr(held, each)}
        return render(request, "web/counters/revealed.html", {"row": held, "shown": shown})
    does = DEEDS.get(request.POST.get("do", ""))
    if does is None:
        raise Http404(key)
    try:
        messages.success(request, does(request, by, held), extra_tags="green")
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="red")
    return redirect("web:visits")


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest, key: UUID, mechanism: str, type_id: str) -> HttpResponse:
    """Open a case at the visit."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    held = queries.appointment_of(by, key)
    case_type = opening.openable(mechanism, type_id, by.role, here(request, by))
    token = request.POST.get("key", "")[:64] or secrets.token_urlsafe(12)
    values: dict[str, Any] = {}
    error: GongzhiError | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                receipt = opening.open_for(
                    request, mechanism, case_type, by=by, channel=CHANNEL, key=token, into=values
                )
                actions.link_appointment(by, held, receipt.case)
            return redirect("web:case", case=receipt.case)
        except GongzhiError as refusal:
            error = refusal
    context = {
        "place": held.item,
        "back": "web:visits",
        **opening.form_context(case_type, values, token, error=error),
    }
    return render(request, "web/counters/open.html", context, status=error.status if error else 200)


def _accept(request: HttpRequest, by: Standing, held: Appointment) -> str:
    day, hour = slot(f"{request.POST.get('day', '')} {whole(request.POST.get('hour')) or -1}")
    actions.accept_visit(by, held, day=day, hour=hour)
    return _("已约定，对方在自己的页面上能看到。")


def _arrive(request: HttpRequest, by: Standing, held: Appointment) -> str:
    done = actions.arrive(by, held)
    if done.number is not None:
        return _("已取号 %(number)s，到点先叫。") % {"number": done.number.label}
    return _("已记下：到了。")


def _close(request: HttpRequest, by: Standing, held: Appointment) -> str:
    actions.close_appointment(by, held)
    return _("已办完。")


def _cancel(request: HttpRequest, by: Standing, held: Appointment) -> str:
    actions.cancel_appointment(by, held, request.POST.get("reason", ""))
    return _("已取消，请另外告诉对方。")


DEEDS: Mapping[str, Callable[[HttpRequest, Standing, Appointment], str]] = {
    "accept": _accept,
    "arrive": _arrive,
    "close": _close,
    "cancel": _cancel,
}
