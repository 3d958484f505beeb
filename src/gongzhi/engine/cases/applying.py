"""Folding one fact into a case: ``apply(case_type, case, fact) -> case``. Pure, total over facts that were decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gongzhi.engine import flows
from gongzhi.engine.cases import everycase
from gongzhi.engine.cases.casetypes import CaseType
from gongzhi.engine.cases.model import Case, Fact, Limit, Task
from gongzhi.engine.cases.moving import after_move
from gongzhi.engine.cases.states import desk, load_mark, load_task
from gongzhi.engine.cases.values import flow_data


def apply(case_type: CaseType, case: Case | None, fact: Fact) -> Case:
    """The case after ``fact``; ``case`` is ``None`` only for the fact ``opened``.

    Folding a journal from its first fact gives exactly the state that was stored beside it (``gongzhi doctor``
    relies on that).
    """
    if case is None:
        return _with_outcome(_opened(case_type, fact), fact)
    if fact.kind == "moved":
        case = replace(case, **after_move(case, fact.data))
    if fact.kind in _EVENTS:
        advance = flows.advance(
            case_type.flow,
            case.flow,
            _EVENTS[fact.kind](fact),
            flow_data(case_type, _entered(case, fact), fact.at),
        )
        case = replace(case, flow=advance.state)
    return replace(_with_outcome(case, fact), length=case.length + 1)


def replay_facts(case_type: CaseType, facts: Iterable[Fact]) -> Case | None:
    """The case that these facts, in order, have made; ``None`` for no facts."""
    case: Case | None = None
    for fact in facts:
        case = apply(case_type, case, fact)
    return case


def _opened(case_type: CaseType, fact: Fact) -> Case:
    values = fact.data["values"]
    advance = flows.start(case_type.flow, flow_data(case_type, values, fact.at))
    return Case(
        type=case_type.id,
        version=case_type.version,
        opened_at=fact.at,
        opened_by=fact.by,
        channel=fact.data.get("channel", ""),
        data=values,
        flow=advance.state,
        behind=desk(fact.data.get("behind")),
        length=1,
    )


def _chosen(fact: Fact) -> flows.Event:
    return flows.Chosen(fact.task or 0, fact.choice)


def _fired(fact: Fact) -> flows.Event:
    return flows.Fired(fact.task or 0, fact.data["timer"])


def _happened(fact: Fact) -> flows.Event:
    if fact.task is not None:
        return flows.ChildEnded(fact.task, fact.data["outcome"], fact.data.get("values", {}))
    return flows.Occurred(fact.data["fact"])


_EVENTS: Mapping[str, Callable[[Fact], flows.Event]] = {
    "chosen": _chosen,
    "fired": _fired,
    "happened": _happened,
}


def _entered(case: Case, fact: Fact) -> Mapping[str, Any]:
    values = fact.data.get("values")
    entering = fact.kind in ("chosen", "correct", "happened", "moved")
    return {**case.data, **values} if values and entering else case.data


def _with_outcome(case: Case, fact: Fact) -> Case:
    data = fact.data
    ended = data.get("ended", "")
    changes: dict[str, Any] = {}
    if (entered := _entered(case, fact)) is not case.data:
        changes["data"] = entered
    tasks = _tasks(case.tasks, data, bool(ended))
    if fact.kind == "hand_over":
        tasks = tuple(
            replace(task, person=data["person"]) if task.id == fact.task else task for task in tasks
        )
    if tasks != case.tasks:
        changes["tasks"] = tasks
    if "marks" in data:
        read = {clock: tuple(load_mark(mark) for mark in marks) for clock, marks in data["marks"].items()}
        changes["marks"] = {**case.marks, **read}
    if "limits" in data:
        found = {
            clock: Limit(span=span, because=because) for clock, (span, because) in data["limits"].items()
        }
        changes["limits"] = {**case.limits, **found}
    if "timers" in data:
        changes["timers"] = tuple(
            (token, timer, datetime.fromisoformat(due)) for token, timer, due in data["timers"]
        )
    if fact.kind == "chosen" and fact.by.person not in case.doers.get(fact.step, ()):
        changes["doers"] = {**case.doers, fact.step: (*case.doers.get(fact.step, ()), fact.by.person)}
    if fact.kind == "alerted":
        changes["alerted"] = (*case.alerted, data["alert"])
    if fact.kind in ("ask", "answer"):
        changes["question"] = data["values"].get("text", "") if fact.kind == "ask" else ""
    if ended:
        if fact.kind in everycase.ENDS:
            changes["flow"] = flows.State(next=case.flow.next)
        changes |= {"ended": ended, "ended_at": fact.at, "tasks": (), "timers": (), "question": ""}
    return replace(case, **changes) if changes else case


def _tasks(tasks: tuple[Task, ...], data: Mapping[str, Any], ended: bool) -> tuple[Task, ...]:
    if ended:
        return ()
    closed = set(data.get("closed", ()))
    dues = {token: (due, warn_at) for token, due, warn_at in data.get("due", ())}
    kept = [task for task in tasks if task.id not in closed]
    moved = [_moved(task, *dues[task.id]) if task.id in dues else task for task in kept]
    return (*moved, *(load_task(task) for task in data.get("opened", ())))


def _moved(task: Task, due: str | None, warn_at: str | None) -> Task:
    return replace(
        task,
        due=datetime.fromisoformat(due) if due else None,
        warn_at=datetime.fromisoformat(warn_at) if warn_at else None,
    )
