"""A mechanism's case types drawn and exported (``gongzhi draw``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gongzhi.engine import flows
from gongzhi.engine.cases.graph import flow_spec
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows import bpmn, svg
from gongzhi.engine.mechanisms.mechanism import Mechanism
from gongzhi.engine.registers import ACTIVE, LifecycleSpec, RegisterSpec


class NoSuchCaseType(GongzhiError):
    """The mechanism has no case type of that id."""

    code = "M007"
    sentence = "机制“%(mechanism)s”没有事项“%(case)s”。"
    remedy = "可用：%(known)s。"
    status = 404


def draw(
    mechanism: Mechanism,
    case: str,
    *,
    lang: str = "zh",
    vertical: bool = False,
    marks: svg.Marks | None = None,
) -> str:
    """The flow of a case type, or the life of a register's records (states and moves), as SVG.

    In Chinese or in a language of the mechanism, with ``marks`` laid over nodes (of a register: states). Raises
    ``NoSuchCaseType``.
    """
    register = mechanism.registers.get(case)
    title = register.title if register else _case_type(mechanism, case).title
    flow = life_spec(register) if register else flow_spec(_case_type(mechanism, case))

    def say(text: str) -> str:
        return mechanism.text(text, lang)

    roles = {role: say(title) for role, title in mechanism.roles.items()}
    return svg.draw(
        translated(flow, say),
        title=say(title),
        marks=marks,
        lang=lang,
        vertical=vertical,
        roles=roles,
        key=case,
    )


def life_spec(register: RegisterSpec) -> flows.FlowSpec:
    """The lifecycle of a register drawn as a flow: a state is a step, a move a choice; states without a move are ends.

    A register without a lifecycle has one state and nothing to do.
    """
    life = register.lifecycle or LifecycleSpec(start=ACTIVE, states={ACTIVE: register.title})
    moves = life.moves.items()
    left = {state for _, move in moves for state in move.from_} | {life.start}

    def choices(state: str) -> tuple[flows.Choice, ...]:
        return tuple(
            flows.Choice(id=id, title=move.title, to=(move.to if move.to in left else f"end.{move.to}",))
            for id, move in moves
            if state in move.from_
        )

    steps = tuple(
        flows.Step(id=state, title=title, choices=choices(state))
        for state, title in life.states.items()
        if state in left
    )
    ends = {state: title for state, title in life.states.items() if state not in left}
    return flows.FlowSpec(steps=steps, start=life.start, ends=ends)


def translated(spec: flows.FlowSpec, say: Callable[[str], str]) -> flows.FlowSpec:
    """The same flow with every title in other words."""

    def choice(each: flows.Choice) -> flows.Choice:
        return replace(each, title=say(each.title))

    def call(each: flows.Call) -> flows.Call:
        ways = {end: replace(way, title=say(way.title)) for end, way in each.by_end.items()}
        return replace(each, by_end=ways)

    steps = tuple(
        replace(
            step,
            title=say(step.title),
            timers=tuple(replace(timer, title=say(timer.title)) for timer in step.timers),
            choices=tuple(choice(each) for each in step.choices),
            calls=call(step.calls) if step.calls else None,
        )
        for step in spec.steps
    )
    return replace(spec, steps=steps, ends={end: say(title) for end, title in spec.ends.items()})


def export_bpmn(mechanism: Mechanism, case: str) -> bytes:
    """The flow of a case type as BPMN 2.0 with layout. Raises ``NoSuchCaseType``."""
    spec = _case_type(mechanism, case)
    return bpmn.write(flow_spec(spec), spec.title, key=case)


def _case_type(mechanism: Mechanism, case: str) -> CaseTypeSpec:
    spec = mechanism.case_types.get(case)
    if spec is None:
        known = "、".join([*mechanism.case_types, *mechanism.registers])
        raise NoSuchCaseType(mechanism=mechanism.id, case=case, known=known)
    return spec


__all__ = ["NoSuchCaseType", "draw", "export_bpmn", "life_spec", "translated"]
