"""What people do with a pilot: write its plan, declare, approve, start, amend, end it, decide. Each step is a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.journal.models import Anchor
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import placing
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.mechanisms.models import Installed
from gongzhi.city.pilots.checking import check_free, problems
from gongzhi.city.pilots.errors import (
    AreaGone,
    NoSuchPilot,
    NotNow,
    PlanIncomplete,
    PlanTouched,
    SamePerson,
    SayWhy,
    VersionChanged,
)
from gongzhi.city.pilots.models import Amendment, Pilot, PilotArea
from gongzhi.city.pilots.plans import Plan, read
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.models import Area
from gongzhi.engine.measures import draw

State = Pilot.State


def save_draft(by: Standing, plan: Plan, *, pilot: int | None = None, idea: str = "") -> Pilot:
    """A new plan, or another wording of one that is still a draft; it may be unfinished. Right ``pilot.plan``."""
    check(by, "pilot.plan")
    values = {
        "title": plan.title[:120],
        "mechanism": plan.mechanism,
        "version": plan.version,
        "base": plan.base,
        "plan": plan.to_json(),
        "idea": idea.strip()[:48],
    }
    with transaction.atomic():
        if pilot is None:
            who = {"author": by.person, "author_name": by.name[:60], "made_at": clock.now()}
            row = Pilot.objects.create(**values, **who)
            record(by, "pilot_drafted", "pilot", row.pk, title=row.title, mechanism=row.mechanism)
            return row
        row = _held(pilot, _("改方案"), State.DRAFT)
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        record(by, "pilot_redrafted", "pilot", row.pk, title=row.title)
    return row


def declare(by: Standing, pilot: int) -> Pilot:
    """Publish the plan: from now on it has a fingerprint. Right ``pilot.plan``. Raises PlanIncomplete, AreaTaken.

    Where the areas are drawn by lot, they are drawn now, by the newest anchor of the journal, which nobody could choose.
    """
    check(by, "pilot.plan")
    with transaction.atomic():
        row = _held(pilot, _("公布"), State.DRAFT)
        # of two plans declared at once for one mechanism the second waits here and sees the areas of the first
        list(Installed.objects.select_for_update().filter(mechanism=row.mechanism).order_by("id"))
        plan = drawn(read(row.plan)) if row.plan.get("how") == "lot" else read(row.plan)
        if found := problems(plan, clock.today()):
            raise PlanIncomplete(listing=_("；").join(found.values()) + "。", fields=found)
        areas = {area.code: area for area in Area.objects.filter(code__in=[*plan.treated, *plan.comparison])}
        check_free(row, list(areas.values()))
        row.areas.all().delete()
        PilotArea.objects.bulk_create(
            PilotArea(pilot=row, side=side, unit=code, area=areas[code])
            for side, codes in (("treated", plan.treated), ("comparison", plan.comparison))
            for code in codes
        )
        row.plan, row.plan_hash = plan.to_json(), plan.fingerprint()
        row.state, row.declared_at, row.trouble = State.DECLARED, clock.now(), ""
        row.save()
        record(by, "pilot_declared", "pilot", row.pk, hash=row.plan_hash, plan=row.plan)
    return row


def drawn(plan: Plan) -> Plan:
    """The plan with its areas drawn: as many of the pool as were marked for the trial. The same seed draws the same."""
    pool = tuple(sorted({*plan.treated, *plan.comparison}))
    if not pool:
        return plan
    root = Anchor.objects.order_by("-id").values_list("root", flat=True).first() or ""
    seed = f"{plan.mechanism} {plan.version} {clock.today().isoformat()} {root}"
    treated = lots(pool, seed, len(plan.treated))
    comparison = tuple(code for code in pool if code not in treated)
    return replace(plan, pool=pool, seed=seed, treated=tuple(sorted(treated)), comparison=comparison)


def lots(pool: tuple[str, ...], seed: str, count: int) -> tuple[str, ...]:
    """So many of the pool, by the seed: anybody can draw them again."""
    return draw(pool, seed, Decimal(1))[:count]


def take_back(by: Standing, pilot: int) -> Pilot:
    """Back to a draft, before it began: by its author's office, or by whoever does not approve it, with a reason."""
    check(by, "pilot.plan")
    return _back(by, pilot, _("退回起草"), "")


def refuse(by: Standing, pilot: int, reason: str) -> Pilot:
    """Not approved: back to its author with a reason. Right ``pilot.start``."""
    check(by, "pilot.start")
    if not reason.strip():
        raise SayWhy(what=_("不同意的理由"))
    return _back(by, pilot, _("退回起草"), reason.strip()[:500])


def _back(by: Standing, pilot: int, what: str, reason: str) -> Pilot:
    with transaction.atomic():
        row = _held(pilot, what, State.DECLARED, State.APPROVED)
        row.areas.all().delete()
        row.state, row.plan_hash, row.declared_at = State.DRAFT, "", None
        row.approved_at, row.approved_by, row.approved_name = None, "", ""
        row.trouble = reason
        row.save()
        record(by, "pilot_taken_back", "pilot", row.pk, reason=reason)
    return row


