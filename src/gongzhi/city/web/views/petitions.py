"""Petitions by the period that runs, receptions to come, and the files that are redacted before they are given away."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.documents import actions, queries, redacting
from gongzhi.city.documents.models import Redaction
from gongzhi.city.documents.redacting import Box, Marks
from gongzhi.city.documents.store import read
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import petitions
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.engine.errors import GongzhiError

#: files on one page of the list
SIZE = 50
MAKE, ORIGINAL = "redaction.make", "redaction.original"


def _standing(request: HttpRequest) -> Standing:
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits, by the period that runs."""
    by = _standing(request)
    context = {
        "stages": petitions.stages(by),
        "receptions": petitions.receptions(),
        "installed": petitions.is_installed(),
        "clerk": by.role == "petition_clerk",
        "may_redact": may(by, "redaction.read"),
        "now": clock.now(),
    }
    return render(request, "web/petitions.html", context)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def redactions(request: HttpRequest) -> HttpResponse:
    """The files of the post's office; a new one is taken in here."""
    by = _standing(request)
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            messages.error(request, _("请选一个文件：PDF 或者纯文本。"))
            return redirect("web:redactions")
        try:
            row = actions.start_redaction(
                by,
                sent.name or "",
                sent.read(actions.LARGEST + 1),
                title=request.POST.get("title", ""),
                about=request.POST.get("about", ""),
            )
        except GongzhiError as error:
            _tell(request, error)
            return redirect("web:redactions")
        return redirect("web:redaction", redaction=row.pk)
    context = {
        "found": queries.redactions(by)[:SIZE],
        "may_make": may(by, MAKE),
        "about": request.GET.get("about", "")[:60],
    }
    return render(request, "web/redactions.html", context)


@never_cache
@staff()
@require_safe
def redaction(request: HttpRequest, redaction: UUID) -> HttpResponse:
    """One file: its pages, what is marked and why, the copy."""
    by = _standing(request)
    row = actions.find_redaction(by, redaction)
    page = min(max(whole(request.GET.get("page")) or 1, 1), row.pages)
    context: dict[str, Any] = {
        "row": row,
        "page": page,
        "pages": range(1, row.pages + 1),
        "grounds": [(key, _(title), _(article)) for key, (title, article) in redacting.GROUNDS.items()],
        "told": [(_(redacting.GROUNDS[key][0]), n) for key, n in Marks.load(row.marks).counts().items()],
        "may_make": may(by, MAKE, row),
        "may_open": may(by, ORIGINAL, row),
        "is_pdf": row.kind == Redaction.Kind.PDF,
    }
    if context["may_open"]:
        context |= _inside(row, page)
    return render(request, "web/redaction.html", context)


def _inside(row: Redaction, page: int) -> dict[str, Any]:
    """What only those see who may see the original: the marks themselves, the text, proposals."""
    marks = Marks.load(row.marks)
    told = [(word.text, 0, word.ground) for word in marks.words]
    told += [("", box.page, box.ground) for box in marks.boxes]
    listed = [
        {"number": number, "text": text, "page": on, "ground": _(redacting.GROUNDS[ground][0])}
        for number, (text, on, ground) in enumerate(told)
    ]
    known = {word.text for word in marks.words}
    data = read(row.original_sha256)
    if row.kind == Redaction.Kind.TEXT:
        text = redacting.read_text(data) or ""
        return {"marks": listed, "text": text, "proposed": _proposed(text, known)}
    found = redacting.text_of(data)
    return {"marks": listed, "proposed": _proposed(found, known), "has_text": bool(found.strip())}


def _proposed(text: str, known: set[str]) -> list[str]:
    return [number for number in redacting.personal_numbers(text) if number not in known][:20]


@never_cache
@staff()
@require_safe
def page(request: HttpRequest, redaction: UUID, number: int) -> HttpResponse:
    """A page of the original as a picture, with what is marked so far covered half: only for those who may open the original."""
    row = actions.find_redaction(_standing(request), redaction, ORIGINAL)
    marks = Marks.load(row.marks)
    data = read(row.original_sha256)
    boxes = [*marks.boxes, *redacting.find_words(data, marks.words)]
    response = HttpResponse(redacting.picture(data, number, boxes=boxes), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@staff()
@require_POST
def mark(request: HttpRequest, redaction: UUID) -> HttpResponse:
    """Mark words, an area, or take a mark away."""
    by, what = _standing(request), request.POST.get("do", "")
    ground = request.POST.get("ground", "")
    try:
        if what == "words":
            actions.mark_words(by, redaction, request.POST.get("words", "").splitlines(), ground)
        elif what == "proposed":
            actions.mark_words(by, redaction, request.POST.getlist("word"), ground or "privacy")
        elif what == "box":
            actions.mark_box(by, redaction, _box(request, ground))
        elif what == "unmark":
            actions.unmark(by, redaction, whole(request.POST.get("number")) or 0)
        elif what == "finish":
            actions.finish_redaction(by, redaction)
            messages.success(request, _("涂好了：去掉的内容在新文件里已经找不到。"))
        elif what == "again":
            redaction = actions.redact_again(by, redaction).pk
    except GongzhiError as error:
        _tell(request, error)
    where = redirect("web:redaction", redaction=redaction)
    if number := whole(request.POST.get("page")):
        where["Location"] += f"?page={number}"
    return where


def _tell(request: HttpRequest, error: GongzhiError) -> None:
    said = refused(error)
    messages.error(request, f"{said.sentence}{said.remedy}")


def _box(request: HttpRequest, ground: str) -> Box:
    left, top, wide, high = (_share(request.POST.get(name, "")) for name in ("left", "top", "wide", "high"))
    return Box(
        page=whole(request.POST.get("page")) or 0,
        left=left,
        top=top,
        right=min(left + wide, 1.0),
        bottom=min(top + high, 1.0),
        ground=ground,
    )


def _share(text: str) -> float:
    """Percent as somebody typed it -> a share; nothing that can be read is 0, which no area may be wide."""
    try:
        found = float(text) / 100
    except ValueError:
        return 0.0
    return found if 0 <= found <= 1 else 0.0


@never_cache
@staff()
@require_safe
def file(request: HttpRequest, redaction: UUID, which: str) -> HttpResponse:
    """One of the two versions, as a file."""
    by = _standing(request)
    if which == "original":
        row, data = actions.open_original(by, redaction)
    else:
        row = actions.find_redaction(by, redaction)
        data = queries.result_of(row)
    kind = "application/pdf" if row.kind == Redaction.Kind.PDF else "text/plain; charset=utf-8"
    response = HttpResponse(data, content_type=kind if which == "copy" else "application/octet-stream")
    stem, _dot, end = row.name.rpartition(".")
    name = (
        row.name
        if which == "original"
        else f"{stem or end}-{_('涂改版')}.{'pdf' if row.kind == 'pdf' else 'txt'}"
    )
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
