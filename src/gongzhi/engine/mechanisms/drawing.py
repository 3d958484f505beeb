"""A mechanism's case types drawn and exported (``gongzhi draw``)."""

from __future__ import annotations

from dataclasses import replace

from gongzhi.engine.cases.graph import flow_spec
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows import FlowSpec, bpmn, svg
from gongzhi.engine.mechanisms.mechanism import Mechanism


class NoSuchCaseType(GongzhiError):
    """The mechanism has no case type of that id."""

    code = "M007"
    sentence = "机制“%(mechanism)s”没有事项“%(case)s”。"
    remedy = "可用:%(known)s。"
    status = 404


def draw(mechanism: Mechanism, case: str, *, lang: str = "zh", vertical: bool = False) -> str:
    """The flow of a case type as SVG, from left to right or downwards. Raises ``NoSuchCaseType``."""
    spec = mechanism.case_types.get(case)
    if spec is None:
        raise NoSuchCaseType(mechanism=mechanism.id, case=case, known="、".join(mechanism.case_types))
    title = mechanism.text(spec.title, lang)
    flow = _translated(flow_spec(spec), mechanism, lang)
    roles = {role: mechanism.text(name, lang) for role, name in mechanism.roles.items()}
    return svg.draw(flow, title=title, lang=lang, vertical=vertical, roles=roles, key=case)


def _translated(flow: FlowSpec, mechanism: Mechanism, lang: str) -> FlowSpec:
    """The same flow with its titles in the language, as far as the mechanism has them."""
    steps = tuple(
        replace(
            step,
            title=mechanism.text(step.title, lang),
            choices=tuple(
                replace(choice, title=mechanism.text(choice.title, lang)) for choice in step.choices
            ),
        )
        for step in flow.steps
    )
    ends = {id_: mechanism.text(title, lang) for id_, title in flow.ends.items()}
    return replace(flow, steps=steps, ends=ends)


def export_bpmn(mechanism: Mechanism, case: str) -> bytes:
    """The flow of a case type as BPMN 2.0 with layout. Raises ``NoSuchCaseType``."""
    spec = mechanism.case_types.get(case)
    if spec is None:
        raise NoSuchCaseType(mechanism=mechanism.id, case=case, known="、".join(mechanism.case_types))
    return bpmn.write(flow_spec(spec), spec.title, key=case)


__all__ = ["NoSuchCaseType", "draw", "export_bpmn"]
