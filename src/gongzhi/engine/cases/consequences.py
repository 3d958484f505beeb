"""What follows from one advance of the flow: tasks with their due times, marks and limits of clocks, timers.

The result is the ``outcome`` part of a fact: JSON-ready, complete, so that folding the fact in later needs no
calendar and no city, and gives the same case for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from gongzhi.engine import flows
from gongzhi.engine.cases.casetypes import CaseType, ClockRule, LimitRule, StepRule, TimerRule
from gongzhi.engine.cases.errors import NoOffice
from gongzhi.engine.cases.model import Actor, Limit, Task
from gongzhi.engine.cases.readings import SENT_BACK, find_limit, read_marks
from gongzhi.engine.cases.states import dump_mark, dump_task, instant_text
from gongzhi.engine.cases.values import clock_names, evaluate, json_value
from gongzhi.engine.cases.world import World
from gongzhi.engine.clocks import Mark, replay
from gongzhi.engine.instants import SHANGHAI, Span, parse_span

Marks = Mapping[str, tuple[Mark, ...]]
Limits = Mapping[str, Limit]

#: a timer that follows a clock which does not run fires then
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
#: the hour at which a clock starts of which only the day is known; that day itself is not counted
NOON = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a choice (or an end) asks of the clocks."""

    #: names of marks that were made, and their instant where it is not that of the fact
    marks: tuple[str, ...] = ()
    marked_at: datetime | None = None
    #: reason for which clocks pause, and for which they go on
    pauses: str = ""
    resumes: str = ""
    #: clock that had stopped and runs again
    reopens: tuple[str, ...] = ()
    #: clock, by how much, and when it was asked for
    extends: tuple[str, Span, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The parts of a case that consequences build on (empty for a case that is being opened)."""

    opener: Actor
    data: Mapping[str, Any]
    marks: Marks
    limits: Limits
    tasks: tuple[Task, ...]
    timers: tuple[tuple[int, str, datetime], ...]


def outcome(
    case_type: CaseType,
    before: Before,
    advance: flows.Advance,
    effects: Effects,
    *,
    at: datetime,
    world: World,
) -> dict[str, Any]:
    """What the advance causes, JSON-ready; ``before.data`` already holds the values just entered.

    Raises ``NoOffice`` where a step's ``who`` has nobody, ``NoLimitFound`` where a limits table has no row.
    """
    marks = _changed_marks(case_type, before, effects, bool(advance.ended), at)
    limits = _changed_limits(case_type, before, marks)
    all_marks, all_limits = {**before.marks, **marks}, {**before.limits, **limits}
    closed = {token.id for token in advance.closed}
    opened = [
        _task(case_type, before, token, all_marks, all_limits, at, world)
        for token in advance.opened
        if not advance.ended and token.node in case_type.steps and case_type.steps[token.node].is_work
    ]
    kept = [task for task in before.tasks if task.id not in closed] if not advance.ended else []
    touched = set(marks) | set(limits)
    result: dict[str, Any] = {
        "opened": [dump_task(task) for task in opened],
        "closed": sorted(task.id for task in before.tasks if task.id in closed or advance.ended),
        "marks": {clock: [dump_mark(mark) for mark in made] for clock, made in marks.items()},
        "limits": {clock: [limit.span, limit.because] for clock, limit in limits.items()},
        "due": _moved_dues(case_type, before.data, kept, all_marks, all_limits, touched, at),
        "timers": _timers(case_type, before, advance, all_marks, all_limits, at),
        "calls": _calls(case_type, before.data, advance, at),
        "ended": advance.ended,
    }
    return {key: value for key, value in result.items() if value or key == "timers"}


def _changed_marks(
    case_type: CaseType, before: Before, effects: Effects, ended: bool, at: datetime
) -> dict[str, tuple[Mark, ...]]:
    changed = {}
    for id_, rule in case_type.clocks.items():
        old = before.marks.get(id_, ())
        effects_here = _dated(rule, before.data, effects, at)
        new = _marks_of(case_type, rule, old, before.limits.get(id_), effects_here, ended, at)
        if new != old:
            changed[id_] = new
    return changed


def _dated(rule: ClockRule, data: Mapping[str, Any], effects: Effects, at: datetime) -> Effects:
    """The start of a clock on the day that its field names: whoever writes it down later wins no time by it."""
    if not rule.since or rule.starts not in effects.marks or not (day := data.get(rule.since)):
        return effects
    noon = datetime.combine(date.fromisoformat(str(day)), NOON, SHANGHAI)
    return replace(effects, marked_at=min(noon, at))


def _marks_of(
    case_type: CaseType,
    rule: ClockRule,
    marks: tuple[Mark, ...],
    limit: Limit | None,
    effects: Effects,
    ended: bool,
    at: datetime,
) -> tuple[Mark, ...]:
    """One clock's marks after the effects, in the order: start, reopen, resume, extend, pause, stop."""
    if rule.starts in effects.marks:
        marks = (Mark(kind="start", at=effects.marked_at or at),)
    if rule.id in effects.reopens and marks and marks[-1].kind == "stop":
        # whoever waits has waited all along: only a clock that may pause leaves the time between out
        gap = (
            Mark(kind="pause", at=marks[-1].at, reason=SENT_BACK),
            Mark(kind="resume", at=at, reason=SENT_BACK),
        )
        marks = marks[:-1] + (gap if rule.pauses else ())
    if not marks or marks[-1].kind == "stop":
        return marks
    paused = _pause_reason(marks)
    if paused and (effects.resumes == paused or ended or rule.stops in effects.marks):
        marks, paused = (*marks, Mark(kind="resume", at=at, reason=paused)), ""
    if effects.extends and effects.extends[0] == rule.id and limit:
        marks = _extended(case_type, rule, marks, limit, effects.extends, at)
    if effects.pauses in rule.pauses and not paused:
        marks = (*marks, Mark(kind="pause", at=at, reason=effects.pauses))
    if ended or rule.stops in effects.marks:
        marks = (*marks, Mark(kind="stop", at=at))
    return marks


def _pause_reason(marks: Iterable[Mark]) -> str:
    """The reason for which the clock stands still now; empty while it runs."""
    reason = ""
    for mark in marks:
        if mark.kind == "pause":
            reason = mark.reason
        elif mark.kind == "resume":
            reason = ""
    return reason


def _extended(
    case_type: CaseType,
    rule: ClockRule,
    marks: tuple[Mark, ...],
    limit: Limit,
    extends: tuple[str, Span, datetime],
    at: datetime,
) -> tuple[Mark, ...]:
    """An extension that was asked for in time counts from when it was asked, however late it was approved."""
    _, span, asked_at = extends
    read = read_marks(case_type, rule, marks, limit, at)
    in_time = read is None or read.due is None or at <= read.due
    mark = Mark(kind="extend", at=at if in_time else asked_at, reason="approved", span=span)
    return tuple(sorted((*marks, mark), key=lambda each: each.at))


def _changed_limits(case_type: CaseType, before: Before, marks: Marks) -> dict[str, Limit]:
    """Limits by table follow the data (a corrected category changes them) until the clock has stopped."""
    changed = {}
    for id_, rule in case_type.clocks.items():
        own = marks.get(id_, before.marks.get(id_, ()))
        if not own or (own[-1].kind == "stop" and id_ in before.limits):
            continue
        if id_ in before.limits and rule.limit.span is not None:
            continue
        limit = find_limit(case_type, rule.limit, before.data, rule.title)
        if limit is not None and limit != before.limits.get(id_):
            changed[id_] = limit
    return changed


def _task(
    case_type: CaseType,
    before: Before,
    token: flows.Token,
    marks: Marks,
    limits: Limits,
    at: datetime,
    world: World,
) -> Task:
    rule = case_type.steps[token.node]
    due, warn_at = _due(case_type, rule.within, before.data, marks, limits, at, at)
    return Task(
        id=token.id,
        step=token.node,
        role=rule.role,
        office=_office(case_type, rule, before, token.item, world),
        opened_at=at,
        due=due,
        warn_at=warn_at,
        item=token.item,
        person=str(before.data.get(rule.person) or "") if rule.person else "",
        side=token.side,
    )


def _office(case_type: CaseType, rule: StepRule, before: Before, item: str, world: World) -> str:
    """Which office's post must act: the scope of ``who`` resolved with the data and the city."""
    scope = rule.scope
    if scope == "reporter" or rule.role == "resident":
        return ""
    if scope == "opener":
        return before.opener.office
    if scope == "county":
        office = world.office_for(rule.role, "county", "")
    elif scope == "item":
        office = world.office_for(rule.role, "office", item)
    else:
        value = before.data.get(scope)
        kind = "office" if case_type.form[scope].kind == "office" else "area"
        code = value.get("area", "") if isinstance(value, Mapping) else str(value or "")
        office = world.office_for(rule.role, kind, code)
    if not office:
        raise NoOffice(step=rule.title, scope=scope, role=case_type.role_title(rule.role))
    return office


def _due(
    case_type: CaseType,
    within: LimitRule | None,
    data: Mapping[str, Any],
    marks: Marks,
    limits: Limits,
    opened_at: datetime,
    at: datetime,
) -> tuple[datetime | None, datetime | None]:
    """Due time and time of the yellow light of a step; a step that follows a paused clock has none for now."""
    if within is None:
        return None, None
    if within.clock:
        rule = case_type.clocks[within.clock]
        read = read_marks(case_type, rule, marks.get(within.clock, ()), limits.get(within.clock), at)
        return (None, None) if read is None or read.paused else (read.due, read.warn_at)
    limit = find_limit(case_type, within, data, "")
    if limit is None:
        return None, None
    read = replay(parse_span(limit.span), (Mark(kind="start", at=opened_at),), case_type.calendar, opened_at)
    return read.due, read.warn_at


def _moved_dues(
    case_type: CaseType,
    data: Mapping[str, Any],
    tasks: Iterable[Task],
    marks: Marks,
    limits: Limits,
    touched: set[str],
    at: datetime,
) -> list[list[Any]]:
    """Open tasks that follow a clock which has just changed: (task, due, yellow from)."""
    moved = []
    for task in tasks:
        within = case_type.steps[task.step].within
        if within is not None and within.clock in touched:
            due, warn_at = _due(case_type, within, data, marks, limits, task.opened_at, at)
            moved.append([task.id, due and instant_text(due), warn_at and instant_text(warn_at)])
    return moved


def _timers(
    case_type: CaseType,
    before: Before,
    advance: flows.Advance,
    marks: Marks,
    limits: Limits,
    at: datetime,
) -> list[list[Any]]:
    """All armed timers afterwards: those that stay and those just armed. A timer that follows a clock or a date of the form moves
    with it."""
    if advance.ended:
        return []
    nodes = {token.id: token.node for token in advance.state.tokens}
    gone = set(advance.disarmed) | set(advance.armed)
    earlier = {(token, timer): due for token, timer, due in before.timers}
    found: dict[tuple[int, str], datetime | None] = {
        key: due for key, due in earlier.items() if key not in gone and key[0] in nodes
    }
    for token, timer in found:
        rule = case_type.steps[nodes[token]].timers[timer]
        if rule.after is not None and rule.after.clock:
            found[token, timer] = _clock_due(case_type, rule.after.clock, marks, limits, at)
        elif rule.at is not None and not rule.every and not rule.at.names & set(clock_names(at)):
            # the date that it waits for may have been changed: an extension moves the reminders, too
            due = evaluate(case_type, rule.at, before.data)
            if isinstance(due, datetime) and due != earlier[token, timer]:
                found[token, timer] = max(due, at)
    for token, timer in advance.armed:
        rule = case_type.steps[nodes[token]].timers[timer]
        again = earlier.get((token, timer))
        found[token, timer] = _timer_due(case_type, rule, before.data, marks, limits, again, at)
    return [[token, timer, instant_text(due)] for (token, timer), due in found.items() if due is not None]


def _timer_due(
    case_type: CaseType,
    rule: TimerRule,
    data: Mapping[str, Any],
    marks: Marks,
    limits: Limits,
    earlier: datetime | None,
    at: datetime,
) -> datetime | None:
    """When a timer that is armed now fires; None where nothing says when."""
    if rule.every and earlier is not None:
        return case_type.calendar.add(earlier, rule.every)
    if rule.after is not None and rule.after.clock:
        return _clock_due(case_type, rule.after.clock, marks, limits, at)
    if rule.after is not None:
        limit = find_limit(case_type, rule.after, data, rule.id)
        return case_type.calendar.add(at, parse_span(limit.span)) if limit else None
    due = evaluate(case_type, rule.at, data, clock_names(at)) if rule.at else None
    # what should have happened before the step began happens as it begins: nothing is dated back
    return max(due, at) if isinstance(due, datetime) else None


def _clock_due(case_type: CaseType, clock: str, marks: Marks, limits: Limits, at: datetime) -> datetime:
    """When a clock is due, as a timer follows it: never while it stands still or has not begun."""
    read = read_marks(case_type, case_type.clocks[clock], marks.get(clock, ()), limits.get(clock), at)
    return NEVER if read is None or read.paused or read.stopped or read.due is None else max(read.due, at)


def _calls(
    case_type: CaseType, data: Mapping[str, Any], advance: flows.Advance, at: datetime
) -> list[dict[str, Any]]:
    """Child cases to open: token, case type and the mapped values of their opening form."""
    made = []
    opened = {token.id: token for token in advance.opened}
    for token, _ in advance.calls:
        calls = case_type.steps[opened[token].node].calls
        if calls is not None:
            beside = {**clock_names(at), "item": opened[token].item}
            values = {
                name: json_value(evaluate(case_type, expression, data, beside))
                for name, expression in calls[1].items()
            }
            step, item = opened[token].node, opened[token].item
            made.append({"token": token, "step": step, "item": item, "case": calls[0], "with": values})
    return made
