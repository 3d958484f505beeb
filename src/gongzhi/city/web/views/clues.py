"""Clues: anybody writes one, the discipline post reads them, each opening for a purpose.

Nothing on the list says what is in a clue, and nothing that is opened stays in a browser. The page for submitting asks nobody
to sign in and remembers nobody who has.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries import CasePage
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.web.acting import acting_post, staff
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError

MECHANISM = "clues"
#: what may be submitted: part of the address -> case type
KINDS = {"clue": "clue", "reprisal": "reprisal"}
SIZE = 200
#: who submits from which post is told by the kind of source alone, sealed like everything else
SOURCES = {"grid_worker": "网格员反映", "village_supervisor": "村务监督员反映", "audit_officer": "审计移交"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, kind: str) -> HttpResponse:
    """The form, and after it the code: shown once, kept nowhere with a name."""
    case_type = _openable(kind)
    by, values = resident(""), {"source": _source(request)}
    context: dict[str, Any] = {"case_type": case_type, "kind": kind, "key": secrets.token_urlsafe(24)}
    error: GongzhiError | None = None
    if request.method == "POST":
        values = {}
        key = context["key"] = request.POST.get("key", "")[:64] or context["key"]
        try:
            entered(case_type, case_type.opening, request, by=by, into=values)
            receipt = actions.open_case(MECHANISM, case_type.id, values, by=by, channel="web", key=key)
            return render(request, "web/clean/submitted.html", {"code": receipt.tracking_code})
        except GongzhiError as refusal:
            error = refusal
    errors = fields_of(error) if error else {}
    context["controls"] = controls(case_type, case_type.opening, values=values, errors=errors)
    context["refusal"] = refused(error) if error else None
    return render(request, "web/clean/submit.html", context, status=error.status if error else 200)


def _openable(kind: str) -> CaseType:
    try:
        return catalogue.current(MECHANISM, KINDS.get(kind, ""))
    except NoSuchCaseType as error:
        raise Http404(kind) from error


def _source(request: HttpRequest) -> str:
    post = acting_post(request)
    return SOURCES.get(post.role, "群众反映") if post else "群众反映"


@never_cache
@staff()
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Number, step, due time: what the post must do. Not a word of what anybody said."""
    by = _standing(request)
    check(by, "clue.read")
    rows = list(queries.confined_cases(by)[: SIZE + 1])
    mine = {task.case_id: task for task in queries.my_tasks(by, size=SIZE).rows if task.case.confined}
    at = clock.now()
    lines = [_line(row, mine.get(row.pk), at) for row in rows[:SIZE]]
    context = {
        "open": [each for each in lines if not each["row"].ended],
        "ended": [each for each in lines if each["row"].ended],
        "more": len(rows) > SIZE,
    }
    return render(request, "web/clean/clues.html", context)


def _line(row: Case, task: Any, at: Any) -> dict[str, Any]:
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    return {
        "row": row,
        "type": case_type.title,
        "step": case_type.step_title(task.step) if task else "",
        "light": row.light(at),
        "end": case_type.ends.get(row.ended, ""),
        "until": queries.keeps_until(case_type, row),
    }


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest, case: UUID) -> HttpResponse:
    """One clue: who opened it for what; its content only in answer to a purpose."""
    by = _standing(request)
    page = queries.case_page(by, case)
    if page.case_type.confined is None:
        return redirect("web:case", case)
    context: dict[str, Any] = {
        "page": page,
        "row": page.row,
        "purposes": page.case_type.confined.purposes,
        "openings": _openings(page),
        "destroyed": next((each.at for each in page.history if each.kind == "destroyed"), None),
        "until": queries.keeps_until(page.case_type, page.row),
    }
    status = 200
    if request.method == "POST":
        try:
            said = actions.open_confined(case, by=by, purpose=request.POST.get("purpose", "")[:120])
            context["said"] = _said(page, said)
            context["purpose"] = request.POST.get("purpose", "")
            # this opening stands in the record by now
            context["openings"] = _openings(queries.case_page(by, case))
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
    return render(request, "web/clean/clue.html", context, status=status)


def _openings(page: CasePage) -> list[Any]:
    return [each for each in page.history if each.kind == "revealed"]


def _said(page: CasePage, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    private = [each for each in page.case_type.form.fields if each.privacy == "clue"]
    return [(each.label, values.get(each.id)) for each in private if values.get(each.id) not in (None, "")]


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
