"""Tables read from sheets, and what they decide."""

from __future__ import annotations

import datetime
import io
import pickle
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.expressions import FeelError, compile_unary_tests
from gongzhi.engine.tables import (
    Contradiction,
    MissingInput,
    SeveralRows,
    Table,
    TableError,
    read_csv,
    read_xlsx,
)

LIMITS = """U,类型,天数,→ 时限,→ 级别,说明
值,"投诉,求助,咨询",>= 0
1,投诉,<= 5,5 working days,1,普通
2,投诉,> 5,24小时,2,加急
3,"求助,咨询",-,7日,天数 + 1,
"""


def test_it_decides_and_says_because_of_which_row() -> None:
    decision = read_csv(LIMITS, id="limits", title="时限表").decide({"类型": "投诉", "天数": 5})
    assert decision.value == {"时限": "5 working days", "级别": 1}
    assert (str(decision.because), decision.matched) == ("limits 第1行", True)


def test_a_table_can_be_stored_and_copied() -> None:
    table = read_csv(LIMITS, id="limits")
    again = pickle.loads(pickle.dumps(table))
    assert again == table
    assert again.decide({"类型": "投诉", "天数": 5}) == table.decide({"类型": "投诉", "天数": 5})


def test_it_says_when_no_row_is_hit() -> None:
    decision = read_csv(LIMITS, id="limits").decide({"类型": "表扬", "天数": 5})
    assert (decision.value, decision.because.rows, decision.matched) == (None, (), False)


def test_outputs_may_calculate_with_inputs() -> None:
    assert read_csv(LIMITS, id="limits").decide({"类型": "咨询", "天数": "3"}).value == {
        "时限": "7日",
        "级别": 4,
    }


def test_it_names_the_missing_input() -> None:
    with pytest.raises(MissingInput) as caught:
        read_csv(LIMITS, id="limits").decide({"类型": "投诉"})
    assert caught.value.data["missing"] == "天数"


POLICIES: list[tuple[str, Any, tuple[int, ...]]] = [
    # policy, value for n = 7, rows; rows: > 1 → 3, > 5 → 1, > 6 → 3, > 9 → 5
    ("F", {"o": 3}, (1,)),
    ("P", {"o": 1}, (2,)),
    ("R", [{"o": 3}, {"o": 1}, {"o": 3}], (1, 2, 3)),
    ("C", [{"o": 3}, {"o": 1}, {"o": 3}], (1, 2, 3)),
    ("O", [{"o": 1}, {"o": 3}, {"o": 3}], (2, 1, 3)),
    ("C+", 7, (1, 2, 3)),
    ("C<", 1, (1, 2, 3)),
    ("C>", 3, (1, 2, 3)),
    ("C#", 3, (1, 2, 3)),
]


@pytest.mark.parametrize(("policy", "value", "rows"), POLICIES, ids=[row[0] for row in POLICIES])
def test_it_answers_by_each_hit_policy(policy: str, value: Any, rows: tuple[int, ...]) -> None:
    table = read_csv(f'{policy},n,→ o\n值,,"1,3,5"\n,> 1,3\n,> 5,1\n,> 6,3\n,> 9,5\n', id="t")
    decision = table.decide({"n": 7})
    assert (decision.value, decision.because.rows) == (value, rows)


EMPTY = [
    ("U", None),
    ("A", None),
    ("P", None),
    ("F", None),
    ("R", []),
    ("O", []),
    ("C", []),
    ("C+", None),
    ("C<", None),
    ("C#", 0),
]


@pytest.mark.parametrize(("policy", "value"), EMPTY)
def test_it_says_when_no_row_hits(policy: str, value: Any) -> None:
    decision = read_csv(f"{policy},n,→ o\n值,,1\n,> 1,1\n", id="t").decide({"n": 0})
    assert (decision.value, decision.matched) == (value, False)


