"""The same programme with other numbers over the same people: one SQL text for DuckDB, and the same in Python.

The relation of people has one row per person with ``key``, ``state``, ``area``, ``born``, ``barred`` (whether something else that the
person has stands in the way), the columns that the programme looks at and its facts. What comes out, per person and variant
(``0`` as it is, ``1`` as it would be):

    worth<n>    what the month is worth to the person, yuan with two places; 0 for who has nothing
    had<n>      whether the person is entitled in that month
    row<n>      which row of the table decided
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from gongzhi.engine.benefits import months
from gongzhi.engine.benefits.errors import NotInSql
from gongzhi.engine.benefits.programme import Programme, Row
from gongzhi.engine.benefits.sql import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Sql,
    completed_years,
    literal,
    test_to_sql,
    to_sql,
    typed,
)
from gongzhi.engine.tables import HitPolicy

#: name of a column or fact -> number, text, boolean or date
Kinds = Mapping[str, str]
#: places of the numbers in the relation of people
SCALE = 4
#: hit policies under which the first row that fits is the answer (U and A: only one can be)
_FIRST = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST)


def column_types(programme: Programme, kinds: Kinds) -> dict[str, str]:
    """Column of the relation of people -> its type in DuckDB. ``kinds`` are those of the people register's columns and of the facts."""
    types = {NUMBER: f"DECIMAL(18,{SCALE})", TEXT: "VARCHAR", BOOLEAN: "BOOLEAN", DATE: "DATE"}
    fixed = {"key": "VARCHAR", "state": "VARCHAR", "area": "VARCHAR", "born": "DATE", "barred": "BOOLEAN"}
    named = (*programme.columns, *programme.spec.facts)
    return {f"c_{name}": types[kinds.get(name, TEXT)] for name in named} | fixed


def query(
    programmes: tuple[Programme, Programme], kinds: Kinds, month: date, people: str, also: str = ""
) -> str:
    """SQL of DuckDB: key, area, born and the results of both variants for one month. ``people`` is the relation (a table, or
    ``read_parquet('…')``), ``also`` further columns of it. Raises NotInSql for what SQL can't say."""
    day = months.end_of(month)
    steps = [f"p AS (SELECT *, {completed_years('born', _day(day))} AS age_then FROM {people})"]  # noqa: S608 (names are ids, values literals)
    last = "p"
    for number, programme in enumerate(programmes):
        for name, select in _stages(programme, kinds, day, number, last):
            steps.append(f"{name} AS ({select})")
            last = name
    results = ", ".join(f"worth{number}, had{number}, row{number}" for number in range(2))
    told = f"key, area, born, age_then AS age, {also}{results}"
    return f"WITH {', '.join(steps)} SELECT {told} FROM {last}"  # noqa: S608


def _day(day: date) -> str:
    return literal(day).text


def _stages(programme: Programme, kinds: Kinds, day: date, number: int, before: str) -> list[tuple[str, str]]:
    """The steps of one variant: values one after the other, the row that fits, then whether, how much and when."""
    spec, scope = programme.spec, _scope(programme, kinds, day)
    stages: list[tuple[str, str]] = []

    def stage(columns: Mapping[str, Sql]) -> None:
        nonlocal before
        name = f"v{number}_{len(stages)}"
        written = ", ".join(f"{typed(sql)} AS {column}" for column, sql in columns.items())
        stages.append((name, f"SELECT *, {written} FROM {before}"))  # noqa: S608
        before = name

    for name, text in spec.values.items():
        made = to_sql(text, scope)
        column = f"x{number}_{name}"
        stage({column: made})
        scope[name] = Sql(made.kind, column, made.scale)
    stage({f"row{number}": Sql(NUMBER, _row(programme, scope))})
    outputs = {each.name: index for index, each in enumerate(programme.table.outputs)}
    for name, index in outputs.items():
        scope[name] = _output(programme, index, f"row{number}", scope)
    starts = to_sql(spec.starts, scope) if spec.starts else literal(months.month_of(day))
    ends = to_sql(spec.ends, scope) if spec.ends else literal(None)
    gone = ", ".join(literal(each).text for each in spec.people.gone) or "''"
    taken = scope[spec.eligibility.take]
    first, last = (f"CAST({each.text} AS DATE)" for each in (starts, ends))
    within = f"{first} <= {_day(day)} AND coalesce({last} >= {_day(months.month_of(day))}, TRUE)"
    had = (
        f"coalesce({typed(taken)} AND coalesce(state, '') NOT IN ({gone}) AND NOT barred AND {within}, FALSE)"
    )
    stage({f"had{number}": Sql(BOOLEAN, had)})
    amount = to_sql(spec.amount, scope) if spec.amount else literal(0)
    cents = f"greatest(round(coalesce({typed(amount)}, 0), 2), 0)"
    stage({f"worth{number}": Sql(NUMBER, f"CASE WHEN had{number} THEN {cents} ELSE 0 END", 2)})
    return stages


