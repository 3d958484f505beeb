"""What the SQL of a what-if says is what the plain evaluation says, person by person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.benefits import NotInSql, Programme, ValueSpec
from gongzhi.engine.benefits.sql import Sql, literal, to_sql, typed
from gongzhi.engine.benefits.whatif import column_types, query, worth
from gongzhi.engine.expressions import compile_expression

KINDS = {"sex": "text", "kind": "text", "mu": "number", "lost_on": "date", "listed": "boolean"}
DAYS = st.dates(date(1930, 1, 1), date(2024, 12, 31)) | st.sampled_from(
    [date(1964, 2, 29), date(1964, 3, 31), date(1960, 2, 29)]
)
PERSON = st.fixed_dictionaries(
    {
        "born": st.none() | DAYS,
        "sex": st.sampled_from(["男", "女", "不详", None]),
        "kind": st.sampled_from(["是", "不是", "转", "离开", None]),
        "state": st.sampled_from(["here", "here", "away", "gone"]),
        "mu": st.decimals(0, 9, places=4),
        "lost_on": st.none() | DAYS,
        "listed": st.booleans(),
        "barred": st.sampled_from([False, False, True]),
    }
)
MONTHS = st.dates(date(2010, 1, 1), date(2030, 12, 31)).map(lambda day: day.replace(day=1))


def _people(
    connection: duckdb.DuckDBPyConnection, programme: Programme, people: list[dict[str, Any]]
) -> None:
    types = column_types(programme, KINDS)
    columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE people ({columns})")
    rows = [
        [each.get(name.removeprefix("c_"), f"P{number}" if name == "key" else None) for name in types]
        for number, each in enumerate(people)
    ]
    marks = ", ".join("?" * len(types))
    connection.executemany(f"INSERT INTO people VALUES ({marks})", rows)


@given(people=st.lists(PERSON, min_size=1, max_size=12), month=MONTHS, rise=st.decimals(0, 900, places=2))
@settings(max_examples=40, deadline=None)
def test_sql_says_what_the_plain_evaluation_says(
    everything: Programme, people: list[dict[str, Any]], month: date, rise: Decimal
) -> None:
    raised = ValueSpec.model_validate({"from": "2011-01-01", "value": str(rise), "basis": "测算"})
    both = (everything, everything.with_parameters({"monthly": (raised,)}))
    with duckdb.connect() as connection:
        _people(connection, everything, people)
        found = connection.execute(
            query(both, KINDS, month, "people") + " ORDER BY CAST(key[2:] AS INT)"
        ).fetchall()
    for person, row in zip(people, found, strict=True):
        given = {"born_on": person["born"], **person}
        plain = [worth(each, given, person, month, barred=person["barred"]) for each in both]
        assert [row[5], row[8]] == [had for had, _amount, _why in plain], person
        for reckoned, (_had, amount, _why) in zip((row[4], row[7]), plain, strict=True):
            # a quotient is cut off after ten places: where it makes up exactly half a cent, the cent may fall the other way
            assert abs(reckoned - amount) <= Decimal("0.01"), person


@pytest.mark.parametrize(
    "text",
    [
        "1 / 3", "a / 0", "a / b", "-a * b", "a = null", "null = null", "a != b", "b < a", "not(b > 1)", "a in [1..5)", "a in (1, > 5)",
        'c in ["甲", "乙"]', "if a > 1 then b else null", "min(a, null)", "max(a, b, 3)", "d < @\"2020-01-01\"", "this_month(d)", "month_end(d)",
        "years_between(d, date(\"2024-02-29\"))", "months_between(d, date(\"2024-02-29\"))", "a between b and 9", "floor(-1.5)",
        "ceiling(a / 3)", "(a > 1) or (b > 1)", "(a > 1) and null",
    ],
)  # fmt: skip
@pytest.mark.parametrize("a", [None, Decimal(0), Decimal("2.5")])
def test_every_operation_gives_what_feel_gives(text: str, a: Decimal | None) -> None:
    from gongzhi.engine.benefits.programme import functions

    values = {"a": a, "b": Decimal("1.25"), "c": "甲", "d": date(2020, 1, 31)}
    scope = {
        "a": Sql("number", f"CAST({a if a is not None else 'NULL'} AS DECIMAL(18,4))", 4),
        **{name: literal(value) for name, value in values.items() if name != "a"},
    }
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {typed(to_sql(text, scope))}").fetchone()
    assert row is not None
    plain = compile_expression(text).evaluate({**values, **functions(None)})
    if isinstance(plain, Decimal):
        assert abs(row[0] - plain) < Decimal("1e-9")
    else:
        assert row[0] == plain


@pytest.mark.parametrize(
    "text",
    [
        "count([1])",
        "unknown",
        "a ** 2",
        "a < c",
        "some x in [1] satisfies x > 0",
        "if a then 1 else 2",
        "true < false",
    ],
)
def test_what_sql_can_not_say_is_refused(text: str) -> None:
    with pytest.raises(NotInSql) as excinfo:
        to_sql(text, {"a": literal(Decimal(1)), "c": literal("甲")})
    assert excinfo.value.code == "BE025"
