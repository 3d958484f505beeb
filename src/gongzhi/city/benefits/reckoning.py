"""The what-if over everybody: persons and facts of today as one Parquet file, one question to DuckDB, sums and the first rows.

The extract holds keys, areas, dates of birth and the columns that the conditions look at; no name, no number, no account. It lies
in the warehouse folder of the city, for the city's eyes, and is made anew once a day.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from gongzhi.city.benefits import people
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.kernel import clock
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records.places import area as area_of
from gongzhi.engine.benefits import Programme, ValueSpec, facts_of
from gongzhi.engine.benefits.months import month_of
from gongzhi.engine.benefits.whatif import SCALE, Kinds, column_types, query
from gongzhi.engine.mechanisms.checks.programmes import KINDS, kind_of_fact

CHUNK = 20_000
#: rows shown of who gains and who loses, areas in the table
MOST_ROWS, MOST_AREAS = 100, 60
_ARROW: Mapping[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    f"DECIMAL(18,{SCALE})": pa.decimal128(18, SCALE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came out."""

    result: dict[str, Any]
    people: int
    extract_ms: int
    query_ms: int


def answer(known: Known, changes: Mapping[str, Decimal], month: date) -> Answer:
    """Who gains and who loses in one month. Raises NotInSql."""
    kinds = kinds_of(known.programme)
    began = time.perf_counter()
    path = extract(known, kinds)
    made = time.perf_counter()
    result = compare(known.programme, changes, kinds, month, path)
    for row in result["areas"]:
        row["name"] = area_of(row["area"])[1] or "—"
    done = time.perf_counter()
    return Answer(
        result=result,
        people=result["people"],
        extract_ms=int((made - began) * 1000),
        query_ms=int((done - made) * 1000),
    )


def kinds_of(programme: Programme) -> dict[str, str]:
    """How SQL computes with each column and fact, from the registers that run here."""
    spec = programme.spec
    declared = registers.known(spec.people.register_)
    fields = declared.register.form.fields if declared else ()
    made = {field.id: KINDS.get(field.kind, "text") for field in fields}
    for name, fact in spec.facts.items():
        other = registers.known(fact.register_)
        column = fact.value.removeprefix("row.").strip()
        kinds = {field.id: field.kind for field in other.register.form.fields} if other else {}
        known = kind_of_fact(fact.take, fact.value, None)
        alone = fact.take in ("min", "max", "first")
        made[name] = KINDS.get(kinds.get(column, "number"), "text") if alone else known
    return made


def extract(known: Known, kinds: Kinds) -> Path:
    """Persons and facts of today in one file; made once a day, whole or not at all."""
    programme = known.programme
    folder = Path(settings.GONGZHI_WAREHOUSE) / "benefits"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = known.held.mechanism.digest[:12]
    path = folder / f"{known.name}-{digest}-{clock.today().isoformat()}.parquet"
    if path.exists():
        return path
    for old in folder.glob(f"{known.name}-*.parquet"):
        old.unlink(missing_ok=True)
    types = column_types(programme, kinds)
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in types.items()])
    part = path.with_suffix(".part")
    with pq.ParquetWriter(part, schema) as writer:
        for chunk in _chunks(_rows(programme, types)):
            columns = {name: [row[name] for row in chunk] for name in types}
            writer.write_table(pa.table(columns, schema=schema))
    part.replace(path)
    return path


