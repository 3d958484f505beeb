"""Replaying a time limit from its marks.

    limit 5 working days, warn 20 %, default hours        Mon 30 Sep 2024 is the last working day before the holiday
    ------------------------------------------------------------------------------------------------------------
    start   2024-09-30 16:20   due 2024-10-12 18:00       counted: 8, 9, 10, 11 and Sat 12 Oct (make-up day) = 5
    read    2024-10-10 09:00   elapsed 3, left 2, green   8, 9, 10 = 3; 5 - 3 = 2
    read    2024-10-11 08:30   elapsed 4, left 1, yellow  left 1 <= 5 x 0.2 = 1, from the opening of the 4th day on
    pause   2024-10-10 10:00
    resume  2024-10-14 11:00   due 2024-10-16 18:00       gives back 11, 12, 14 = 3; from the 12th: 14, 15, 16 Oct
    extend  by 3 working days  due 2024-10-21 18:00       17, 18 and Mon 21 = 3

Days are counted as the law counts them: the day on which a pause begins is not given back, the day on which it ends
is. Hours and minutes are exact: a pause of 40 working minutes moves the due by 40 working minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from gongzhi.engine.calendars import Calendar, Roll
from gongzhi.engine.clocks.errors import (
    ExtensionTooLate,
    ExtensionWithoutSpan,
    MarkOutOfOrder,
    PauseNotAllowed,
)
from gongzhi.engine.clocks.marks import Mark
from gongzhi.engine.instants import LONGEST, Span, Unit, aware, show_deadline, show_instant

Light = Literal["green", "yellow", "red", "none"]

DEFAULT_WARN = Decimal("0.2")

_TICK = timedelta(microseconds=1)
_KINDS = {"start": "开始", "pause": "暂停", "resume": "恢复", "extend": "延期", "stop": "停止"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch in which the clock stood still."""

    since: datetime
    #: ``None`` while it lasts
    until: datetime | None
    reason: str
    #: what it gave back, in the limit's unit; nothing when the limit had passed before it began
    given_back: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a clock says at one instant. Before its start all is empty and the light is ``none``."""

    started: datetime | None
    #: while paused: the due if the clock were resumed at this instant
    due: datetime | None
    #: time that ran, in the limit's unit, without what pauses gave back; whole numbers for days
    elapsed: Decimal
    #: ``allowance - elapsed``; negative when overdue, never below 0 before the due
    left: Decimal
    light: Light
    paused: bool
    #: when it was stopped; ``None`` while it runs or is paused
    stopped: datetime | None
    #: from when on the light is yellow, if nothing else happens
    warn_at: datetime | None
    #: the limit with its extensions, in the limit's unit
    allowance: Decimal = Decimal(0)
    pauses: tuple[Pause, ...] = ()


def replay(
    limit: Span,
    marks: Sequence[Mark],
    calendar: Calendar,
    at: datetime,
    *,
    pauses: Collection[str] = (),
    warn: Decimal = DEFAULT_WARN,
    count_first_day: bool = False,
    roll: Roll = "none",
) -> Reading:
    """Read a clock at ``at``: a pure fold over the marks up to then; later marks have not happened yet.

    ``pauses`` is the closed list of reasons for which the clock may pause; a citizen's clock has none. ``warn`` is
    the share of the limit that is left when the light turns yellow. ``count_first_day`` and ``roll`` as in
    :meth:`Calendar.add`. A ``start`` after a ``stop`` reopens the clock: it runs on, and the time for which it was
    stopped counts as a pause, unless it was late already, which nothing undoes.

    Raises :class:`MarkOutOfOrder`, :class:`PauseNotAllowed`, :class:`ExtensionTooLate`,
    :class:`ExtensionWithoutSpan`; from the calendar :class:`UnannouncedYear`.
    """
    rules = _Rules(limit, calendar, frozenset(pauses), Decimal(warn), count_first_day, roll)
    state = _State(allowance=limit.amount)
    last: Mark | None = None
    for mark in _in_order(marks, at):
        state = _STEPS[mark.kind](rules, state, mark)
        last = mark
    if last is None:
        nothing = Decimal(0)
        return Reading(
            started=None, due=None, elapsed=nothing, left=limit.amount, light="none", paused=False, stopped=None,
            warn_at=None, allowance=limit.amount,
        )  # fmt: skip
    return _read(rules, state, at)


@dataclass(frozen=True, slots=True)
class _Rules:
    limit: Span
    calendar: Calendar
    reasons: frozenset[str]
    warn: Decimal
    count_first_day: bool
    roll: Roll

    @property
    def counts_days(self) -> bool:
        return self.limit.unit in (Unit.DAY, Unit.WORKING_DAY)

    def due(self, unrolled: datetime) -> datetime:
        return self.calendar.roll(unrolled) if self.roll == "next_working_day" else unrolled

    def measure(self, start: datetime, end: datetime) -> Decimal:
        return self.calendar.between(start, end, self.limit.unit)

    def later(self, due: datetime, amount: Decimal) -> datetime:
        # a clock that stood still for years gives back more than any limit may be long
        while amount > LONGEST:
            due, amount = self.calendar.move(due, Span(Decimal(LONGEST), self.limit.unit)), amount - LONGEST
        return self.calendar.move(due, Span(amount, self.limit.unit)) if amount else due


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    allowance: Decimal
    started: datetime | None = None
    #: the due before rolling, with all finished pauses and extensions
    unrolled: datetime | None = None
    paused: Mark | None = None
    stopped: datetime | None = None
    done: tuple[Pause, ...] = field(default=())


def _in_order(marks: Sequence[Mark], at: datetime) -> Iterator[Mark]:
    """The marks up to ``at``; the order of the later ones is checked as well."""
    before: datetime | None = None
    aware(at)
    for mark in marks:
        if before is not None and aware(mark.at) < before:
            raise _wrong(mark, f"上一条记录的时间是{show_instant(before)}")
        before = mark.at
        if aware(mark.at) <= at:
            yield mark


def _start(rules: _Rules, state: _State, mark: Mark) -> _State:
    if state.started is None:
        due = rules.calendar.add(mark.at, rules.limit, count_first_day=rules.count_first_day)
        return replace(state, started=mark.at, unrolled=due)
    if state.stopped is None:
        raise _wrong(mark, "计时已经开始")
    stop = Mark(kind="stop", at=state.stopped)
    return replace(_give_back(rules, replace(state, paused=stop), mark.at), stopped=None)


def _pause(rules: _Rules, state: _State, mark: Mark) -> _State:
    _running(state, mark)
    if state.paused:
        raise _wrong(mark, "计时已经暂停")
    if mark.reason not in rules.reasons:
        allowed = "、".join(sorted(rules.reasons)) or "(没有,这个计时不能暂停)"
        raise PauseNotAllowed(reason=mark.reason, allowed=allowed, at=mark.at)
    return replace(state, paused=mark)


def _resume(rules: _Rules, state: _State, mark: Mark) -> _State:
    _running(state, mark)
    if not state.paused:
        raise _wrong(mark, "计时没有暂停")
    return _give_back(rules, state, mark.at)


def _extend(rules: _Rules, state: _State, mark: Mark) -> _State:
    _running(state, mark)
    if mark.span is None or not mark.span.amount:
        raise ExtensionWithoutSpan(at=mark.at)
    assert state.unrolled is not None
    due = rules.due(state.unrolled)
    if mark.at > due and not _in_time(rules, state):
        raise ExtensionTooLate(due=show_deadline(due), at=mark.at)
    longer = rules.calendar.move(state.unrolled, mark.span)
    if mark.span.unit is rules.limit.unit:
        more = mark.span.amount
    else:  # a day that ends at 24:00 is the day before that midnight
        more = rules.measure(state.unrolled - (_TICK if rules.counts_days else timedelta()), longer)
    return replace(state, unrolled=longer, allowance=state.allowance + more)


def _stop(rules: _Rules, state: _State, mark: Mark) -> _State:
    _running(state, mark)
    if state.paused:
        state = _give_back(rules, state, mark.at)
    return replace(state, stopped=mark.at)


_STEPS = {"start": _start, "pause": _pause, "resume": _resume, "extend": _extend, "stop": _stop}


def _running(state: _State, mark: Mark) -> None:
    if state.started is None:
        raise _wrong(mark, "计时还没有开始")
    if state.stopped is not None:
        raise _wrong(mark, f"计时已于{show_instant(state.stopped)}停止")


def _wrong(mark: Mark, why: str) -> MarkOutOfOrder:
    return MarkOutOfOrder(kind=_KINDS[mark.kind], at=show_instant(mark.at), why=why)


def _in_time(rules: _Rules, state: _State) -> Mark | None:
    """The pause that lasts, if it began before the limit had passed; one that came too late changes nothing."""
    assert state.unrolled is not None
    return state.paused if state.paused and state.paused.at <= rules.due(state.unrolled) else None


def _moved(rules: _Rules, state: _State, at: datetime) -> tuple[datetime, Decimal]:
    """(the due before rolling, what the lasting pause gave back so far) if the clock were resumed at ``at``."""
    assert state.unrolled is not None
    pause = _in_time(rules, state)
    if pause is None:
        return state.unrolled, Decimal(0)
    base = state.unrolled if pause.at <= state.unrolled else rules.due(state.unrolled)
    given = rules.measure(pause.at, at)
    due = rules.later(base, given)
    if rules.due(due) < at and rules.limit.unit is Unit.WORKING_DAY:
        # Paused on the last day and resumed after hours or on a rest day: the last day is the next working day.
        given += 1
        due = rules.later(base, given)
    # What stood still in time cannot be late at the moment at which it runs again.
    return (due if rules.due(due) >= at else at), given


def _give_back(rules: _Rules, state: _State, at: datetime) -> _State:
    """End the pause: move the due by what it took."""
    assert state.paused is not None
    unrolled, given = _moved(rules, state, at)
    pause = Pause(since=state.paused.at, until=at, reason=state.paused.reason, given_back=given)
    return replace(state, unrolled=unrolled, paused=None, done=(*state.done, pause))


def _read(rules: _Rules, state: _State, at: datetime) -> Reading:
    assert state.started is not None and state.unrolled is not None
    pause = _in_time(rules, state)
    # A clock that stands still shows what it showed when it was paused; only its due moves on.
    now = state.stopped or (pause.at if pause else at)
    due = rules.due(state.unrolled)
    warn_at = _warn_at(rules, state, due)
    light = _light(now, due, warn_at, state.stopped is not None)
    ran = rules.calendar.between(
        state.started, now, rules.limit.unit, count_first_day=rules.count_first_day and rules.counts_days
    )
    elapsed = ran - sum((one.given_back for one in state.done), Decimal(0))
    left = state.allowance - elapsed
    if now <= due:
        left = max(left, Decimal(0))
    pauses = state.done
    if state.paused is not None:
        unrolled, given = _moved(rules, state, at)
        due = rules.due(unrolled)
        warn_at = _warn_at(rules, state, due)
        pauses += (Pause(since=state.paused.at, until=None, reason=state.paused.reason, given_back=given),)
    return Reading(
        started=state.started,
        due=due,
        elapsed=elapsed,
        left=left,
        light=light,
        paused=state.paused is not None,
        stopped=state.stopped,
        warn_at=warn_at,
        allowance=state.allowance,
        pauses=pauses,
    )


def _light(now: datetime, due: datetime, warn_at: datetime, stopped: bool) -> Light:
    if now > due:
        return "red"
    return "yellow" if not stopped and now >= warn_at else "green"


def _warn_at(rules: _Rules, state: _State, due: datetime) -> datetime:
    """The instant from which no more than the share ``warn`` of the allowance is left.

    For days: the beginning of the day after which so many whole days are left (working days: its opening).
    """
    share = rules.warn * state.allowance
    if rules.counts_days:
        share = share.to_integral_value(ROUND_FLOOR)
    assert state.started is not None
    return min(due, max(state.started, rules.calendar.subtract(due, Span(share, rules.limit.unit))))


__all__ = ["DEFAULT_WARN", "Light", "Pause", "Reading", "replay"]
