"""A step that a meeting decides: the figures come in, the outcome is computed, nobody picks it.

``Choose(step, "held", figures)`` by the system is the only way; the fact is a choice like any other (``passed``,
``failed``, ``no_quorum``, ``objected``), so that flows, simulation and mining need not know of meetings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from gongzhi.engine import flows
from gongzhi.engine.assemblies import conclude, figures_of
from gongzhi.engine.cases import errors
from gongzhi.engine.cases.casetypes import CaseType, ChoiceRule, StepRule
from gongzhi.engine.cases.consequences import Before, Effects, outcome
from gongzhi.engine.cases.model import SYSTEM, Case, Choose, Fact, Task
from gongzhi.engine.cases.objecting import actor_names
from gongzhi.engine.cases.surroundings import surroundings
from gongzhi.engine.cases.values import clock_names, flow_data, settled
from gongzhi.engine.cases.world import World
from gongzhi.engine.expressions import Expression
from gongzhi.engine.instants import show_instant

#: the one thing that is done in such a step
HELD = "held"
#: name under which what a choice ``sets`` reads the count
FIGURES = "figures"


def is_held(case_type: CaseType, step: str) -> bool:
    """Whether a meeting decides the step."""
    rule = case_type.steps.get(step)
    return rule is not None and rule.meeting is not None


def convened(case_type: CaseType, case: Case, command: Choose, at: datetime, world: World) -> Fact:
    """The fact that a meeting's figures make. Raises ``NoSuchTask``, ``NoSuchChoice``, ``BackInTime``, ``BadFigures``."""
    task = _task(case_type, case, command)
    step = case_type.steps[task.step]
    if command.choice != HELD:
        raise errors.NoSuchChoice(step=step.title, choice=command.choice, may=HELD)
    if case.opened_at > at:
        raise errors.BackInTime(last=show_instant(case.opened_at))
    choice, told = _outcome(step, command.values)
    values = _settled(case_type, choice, {**case.data}, told, at, world)
    data = {**case.data, **values}
    effects = Effects(
        marks=choice.marks, pauses=choice.pauses, resumes=choice.resumes, reopens=choice.reopens
    )
    advance = flows.advance(
        case_type.flow, case.flow, flows.Chosen(task.id, choice.id), flow_data(case_type, data, at)
    )
    before = Before(
        opener=case.opened_by,
        data=data,
        marks=case.marks,
        limits=case.limits,
        tasks=case.tasks,
        timers=case.timers,
    )
    result = outcome(case_type, before, advance, effects, at=at, world=world)
    return Fact(
        kind="chosen",
        at=at,
        by=SYSTEM,
        step=step.id,
        choice=choice.id,
        task=task.id,
        data={"values": values, FIGURES: told, **result},
    )


def _task(case_type: CaseType, case: Case, command: Choose) -> Task:
    for task in case.tasks:
        if task.step == command.step and command.task in (None, task.id):
            return task
    now = "、".join(case_type.step_title(task.step) for task in case.tasks)
    raise errors.NoSuchTask(step=case_type.step_title(command.step), now=now or "没有待办的步骤")


def _outcome(step: StepRule, values: Mapping[str, Any]) -> tuple[ChoiceRule, dict[str, Any]]:
    """The choice that the figures come to, and what the fact tells of them. ``meeting`` names where they were counted."""
    assert step.meeting is not None
    counted = {name: value for name, value in values.items() if name != "meeting"}
    decision = conclude(step.meeting.rules, figures_of(counted))
    choice = step.choices.get(decision.outcome) or step.choices["failed"]
    told = {**values, "outcome": decision.outcome, "says": decision.says, "because": decision.because}
    return choice, told


def _settled(
    case_type: CaseType,
    choice: ChoiceRule,
    data: dict[str, Any],
    told: Mapping[str, Any],
    at: datetime,
    world: World,
) -> dict[str, Any]:
    figures = {name: Decimal(value) if isinstance(value, int) else value for name, value in told.items()}
    found: dict[str, Any] = {}
    for name, rule in choice.sets.items():
        beside = surroundings(rule, at, world) if isinstance(rule, Expression) else dict(clock_names(at))
        beside |= {FIGURES: figures, **actor_names(SYSTEM)}
        found[name] = settled(case_type, rule, {**data, **found}, beside)
    return found


__all__ = ["FIGURES", "HELD", "convened", "is_held"]
