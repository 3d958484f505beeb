"""Pilots: the list, the form of a plan, its printed declaration, how it runs, what came out and what was decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms.models import Evidence
from gongzhi.city.pilots import actions, queries, words
from gongzhi.city.pilots.checking import problems
from gongzhi.city.pilots.models import Analysis, Pilot
from gongzhi.city.pilots.plans import Plan, read, versions
from gongzhi.city.territory.models import Area, Level
from gongzhi.city.web import pilot_forms
from gongzhi.city.web.acting import staff
from gongzhi.city.web.pilot_drawing import trend_picture
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.engine.errors import GongzhiError

MOST = 200
LEVELS = (Level.TOWN, Level.VILLAGE)


def _by(request: HttpRequest) -> Standing:
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by


@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every pilot, newest first."""
    by = _by(request)
    context = {"pilots": queries.pilots(by)[:MOST], "may_plan": may(by, "pilot.plan")}
    return render(request, "web/pilots/index.html", context)


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First which version is tried, then the plan."""
    by = _by(request)
    check(by, "pilot.plan")
    sent = request.POST if request.method == "POST" else request.GET
    chosen = sent.get("try", "")
    candidates = queries.candidates()
    found = next((each for each in candidates if f"{each[0]}:{each[2]}" == chosen), None)
    if found is None:
        return render(
            request, "web/pilots/choose.html", {"candidates": candidates, "idea": sent.get("idea", "")}
        )
    mechanism, title, version, base = found
    blank = Plan(mechanism=mechanism, version=version, base=base, title=_("%(title)s试点") % {"title": title})
    if request.method != "POST":
        return _form(request, blank, idea=sent.get("idea", "")[:48])
    made = actions.save_draft(by, pilot_forms.plan_of(request.POST, blank), idea=request.POST.get("idea", ""))
    return (
        redirect("web:pilot", made.pk) if "level" not in request.POST else redirect("web:pilot_edit", made.pk)
    )


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording of a draft."""
    by = _by(request)
    check(by, "pilot.plan")
    row = queries.pilot(by, pk)
    plan = read(row.plan)
    if request.method != "POST":
        return _form(request, plan, row=row, idea=row.idea)
    plan = pilot_forms.plan_of(request.POST, plan)
    try:
        actions.save_draft(by, plan, pilot=pk, idea=request.POST.get("idea", ""))
    except GongzhiError as error:
        return _form(request, plan, row=row, idea=row.idea, error=error)
    return redirect("web:pilot", pk)


def _form(
    request: HttpRequest,
    plan: Plan,
    *,
    row: Pilot | None = None,
    idea: str = "",
    error: GongzhiError | None = None,
) -> HttpResponse:
    tried, _kept = versions(plan.mechanism, plan.version, plan.base)
    choices, left = pilot_forms.choices_of(plan)
    level = request.GET.get("level", "")
    level = level if level in LEVELS else _level_of(plan)
    context = {
        "plan": plan,
        "values": pilot_forms.shown(plan),
        "row": row,
        "idea": idea,
        "mechanism": tried.mechanism.title if tried else plan.mechanism,
        "choices": choices,
        "left": left,
        "areas": pilot_forms.sides_of(plan, queries.choosable(level)),
        "level": level,
        "refusal": refused(error) if error else None,
        "errors": fields_of(error) if error else {},
        "try": f"{plan.mechanism}:{plan.version}",
    }
    return render(request, "web/pilots/form.html", context, status=error.status if error else 200)


def _level_of(plan: Plan) -> str:
    codes = (*plan.treated, *plan.comparison)
    return Area.objects.filter(code__in=codes).values_list("level", flat=True).first() or Level.TOWN


@staff()
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The pilot as it stands: plan, what is next, counts while it runs, the result after it."""
    by = _by(request)
    row = queries.pilot(by, pk)
    plan = read(row.plan)
    tried, _kept = versions(row.mechanism, row.version, row.base)
    running = row.state == Pilot.State.RUNNING
    context = {
        "row": row,
        "plan": plan,
        "mechanism": tried.mechanism.title if tried else row.mechanism,
        "outcomes": _named(plan, tried),
        "treated": _places(row, plan.treated, "treated"),
        "comparison": _places(row, plan.comparison, "comparison"),
        "followed": [each for each in row.areas.all() if each.followed_at],
        "problems": _problems(row, plan),
        "counts": queries.so_far(row) if running else None,
        "looks": _looks(row) if running else [],
        "last_day": actions.last_day(row) if row.started_at else plan.ends,
        "may_plan": may(by, "pilot.plan"),
        "may_start": may(by, "pilot.start"),
        "own": by.person == row.author,
        "history": [(each, words.step(each.kind)) for each in queries.history(row)],
        "evidence": Evidence.objects.filter(source=subject("pilot", row.pk)).first(),
        "decisions": Pilot.Decision.choices,
        "today": clock.today(),
        **_computed(row),
    }
    return render(request, "web/pilots/one.html", context)


@staff()
@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that a computation fills: asked for again while it goes on."""
    row = queries.pilot(_by(request), pk)
    context = {"row": row, "plan": read(row.plan), **_computed(row)}
    return render(request, "web/pilots/live.html", context)


