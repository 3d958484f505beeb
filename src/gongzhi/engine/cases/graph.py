"""The flow of a case type, as ``engine.flows`` wants it: the part of the specification that moves tokens."""

from __future__ import annotations

from collections.abc import Mapping

from gongzhi.engine import flows
from gongzhi.engine.cases.spec import (
    CallSpec,
    CaseTypeSpec,
    ChoiceSpec,
    ClockDue,
    ClockSpec,
    StepSpec,
    TimerSpec,
    Within,
)

#: how a picture shows a time that only the case can say
COMPUTED = "⏱"


def flow_spec(spec: CaseTypeSpec, *, conditions: bool = True) -> flows.FlowSpec:
    """Steps, choices, timers, calls and ends of a case type, without forms, clocks and rights.

    ``conditions=False`` leaves out those of choices: a running case judges them itself, on values that FEEL computes
    with, before its flow moves.
    """
    return flows.FlowSpec(
        steps=tuple(_step(id_, step, conditions, spec.clocks) for id_, step in spec.steps.items()),
        start=spec.start,
        ends=dict(spec.ends),
    )


def _step(id_: str, step: StepSpec, conditions: bool, clocks: Mapping[str, ClockSpec]) -> flows.Step:
    return flows.Step(
        id=id_,
        title=step.title,
        who=step.who,
        choices=tuple(_choice(name, choice, conditions) for name, choice in step.choices.items()),
        each=step.each,
        completes=step.completes,
        awaits=step.awaits or "",
        not_by=tuple(step.not_by),
        calls=_call(step.calls) if step.calls else None,
        waits_for=flows.Wait(fact=step.waits_for.fact, to=step.waits_for.to) if step.waits_for else None,
        timers=tuple(_timer(name, timer, clocks) for name, timer in step.timers.items()),
    )


def _call(call: CallSpec) -> flows.Call:
    return flows.Call(
        case=call.case,
        when=call.when,
        with_=dict(call.with_),
        to=call.to,
        by_end={end: flows.EndWay(title=way.title, to=way.to) for end, way in call.by_end.items()},
    )


def _choice(id_: str, choice: ChoiceSpec, conditions: bool) -> flows.Choice:
    return flows.Choice(
        id=id_,
        title=choice.title or id_,
        to=choice.to,
        opens=choice.opens[0] if choice.opens else "",
        at_most=choice.at_most,
        then=choice.then,
        before_due=choice.before_due,
        when=choice.when if conditions else "",
    )


def _timer(id_: str, timer: TimerSpec, clocks: Mapping[str, ClockSpec]) -> flows.Timer:
    return flows.Timer(
        id=id_,
        title=_clock_title(timer.after, clocks),
        after=timer.after if isinstance(timer.after, str) else "",
        at=timer.at or ("" if isinstance(timer.after, str) else COMPUTED),
        every=timer.every,
        emits=timer.emits,
        to=timer.to,
        interrupting=timer.interrupting,
    )


def _clock_title(after: Within | None, clocks: Mapping[str, ClockSpec]) -> str:
    """A picture names the clock that a timer follows; other computed times it shows by a sign."""
    return clocks[after.clock].title if isinstance(after, ClockDue) and after.clock in clocks else ""
