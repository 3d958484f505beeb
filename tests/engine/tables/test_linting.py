"""The linter finds what is there, and only that."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.tables import lint, read_csv

TABLES: list[tuple[str, list[tuple[str, int, int, str]]]] = [
    # table, findings: code, row and column of the sheet, words
    ("U,n,→ o\n值,>= 0\n1,< 5,1\n2,>= 5,2", []),
    ("U,n,→ o\n值,>= 0\n1,<= 5,1\n2,>= 5,2", [("T201", 3, 0, "n=5")]),
    ("U,n,→ o\n值,>= 0\n1,< 5,1\n2,> 5,2", [("T203", 0, 0, "n=5")]),
    ("U,n,→ o\n1,< 5,1\n2,[5..9],2", [("T203", 0, 0, "9 以上(不含)")]),
    ("A,n,→ o\n1,<= 5,1\n2,>= 5,1", []),
    ("A,n,→ o\n1,<= 5,1\n2,>= 5,2", [("T202", 2, 0, "n=5")]),
    ("F,n,→ o\n1,> 5,1\n2,> 6,2\n3,-,3", [("T204", 3, 0, "第1行")]),
    ("F,n,→ o\n1,> 5,1\n2,<= 5,2\n3,-,3", [("T204", 4, 0, "第1、2行")]),
    ("F,n,→ o\n1,> 5,1\n2,-,2", []),
    ('U,w,→ o\n值,"甲,乙"\n1,甲,1\n2,乙,2', []),
    ('U,w,→ o\n值,"甲,乙,丙"\n1,甲,1\n2,乙,2', [("T203", 0, 0, "“丙”")]),
    ("U,w,→ o\n1,甲,1\n2,not(甲),2", []),
    ("U,w,→ o\n1,甲,1", [("T203", 0, 0, "其他文字")]),
    ('U,w,→ o\n值,"甲,乙"\n1,"甲,丁",1\n2,乙,2', [("T206", 3, 2, "“丁”")]),
    ("F,n,→ o\n1,[5..3],1\n2,-,2", [("T206", 2, 2, "永远不会成立"), ]),
    ("F,n,→ o\n1,? > 3,1\n2,-,2", [("T207", 2, 2, "计算")]),
    ("U,b,→ o\n1,true,1", [("T203", 0, 0, "否")]),
    ("U,b,→ o\n1,true,1\n2,false,2", []),
    ("U,d,→ o\n1,< 2024-10-01,1\n2,> 2024-10-01,2", [("T203", 0, 0, "2024-10-01")]),
    ("C,n,→ o\n1,> 5,1\n2,> 6,2", []),
    ("C,n,→ o\n1,> 5,1\n2,> 5,1", [("T205", 3, 0, "第1行")]),
    ("P,n,→ o\n1,-,1", [("T209", 0, 0, "先后")]),
    ('P,n,→ o\n值,,"红,黄"\n1,-,红\n2,> 3,蓝', [("T208", 4, 3, "允许值")]),
    ('U,w,n,→ o\n值,"甲,乙",[0..10]\n1,甲,[0..5],1\n2,甲,(5..10],2\n3,乙,-,3', []),
    ('U,w,n,→ o\n值,"甲,乙",[0..10]\n1,甲,[0..5],1\n2,乙,-,3', [("T203", 0, 0, "w=“甲”,n=5(不含)至 10")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_it_finds_what_is_wrong(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    found = lint(read_csv(text, id="t", file="t.csv"))
    assert [(problem.code, problem.where.line, problem.where.column) for problem in found] == [
        row[:3] for row in expected
    ]
    for problem, (*_, words) in zip(found, expected, strict=True):
        assert words in problem.message
        assert problem.remedy
        assert problem.where.file == "t.csv"


def test_it_says_when_it_gives_up() -> None:
    names = [f"c{at}" for at in range(12)]
    rows = "\n".join(
        ",".join([str(row), *(str((row * at) % 7) for at in range(1, 13)), "1"]) for row in range(60)
    )
    found = lint(read_csv(f"F,{','.join(names)},→ o\n{rows}", id="t"))
    assert any(problem.code == "T210" for problem in found)


CELLS = ["-", "1", "2,3", "< 2", ">= 3", "[1..3)", "not(2)"]
WORDS = ["-", "甲", "甲,乙", "not(乙)"]
#: one value in every piece that the cells tell apart
NUMBERS: list[Any] = [0, 1, 1.5, 2, 2.5, 3, 4]
TEXTS = ["甲", "乙", "丙"]


@given(st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(WORDS)), min_size=1, max_size=6))
def test_it_finds_gaps_and_overlaps_exactly(rows: list[tuple[str, str]]) -> None:
    lines = "\n".join(f'{at},"{n}","{w}",{at}' for at, (n, w) in enumerate(rows, 1))
    heading = 'n:数字,w:文字,→ o\n值,,"甲,乙,丙"\n'
    table = read_csv(f"C,{heading}{lines}", id="t")
    hits = [table.decide({"n": n, "w": w}).because.rows for n, w in itertools.product(NUMBERS, TEXTS)]
    codes = {problem.code for problem in lint(read_csv(f"U,{heading}{lines}", id="t"))}
    assert ("T203" in codes) is any(not hit for hit in hits)
    assert ("T201" in codes) is any(len(hit) > 1 for hit in hits)
    hidden = {
        problem.where.line - 2
        for problem in lint(read_csv(f"F,{heading}{lines}", id="t"))
        if problem.code == "T204"
    }
    assert hidden == {
        row for row in range(1, len(rows) + 1) if all(hit[0] != row for hit in hits if row in hit)
    }
