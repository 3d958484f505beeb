"""A case, its facts and its parts as JSON-ready values, and back.

The form is versioned by ``"v"``: an older state is upgraded on load, never refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gongzhi.engine import flows
from gongzhi.engine.cases.model import Actor, Case, Fact, Limit, Task
from gongzhi.engine.clocks import Mark
from gongzhi.engine.instants import parse_span

FORMAT = 1


def dump_actor(actor: Actor) -> list[str]:
    return [actor.person, actor.role, actor.office, actor.area, actor.name, actor.post]


def load_actor(value: list[str]) -> Actor:
    person, role, office, area, name, post = value
    return Actor(person=person, role=role, office=office, area=area, name=name, post=post)


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def instant_text(value: datetime) -> str:
    """An instant in one spelling (UTC), so that a state folded from a journal equals the one that was stored."""
    return value.astimezone(UTC).isoformat()


def _text(value: datetime | None) -> str | None:
    return instant_text(value) if value else None


def dump_task(task: Task) -> list[Any]:
    return [
        task.id, task.step, task.role, task.office, instant_text(task.opened_at), _text(task.due), _text(task.warn_at),
        task.item, task.person, int(task.side),
    ]  # fmt: skip


def load_task(value: list[Any]) -> Task:
    id_, step, role, office, opened_at, due, warn_at, item, person, side = value
    return Task(
        id=id_, step=step, role=role, office=office, opened_at=datetime.fromisoformat(opened_at), due=_instant(due),
        warn_at=_instant(warn_at), item=item, person=person, side=bool(side),
    )  # fmt: skip


def dump_mark(mark: Mark) -> list[Any]:
    return [mark.kind, instant_text(mark.at), mark.reason, str(mark.span) if mark.span else None]


def load_mark(value: list[Any]) -> Mark:
    kind, at, reason, span = value
    return Mark(
        kind=kind, at=datetime.fromisoformat(at), reason=reason, span=parse_span(span) if span else None
    )


def desk(value: Any) -> tuple[str, str] | None:
    """Role and office of a desk, as a fact or a state keeps them."""
    return (str(value[0]), str(value[1])) if value else None


def dump_case(case: Case) -> dict[str, Any]:
    """A case as a JSON-ready dictionary; ``load_case`` gives an equal one back."""
    return {
        "v": FORMAT,
        "type": case.type,
        "version": case.version,
        "opened": [instant_text(case.opened_at), dump_actor(case.opened_by), case.channel],
        "data": dict(case.data),
        "flow": case.flow.dump(),
        "tasks": [dump_task(task) for task in case.tasks],
        "marks": {clock: [dump_mark(mark) for mark in marks] for clock, marks in case.marks.items()},
        "limits": {clock: [limit.span, limit.because] for clock, limit in case.limits.items()},
        "doers": {step: list(persons) for step, persons in case.doers.items()},
        "timers": [[token, timer, instant_text(due)] for token, timer, due in case.timers],
        "alerted": list(case.alerted),
        "question": case.question,
        "ended": [case.ended, _text(case.ended_at)],
        "length": case.length,
        **({"behind": list(case.behind)} if case.behind else {}),
    }


def load_case(value: Mapping[str, Any]) -> Case:
    """The case that ``dump_case`` gave."""
    opened_at, opened_by, channel = value["opened"]
    return Case(
        type=value["type"],
        version=value["version"],
        opened_at=datetime.fromisoformat(opened_at),
        opened_by=load_actor(opened_by),
        channel=channel,
        data=value["data"],
        flow=flows.State.load(value["flow"]),
        tasks=tuple(load_task(task) for task in value["tasks"]),
        marks={clock: tuple(load_mark(mark) for mark in marks) for clock, marks in value["marks"].items()},
        limits={
            clock: Limit(span=span, because=because) for clock, (span, because) in value["limits"].items()
        },
        doers={step: tuple(persons) for step, persons in value["doers"].items()},
        timers=tuple((token, timer, datetime.fromisoformat(due)) for token, timer, due in value["timers"]),
        alerted=tuple(value["alerted"]),
        question=value["question"],
        ended=value["ended"][0],
        ended_at=_instant(value["ended"][1]),
        length=value["length"],
        behind=desk(value.get("behind")),
    )


def dump_fact(fact: Fact) -> dict[str, Any]:
    """A fact as a JSON-ready dictionary, as the journal keeps it."""
    return {
        "kind": fact.kind,
        "at": instant_text(fact.at),
        "by": dump_actor(fact.by),
        "step": fact.step,
        "choice": fact.choice,
        "task": fact.task,
        "data": dict(fact.data),
    }


def load_fact(value: Mapping[str, Any]) -> Fact:
    """The fact that ``dump_fact`` gave."""
    return Fact(
        kind=value["kind"],
        at=datetime.fromisoformat(value["at"]),
        by=load_actor(value["by"]),
        step=value["step"],
        choice=value["choice"],
        task=value["task"],
        data=value["data"],
    )
