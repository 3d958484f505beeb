"""One screen for whoever is on shift: who answers now, what is open, what was written; by keyboard, in the dark, on a phone."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.cases import catalogue
from gongzhi.city.duty import actions, matters, queries
from gongzhi.city.duty.actions.writing import WRITTEN
from gongzhi.city.duty.models import DutyRoom, Handover, LogEntry, Place
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.messages import actions as calls
from gongzhi.city.messages import channels
from gongzhi.city.messages import queries as called
from gongzhi.city.web.acting import staff
from gongzhi.city.web.placing import here
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.city.web.views import opening
from gongzhi.engine.errors import GongzhiError

MECHANISM = "duty_room"
#: how what is opened here has come in
CHANNEL = "duty"
#: big buttons: case type, words, key
BUTTONS = (("emergency", "接紧急信息", "e"), ("instruction", "发指令", "i"), ("convening", "召集", "c"))


@never_cache
@staff()
@require_safe
def desk(request: HttpRequest, room: int = 0) -> HttpResponse:
    """The officer's screen; asked for by htmx it is only what changes by itself."""
    by = standing(request)
    held = queries.room_of(by, room or None)
    context = desk_context(by, held)
    live = request.headers.get("HX-Request")
    return render(request, f"web/duty/{'live' if live else 'desk'}.html", context)


def desk_context(by: Standing, room: DutyRoom) -> dict[str, Any]:
    """Who answers, what waits, whom nobody reached, the newest lines."""
    now = clock.now()
    shift, coming = queries.held_shift(room), queries.next_shift(room, now)
    found = queries.places(shift) if shift else []
    coming_places = queries.places(coming) if coming else []
    lines = queries.log(room)
    open_lines, cases = queries.open_entries(room), matters.open_at(room.office.code, now)
    return {
        "room": room,
        "rooms": list(queries.rooms(by)[:20]),
        "now": now,
        "shift": shift,
        "overdue": shift is not None and now > shift.ends,
        "places": found,
        "mine": bool(by.person) and any(each.person == by.person for each in found),
        "coming": coming,
        "coming_places": coming_places,
        "next_mine": bool(by.person) and any(each.person == by.person for each in coming_places),
        "untaken": coming if coming and coming.late_at(now) else None,
        "matters": cases,
        "open_lines": open_lines,
        "waiting": len(open_lines) + len(cases),
        "lines": lines,
        "settled": queries.settled(lines),
        "kinds": [(kind, label) for kind, label in LogEntry.Kind.choices if kind in WRITTEN],
        "to_me": called.mine(by),
        "unanswered": called.unanswered(by)[:10] if may(by, "message.read") else [],
        "channels": channels.TITLES,
        "outside": channels.outside(),
        "buttons": _buttons(by, room),
        "may_work": may(by, "duty.work", room),
        "may_plan": may(by, "duty.plan", room),
        "may_reveal": may(by, "duty.reveal", room),
    }


def _buttons(by: Standing, room: DutyRoom) -> list[dict[str, str]]:
    offered = {
        case_type.id: case_type
        for mechanism, _version, case_type in catalogue.offered()
        if mechanism == MECHANISM
    }
    return [
        {"title": _(title), "key": key, "url": reverse("web:duty_open", args=[room.pk, type_id])}
        for type_id, title, key in BUTTONS
        if type_id in offered and by.role in offered[type_id].opened_by
    ]


@never_cache
@staff()
@require_POST
def act(request: HttpRequest, room: int) -> HttpResponse:
    """One press of a button; a refusal is said on the same screen, and what was typed is kept."""
    by = standing(request)
    held = queries.room_of(by, room)
    do = request.POST.get("do", "")
    if do not in DEEDS:
        raise Http404(do)
    where = "web:duty_handover" if do in ("hand_over", "take_over") else "web:duty_room"
    try:
        if done := DEEDS[do](request, by, held):
            messages.success(request, done, extra_tags="green")
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="yellow")
        if do == "write":
            kept = {"kept": request.POST, **desk_context(by, held)}
            return render(request, "web/duty/desk.html", kept, status=error.status)
    return redirect(where, room=held.pk)


def _write(request: HttpRequest, by: Standing, room: DutyRoom) -> str:
    sent = request.POST
    actions.write_line(
        by,
        room,
        sent.get("text", ""),
        kind=sent.get("kind", "event"),
        source=sent.get("source", ""),
        phone=sent.get("phone", ""),
        case=sent.get("case", ""),
        is_open=bool(sent.get("is_open")),
    )
    return _("已记入日志。")