def _scope(programme: Programme, kinds: Kinds, day: date) -> dict[str, Sql]:
    spec = programme.spec
    scope: dict[str, Sql] = {
        "key": Sql(TEXT, "key"),
        "state": Sql(TEXT, "state"),
        "born": Sql(DATE, "born"),
        "today": literal(day),
        "age": Sql(NUMBER, f"(CASE WHEN born <= {_day(day)} THEN age_then END)"),
    }
    for name in (*programme.columns, *spec.facts):
        kind = kinds.get(name, TEXT)
        scope[name] = Sql(kind, f"c_{name}", SCALE if kind == NUMBER else 0)
    for name in spec.parameters:
        found = programme.parameter(name, day)
        scope[name] = literal(found.value if found else None)
    return scope


def _row(programme: Programme, scope: Mapping[str, Sql]) -> str:
    """Number of the row that is hit; 0 for none."""
    table = programme.table
    if table.hit_policy not in _FIRST:
        raise NotInSql(text=table.title, what=f"命中规则 {table.hit_policy}")
    cases = []
    for rule in table.rules:
        tests = []
        for column, cell in zip(table.inputs, rule.inputs, strict=True):
            value = to_sql(column.expression, scope) if column.expression else scope.get(column.name)
            if value is None:
                raise NotInSql(text=table.title, what=f"“{column.name}”")
            if (test := test_to_sql(cell.text, value, scope)) != "coalesce(TRUE, FALSE)":
                tests.append(test)
        cases.append(f"WHEN {' AND '.join(tests) or 'TRUE'} THEN {rule.number}")
    return f"(CASE {' '.join(cases)} ELSE 0 END)"


def _output(programme: Programme, index: int, row: str, scope: Mapping[str, Sql]) -> Sql:
    """What one output gives for the row that was hit."""
    made = [
        (rule.number, to_sql(rule.outputs[index].text or "null", scope)) for rule in programme.table.rules
    ]
    kinds = {sql.kind for _, sql in made} - {"null"}
    if len(kinds) > 1:
        raise NotInSql(text=programme.table.title, what=f"“{programme.table.outputs[index].name}”")
    kind = kinds.pop() if kinds else TEXT
    scale = max((sql.scale for _, sql in made), default=0)
    cases = " ".join(f"WHEN {number} THEN {typed(Sql(kind, sql.text, scale))}" for number, sql in made)
    return Sql(kind, typed(Sql(kind, f"(CASE {row} {cases} END)", scale)), scale)


def worth(
    programme: Programme, person: Row, facts: Row, month: date, *, barred: bool = False
) -> tuple[bool, Decimal, int]:
    """The same in Python: entitled in that month, what it is worth, and the row. The measure of truth for ``query``."""
    told = programme.assess(person, facts, months.end_of(month))
    starts, ends = told.starts, told.ends
    had = bool(
        told.entitled
        and not barred
        and starts is not None
        and starts <= months.end_of(month)
        and (ends is None or ends >= months.month_of(month))
    )
    return had, (told.amount or Decimal("0.00")) if had else Decimal("0.00"), told.row


__all__ = ["SCALE", "Kinds", "column_types", "query", "worth"]
