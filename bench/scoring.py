"""Reckons a scorecard for ``scorecards.py``; the last line is JSON with seconds."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import django

UNITS, CRITERIA, TYPES = 500, 60, 12


def spec() -> dict[str, Any]:
    """Sixty criteria over twelve types of cases: rates, means and a few medians, half of them adjusted."""
    criteria = [
        {
            "id": f"c{n}",
            "measure": f"made.m{n}",
            "weight": 100 / CRITERIA,
            "type": "higher",
            "worst": 0.0,
            "best": 1.0 if kind(n) == "rate" else 100.0,
            "adjust": {"难度": "category"} if kind(n) == "rate" and n % 2 else {},
        }
        for n in range(CRITERIA)
    ]
    return {
        "id": "made",
        "title": "测速",
        "publish": {"before": "15 days"},
        "weights": {"class": 100},
        "classes": {f"k{k}": {"title": f"{k}类", "kinds": [f"k{k}"], "criteria": criteria} for k in range(7)},
    }


def kind(n: int) -> str:
    """Of each ten: eight rates, a mean, a median."""
    return {8: "mean", 9: "median"}.get(n % 10, "rate")


def measures() -> dict[str, Any]:
    """Definitions as a scheme's row keeps them."""
    found = {}
    for n in range(CRITERIA):
        body = {"numerator": "true"} if kind(n) == "rate" else {"value": "1"}
        found[f"made.m{n}"] = {
            "version": "1.0.0",
            "spec": {
                "id": f"m{n}",
                "title": f"指标{n}",
                "case": f"t{n % TYPES}",
                "kind": kind(n),
                "formula": "甲 ÷ 乙",
                **body,
            },
        }
    return found


def write(scheme: Any, cases: int) -> int:
    """A year of facts: every case belongs to an office, has a category, and speaks to the measures of its type."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from gongzhi.city.scorecards import facts, standards

    chance = np.random.default_rng(20241012)
    office, category = chance.integers(0, UNITS, cases), chance.integers(0, 20, cases)
    type_of = chance.integers(0, TYPES, cases)
    paths = np.array([unit.office_path for unit in standards.units_of(scheme)])
    ids = np.char.add("c", np.arange(cases).astype(str))
    asks = {each.id: each for each in standards.asks_of(scheme)}
    tables = []
    for ask in asks.values():
        n = int(ask.measure.removeprefix("made.m"))
        mine = np.flatnonzero(type_of == n % TYPES)
        size, rated = len(mine), kind(n) == "rate"
        columns = {
            "ask": [ask.id] * size,
            "case_id": ids[mine],
            "length": np.full(size, 9, np.int32),
            "settled": np.ones(size, bool),
            "lead_path": paths[office[mine]],
            "area_path": np.full(size, "000"),
            "stratum": np.char.add("类", category[mine].astype(str)) if ask.adjust else np.full(size, ""),
            "den": np.ones(size, bool),
            "hit": chance.random(size) < 0.9 if rated else np.zeros(size, bool),
            "value": pa.nulls(size, pa.float64()) if rated else chance.gamma(2, 20, size),
            "excluded": chance.random(size) < 0.01,
        }
        arrays = [pa.array(columns[field.name]).cast(field.type) for field in facts.SCHEMA]
        tables.append(pa.Table.from_arrays(arrays, schema=facts.SCHEMA))
    table = pa.concat_tables(tables)
    place = facts.folder(scheme, "now")
    place.mkdir(parents=True)
    pq.write_table(table, place / "made.parquet", compression="zstd")
    return table.num_rows


def reading() -> float:
    """Cases per second from the rows and facts of a small city to the answers of its measures."""
    from gongzhi.city.cases import world
    from gongzhi.city.cases.actions import choose
    from gongzhi.city.cases.models import Case
    from gongzhi.city.cases.tests.cast import MINI, build_city, reported
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.mechanisms.tests.drafting import complete
    from gongzhi.city.scorecards import facts
    from gongzhi.city.scorecards.standards import Ask
    from gongzhi.city.scorecards.tests.conftest import MEASURES
    from gongzhi.engine.mechanisms.loader import load

    cast = build_city()
    files = {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}
    install(complete({**files, "measures.yaml": MEASURES.encode()}), by=SYSTEM)
    world.forget()
    for _ in range(200):
        case = str(reported(cast).case)
        choose(case, "register", "dispatch", {"category": "市政设施", "kind": "求助"}, by=cast.li)
        choose(case, "dispatch", "send", {"lead": "cgj"}, by=cast.chen)
    read = load({**files, "measures.yaml": MEASURES.encode()})
    meters = [
        facts.meter(Ask(id=f"mini.{each.id}", measure=f"mini.{each.id}", adjust={}), each)
        for each in read.measures
    ]
    ids = [str(pk) for pk in Case.objects.values_list("pk", flat=True)]
    list(facts._computed("mini", meters, ids, clock.now()))
    began = time.process_time()
    list(facts._computed("mini", meters, ids, clock.now()))
    return len(ids) / (time.process_time() - began)


def main(cases: int) -> dict[str, Any]:
    """All figures."""
    from datetime import date

    import pyarrow.parquet as pq

    from gongzhi.city.kernel import clock
    from gongzhi.city.scorecards import facts, gathering, marking
    from gongzhi.city.scorecards.actions import reckoning
    from gongzhi.city.scorecards.models import Reckoning, Scheme

    units = [
        {
            "code": f"u{n:03}",
            "name": f"单位{n}",
            "class_id": f"k{n % 7}",
            "office_path": f"000{n:03}",
            "area_path": "000",
        }
        for n in range(UNITS)
    ]
    scheme = Scheme.objects.create(
        mechanism="made", version="1.0.0", card="made", title="测速", starts=date(2024, 1, 1), ends=date(2025, 1, 1),
        spec=spec(), measures=measures(), units=units, drafted_by="a", drafted_at=clock.now(),
    )  # fmt: skip
    rows = write(scheme, cases)
    found = Reckoning.objects.create(
        scheme=scheme, number=1, because="测速", upto=clock.now(), made_by="a", made_at=clock.now()
    )
    # CPU of this process, DuckDB's threads added up: what neighbours do on the machine is no property of ours
    began = time.process_time()
    sheets = gathering.sheets(found)
    summed = time.process_time()
    marking.results(scheme, found, sheets)
    marked = time.process_time()
    # as the job does it: cards once more, kept in the database with their digest, in the journal
    reckoning.finish(found, sheets)
    done = time.process_time()
    path = facts.files(scheme, "now")[0]
    rewriting = time.process_time()
    pq.write_table(pq.read_table(path), path.with_suffix(".again"), compression="zstd")
    rewritten = time.process_time()
    assert found.results.count() == UNITS
    cards = marked - summed
    return {
        "cases": cases,
        "rows": rows,
        "seconds": done - began - cards,
        "sums": summed - began,
        "cards": cards,
        "kept": done - marked - cards,
        "rewrite": rewritten - rewriting,
        "read": reading(),
    }


if __name__ == "__main__":
    django.setup()

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(main(int(sys.argv[1]))))
