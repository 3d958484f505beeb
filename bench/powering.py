"""Writes the readings of synthetic firms, or puts them through the seven rules, for ``power.py``; the last line is JSON.

python -m bench.powering make <meters> <days>
python -m bench.powering watch <meters> <days>
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
import pyarrow as pa

FEED, STEP = "power_watch.power", 900_000_000
#: days that are written at once
TOGETHER = 30
THREADS = 2


def make(meters: int, days: int) -> dict[str, Any]:
    """Write the readings as the city keeps them."""
    from gongzhi.city.alerts import readings
    from gongzhi.city.demo.power import Year, tables

    year = Year.make(meters=meters, days=days)
    spent, rows, held = 0.0, 0, []
    for number, (_day, table) in enumerate(tables(year), 1):
        held.append(table)
        if number % TOGETHER == 0 or number == days:
            began = time.perf_counter()
            rows += readings.write(FEED, pa.concat_tables(held)).added
            spent += time.perf_counter() - began
            held = []
    return {"rows": rows, "seconds": spent, "source": year.shapes.source}


def watch(meters: int, days: int) -> dict[str, Any]:
    """All days at once, then the last day by itself; and the score against what was seeded."""
    from gongzhi.city.demo.power import Raised, Year, by_rule, judge

    year = Year.make(meters=meters, days=days)
    held = year.registers
    records = {name: [{**row, "key": key} for key, row in rows.items()] for name, rows in held.items()}
    firms = {key: row["firm"] for name in ("power_links", "power_meters") for key, row in held[name].items()}
    spent = time.process_time()
    seen, whole = _see(records, year.start, days)
    spent, today = time.process_time() - spent, time.process_time()
    _again, one = _see(records, year.start + timedelta(days=days - 1), 1)
    today = time.process_time() - today
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    alerts = [
        Raised(
            rule=each.watch[:2].upper(),
            firm=firms[each.subject],
            since=each.since,
            until=each.until,
            covered=bool(each.covered),
        )
        for result in seen
        for each in result.warned
    ]
    with_, without = judge(year, alerts), judge(year, alerts, declarations=False)
    return {
        "seconds": whole,
        "cpu": spent,
        "day": one,
        "day_cpu": today,
        "peak_mb": peak,
        "rules": {result.spec.id: round(result.seconds, 2) for result in seen},
        "alerts": len(alerts),
        "recall": with_.recall,
        "precision": with_.precision,
        "without": without.precision,
        "by_rule": by_rule(year, alerts),
    }


def _see(records: dict[str, Any], start: date, days: int) -> tuple[Sequence[Any], float]:
    """What every watch saw from a day on, and the seconds from asking for subjects to the last alert."""
    import gongzhi.mechanisms
    from gongzhi.city.alerts import finding, readings
    from gongzhi.engine.mechanisms import load
    from gongzhi.engine.watches import Span

    specs = list(load(Path(gongzhi.mechanisms.__path__[0]) / "power_watch").watches.values())
    epoch = date(1970, 1, 1)
    first = (start - epoch).days

    def files(since: int, until: int) -> list[Path]:
        return list(readings.tables(FEED, epoch + timedelta(days=since), epoch + timedelta(days=until)))

    span = Span(first=first, last=first + days, step=STEP)
    began = time.perf_counter()
    seen = list(finding.see(specs, records, files, span, start + timedelta(days=days), threads=THREADS))
    return seen, time.perf_counter() - began


if __name__ == "__main__":
    django.setup()
    work = {"make": make, "watch": watch}[sys.argv[1]]
    print(json.dumps(work(int(sys.argv[2]), int(sys.argv[3]))))
