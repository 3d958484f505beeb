"""The desk: what is mine to do, what my office has, and lists that stay fast however much was ever closed."""

from __future__ import annotations

import secrets
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.cases.errors import BadFilter
from gongzhi.city.cases.models import Task
from gongzhi.city.cases.queries import CaseFilter
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import queries as mechanisms
from gongzhi.city.web.acting import staff
from gongzhi.city.web.choices import area_options, colleagues, office_options
from gongzhi.city.web.sent import whole
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant

#: filters of a list that are words of the address
WORDS = tuple(each.name for each in fields(CaseFilter) if not each.name.endswith(("_from", "_until")))
#: and those that are instants: the figures of the board use them
INSTANTS = tuple(each.name for each in fields(CaseFilter) if each.name not in WORDS)
LIGHTS = ("red", "yellow", "green")
CALLER = "caller"


@never_cache
@staff()
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """My tasks, most urgent first. Whoever calls back works from a drawn list instead."""
    by = _standing(request)
    if by.role == CALLER:
        return redirect("web:calls")
    if not may(by, "case.act"):
        return redirect("web:cases" if may(by, "case.list") else "web:mechanisms")
    asked = {name: request.GET.get(name, "") for name in ("light", "step", "mechanism")}
    page = queries.my_tasks(
        by,
        light=asked["light"],
        step=asked["step"],
        mechanism=asked["mechanism"],
        mine="mine" in request.GET,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "rows": [_task_row(task) for task in page.rows],
        "after": page.after,
        "asked": asked,
        "mine": "mine" in request.GET,
        "steps": _steps(by.role),
        "lights": LIGHTS,
        "first": page.rows[0] if page.rows else None,
        "colleagues": colleagues(by),
        "query": _query(request),
        "key": secrets.token_urlsafe(9),
        "may_intake": may(by, "case.open"),
        "notices": list(mechanisms.notices(by, most=5)),
    }
    return render(request, "web/desk.html", context)


@staff()
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Note that messages were read."""
    ids = [found for value in request.POST.getlist("notice") if (found := whole(value)) is not None]
    mechanisms.mark_read(_standing(request), ids)
    return redirect("web:desk")


@never_cache
@staff()
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Cases within my sight: by light, due time, office, area, category, words."""
    by = _standing(request)
    filter = _filter(request)
    order = request.GET.get("order") or ("due" if filter.state == "open" else "newest")
    page = queries.cases(by, filter, order=order, cursor=request.GET.get("cursor", ""))
    now = clock.now()
    context = {
        "rows": [{"row": row, "light": row.light(now)} for row in page.rows],
        "after": page.after,
        "filter": filter,
        "count": queries.count(by, filter),
        "lights": (*LIGHTS, "none"),
        "areas": area_options(),
        "offices": office_options() if may(by, "case.handler") else [],
        "categories": _categories(),
        "ends": _ends(),
        "query": _query(request),
        "may_export": may(by, "case.export"),
        "order": order,
        "instants": {name: request.GET[name] for name in INSTANTS if request.GET.get(name)},
    }
    return render(request, "web/cases.html", context)


@never_cache
@staff()
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV, row by row."""
    lines = queries.export_csv(_standing(request), _filter(request, state="all"))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cases-{clock.today():%Y%m%d}.csv"'
    return response


@staff()
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Hand several tasks of one step to a colleague; each says what became of it."""
    by = _standing(request)
    chosen = [value.partition("|") for value in request.POST.getlist("task")]
    person = request.POST.get("person", "")
    steps = {step for _case, _bar, step in chosen}
    if not chosen or len(steps) != 1 or not person:
        messages.error(request, _("请勾选同一步骤的事项，并选一位同事。"), extra_tags="yellow")
        return redirect("web:desk")
    found = actions.bulk_assign(
        [case for case, _bar, _step in chosen],
        person,
        step=steps.pop(),
        by=by,
        key=request.POST.get("key", "")[:64],
    )
    done = sum(1 for each in found if each.error is None)
    messages.success(
        request, ngettext("移交了%(n)d件。", "移交了%(n)d件。", done) % {"n": done}, extra_tags="green"
    )
    for each in found:
        if each.error is not None:
            messages.error(request, str(each.error), extra_tags="red")
    return redirect("web:desk")


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found


def _task_row(task: Task) -> dict[str, Any]:
    row = task.case
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    return {
        "task": task,
        "row": row,
        "step": case_type.step_title(task.step),
        "light": task.light(clock.now()),
    }


def _filter(request: HttpRequest, **given: Any) -> CaseFilter:
    """The filter that the address asks for; unknown values are refused by the query itself."""
    words = {name: request.GET[name].strip() for name in WORDS if request.GET.get(name, "").strip()}
    instants = {name: _instant(request, name) for name in INSTANTS if request.GET.get(name)}
    return CaseFilter(**{**given, **words, **instants})


def _instant(request: HttpRequest, name: str) -> datetime:
    try:
        return parse_instant(request.GET[name])
    except GongzhiError as error:
        raise BadFilter(name=name, why=_("不是时间")) from error


def _query(request: HttpRequest) -> str:
    """The address's own words without the cursor, for links to the next page and to the export."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return query.urlencode()


def _steps(role: str) -> list[tuple[str, str]]:
    """Steps that this role ever does, for the filter."""
    found = {
        step.id: step.title
        for _mechanism, _version, case_type in catalogue.offered()
        for step in case_type.steps.values()
        if step.role == role and step.is_work
    }
    return list(found.items())


def _categories() -> list[str]:
    found: dict[str, None] = {}
    for _mechanism, _version, case_type in catalogue.offered():
        if "category" in case_type.form:
            found |= dict.fromkeys(case_type.form["category"].options)
    return list(found)


def _ends() -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for _mechanism, _version, case_type in catalogue.offered():
        found |= case_type.ends
    return list(found.items())
