"""Both variants of a programme over one file of people, in DuckDB: sums, by area, by age, the first rows. Needs no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from gongzhi.engine.benefits import Programme, ValueSpec
from gongzhi.engine.benefits.months import month_of
from gongzhi.engine.benefits.whatif import Kinds, query

#: rows shown of who gains and who loses, areas in the table
MOST_ROWS, MOST_AREAS = 100, 60


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
    programme: Programme,
    changes: Mapping[str, Decimal],
    kinds: Kinds,
    month: date,
    path: Path,
    *,
    threads: int = 2,
) -> dict[str, Any]:
    """Both variants over the file: sums, by area, by age, and the first rows of who gains and who loses."""
    quoted = str(path).replace("'", "''")
    text = query((programme, changed(programme, changes, month)), kinds, month, f"read_parquet('{quoted}')")
    with duckdb.connect() as db:
        db.execute(f"SET threads = {int(threads)}")
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
