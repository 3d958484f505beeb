"""A mechanism's case types drawn and exported (``gongzhi draw``)."""

from __future__ import annotations

from gongzhi.engine.cases.graph import flow_spec
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows import bpmn, svg
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
    return svg.draw(
        flow_spec(spec), title=title, lang=lang, vertical=vertical, roles=mechanism.roles, key=case
    )


def export_bpmn(mechanism: Mechanism, case: str) -> bytes:
    """The flow of a case type as BPMN 2.0 with layout. Raises ``NoSuchCaseType``."""
    spec = mechanism.case_types.get(case)
    if spec is None:
        raise NoSuchCaseType(mechanism=mechanism.id, case=case, known="、".join(mechanism.case_types))
    return bpmn.write(flow_spec(spec), spec.title, key=case)


__all__ = ["NoSuchCaseType", "draw", "export_bpmn"]