def _rows(programme: Programme, types: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    spec = programme.spec
    facts, barred = people.reckoned(programme), people.barred(programme)
    for person in people.everybody(programme):
        born, told = person.get(spec.people.born), facts_of(programme, person, facts)
        fixed = {
            "key": person["key"],
            "state": person["state"],
            "area": str(person.get(spec.people.area) or ""),
            "born": born if type(born) is date else None,
            "barred": person["key"] in barred,
        }
        yield {
            name: fixed[name] if name in fixed else _fitting(kind, told.get(name[2:], person.get(name[2:])))
            for name, kind in types.items()
        }


def _fitting(kind: str, value: Any) -> Any:
    """The value, if it is of the column's kind: what FEEL would call of another kind compares with nothing."""
    if value is None:
        return None
    if kind == "BOOLEAN":
        return value if isinstance(value, bool) else None
    if kind == "DATE":
        return value if type(value) is date else None
    if kind == "VARCHAR":
        return value if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value).quantize(Decimal(1).scaleb(-SCALE))


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def changed(programme: Programme, changes: Mapping[str, Decimal], month: date) -> Programme:
    """The programme as it would be from the month on; nothing that the law says of other months changes."""
    made = {
        name: (ValueSpec.model_validate({"from": month_of(month), "value": str(value), "basis": "测算"}),)
        for name, value in changes.items()
    }
    later = {name: [each for each in programme.steps[name] if each.from_ > month_of(month)] for name in made}
    if not any(later.values()):
        return programme.with_parameters(made)
    return programme.with_parameters(
        {name: (*values, *(_same(each, values[0]) for each in later[name])) for name, values in made.items()}
    )


def _same(later: ValueSpec, asked: ValueSpec) -> ValueSpec:
    """A value set within the month gives way to the one that is asked about."""
    return ValueSpec.model_validate({"from": later.from_, "value": asked.value, "basis": asked.basis})


def compare(
    programme: Programme, changes: Mapping[str, Decimal], kinds: Kinds, month: date, path: Path
) -> dict[str, Any]:
    """Both variants over the file: sums, by area, by age, and the first rows of who gains and who loses."""
    quoted = str(path).replace("'", "''")
    text = query((programme, changed(programme, changes, month)), kinds, month, f"read_parquet('{quoted}')")
    with duckdb.connect() as db:
        db.execute(f"SET threads = {int(getattr(settings, 'GONGZHI_ANALYTICS_THREADS', 0) or 2)}")
        db.execute(f"CREATE TEMP TABLE both_ways AS {text}")
        return {
            **_sums(db),
            "areas": _named(
                db,
                f"area, {_COUNTED}",
                f"GROUP BY area ORDER BY abs(sum(worth1 - worth0)) DESC, area LIMIT {MOST_AREAS}",
            ),
            "ages": _named(
                db,
                f"CAST(floor(age / 10) * 10 AS INTEGER) AS age, {_COUNTED}",
                "GROUP BY 1 ORDER BY 1 NULLS LAST",
            ),
            "gains": _named(
                db,
                _ROW,
                f"WHERE worth1 > worth0 OR (had1 AND NOT had0) ORDER BY worth1 - worth0 DESC, key LIMIT {MOST_ROWS}",
            ),
            "loses": _named(
                db,
                _ROW,
                f"WHERE worth1 < worth0 OR (had0 AND NOT had1) ORDER BY worth1 - worth0, key LIMIT {MOST_ROWS}",
            ),
        }


_COUNTED = (
    "count(*) AS people, count(*) FILTER (had0) AS had0, count(*) FILTER (had1) AS had1, "
    "count(*) FILTER (worth1 > worth0 OR (had1 AND NOT had0)) AS gain, "
    "count(*) FILTER (worth1 < worth0 OR (had0 AND NOT had1)) AS lose, "
    "coalesce(sum(worth0), 0) AS cost0, coalesce(sum(worth1), 0) AS cost1"
)
_ROW = "key, area, age, had0, had1, worth0, worth1, row0, row1"


def _sums(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return _named(db, _COUNTED, "")[0]


def _named(db: duckdb.DuckDBPyConnection, columns: str, rest: str) -> list[dict[str, Any]]:
    found = db.execute(f"SELECT {columns} FROM both_ways {rest}")  # noqa: S608 - our own words
    names = [each[0] for each in found.description or ()]
    return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in found.fetchall()]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else f"{value:.2f}"
    return value
