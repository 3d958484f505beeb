"""What follows from alerts: cases that look into them, the judgement when those end, and watches put up for retirement."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from gongzhi.city.alerts import raising
from gongzhi.city.alerts.models import Alert, RuleState
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.matters import by_name
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, split_subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.mechanisms.posting import Values
from gongzhi.city.mechanisms.watching import Known, known
from gongzhi.city.records import actions as records
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.errors import AlreadyOne
from gongzhi.engine.cases.values import json_value
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.measures import Rate, rate
from gongzhi.engine.mechanisms.schema import ReactionSpec
from gongzhi.engine.watches import JudgeSpec, RuleDeedSpec
from gongzhi.engine.watches.subjects import holds, value

log = logging.getLogger("gongzhi.watches")
State = Alert.State


@reactions.register("watches", kinds=(raising.RAISED,))
def meet(entry: Entry) -> None:
    """An alert that nothing covers: it joins the open case of its subject, or opens one as its mechanism says."""
    kind, key = split_subject(entry.subject)
    row = Alert.objects.select_for_update().filter(pk=key, state=State.RAISED).first()
    if kind != "alert" or row is None:
        return
    open_ = _looked_into(row)
    if open_ is not None:
        raising.assign(row, open_.pk, first=False, at=entry.at)
        return
    held = library.LIBRARY.version(row.mechanism, row.version)
    for spec in held.mechanism.reactions if held else ():
        if held is not None and spec.on.watch == row.watch:
            _attempt(spec, row, held, entry)


def _looked_into(row: Alert) -> Case | None:
    """The open case of an earlier alert of the same watch and subject."""
    same = Alert.objects.filter(
        mechanism=row.mechanism, watch=row.watch, subject=row.subject, state=State.OPEN
    )
    keys = [key for key in same.values_list("case", flat=True) if key]
    return Case.every.filter(pk__in=keys, ended_at=None).order_by("opened_at").first() if keys else None


def _attempt(spec: ReactionSpec, row: Alert, held: Held, entry: Entry) -> None:
    """Do what the reaction says. What the city refuses stands on the alert, for a person to see."""
    names = {"alert": outline(row), "today": localdate(entry.at)}
    try:
        with transaction.atomic():
            if not holds(spec.when, names):
                return
            if spec.do.open:
                _open(spec, row, held, entry, names)
            elif deed := spec.do.record:
                found = {name: json_value(value(text, names)) for name, text in deed.set_.items()}
                key = str(value(deed.key, names) or "")
                told = f"{spec.title} {row.watch}"
                records.put(deed.register_, key, found, move=deed.move, by=SYSTEM, because=told, at=entry.at)
    except GongzhiError as error:
        log.warning("alert %s: %s", row.pk, error)
        words = {"title": spec.title, "why": error.message}
        Alert.objects.filter(pk=row.pk).update(reason=(_("“%(title)s”没有做成：%(why)s") % words)[:500])


def _open(spec: ReactionSpec, row: Alert, held: Held, entry: Entry, names: Mapping[str, Any]) -> None:
    """The case that looks into the alert; where the matter has an open case already, the alert joins it."""
    if row.state != State.RAISED:
        return
    values = {name: json_value(value(text, names)) for name, text in spec.do.with_.items()}
    form = {name: found for name, found in values.items() if found is not None}
    mechanism, _dot, type_id = spec.do.open.rpartition(".")
    try:
        with transaction.atomic():
            receipt = cases.open_case(
                mechanism or held.mechanism.id,
                type_id,
                form,
                by=SYSTEM,
                channel="alert",
                at=entry.at,
                near=row.area_path,
                key=f"alert:{row.pk}:{spec.id}",
            )
    except AlreadyOne as refused:
        first = by_name(str(refused.data.get("number", "")))
        if first is None:
            raise
        raising.assign(row, first.pk, first=False, at=entry.at)
        return
    raising.assign(row, UUID(str(receipt.case)), first=True, at=entry.at)


def outline(row: Alert) -> dict[str, Any]:
    """What reactions may know of an alert."""
    since, until = localtime(row.since), localtime(row.until)
    return {
        "number": row.pk,
        "watch": row.watch,
        "title": row.title,
        "version": row.version,
        "subject": row.subject,
        "name": row.name,
        "area": row.area_id,
        "from": since,
        "to": until,
        "from_text": since.strftime("%Y-%m-%d %H:%M"),
        "to_text": until.strftime("%Y-%m-%d %H:%M"),
        "day": since.date(),
        "numbers": {name: _exact(found) for name, found in row.numbers.items()},
        "says": row.says,
        "why": row.why,
        "earlier": None,
    }


def _exact(found: Any) -> Any:
    return Decimal(str(found)) if isinstance(found, float) else found


# — the case ends


def judge(
    spec: JudgeSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
) -> None:
    """``do: judge``: what the alerts of this case were."""
    reason = Values(case_type, state, beside)(spec.reason) if spec.reason else ""
    title = case_type.ends.get(row.ended, "")
    raising.judge(row.pk, outcome=spec.outcome, reason=str(reason or title), at=entry.at)


def turn(
    spec: RuleDeedSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
    owner: Held,
    *,
    suspended: bool,
) -> None:
    """``do: suspend`` and ``do: resume``: a watch of the mechanism that declares the reaction."""
    read = Values(case_type, state, beside)
    watch, reason = read(spec.watch), read(spec.reason) if spec.reason else ""
    if isinstance(watch, str) and watch in owner.mechanism.watches:
        raising.set_rule(
            owner.mechanism.id,
            watch,
            suspended=suspended,
            reason=str(reason or ""),
            case=name_of(row),
            at=entry.at,
        )


# — retirement


def precision(
    mechanism: str, watch: str, since: datetime | None = None, until: datetime | None = None
) -> Rate:
    """Share of true alerts among the judged ones, with its interval. A case counts once, however many alerts it has."""
    rows = Alert.objects.filter(
        mechanism=mechanism, watch=watch, first=True, state__in=(State.TRUE, State.FALSE)
    )
    if since is not None:
        rows = rows.filter(judged_at__gte=since)
    if until is not None:
        rows = rows.filter(judged_at__lt=until)
    states = list(rows.values_list("state", flat=True))
    return rate(states.count(State.TRUE), len(states))


def propose_retirements() -> list[str]:
    """Open the case that decides on each watch whose precision is below its line; gives ``mechanism.watch`` of each."""
    return [each.name for each in known() if each.spec.line and _proposed(each)]


def _proposed(each: Known) -> bool:
    """One watch: whether its case was opened now."""
    line, mechanism, at = each.spec.line, each.held.mechanism, clock.now()
    row = RuleState.objects.filter(mechanism=mechanism.id, watch=each.spec.id).first()
    if line is None or (row and (row.suspended or _waits(row))):
        return False
    since = at - timedelta(weeks=line.weeks)
    if row and row.counted_from and row.counted_from > since:
        since = row.counted_from
    found = precision(mechanism.id, each.spec.id, since)
    if found.value is None or found.n < line.least or Decimal(str(found.value)) >= line.precision:
        return False
    told = {
        "id": each.spec.id,
        "title": each.spec.title,
        "version": mechanism.version,
        "judged": found.n,
        "true_alerts": found.numerator,
        "false_alerts": found.n - found.numerator,
        "precision": Decimal(str(round(found.value, 4))),
        "low": Decimal(str(round(found.low, 4))),
        "high": Decimal(str(round(found.high, 4))),
        "weeks": line.weeks,
    }
    names = {"watch": told, "today": localdate(at)}
    form = {name: json_value(value(text, names)) for name, text in line.with_.items()}
    try:
        with transaction.atomic():
            receipt = cases.open_case(mechanism.id, line.proposes, form, by=SYSTEM, channel="alert", at=at)
            raising.propose(mechanism.id, each.spec.id, UUID(str(receipt.case)), at=at)
    except GongzhiError as error:
        log.warning("no proposal for %s: %s", each.name, error)
        return False
    return True


def _waits(row: RuleState) -> bool:
    """Whether a case decides on the watch already."""
    return row.proposal is not None and Case.every.filter(pk=row.proposal, ended_at=None).exists()


__all__ = ["judge", "meet", "outline", "precision", "propose_retirements", "turn"]