def _settle(request: HttpRequest, by: Standing, room: DutyRoom) -> str:
    entry = queries.entry_of(room, whole(request.POST.get("entry")) or 0)
    actions.settle(by, entry, request.POST.get("text", ""))
    return _("已了结。")


def _hand_over(request: HttpRequest, by: Standing, room: DutyRoom) -> str:
    shift = queries.shift_of(room, whole(request.POST.get("shift")) or 0)
    actions.hand_over(by, shift, request.POST.get("words", ""))
    return _("已签字交班。下一班接班之前，仍由您负责。")


def _take_over(request: HttpRequest, by: Standing, room: DutyRoom) -> str:
    shift = queries.shift_of(room, whole(request.POST.get("shift")) or 0)
    actions.take_over(by, shift, because=request.POST.get("because", ""))
    return _("已接班，从现在起由您负责。")


def _read(request: HttpRequest, by: Standing, room: DutyRoom) -> str:
    calls.read(by, called.my_message(by, request.POST.get("message", "")))
    return ""


def _send_again(request: HttpRequest, by: Standing, room: DutyRoom) -> str:
    calls.send_again(by, called.message_of(by, request.POST.get("message", "")))
    return _("正在重发。")


DEEDS: Mapping[str, Callable[[HttpRequest, Standing, DutyRoom], str]] = {
    "write": _write,
    "settle": _settle,
    "hand_over": _hand_over,
    "take_over": _take_over,
    "read": _read,
    "send_again": _send_again,
}


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest, room: int, type_id: str) -> HttpResponse:
    """Write down an emergency, an instruction or a convening; limits run from the moment at which it is sent."""
    by = standing(request)
    held = queries.room_of(by, room)
    case_type = opening.openable(MECHANISM, type_id, by.role, here(request, by))
    key = request.POST.get("key", "")[:64] or secrets.token_urlsafe(12)
    values: dict[str, Any] = opening.given(case_type, request)
    error: GongzhiError | None = None
    if request.method == "POST":
        values = {}
        try:
            receipt = opening.open_for(
                request, MECHANISM, case_type, by=by, channel=CHANNEL, key=key, into=values
            )
            messages.success(request, _("已登记，从现在起计时。"), extra_tags="green")
            return redirect("web:case", case=receipt.case)
        except GongzhiError as refusal:
            error = refusal
    context = {"room": held, **opening.form_context(case_type, values, key, error=error)}
    return render(request, "web/duty/open.html", context, status=error.status if error else 200)


@never_cache
@staff()
@require_safe
def handover(request: HttpRequest, room: int) -> HttpResponse:
    """What the next shift must know; sign it, take it over; and what was signed before."""
    by = standing(request)
    held = queries.room_of(by, room)
    now = clock.now()
    shift, coming = queries.held_shift(held), queries.next_shift(held, now)
    coming_places = queries.places(coming) if coming else []
    context = {
        "room": held,
        "shift": shift,
        "places": queries.places(shift) if shift else [],
        "coming": coming,
        "coming_places": coming_places,
        "mine": shift is not None and any(each.person == by.person for each in queries.places(shift)),
        "next_mine": any(each.person == by.person for each in coming_places),
        "items": queries.open_items(held, now),
        "note": Handover.objects.filter(before=shift).first() if shift else None,
        "past": Handover.objects.filter(room=held, after__isnull=False).order_by("-id")[:10],
        "now": now,
    }
    return render(request, "web/duty/handover.html", context)


@never_cache
@staff()
@require_POST
def reveal(request: HttpRequest, room: int) -> HttpResponse:
    """The number of somebody on duty, or of who rang; each look is written down."""
    by = standing(request)
    held = queries.room_of(by, room)
    check(by, "duty.reveal", held)
    if entry := whole(request.POST.get("entry")):
        line = queries.entry_of(held, entry)
        title, number = str(line), actions.reveal_caller(by, line, request.POST.get("purpose", ""))
    else:
        rows = Place.objects.select_related("shift__room__office__area", "user")
        place = rows.filter(shift__room=held, pk=whole(request.POST.get("place")) or 0).first()
        if place is None:
            raise Http404("place")
        title, number = place.name, actions.reveal_place(by, place)
    return render(request, "web/duty/revealed.html", {"room": held, "title": title, "number": number})


def standing(request: HttpRequest) -> Standing:
    """Who acts; the decorator ``staff`` has put it there."""
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
