"""办事 by video, the seat's side: be free, answer, check who it is, push a form, have it signed, say the result, call back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.cases.models import Case
from gongzhi.city.counters import actions, points, queries
from gongzhi.city.counters.actions.handling import DIGITS
from gongzhi.city.counters.models import Seat, VideoSession
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.actions import reveal
from gongzhi.city.people.queries import masked
from gongzhi.city.web.acting import staff
from gongzhi.city.web.devices import meeting_servers, with_camera
from gongzhi.city.web.placing import here
from gongzhi.city.web.refusals import Refusal, refused
from gongzhi.city.web.views import opening
from gongzhi.city.web.views.video import CHANNEL, exchange, stamp
from gongzhi.engine.errors import GongzhiError


@never_cache
@staff()
@require_safe
def desk(request: HttpRequest, seat: int) -> HttpResponse:
    """My seat: who waits, whom to call back; the page asks anew every few seconds and so says that I am there."""
    by = _standing(request)
    held = get_object_or_404(Seat.objects.select_related("office", "post"), pk=seat)
    check(by, "video.answer", held)
    mine = str(held.post_id) == by.post
    if mine:
        actions.seat_is_here(held)
    board = queries.seat_board(by, held)
    if board.current is not None and mine and not request.headers.get("HX-Request"):
        return redirect("web:call_page", key=board.current.pk)
    context = {"board": board, "seat": held, "mine": mine, "titles": points.title}
    template = "seat_live.html" if request.headers.get("HX-Request") else "seat.html"
    return render(request, f"web/counters/{template}", context)


@never_cache
@staff()
@require_POST
def act(request: HttpRequest, seat: int) -> HttpResponse:
    """Sit down, go away, leave, answer, call back."""
    by = _standing(request)
    held = get_object_or_404(Seat.objects.select_related("office", "post"), pk=seat)
    do, key = request.POST.get("do", ""), request.POST.get("session", "")
    try:
        if do in SITTING:
            SITTING[do](by, held)
            return redirect("web:seat", seat=seat)
        session = get_object_or_404(VideoSession, pk=UUID(key)) if key else None
        if do == "answer":
            taken = actions.answer(by, held, session)
        elif do == "call_back" and session is not None:
            taken = actions.call_back(by, held, session)
        else:
            raise Http404(do)
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="yellow")
        return redirect("web:seat", seat=seat)
    except ValueError as error:
        raise Http404(key) from error
    return redirect("web:call_page", key=taken.pk)


SITTING: Mapping[str, Callable[[Standing, Seat], Seat]] = {
    "sit": actions.sit_down,
    "away": actions.go_away,
    "leave": actions.leave_seat,
}


@never_cache
@with_camera
@staff()
@require_safe
def call(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of a call: the picture, and what is done beside it."""
    session = queries.session_of_seat(_standing(request), key)
    context = call_context(session) | {"servers": meeting_servers(str(session.pk))}
    return render(request, "web/counters/call.html", context)


@never_cache
@staff()
@require_safe
def panel(request: HttpRequest, key: UUID) -> HttpResponse:
    """What stands beside the picture now; a fragment."""
    session = queries.session_of_seat(_standing(request), key)
    return render(request, "web/counters/call_panel.html", call_context(session))


@never_cache
@staff()
@require_POST
def poll(request: HttpRequest, key: UUID) -> JsonResponse:
    """A sign of life of the seat, messages for the caller, and what the caller has said."""
    session = queries.session_of_seat(_standing(request), key)
    if session.seat is not None and session.state in VideoSession.HELD:
        actions.seat_is_here(session.seat, session)
    return exchange(request, actions.drop_if_silent(session, "seat"), "seat")


def call_context(session: VideoSession, **more: Any) -> dict[str, Any]:
    """What the seat's panel shows of a session: nothing of the person but what is masked."""
    return {
        "session": session,
        "stamp": stamp(session, "seat"),
        "name": masked(session, "name"),
        "phone": masked(session, "phone"),
        "digits": DIGITS,
        "point": points.title(session.point) if session.point else "",
        "forms": opening.forms_for("resident"),
        "own_forms": opening.forms_for("seat"),
        "case": Case.objects.filter(pk=session.case).first() if session.case else None,
        **more,
    }


@never_cache
@staff()
@require_POST
def handle(request: HttpRequest, key: UUID) -> HttpResponse:
    """One deed in the call; the panel comes back, the picture stays."""
    by = _standing(request)
    session = queries.session_of_seat(by, key)
    does = DEEDS.get(request.POST.get("do", ""))
    if does is None:
        raise Http404(key)
    refusal: Refusal | None = None
    more: dict[str, Any] = {}
    try:
        more = does(request, by, session) or {}
    except GongzhiError as error:
        refusal = refused(error)
    session = queries.session_of_seat(by, key)
    context = call_context(session, refusal=refusal, **more)
    if request.headers.get("HX-Request"):
        return render(request, "web/counters/call_panel.html", context)
    return render(request, "web/counters/call.html", context | {"servers": meeting_servers(str(session.pk))})


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest, key: UUID) -> HttpResponse:
    """The seat fills a form in for the caller (on the phone, or for somebody who can't)."""
    by = _standing(request)
    session = queries.session_of_seat(by, key)
    sent = request.POST if request.method == "POST" else request.GET
    form = sent.get("form", "")
    mechanism, type_id = opening.parts(form)
    case_type = opening.openable(mechanism, type_id, by.role, here(request, by))
    token = sent.get("key", "")[:64] or secrets.token_urlsafe(12)
    values: dict[str, Any] = {}
    error: GongzhiError | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                receipt = opening.open_for(
                    request, mechanism, case_type, by=by, channel=CHANNEL, key=token, into=values
                )
                session = actions.link_session(by, session, receipt.case)
            return render(request, "web/counters/call_panel.html", call_context(session))
        except GongzhiError as refusal:
            error = refusal
    context = call_context(session) | opening.form_context(case_type, values, token, error=error)
    return render(request, "web/counters/call_panel.html", context | {"form": form})


def _identify(request: HttpRequest, by: Standing, session: VideoSession) -> None:
    sent = request.POST
    actions.identify(
        by, session, how=sent.get("how", ""), name=sent.get("name", ""), digits=sent.get("digits", "")
    )


def _push(request: HttpRequest, by: Standing, session: VideoSession) -> None:
    form = request.POST.get("form", "")
    opening.openable(*opening.parts(form), "resident")
    actions.push_form(by, session, form, request.POST.get("item", "").strip())


def _reveal(request: HttpRequest, by: Standing, session: VideoSession) -> dict[str, Any]:
    purpose = request.POST.get("purpose", "") or _("掉线或留号，电话回拨")
    return {"shown_phone": reveal(by, session, "phone", purpose, about=session)}


Deed = Callable[[HttpRequest, Standing, VideoSession], dict[str, Any] | None]
DEEDS: Mapping[str, Deed] = {
    "identify": _identify,
    "push": _push,
    "take_back": lambda request, by, session: _nothing(actions.take_form_back(by, session)),
    "ask_signature": lambda request, by, session: _nothing(
        actions.ask_signature(by, session, request.POST.get("words", ""))
    ),
    "again": lambda request, by, session: _nothing(actions.connect_again(by, session)),
    "finish": lambda request, by, session: _nothing(
        actions.finish_call(by, session, request.POST.get("result", ""))
    ),
    "not_reached": lambda request, by, session: _nothing(actions.not_reached(by, session)),
    "reveal": _reveal,
}


def _nothing(done: VideoSession) -> None:
    """What the panel shows is read anew."""


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
