"""Assumptions from what happened: arrivals, times, routes and people of one case type, each with its number of cases.

The hands-on minutes of a step are written nowhere. Where it is known who did it, they are taken as the working time from
the later of two instants, when the work came and when the same person finished the thing before, until it was done: an
upper bound that counts pauses and other duties as work. Where nobody is named the whole time in the step is taken as
waiting; then more people change nothing, and the result says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from gongzhi.engine.calendars import Calendar, calendar
from gongzhi.engine.cases.spec import CaseTypeSpec, performer
from gongzhi.engine.instants import Unit
from gongzhi.engine.simulation.compiling import OUTSIDE
from gongzhi.engine.simulation.fitting import ENOUGH, Fit, fit
from gongzhi.engine.simulation.laws import LawSpec, spec_of
from gongzhi.engine.simulation.model import FitLine
from gongzhi.engine.simulation.spec import ArrivalSpec, SimulationSpec, StaffSpec, TimeSpec

#: a person who did less than this share of a role's work was a stand-in
STAND_IN = 0.02


class Visit(NamedTuple):
    """One step of one case that was done."""

    case: str
    step: str
    opened: datetime
    done: datetime
    #: ``to`` for calls and waits; empty where a log doesn't say
    choice: str = ""
    #: who did it; empty: nobody, or unknown
    actor: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of some cases of one type."""

    #: when the cases came
    opened: tuple[datetime, ...]
    visits: tuple[Visit, ...]
    #: entries that were left out: the clock of whoever wrote them was wrong
    clock_errors: int = 0
    #: natural hours from opening to end of the cases that have ended
    elapsed: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """Assumptions with where each comes from."""

    spec: SimulationSpec
    fits: tuple[FitLine, ...]


def clean(opened: Iterable[datetime], visits: Iterable[Visit], elapsed: Iterable[float] = ()) -> History:
    """A history without the visits that ended before they began."""
    kept, wrong = [], 0
    for visit in visits:
        if visit.done < visit.opened:
            wrong += 1
        else:
            kept.append(visit)
    return History(tuple(sorted(opened)), tuple(kept), wrong, tuple(hours for hours in elapsed if hours >= 0))


def learn(
    history: History, case_type: CaseTypeSpec, base: SimulationSpec, days_of: Calendar | None = None
) -> Learned:
    """``base`` with everything that the history says and ``base`` doesn't, and a line for each thing learnt."""
    days = (days_of or calendar("china")).evolve(unannounced="weekends")
    lines: list[FitLine] = []
    arrivals = base.arrivals or _arrivals(history, days, lines)
    by_step: dict[str, list[Visit]] = defaultdict(list)
    for visit in history.visits:
        if visit.step in case_type.steps:
            by_step[visit.step].append(visit)
    work = _hands_on(history.visits, days)
    staff, times = dict(base.staff), dict(base.times)
    for role, people in _people(by_step, case_type).items():
        if role not in {name.partition("@")[0] for name in staff}:
            staff[role] = StaffSpec(people=people)
            lines.append(FitLine(f"staff.{role}", role, people, f"办过的人里数出 {people} 人", "good"))
    for step, visits in by_step.items():
        if step not in times:
            found, line = _times(step, visits, case_type, work, days)
            lines.append(line)
            if found is not None:
                times[step] = found
    routes = {**_routes(by_step, case_type, lines), **base.routes}
    counts = {**_counts(by_step, case_type), **base.counts}
    if history.clock_errors:
        text = f"{history.clock_errors} 条记录结束早于开始（钟不准），没有用"
        lines.append(FitLine("history", "历史", history.clock_errors, text, "few"))
    changed = {"arrivals": arrivals, "staff": staff, "times": times, "routes": routes, "counts": counts}
    return Learned(base.model_copy(update=changed), tuple(lines))


# --- arrivals --------------------------------------------------------------------------------------------------


def _arrivals(history: History, days: Calendar, lines: list[FitLine]) -> ArrivalSpec | None:
    """The mean number per hour of each weekday, holidays counted as Sundays and make-up days as Fridays."""
    n = len(history.opened)
    if n < 2:
        lines.append(FitLine("arrivals", "来件", n, f"历史上只有 {n} 件，看不出每天来多少", "none"))
        return None
    local = [at.astimezone(days.tz) for at in history.opened]
    first, last = local[0].date(), local[-1].date()
    span = (last - first).days + 1
    present = Counter(_row(days, first + timedelta(days=number)) for number in range(span))
    came = Counter((_row(days, at.date()), at.hour) for at in local)
    rows = tuple(
        tuple(
            round(came[weekday, hour] / present[weekday], 5) if present[weekday] else 0.0
            for hour in range(24)
        )
        for weekday in range(7)
    )
    quality = "good" if n >= ENOUGH and span >= 14 else "few"
    text = f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d} 共 {n} 件，按星期几和钟点算平均"
    if span < 14:
        text += f"；只有 {span} 天，看不全一周的起落"
    lines.append(FitLine("arrivals", "来件", n, text, quality))
    return ArrivalSpec(by_hour=rows)


