"""Call-backs: a list drawn once, the number masked, the handler unnamed, three questions."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import CallbackItem
from gongzhi.city.kernel.references import Standing
from gongzhi.city.web.acting import staff
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.engine.errors import GongzhiError

#: who calls back; others have tasks, not lists
CALLER = "caller"


@never_cache
@staff(CALLER)
@require_http_methods(["GET", "HEAD", "POST"])
def calls(request: HttpRequest) -> HttpResponse:
    """My list; a POST draws one."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    if request.method == "POST":
        actions.draw_callbacks(by=by)
        return redirect("web:calls")
    items = queries.living_calls(by)
    return render(request, "web/calls.html", {"items": items, "waiting": queries.waiting_calls(by)})


@never_cache
@staff(CALLER)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, item: int) -> HttpResponse:
    """One call: what was reported, what was answered, and what the reporter says of it."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = CallbackItem.objects.select_related("list").filter(pk=item, list__person=by.person).first()
    if row is None:
        raise NoSuchCase(which=str(item))
    page = queries.callback_page(by, row)
    if request.method != "POST":
        return _form(request, row, page, "", {}, None)
    name = request.POST.get("name", "")
    task, _dot, choice_id = name.partition(".")
    held = next((each for each in page.holdings if str(each.task.id) == task), None)
    choice = next((each for each in held.choices if each.id == choice_id), None) if held else None
    values: dict[str, Any] = {}
    try:
        if held is None or choice is None:
            raise NoSuchCase(which=name[:24])
        entered(page.case_type, choice.asks, request, by=by, prefix=f"{name}.", into=values)
        actions.choose(
            row.case_id,
            held.task.step,
            choice_id,
            values,
            by=by,
            task=held.task.id,
            key=request.POST.get("key", "")[:64],
        )
    except GongzhiError as error:
        return _form(request, row, page, name, values, error)
    messages.success(request, _("这一个回访已记下。"), extra_tags="green")
    return redirect("web:calls")


def _form(
    request: HttpRequest,
    row: CallbackItem,
    page: queries.CasePage,
    tried: str,
    values: dict[str, Any],
    error: GongzhiError | None,
) -> HttpResponse:
    by: Standing = request.standing  # type: ignore[attr-defined]
    work = []
    for held in page.holdings:
        made = []
        for number, choice in enumerate(held.choices, 1):
            name = f"{held.task.id}.{choice.id}"
            mine = name == tried
            errors = fields_of(error) if error and mine else {}
            made.append(
                {
                    "choice": choice,
                    "name": name,
                    "open": mine,
                    "key": str(number),
                    "controls": controls(
                        page.case_type,
                        choice.asks,
                        values=values if mine else {},
                        errors=errors,
                        by=by,
                        prefix=f"{name}.",
                    ),
                }
            )
        if made:
            work.append({"held": held, "choices": made})
    context = {
        "item": row,
        "page": page,
        "row": page.row,
        "work": work,
        "refusal": refused(error) if error else None,
        "key": secrets.token_urlsafe(9),
    }
    return render(request, "web/call.html", context, status=error.status if error else 200)
