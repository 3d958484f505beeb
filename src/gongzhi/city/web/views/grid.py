"""The grid worker's door, made for a cheap telephone: what to do today, whom to see, what is open in the own units.

Nothing here counts people: no attendance, no track, no order of merit, no time online (国办函〔2026〕12号).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.cases.models import Task
from gongzhi.city.cases.queries import CaseFilter
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import grid_kit
from gongzhi.city.mechanisms import queries as mechanisms
from gongzhi.city.mechanisms.grid_kit import Kit
from gongzhi.city.records import actions as record_actions
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records import queries as records
from gongzhi.city.records.queries import Filter
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.errors import NoSuchArea
from gongzhi.city.territory.models import Area, Level, Post
from gongzhi.city.web.acting import acting_post, posts
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views.registers import rows_of
from gongzhi.engine.errors import GongzhiError

ROLE = "grid_worker"
#: register ids that the mechanisms of people and places use
HOUSEHOLDS, CARED = "households", "care_people"
#: shown at once; whoever has more looks by words
MOST_TASKS, MOST_UNITS, MOST_ROWS = 100, 200, 20
PURPOSES = ("走访", "救助核对", "应急转移", "通知到户", "更正登记")


def grid_post(request: HttpRequest) -> Post | None:
    """The post in which the person walks the grid: the one in which they act, else the first of this role."""
    acting = acting_post(request)
    mine = [post for post in posts(request) if post.role == ROLE]
    return next(
        (post for post in mine if acting is not None and post.pk == acting.pk), mine[0] if mine else None
    )


def walking(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for grid workers; nothing of it stays in a browser."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        post = grid_post(request)
        if post is None:
            raise PermissionDenied("role")
        request.standing = territory.standing(post)  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return guarded


def walker(request: HttpRequest) -> Standing:
    """Who walks, for actions and queries."""
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found


def my_units(by: Standing) -> list[Area]:
    """The units of the post's area, in the order of the tree; the area itself where it has none. Two queries at most."""
    if not by.area:
        return []
    root = territory.area(by.area)
    units = list(territory.areas_in(root, Level.UNIT)[:MOST_UNITS])
    return units or list(territory.areas_in(root, Level.VILLAGE)[:MOST_UNITS]) or [root]


@walking
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Today: visits and tasks, the most urgent first, each with one button; below, what is open in the units."""
    by = walker(request)
    kit = grid_kit.kit(by.role)
    mine = _tasks(by, kit)
    context = {
        "kit": kit,
        "visits": [each for each in mine if each["visit"]],
        "tasks": [each for each in mine if not each["visit"]],
        "units": my_units(by),
        "notices": list(mechanisms.notices(by, most=5)),
        "unplanned": len(grid_kit.unplanned(kit, by)),
        "households": registers.known(HOUSEHOLDS) is not None and may(by, "record.list"),
    }
    return render(request, "web/grid/home.html", context)


@walking
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Plan the visits of everybody in the own units who needs care and was forgotten."""
    by = walker(request)
    done = grid_kit.plan(grid_kit.kit(by.role), by)
    messages.success(request, _("排上了%(n)d位，到了日子会自己出来。") % {"n": done}, extra_tags="green")
    return redirect("web:grid")


def _tasks(by: Standing, kit: Kit) -> list[dict[str, Any]]:
    """What this post can do now within its own units, most urgent first."""
    page = queries.my_tasks(by, size=MOST_TASKS)
    return [_row(task, kit) for task in page.rows if _is_mine(by, task)]


def _is_mine(by: Standing, task: Task) -> bool:
    """Whether the matter lies in the own units, or in an area around them: colleagues of the office have theirs."""
    there = task.case.area_path
    return not there or paths.is_within(there, by.area_path) or paths.is_within(by.area_path, there)


def _row(task: Task, kit: Kit) -> dict[str, Any]:
    row = task.case
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    return {
        "row": row,
        "task": task,
        "step": case_type.step_title(task.step),
        "title": case_type.title,
        "light": task.light(clock.now()),
        "visit": row.mechanism == kit.mechanism and row.type == grid_kit.VISIT,
        # what goes on by itself needs no hand: the wait until the next visit, a note that settles
        "quiet": row.mechanism == kit.mechanism and row.type in (grid_kit.ROUND, grid_kit.SELF_HANDLED),
    }