def _row(days: Calendar, day: date) -> int:
    works, weekday = days.is_working_day(day), day.weekday()
    return 6 if weekday < 5 and not works else 4 if weekday >= 5 and works else weekday


# --- times -----------------------------------------------------------------------------------------------------


def _minutes(days: Calendar, start: datetime, end: datetime) -> float:
    return float(days.between(start, end, Unit.WORKING_HOUR)) * 60 if end > start else 0.0


def _hands_on(visits: Sequence[Visit], days: Calendar) -> dict[int, float]:
    """Working minutes by ``id`` of the visit, for those whose doer is known."""
    by_actor: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.actor:
            by_actor[visit.actor].append(visit)
    minutes: dict[int, float] = {}
    for done in by_actor.values():
        done.sort(key=lambda visit: visit.done)
        before: datetime | None = None
        for visit in done:
            start = visit.opened if before is None or before < visit.opened else before
            minutes[id(visit)] = _minutes(days, start, visit.done)
            before = visit.done
    return minutes


def _times(
    step: str, visits: list[Visit], case_type: CaseTypeSpec, work: dict[int, float], days: Calendar
) -> tuple[TimeSpec | None, FitLine]:
    """Times of one step, and where they come from."""
    rule = case_type.steps[step]
    role = performer(rule.who)[0] if rule.who else ""
    known = [work[id(visit)] for visit in visits if id(visit) in work]
    if role and role not in OUTSIDE and len(known) >= 0.5 * len(visits):
        found = fit(known, "工作分钟")
        return _spec(found, "work", ""), _line(step, rule.title, found, "办理（含手上别的事）：")
    if role and role not in OUTSIDE:
        found = fit([_minutes(days, visit.opened, visit.done) for visit in visits], "工作分钟")
        words = "不知道谁办的，整段时间算等待，加人不会变快："
        return _spec(found, "wait", "working minutes"), _line(step, rule.title, found, words)
    found = fit([(visit.done - visit.opened).total_seconds() / 3600 for visit in visits], "小时")
    return _spec(found, "wait", "hours"), _line(step, rule.title, found, "等待：")


def _spec(found: Fit, key: str, unit: str) -> TimeSpec | None:
    if found.law is None:
        return None
    law: LawSpec = spec_of(found.law)
    if key == "work":
        return TimeSpec(work=law)
    return TimeSpec.model_validate({"wait": law, "wait_in": unit})


def _line(step: str, title: str, found: Fit, words: str) -> FitLine:
    return FitLine(f"times.{step}", title, found.n, words + found.text, found.quality)


# --- routes, branches, people ----------------------------------------------------------------------------------


def _routes(
    by_step: dict[str, list[Visit]], case_type: CaseTypeSpec, lines: list[FitLine]
) -> dict[str, dict[str, float]]:
    """How often each choice was taken."""
    routes = {}
    for step, visits in by_step.items():
        known = case_type.steps[step].choices
        moving = {name for name, choice in known.items() if choice.to or choice.opens} or set(known)
        taken = Counter(visit.choice for visit in visits if visit.choice in moving)
        n = sum(taken.values())
        if not n:
            continue
        routes[step] = {choice: float(times) for choice, times in taken.most_common()}
        if len(moving) > 1:
            words = "，".join(
                f"{known[choice].title or choice} {times}" for choice, times in taken.most_common()
            )
            quality = "good" if n >= ENOUGH else "few"
            text = f"{n} 次：{words}" + ("" if n >= ENOUGH else "（次数少，只作参考）")
            lines.append(FitLine(f"routes.{step}", case_type.steps[step].title, n, text, quality))
    return routes


def _counts(by_step: dict[str, list[Visit]], case_type: CaseTypeSpec) -> dict[str, LawSpec]:
    """How many branches an ``each`` step opened: visits of one case that began at the same instant."""
    counts = {}
    for step, visits in by_step.items():
        if case_type.steps[step].each:
            groups = Counter((visit.case, visit.opened) for visit in visits)
            sizes = sorted(groups.values())
            if sizes[0] == sizes[-1]:
                counts[step] = LawSpec(constant=float(sizes[0]))
            else:
                thin = sizes[:: max(len(sizes) // 200, 1)]
                counts[step] = LawSpec(empirical=(*map(float, thin), float(sizes[-1])))
    return counts


def _people(by_step: dict[str, list[Visit]], case_type: CaseTypeSpec) -> dict[str, int]:
    """How many different people did the steps of a role; those who only stood in are left out."""
    done: dict[str, Counter[str]] = defaultdict(Counter)
    for step, visits in by_step.items():
        rule = case_type.steps[step]
        role = performer(rule.who)[0] if rule.who else ""
        if role and role not in OUTSIDE:
            done[role].update(visit.actor for visit in visits if visit.actor)
    return {
        role: max(sum(times >= STAND_IN * sum(by.values()) for times in by.values()), 1)
        for role, by in done.items()
        if by
    }


__all__ = ["History", "Learned", "Visit", "clean", "learn"]
