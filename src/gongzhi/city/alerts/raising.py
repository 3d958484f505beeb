"""Alerts are raised, attached to a case, and judged; watches are suspended. Every change is a fact of the alert's chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from gongzhi.city.alerts.models import Alert, RuleState
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel.references import SYSTEM, subject
from gongzhi.city.territory.models import Area
from gongzhi.engine.cases import Fact
from gongzhi.engine.watches import Warned, as_data

State = Alert.State
#: kind of fact: an alert that no declaration covers and that no open case looks into
RAISED = "alert_raised"
CHUNK = 500
_WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A watch as its alerts remember it."""

    mechanism: str
    watch: str
    title: str
    kind: str
    version: str
    digest: str
    feed: str = ""
    read_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Raised:
    """What came of a list of alerts."""

    seen: int = 0
    fresh: int = 0
    covered: int = 0
    rows: list[Alert] = field(default_factory=list)


def raise_alerts(
    rule: Rule, found: Iterable[Warned], series: Mapping[str, Mapping[str, Sequence[str]]], *, at: datetime
) -> Raised:
    """Write the alerts that are not there yet; those that are stay as they are. ``series``: subject -> part -> ids.

    An alert of a subject whose earlier alert of the same watch has an open case joins that case.
    """
    told = Raised()
    asked = list(found)
    for start in range(0, len(asked), CHUNK):
        part = asked[start : start + CHUNK]
        with transaction.atomic():
            _chunk(rule, part, series, at, told)
    return told


def _chunk(
    rule: Rule,
    part: Sequence[Warned],
    series: Mapping[str, Mapping[str, Sequence[str]]],
    at: datetime,
    told: Raised,
) -> None:
    same = Alert.objects.filter(mechanism=rule.mechanism, watch=rule.watch)
    subjects = {each.subject for each in part}
    times = [_instant(each.since) for each in part]
    known = set(same.filter(subject__in=subjects, since__in=set(times)).values_list("subject", "since"))
    open_ = {
        row.subject: row.case for row in same.filter(subject__in=subjects, state=State.OPEN).order_by("id")
    }
    areas = {row.code: row for row in Area.objects.filter(code__in={each.area for each in part if each.area})}
    for each, since in zip(part, times, strict=True):
        told.seen += 1
        told.covered += bool(each.covered)
        if (each.subject, since) in known:
            continue
        row = _row(rule, each, areas.get(each.area), at)
        row.series = {name: list(ids) for name, ids in series.get(each.subject, {}).items()}
        joined = None if each.covered else open_.get(each.subject)
        if joined is not None:
            row.state, row.case, row.first = State.OPEN, joined, False
        known.add((each.subject, since))
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # another run of the same day was faster: its alert stands
            continue
        told.fresh += 1
        told.rows.append(row)
        if row.state == State.RAISED:
            data = {"watch": f"{rule.mechanism}.{rule.watch}", "version": rule.version}
            journal.append(subject("alert", row.pk), [Fact(kind=RAISED, at=at, by=SYSTEM, data=data)])


def _row(rule: Rule, each: Warned, area: Area | None, at: datetime) -> Alert:
    return Alert(
        mechanism=rule.mechanism,
        watch=rule.watch,
        title=rule.title,
        kind=rule.kind,
        version=rule.version,
        digest=rule.digest,
        subject=each.subject[:160],
        name=each.name[:200],
        area=area,
        area_path=area.path if area else "",
        since=_instant(each.since),
        until=_instant(each.until),
        says=each.says,
        numbers=dict(each.numbers),
        feed=rule.feed,
        read_by=f"|{'|'.join(rule.read_by)}|" if rule.read_by else "",
        covered=each.covered,
        why_not=as_data(each.why_not),
        why=each.why,
        state=State.COVERED if each.covered else State.RAISED,
        raised_at=at,
    )


def _instant(us: int) -> datetime:
    return datetime.fromtimestamp(us // 1_000_000, UTC)


def assign(row: Alert, case: UUID, *, first: bool, at: datetime) -> None:
    """A case looks into the alert: the one that it opened (``first``), or one that was open already."""
    row.case, row.first, row.state = case, first, State.OPEN
    row.save(update_fields=["case", "first", "state"])
    data = {"case": str(case), "first": first}
    journal.append(subject("alert", row.pk), [Fact(kind="alert_assigned", at=at, by=SYSTEM, data=data)])


def judge(case: UUID, *, outcome: bool, reason: str, at: datetime) -> int:
    """The case has ended: what its alerts were. Gives how many were judged; what is judged stays so."""
    rows = list(Alert.objects.select_for_update().filter(case=case, state=State.OPEN).order_by("id"))
    for row in rows:
        row.state, row.reason, row.judged_at = State.TRUE if outcome else State.FALSE, reason[:_WORDS], at
        row.save(update_fields=["state", "reason", "judged_at"])
        data = {"case": str(case), "outcome": outcome, "reason": reason[:_WORDS]}
        journal.append(subject("alert", row.pk), [Fact(kind="alert_judged", at=at, by=SYSTEM, data=data)])
    return len(rows)


def set_rule(
    mechanism: str, watch: str, *, suspended: bool, reason: str, case: str, at: datetime
) -> RuleState:
    """Suspend a watch, or let it raise alerts again. A fact of the watch."""
    row = rule_state(mechanism, watch, at)
    row.suspended, row.reason, row.changed_at, row.proposal = suspended, reason[:_WORDS], at, None
    row.counted_from = at
    row.save()
    kind = "watch_suspended" if suspended else "watch_resumed"
    data: dict[str, Any] = {"reason": reason[:_WORDS], "case": case}
    about = subject("watch", f"{mechanism}.{watch}")
    journal.append(about, [Fact(kind=kind, at=at, by=SYSTEM, data=data)])
    return row


def propose(mechanism: str, watch: str, case: UUID, *, at: datetime) -> None:
    """Remember the case that decides on the watch. A fact of the watch."""
    row = rule_state(mechanism, watch, at)
    row.proposal, row.counted_from = case, at
    row.save()
    about = subject("watch", f"{mechanism}.{watch}")
    journal.append(about, [Fact(kind="watch_proposed", at=at, by=SYSTEM, data={"case": str(case)})])


def rule_state(mechanism: str, watch: str, at: datetime) -> RuleState:
    """The state of a watch; a new one runs."""
    made, _new = RuleState.objects.get_or_create(
        mechanism=mechanism, watch=watch, defaults={"changed_at": at}
    )
    return made


__all__ = ["RAISED", "Raised", "Rule", "assign", "judge", "propose", "raise_alerts", "rule_state", "set_rule"]