@staff()
@require_safe
def rows(request: HttpRequest, pk: int, measure: str, unit: str, number: str) -> HttpResponse:
    """The cases behind one figure, each with what it adds."""
    by = _by(request)
    row = queries.pilot(by, pk)
    done = any(each.state == Analysis.State.DONE and each.look >= 0 for each in row.analyses.all())
    digits = number.removeprefix("-")
    if not done or not (digits.isascii() and digits.isdecimal() and len(digits) < 5):
        raise Http404(number)
    found = queries.behind(by, row, measure, unit, int(number))
    outcome = {"kind": found.measure.kind, "unit": found.measure.unit}
    context = {
        "row": row,
        "found": found,
        "value": words.level(outcome, found.value),
        "unit": Area.objects.filter(code=unit).first(),
        "rows": [
            (
                case,
                (_("是") if value else _("否"))
                if found.measure.kind in ("rate", "count")
                else words.level(outcome, value),
            )
            for case, value in found.rows
        ],
    }
    return render(request, "web/pilots/rows.html", context)


def _named(plan: Plan, tried: Any) -> list[dict[str, str]]:
    """The outcomes of the plan with their words."""
    titles = {each.id: each for each in tried.mechanism.measures} if tried else {}
    found = []
    for each in plan.outcomes:
        spec = titles.get(each.measure)
        if spec is not None:
            outcome = {"kind": spec.kind, "unit": spec.unit}
            found.append(
                {
                    "title": spec.title,
                    "formula": spec.formula,
                    "better": spec.better,
                    "smallest": words.amount(outcome, each.smallest),
                }
            )
    return found


def _places(row: Pilot, codes: tuple[str, ...], side: str) -> list[str]:
    declared = [
        each.area.short_name for each in row.areas.all() if each.side == side and each.unit == each.area.code
    ]
    return declared or list(
        Area.objects.filter(code__in=codes).order_by("path").values_list("short_name", flat=True)
    )


def _problems(row: Pilot, plan: Plan) -> dict[str, str]:
    """Why a draft cannot be declared yet; a draw by lot is only made then."""
    if row.state != Pilot.State.DRAFT:
        return {}
    found = problems(plan, clock.today())
    if plan.how == "lot":
        found.pop("how", None)
    return found


def _looks(row: Pilot) -> list[tuple[int, Any, bool]]:
    due = queries.looks_due(row)
    return [(number, day, number in due) for number, day in enumerate(read(row.plan).looks, 1)]


def _computed(row: Pilot) -> dict[str, Any]:
    """The computations of a pilot, the latest first, in words and pictures."""
    found = sorted(row.analyses.all(), key=lambda each: (each.look != Analysis.FINAL, -each.look))
    ready = [each for each in found if each.state == Analysis.State.DONE]
    plan = read(row.plan)
    names = {
        each.unit: each.area.short_name
        for each in row.areas.select_related("area")
        if each.unit == each.area.code
    }
    name = _("第几月（负数是试点前）") if plan.unit == "month" else _("第几周（负数是试点前）")
    return {
        "going": [each for each in found if each.state in (Analysis.State.WAITING, Analysis.State.RUNNING)],
        "failed": [each for each in found if each.state == Analysis.State.FAILED],
        "foresight": [
            words.foresight(outcome) for each in ready if each.look < 0 for outcome in each.data["outcomes"]
        ],
        "results": [
            {
                "row": each,
                "last": _last(each),
                "parts": [_part(outcome, name, names) for outcome in each.data["outcomes"]],
            }
            for each in ready
            if each.look >= 0
        ],
        "final": next((each for each in ready if each.look == Analysis.FINAL), None),
    }


def _last(row: Analysis) -> Any:
    """The last day that was counted."""
    return timezone.localdate(datetime.fromisoformat(row.data["until"])) - timedelta(days=1)


def _part(outcome: dict[str, Any], name: str, names: dict[str, str]) -> dict[str, Any]:
    cells: dict[str, dict[int, list[Any]]] = {}
    for unit, period, value, n in outcome["cells"]:
        cells.setdefault(unit, {})[period] = [words.level(outcome, value), int(n), period]
    numbers = [each["period"] for each in outcome["sides"]]
    return {
        "outcome": outcome,
        "told": words.told(outcome),
        "without": words.told(outcome, outcome["without"]) if outcome.get("without") else None,
        "picture": trend_picture(outcome, name),
        "sides": [
            {
                "period": each["period"],
                "treated": words.level(outcome, each["treated"]),
                "treated_n": int(each["treated_n"]),
                "comparison": words.level(outcome, each["comparison"]),
                "comparison_n": int(each["comparison_n"]),
            }
            for each in outcome["sides"]
        ],
        "periods": numbers,
        "cells": [
            (names.get(unit, unit), unit, [found.get(number) for number in numbers])
            for unit, found in sorted(cells.items(), key=lambda pair: names.get(pair[0], pair[0]))
        ],
    }
