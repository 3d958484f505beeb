"""The register of powers, for everybody and for staff; who decides where; what nobody uses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import powers
from gongzhi.city.records.errors import NoSuchRecord, NoSuchRegister
from gongzhi.city.web.acting import acting_post, staff, standing
from gongzhi.city.web.choices import area_options
from gongzhi.city.web.sent import whole
from gongzhi.engine.measures import Rate

SIZE = 100


def _reader(request: HttpRequest) -> Standing | None:
    """The post that lists registers; None for the public, who see what is published."""
    if acting_post(request) is None:
        return None
    by = standing(request)
    return by if may(by, "record.list") else None


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list: holder, delegations, figures."""
    by, text = _reader(request), request.GET.get("q", "").strip()[:60]
    context: dict[str, Any] = {"q": text, "staff": by is not None, "missing": False}
    try:
        found, after = powers.powers(by, text, request.GET.get("after", "")[:300])
    except NoSuchRegister:
        return render(request, "web/powers.html", {**context, "missing": True})
    context |= {"found": [_row(each) for each in found], "after": after}
    return render(request, "web/powers.html", context)


@never_cache
@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One power; with an area in the address, who decides there."""
    by = _reader(request)
    try:
        found = powers.power(by, key)
    except (NoSuchRecord, NoSuchRegister) as error:
        raise Http404(key) from error
    area = request.GET.get("area", "")[:40]
    context = {
        **_row(found),
        "staff": by is not None,
        "areas": area_options(),
        "area": area,
        "decider": powers.decider(found, area) if area else None,
        "cases": powers.decided(by, found) if by is not None else [],
        "reviewed": powers.under_review([key]).get(key) if by is not None else None,
        "may_review": by is not None and powers.may_review(by),
    }
    return render(request, "web/power.html", context)


@never_cache
@staff()
@require_safe
def idle(request: HttpRequest) -> HttpResponse:
    """What nobody has used for twelve months, each with the button that opens its review."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    try:
        found = powers.idle(by)
    except NoSuchRegister:
        return render(request, "web/powers_idle.html", {"missing": True})
    start = min(whole(request.GET.get("from")) or 0, powers.MOST)
    shown = found[start : start + SIZE]
    reviewed = powers.under_review(row.key for row in shown)
    context = {
        "found": [(row, reviewed.get(row.key)) for row in shown],
        "count": len(found),
        "next": start + SIZE if len(found) > start + SIZE else None,
        "may_review": powers.may_review(by),
    }
    return render(request, "web/powers_idle.html", context)


@staff()
@require_POST
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Open the review, and go on there."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    receipt = powers.review(by, key)
    messages.success(request, _("已开始评估，先请行使主体说明。"), extra_tags="green")
    return redirect("web:case", case=receipt.case)


def _row(found: powers.Power) -> dict[str, Any]:
    return {
        "power": found,
        "reversed": said(found.use.reversed),
        "recalled": said(found.use.recalled),
    }


def said(found: Rate) -> str:
    """A rate with its denominator and interval; words where nothing is known."""
    if found.value is None:
        return _("没有可算的")
    low, high = round(found.low * 100, 1), round(found.high * 100, 1)
    return _("%(value)s%%（%(part)d/%(n)d，区间%(low)s%%–%(high)s%%）") % {
        "value": round(found.value * 100, 1),
        "part": found.numerator,
        "n": found.n,
        "low": low,
        "high": high,
    }
