"""Verification for everybody: by the code beside the QR, or with the file itself. No login, and nothing about the holder."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.documents import queries, verification
from gongzhi.city.documents.errors import NoSuchPaper, NotAPdf
from gongzhi.city.documents.models import SealedPaper
from gongzhi.city.kernel import clock, ids
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import SHANGHAI


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict as people read it."""

    colour: str
    title: str
    words: str


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where a code is typed or a file chosen."""
    typed = request.GET.get("code", "")[:40]
    code = ids.read_verification_code(typed) if typed else None
    if code:
        return redirect("web:verified", code=code)
    return _asking(request, NoSuchPaper() if typed else None, typed)


@never_cache
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """What stands behind a code: title, office, masked holder, dates, status."""
    try:
        found = queries.by_code(code)
    except NoSuchPaper as error:
        return _asking(request, error, code[:40])
    result = found.standing(clock.now().astimezone(SHANGHAI).date())
    if result == "valid" and not verification.in_force(found.certificate, found.signed_at):
        result = "untrusted"
    return render(request, "web/verified.html", {"said": said(result, found, by_code=True), "paper": found})


@never_cache
@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """Look at a file; it is forgotten as soon as it was answered."""
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > verification.MOST_BYTES:
        why = _("没有选文件") if given is None else _("文件太大")
        return _asking(request, NotAPdf(why=why))
    try:
        verdict = verification.verify(given.read())
    except NotAPdf as error:
        return _asking(request, error)
    context = {"said": said(verdict.result, verdict.paper), "paper": verdict.paper, "verdict": verdict}
    return render(request, "web/verified.html", context)


def said(result: str, paper: SealedPaper | None, *, by_code: bool = False) -> Said:
    """The verdict in plain words. A code says only what was sealed: somebody may have copied it onto another paper."""
    if result == "valid" and by_code and paper is not None and paper.ink != "blue":
        return Said("green", _("登记有效"), _("这个核验码的文书登记在案，现在有效。请与手里的文书逐项核对。"))
    if result == "valid" and paper is not None and paper.ink == "blue":
        return Said(
            "yellow", _("真实，但只是模拟审批意见"), _("蓝章文书不产生法律效力，转为红章的正式文书后才能用。")
        )
    return {
        "valid": Said("green", _("有效"), _("由下列单位出具，内容没有改动，现在有效。")),
        "altered": Said(
            "red", _("被改动"), _("这个文件与单位盖章时的不一样，不要采信。请向出具单位要原件。")
        ),
        "withdrawn": Said("red", _("已撤回"), _("出具单位已经撤回这份文书，不能再使用。")),
        "replaced": Said("yellow", _("已被新文书替换"), _("请使用新的文书。")),
        "expired": Said("yellow", _("已过有效期"), _("文书是真的，但有效期已过。")),
        "early": Said("yellow", _("还没有生效"), _("文书是真的，但还没有到生效的日子。")),
        "untrusted": Said("red", _("印章证书当时无效"), _("盖章时所用的证书已被吊销，请向出具单位核实。")),
        "foreign": Said("red", _("不是本平台签发"), _("本平台没有签发过这个文件，无法核验真假。")),
    }[result]


def _asking(request: HttpRequest, error: GongzhiError | None = None, typed: str = "") -> HttpResponse:
    context = {"typed": typed, "refusal": refused(error) if error else None}
    return render(request, "web/verify.html", context, status=error.status if error else 200)
