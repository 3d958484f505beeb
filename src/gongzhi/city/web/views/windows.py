"""The window's desk: sit down, call, serve, done; by keyboard. And the hub of the counters, with its figures."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.counters import actions, points, queries
from gongzhi.city.counters.actions.windows import at_window
from gongzhi.city.counters.errors import NoSuchNumber
from gongzhi.city.counters.models import Line, QueueNumber, Seat, Window
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Office, valid
from gongzhi.city.web.acting import staff
from gongzhi.city.web.placing import here
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.city.web.views import opening
from gongzhi.engine.errors import GongzhiError

CHANNEL = "window"
PERIODS = (7, 30, 90)


@never_cache
@staff()
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Where to sit: the windows and seats of my offices."""
    by = _standing(request)
    windows = scope(by, "queue.serve", Window.objects.select_related("office", "post__user"))
    seats = list(queries.seats(by)[:100]) if may(by, "video.answer") or may(by, "video.read") else []
    context = {
        "windows": [
            {"row": row, "point": points.title(row.point), "mine": str(row.post_id) == by.post}
            for row in windows.order_by("point", "number")[:100]
        ],
        "seats": [{"row": row, "mine": str(row.post_id) == by.post} for row in seats],
        "may_answer": may(by, "video.answer"),
        "may_manage": may(by, "counter.manage"),
        "may_visit": may(by, "appointment.handle"),
        "may_read": may(by, "queue.read"),
    }
    return render(request, "web/counters/hub.html", context)


@never_cache
@staff()
@require_safe
def desk(request: HttpRequest, window: int) -> HttpResponse:
    """One window: who is here, who is next, what to press."""
    by = _standing(request)
    held = _window(by, window)
    lines = list(held.lines.all())
    current = at_window(held)
    context = {
        "window": held,
        "point": points.title(held.point),
        "mine": str(held.post_id) == by.post,
        "current": current,
        "waiting": [each for each in queries.waiting_at(held) if each.state == "waiting"],
        "missed": [each for each in queries.waiting_at(held) if each.state == "missed"],
        "expected": queries.today_at([line.pk for line in lines]),
        "lines": lines,
        "forms": opening.forms_for(by.role),
    }
    template = "window_live.html" if request.headers.get("HX-Request") else "window.html"
    return render(request, f"web/counters/{template}", context)


@never_cache
@staff()
@require_POST
def act(request: HttpRequest, window: int) -> HttpResponse:
    """One press of a key."""
    by = _standing(request)
    held = _window(by, window)
    do = request.POST.get("do", "")
    try:
        if do in AT_WINDOW:
            AT_WINDOW[do](by, held)
        elif do == "back":
            actions.bring_back(by, _number(held, request.POST.get("number")))
        elif do == "switch":
            line = get_object_or_404(held.lines, pk=whole(request.POST.get("line")) or 0)
            actions.switch_line(by, line, is_open=not line.is_open)
        elif do == "arrive":
            found = queries.appointment_of(by, request.POST.get("appointment", ""))
            done = actions.arrive(by, found)
            label = done.number.label if done.number else ""
            messages.success(
                request, _("已取号 %(number)s，到点先叫。") % {"number": label}, extra_tags="green"
            )
        else:
            raise Http404(do)
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="yellow")
    return redirect("web:window", window=held.pk)


