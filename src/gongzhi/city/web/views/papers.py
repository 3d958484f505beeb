"""Papers as files, the papers of an office, the use of somebody's paper, and the seals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.cases import queries as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.documents import actions, queries
from gongzhi.city.documents.models import PaperUse, SealCertificate
from gongzhi.city.kernel import permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import paper_files, sealing_papers
from gongzhi.city.mechanisms import queries as mechanisms
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError

PAGE = 50


@never_cache
@staff()
@require_safe
def pdf(request: HttpRequest, case: UUID, paper: int) -> HttpResponse:
    """A paper of a case that I may read, as PDF."""
    found, row = _paper(request, case, paper)
    return _file(found, paper_files.staff_pdf(_standing(request), row, found))


@never_cache
@require_safe
def mine(request: HttpRequest, code: str, paper: int) -> HttpResponse:
    """A paper addressed to whoever holds the tracking code, as PDF."""
    row, _by = cases.by_tracking_code(code)
    found, data = paper_files.reporter_pdf(row.pk, paper)
    return _file(found, data)


@staff()
@require_POST
def seal_again(request: HttpRequest, case: UUID, paper: int) -> HttpResponse:
    """Have a waiting paper sealed now."""
    found, _row = _paper(request, case, paper)
    state = sealing_papers.retry(_standing(request), found)
    if state == Paper.State.SEALED:
        messages.success(request, _("已盖章。"), extra_tags="green")
    else:
        found.refresh_from_db()
        messages.error(request, paper_files.trouble_words(found), extra_tags="red")
    return redirect("web:case", case=case)


@never_cache
@staff()
@require_safe
def office_papers(request: HttpRequest) -> HttpResponse:
    """Papers that my office sealed, newest first."""
    by = _standing(request)
    permissions.check(by, "paper.withdraw")
    rows = queries.sealed_by_office(by)
    after = request.GET.get("after", "")
    if after:
        try:
            rows = rows.filter(pk__lt=UUID(after))
        except ValueError as error:
            raise Http404(after) from error
    found = list(rows[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return render(request, "web/office_papers.html", {"papers": found[:PAGE], "more": more})


@staff()
@require_POST
def withdraw(request: HttpRequest, paper: UUID) -> HttpResponse:
    """Take a sealed paper back."""
    by = _standing(request)
    found = get_object_or_404(queries.sealed_by_office(by), pk=paper)
    _done(request, lambda: actions.withdraw_paper(by, found, request.POST.get("reason", "")), _("已撤回。"))
    return redirect("web:office_papers")


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest) -> HttpResponse:
    """Use somebody's paper by its code: for what, and how they agreed."""
    by, error = _standing(request), None
    permissions.check(by, "paper.use")
    if request.method == "POST":
        purpose, consent, basis = (request.POST.get(name, "") for name in ("purpose", "consent", "basis"))
        try:
            noted = actions.record_use(
                by, request.POST.get("code", ""), purpose=purpose, consent=consent, basis=basis
            )
        except GongzhiError as refusal:
            error = refusal
        else:
            messages.success(request, _("已记下，持有人看得到这次使用。"), extra_tags="green")
            return redirect("web:verified", code=noted.paper.code)
    context = {
        "refusal": refused(error) if error else None,
        "typed": request.POST or {"code": request.GET.get("code", "")},
        "consents": PaperUse.Consent.choices,
    }
    return render(request, "web/use_paper.html", context, status=error.status if error else 200)


@never_cache
@staff()
@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """Certificates with their state."""
    by = _standing(request)
    permissions.check(by, "seal.manage")
    return render(request, "web/seals.html", {"seals": list(queries.seals(by)[:500])})


@staff()
@require_POST
def change_seal(request: HttpRequest, seal: int, verb: str) -> HttpResponse:
    """Suspend, resume, revoke or renew a certificate."""
    if verb not in VERBS:
        raise Http404(verb)
    by, reason = _standing(request), request.POST.get("reason", "")
    row = get_object_or_404(queries.seals(by), pk=seal)
    _done(request, lambda: VERBS[verb](by, row, reason), _("已办好。"))
    return redirect("web:seals")


VERBS: Mapping[str, Callable[[Standing, SealCertificate, str], object]] = {
    "suspend": actions.suspend_certificate,
    "resume": actions.resume_certificate,
    "revoke": actions.revoke_certificate,
    "renew": lambda by, row, _reason: actions.renew_certificate(by, row),
}


def _paper(request: HttpRequest, case: UUID, paper: int) -> tuple[Paper, Case]:
    page = cases.case_page(_standing(request), case)
    found = mechanisms.papers(page.row.pk).select_related("sealed").filter(pk=paper).first()
    if found is None or page.blind:
        raise Http404(paper)
    return found, page.row


def _done(request: HttpRequest, deed: Callable[[], object], words: str) -> None:
    try:
        deed()
    except GongzhiError as error:
        told = refused(error)
        messages.error(request, f"{told.sentence}{told.remedy}", extra_tags="red")
    else:
        messages.success(request, words, extra_tags="green")


def _file(paper: Paper, data: bytes) -> HttpResponse:
    name = quote(f"{paper.title}{paper.number}.pdf")
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _standing(request: HttpRequest) -> Standing:
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by
