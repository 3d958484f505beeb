"""The steps of a pilot: each a button, each back to its page, with what was refused said there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongzhi.city.kernel.references import Standing
from gongzhi.city.pilots import actions, computing, deciding
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError

Deed = Callable[[HttpRequest, Standing, int], str]


def _step(deed: Deed) -> Callable[..., HttpResponse]:
    """A view that does it, says so on the page of the pilot, or says there why not."""

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        by: Standing = request.standing  # type: ignore[attr-defined]
        try:
            messages.success(request, deed(request, by, pk), extra_tags="green")
        except GongzhiError as error:
            if error.status in (403, 404) and error.code != "PI004":
                raise
            said = refused(error)
            messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="red")
        return redirect("web:pilot", pk)

    return staff()(require_POST(view))  # type: ignore[return-value]


def _declare(request: HttpRequest, by: Standing, pk: int) -> str:
    row = actions.declare(by, pk)
    return _("方案已公布，指纹%(hash)s…。等另一位同志批准。") % {"hash": row.plan_hash[:12]}


def _take_back(request: HttpRequest, by: Standing, pk: int) -> str:
    actions.take_back(by, pk)
    return _("已退回起草。")


def _refuse(request: HttpRequest, by: Standing, pk: int) -> str:
    actions.refuse(by, pk, request.POST.get("reason", ""))
    return _("已退回起草，理由已告诉起草人。")


def _drop(request: HttpRequest, by: Standing, pk: int) -> str:
    actions.drop(by, pk)
    return _("已作废，留在列表里。")


def _approve(request: HttpRequest, by: Standing, pk: int) -> str:
    row = actions.approve(by, pk)
    return _("已批准，%(day)s自动开始。") % {"day": row.plan.get("starts") or ""}


def _start(request: HttpRequest, by: Standing, pk: int) -> str:
    actions.start(by, pk)
    return _("已开始。试点的地方从现在起按新的一版登记；已经在办的不受影响。")


def _amend(request: HttpRequest, by: Standing, pk: int) -> str:
    text = request.POST.get("ends", "").strip()
    try:
        ends = date.fromisoformat(text) if text else None
    except ValueError:
        ends = None
    actions.amend(by, pk, request.POST.get("text", ""), ends=ends)
    return _("修改已记下，注明了日期，结果里会一并写出。")


def _end(request: HttpRequest, by: Standing, pk: int) -> str:
    actions.end(by, pk, request.POST.get("reason", ""))
    return _("已结束。新登记的都按原来的一版，在办的按自己的一版办完。")


def _compute(request: HttpRequest, by: Standing, pk: int) -> str:
    text = request.POST.get("look", "0")
    computing.ask(by, pk, int(text) if text in ("-1", "0") or (text.isdecimal() and len(text) < 3) else 0)
    return _("在算了。可以离开这一页，回来再看。")


def _decide(request: HttpRequest, by: Standing, pk: int) -> str:
    row = deciding.decide(by, pk, request.POST.get("decision", ""), request.POST.get("reason", ""))
    return _("已定：%(decision)s。结果写进了机制的成效依据。") % {"decision": row.get_decision_display()}


declare, take_back, refuse, drop = map(_step, (_declare, _take_back, _refuse, _drop))
approve, start, amend, end = map(_step, (_approve, _start, _amend, _end))
compute, decide = map(_step, (_compute, _decide))
