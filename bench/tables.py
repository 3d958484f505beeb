"""Decisions per second of a table with fifty rows, hit policy U."""

from __future__ import annotations

import itertools
from typing import Any

from bench.figure import figure, rate
from gongzhi.engine.tables import read_csv

TITLE = "decision table"


def _text() -> str:
    """Fifty rows: five kinds × ten amounts."""
    rows = ["U,类别,金额,→ 时限,→ 单位"]
    for number, (kind, low) in enumerate(itertools.product("甲乙丙丁戊", range(0, 100, 10)), 1):
        rows.append(f"{number},{kind},[{low}..{low + 10}),{low + 1},{kind}{low}")
    return "\n".join(rows) + "\n"


def measure(quick: bool) -> dict[str, Any]:
    """Decisions with their *because*."""
    table = read_csv(_text(), id="speed")
    inputs = [{"类别": "甲乙丙丁戊"[number % 5], "金额": number % 100} for number in range(1000)]
    assert table.decide({"类别": "丙", "金额": 25}).value == {"时限": 21, "单位": "丙20"}

    def work() -> int:
        for each in inputs:
            table.decide(each)
        return len(inputs)

    return {
        "title": TITLE,
        "figures": [
            figure("50 rows, result with rows that matched", rate(work, 0.3 if quick else 1), "decisions/s")
        ],
    }
