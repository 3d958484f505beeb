"""The flow and the form of each case type, by their own rooms' linters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gongzhi.engine import flows
from gongzhi.engine.cases import everycase
from gongzhi.engine.cases.graph import flow_spec
from gongzhi.engine.cases.spec import CaseTypeSpec, FieldSpec
from gongzhi.engine.errors import GongzhiError, Problem, Refused
from gongzhi.engine.forms import form_from
from gongzhi.engine.instants import parse_span
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, placed, refusal
from gongzhi.engine.mechanisms.loader import Draft


def validate(draft: Draft) -> Iterator[Problem]:
    """Dead ends, unreachable steps, endless loops; fields that can't work; spans that can't be read."""
    for spec in draft.case_types.values():
        file = case_file(spec)
        unreached = {f"ends.{end}" for end in everycase.ENDS.values()}
        found = (each for each in flows.lint(flow_spec(spec)) if each.where.key not in unreached)
        yield from placed(draft, file, found)
        yield from form(draft, file, spec.fields)
        for path, span in _spans(spec):
            try:
                parse_span(span)
            except GongzhiError as error:
                yield refusal(draft, file, path, error)
        yield from _number(draft, spec)


def form(draft: Draft, file: str, fields: Iterable[FieldSpec]) -> Iterator[Problem]:
    """Problems of the fields of a case type or a register."""
    try:
        made = form_from([field.model_dump(by_alias=True) for field in fields])
    except Refused as refused:
        yield from placed(draft, file, refused.problems)
        return
    yield from placed(draft, file, made.lint())


def _spans(spec: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    for id_, clock in spec.clocks.items():
        if isinstance(clock.limit, str):
            yield ("clocks", id_, "limit"), clock.limit
    for id_, step in spec.steps.items():
        if isinstance(step.within, str):
            yield ("steps", id_, "within"), step.within
        for timer_id, timer in step.timers.items():
            for key, span in (("after", timer.after), ("every", timer.every)):
                if isinstance(span, str) and span:
                    yield ("steps", id_, "timers", timer_id, key), span


def _number(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    if not spec.number:
        return
    try:
        first = spec.number.format(yyyy=2024, seq=1)
        distinct = first != spec.number.format(yyyy=2024, seq=2)
    except (KeyError, ValueError, IndexError, AttributeError):
        distinct = False
    if not distinct:
        message = f"编号“{spec.number}”写法不对"
        yield finding(draft, case_file(spec), ("number",), "M053", message, "例如 MQ{yyyy}{seq:06}。")