def test_a_unique_table_refuses_two_rows() -> None:
    with pytest.raises(SeveralRows) as caught:
        read_csv("U,n,→ o\n10,> 1,1\n20,> 2,2", id="t").decide({"n": 3})
    assert caught.value.data["rows"] == "10、20"
    assert "n=3" in str(caught.value)


def test_an_any_table_takes_rows_that_agree_and_refuses_others() -> None:
    table = read_csv("A,n,→ o\n1,> 1,1\n2,> 2,1\n3,> 5,2", id="t")
    assert table.decide({"n": 3}).because.rows == (1, 2)
    with pytest.raises(Contradiction):
        table.decide({"n": 6})


CELLS: list[tuple[str, Any, bool]] = [
    # cell of an input column, value, hit
    ("市政", "市政", True),
    ("市政,环保", "环保", True),
    ("市政，环保", "环保", True),
    ("not(市政)", "环保", True),
    ("not(市政)", "市政", False),
    ('"市政"', "市政", True),
    ("“市政”", "市政", True),
    ("垃圾分类 (二次)", "垃圾分类 (二次)", True),
    ("12345热线", "12345热线", True),
    ("", "随便", True),
    ("—", "随便", True),
    ("-", None, True),
    ("null", None, True),
    ("≥ 5", 5, True),
    ("＞5", 5, False),
    ("[1..5)", Decimal("4.99"), True),
    ("[1..5)", 5, False),
    ("-3", -3, True),
    ("2024-10-01", datetime.date(2024, 10, 1), True),
    ("2024-10-01", "2024-10-01", True),
    ("[2024-10-01..2024-10-07]", datetime.date(2024, 10, 8), False),
    (">= 2024-10-01", datetime.date(2024, 10, 8), True),
    ("true", True, True),
    ("true", False, False),
    ("? > 3 and even(?)", 4, True),
    ("? > 3 and even(?)", 5, False),
    ("> 3", "7", True),
    ("> 3", "甲", False),
    ("> 3", float("nan"), False),
    ("> 3", [1], False),
    ("5", [5], False),
    ("list contains(?, 5)", [4, 5], True),
]


@pytest.mark.parametrize(("cell", "value", "hit"), CELLS)
def test_it_reads_cells_as_officials_write_them(cell: str, value: Any, hit: bool) -> None:
    table = read_csv(f'F,c,→ o\n,"{cell.replace(chr(34), chr(34) * 2)}",1', id="t")
    assert table.decide({"c": value}).matched is hit


OUTPUTS: list[tuple[str, Any]] = [
    ("城管局", "城管局"),
    ("5 working days", "5 working days"),
    ("24小时", "24小时"),
    ("住建局/城管局", "住建局/城管局"),
    ("0713", "0713"),
    ("7", 7),
    ("-1.5", Decimal("-1.5")),
    ("true", True),
    ("", None),
    ("n * 2", 6),
    ("2024-10-01", datetime.date(2024, 10, 1)),
    ('"n"', "n"),
    ('["a", "b"]', ["a", "b"]),
    ("{a: n}", {"a": 3}),
]


@pytest.mark.parametrize(("cell", "value"), OUTPUTS)
def test_it_reads_outputs_as_officials_write_them(cell: str, value: Any) -> None:
    table = read_csv(f'F,n,→ o\n,-,"{cell.replace(chr(34), chr(34) * 2)}"', id="t")
    assert table.decide({"n": 3}).value == {"o": value}


BROKEN = [
    # text, code, line, column
    ("X,a,→ b\n,1,2", "T001", 1, 1),
    ("U,a,b\n,1,2", "T001", 1, 1),
    ("U,→ b,a\n,1,2", "T001", 1, 3),
    ("U,a,a,→ b\n,1,2,3", "T001", 1, 3),
    ("U,a,→ b\n,1,2,多", "T001", 2, 4),
    ("", "T001", 1, 1),
    ("U,a,→ b\n1,[1..,2", "X001", 2, 2),
    ("U,a,→ b\n1,1,{x: ", "X001", 2, 3),
    ('U,a,→ b\n1,1,"n(1) * 2"', "X001", 2, 3),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), BROKEN)
