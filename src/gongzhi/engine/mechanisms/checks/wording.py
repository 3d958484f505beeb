"""Every expression compiles, and uses names that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, listing, refusal
from gongzhi.engine.mechanisms.loader import Draft


def validate(draft: Draft) -> Iterator[Problem]:
    """Conditions, values and mappings of case types (those of fields are checked with the form)."""
    for spec in draft.case_types.values():
        names = {name for field in spec.fields for name in (field.id, field.title)}
        for path, text in _expressions(spec):
            yield from expression(draft, case_file(spec), path, text, names)


def expression(draft: Draft, file: str, path: Path, text: str, names: Collection[str]) -> Iterator[Problem]:
    """Problems of one expression: it does not parse, or names something that is not there."""
    try:
        compiled = compile_expression(text)
    except GongzhiError as error:
        yield refusal(draft, file, path, error)
        return
    for name in sorted(compiled.names - set(names)):
        message = f"“{text}”里的“{name}”不是字段"
        yield finding(draft, file, path, "M061", message, f"可用：{listing(sorted(names))}。")


def _expressions(spec: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    for id_, step in spec.steps.items():
        for choice_id, choice in step.choices.items():
            path: Path = ("steps", id_, "choices", choice_id)
            if choice.when:
                yield (*path, "when"), choice.when
            if choice.extends:
                yield (*path, "extends", "by"), choice.extends.by
            yield from (((*path, "sets", name), text) for name, text in choice.sets.items())
        for timer_id, timer in step.timers.items():
            if timer.at:
                yield ("steps", id_, "timers", timer_id, "at"), timer.at
        if step.calls:
            yield from (
                (("steps", id_, "calls", "with", name), text) for name, text in step.calls.with_.items()
            )
