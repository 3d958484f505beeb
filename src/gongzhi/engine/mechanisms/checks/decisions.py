"""Decision tables: their own lint, and that case types name tables, outputs and inputs that exist."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine import tables
from gongzhi.engine.cases.spec import CaseTypeSpec, TableTake
from gongzhi.engine.errors import Problem, Where
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, unknown
from gongzhi.engine.mechanisms.loader import Draft


def validate(draft: Draft) -> Iterator[Problem]:
    """Gaps, overlaps and contradictions; unknown tables and columns; tables that nobody uses."""
    used: set[str] = set()
    for table in draft.tables.values():
        for problem in tables.lint(table):
            where = (
                problem.where
                if problem.where.file
                else Where(file=f"tables/{table.id}.csv", line=problem.where.line)
            )
            yield Problem(
                code=problem.code,
                where=where,
                message=problem.message,
                remedy=problem.remedy,
                severity=problem.severity,
            )
    for spec in draft.case_types.values():
        for path, take in takes(spec):
            used.add(take.table)
            yield from _take(draft, spec, path, take)
    for id_ in draft.tables.keys() - used:
        where = Where(file=f"tables/{id_}.csv")
        yield Problem(
            code="M057", where=where, message=f"表“{id_}”没有用到", remedy="请删去或用上。", severity="notice"
        )


def takes(spec: CaseTypeSpec) -> Iterator[tuple[Path, TableTake]]:
    """Every place where a case type takes an output of a table."""
    for id_, clock in spec.clocks.items():
        if isinstance(clock.limit, TableTake):
            yield ("clocks", id_, "limit"), clock.limit
    for name, source in spec.suggest.items():
        if isinstance(source, TableTake):
            yield ("suggest", name), source
    for id_, step in spec.steps.items():
        if isinstance(step.within, TableTake):
            yield ("steps", id_, "within"), step.within
        for name, source in step.suggest.items():
            if isinstance(source, TableTake):
                yield ("steps", id_, "suggest", name), source


def _take(draft: Draft, spec: CaseTypeSpec, path: Path, take: TableTake) -> Iterator[Problem]:
    file = case_file(spec)
    table = draft.tables.get(take.table)
    if table is None:
        if f"tables/{take.table}.csv" not in draft.files:
            yield finding(draft, file, (*path, "table"), "M054", *unknown("表", take.table, draft.tables))
        return
    outputs = [column.name for column in table.outputs]
    if take.take not in outputs:
        message, remedy = unknown(f"表“{take.table}”的输出列", take.take, outputs)
        yield finding(draft, file, (*path, "take"), "M054", message, remedy)
    known = {name for field in spec.fields for name in (field.id, field.title)}
    for column in table.inputs:
        if column.name not in known:
            message = f"表“{take.table}”的输入列“{column.name}”不是“{spec.title}”的字段"
            yield finding(draft, file, path, "M055", message, "请把列名改成字段的编号或标题。")
