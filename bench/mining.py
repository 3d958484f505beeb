"""Mining: ten million events from Parquet to variants, arcs with waiting on both clocks, rework, hand-overs, ping-pong.

The log is made here: a million cases of a flow of twelve steps with loops, handed between forty offices, every one different
in its times. Spark answers the same questions from the same files; where Java or pyspark is absent that is said.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.figure import figure, left_out

EVENTS, QUICK_EVENTS = 10_000_000, 1_000_000
#: seconds, and memory of the process in GB
MOST_SECONDS, MEMORY = 60.0, "2GB"
PER_CASE = 10

MAKE = """
copy (
    with cases as (select i as c, hash(i) as h, 4 + (hash(i) % 13)::bigint as steps from range({cases}) t(i)),
    lines as (select c, h, unnest(range(steps)) as k from cases),
    marked as (select c, k, h, hash(c * 97 + k) as r from lines)
    select
        'C' || lpad(c::varchar, 8, '0') as case_id,
        'step ' || (case when r % 11 = 0 then greatest(k - 1, 0) when r % 17 = 0 then k + 1 else k end % 12) as label,
        'step ' || (case when r % 11 = 0 then greatest(k - 1, 0) when r % 17 = 0 then k + 1 else k end % 12) as step,
        'complete' as phase,
        (1704067200 + h % 20000000 + k * 90000 + r % 80000)::bigint * 1000000 as us,
        (c * 20 + k)::bigint as seq, '' as token, 'office ' || (case when r % 7 = 0 then h % 40 else (h + k // 3) % 40 end) as office,
        'role ' || (k % 5) as role, '' as cause
    from marked
) to '{path}' (format parquet, compression zstd)
"""


def measure(quick: bool) -> dict[str, Any]:
    """Seconds for DuckDB and for Spark, and the memory that the first took."""
    events = QUICK_EVENTS if quick else EVENTS
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        path = Path(folder) / "log.parquet"
        n = _make(path, events)
        figures = [_asked("duckdb", path, n, quick), *_spark(path, n, quick)]
    return {"title": "过程挖掘", "figures": [each for group in figures for each in group]}


def _make(path: Path, events: int) -> int:
    import duckdb

    with duckdb.connect() as db:
        db.execute(MAKE.format(cases=events // PER_CASE, path=path))
        return int(db.execute(f"select count(*) from '{path}'").fetchone()[0])  # type: ignore[index]


def _spark(path: Path, n: int, quick: bool) -> list[list[dict[str, Any]]]:
    if quick:
        return []
    try:
        return [_asked("spark", path, n, quick)]
    except subprocess.CalledProcessError as error:
        why = (error.stderr or "").strip().split("\n")[-1][:120]
        return [[left_out("Spark local[2]：同样的问题", why or "没有 Java 或 pyspark")]]


def _asked(engine: str, path: Path, n: int, quick: bool) -> list[dict[str, Any]]:
    """In a process of its own, so that its memory is its own."""
    words = [sys.executable, "-m", "bench.mining", engine, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    seconds, peak, variants = (float(word) for word in done.stdout.split()[-3:])
    name = {"duckdb": "DuckDB", "spark": "Spark local[2]"}[engine]
    most = MOST_SECONDS if engine == "duckdb" and not quick else None
    return [
        figure(f"{name}：{n / 1e6:.1f} 百万条，变体、走向、等待、返工、移交（{variants:,.0f} 种走法）", seconds, "s", most=most),
        *([figure(f"{name}：内存峰值", peak, "MB")] if engine == "duckdb" else []),
    ]  # fmt: skip


def ask(engine: str, path: Path) -> None:
    """Print seconds, peak memory in MB, and how many variants there are."""
    from gongzhi.city.analytics.engines import DuckSession, SparkSession
    from gongzhi.city.mining.asking import lay_file
    from gongzhi.engine.calendars import calendar

    session: Any = (
        DuckSession(memory=MEMORY, threads=2)
        if engine == "duckdb"
        else SparkSession(master="local[2]", memory=MEMORY, threads=2)
    )
    began = time.perf_counter()
    study = lay_file(session, [path], days=calendar("china", unannounced="weekends")).study(
        lambda what: print(what, f"{time.perf_counter() - began:.1f}", file=sys.stderr)
    )
    seconds = time.perf_counter() - began
    session.close()
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, study.variants_total)


if __name__ == "__main__":
    ask(sys.argv[1], Path(sys.argv[2]))
