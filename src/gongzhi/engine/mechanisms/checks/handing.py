"""What one case hands over: nothing private goes into a field, a case or a register where everybody could read it.

A value that is handed over whole is sealed again in its new place; one that an expression makes into something else is not,
so every field that an expression uses must be at least as open as the field that it fills.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gongzhi.engine.cases.spec import CaseTypeSpec, FieldSpec
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding
from gongzhi.engine.mechanisms.checks.records import register_of
from gongzhi.engine.mechanisms.loader import Draft

OPEN = ("public", "internal")
#: kinds of values that say of a private one at most whether it is there
TELLS_LITTLE = ("yesno", "date", "number")


def validate(draft: Draft) -> Iterator[Problem]:
    """``with`` of calls and reactions, ``sets`` of choices, ``set`` of records."""
    for spec in draft.case_types.values():
        yield from _case(draft, spec)
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        source = case_type_of(draft, reaction.on.case)
        if source is None:
            continue
        child = case_type_of(draft, reaction.do.open) if reaction.do.open else None
        if child is not None:
            path: Path = (number, "do", "with")
            yield from _mapping(draft, "reactions.yaml", path, source.fields, child.fields, reaction.do.with_)
        deed = reaction.do.record
        register = register_of(draft, deed.register_) if deed else None
        if deed is not None and register is not None:
            # reactions see marks in place of private values, so a condition on one tells only whether it is there
            path = (number, "do", "record", "set")
            plain = {name: text for name, text in deed.set_.items() if " " not in text.strip()}
            yield from _mapping(draft, "reactions.yaml", path, source.fields, register.fields, plain)


def case_type_of(draft: Draft, name: str) -> CaseTypeSpec | None:
    """A case type of this mechanism or of one that it needs and is at hand."""
    other, dot, id_ = name.rpartition(".")
    if not dot:
        return draft.case_types.get(name)
    return draft.others[other].case_types.get(id_) if other in draft.others else None


def _case(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    file = case_file(spec)
    for id_, step in spec.steps.items():
        if step.calls is not None and (child := case_type_of(draft, step.calls.case)):
            path: Path = ("steps", id_, "calls", "with")
            yield from _mapping(draft, file, path, spec.fields, child.fields, step.calls.with_)
        for name, choice in step.choices.items():
            sets = {field: rule for field, rule in choice.sets.items() if isinstance(rule, str)}
            path = ("steps", id_, "choices", name, "sets")
            yield from _mapping(draft, file, path, spec.fields, spec.fields, sets)


def _mapping(
    draft: Draft,
    file: str,
    path: Path,
    sources: Sequence[FieldSpec],
    targets: Sequence[FieldSpec],
    texts: Mapping[str, str],
) -> Iterator[Problem]:
    closed = {name: each for each in sources if each.privacy not in OPEN for name in (each.id, each.title)}
    wanted = {each.id: each for each in targets}
    for field, text in texts.items():
        target = wanted.get(field)
        if target is None or target.privacy not in OPEN or target.kind in TELLS_LITTLE:
            continue
        try:
            names = compile_expression(text).names
        except GongzhiError:  # told where expressions are checked
            continue
        for each in {closed[name].id: closed[name] for name in names if name in closed}.values():
            message = f"“{target.title}”比它用到的“{each.title}”公开"
            remedy = f"请给“{target.title}”写 privacy: {each.privacy}，或不用“{each.title}”。"
            yield finding(draft, file, (*path, field), "M124", message, remedy)
