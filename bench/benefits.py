"""Benefits: the what-if over a million people, and the same by the plain evaluation for some of them."""

from __future__ import annotations

import resource
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

import gongzhi.mechanisms
from bench.figure import figure
from gongzhi.city.benefits.comparing import changed, compare
from gongzhi.engine.benefits import Programme, compile_programme
from gongzhi.engine.benefits.whatif import column_types, query, worth
from gongzhi.engine.mechanisms import load

TITLE = "benefits"
PEOPLE, QUICK_PEOPLE = 1_000_000, 100_000
SAMPLE = 2_000
MOST_SECONDS = 10.0
MONTH = date(2024, 3, 1)
CHANGES = {"monthly": Decimal("265.5"), "age_from": Decimal(58)}
KINDS = {"has_land": "boolean", "lost_on": "date", "left_each": "number"}
#: people of all ages in 400 villages; a third lost land, some are gone, some have something else
MADE = """
COPY (
  SELECT 'P' || i AS key, CASE WHEN hash(i, 1) % 50 = 0 THEN 'gone' ELSE 'here' END AS state, 'V' || (hash(i, 2) % 400) AS area,
    DATE '1925-01-01' + CAST(hash(i, 3) % 36000 AS INTEGER) AS born, hash(i, 4) % 40 = 0 AS barred,
    hash(i, 5) % 3 = 0 AS c_has_land,
    CASE WHEN hash(i, 5) % 3 = 0 THEN DATE '2005-01-01' + CAST(hash(i, 6) % 7000 AS INTEGER) END AS c_lost_on,
    CASE WHEN hash(i, 5) % 3 = 0 THEN CAST((hash(i, 7) % 100) / 100 AS DECIMAL(18,4)) END AS c_left_each
  FROM range({people}) AS t(i)
) TO '{path}' (FORMAT parquet)
"""


def measure(quick: bool) -> dict[str, Any]:
    """One question over everybody, on two threads."""
    people = QUICK_PEOPLE if quick else PEOPLE
    folder = Path(gongzhi.mechanisms.__path__[0]) / "land_losing_farmers"
    mechanism = load(folder)
    programme = compile_programme(mechanism.programmes["land_pension"], mechanism.tables, mechanism.id)
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as made:
        path = Path(made) / "people.parquet"
        with duckdb.connect() as db:
            db.execute(MADE.format(people=people, path=path))
        before = time.process_time()
        began = time.perf_counter()
        told = compare(programme, CHANGES, KINDS, MONTH, path, threads=2)
        seconds, cpu = time.perf_counter() - began, time.process_time() - before
        differing, plain = _differing(programme, path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = f"{told['had0']:,} → {told['had1']:,} entitled, {told['gain']:,} gain, {told['lose']:,} lose; peak {peak:.0f} MB, CPU {cpu:.1f} s"
    return {
        "title": TITLE,
        "figures": [
            figure(
                f"what-if: two parameters changed, {people:,} persons",
                seconds,
                "s",
                most=MOST_SECONDS,
                note=note,
            ),
            figure(f"the plain evaluation, {SAMPLE:,} of them", plain, "persons/s", note="one core"),
            figure("persons of whom both say something else", differing, "", most=0),
        ],
    }


def _differing(programme: Programme, path: Path) -> tuple[int, float]:
    """How many of a sample come out differently in Python, and how many Python does in a second."""
    types = column_types(programme, KINDS)
    both = (programme, changed(programme, CHANGES, MONTH))
    with duckdb.connect() as db:
        sample = f"(SELECT * FROM read_parquet('{path}') ORDER BY hash(key) LIMIT {SAMPLE})"
        persons = [
            dict(zip(types, row, strict=True))
            for row in db.execute(f"SELECT {', '.join(types)} FROM {sample}").fetchall()
        ]
        asked = query(both, KINDS, MONTH, sample, "state, barred, ")
        found = {row[0]: row for row in db.execute(asked).fetchall()}
    began, differing = time.perf_counter(), 0
    for each in persons:
        person = {"key": each["key"], "state": each["state"], "born_on": each["born"]}
        facts = {name: each[f"c_{name}"] for name in programme.spec.facts}
        plain = [worth(one, person, facts, MONTH, barred=each["barred"]) for one in both]
        row = found[each["key"]]
        differing += [(row[7], row[6]), (row[10], row[9])] != [(had, amount) for had, amount, _ in plain]
    return differing, len(persons) * 2 / (time.perf_counter() - began)
