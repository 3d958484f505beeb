"""From draft to release: what changes, asking, and the decision of a second person."""

from __future__ import annotations

import difflib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views.workshop import frame, standing
from gongzhi.city.workshop import actions, queries, trying
from gongzhi.engine.errors import GongzhiError

#: lines of a difference that are shown of one file
MOST_LINES = 400


@staff()
@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What is different from the version that runs now: in words, and line by line."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, refusal: Any = None) -> HttpResponse:
    by = standing(request)
    found = queries.draft(by, pk)
    trial = trying.of_draft(found)
    context = {
        **frame(by, found, "changes"),
        "trial": trial,
        "changes": trying.changes(found, trial),
        "files": list(_differences(queries.base_files(found), queries.contents(found))),
        "report": trial.report,
        "refusal": refusal,
        "sent": request.POST,
    }
    return render(request, "web/workshop/changes.html", context, status=409 if refusal else 200)


def _differences(old: Any, new: Any) -> Any:
    """(path, [(sign, line)…]) of every file that is not the same."""
    for path in sorted({*old, *new}):
        before, after = old.get(path, b""), new.get(path, b"")
        if before == after:
            continue
        lines = difflib.unified_diff(
            before.decode("utf-8", "replace").splitlines(),
            after.decode("utf-8", "replace").splitlines(),
            n=2,
            lineterm="",
        )
        yield path, [(line[:1], line[1:]) for line in list(lines)[2 : MOST_LINES + 2]]


@staff()
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the release."""
    try:
        actions.ask(pk, request.POST.get("words", ""), standing(request))
    except GongzhiError as error:
        return _refused(request, pk, error)
    messages.success(request, _("已送审。发布要由没有改过它的人来定。"), extra_tags="green")
    return redirect("web:workshop_draft", pk)


@staff()
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on editing."""
    try:
        actions.take_back(pk, standing(request))
    except GongzhiError as error:
        return _refused(request, pk, error)
    return redirect("web:workshop_draft", pk)


@staff()
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it aside."""
    try:
        actions.drop(pk, standing(request))
    except GongzhiError as error:
        return _refused(request, pk, error)
    return redirect("web:workshop")


@staff()
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release it, or send it back with what must be mended."""
    by, answer = standing(request), request.POST.get("answer", "")
    try:
        if request.POST.get("do") in ("release", "ready"):
            active = request.POST["do"] == "release"
            done = actions.release(pk, request.POST.get("digest", ""), answer, by, activate=active)
            words = (
                _("%(version)s版已发布：新事项按它办，正在办的不受影响。")
                if active
                else _("%(version)s版已备好，还没有地方在用：可以拿去试点。")
            )
            said = words % {"version": done.version}
            messages.success(request, said, extra_tags="green")
        else:
            actions.send_back(pk, answer, by)
            messages.success(request, _("已退回起草人。"), extra_tags="green")
    except GongzhiError as error:
        return _refused(request, pk, error)
    return redirect("web:workshop_draft", pk)


def _refused(request: HttpRequest, pk: int, error: GongzhiError) -> HttpResponse:
    shown = refused(error)
    return _page(request, pk, {"code": shown.code, "sentence": shown.sentence, "remedy": shown.remedy})
