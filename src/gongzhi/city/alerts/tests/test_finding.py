"""The SQL of watches agrees row by row with the plain evaluation, on DuckDB and on a real Spark with two workers."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.city.alerts import finding
from gongzhi.city.alerts.tests.watch_series import DAYS, FIRST, STEP, SUBJECTS, readings
from gongzhi.engine.watches import Found, Period, Readings, Span, Subject, Subjects, find, start_of, surges


class Kind:
    """All that the finders ask of a watch."""

    def __init__(self, kind: str) -> None:
        self.kind, self.id = kind, kind


def parquet(held: Readings, folder: Path) -> list[Path]:
    rows = [(series, us, value / 1000) for series, points in held.items() for us, value in points.items()]
    names, times, values = zip(*rows, strict=True) if rows else ((), (), ())
    table = pa.table(
        {
            "series": pa.array(names, pa.string()),
            "us": pa.array(times, pa.int64()),
            "value": pa.array(values, pa.float64()),
            "quality": pa.array([""] * len(rows), pa.string()),
            "batch": pa.array([1] * len(rows), pa.int64()),
        }
    )
    pq.write_table(table, folder / "readings.parquet")
    return [folder / "readings.parquet"]


def by_sql(
    kind: str, watched: Subjects, files: list[Path], span: Span, engine: str = "duckdb"
) -> list[Found]:
    back = finding.lookback(Kind(kind), watched, span)
    with finding.opened(files, watched.series, span, back=back, engine=engine, threads=2) as desk:
        return desk.find(Kind(kind), watched)


@settings(max_examples=25, deadline=None)
@given(
    held=readings(("P", "T", "U"), DAYS + 5),
    kind=st.sampled_from(sorted(SUBJECTS)),
    day=st.integers(0, DAYS + 3),
)
def test_duckdb_finds_what_the_plain_evaluation_finds(
    tmp_path_factory: pytest.TempPathFactory, held: Readings, kind: str, day: int
) -> None:
    files = parquet(held, tmp_path_factory.mktemp("readings"))
    watched = SUBJECTS[kind]
    for span in (
        Span(first=FIRST, last=FIRST + DAYS + 5, step=STEP),
        Span(first=FIRST + day, last=FIRST + day + 1, step=STEP),
    ):
        assert by_sql(kind, watched, files, span) == find(Kind(kind), watched, held, span)


@settings(max_examples=60, deadline=None)
@given(readings(("P", "T", "U")), st.sampled_from(sorted(SUBJECTS)))
def test_days_one_by_one_are_days_all_at_once(held: dict[str, dict[int, int]], kind: str) -> None:
    watched = SUBJECTS[kind]
    whole = find(Kind(kind), watched, held, Span(first=FIRST, last=FIRST + DAYS, step=STEP))
    parts = [
        each
        for day in range(FIRST, FIRST + DAYS)
        for each in find(Kind(kind), watched, held, Span(first=day, last=day + 1, step=STEP))
    ]
    assert parts == whole


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["A|噪声", "B|", "A|电梯"]),
        st.dictionaries(st.integers(FIRST, FIRST + 40), st.integers(1, 6), max_size=25),
    ),
    st.integers(1, 9),
    st.integers(1, 4),
)
def test_duckdb_counts_surges_as_the_plain_evaluation_does(
    counts: dict[str, dict[int, int]], days: int, weeks: int
) -> None:
    params = {"days": days, "weeks": weeks, "times": 1.5, "least": 3}
    span = Span(first=FIRST + 10, last=FIRST + 41, step=86_400_000_000)
    assert finding.find_surges(params, counts, span, engine="duckdb") == surges(params, counts, span)


def test_estimated_readings_are_no_evidence(tmp_path: Path) -> None:
    held = {
        "P": {start_of(FIRST) + n * STEP: 9000 for n in range(24)},
        "T": {start_of(FIRST) + n * STEP: 0 for n in range(24)},
    }
    files = parquet(held, tmp_path)
    table = pq.read_table(files[0])
    guessed = table.set_column(3, "quality", pa.array(["estimated"] * len(table), pa.string()))
    pq.write_table(guessed, files[0])
    span = Span(first=FIRST, last=FIRST + 1, step=STEP)
    assert by_sql("off_while_on", SUBJECTS["off_while_on"], files, span) == []


# — real load curves on both engines


#: four weeks: as many days as the longest baseline asks for
REAL_DAYS = 28


def real(tmp_path: Path) -> tuple[Readings, list[Path], int]:
    """Four weeks of quarter hours of a real region: production; treatment is a tenth of it, off on some nights."""
    source = Path(os.environ.get("GONGZHI_DATA", "../shared/data")) / "power/region_load_15min.csv.gz"
    if not source.is_file():
        pytest.skip("the region's load curve is not here")
    step = 900_000_000
    with gzip.open(source, "rt", encoding="utf-8-sig") as stream:
        values = [float(row[-1]) for number, row in enumerate(csv.reader(stream)) if number and row[-1]][
            : REAL_DAYS * 96
        ]
    largest = max(values)
    start = start_of(FIRST)
    production = {start + n * step: round(value / largest * 100_000) for n, value in enumerate(values)}
    treatment = {
        us: 0 if (n // 96) % 9 == 5 and 4 <= n % 96 < 20 else value // 10
        for n, (us, value) in enumerate(production.items())
    }
    held = {"P": production, "T": treatment, "U": {}}
    return held, parquet(held, tmp_path), step


REAL = {
    "off_while_on": {"points": 4, "on_above": 500, "off_below": 50},
    "lead_lag": {"lead": 30, "lag": 30, "points": 1, "on_above": 70_000, "off_below": 7_200},
    "low_ratio": {"quantile": 0.5, "days": 28, "least": 10, "source_least": 1000, "margin": 0.99},
    "night_ratio": {"above": 0.4, "night_from": 22, "night_to": 6, "least": 0},
    "silent": {"missing": 4, "flat": 8, "flat_above": -1, "from": 0},
}


#: every kind that asks SQL of its own
ON_SPARK = (*REAL, "stop_order", "limit_order")


def watched_of(kind: str) -> Subjects:
    if kind in ("stop_order", "limit_order"):
        params = {"points": 4, "idle": 50_000} if kind == "stop_order" else {"weeks": 4, "least": 2}
        since, until = start_of(FIRST + 21), start_of(FIRST + 26)
        return Subjects(
            subjects=(Subject(key="D1", name="炉", series={"target": ("P",)}, params=params),),
            periods=(Period(subject="D1", order="O1", since=since, until=until, cut=0.3),),
        )
    pairs = kind in ("off_while_on", "lead_lag", "low_ratio")
    series = {"target": ("T",), **({"source": ("P",)} if pairs else {})}
    return Subjects(subjects=(Subject(key="L1", name="一号线", series=series, params=REAL[kind]),))


@pytest.mark.parametrize("kind", sorted(ON_SPARK))
def test_a_real_load_curve(tmp_path: Path, kind: str) -> None:
    held, files, step = real(tmp_path)
    span = Span(first=FIRST, last=FIRST + REAL_DAYS, step=step)
    found = by_sql(kind, watched_of(kind), files, span)
    assert found == find(Kind(kind), watched_of(kind), held, span)
    assert found


@pytest.mark.faults
def test_spark_with_two_workers_finds_the_same(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java, which is not here")
    held, _files, step = real(tmp_path)
    program = Path(__file__).with_name("on_spark.py")
    cluster = {
        "GONGZHI_SPARK_MASTER": "local-cluster[2,1,1024]",
        "DJANGO_SETTINGS_MODULE": "gongzhi.city.project.settings",
    }
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path), str(step), str(REAL_DAYS)],
        env={**os.environ, **cluster},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    answer = next((line for line in done.stdout.splitlines() if line.startswith("ANSWER ")), "")
    assert answer, done.stderr[-3000:]
    told = json.loads(answer.removeprefix("ANSWER "))
    span = Span(first=FIRST, last=FIRST + REAL_DAYS, step=step)
    for kind in ON_SPARK:
        expected = [asdict(each) for each in find(Kind(kind), watched_of(kind), held, span)]
        assert told[kind] == expected, kind
        assert expected, kind
    counts = {"A|噪声": {FIRST + day: 1 + 3 * (day > 20) for day in range(REAL_DAYS)}}
    params = {"days": 7, "weeks": 4, "times": 2, "least": 5}
    assert told["surge"] == [asdict(each) for each in surges(params, counts, span)]
