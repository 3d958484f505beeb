"""The linter of decision tables: overlaps, contradictions, gaps, rows that never decide, cells that never match.

All findings are collected, each with sheet, row and column and with what to do; see
docs/reference/algorithms/decision_tables.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.expressions import FeelError, compile_expression, compile_unary_tests, show
from gongzhi.engine.expressions.parsing import parse
from gongzhi.engine.expressions.tokens import KnownNames

from .boxes import Grid, pieces
from .cells import choice_of
from .compiling import choices_of, compile_table
from .model import HitPolicy, Table
from .spaces import Choice, Space
from .wording import words

#: findings of one kind that are listed; more are counted
LISTED = 20


def lint(table: Table) -> list[Problem]:
    """All findings about a table, in order of kind.

    Codes: T201 overlap (U), T202 contradiction (A), T203 gap, T204 row that never decides (F), T205 duplicate row,
    T206 cell that never matches, T207 cell that cannot be analysed, T208 output outside its allowed values,
    T209 no order of outputs (P, O), T210 search cut short, and the codes of cells that do not compile.
    """
    try:
        compile_table(table)
    except GongzhiError as problem:
        return [
            Problem(
                code=problem.code,
                where=problem.where,
                message=problem.sentence % problem.data,
                remedy=problem.remedy,
            )
        ]
    return list(_Lint(table).problems())


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    space: Space
    domain: int
    bits: tuple[int, ...]
    choices: tuple[Choice | None, ...]


class _Lint:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.known = frozenset(column.name for column in table.inputs if not column.expression)
        self.columns = [self._column(index) for index in range(len(table.inputs))]
        count = len(table.rules)
        boxes = tuple(tuple(column.bits[row] for column in self.columns) for row in range(count))
        self.grid = Grid(tuple(column.domain for column in self.columns), boxes)
        self.opaque = sum(
            any(column.choices[row] is None for column in self.columns) << row for row in range(count)
        )
        self.outputs = [tuple(self._constant(cell.text) for cell in rule.outputs) for rule in table.rules]

    def _column(self, index: int) -> _Column:
        source = self.table.inputs[index]
        choices = choices_of(self.table, index, self.known)
        allowed = _allowed(source.allowed, self.known)
        space = Space([*choices, allowed])
        domain = space.bits(allowed) if allowed else space.domain(source.kind)
        return _Column(source.name, space, domain, tuple(space.bits(choice) for choice in choices), choices)

    def _constant(self, text: str) -> Any:
        compiled = compile_expression(text, names=self.known)
        return (compiled.text,) if compiled.names else show(compiled.run({}), quoted=True)

    def problems(self) -> Iterator[Problem]:
        yield from self._cells()
        yield from self._outputs()
        duplicates: set[tuple[int, int]] = set()
        for one, other in self._duplicates():
            duplicates.add((one, other))
            yield self._about(
                other, "T205", f"与第{self._number(one)}行完全相同", "删去其中一行", severity="warning"
            )
        if self.table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
            yield from self._limited(self._overlaps(duplicates))
        if self.table.hit_policy is HitPolicy.FIRST:
            yield from self._hidden()
        if self.table.hit_policy.is_single:
            yield from self._gaps()

    # -- places and words

    def _number(self, row: int) -> int:
        return self.table.rules[row].number

    def _about(
        self, row: int, code: str, message: str, remedy: str, *, column: int = -1, severity: Any = "error"
    ) -> Problem:
        rule = self.table.rules[row]
        where = rule.inputs[column].where if column >= 0 else rule.where
        return Problem(
            code=code, where=where, message=f"第{rule.number}行{message}", remedy=remedy, severity=severity
        )

    def _words(self, box: tuple[int, ...]) -> str:
        parts = [
            f"{column.name}={words(column.space, bits, column.domain)}"
            for column, bits in zip(self.columns, box, strict=True)
            if bits & column.domain != column.domain
        ]
        return ",".join(parts) or "任意输入"

    def _limited(self, problems: Iterator[Problem]) -> Iterator[Problem]:
        left = 0
        for count, problem in enumerate(problems):
            if count < LISTED:
                yield problem
            else:
                left += 1
        if left:
            where = self.table.where
            yield Problem(
                code="T210",
                where=where,
                message=f"同类问题还有{left}处未列出",
                remedy="先改已列出的,再检查一次",
                severity="notice",
            )

    # -- the checks

    def _cells(self) -> Iterator[Problem]:
        for index, column in enumerate(self.columns):
            for row, choice in enumerate(column.choices):
                text = self.table.rules[row].inputs[index].text
                if choice is None:
                    message = f"“{column.name}”的条件“{text}”要计算才知道,不参与重叠和空缺检查"
                    yield self._about(
                        row,
                        "T207",
                        message,
                        "能写成值或区间的,请写成值或区间",
                        column=index,
                        severity="notice",
                    )
                elif not column.bits[row] & column.domain:
                    message = f"“{column.name}”的条件“{text}”永远不会成立"
                    yield self._about(
                        row, "T206", message, "请检查区间的上下限,或者“值”一行列出的允许值", column=index
                    )
                else:
                    yield from self._strangers(row, index, choice)

    def _strangers(self, row: int, index: int, choice: Choice) -> Iterator[Problem]:
        """Single values of a cell that the allowed values do not know."""
        column = self.columns[index]
        if not self.table.inputs[index].allowed:
            return
        for point in choice.points:
            if not column.domain >> column.space.piece(point) & 1:
                message = f"“{column.name}”的值“{show(point)}”不在允许值中"
                yield self._about(row, "T206", message, "请改正这个值,或者补到“值”一行", column=index)

    def _outputs(self) -> Iterator[Problem]:
        policy = self.table.hit_policy
        for index, output in enumerate(self.table.outputs):
            if not output.allowed:
                continue
            tests = compile_unary_tests(output.allowed, names=self.known)
            for row, rule in enumerate(self.table.rules):
                compiled = compile_expression(rule.outputs[index].text, names=self.known)
                if not compiled.names and not tests.run(compiled.run({}), {}):
                    where, text = rule.outputs[index].where, rule.outputs[index].text
                    message = f"第{self._number(row)}行的结论“{output.name}”为 {text},不在允许值中"
                    yield Problem(code="T208", where=where, message=message, remedy="请改正,或者补到“值”一行")
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not any(
            o.allowed for o in self.table.outputs
        ):
            message = f"命中规则 {policy} 要按结论的先后取舍,但没有列出结论的先后"
            yield Problem(
                code="T209", where=self.table.where, message=message, remedy="在“值”一行按先后列出结论的值"
            )

    def _duplicates(self) -> Iterator[tuple[int, int]]:
        seen: dict[Any, int] = {}
        for row in range(len(self.table.rules)):
            if self.opaque >> row & 1:
                key: Any = tuple(cell.text for cell in self.table.rules[row].inputs)
            else:
                key = self.grid.rows[row]
            first = seen.setdefault((key, self.outputs[row]), row)
            if first != row:
                yield first, row

    def _overlaps(self, duplicates: set[tuple[int, int]]) -> Iterator[Problem]:
        unique = self.table.hit_policy is HitPolicy.UNIQUE
        for row in range(len(self.table.rules)):
            if self.opaque >> row & 1:
                continue
            for other in pieces(self.grid.meeting(row) & ~self.opaque):
                if other < row or (row, other) in duplicates:
                    continue
                box = self._words(self.grid.shared(row, other))
                if unique:
                    message = f"与第{self._number(other)}行重叠:{box}"
                    yield self._about(row, "T201", message, "收窄其中一行的条件,或者改用命中规则 F、P")
                elif self.outputs[row] != self.outputs[other]:
                    message = f"与第{self._number(other)}行同时命中而结论不同:{box}"
                    yield self._about(row, "T202", message, "让两行结论一致,或者收窄其中一行的条件")

    def _hidden(self) -> Iterator[Problem]:
        for row in range(1, len(self.table.rules)):
            earlier = ((1 << row) - 1) & ~self.opaque
            within = tuple(
                bits & domain for bits, domain in zip(self.grid.rows[row], self.grid.domains, strict=True)
            )
            if not all(within) or not earlier:
                continue
            earlier &= self.grid.meeting(row)
            left, complete = self.grid.uncovered(within, earlier, 1)
            if not left and complete:
                rows = "、".join(str(self._number(other)) for other in pieces(earlier)[:8])
                yield self._about(
                    row, "T204", f"永远不会起作用:前面的第{rows}行已经全部覆盖", "删去这一行,或者移到前面"
                )

    def _gaps(self) -> Iterator[Problem]:
        if any(output.default for output in self.table.outputs):
            return
        boxes, complete = self.grid.uncovered(self.grid.domains, (1 << len(self.table.rules)) - 1, LISTED + 1)
        remedy = "补一行,或者在“值”一行写明这种输入不会出现"
        for box in boxes[:LISTED]:
            yield Problem(
                code="T203",
                where=self.table.where,
                message=f"没有一行管这种情况:{self._words(box)}",
                remedy=remedy,
                severity="warning",
            )
        if len(boxes) > LISTED or not complete:
            message = f"空缺超过{LISTED}处,其余未列出" if complete else "输入组合太多,空缺只检查了一部分"
            yield Problem(
                code="T210",
                where=self.table.where,
                message=message,
                remedy="先改已列出的,或者把表拆小",
                severity="notice",
            )


def _allowed(text: str, known: frozenset[str]) -> Choice | None:
    if not text or text == "-":
        return None
    try:
        return choice_of(parse(text, KnownNames(known), unary=True, where=Where()))
    except FeelError:
        return None


__all__ = ["lint"]
