"""The three lists of a township and the admitted grid tasks, for everybody; a button for whoever was sent what isn't theirs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import lists
from gongzhi.city.web.acting import acting_post, standing
from gongzhi.city.web.choices import area_options


def _reader(request: HttpRequest) -> Standing | None:
    return standing(request) if acting_post(request) is not None else None


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The entries: by everyday words, by list, as they hold in one township."""
    by = _reader(request)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "list", "town")}
    context: dict[str, Any] = {**asked, "named": asked["list"], "tasks_kept": lists.is_kept(lists.TASKS)}
    if not lists.is_kept(lists.DUTIES):
        return render(request, "web/lists.html", {**context, "missing": True})
    after = request.GET.get("after", "")[:300]
    found, more = lists.duties(asked["q"], named=asked["list"], town=asked["town"], after=after)
    numbers = lists.counts(asked["town"])
    kept = {name: value for name, value in asked.items() if value}
    may_dispute = lists.may_dispute(by)
    context |= {
        "found": [(each, _dispute(each, by) if by and may_dispute else "") for each in found],
        "tabs": [
            (name, number, urlencode({**kept, "list": name}), name == asked["list"])
            for name, number in numbers.items()
        ],
        "all": sum(numbers.values()),
        "every": urlencode({name: value for name, value in kept.items() if name != "list"}),
        "towns": [(group, items[0][0]) for group, items in area_options() if items],
        "next": urlencode({**kept, "after": more}) if more else "",
        "may_dispute": may_dispute,
    }
    return render(request, "web/lists.html", context)


def _dispute(duty: lists.Duty, by: Standing) -> str:
    """Address of the dispute with this entry, its department and the own office filled in."""
    given = {
        "duty": duty.key,
        "matter": duty.name,
        "lead": by.office,
        "sender": duty.values.get("office") or "",
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{reverse('web:intake', args=lists.DISPUTE)}?{query}"


@never_cache
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What grid workers may be asked to do, by whom, how often, for how many minutes and until when."""
    if not lists.is_kept(lists.TASKS):
        return render(request, "web/lists_tasks.html", {"missing": True})
    found = lists.tasks()
    return render(request, "web/lists_tasks.html", {"found": found, "monthly": lists.monthly(found)})
