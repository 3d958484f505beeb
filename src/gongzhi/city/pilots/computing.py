"""The result of a pilot, computed as its plan said: by a job, once, with the fingerprint of the plan beside it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongzhi.city.jobs.backends import LeasedTask
from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.pilots.actions import held, last_day
from gongzhi.city.pilots.errors import NotNow, PlanIncomplete, TooEarly
from gongzhi.city.pilots.gathering import Ground, Panel, gather
from gongzhi.city.pilots.models import Analysis, Pilot, PilotArea
from gongzhi.city.pilots.plans import Period, Plan, comparable, midnight, periods, read, versions
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.models import Area
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.measures.effects import Cell, effect, foreseen, judge, sides
from gongzhi.engine.measures.errors import PanelError
from gongzhi.engine.mechanisms.schema import MeasureSpec

State = Pilot.State
RUNNABLE = {
    Analysis.FORESIGHT: (State.DRAFT, State.DECLARED, State.APPROVED),
    Analysis.FINAL: (State.ENDED,),
}


def ask(by: Standing, pilot: int, look: int = Analysis.FINAL) -> Analysis:
    """Have a look computed: the final result, one that the plan named (1, 2 …), or what could be found at all (-1).

    Right ``reform.read``: the figures follow from the plan, not from who asks. Raises TooEarly, NotNow. A look that is there
    already is given as it is; one that failed is tried again.
    """
    check(by, "reform.read")
    with transaction.atomic():
        row = held(pilot, _("算结果"), *RUNNABLE.get(look, (State.RUNNING, State.ENDED)))
        plan = read(row.plan)
        _not_early(row, plan, look)
        made, new = Analysis.objects.get_or_create(
            pilot=row,
            look=look,
            defaults={"plan_hash": row.plan_hash, "asked_at": clock.now(), "asked_name": by.name[:60]},
        )
        stale = look == Analysis.FORESIGHT and made.state == Analysis.State.DONE
        if not new and not stale and made.state != Analysis.State.FAILED:
            return made
        made.state, made.done, made.said, made.plan_hash = Analysis.State.WAITING, 0, "", row.plan_hash
        made.save()
        leased = cast(LeasedTask, compute)
        leased.using(dedupe_key=f"pilot:{row.pk}:{look}").enqueue(made.pk)
    return made


def _not_early(row: Pilot, plan: Plan, look: int) -> None:
    today = clock.today()
    if look == Analysis.FINAL and row.ended_at is not None:
        until = timezone.localdate(row.ended_at) + timedelta(days=plan.settle_days)
        if today < until:
            raise TooEarly(until=until, why=_("结束以后要等在办的办完"))
    elif look > 0:
        if look > len(plan.looks):
            raise TooEarly(until=last_day(row), why=_("方案没有说中途看结果"))
        if today < plan.looks[look - 1]:
            raise TooEarly(until=plan.looks[look - 1], why=_("方案说这一天才看"))


@task()
def compute(analysis: int) -> str:
    """The job. Killed half-way it is run again from the beginning: nothing is half-written."""
    row = Analysis.objects.select_related("pilot").get(pk=analysis)
    if row.state == Analysis.State.DONE:
        return row.state
    Analysis.objects.filter(pk=analysis).update(state=Analysis.State.RUNNING)
    try:
        data = computed(row)
    except GongzhiError as error:
        said = str(error.message)[:500]
        Analysis.objects.filter(pk=analysis).update(state=Analysis.State.FAILED, said=said)
        return Analysis.State.FAILED
    with transaction.atomic():
        told = {
            "state": Analysis.State.DONE,
            "data": data,
            "finished_at": clock.now(),
            "total": data["cases"],
        }
        Analysis.objects.filter(pk=analysis).update(**told, done=data["cases"])
        verdicts = {each["measure"]: each["verdict"] for each in data["outcomes"]}
        by = Standing(person="system", role="system", name=_("系统"))
        record(
            by, "pilot_computed", "pilot", row.pilot_id, look=row.look, hash=row.plan_hash, verdicts=verdicts
        )
    return Analysis.State.DONE


def computed(row: Analysis) -> dict[str, Any]:
    """The whole result as JSON. Raises PanelError, PlanIncomplete."""
    plan, pilot = read(row.pilot.plan), row.pilot
    tried, kept = versions(plan.mechanism, plan.version, plan.base)
    if tried is None or kept is None:
        raise PlanIncomplete(listing=_("没有安装这个版本。"), fields={})
    known = comparable(tried, kept)
    measures = [known[each.measure] for each in plan.outcomes if each.measure in known]
    found = window(pilot, plan, row.look)
    if not found or not measures or found[-1].number < (0 if row.look >= 0 else -1):
        raise PanelError(why=_("开始以后还没有满一期"))
    ground = ground_of(pilot, plan)

    def report(count: int) -> None:
        Analysis.objects.filter(pk=row.pk).update(done=count)

    at = min(clock.now(), settled_at(pilot, plan, row.look))
    panel = gather(plan.mechanism, measures, ground, found, at, report)
    followed = sorted({each.unit for each in pilot.areas.all() if each.followed_at}) if row.look >= 0 else []
    return {
        "since": found[0].since.isoformat(),
        "start": next((each.since for each in found if each.number == 0), found[-1].until).isoformat(),
        "until": found[-1].until.isoformat(),
        "periods": len(found),
        "cases": panel.cases,
        "open": panel.open,
        "confidence": plan.each_confidence,
        "followed": followed,
        "changed": _changed(pilot),
        "outcomes": [_outcome(plan, measure, panel, ground, row.look, followed) for measure in measures],
    }


def settled_at(pilot: Pilot, plan: Plan, look: int) -> datetime:
    """The instant at which cases are looked at: the same whenever the result is computed."""
    if look == Analysis.FINAL and pilot.ended_at is not None:
        return midnight(timezone.localdate(pilot.ended_at) + timedelta(days=plan.settle_days + 1))
    if look > 0:
        return midnight(plan.looks[look - 1] + timedelta(days=1))
    return clock.now()


def window(pilot: Pilot, plan: Plan, look: int) -> list[Period]:
    """The complete periods of a look; of the computation before the start, those that history has already."""
    if look < 0:
        return [each for each in periods(plan, clock.today(), clock.today()) if each.number < 0]
    if pilot.started_at is None:
        raise NotNow(title=pilot.title, state=pilot.get_state_display(), what=_("算结果"))
    until = (
        clock.today() if pilot.ended_at is None else timezone.localdate(pilot.ended_at) + timedelta(days=1)
    )
    if look > 0:
        until = plan.looks[look - 1]
    return periods(plan, start_day(pilot), until)


def start_day(pilot: Pilot) -> date:
    """The day on which it really began: periods are counted from it."""
    return timezone.localdate(pilot.started_at)


def ground_of(pilot: Pilot, plan: Plan) -> Ground:
    """Paths by unit. An area that is its own unit stays so, also where another unit was merged into it."""
    members = list(pilot.areas.select_related("area").order_by("id"))
    if not members:  # a draft: as its plan says
        return _planned(plan)
    units: dict[str, str] = {}
    for own in (False, True):
        for row in members:
            if not row.mixed and (row.unit == row.area.code) is own:
                units[row.area.path] = row.unit
    treated = frozenset(row.unit for row in members if row.side == PilotArea.Side.TREATED)
    return Ground(units=units, treated=treated)


def _planned(plan: Plan) -> Ground:
    rows = Area.objects.filter(code__in=[*plan.treated, *plan.comparison])
    return Ground(units={row.path: row.code for row in rows}, treated=frozenset(plan.treated))


def _changed(pilot: Pilot) -> bool:
    """Whether the others no longer kept the version of the plan when it ended: told beside the result."""
    return pilot.state == State.RUNNING and LIBRARY.active_version(pilot.mechanism) != pilot.base


def _outcome(
    plan: Plan, measure: MeasureSpec, panel: Panel, ground: Ground, look: int, followed: list[str]
) -> dict[str, Any]:
    cells = panel.cells[measure.id]
    smallest = next(each.smallest for each in plan.outcomes if each.measure == measure.id)
    made = {
        "measure": measure.id,
        "title": measure.title,
        "formula": measure.formula,
        "unit": measure.unit,
        "kind": measure.kind,
        "better": measure.better,
        "smallest": smallest,
        "excluded": panel.excluded.get(measure.id, 0),
        "cells": [[each.area, each.period, each.value, each.n] for each in cells],
        "sides": [asdict(each) for each in sides(cells, ground.treated)],
    }
    made |= _estimate(plan, measure, cells, ground, look, smallest)
    if followed:
        kept = [each for each in cells if each.area not in followed]
        made["without"] = _estimate(plan, measure, kept, ground, look, smallest)
    return made


def _estimate(
    plan: Plan, measure: MeasureSpec, cells: list[Cell], ground: Ground, look: int, smallest: float
) -> dict[str, Any]:
    """``effect`` and ``verdict``; where the panel compares nothing, why."""
    options: dict[str, Any] = {"confidence": plan.each_confidence, "seed": int(plan.fingerprint()[:8], 16)}
    try:
        if look < 0:
            found = foreseen(cells, ground.treated, **options)
        else:
            found = effect(cells, ground.treated, 0, smallest=smallest, **options)
    except PanelError as error:
        return {"effect": None, "verdict": "unknowable", "why": error.data["why"]}
    return {"effect": asdict(found), "verdict": judge(found, better=measure.better, smallest=smallest)}
