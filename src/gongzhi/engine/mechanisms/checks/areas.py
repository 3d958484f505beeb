"""Reactions that split or merge areas: what they name exists, and somebody hears that it is done."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.areas import AreaDeedSpec
from gongzhi.engine.mechanisms.checks.consequences import BESIDE
from gongzhi.engine.mechanisms.checks.finding import Path, finding, unknown
from gongzhi.engine.mechanisms.checks.records import register_of
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.loader import Draft

FILE = "reactions.yaml"


def validate(draft: Draft) -> Iterator[Problem]:
    """Expressions, register, columns, moves and the fact that the case is told."""
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        deed = reaction.do.area
        if deed is None:
            continue
        path: Path = (number, "do", "area")
        spec = draft.case_types.get(reaction.on.case)
        names = {field.id for field in spec.fields} | BESIDE if spec else set(BESIDE)
        for key, text, beside in deed.expressions() if spec else ():
            yield from expression(draft, FILE, (*path, *key), text, names | beside)
        yield from _record(draft, path, deed)
        if spec and deed.tells and deed.tells not in _awaited(spec):
            words = unknown("等待的事实", deed.tells, _awaited(spec))
            yield finding(draft, FILE, (*path, "tells"), "M090", *words)


def _awaited(spec: CaseTypeSpec) -> list[str]:
    return [step.waits_for.fact for step in spec.steps.values() if step.waits_for]


def _record(draft: Draft, path: Path, deed: AreaDeedSpec) -> Iterator[Problem]:
    """The register is this mechanism's own: nobody writes the records of areas for another one."""
    if deed.record is None:
        return
    register = register_of(draft, deed.record.register_)
    if register is None:
        if f"registers/{deed.record.register_}.yaml" not in draft.files:
            words = unknown("登记簿", deed.record.register_, draft.registers)
            yield finding(draft, FILE, (*path, "record", "register"), "M125", *words)
        return
    columns = [field.id for field in register.fields]
    for column in deed.record.set_:
        if column not in columns:
            words = unknown(f"登记簿“{register.title}”的栏目", column, columns)
            yield finding(draft, FILE, (*path, "record", "set", column), "M127", *words)
    moves = register.lifecycle.moves if register.lifecycle else {}
    for key, move in ((("record", "move"), deed.record.move), (("closes",), deed.closes)):
        if move and move not in moves:
            words = unknown(f"登记簿“{register.title}”的操作", move, moves)
            yield finding(draft, FILE, (*path, *key), "M121", *words)
