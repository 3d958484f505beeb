"""Search of a register with twenty thousand service items: by words, by everyday sentences, by code; and its import."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import Any

from bench.city import environment
from bench.figure import figure, left_out
from tools.cluster import Cluster, NoPostgres
from tools.machine import ROOT

TITLE = "catalogue"
ROWS, QUICK_ROWS = 20_000, 2_000
#: milliseconds at the server, 95 of 100 searches
MOST = 50


def measure(quick: bool) -> dict[str, Any]:
    """On SQLite and, where its binaries are, on PostgreSQL."""
    rows = QUICK_ROWS if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        figures = _on("SQLite", folder, "", rows)
        try:
            with Cluster.start(durable=True) as cluster:
                figures += _on("PostgreSQL", folder, cluster.url, rows)
        except NoPostgres as error:
            figures.append(left_out("search on PostgreSQL", str(error)))
    return {"title": TITLE, "figures": figures}


def _on(database: str, folder: str, url: str, rows: int) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.catalogue_rows", str(rows)],
        cwd=ROOT,
        env=environment(f"{folder}/{database}", url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found = json.loads(done.stdout.strip().splitlines()[-1])
    made = [
        figure(
            f"{name}, {rows:,} items, {database}",
            value["p95"],
            "ms",
            most=MOST,
            note=f"p50 {value['p50']:.1f} ms, most {value['most']:.1f} ms",
        )
        for name, value in found["searches"].items()
    ]
    made.append(figure(f"import, {database}", found["rows_per_second"], "rows/s"))
    made.append(figure(f"look-up by key, {database}", found["lookup"], "ms"))
    return made
