"""Feeds: readings a second through every check into Parquet, memory, and how many bytes a reading takes.

python bench/run.py feeds [--quick]
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

TITLE = "feeds"
METERS, DAYS, QUICK_DAYS = 300, 365, 30


def measure(quick: bool) -> dict[str, Any]:
    """In a process of its own, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.feeding", str(METERS), str(QUICK_DAYS if quick else DAYS)],
            cwd=ROOT,
            env={**os.environ, **environment(folder), "GONGZHI_WAREHOUSE": f"{folder}/warehouse"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return {"title": TITLE, "figures": [left_out("feeds", done.stderr.strip().split("\n")[-1])]}
    told = json.loads(done.stdout.strip().split("\n")[-1])
    many = f"{told['rows']:,} readings of {METERS} meters"
    again = f"{told['csv_rows']:,} rows, all of them there already"
    return {
        "title": TITLE,
        "figures": [
            figure(
                "readings in, from Parquet",
                told["rows"] / told["parquet"],
                "rows/s",
                least=200_000,
                note=many,
            ),
            figure(
                "readings in, from CSV", told["csv_rows"] / told["csv"], "rows/s", least=50_000, note=again
            ),
            figure("one file per day", told["compact"], "s", note=many),
            figure("peak memory", told["peak_mb"], "MB", most=2048, note=many),
            figure("a reading on disk", told["stored_bytes"] / told["rows"], "bytes", most=8, note=many),
            figure(
                "smaller than the CSV",
                (told["csv_bytes"] / told["csv_rows"]) / (told["stored_bytes"] / told["rows"]),
                "times",
                least=5,
            ),
        ],
    }
