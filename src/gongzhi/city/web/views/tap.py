"""One tap of supervision: what a village has published, a doubt about a line of it, and sums of what comparisons came to."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.comparisons import queries as comparisons
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import resident
from gongzhi.city.mechanisms.households import household_of
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records import sight
from gongzhi.city.records.queries import open as published
from gongzhi.city.territory.models import Area, valid
from gongzhi.city.web.acting import acting_post
from gongzhi.city.web.choices import area_options
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.reporters import reporter_behind
from gongzhi.engine.errors import GongzhiError

MECHANISM, TYPE = "supervision_tap", "tap"
#: register -> what the form for a doubt calls it; those that no mechanism declares here are left out
LISTS = {
    "benefit_payments": "惠民补贴发放名单",
    "published_books": "村级账目",
    "asset_contracts": "集体合同",
    "collective_assets": "集体资产",
    "common_projects": "工程项目",
}
#: lines of one list that a page shows
MOST = 100
#: columns of a line beside its name
COLUMNS = 4


@never_cache
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """What a village has published; every line may be tapped. Nobody has to sign in."""
    area = _area(request)
    context = {
        "areas": area_options(),
        "area": area,
        "lists": list(_lists(area)) if area else [],
        "sums": comparisons.published(),
        "installed": _case_type() is not None,
    }
    return render(request, "web/clean/tap.html", context)


def _area(request: HttpRequest) -> Area | None:
    """The village that is asked for, else the reader's own."""
    code = request.GET.get("area", "")[:24]
    if not code and request.user.is_authenticated:
        post = acting_post(request)
        home = household_of(resident(request.user.person))
        code = home.area if home else (post.area.code if post and post.area else "")
    return Area.objects.filter(valid(), code=code).first() if code else None


def _lists(area: Area) -> Iterator[dict[str, Any]]:
    for register_id, title in LISTS.items():
        declared = registers.known(register_id)
        if declared is None:
            continue
        register = declared.register
        rows = sight.public(register).filter(paths.within(area.path, "area_path")).order_by("-key")[:MOST]
        open_ = [column for column in register.lists if column in register.open_fields][: COLUMNS + 2]
        shown = [register.form[column] for column in open_ if column not in (register.key, register.name)]
        lines = [published.opened_to_all(row) for row in rows]
        if lines:
            yield {"id": register_id, "title": title, "columns": shown, "lines": lines}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """The form of a doubt, filled in from the line that was tapped."""
    case_type = _case_type()
    if case_type is None:
        raise Http404(MECHANISM)
    sent = request.GET
    values: dict[str, Any] = {
        "area": sent.get("area", "")[:24],
        "about_list": LISTS.get(sent.get("list", ""), ""),
        "about_key": sent.get("key", "")[:64],
    }
    key, error = request.POST.get("key", "")[:48] or secrets.token_urlsafe(12), None
    if request.method == "POST":
        by, values = resident(f"guest:{key}"), {}
        try:
            entered(case_type, case_type.opening, request, by=by, owner=by.person, into=values)
            behind = reporter_behind(case_type, values)
            receipt = actions.open_case(MECHANISM, TYPE, values, by=by, reporter=behind, key=key)
            return redirect(reverse("web:tracking", args=[receipt.tracking_code]) + "?new=1")
        except GongzhiError as refusal:
            error = refusal
    errors = fields_of(error) if error else {}
    context = {
        "case_type": case_type,
        "controls": controls(case_type, case_type.opening, values=values, errors=errors),
        "refusal": refused(error) if error else None,
        "key": key,
    }
    return render(request, "web/clean/tap_new.html", context, status=error.status if error else 200)


def _case_type() -> Any:
    try:
        return catalogue.current(MECHANISM, TYPE)
    except NoSuchCaseType:
        return None
