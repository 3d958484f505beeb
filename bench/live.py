"""Two hundred open walls while a hundred actions a second are written, on PostgreSQL.

    python bench/run.py live [--quick]

Writers take common actions (notes on cases) at a steady pace; a few times a second an appeal with a mark in its title comes
in. The delay runs from the commit of the appeal until a wall has read its title in the event stream.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.city_rows import City
from bench.figure import figure, left_out, percentile
from bench.lives import DATABASE, ROOT, environment
from bench.serving import free_port
from gongzhi.city.cli.serve import answers, live_command
from tools.cluster import Cluster, NoPostgres

WALLS, RATE = 200, 100
PLAYED, CASES = 300, 10_000


def measure(quick: bool = False) -> dict[str, Any]:
    """About two minutes."""
    title = f"{WALLS} open walls, {RATE} actions a second"
    try:
        return {"title": title, "figures": _measured(10 if quick else 30)}
    except NoPostgres as error:
        return {"title": title, "figures": [left_out("live", str(error))]}


def _measured(seconds: int) -> list[dict[str, Any]]:
    with (
        tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder,
        Cluster.start(durable=True, **DATABASE) as cluster,
    ):
        home = Path(folder)
        env = environment(home, cluster.url)
        preparing = [sys.executable, str(ROOT / "bench" / "preparing.py"), str(PLAYED)]
        subprocess.run(preparing, env=env, check=True, cwd=home)
        with psycopg.connect(cluster.dsn, autocommit=True) as connection:
            city = City(connection, lambda text: None)
            city.set_aside()
            city.grow(CASES)
        port = free_port()
        with (home / "live.log").open("wb") as log:
            server = subprocess.Popen(
                live_command("127.0.0.1", port), env=env, cwd=home, stdout=log, stderr=log
            )
        try:
            if not answers("127.0.0.1", port, 60):
                raise RuntimeError((home / "live.log").read_text(encoding="utf-8"))
            command = [
                sys.executable,
                "-m",
                "bench.listening",
                str(port),
                str(WALLS),
                str(RATE),
                str(seconds),
            ]
            ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
            if ran.returncode:
                raise RuntimeError(ran.stderr[-2000:])
        finally:
            server.terminate()
            server.wait(timeout=30)
        time.sleep(0.1)
    return _figures(json.loads(ran.stdout.splitlines()[-1]))


def _figures(found: dict[str, Any]) -> list[dict[str, Any]]:
    delays = found["delays"]
    note = (
        f"{found['marks']} marks seen by {WALLS} walls, {len(delays):,} times of {found['marks'] * WALLS:,}"
    )
    missed = found["marks"] * WALLS - len(delays)
    return [
        figure("actions written", found["written"] / found["seconds"], "/s", note="steady pace, two writers"),
        figure("delay, median", percentile(delays, 0.5), "s", note=note),
        figure("delay, p95", percentile(delays, 0.95), "s"),
        figure("delay, longest", max(delays), "s", most=2.0),
        figure("marks that a wall never saw", missed, "", most=0),
        figure("walls let go", found["lost"], "", most=0),
    ]
