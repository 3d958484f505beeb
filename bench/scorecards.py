"""Scorecards: 500 units × 60 criteria from a year of facts, and what a day's changed cases cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from bench.city import environment
from bench.figure import figure, left_out
from tools.machine import ROOT

TITLE = "scorecards"
#: cases of the year; each speaks to a twelfth of the measures
CASES, QUICK_CASES = 400_000, 40_000
MOST_SECONDS = 5.0
#: cases of a day that were opened or moved on in a city of that size: open ones are looked at again
A_DAY = 3_000


def measure(quick: bool) -> dict[str, Any]:
    """In a process of its own, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.scoring", str(QUICK_CASES if quick else CASES)],
            cwd=ROOT,
            env={**os.environ, **environment(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return {"title": TITLE, "figures": [left_out("scorecards", done.stderr.strip().split("\n")[-1])]}
    told = json.loads(done.stdout.strip().split("\n")[-1])
    return {
        "title": TITLE,
        "figures": [
            figure(
                f"500 units × 60 criteria reckoned from {told['rows']:,} facts of {told['cases']:,} cases, kept in the database",
                told["seconds"],
                "s",
                most=MOST_SECONDS,
                note=f"CPU, all threads added up; sums {told['sums']:.1f} s, cards {told['cards']:.1f} s, rows {told['kept']:.1f} s",
            ),
            figure(
                "cases read for their measures",
                told["read"],
                "cases/s",
                note="state and facts from SQLite, one core",
            ),
            figure(
                f"the day's run: {A_DAY:,} cases read, the year's file written anew",
                A_DAY / told["read"] + told["rewrite"],
                "s",
            ),
        ],
    }
