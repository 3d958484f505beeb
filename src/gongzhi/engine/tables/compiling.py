"""A table to Python: one set of rows per piece of each column, and one generated function that ands them.

Rows are bits of an integer. For a value each column answers with the rows whose cell accepts it: a dict for
words, a bisection for numbers and days. The rows hit are the ``&`` of the columns; cells that only a
calculation can decide are asked for the rows that are left. The cost hardly grows with the number of rows.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from types import CodeType, FunctionType
from typing import Any

from gongzhi.engine.expressions import (
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
    from_python,
)
from gongzhi.engine.expressions.parsing import parse
from gongzhi.engine.expressions.temporal_text import parse_date, parse_date_time
from gongzhi.engine.expressions.tokens import KnownNames
from gongzhi.engine.expressions.types import Type

from .boxes import rows_by_piece
from .cells import choice_of
from .errors import MissingInput
from .hits import Finish, make_finish
from .model import Decision, Table
from .spaces import FALSE, NULL, OTHER, TRUE, Choice, Space

Masks = Callable[[Any], int]
Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One input column, compiled."""

    name: str
    #: the column's value from the scope, None for a plain column
    expression: Expression | None
    tests: tuple[UnaryTests, ...]
    choices: tuple[Choice | None, ...]
    space: Space
    #: rows by value
    mask: Masks
    #: rows whose cell only a calculation can decide
    opaque: int
    #: how text becomes a value of the column's kind, None where text stays text
    read: Reader | None
    #: values that may occur, None for any
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table ready to decide; ``rows`` is the part that DMN models use (values of FEEL, no errors)."""

    table: Table
    columns: tuple[Column, ...]
    finish: Finish
    decide: Callable[[Mapping[str, Any]], Decision]
    #: values that may occur per output, None for any
    allowed_outputs: tuple[UnaryTests | None, ...]

    def rows(self, scope: Mapping[str, Any]) -> int:
        """The rows hit in a scope of FEEL values, as bits."""
        rows = (1 << len(self.table.rules)) - 1
        for column in self.columns:
            value = column.expression.run(scope) if column.expression else scope.get(column.name)
            value = among(value, column.allowed)
            rows &= column.mask(value)
            if rows & column.opaque:
                rows = _ask(column, rows, value, scope)
        return rows


def among(value: Any, allowed: UnaryTests | None) -> Any:
    """The value if it (or each of its items) is allowed, else null: how DMN models treat input and output values."""
    if allowed is None or value is None or allowed.run(value, {}):
        return value
    return value if isinstance(value, list) and all(allowed.run(item, {}) for item in value) else None


def compile_table(
    table: Table,
    *,
    names: frozenset[str] = frozenset(),
    lenient: bool = True,
    types: Mapping[str, Type] | None = None,
) -> CompiledTable:
    """Compile all cells and indexes. ``names``: further names that cells may read; ``lenient``: columns of numbers
    and days take them as text, too; ``types`` that output cells may ask for by name.

    Raises FeelError with the cell's place.
    """
    known = names | {column.name for column in table.inputs if not column.expression}
    columns = tuple(_column(table, index, known, lenient) for index in range(len(table.inputs)))
    finish = make_finish(table, known, types or {})
    allowed = tuple(_allowed(output.allowed, known) for output in table.outputs)
    return CompiledTable(table, columns, finish, _decider(table, columns, finish), allowed)


def _allowed(text: str, known: frozenset[str]) -> UnaryTests | None:
    return compile_unary_tests(text, names=known) if text and text != "-" else None


def choices_of(table: Table, index: int, known: frozenset[str]) -> tuple[Choice | None, ...]:
    """What each row's cell of a column accepts."""
    names = _known_names(known)
    return tuple(
        choice_of(parse(rule.inputs[index].text, names, unary=True, where=rule.inputs[index].where))
        for rule in table.rules
    )


def _known_names(names: frozenset[str]) -> KnownNames:
    return KnownNames([*names, "date and time"])


def _column(table: Table, index: int, known: frozenset[str], lenient: bool) -> Column:
    source = table.inputs[index]
    cells = [rule.inputs[index] for rule in table.rules]
    tests = tuple(compile_unary_tests(cell.text, names=known, where=cell.where) for cell in cells)
    choices = choices_of(table, index, known)
    space = Space(choices)
    by_piece = rows_by_piece([space.bits(choice) for choice in choices], space.everything)
    opaque = sum((choice is None) << row for row, choice in enumerate(choices))
    expression = None
    if source.expression:
        expression = compile_expression(source.expression, names=known, where=source.where)
    reads = _READERS.get(source.kind) if lenient else None
    mask = _mask(space, by_piece, reads, tests, opaque)
    return Column(
        source.name, expression, tests, choices, space, mask, opaque, reads, _allowed(source.allowed, known)
    )


