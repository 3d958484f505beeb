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

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from gongzhi.city.benefits import people
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.comparing import compare
from gongzhi.city.kernel import clock
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records.places import area as area_of
from gongzhi.engine.benefits import Programme, facts_of
from gongzhi.engine.benefits.whatif import SCALE, Kinds, column_types
from gongzhi.engine.mechanisms.checks.programmes import KINDS, kind_of_fact

CHUNK = 20_000
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
