"""Ledgers: what a balance, a statement and a posting cost in a book of a million entries.

python bench/run.py ledgers [--quick]
"""

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

TITLE = "ledgers"
ENTRIES, QUICK_ENTRIES = 1_000_000, 100_000
MOST_MS = 5.0


def measure(quick: bool) -> dict[str, Any]:
    """In a process of its own, on SQLite."""
    entries = QUICK_ENTRIES if quick else ENTRIES
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.bookkeeping", str(entries)],
            cwd=ROOT,
            env={**os.environ, **environment(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return {"title": TITLE, "figures": [left_out("ledgers", done.stderr.strip().split("\n")[-1])]}
    told = json.loads(done.stdout.strip().split("\n")[-1])
    many = f"{told['entries']:,} entries"
    return {
        "title": TITLE,
        "figures": [
            figure(
                f"balance of a household, {many}, the slowest of a hundred",
                told["balance_p99"],
                "ms",
                most=MOST_MS,
                note=f"median {told['balance']:.3f} ms, CPU",
            ),
            figure(
                f"the household with most entries ({told['longest']:,}): 30 lines of its statement",
                told["statement"],
                "ms",
                most=MOST_MS,
                note="median, CPU",
            ),
            figure(
                "postings into that book, one transaction each",
                told["posted"],
                "postings/s",
                note="CPU, one core",
            ),
            figure("the doctor adds up every entry", told["doctor"], "s", note="CPU"),
        ],
    }
