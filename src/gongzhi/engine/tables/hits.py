"""From the rows that are hit to the decision: one small function per hit policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gongzhi.engine.expressions import Expression, compile_expression, equal, from_python, show, to_python
from gongzhi.engine.expressions.operators import add, order
from gongzhi.engine.expressions.types import Type, coerce, simple

from .cells import split
from .errors import Contradiction, SeveralRows
from .model import Because, Cell, Decision, HitPolicy, Rule, Table

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a decision.

    ``plain(rows, inputs)`` for tables whose outputs are constants, ``python(rows, scope, inputs)`` for all, both
    with Python's values; ``feel(rows, scope)`` with FEEL's for DMN models, null where the policy is broken.
    """

    plain: Callable[[int, Mapping[str, Any]], Decision]
    python: Callable[[int, Mapping[str, Any], Mapping[str, Any]], Decision]
    feel: Callable[[int, Mapping[str, Any]], Any]
    #: do outputs read inputs?
    reads: bool


class Outputs:
    """The outputs of each row: constants computed once, the rest when asked."""

    def __init__(self, table: Table, known: frozenset[str], types: Mapping[str, Type]) -> None:
        self.table = table
        self.names = [output.name for output in table.outputs]
        self.expressions = [[_output(cell, known, types) for cell in rule.outputs] for rule in table.rules]
        self.reads = any(cell.names for row in self.expressions for cell in row)
        self.constants = [
            None if any(cell.names for cell in row) else self._row(row, {}) for row in self.expressions
        ]
        self.because = [Because(table.id, (rule.number,)) for rule in table.rules]
        self.default = self._default(known)
        self.ranks = [_ranks(output.allowed, known) for output in table.outputs]

    def _row(self, cells: list[Expression], scope: Mapping[str, Any]) -> Row:
        return {name: cell.run(scope) for name, cell in zip(self.names, cells, strict=True)}

    def row(self, index: int, scope: Mapping[str, Any]) -> Row:
        """The FEEL values of one row."""
        made = self.constants[index]
        return dict(made) if made is not None else self._row(self.expressions[index], scope)

    def _default(self, known: frozenset[str]) -> list[Expression] | None:
        if not any(output.default for output in self.table.outputs):
            return None
        return [
            compile_expression(output.default or "null", names=known, where=output.where)
            for output in self.table.outputs
        ]

    def default_row(self, scope: Mapping[str, Any]) -> Row | None:
        return self._row(self.default, scope) if self.default else None

    def rank(self, row: Row) -> tuple[int, ...]:
        """Place of a row in the order of its outputs' allowed values; what is not listed comes last."""
        return tuple(
            next((place for place, value in enumerate(ranks) if equal(row[name], value) is True), len(ranks))
            for name, ranks in zip(self.names, self.ranks, strict=True)
        )


def _output(cell: Cell, known: frozenset[str], types: Mapping[str, Type]) -> Expression:
    compiled = compile_expression(cell.text, names=known, types=types, where=cell.where)
    wanted = types.get(cell.kind) or simple(cell.kind) if cell.kind else None
    return replace(compiled, code=lambda scope: coerce(compiled.code(scope), wanted)) if wanted else compiled


def _ranks(allowed: str, known: frozenset[str]) -> list[Any]:
    if not allowed or allowed == "-":
        return []
    return [compile_expression(part, names=known).run({}) for part in split(allowed)]


def indexes(rows: int) -> list[int]:
    """Positions of the bits, lowest first."""
    found: list[int] = []
    while rows:
        lowest = rows & -rows
        found.append(lowest.bit_length() - 1)
        rows ^= lowest
    return found


def make_finish(table: Table, known: frozenset[str], types: Mapping[str, Type]) -> Finish:
    """The functions for a table's hit policy. Raises FeelError for a broken output cell."""
    outputs = Outputs(table, known, types)
    settle = _SETTLE[table.hit_policy]

    def python(rows: int, scope: Mapping[str, Any], inputs: Mapping[str, Any]) -> Decision:
        hit = indexes(rows)
        kept, value = settle(outputs, hit, scope, inputs)
        because = Because(table.id, tuple(table.rules[index].number for index in kept))
        if not hit and value is None:
            value = outputs.default_row(scope)
        return Decision(to_python(value), because, bool(hit))

    def plain(rows: int, inputs: Mapping[str, Any]) -> Decision:
        return python(rows, {}, inputs)

    def feel(rows: int, scope: Mapping[str, Any]) -> Any:
        hit = indexes(rows)
        if not hit:
            default = outputs.default_row(scope)
            return default if default is not None else _NOTHING.get(table.hit_policy, lambda: None)()
        try:
            return settle(outputs, hit, scope, {})[1]
        except (SeveralRows, Contradiction):
            return None

    fast = None if outputs.reads or outputs.default else _fast(table, outputs, python)
    return Finish(fast or plain, python, feel, outputs.reads)