@walking
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit as a whole (大综管): whatever is open there, of any mechanism, in one list."""
    by = walker(request)
    place = _own_area(by, code)
    page = queries.cases(by, CaseFilter(area=code), order="due", cursor=request.GET.get("cursor", ""))
    now = clock.now()
    rows = [
        {
            "row": row,
            "light": row.light(now),
            "title": catalogue.case_type(row.mechanism, row.version, row.type).title,
        }
        for row in page.rows
    ]
    return render(request, "web/grid/unit.html", {"unit": place, "rows": rows, "after": page.after})


def _own_area(by: Standing, code: str) -> Area:
    """The area, if it lies within the post's own. Http404, as if there were none, for any other."""
    try:
        found = territory.area(code)
    except NoSuchArea as error:
        raise Http404 from error
    if not by.area_path or not paths.is_within(found.path, by.area_path):
        raise Http404
    return found


@walking
@require_safe
def households(request: HttpRequest) -> HttpResponse:
    """The households of the own units by their numbers; names, addresses and telephones stay closed here."""
    by = walker(request)
    words = request.GET.get("text", "")[:60]
    context: dict[str, Any] = {"words": words, "installed": registers.known(HOUSEHOLDS) is not None}
    if context["installed"]:
        page = records.records(
            by, HOUSEHOLDS, Filter(text=words), after=request.GET.get("cursor", ""), size=MOST_ROWS
        )
        register = registers.one(HOUSEHOLDS).register
        context |= {"rows": rows_of(register, page.rows), "after": page.after, "register": register}
    return render(request, "web/grid/households.html", context)


@walking
@require_safe
def household(request: HttpRequest, key: str) -> HttpResponse:
    """One household, masked; what more is needed is opened value by value, each for a purpose."""
    return _household(request, key)


def _household(
    request: HttpRequest, key: str, error: GongzhiError | None = None, opened: dict[str, Any] | None = None
) -> HttpResponse:
    by = walker(request)
    if registers.known(HOUSEHOLDS) is None:
        raise Http404
    shown = records.record_page(by, HOUSEHOLDS, key)
    say = records.shower(shown.register, [shown.row.data])
    fields = [
        {
            "field": each,
            "sealed": each.id in shown.sealed,
            "text": "" if each.id in shown.sealed else say(each, shown.values[each.id]),
            "opened": opened["value"] if opened and opened["field"] == each.id else None,
        }
        for each in shown.register.form.fields
        if shown.values.get(each.id) not in (None, "", [])
    ]
    context = {
        "row": shown.row,
        "fields": fields,
        "state": shown.register.states.get(shown.row.state, shown.row.state),
        "purposes": shown.register.purposes or PURPOSES,
        "refusal": refused(error) if error else None,
        "kit": grid_kit.kit(by.role),
        "key": f"{actions.DRAFT_KEY}{secrets.token_urlsafe(12)}",
    }
    return render(request, "web/grid/household.html", context, status=error.status if error else 200)


@walking
@require_POST
def reveal(request: HttpRequest, key: str) -> HttpResponse:
    """Open one value for a purpose: who, what and why is a fact of the household's record."""
    by = walker(request)
    if registers.known(HOUSEHOLDS) is None:
        raise Http404
    row = records.one(by, HOUSEHOLDS, key)
    field = request.POST.get("field", "")[:60]
    try:
        value = record_actions.reveal(row, field, by=by, purpose=request.POST.get("purpose", ""))
    except GongzhiError as error:
        return _household(request, key, error)
    return _household(request, key, opened={"field": field, "value": value})


@walking
@require_POST
def visit(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody drops in where no visit was planned: the case, and straight to what came of it."""
    by, kit = walker(request), grid_kit.kit(walker(request).role)
    if registers.known(HOUSEHOLDS) is None or not kit.visits:
        raise Http404
    row = records.one(by, HOUSEHOLDS, key)
    try:
        receipt = grid_kit.visit(
            kit, row.key, row.area_id or by.area, by=by, key=request.POST.get("key", "")[:80]
        )
    except GongzhiError as error:
        return _household(request, key, error)
    return redirect("web:case", case=receipt.case)
