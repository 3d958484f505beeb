"""Payment runs, and what a change of numbers would mean: for those who pay, approve and plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongzhi.city.benefits import actions, catalogue, queries
from gongzhi.city.benefits.errors import MonthOver, NoSuchBenefitRow
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views.benefits import typed, whole
from gongzhi.engine.errors import GongzhiError


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The newest lists, and making the list of a month."""
    by, status = _standing(request), 200
    context: dict[str, Any] = {}
    check(by, "benefit.read")
    if request.method == "POST":
        try:
            made = actions.make_run(
                by, request.POST.get("programme", ""), _month(request.POST.get("month", ""))
            )
            messages.success(request, _("正在造册，算好了在这里看。"), extra_tags="green")
            return redirect("web:payment", made.pk)
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
    known = [each for each in catalogue.programmes() if each.spec.kind == "money"]
    context |= {
        "runs": [(catalogue.known(f"{run.mechanism}.{run.programme}"), run) for run in queries.runs(by)[:40]],
        "programmes": known,
        "month": f"{clock.today():%Y-%m}",
        "may_pay": may(by, "benefit.pay"),
        "told": request.POST,
    }
    return render(request, "web/benefits/payments.html", context, status=status)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: who gets what and why; approve, send to the bank, note what came back."""
    by, status = _standing(request), 200
    context: dict[str, Any] = {}
    try:
        run = queries.run(by, pk)
    except NoSuchBenefitRow as error:
        raise Http404(pk) from error
    if request.method == "POST":
        try:
            answer = _deed(request, by, pk)
            return answer if answer is not None else redirect("web:payment", pk)
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
            run.refresh_from_db()
    only = request.GET.get("only", "")
    found = list(queries.entries(run, after=whole(request.GET.get("after")), only=only))
    context |= {
        "run": run,
        "known": catalogue.known(f"{run.mechanism}.{run.programme}"),
        "rows": found[: queries.PAGE],
        "more": found[queries.PAGE - 1].pk if len(found) > queries.PAGE else 0,
        "only": only,
        "may_pay": may(by, "benefit.pay", run),
        "may_approve": may(by, "benefit.approve", run) and run.made_by != by.person,
    }
    return render(request, "web/benefits/payment.html", context, status=status)


def _deed(request: HttpRequest, by: Standing, pk: int) -> HttpResponse | None:
    do, note = request.POST.get("do", ""), request.POST.get("note", "")
    if do == "approve":
        actions.approve(by, pk)
        messages.success(request, _("已复核，可以送银行了。"), extra_tags="green")
    elif do == "drop":
        actions.drop(by, pk, reason=note)
        messages.success(request, _("已作废，可以重新造册。"), extra_tags="green")
    elif do == "return":
        actions.return_line(by, whole(request.POST.get("line")), reason=note)
        messages.success(request, _("已记下退回，下个月一起补发。"), extra_tags="green")
    elif do == "send":
        run, content = actions.send(by, pk, purpose=note)
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{run.number}-{run.month:%Y-%m}.csv"'
        return answer
    return None


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def what_ifs(request: HttpRequest) -> HttpResponse:
    """Ask what a change would mean, and what was asked before."""
    by, status = _standing(request), 200
    context: dict[str, Any] = {}
    check(by, "benefit.study")
    chosen = catalogue.known(request.POST.get("programme") or request.GET.get("programme", ""))
    if request.method == "POST" and chosen is not None:
        changes = {
            each.name: value
            for each in queries.parameters(chosen)
            if (value := typed("number", request.POST.get(each.name, ""))) is not None and value != each.now
        }
        try:
            asked = actions.ask(by, chosen.name, changes, _month(request.POST.get("month", "")))
            return redirect("web:what_if_answer", asked.pk)
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
    known = list(catalogue.programmes())
    chosen = chosen or next(iter(known), None)
    context |= {
        "programmes": known,
        "chosen": chosen,
        "parameters": queries.parameters(chosen) if chosen else [],
        "month": f"{clock.today():%Y-%m}",
        "asked": [
            (catalogue.known(f"{each.mechanism}.{each.programme}"), each)
            for each in queries.what_ifs(by)[:20]
        ],
    }
    return render(request, "web/benefits/what_if.html", context, status=status)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gains, who loses, what it costs."""
    by = _standing(request)
    try:
        asked = queries.what_if(by, pk)
    except NoSuchBenefitRow as error:
        raise Http404(pk) from error
    known = catalogue.known(f"{asked.mechanism}.{asked.programme}")
    now = {each.name: each for each in queries.parameters(known, asked.month)} if known else {}
    changes = [(now[name], value) for name, value in asked.changes.items() if name in now]
    notes = {rule.number: rule.note for rule in known.programme.table.rules} if known else {}
    result = dict(asked.result)
    for side in ("gains", "loses"):
        result[side] = queries.persons_told(by, known, result.get(side, ()))
        for row in result[side]:
            row["why0"], row["why1"] = notes.get(row["row0"], ""), notes.get(row["row1"], "")
    context = {"asked": asked, "known": known, "changes": changes, "result": result}
    return render(request, "web/benefits/what_if_answer.html", context)


def _month(text: str) -> date:
    """``2024-03`` as its first day. Raises MonthOver."""
    try:
        return date.fromisoformat(f"{text.strip()}-01")
    except ValueError as error:
        raise MonthOver(month=text[:10]) from error


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
