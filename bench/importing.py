"""Rows per second and peak memory of ``gongzhi import appeals`` with fifty thousand generated rows."""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.city import environment, prepare
from bench.figure import figure, left_out
from tools.cluster import Cluster, NoPostgres
from tools.machine import ROOT

TITLE = "import"
#: so few rows are mostly the start of Python and Django: a rough run has no target
ROWS, QUICK_ROWS = 50_000, 2_000
LEAST = 2000
#: more than this between a fifth of the rows and all of them is no flat memory
MOST_GROWTH = 60
PLACES = ("幸福路", "湖滨小区", "三里七社区", "罗家桥", "东风农场", "金山店", "还地桥", "铜绿山")
MATTERS = ("路灯不亮", "垃圾没人清", "噪音扰民", "停水", "违建", "路面破损", "物业收费", "校门口堵车")


def measure(quick: bool) -> dict[str, Any]:
    """On SQLite and, where its binaries are, on PostgreSQL."""
    rows = QUICK_ROWS if quick else ROWS
    figures = []
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        whole, part = Path(folder, "whole.csv"), Path(folder, "part.csv")
        generate(whole, rows)
        generate(part, rows // 5)
        figures += _on("SQLite", folder, "", whole, part, rows)
        try:
            with Cluster.start(durable=True) as cluster:
                figures += _on("PostgreSQL", folder, cluster.url, whole, part, rows)
        except NoPostgres as error:
            figures.append(left_out("rows into PostgreSQL", str(error)))
    return {"title": TITLE, "figures": figures}


def generate(path: Path, rows: int) -> None:
    """Appeals of about a hundred characters, each with its own id."""
    chance = random.Random(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["编号", "主题", "时间", "内容", "地点", "电话"])
        for number in range(rows):
            place, matter = chance.choice(PLACES), chance.choice(MATTERS)
            text = (
                f"{place}{chance.randint(1, 300)}号附近{matter}，已经{chance.randint(2, 60)}天了，打过电话没有人来。"
                * 2
            )
            day = (
                f"2024-{chance.randint(1, 9):02}-{chance.randint(1, 28):02} {chance.randint(8, 20):02}:00:00"
            )
            out.writerow(
                [
                    f"{rows}-{number}",
                    f"{place}{matter}",
                    day,
                    text,
                    f"{place}{number % 100}号",
                    f"138{number:08}",
                ]
            )


def _on(name: str, folder: str, database: str, whole: Path, part: Path, rows: int) -> list[dict[str, Any]]:
    home = Path(folder, name)
    settings = environment(str(home), database)
    prepare(settings)
    _seconds, _cpu, little = _run(settings, part)
    seconds, cpu, much = _run(settings, whole)
    note = f"{rows:,} rows in {seconds:.1f} s, {cpu:.1f} s of them our CPU; peak memory {much:.0f} MB"
    return [
        figure(
            f"rows into {name}", rows / seconds, "rows/s", least=LEAST if rows == ROWS else None, note=note
        ),
        figure(f"memory of five times the rows, {name}", much - little, "MB more", most=MOST_GROWTH),
    ]


def _run(settings: dict[str, str], file: Path) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak resident MB of one import, in a process of its own: starting Python is counted."""
    command = [sys.executable, "-m", "gongzhi.city.cli.main", "import", "appeals", str(file), "--no-clusters"]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    told = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise RuntimeError(told.decode(errors="replace")[-2000:])
    return seconds, usage.ru_utime + usage.ru_stime, _peak(usage)


def _peak(usage: resource.struct_rusage) -> float:
    """Linux counts kilobytes."""
    return usage.ru_maxrss / 1024