def _fast(
    table: Table, outputs: Outputs, python: Callable[..., Decision]
) -> Callable[[int, Mapping[str, Any]], Decision] | None:
    """U and F with constant outputs: one copy of a ready row."""
    if table.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.FIRST):
        return None
    ready = [to_python(row) for row in outputs.constants]
    if any(isinstance(value, list | dict) for row in ready for value in row.values()):
        return None
    copies, because, nothing = [row.copy for row in ready], outputs.because, Because(table.id, ())
    unique = table.hit_policy is HitPolicy.UNIQUE

    def finish(rows: int, inputs: Mapping[str, Any]) -> Decision:
        if not rows:
            return Decision(None, nothing, False)
        lowest = rows & -rows
        if unique and rows != lowest:
            return python(rows, {}, inputs)
        index = lowest.bit_length() - 1
        return Decision(copies[index](), because[index], True)

    return finish


Settled = tuple[list[int], Any]


def _describe(outputs: Outputs, hit: list[int], inputs: Mapping[str, Any]) -> dict[str, Any]:
    table = outputs.table
    shown = "、".join(
        f"{column.name}={show(from_python(inputs.get(column.name)))}" for column in table.inputs
    )
    rules: list[Rule] = [table.rules[index] for index in hit]
    rows = "、".join(str(rule.number) for rule in rules)
    return {"table": table.title or table.id, "rows": rows, "inputs": shown[:300], "where": table.where}


def _unique(outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]) -> Settled:
    if len(hit) > 1:
        raise SeveralRows(**_describe(outputs, hit, inputs))
    return hit, outputs.row(hit[0], scope) if hit else None


def _any(outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]) -> Settled:
    rows = [outputs.row(index, scope) for index in hit]
    if any(equal(row, rows[0]) is not True for row in rows):
        raise Contradiction(**_describe(outputs, hit, inputs))
    return hit, rows[0] if rows else None


def _first(outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]) -> Settled:
    return hit[:1], outputs.row(hit[0], scope) if hit else None


def _ordered(outputs: Outputs, hit: list[int], scope: Mapping[str, Any]) -> list[tuple[int, Row]]:
    rows = [(index, outputs.row(index, scope)) for index in hit]
    return sorted(rows, key=lambda pair: outputs.rank(pair[1]))


def _priority(
    outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Settled:
    rows = _ordered(outputs, hit, scope)[:1]
    return [index for index, _ in rows], rows[0][1] if rows else None


def _output_order(
    outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Settled:
    rows = _ordered(outputs, hit, scope)
    return [index for index, _ in rows], [row for _, row in rows]


def _collect(
    outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]
) -> Settled:
    return hit, [outputs.row(index, scope) for index in hit]


def _values(outputs: Outputs, hit: list[int], scope: Mapping[str, Any]) -> list[Any]:
    """The values of the one output, or of the first where there are several."""
    return [outputs.row(index, scope)[outputs.names[0]] for index in hit]


def _sum(outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]) -> Settled:
    values = _values(outputs, hit, scope)
    total = values[0] if values else None
    for value in values[1:]:
        total = add(total, value)
    return hit, total


def _extreme(wanted: int) -> Callable[..., Settled]:
    def settle(
        outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Settled:
        values = _values(outputs, hit, scope)
        best = values[0] if values else None
        for value in values[1:]:
            found = order(value, best)
            if found is None:
                return hit, None
            best = value if found == wanted else best
        return hit, best

    return settle


def _count(outputs: Outputs, hit: list[int], scope: Mapping[str, Any], inputs: Mapping[str, Any]) -> Settled:
    return hit, Decimal(len(hit))


#: what a DMN table without hits and defaults answers, where that is not null
_NOTHING: dict[HitPolicy, Callable[[], Any]] = {HitPolicy.COLLECT: list, HitPolicy.COUNT: lambda: Decimal(0)}
_SETTLE: dict[HitPolicy, Callable[..., Settled]] = {
    HitPolicy.UNIQUE: _unique, HitPolicy.ANY: _any, HitPolicy.PRIORITY: _priority, HitPolicy.FIRST: _first,
    HitPolicy.RULE_ORDER: _collect, HitPolicy.OUTPUT_ORDER: _output_order, HitPolicy.COLLECT: _collect,
    HitPolicy.SUM: _sum, HitPolicy.MIN: _extreme(-1), HitPolicy.MAX: _extreme(1), HitPolicy.COUNT: _count,
}  # fmt: skip
