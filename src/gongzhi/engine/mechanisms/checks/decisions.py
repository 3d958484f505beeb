"""Decision tables: their own lint, and that case types name tables, outputs and inputs that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongzhi.engine import tables
from gongzhi.engine.cases.spec import CaseTypeSpec, StepSpec, TableTake
from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.instants import parse_span
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, listing, unknown
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.tables import Table

#: text in quotation marks, as the reader of tables writes it
_LITERAL = re.compile(r'"([^"\\]*)"')


#: tables that a door of the city reads: the big buttons of the grid worker's reports and of what was handled on the way
READ_BY_DOORS = frozenset({"report_kinds", "self_kinds"})


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
    used |= {each.table for register in draft.registers.values() for each in register.derived.values()}
    used |= {programme.eligibility.table for programme in draft.programmes.values()}
    for id_ in draft.tables.keys() - used - READ_BY_DOORS:
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
    yield from ((("sets", name), value) for name, value in spec.sets.items() if isinstance(value, TableTake))
    for id_, step in spec.steps.items():
        yield from ((("steps", id_, *path), take) for path, take in _takes_of_step(step))


def _takes_of_step(step: StepSpec) -> Iterator[tuple[Path, TableTake]]:
    named: list[tuple[Path, object]] = [(("within",), step.within)]
    named += [(("suggest", name), source) for name, source in step.suggest.items()]
    for choice_id, choice in step.choices.items():
        named += [(("choices", choice_id, "sets", name), value) for name, value in choice.sets.items()]
    named += [(("timers", timer_id, "after"), timer.after) for timer_id, timer in step.timers.items()]
    yield from ((path, value) for path, value in named if isinstance(value, TableTake))


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
    else:
        yield from _values(table, outputs.index(take.take), spec, path)
    yield from _inputs(draft, spec, path, table)


def _values(table: Table, column: int, spec: CaseTypeSpec, path: Path) -> Iterator[Problem]:
    """Limits must be spans; suggestions for a choice must be among its options."""
    suggested = path[-1] if "suggest" in path or "sets" in path else ""
    options = next((field.options for field in spec.fields if field.id == suggested), ())
    for rule in table.rules:
        cell = rule.outputs[column]
        literal = _LITERAL.fullmatch(cell.text.strip())
        if literal is None:  # an expression: what it gives is known only over data
            continue
        where = Where(file=f"tables/{table.id}.csv", line=cell.where.line or rule.where.line)
        if not suggested and not _is_span(literal[1]):
            message = f"第{rule.number}行的“{literal[1]}”不是期限"
            yield Problem(
                code="M058", where=where, message=message, remedy="例如 5个工作日、24小时、15分钟。"
            )
        elif options and literal[1] not in options:
            message = f"第{rule.number}行的“{literal[1]}”不是“{suggested}”的选项"
            yield Problem(code="M059", where=where, message=message, remedy=f"可用：{listing(options)}。")


def _is_span(text: str) -> bool:
    try:
        parse_span(text)
    except GongzhiError:
        return False
    return True


def _inputs(draft: Draft, spec: CaseTypeSpec, path: Path, table: Table) -> Iterator[Problem]:
    """Columns are fields of the case type, and name only values that the field has."""
    fields = {name: field for field in spec.fields for name in (field.id, field.title)}
    for number, column in enumerate(table.inputs):
        field = fields.get(column.name)
        if field is None and column.name not in ("today", "now"):
            message = f"表“{table.id}”的输入列“{column.name}”不是“{spec.title}”的字段"
            yield finding(draft, case_file(spec), path, "M055", message, "请把列名改成字段的编号或标题。")
        elif field is not None and field.kind == "choice":
            texts = [column.allowed, *(rule.inputs[number].text for rule in table.rules)]
            strange = {value for text in texts for value in _LITERAL.findall(text)} - set(field.options)
            if strange:
                message = f"列“{column.name}”里的“{listing(sorted(strange))}”不是“{field.title}”的选项"
                where = Where(file=f"tables/{table.id}.csv", line=1)
                yield Problem(
                    code="M059", where=where, message=message, remedy=f"可用：{listing(field.options)}。"
                )
