"""What the passing of time causes: timers that fire, lights that turn yellow or red."""

from __future__ import annotations

from datetime import datetime

from gongzhi.engine import flows
from gongzhi.engine.cases.applying import apply
from gongzhi.engine.cases.casetypes import CaseType
from gongzhi.engine.cases.consequences import Before, Effects, outcome
from gongzhi.engine.cases.model import SYSTEM, Case, Fact
from gongzhi.engine.cases.readings import reading
from gongzhi.engine.cases.values import flow_data
from gongzhi.engine.cases.world import World

#: a case whose timers re-arm in the past is cut off after so many firings in one tick; the next tick goes on
MOST_FIRINGS = 100


def tick(case_type: CaseType, case: Case, at: datetime, world: World) -> tuple[Fact, ...]:
    """All facts that are due at ``at``, in order of their time: ``fired`` at the timer's own due time, ``alerted``
    once per clock or task and light. A second tick at the same instant causes nothing."""
    facts: list[Fact] = []
    for _ in range(MOST_FIRINGS):
        due = [timer for timer in case.timers if timer[2] <= at]
        if not due or case.ended:
            break
        fact = _fire(case_type, case, *min(due, key=lambda timer: (timer[2], timer[0], timer[1])), world)
        case = apply(case_type, case, fact)
        facts.append(fact)
    if not case.ended:
        facts += _alerts(case_type, case, at)
    return tuple(facts)


def _fire(case_type: CaseType, case: Case, token: int, timer: str, due: datetime, world: World) -> Fact:
    node = next(task.node for task in case.flow.tokens if task.id == token)
    rule = case_type.steps[node].timers[timer]
    advance = flows.advance(
        case_type.flow, case.flow, flows.Fired(token, timer), flow_data(case_type, case.data, due)
    )
    before = Before(
        opener=case.opened_by,
        data=case.data,
        marks=case.marks,
        limits=case.limits,
        tasks=case.tasks,
        # a timer that does not repeat is spent, also where it leaves its step open
        timers=tuple(each for each in case.timers if rule.every is not None or each[:2] != (token, timer)),
    )
    opened = next((task.opened_at for task in case.tasks if task.id == token), due)
    marked_at = opened if rule.since_opening else None
    effects = Effects(marks=rule.marks, marked_at=marked_at, resumes=rule.resumes)
    result = outcome(case_type, before, advance, effects, at=due, world=world)
    data = {"timer": timer, "emits": rule.emits, **result}
    return Fact(kind="fired", at=due, by=SYSTEM, step=node, task=token, data=data)


def _alerts(case_type: CaseType, case: Case, at: datetime) -> list[Fact]:
    found = []
    for clock in case_type.clocks:
        read = reading(case_type, case, clock, at)
        if read is None or read.stopped or read.light not in ("yellow", "red"):
            continue
        found.append((f"{clock}:{read.light}", ""))
    for task in case.tasks:
        if task.due is not None and at > task.due:
            found.append((f"task {task.id}:red", task.step))
    return [
        Fact(kind="alerted", at=at, by=SYSTEM, step=step, data={"alert": alert})
        for alert, step in found
        if alert not in case.alerted
    ]
