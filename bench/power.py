"""Power data: readings of 1, 10 and 100 million quarter hours through all seven rules, and what the rules are worth.

python bench/run.py power [--quick]      quick: one million only
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from bench.city import environment
from bench.figure import figure, left_out
from bench.shutdown import seen
from tools.machine import ROOT

TITLE = "power data"
DAYS = 365
#: meters for 1, 10 and 100 million readings of a year
SIZES, QUICK = (30, 300, 2_855), (30,)
#: what is asked of ten million readings
SUBJECT, SECONDS, MEMORY_MB, DAY_SECONDS = 300, 10.0, 2_000, 1.0
RECALL, PRECISION = 0.95, 0.9
#: bytes that a reading takes on disk and in a query's overflow, and room to spare
BYTES = 60


def measure(quick: bool) -> dict[str, Any]:
    """Each size in processes of its own, so that one's memory is not another's."""
    figures: list[dict[str, Any]] = []
    per_reading: dict[int, float] = {}
    for meters in QUICK if quick else SIZES:
        readings = meters * 96 * DAYS
        with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
            if shutil.disk_usage(folder).free < readings * BYTES:
                figures.append(left_out(f"{readings / 1e6:.0f} million readings", "the disk is too small"))
                continue
            made, told = (_run(folder, what, meters) for what in ("make", "watch"))
        per_reading[meters] = told["cpu"] / readings * 1e6
        figures += _figures(meters, readings, made, told)
    if len(per_reading) > 1:
        most, least = max(per_reading.values()), min(per_reading.values())
        note = ", ".join(f"{meters} meters {each:.2f} µs" for meters, each in per_reading.items())
        figures.append(figure("a reading, dearest size against cheapest", most / least, "times", note=note))
    return {"title": TITLE, "figures": [*figures, *_outside()]}


def _outside() -> list[dict[str, Any]]:
    """What the rule of limits sees of a publicly known shutdown, as it comes out."""
    places = (os.environ.get("GONGZHI_DATA", ""), "../shared/data")
    folders = [ROOT / each / "power" for each in places if each]
    folder = next((each for each in folders if (each / "industry_daily_load.csv").is_file()), None)
    if folder is None:
        return [left_out("days of the shutdown of 2020 that R6 sees", "the real loads are not here")]
    return [
        figure(
            f"days of the shutdown of 2020 that R6 sees, {industry}",
            100 * shut,
            "%",
            note=f"{100 * ordinary:.1f} % of the days of ordinary months; public window, real loads",
        )
        for industry, (shut, ordinary) in seen(folder).items()
    ]


def _run(folder: str, what: str, meters: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.powering", what, str(meters), str(DAYS)],
        cwd=ROOT,
        env={**os.environ, **environment(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
    return told


def _figures(meters: int, readings: int, made: dict[str, Any], told: dict[str, Any]) -> list[dict[str, Any]]:
    size = f"{readings / 1e6:.0f} million readings"
    asked = meters == SUBJECT
    rules = ", ".join(f"{name[:2]} {seconds}" for name, seconds in told["rules"].items())
    load = f"load {os.getloadavg()[0]:.1f}"
    found = [
        figure(f"{size}: written", made["rows"] / made["seconds"], "rows/s", note=made["source"]),
        figure(
            f"{size}: through all seven rules",
            told["cpu"],
            "s",
            most=SECONDS if asked else None,
            note=f"CPU of two threads; {told['seconds']:.1f} s by the wall at {load}; {told['alerts']:,} alerts; {rules}",
        ),
        figure(f"{size}: peak memory", told["peak_mb"], "MB", most=MEMORY_MB if asked else None),
        figure(
            f"{size}: one more day",
            told["day_cpu"],
            "s",
            most=DAY_SECONDS if asked else None,
            note=f"CPU; {told['day']:.2f} s by the wall",
        ),
    ]
    if meters >= SUBJECT or len(QUICK) == 1:
        note = "; ".join(
            f"{rule} {each['recall']:.2f}/{each['precision']:.2f} (bare {each['precision_without']:.2f})"
            for rule, each in told["by_rule"].items()
        )
        found += [
            figure(f"{size}: recall on the seeded truth", told["recall"], "", least=RECALL),
            figure(f"{size}: precision with declarations", told["precision"], "", least=PRECISION, note=note),
            figure(f"{size}: precision without them", told["without"], ""),
        ]
    return found
