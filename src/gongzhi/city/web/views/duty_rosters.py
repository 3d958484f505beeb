"""The month's roster: seen, read from a spreadsheet, changed by a swap; and the setting up of a duty room."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl import Workbook

from gongzhi.city.duty import actions, queries
from gongzhi.city.duty.actions.importing import COLUMNS
from gongzhi.city.duty.errors import BadRoster, NoSuchShift
from gongzhi.city.duty.models import DutyRoom, Place, Swap
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import User
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Office, Post, valid
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.city.web.views.duty import standing
from gongzhi.engine.errors import GongzhiError

#: a month's roster is a small file
LARGEST = 2 * 2**20


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, room: int) -> HttpResponse:
    """A month of the room; a POST reads a file, asks for a swap, decides one, or drops a shift."""
    by = standing(request)
    held = queries.room_of(by, room)
    error: GongzhiError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _done(request, by, held), extra_tags="green")
            return redirect("web:duty_roster", room=held.pk)
        except GongzhiError as refusal:
            error = refusal
    day = _month(request.GET.get("month", ""))
    shifts = queries.month(held, day)
    context = {
        "room": held,
        "day": day,
        "before": (day - timedelta(days=1)).strftime("%Y-%m"),
        "after": (day + timedelta(days=32)).replace(day=1).strftime("%Y-%m"),
        "shifts": shifts,
        "gaps": queries.gaps(shifts),
        "warnings": queries.warnings(shifts),
        "swaps": queries.swaps(by, held),
        "colleagues": _colleagues(held),
        "columns": COLUMNS,
        "may_plan": may(by, "duty.plan", held),
        "may_approve": may(by, "duty.approve", held),
        "may_work": may(by, "duty.work", held),
        "now": clock.now(),
        "by": by,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/duty/roster.html", context, status=error.status if error else 200)


def _done(request: HttpRequest, by: Standing, room: DutyRoom) -> str:
    sent = request.POST
    do = sent.get("do")
    if do == "import":
        file = request.FILES.get("file")
        if file is None or file.size is None or file.size > LARGEST:
            raise BadRoster(why=_("没有选文件，或者文件大于2MB"))
        planned = actions.import_roster(by, room, io.BytesIO(file.read()), file.name or "")
        return _("已排%(n)d个班。") % {"n": len(planned)}
    if do == "drop":
        actions.drop_shift(by, queries.shift_of(room, whole(sent.get("shift")) or 0))
        return _("已从值班表上拿掉。")
    if do == "swap":
        rows = Place.objects.select_related("shift__room__office__area", "user")
        place = rows.filter(shift__room=room, pk=whole(sent.get("place")) or 0).first()
        user = next((each for each in _colleagues(room) if each.pk == whole(sent.get("user"))), None)
        if place is None or user is None:
            raise NoSuchShift
        actions.ask_swap(by, place, user, sent.get("reason", ""))
        return _("换班已提出，等批准。")
    return _decide(by, room, do, sent)


def _decide(by: Standing, room: DutyRoom, do: str | None, sent: Any) -> str:
    rows = scope(by, "duty.read", Swap.objects.select_related("giving__shift__room__office__area"))
    swap = rows.filter(giving__shift__room=room, pk=whole(sent.get("swap")) or 0).first()
    if swap is None or do not in ("approve", "decline"):
        raise Http404(do or "")
    if do == "approve":
        actions.approve_swap(by, swap, sent.get("words", ""))
        return _("已批准换班。")
    actions.decline_swap(by, swap, sent.get("words", ""))
    return _("没有批准换班。")


@never_cache
@staff()
@require_safe
def template(request: HttpRequest, room: int) -> HttpResponse:
    """An empty roster of next month with its days filled in: two shifts a day."""
    by = standing(request)
    held = queries.room_of(by, room)
    check(by, "duty.plan", held)
    book = Workbook()
    sheet = book.active
    first = (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1)
    if sheet is not None:
        sheet.append(list(COLUMNS))
        day = first
        while day.month == first.month:
            sheet.append([day.isoformat(), "08:00", "18:00", "白班", "", "", ""])
            sheet.append([day.isoformat(), "18:00", "08:00", "夜班", "", "", ""])
            day += timedelta(days=1)
    stream = io.BytesIO()
    book.save(stream)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(stream.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="roster-{first:%Y-%m}.xlsx"'
    return response


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Set up the duty room of an office: who answers for it, its number, and after how many minutes people are called."""
    by = standing(request)
    check(by, "duty.manage")
    error: GongzhiError | None = None
    sent = request.POST
    if request.method == "POST":
        try:
            room = actions.open_room(
                by,
                territory.office(sent.get("office", "")),
                sent.get("title", ""),
                phone=sent.get("phone", ""),
                is_main=bool(sent.get("is_main")),
                grace=whole(sent.get("grace")) or 15,
                early=whole(sent.get("early")) or 60,
                patience=whole(sent.get("patience")) or 10,
            )
            return redirect("web:duty_room", room=room.pk)
        except GongzhiError as refusal:
            error = refusal
    context = {
        "offices": scope(by, "duty.manage", Office.objects.filter(valid()).order_by("path"))[:300],
        "rooms": queries.rooms(by)[:50],
        "sent": sent,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/duty/setup.html", context, status=error.status if error else 200)


def _colleagues(room: DutyRoom) -> list[User]:
    posts = Post.objects.filter(valid(), office=room.office).select_related("user").order_by("user__name")
    return list({post.user_id: post.user for post in posts[:200]}.values())


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return clock.today().replace(day=1)
