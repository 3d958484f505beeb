"""A board at ten thousand and at a million cases: milliseconds at the server, on PostgreSQL.

    python bench/run.py wall [--quick]

The city of ``city_rows`` (see ``lives``). Measured in one process of the city, through Django's test client: the page and the
state that a polling wall asks for, each with everything counted anew (what the first who looks after a while pays), as the
count grows old (what whoever comes first pays while others look too: they are given the last one) and within the second (what
everybody else pays).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from bench.city_rows import City
from bench.figure import figure, left_out
from bench.lives import DATABASE, ROOT, environment, prepare
from tools.cluster import Cluster, NoPostgres

STAGES = (10_000, 1_000_000)


def measure(quick: bool = False) -> dict[str, Any]:
    """Some eight minutes with a million, one without."""
    title = "a board at a million cases"
    try:
        return {"title": title, "figures": _measured(STAGES[:1] if quick else STAGES)}
    except NoPostgres as error:
        return {"title": title, "figures": [left_out("wall", str(error))]}


def _measured(stages: tuple[int, ...]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder,
        Cluster.start(durable=True, **DATABASE) as cluster,
    ):
        env = environment(Path(folder), cluster.url)
        prepare(Path(folder), env)
        with psycopg.connect(cluster.dsn, autocommit=True) as connection:
            city = City(connection, lambda text: None)
            city.set_aside()
            for stage in stages:
                city.grow(stage)
                listed += _stage(stage, env, city)
    return listed


def _stage(stage: int, env: dict[str, str], city: City) -> list[dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, "-m", "bench.looking"], env=env, cwd=ROOT, check=True, capture_output=True, text=True
    )
    found = json.loads(ran.stdout.splitlines()[-1])
    cases = city.number("SELECT count(*) FROM cases_case")
    running = city.number("SELECT count(*) FROM cases_case WHERE ended_at IS NULL")
    note = f"{cases:,} cases, {running:,} of them open, {found['queries']} queries"
    most = 300.0 if stage == STAGES[-1] else None
    words = f"at {stage:,} cases"
    return [
        figure(f"the page {words}, counted anew", found["page_cold"], "ms", most=most, note=note),
        figure(f"the page {words}, within the second", found["page_warm"], "ms"),
        figure(f"the state {words}, counted anew", found["state_cold"], "ms", most=most),
        figure(f"the state {words}, as the count grows old", found["state_old"], "ms", most=most),
        figure(f"the state {words}, within the second", found["state_warm"], "ms"),
    ]
