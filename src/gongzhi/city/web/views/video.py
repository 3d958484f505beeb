"""办事 by video, the resident's side: ask, wait, talk, fill in what is pushed, sign, read the result. The code is the key."""

from __future__ import annotations

import json
import secrets
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import queries as case_queries
from gongzhi.city.cases.models import Case
from gongzhi.city.counters import actions, points, queries
from gongzhi.city.counters.actions import Caller
from gongzhi.city.counters.errors import BadSignal, NothingToSign, TooManySignals
from gongzhi.city.counters.models import VideoSession
from gongzhi.city.kernel.references import resident
from gongzhi.city.web.devices import meeting_servers, with_camera
from gongzhi.city.web.placing import here
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views import opening
from gongzhi.engine.errors import GongzhiError

#: bytes of one question of a page, and messages in it
LARGEST, MOST = 400_000, 40
CHANNEL = "video"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """What for, and who: then the queue. Or leave a number to be called back, which needs neither camera nor scripts."""
    sent = request.POST if request.method == "POST" else request.GET
    error: GongzhiError | None = None
    if request.method == "POST":
        caller = Caller(
            name=sent.get("name", ""), phone=sent.get("phone", ""), id_number=sent.get("id_number", "")
        )
        try:
            made = actions.ask_video(
                resident(""),
                caller,
                skill=sent.get("skill", ""),
                words=sent.get("words", ""),
                point=sent.get("point", ""),
                later="later" in sent,
            )
            return redirect("web:video", code=made.code)
        except GongzhiError as refusal:
            error = refusal
    context = {
        "skills": queries.skills(),
        "sent": sent,
        "point": points.point(sent["point"]) if sent.get("point") else None,
        "seats": queries.seats_for(""),
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/counters/video_ask.html", context, status=error.status if error else 200)


@never_cache
@with_camera
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The page of the call, from the queue to the result."""
    session = queries.session_by_code(code)
    if session.state != "calling":  # a call back is answered by a page that has scripts, not by looking at it
        session = actions.rejoin(session, resident(""))
    context = panel_context(session) | {"servers": meeting_servers(str(session.pk))}
    return render(request, "web/counters/video.html", context)


@never_cache
@require_safe
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """What stands beside the picture now; a fragment."""
    return render(request, "web/counters/video_panel.html", panel_context(queries.session_by_code(code)))


@never_cache
@require_POST
def poll(request: HttpRequest, code: str) -> JsonResponse:
    """A sign of life, messages for the seat, and what the seat has said."""
    session = actions.rejoin(queries.session_by_code(code), resident(""))
    session = actions.drop_if_silent(session, "caller")
    return exchange(request, session, "caller")


def exchange(request: HttpRequest, session: VideoSession, side: str) -> JsonResponse:
    """``{round, after, fresh, say: [{kind, data}]}`` in; the state of the call and what the other side said out."""
    try:
        asked = read(request)
        if asked.get("fresh") is True:
            session = actions.begin_page(session, side)
        for each in asked.get("say", [])[:MOST]:
            actions.say(session, side, str(each["kind"]), each["data"], int(asked["round"]))
        after = int(asked.get("after", 0)) if asked.get("round") == session.round else 0
    except (BadSignal, TooManySignals):
        after = 0  # said into a connection that is over: the page hears of the new one below
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSignal(why=type(error).__name__) from error
    return JsonResponse(
        {
            "state": session.state,
            "live": session.is_live,
            "ended": session.is_ended,
            "round": session.round,
            "heard": actions.heard(session, side, after) if session.is_live else [],
            "stamp": stamp(session, side),
        }
    )


def read(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a page's question. ValueError."""
    if len(request.body) > LARGEST:
        raise ValueError("too long")
    asked = json.loads(request.body or b"{}")
    if not isinstance(asked, dict) or not isinstance(asked.get("say", []), list):
        raise ValueError("not a question")
    return asked


def stamp(session: VideoSession, side: str) -> str:
    """Changes when the panel of this side must be drawn anew, and only then: what is being typed there stays."""
    seen: list[Any] = [session.state, session.form, session.case, bool(session.to_sign), session.identity]
    if session.state == "waiting" and side == "caller":
        seen += [queries.place_of(session), queries.seats_for(session.skill)]
    return "|".join(map(str, seen))


def panel_context(session: VideoSession, **more: Any) -> dict[str, Any]:
    """What the resident's panel shows of a session."""
    context: dict[str, Any] = {
        "session": session,
        "stamp": stamp(session, "caller"),
        "ahead": queries.place_of(session) if session.state == "waiting" else 0,
        "seats": queries.seats_for(session.skill),
        "case": Case.objects.filter(pk=session.case).first() if session.case else None,
    }
    if session.form and session.is_live:
        mechanism, type_id = opening.parts(session.form)
        case_type = opening.openable(mechanism, type_id, "resident")
        context |= opening.form_context(case_type, {}, secrets.token_urlsafe(12), item=session.form_item)
    return context | more


@never_cache
@require_POST
def fill_in(request: HttpRequest, code: str) -> HttpResponse:
    """The pushed form, filled in by the person themselves: the case is theirs, and the call knows it."""
    session = queries.session_by_code(code)
    mechanism, type_id = opening.parts(session.form)
    case_type = opening.openable(mechanism, type_id, "resident", here(request))
    key = request.POST.get("key", "")[:48] or secrets.token_urlsafe(12)
    guest, values = resident(f"guest:{key}"), dict[str, Any]()
    try:
        with transaction.atomic():
            receipt = opening.open_for(
                request, mechanism, case_type, by=guest, channel=CHANNEL, key=key, into=values
            )
            session = actions.link_session(guest, session, receipt.case)
    except GongzhiError as error:
        more = opening.form_context(case_type, values, key, item=session.form_item, error=error)
        return answer(request, session, more, error.status)
    return answer(request, session)


@never_cache
@require_POST
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """The signature from the screen: looked into like every file, attached to the case, noted in the call."""
    session = queries.session_by_code(code)
    picture = request.FILES.get("signature")
    try:
        if picture is None or not session.to_sign or not session.case:
            raise NothingToSign
        with transaction.atomic():
            case = Case.objects.get(pk=session.case)
            _row, reporter = case_queries.by_tracking_code(case.tracking_code)
            row = cases.upload(_("签名.png"), cast(BinaryIO, picture), by=reporter)
            cases.attach(
                case.pk, [row.pk], by=reporter, words=_("视频办事时在屏幕上签名：") + session.to_sign
            )
            session = actions.sign(session, reporter, row.sha256)
    except GongzhiError as error:
        return answer(request, session, {"refusal": refused(error)}, error.status)
    return answer(request, session)


@never_cache
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Hang up: nothing more is needed."""
    session = actions.hang_up(queries.session_by_code(code), resident(""))
    return answer(request, session)


def answer(
    request: HttpRequest, session: VideoSession, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The panel for a page with scripts; for one without, the whole page again, or with what was refused in it."""
    context = panel_context(session, **(more or {}))
    if request.headers.get("HX-Request"):
        # htmx draws what comes with 200 only; the refusal is in the panel
        return render(request, "web/counters/video_panel.html", context)
    if status == 200:
        return redirect("web:video", code=session.code)
    context["servers"] = meeting_servers(str(session.pk))
    return render(request, "web/counters/video.html", context, status=status)
