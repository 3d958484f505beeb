"""Static rules over a flow's specification: what can be seen without running it."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import Problem, Where
from gongzhi.engine.flows.spec import END, FlowSpec, Step, ways_out


def check_spec(spec: FlowSpec) -> list[Problem]:
    """All findings of the static rules, in the order of the file."""
    problems = list(_whole(spec))
    for step in spec.steps:
        problems += _targets(spec, step)
    return problems


def problem(code: str, key: str, message: str, remedy: str, *, warning: bool = False) -> Problem:
    """A finding with the key path inside the case type."""
    severity = "warning" if warning else "error"
    return Problem(code=code, where=Where(key=key), message=message, remedy=remedy, severity=severity)  # type: ignore[arg-type]


def _whole(spec: FlowSpec) -> Iterator[Problem]:
    known = {step.id for step in spec.steps}
    if not spec.steps:
        yield problem("W101", "steps", "流程没有步骤", "至少写一个步骤")
    elif spec.first not in known:
        yield problem(
            "W102", "start", f"第一步“{spec.first}”不存在", f"改成已有步骤之一:{'、'.join(sorted(known))}"
        )


def _targets(spec: FlowSpec, step: Step) -> Iterator[Problem]:
    known = {each.id for each in spec.steps} | {END + end for end in spec.ends}
    for key, targets, _ in ways_out(step):
        for target in targets:
            if target not in known:
                yield problem(
                    "W103",
                    f"steps.{step.id}.{key}",
                    f"去向“{target}”不存在",
                    "改成已有步骤的编号,或在 ends 里补上这个结局并写成 end.编号",
                )