def drop(by: Standing, pilot: int) -> Pilot:
    """Give a plan up before it began; it stays on the list. Right ``pilot.plan``."""
    check(by, "pilot.plan")
    with transaction.atomic():
        row = _held(pilot, _("作废"), State.DRAFT, State.DECLARED, State.APPROVED)
        row.state = State.DROPPED
        row.save(update_fields=["state"])
        record(by, "pilot_dropped", "pilot", row.pk)
    return row


def approve(by: Standing, pilot: int) -> Pilot:
    """Four eyes: another person than the author says yes. Right ``pilot.start``. Raises SamePerson."""
    check(by, "pilot.start")
    with transaction.atomic():
        row = _held(pilot, _("批准"), State.DECLARED)
        if by.person == row.author:
            raise SamePerson(what=_("批准"))
        row.state, row.approved_at = State.APPROVED, clock.now()
        row.approved_by, row.approved_name = by.person, by.name[:60]
        row.save()
        record(by, "pilot_approved", "pilot", row.pk, hash=row.plan_hash)
    return row


def start(by: Standing, pilot: int) -> Pilot:
    """Run the version in the treated areas from now on, on the plan's day or later. Right ``pilot.start``.

    Raises NotNow before the day; VersionChanged when the others do not keep the version of the plan any more; PlanTouched when the
    plan is not the declared one; AreaGone, PlacedAlready, NotInstalled. Nothing is started then.
    """
    check(by, "pilot.start")
    at = clock.now()
    with transaction.atomic():
        row = _held(pilot, _("开始"), State.APPROVED)
        plan = read(row.plan)
        if plan.fingerprint() != row.plan_hash:
            raise PlanTouched
        if plan.starts is None or clock.today() < plan.starts:
            raise NotNow(title=row.title, state=row.get_state_display(), what=_("在方案写的日子以前开始"))
        active = LIBRARY.active_version(row.mechanism)
        if active != row.base:
            raise VersionChanged(base=row.base, active=active or _("（已停用）"))
        members = list(row.areas.select_related("area").order_by("id"))
        if gone := [each.area for each in members if not each.area.is_valid()]:
            raise AreaGone(area=gone[0].short_name)
        check_free(row, [each.area for each in members])
        treated = [each.area for each in members if each.side == PilotArea.Side.TREATED]
        placing.place(row.mechanism, row.version, treated, source=subject("pilot", row.pk), by=by, at=at)
        row.state, row.started_at, row.trouble = State.RUNNING, at, ""
        row.save()
        record(by, "pilot_started", "pilot", row.pk, hash=row.plan_hash)
    return row


def amend(by: Standing, pilot: int, text: str, *, ends: date | None = None) -> Amendment:
    """A dated change of a plan that runs: its words, and the last day where that is what changes. Right ``pilot.plan``."""
    check(by, "pilot.plan")
    if not text.strip():
        raise SayWhy(what=_("改了什么、为什么"))
    with transaction.atomic():
        row = _held(pilot, _("修改方案"), State.RUNNING)
        if ends is not None and ends < clock.today():
            raise SayWhy(what=_("今天或以后的日期；要现在就停，请用“提前结束”"))
        made = Amendment.objects.create(
            pilot=row, at=clock.now(), by=by.person, name=by.name[:60], text=text.strip()[:1000], ends=ends
        )
        told = {"text": made.text, "ends": ends.isoformat() if ends else ""}
        record(by, "pilot_amended", "pilot", row.pk, **told)
    return made


def end(by: Standing, pilot: int, reason: str = "") -> Pilot:
    """New cases are opened under the active version again everywhere; those that run finish on theirs. Right ``pilot.start``.

    Before its last day only with a reason (the stopping rule of the plan).
    """
    check(by, "pilot.start")
    at = clock.now()
    with transaction.atomic():
        row = _held(pilot, _("结束"), State.RUNNING)
        last = last_day(row)
        if last is not None and clock.today() <= last and not reason.strip():
            raise SayWhy(what=_("为什么提前结束（对照方案里的停止规则）"))
        placing.take_away(subject("pilot", row.pk), by=by, at=at)
        row.state, row.ended_at, row.end_reason = State.ENDED, at, reason.strip()[:500]
        row.save()
        record(by, "pilot_ended", "pilot", row.pk, reason=row.end_reason)
    return row


def last_day(row: Pilot) -> date | None:
    """The last day of the plan, or of its newest amendment that moved it."""
    moved = row.amendments.filter(ends__isnull=False).order_by("-at", "-id").first()
    return moved.ends if moved else read(row.plan).ends


def held(pilot: int, what: str, *states: State) -> Pilot:
    """The pilot under lock, in one of the states. Raises NoSuchPilot, NotNow."""
    return _held(pilot, what, *states)


def _held(pilot: int, what: str, *states: State) -> Pilot:
    row = Pilot.objects.select_for_update().filter(pk=pilot).first()
    if row is None:
        raise NoSuchPilot
    if row.state not in states:
        raise NotNow(title=row.title, state=row.get_state_display(), what=what)
    return row
