"""Asking a named query, on the engine that settings choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from django.conf import settings

from gongzhi.city.analytics.engines import DuckSession, Params, Row, Session, SparkSession


@contextmanager
def session(engine: str = "", *, memory: str = "", threads: int = 0) -> Iterator[Session]:
    """A session on ``duckdb`` or ``spark`` (by settings unless said). Raises NoSpark."""
    engine = engine or settings.GONGZHI_ANALYTICS
    memory = memory or settings.GONGZHI_ANALYTICS_MEMORY
    opened = cast(
        Session,
        SparkSession(master=settings.GONGZHI_SPARK_MASTER, memory=memory, threads=threads)
        if engine == "spark"
        else DuckSession(memory=memory, threads=threads),
    )
    try:
        yield opened
    finally:
        opened.close()


def run(
    query: str,
    params: Params | None = None,
    *,
    tables: Mapping[str, tuple[Sequence[Path], pa.Schema]],
    engine: str = "",
) -> list[Row]:
    """The rows of ``queries/<query>.sql`` over tables of Parquet files, each with the schema that it has when empty.

    ``run("event_counts", {"mechanism": "daye_minqing"}, tables=warehouse.tables())``
    """
    with session(engine) as opened:
        for name, (paths, schema) in tables.items():
            opened.files(name, paths, schema)
        return opened.rows(query, params or {})


__all__: list[Any] = ["run", "session"]