AT_WINDOW: Mapping[str, Callable[[Standing, Window], object]] = {
    "open": actions.open_window,
    "pause": actions.pause_window,
    "close": actions.close_window,
    "next": actions.call_next,
    "recall": actions.recall,
    "serve": actions.serve,
    "finish": actions.finish,
    "miss": actions.miss,
}


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest, window: int, mechanism: str, type_id: str) -> HttpResponse:
    """Open a case for the number at the window."""
    by = _standing(request)
    held = _window(by, window)
    number = at_window(held)
    if number is None:
        raise NoSuchNumber(which=str(held))
    case_type = opening.openable(mechanism, type_id, by.role, here(request, by))
    key = request.POST.get("key", "")[:64] or secrets.token_urlsafe(12)
    values: dict[str, Any] = {}
    error: GongzhiError | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                receipt = opening.open_for(
                    request, mechanism, case_type, by=by, channel=CHANNEL, key=key, into=values
                )
                actions.link_number(by, number, receipt.case)
            messages.success(
                request, _("已为%(number)s开件。") % {"number": number.label}, extra_tags="green"
            )
            return redirect("web:case", case=receipt.case)
        except GongzhiError as refusal:
            error = refusal
    context = {
        "window": held,
        "place": f"{number.label} · {held}",
        **opening.form_context(case_type, values, key, error=error),
    }
    return render(request, "web/counters/open.html", context, status=error.status if error else 200)


@never_cache
@staff()
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Figures by point and line: never by person."""
    by = _standing(request)
    days = whole(request.GET.get("days")) or PERIODS[1]
    days = days if days in PERIODS else PERIODS[1]
    until = clock.today()
    since = until - timedelta(days=days - 1)
    context = {
        "days": days,
        "periods": PERIODS,
        "since": since,
        "until": until,
        "lines": queries.line_figures(by, since, until),
        "calls": queries.call_figures(by, since, until) if may(by, "video.read") else None,
        "unused": queries.unused_items(by, since, until),
    }
    return render(request, "web/counters/figures.html", context)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Set up lines, windows and seats of my offices."""
    by = _standing(request)
    check(by, "counter.manage")
    error: GongzhiError | None = None
    if request.method == "POST":
        try:
            _add(request, by)
            messages.success(request, _("已加上。"), extra_tags="green")
            return redirect("web:counter_setup")
        except GongzhiError as refusal:
            error = refusal
    rows = Line.objects.select_related("office")
    context = {
        "lines": [
            {"row": row, "point": points.title(row.point)}
            for row in _mine(by, rows).order_by("point", "letter")
        ],
        "windows": [
            {"row": row, "point": points.title(row.point)}
            for row in _mine(by, Window.objects.select_related("office").prefetch_related("lines"))
        ],
        "seats": _mine(by, Seat.objects.select_related("office")),
        "points": points.points(""),
        "offices": _mine(by, Office.objects.filter(valid()).order_by("path"))[:200],
        "sent": request.POST,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/counters/setup.html", context, status=error.status if error else 200)


def _add(request: HttpRequest, by: Standing) -> None:
    sent = request.POST
    office = territory.office(sent.get("office", ""))
    words = sent.get("items", "").replace("，", "、").replace(",", "、").split("、")
    what = sent.get("what")
    if what == "line":
        hourly = whole(sent.get("hourly")) or 0
        actions.add_line(
            by,
            sent.get("point", ""),
            sent.get("letter", ""),
            sent.get("title", ""),
            office,
            items=words,
            hourly=hourly,
        )
    elif what == "window":
        keys = [found for value in sent.getlist("lines") if (found := whole(value)) is not None]
        lines = list(Line.objects.filter(pk__in=keys, point=sent.get("point", "")))
        number = min(whole(sent.get("number")) or 1, 999)
        actions.add_window(by, sent.get("point", ""), number, sent.get("title", ""), office, lines)
    elif what == "seat":
        actions.add_seat(by, office, sent.get("title", ""), skills=words)
    else:
        raise Http404(what)


def _mine(by: Standing, rows: Any) -> Any:
    return scope(by, "counter.manage", rows)


def _window(by: Standing, key: int) -> Window:
    found = (
        scope(by, "queue.serve", Window.objects.select_related("office__area", "post")).filter(pk=key).first()
    )
    if found is None:
        raise NoSuchNumber(which=str(key))
    return found


def _number(window: Window, key: str | None) -> QueueNumber:
    rows = QueueNumber.objects.select_related("line__office").filter(line__in=window.lines.all())
    return get_object_or_404(rows, pk=whole(key) or 0, day=clock.today())


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