def test_it_names_row_and_column_of_a_mistake(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises((TableError, FeelError)) as caught:
        read_csv(text, id="t", file="tables/t.csv")
    where = caught.value.where
    assert (caught.value.code, where.file, where.line, where.column) == (code, "tables/t.csv", line, column)


def test_it_reads_one_table_per_sheet() -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "时限"
    rows = [
        ["F", "天数", "自", "→ 灯"],
        [1, "> 5", datetime.date(2024, 10, 1), "红"],
        [2, 3.5, "-", "黄"],
        [3, "-", None, "绿"],
    ]
    for row in rows:
        first.append(row)
    book.create_sheet("说明").append(["随便写"])
    book.create_sheet("空")
    stream = io.BytesIO()
    book.save(stream)
    (table,) = read_xlsx(stream.getvalue(), file="t.xlsx")
    assert table.id == "时限"
    assert table.decide({"天数": 6, "自": datetime.date(2024, 10, 1)}).value == {"灯": "红"}
    assert table.decide({"天数": 3.5, "自": None}).value == {"灯": "黄"}


def test_it_refuses_formulas_and_what_is_no_workbook() -> None:
    book = openpyxl.Workbook()
    book.active.append(["F", "a", "→ b"])
    book.active.append([1, "=1+1", 2])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(TableError) as caught:
        read_xlsx(stream.getvalue(), file="t.xlsx")
    assert (caught.value.where.sheet, caught.value.where.line, caught.value.where.column) == ("Sheet", 2, 2)
    with pytest.raises(TableError):
        read_xlsx(b"PK\x03\x04 broken", file="t.xlsx")


# -- the compiled table decides as reading it row by row does

NUMBER_CELLS = [
    "-",
    "1",
    "2, 4",
    "< 3",
    ">= 3",
    "[1..3]",
    "(1..4)",
    "not(2)",
    "not(< 2, > 3)",
    "null",
    "? > 1 and ? < 4",
    "1.5",
]
WORD_CELLS = ["-", "甲", "乙,丙", "not(甲)", "null", 'starts with(?, "甲")']
DAY_CELLS = ["-", "2024-10-01", "< 2024-10-03", "[2024-10-01..2024-10-04)", "not(2024-10-02)"]
ROWS = st.lists(
    st.tuples(st.sampled_from(NUMBER_CELLS), st.sampled_from(WORD_CELLS), st.sampled_from(DAY_CELLS)),
    min_size=1,
    max_size=8,
)
NUMBERS = st.sampled_from([None, 0, 1, Decimal("1.5"), 2, 3, 4, 5, "甲", True])
WORDS = st.sampled_from([None, "甲", "乙", "丙", "丁", "甲乙", 3])
DAYS = st.sampled_from([None, *(datetime.date(2024, 9, 30) + datetime.timedelta(days=n) for n in range(6))])


def _table(policy: str, rows: list[tuple[str, str, str]]) -> Table:
    lines = [f"{policy},n:数字,w:文字,d:日期,→ o"] + [
        ",".join(['"' + cell.replace('"', '""') + '"' for cell in (str(at), *row, str(at))])
        for at, row in enumerate(rows, 1)
    ]
    return read_csv("\n".join(lines), id="t")


@given(ROWS, NUMBERS, WORDS, DAYS)
def test_it_decides_as_reading_row_by_row_does(
    rows: list[tuple[str, str, str]], n: Any, w: Any, d: Any
) -> None:
    table = _table("C", rows)
    inputs = {"n": n, "w": w, "d": d}
    naive = tuple(
        rule.number
        for rule in table.rules
        if all(
            compile_unary_tests(cell.text).matches(inputs[name], inputs)
            for cell, name in zip(rule.inputs, "nwd", strict=True)
        )
    )
    assert table.decide(inputs).because.rows == naive
    first = _table("F", rows).decide(inputs)
    assert first.because.rows == naive[:1]
    assert first.value == ({"o": Decimal(naive[0])} if naive else None)
