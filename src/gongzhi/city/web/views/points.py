"""At a service point: what can be done, how long one waits, a number, an hour at the window, the screen on the wall."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.counters import actions, points, queries
from gongzhi.city.counters.actions import Contact
from gongzhi.city.counters.models import Line
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.references import resident
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.engine.errors import GongzhiError

#: days that the list of free hours shows
DAYS = 7


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Service points, by everyday words; and the way to a number that somebody holds."""
    text = request.GET.get("text", "").strip()[:60]
    code = ids.read_tracking_code(request.GET.get("code", ""))
    if code:
        return redirect("web:number", code=code)
    return render(request, "web/counters/points.html", {"found": points.points(text), "text": text})


@never_cache
@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """A point: hours, items, lines with how long one waits."""
    point = points.point(key)
    context = {"point": point, "board": queries.board(key), "items": queries.offered_at(key)}
    return render(request, "web/counters/point.html", context)


@require_POST
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Take a number in one of the lines of the point."""
    line = _line(key, request.POST.get("line"))
    number = actions.take_number(resident(""), line, request.POST.get("item", "")[:60])
    return redirect("web:number", code=number.code)


@never_cache
@require_safe
def number(request: HttpRequest, code: str) -> HttpResponse:
    """My number: how many are before me, how long it takes, and when it is my turn."""
    held = queries.number_by_code(code)
    waiting = held.state == "waiting"
    ahead = queries.ahead_of(held) if waiting else 0
    context = {
        "number": held,
        "point": points.title(held.line.point),
        "estimate": queries.estimate(held.line, ahead) if waiting else None,
        "over": held.state in ("done", "left") or held.day != clock.today(),
    }
    template = "number_live.html" if request.headers.get("HX-Request") else "number.html"
    return render(request, f"web/counters/{template}", context)


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """I wait no longer."""
    try:
        actions.leave_line(resident(""), queries.number_by_code(code))
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}", extra_tags="red")
    return redirect("web:number", code=code)


@never_cache
@require_safe
def screen(request: HttpRequest, key: str) -> HttpResponse:
    """The wall of the point: numbers and windows in large type, nobody's name."""
    context = {"point": points.point(key), "board": queries.board(key)}
    template = "screen_live.html" if request.headers.get("HX-Request") else "screen.html"
    return render(request, f"web/counters/{template}", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, key: str, line: int) -> HttpResponse:
    """Agree on an hour at the window."""
    point, held = points.point(key), _line(key, str(line))
    sent = request.POST
    error: GongzhiError | None = None
    if request.method == "POST":
        day, hour = slot(sent.get("slot", ""))
        contact = Contact(name=sent.get("name", ""), phone=sent.get("phone", ""))
        try:
            made = actions.ask_window(
                resident(""), held, contact, item=sent.get("item", ""), day=day, hour=hour
            )
            return redirect("web:appointment", code=made.code)
        except GongzhiError as refusal:
            error = refusal
    context = {
        "point": point,
        "line": held,
        "days": _free(held),
        "items": queries.offered_at(key),
        "sent": sent,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/counters/book.html", context, status=error.status if error else 200)


def slot(text: str) -> tuple[date, int]:
    """``2024-10-15 9`` as a day and an hour; the year 1 for what nobody can read, which every action refuses."""
    day, _space, hour = text.partition(" ")
    try:
        return date.fromisoformat(day), int(hour)
    except ValueError:
        return date(1, 1, 1), -1


def _free(line: Line) -> list[dict[str, Any]]:
    """The next days with their hours and how many places each has."""
    local, found = clock.today(), []
    for ahead in range(DAYS):
        day = local + timedelta(days=ahead)
        rooms = [
            {"value": f"{day.isoformat()} {hour}", "hour": hour, "left": left}
            for hour, left in queries.rooms(line, day).items()
            if ahead or hour > timezone.localtime(clock.now()).hour
        ]
        found.append({"day": day, "hours": rooms})
    return found


def _line(key: str, pk: str | None) -> Line:
    known = whole(pk)
    found = Line.objects.select_related("office").filter(point=key, pk=known).first() if known else None
    if found is None:
        raise Http404(_("没有这个排队"))
    return found
