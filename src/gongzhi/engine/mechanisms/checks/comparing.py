"""Comparisons: registers, columns and the case type exist, and a hit stays with those who verify it.

What is suspected of somebody must not be told to everybody: so the case type of a hit names who reads it (``read_by``).
"""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.finding import Path, finding, refusal, unknown
from gongzhi.engine.mechanisms.checks.records import register_of
from gongzhi.engine.mechanisms.comparisons import NAMES, ComparisonSpec, SideSpec
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.registers import RegisterSpec

#: columns of who has a benefit, where a side names programmes
ENTITLED_ROW = (
    "key", "person", "programme", "title", "name", "identity_number", "household", "area", "amount", "starts", "ends", "state",
)  # fmt: skip


def validate(draft: Draft) -> Iterator[Problem]:
    """Everything that ``comparisons/`` says."""
    for spec in draft.comparisons.values():
        file = f"comparisons/{spec.id}.yaml"
        yield from _sides(draft, file, spec)
        yield from _case(draft, file, spec)
        for path, text in spec.expressions():
            try:
                names = compile_expression(text).names - NAMES
            except GongzhiError as error:
                yield refusal(draft, file, path, error)
                continue
            for name in sorted(names):
                yield finding(draft, file, path, "M232", *unknown("名字", name, sorted(NAMES)))


def _sides(draft: Draft, file: str, spec: ComparisonSpec) -> Iterator[Problem]:
    left, right = _register(draft, spec.list_), _register(draft, spec.against)
    for key, side, found in (("list", spec.list_, left), ("against", spec.against, right)):
        for number, name in enumerate(side.programmes):
            if name != "any" and "." not in name and name not in draft.programmes:
                words = unknown("待遇项目", name, draft.programmes)
                yield finding(draft, file, (key, "programmes", number), "M282", *words)
        if found is None and side.register_:
            words = unknown("登记簿", side.register_, draft.registers)
            yield finding(draft, file, (key, "register"), "M230", *words)
    for ours, theirs in spec.match.items():
        for side, found, column in ((spec.list_, left, ours), (spec.against, right, theirs)):
            columns = {field.id for field in found.fields} if found else {column}
            if side.programmes:
                columns = set(ENTITLED_ROW)
            if column not in columns:
                yield finding(draft, file, ("match",), "M231", *unknown("栏目", column, sorted(columns)))


def _register(draft: Draft, side: SideSpec) -> RegisterSpec | None:
    return (
        (draft.registers.get(side.register_) or register_of(draft, side.register_))
        if side.register_
        else None
    )


def _case(draft: Draft, file: str, spec: ComparisonSpec) -> Iterator[Problem]:
    mechanism, dot, type_id = spec.case.partition(".")
    needed = draft.manifest is not None and mechanism in draft.manifest.needs
    if dot and needed and mechanism not in draft.others:
        return  # taken on trust
    there = draft.others[mechanism].case_types if dot and needed else draft.case_types
    case = there.get(type_id or mechanism)
    if case is None:
        yield finding(draft, file, ("case",), "M233", *unknown("事项类型", spec.case, draft.case_types))
        return
    if not case.read_by:
        message = f"“{case.title}”谁都能看，疑点不能谁都能看"
        yield finding(draft, file, ("case",), "M234", message, "请在这个事项类型上写 read_by。")
    fields = {field.id for field in case.fields}
    for name in spec.with_:
        path: Path = ("with", name)
        if name not in fields:
            yield finding(draft, file, path, "M233", *unknown("字段", name, fields))