def _mask(
    space: Space, by_piece: list[int], reads: Reader | None, tests: tuple[UnaryTests, ...], opaque: int
) -> Masks:
    """Rows by value: fast for words, numbers and booleans, by piece for the rest, by asking each cell for lists."""
    strings = {text: by_piece[piece] for text, piece in space.strings.items()}
    other_string, constants = (
        by_piece[space.any_string],
        {None: by_piece[NULL], True: by_piece[TRUE], False: by_piece[FALSE]},
    )
    line = space.lines.get("number")
    places: list[Any] = [int(at) if at == int(at) else at for at in line.places] if line else []
    on_line = by_piece[line.first : line.first + line.size] if line else [by_piece[OTHER]]

    def mask(value: Any) -> int:
        shape = type(value)
        if shape is str:
            if reads is None:
                return strings.get(value, other_string)
            value = reads(value) or value
            return by_piece[space.piece(value)]
        if shape is int or shape is Decimal:
            if shape is Decimal and not value.is_finite():
                return constants[None]
            index = bisect_left(places, value)
            return on_line[2 * index + 1 if index < len(places) and places[index] == value else 2 * index]
        if value is None or shape is bool:
            return constants[value]
        value = from_python(value)
        if isinstance(value, list | dict):
            return sum(
                (bool(opaque >> row & 1) or test.run(value, {})) << row for row, test in enumerate(tests)
            )
        return by_piece[space.piece(value)]

    return mask


def _read_number(text: str) -> Any:
    """A number column also takes digits as text, as forms keep money."""
    try:
        return from_python(Decimal(text))
    except InvalidOperation:
        return None


_READERS: dict[str, Reader] = {"number": _read_number, "date": parse_date, "date and time": parse_date_time}


def _ask(column: Column, rows: int, value: Any, scope: Mapping[str, Any]) -> int:
    """Rows that are left after their calculated cells were asked."""
    left = rows & column.opaque
    while left:
        lowest = left & -left
        if not column.tests[lowest.bit_length() - 1].run(value, scope):
            rows ^= lowest
        left ^= lowest
    return rows


def _missing(table: Table, inputs: Mapping[str, Any]) -> MissingInput:
    names = [column.name for column in table.inputs if column.name not in inputs]
    given = "、".join(map(str, inputs)) or "无"
    return MissingInput(
        table=table.title or table.id, missing="、".join(names), given=given, where=table.where
    )


def _decider(
    table: Table, columns: tuple[Column, ...], finish: Finish
) -> Callable[[Mapping[str, Any]], Decision]:
    """The function ``decide(inputs)``, generated with one line per column so that nothing is looped over."""
    if any(column.expression or column.opaque for column in columns) or finish.reads:
        return partial(_decide_slowly, table, columns, finish)
    scope: dict[str, Any] = {
        "finish": finish.plain,
        "missing": partial(_missing, table),
        "KeyError": KeyError,
    }
    lines = [f"v{index} = inputs[{index}]" for index in range(len(columns))]
    rows = " & ".join(f"m{index}(v{index})" for index in range(len(columns))) or str(
        (1 << len(table.rules)) - 1
    )
    template = "def decide(inputs):\n try:\n  " + "\n  ".join([*lines, "pass"])
    template += f"\n except KeyError:\n  raise missing(inputs) from None\n return finish({rows}, inputs)"
    for index, column in enumerate(columns):
        scope[f"m{index}"] = column.mask
    tree = _Names([column.name for column in columns]).visit(ast.parse(template))
    outer = compile(ast.fix_missing_locations(tree), "<table>", "exec")
    inner = next(part for part in outer.co_consts if isinstance(part, CodeType))
    return FunctionType(inner, scope, "decide")


class _Names(ast.NodeTransformer):
    """Puts the columns' names where the template of our own has numbers: names never pass through text."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.slice, ast.Constant):
            node.slice = ast.Constant(self.names[int(str(node.slice.value))])
        return node


def _decide_slowly(
    table: Table, columns: tuple[Column, ...], finish: Finish, inputs: Mapping[str, Any]
) -> Decision:
    """For tables that calculate: all inputs are converted, because cells may read any of them."""
    if any(column.expression is None and column.name not in inputs for column in columns):
        raise _missing(table, inputs)
    scope = {name: from_python(value) for name, value in inputs.items()}
    for column in columns:
        value = scope.get(column.name)
        if column.read and isinstance(value, str):
            scope[column.name] = column.read(value) or value
    rows = (1 << len(table.rules)) - 1
    for column in columns:
        value = column.expression.run(scope) if column.expression else scope[column.name]
        rows &= column.mask(value)
        if rows & column.opaque:
            rows = _ask(column, rows, value, scope)
    return finish.python(rows, scope, inputs)
