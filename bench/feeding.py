"""What ``bench.feeds`` runs in a process of its own: a file of readings through every check into Parquet."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import django
import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

django.setup()

from django.core.management import call_command  # noqa: E402 - models need a set-up Django

from gongzhi.city.alerts import actions, catalogue, readings  # noqa: E402
from gongzhi.city.alerts.catalogue import Declared  # noqa: E402
from gongzhi.city.kernel.references import SYSTEM  # noqa: E402
from gongzhi.engine.watches.feeds import FeedSpec  # noqa: E402

POINTS = 96
START = 1_735_660_800_000_000  # 2025-01-01 in Shanghai
SPEC = FeedSpec(
    id="power", title="用电", source="电网", basis="测速", step="15 minutes", unit="kWh", low=0, high=100_000, late="36500 days"
)  # fmt: skip


class Bench:
    """One feed."""

    def feeds(self) -> dict[str, Declared]:
        """See ``FeedSource``."""
        return {"bench.power": Declared(mechanism="bench", spec=SPEC)}


def year(meters: int, days: int) -> pa.Table:
    """Readings as a utility exports them, meter by meter; a wave of the day with seeded noise."""
    count = meters * days * POINTS
    chance = np.random.default_rng(7)
    slot = np.tile(np.arange(days * POINTS), meters)
    value = np.round(50 + 30 * np.sin(slot % POINTS / POINTS * 6.283) + chance.normal(0, 3, count), 2)
    at = (START + slot.astype(np.int64) * 900_000_000 + readings.OFFSET).astype("datetime64[us]")
    names = pa.array([f"M{number:05d}" for number in range(meters)])
    series = names.take(pa.array(np.repeat(np.arange(meters), days * POINTS)))
    return pa.table({"series": series, "at": pa.array(at), "value": pa.array(np.abs(value))})


def run(meters: int, days: int) -> None:
    """Write the files, take them in, print the figures as JSON."""
    call_command("migrate", verbosity=0)
    catalogue.register(Bench())
    table = year(meters, days)
    told: dict[str, float] = {"rows": table.num_rows}
    with tempfile.TemporaryDirectory() as folder:
        parquet, text = Path(folder, "a.parquet"), Path(folder, "a.csv")
        pq.write_table(table, parquet)
        part = table.slice(0, table.num_rows // 5)
        csv.write_csv(part.set_column(1, "at", part["at"].cast(pa.string())), text)
        told |= {"csv_rows": part.num_rows, "csv_bytes": text.stat().st_size}
        del table, part
        for name, path in (("parquet", parquet), ("csv", text)):
            began = time.perf_counter()
            with path.open("rb") as stream:
                made = actions.receive(SYSTEM, "bench.power", content=stream, name=path.name, later=False)
            done = actions.store(made.pk)
            told[name] = time.perf_counter() - began
            assert not done.apart, done.trouble
    began = time.perf_counter()
    readings.compact("bench.power", sweep_after=0)
    told["compact"] = time.perf_counter() - began
    told["stored_bytes"] = sum(path.stat().st_size for path in readings.tables("bench.power"))
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]))
