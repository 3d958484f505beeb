"""Following one's own matter by its code: who holds it, which step, until when, what next; and what one may say."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.actions.drafting import has_draft
from gongzhi.city.cases.errors import StaffMayNotRate
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.models.rating import Channel
from gongzhi.city.kernel import ids
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.chains import chain
from gongzhi.city.mechanisms.parts import parts_of
from gongzhi.city.web.acting import acting_post
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.engine.errors import GongzhiError

LONGEST = 1000
#: by which ways a link to the verdict may say that it came
CAME_BY = frozenset({Channel.WEB, Channel.QR, Channel.WINDOW, Channel.TERMINAL, Channel.VIDEO})


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From the code that a person typed to its page; a slip of the pen is told at once."""
    typed = request.GET.get("code", "")
    code = ids.read_tracking_code(typed) if typed else None
    if code and (Case.objects.filter(tracking_code=code).exists() or queries.has_code(code)):
        return redirect("web:tracking", code=code)
    if code and has_draft(code):
        return redirect("web:draft", code=code)
    return render(request, "web/track.html", {"typed": typed}, status=404 if typed else 200)


@never_cache
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The page of the matter, and what the reporter can do now."""
    if queries.has_code(code):
        return render(request, "web/clean/state.html", {"progress": queries.progress(code)})
    row, reporter = queries.by_tracking_code(code)
    context = {
        "tracking": queries.tracking_of(row, reporter),
        "parts": parts_of(row),
        "row": row,
        "chain": chain(row),
        "spaced": ids.spaced(ids.read_tracking_code(code) or ""),
        "new": "new" in request.GET,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "web/tracking.html", context)


@never_cache
@require_safe
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The verdict by itself, large and short: where a receipt's QR code or a terminal leads."""
    came = request.GET.get("from", "")
    context = {
        "tracking": queries.tracking(code),
        "channel": came if came in CAME_BY else Channel.WEB,
        "staff": acting_post(request) is not None,
    }
    return render(request, "web/rate.html", context)


@require_POST
def say(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Answer a question, add a word, urge, withdraw, rate: one small form each."""
    if what not in SAYINGS:
        raise Http404(what)
    row, by = queries.by_tracking_code(code)
    try:
        messages.success(request, SAYINGS[what](request, row, by), extra_tags="green")
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="red")
    return redirect("web:tracking", code=row.tracking_code)


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "").strip()[:LONGEST]


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:64]


def _answer(request: HttpRequest, row: Case, by: Standing) -> str:
    actions.act(row.pk, "answer", {"text": _text(request)}, by=by, key=_key(request))
    return _("收到您的回答，已转给办理单位。")


def _note(request: HttpRequest, row: Case, by: Standing) -> str:
    actions.act(row.pk, "note", {"text": _text(request)}, by=by, key=_key(request))
    return _("已记在这件事下面，办理单位会看到。")


def _urge(request: HttpRequest, row: Case, by: Standing) -> str:
    actions.act(row.pk, "urge", {"text": _text(request)}, by=by, key=_key(request))
    return _("已催办，现在办理的单位会收到提醒。")


def _withdraw(request: HttpRequest, row: Case, by: Standing) -> str:
    actions.act(row.pk, "withdraw", {"reason": _text(request)}, by=by, key=_key(request))
    return _("已撤回，这件事不再办理。")


def _rate(request: HttpRequest, row: Case, by: Standing) -> str:
    sent = request.POST
    stars = sent.get("stars", "")
    if acting_post(request) is not None:
        raise StaffMayNotRate()
    actions.rate(
        row.pk,
        by=by,
        stars=whole(stars) or 0,
        contacted={"yes": True, "no": False}.get(request.POST.get("contacted", "")),
        solved={"yes": True, "no": False}.get(request.POST.get("solved", "")),
        words=_text(request),
        channel=sent.get("channel") or "web",
        dimensions=sent.getlist("dimensions"),
        publishable="publishable" in sent,
    )
    return _("谢谢您的评价，已经记下。办理单位改不了它。")


SAYINGS: Mapping[str, Callable[[HttpRequest, Case, Standing], str]] = {
    "answer": _answer,
    "note": _note,
    "urge": _urge,
    "withdraw": _withdraw,
    "rate": _rate,
}
