"""The calendar of shared instruments, for everybody: free or booked, by week; never who has it."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import catalogue
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.overviews import instruments
from gongzhi.city.web.acting import acting_post

#: state -> (sign, word)
WORDS = {
    instruments.FREE: ("○", gettext_noop("空着")),
    instruments.BOOKED: ("●", gettext_noop("约出去了")),
    instruments.CLOSED: ("–", gettext_noop("不开放")),
    instruments.PAST: ("·", gettext_noop("过了")),
}


@never_cache
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One week of every instrument; ``?week=2024-10-14`` shows another."""
    if not instruments.installed():
        return render(request, "web/instruments.html", {"missing": True})
    case_type = catalogue.current(instruments.MECHANISM, instruments.BOOKING)
    parts = case_type.form[instruments.PART].options
    found = instruments.week(_day(request.GET.get("week", "")), parts, request.GET.get("after", "")[:400])
    context = {
        "found": found,
        "words": WORDS,
        "before": found.monday - timedelta(days=7),
        "after": found.monday + timedelta(days=7),
        "staff": acting_post(request) is not None,
        "address": f"{instruments.MECHANISM}/{instruments.BOOKING}",
    }
    return render(request, "web/instruments.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()
