"""Alerts and watches: what was seen, why no declaration covered it, what came of it, and how precise each rule is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.alerts.models import Alert
from gongzhi.city.kernel.pagination import page
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import watches as overview
from gongzhi.city.mechanisms.watching import known
from gongzhi.city.web.acting import staff
from gongzhi.city.web.alert_drawing import picture

#: number of an alert -> its words
WORDS = {
    "points": gettext_noop("连续的点"),
    "minutes": gettext_noop("分钟"),
    "source": gettext_noop("对照的一路"),
    "target": gettext_noop("看的一路"),
    "ratio": gettext_noop("比值"),
    "baseline": gettext_noop("自己平时的比值"),
    "days": gettext_noop("平时有几天"),
    "night": gettext_noop("夜间"),
    "daytime": gettext_noop("白天"),
    "used": gettext_noop("用了"),
    "reference": gettext_noop("同样星期几的平时"),
    "allowed": gettext_noop("可以用"),
    "order": gettext_noop("令"),
    "starts": gettext_noop("开得晚的次数"),
    "stops": gettext_noop("停得早的次数"),
    "what": gettext_noop("哪一种"),
    "value": gettext_noop("读数"),
    "count": gettext_noop("件数"),
    "usual": gettext_noop("平时的件数"),
    "times": gettext_noop("是平时的几倍"),
    "category": gettext_noop("类别"),
}
VALUES = {"missing": gettext_noop("没有读数"), "flat": gettext_noop("读数一直不变")}
PARTS = {"source": gettext_noop("对照的一路"), "target": gettext_noop("看的一路")}


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Alerts, newest first, by state and watch."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    mechanism, _dot, watch = request.GET.get("watch", "").partition(".")
    state = state if state in Alert.State.values else ""
    rows = overview.alerts(by, state=state, mechanism=mechanism, watch=watch)
    found = page(rows.select_related("area"), ("-since", "-id"), cursor=request.GET.get("after", ""), size=30)
    context = {
        "page": found,
        "state": state,
        "states": Alert.State.choices,
        "watch": f"{mechanism}.{watch}" if watch else "",
        "watches": [(each.name, each.spec.title) for each in known() if _sees(by, each.spec.read_by)],
        "may_rules": may(by, "watch.read"),
    }
    return render(request, "web/alerts/index.html", context)


def _sees(by: Standing, roles: tuple[str, ...]) -> bool:
    return not roles or by.role in roles


@never_cache
@staff()
@require_safe
def alert(request: HttpRequest, number: int) -> HttpResponse:
    """One alert: window, numbers, curves, version, declarations, case."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = overview.story(by, number)
    row = found.row
    context = {
        "found": found,
        "row": row,
        "numbers": _numbers(row),
        "picture": picture(found.curves, row.since, row.until, overview.step_of(row.feed), found.unit),
        "legend": [(each.part, _(PARTS[each.part]), "、".join(each.series)) for each in found.curves],
        "may_rules": may(by, "watch.read"),
    }
    return render(request, "web/alerts/alert.html", context)


def _numbers(row: Alert) -> list[tuple[str, Any]]:
    """What the watch saw, in words; what has no words is for the reactions only."""
    titles = {**overview.column_titles(row), **{name: _(words) for name, words in WORDS.items()}}
    return [
        (titles[name], _(VALUES[value]) if value in VALUES else value)
        for name, value in overview.numbers_of(row)
        if name in titles
    ]


@never_cache
@staff()
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every watch with what it raised and how precise it was."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    context = {"rules": overview.rules(by), "runs": overview.runs(by)}
    return render(request, "web/alerts/watches.html", context)


@never_cache
@staff()
@require_safe
def rule(request: HttpRequest, mechanism: str, watch: str) -> HttpResponse:
    """One watch: what it says, its parameters, its weeks."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = overview.rule(by, mechanism, watch)
    spec = found.known.spec
    context = {
        "found": found,
        "spec": spec,
        "params": list(spec.with_.items()),
        "may_alerts": may(by, "alert.read") and _sees(by, spec.read_by),
    }
    return render(request, "web/alerts/watch.html", context)
