"""What a mechanism does by itself, again and again: every occurrence exactly once, also after a crash or a pause.

One transaction per occurrence, begun by the row that claims it: whoever dies in the middle leaves nothing, and the next one does
it anew; whoever comes second finds the row taken. What was missed while the server was down is made up: bulletins each for
its own period, a meeting only for the last time (two meetings about the same agenda help nobody).
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gongzhi.city.cases import actions
from gongzhi.city.cases.world import WORLD, home_office, office_name
from gongzhi.city.documents import actions as documents
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.references import SYSTEM, subject
from gongzhi.city.mechanisms import bulletins, library, pressing
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.mechanisms.models import Installed, Notice, RoutineRun
from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import Fact
from gongzhi.engine.cases.spec import performer
from gongzhi.engine.cases.values import json_value
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import show_instant
from gongzhi.engine.mechanisms.routines import (
    RoutineSpec,
    View,
    agenda_of,
    is_called_for,
    known_names,
    union,
    values_of,
)
from gongzhi.engine.routines import Occurrence, occurrences

log = logging.getLogger(__name__)

#: missed bulletins that are made up at most; older ones are only noted
CATCH_UP = 8
#: cases of an agenda that are linked with the meeting
MOST_LINKS = 60
_TICK = timedelta(microseconds=1)
Result = RoutineRun.Result


@periodic.register("mechanisms.routines", every=timedelta(minutes=5))
def run_due() -> None:
    """Do what is due of every active mechanism; what breaks in one routine stops no other, and is raised at the end."""
    broken: Exception | None = None
    for held in library.active():
        for spec in held.mechanism.routines:
            try:
                run_missing(held, spec)
            except Exception as error:  # somebody else's mechanism
                log.exception("routine %s.%s", held.mechanism.id, spec.id)
                broken = error
    if broken is not None:
        raise broken


def run_missing(held: Held, spec: RoutineSpec) -> list[RoutineRun]:
    """Do what fell due since the last time, in order; gives the rows that were written."""
    due = missing(held, spec)
    most = 1 if spec.open else CATCH_UP
    made = [run for each in due[:-most] if (run := note_missed(held, spec, each))]
    return made + [run for each in due[-most:] if (run := carry_out(held, spec, each))]


def missing(held: Held, spec: RoutineSpec) -> list[Occurrence]:
    """Occurrences that are due and have no row: since the last one that has, or since the mechanism came to the city."""
    now = clock.now()
    runs = RoutineRun.objects.filter(mechanism=held.mechanism.id, routine=spec.id)
    last = runs.order_by("-due_at").values_list("due_at", flat=True).first()
    if last is None:
        versions = Installed.objects.filter(mechanism=held.mechanism.id).order_by("installed_at")
        last = versions.values_list("installed_at", flat=True).first() or now
    days = calendar("china", unannounced="weekends")
    found = occurrences(spec.routine, last + _TICK, now + _TICK, days)
    known = set(
        runs.filter(occurrence__in=[each.nominal for each in found]).values_list("occurrence", flat=True)
    )
    return [each for each in found if each.nominal not in known]


def note_missed(held: Held, spec: RoutineSpec, occurrence: Occurrence) -> RoutineRun | None:
    """Say that this time was missed, instead of passing over it."""
    with transaction.atomic():
        run = _claim(held, spec, occurrence, clock.now())
        if run is not None:
            run.result = Result.MISSED
            run.said = _("到时候系统没有运行，这一次没有做；后来的一次照常做了。")
            _settle(run)
    return run


def carry_out(held: Held, spec: RoutineSpec, occurrence: Occurrence) -> RoutineRun | None:
    """Do one occurrence; None where somebody else did. What the city refuses is noted in its row, for a person to mend."""
    try:
        with transaction.atomic():
            run = _claim(held, spec, occurrence, clock.now())
            if run is not None:
                _do(held, spec, run)
            return run
    except GongzhiError as error:
        told = error
    with transaction.atomic():
        run = _claim(held, spec, occurrence, clock.now())
        if run is not None:
            run.result = Result.FAILED
            run.said = _("没有做成：%(why)s") % {"why": told.message}
            _settle(run)
    return run


def _claim(held: Held, spec: RoutineSpec, occurrence: Occurrence, now: datetime) -> RoutineRun | None:
    """The row of this occurrence; None where it is there already. Another one that is at it is waited for here."""
    back = timedelta(days=spec.bulletin.over.days if spec.bulletin else 0)
    run = RoutineRun(
        mechanism=held.mechanism.id,
        version=held.mechanism.version,
        routine=spec.id,
        title=spec.title,
        occurrence=occurrence.nominal,
        due_at=occurrence.at,
        since=occurrence.at - back,
        result=Result.NOTHING,
        ran_at=now,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        return None
    return run


def _do(held: Held, spec: RoutineSpec, run: RoutineRun) -> None:
    """Look what comes up, make what is called for, tell whom it concerns, and write it all down."""
    mechanism, _dot, type_id = spec.open.rpartition(".")
    without = (mechanism or held.mechanism.id, type_id) if spec.open else ("", "")
    seen = pressing.views(run.due_at if not run.late else run.ran_at, without=without) if spec.agenda else []
    parts = agenda_of(spec, seen)
    today: date = localdate(run.due_at)
    names = known_names(parts, today=today, since=localdate(run.since), until=today)
    agenda = union(parts)
    run.data = bulletins.kept([], agenda)
    if not is_called_for(spec, names):
        run.said = nothing_said(agenda)
    elif spec.bulletin:
        _bulletin(held, spec, run, parts, agenda)
    else:
        _open(spec, run, without, names, agenda)
    entry = _settle(run)
    if run.result != Result.NOTHING:
        _tell(spec, run, entry, names)


def nothing_said(agenda: list[View]) -> str:
    """Why nothing was made this time."""
    if not agenda:
        return _("没有红灯、黄灯的事，也没有卡住的事，这次不用开。")
    told = _("议题里有 %(n)d 件，都不用几家坐到一起定，这次不用开。")
    return told % {"n": len(agenda)}


def _bulletin(
    held: Held, spec: RoutineSpec, run: RoutineRun, parts: dict[str, list[dict[str, Any]]], agenda: list[View]
) -> None:
    """Fill the paper from the rows of the period; its number is taken in the same transaction."""
    bulletin = spec.bulletin
    assert bulletin is not None
    document = held.mechanism.documents[bulletin.document]
    counted = bulletins.figures(held, bulletin, run.since, run.due_at)
    run.said = bulletins.said(counted, agenda, bulletin.over.days)
    run.data = bulletins.kept(counted, agenda)
    if document.spec.number:
        run.number = documents.next_number(home_office(), document.spec.number, run.due_at)[:60]
    data = bulletins.paper_words(
        counted=counted,
        parts=parts,
        agenda=agenda,
        sentence=run.said,
        since=run.since,
        until=run.due_at,
        made_at=run.ran_at,
    )
    office = office_name(home_office()) if home_office() else ""
    shown = {"number": run.number, "title": spec.title, "now": show_instant(run.due_at), "office": office}
    run.body = document.fill({**shown, "data": data})
    run.result = Result.BULLETIN


def _open(
    spec: RoutineSpec, run: RoutineRun, kind: tuple[str, str], names: dict[str, Any], agenda: list[View]
) -> None:
    """Open the case, dated as it is opened, and link what it is about with it."""
    values = {name: json_value(value) for name, value in values_of(spec, names).items()}
    receipt = actions.open_case(*kind, values, by=SYSTEM, channel="routine", at=run.ran_at)
    run.case_id = receipt.case
    run.result = Result.OPENED
    run.said = _("议题 %(n)d 件，已开“%(title)s”。") % {"n": len(agenda), "title": spec.title}
    for row in sorted(agenda, key=lambda each: str(each["id"]))[:MOST_LINKS]:
        actions.link(receipt.case, row["id"], "agenda", by=SYSTEM, at=run.ran_at)


def _settle(run: RoutineRun) -> int:
    """Keep the row and write the journal; gives the number of the entry."""
    run.save()
    data = {
        "routine": f"{run.mechanism}.{run.routine}",
        "occurrence": run.occurrence.isoformat(),
        "result": str(run.result),
        "number": run.number,
        "case": str(run.case_id or ""),
        "late": run.late,
    }
    fact = Fact(kind="routine_ran", at=run.ran_at, by=SYSTEM, data=data)
    (entry,) = append(subject("routine_run", run.pk), [fact])
    return entry.pk


def _tell(spec: RoutineSpec, run: RoutineRun, entry: int, names: dict[str, Any]) -> None:
    recipients = set()
    for named in spec.tell:
        role, scope = performer(named)
        offices = names["offices"] if scope == "offices" else [WORLD.office_for(role, "county", "")]
        recipients |= {(role, office) for office in offices if office}
    text = f"{run.title}：{run.said}"[:2000]
    Notice.objects.bulk_create(
        [
            Notice(
                case_id=run.case_id,
                run=run,
                entry=entry,
                reaction=spec.id,
                role=role,
                office=office,
                text=text,
                at=run.ran_at,
            )
            for role, office in sorted(recipients)
        ],
        ignore_conflicts=True,
    )


@checks.register("routines")
def check_routines(full: bool) -> Finding:
    """No routine failed the last time it was due, in a way that a person must mend."""
    later = RoutineRun.objects.filter(
        mechanism=OuterRef("mechanism"), routine=OuterRef("routine"), due_at__gt=OuterRef("due_at")
    )
    failed = RoutineRun.objects.filter(~Exists(later), result=Result.FAILED).order_by("-id").first()
    remedy = f"{failed.title}（{failed.occurrence}）{failed.said}" if failed else ""
    return Finding(ok=failed is None, title="例行通报与调度", remedy=remedy)
