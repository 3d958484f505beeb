"""The two engines. Both answer the same file with the same rows; which one is asked, settings say."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from gongzhi.city.analytics.errors import NoSpark, QueryFailed
from gongzhi.city.analytics.texts import spark_text, text_of, used

Row = dict[str, Any]
Params = Mapping[str, Any]


class Session(Protocol):
    """Tables under names, and queries over them. Close it: what it kept goes with it."""

    def files(self, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
        """The rows of these Parquet files as the table ``name``; no file is an empty table."""

    def values(self, name: str, table: pa.Table) -> None:
        """A small table."""

    def keep(self, name: str, query: str, params: Params) -> None:
        """What the query gives, kept as the table ``name`` for the queries after it."""

    def rows(self, query: str, params: Params) -> list[Row]:
        """What the query gives."""

    def close(self) -> None:
        """Let everything go."""


class DuckSession:
    """DuckDB in this process: all cores, a limit on memory, and what does not fit goes to a folder on disk."""

    def __init__(self, *, memory: str, threads: int) -> None:
        self._folder = tempfile.mkdtemp(prefix="gongzhi-duckdb-")
        self._db = duckdb.connect(
            config={
                "memory_limit": memory,
                "threads": threads or os.cpu_count() or 1,
                "temp_directory": self._folder,
                "preserve_insertion_order": False,
                "TimeZone": "UTC",
                # nothing is fetched, and no query reaches beyond the files that were named
                "autoinstall_known_extensions": False,
            }
        )

    def files(self, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
        """See ``Session``."""
        if not paths:
            return self.values(name, schema.empty_table())
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        self._db.execute(f"create or replace view {name} as select * from read_parquet([{listed}])")  # noqa: S608 - our own files
        return None

    def values(self, name: str, table: pa.Table) -> None:
        """See ``Session``."""
        self._db.register("_given", table)
        self._db.execute(f"create or replace table {name} as select * from _given")  # noqa: S608 - our own names
        self._db.unregister("_given")

    def keep(self, name: str, query: str, params: Params) -> None:
        """See ``Session``."""
        self._run(f"create or replace table {name} as {text_of(query)}", params)

    def rows(self, query: str, params: Params) -> list[Row]:
        """See ``Session``."""
        answer = self._run(text_of(query), params)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _run(self, text: str, params: Params) -> Any:
        try:
            return self._db.execute(text, used(text, params))
        except (duckdb.OutOfMemoryException, duckdb.IOException, duckdb.InterruptException) as error:
            raise QueryFailed(why=str(error).split("\n")[0][:200]) from error

    def close(self) -> None:
        """See ``Session``."""
        self._db.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class SparkSession:
    """Spark, where one machine is too small (``GONGZHI_SPARK_MASTER``), or to check that it answers the same."""

    def __init__(self, *, master: str, memory: str, threads: int) -> None:
        try:
            from pyspark.sql import SparkSession as Builder

            self._spark: Any = (
                Builder.builder.master(master)
                .appName("gongzhi")
                .config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.driver.memory", memory.replace("GB", "g").replace("MB", "m"))
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", str(threads or os.cpu_count() or 1))
                .config("spark.sql.ansi.enabled", "true")
                .getOrCreate()
            )
        except ImportError as error:
            raise NoSpark(why=str(error)) from error
        except Exception as error:
            raise NoSpark(why=str(error).split("\n")[0][:200]) from error
        self._folder = tempfile.mkdtemp(prefix="gongzhi-spark-")
        self._kept: list[str] = []

    def files(self, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
        """See ``Session``."""
        if not paths:
            return self.values(name, schema.empty_table())
        self._spark.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
        return None

    def values(self, name: str, table: pa.Table) -> None:
        """See ``Session``."""
        path = Path(self._folder) / f"{name}.parquet"
        pq.write_table(table, path)
        self._spark.read.parquet(str(path)).createOrReplaceTempView(name)

    def keep(self, name: str, query: str, params: Params) -> None:
        """See ``Session``: written once, so that it is computed once."""
        path = str(Path(self._folder) / f"{name}-{len(self._kept)}.kept")
        self._sql(query, params).write.mode("overwrite").parquet(path)
        self._spark.read.parquet(path).createOrReplaceTempView(name)
        self._kept.append(path)

    def rows(self, query: str, params: Params) -> list[Row]:
        """See ``Session``."""
        return [row.asDict() for row in self._sql(query, params).collect()]

    def _sql(self, query: str, params: Params) -> Any:
        return self._spark.sql(spark_text(query), args=used(text_of(query), params))

    def close(self) -> None:
        """The session of the process stays (it takes long to start); the files go."""
        shutil.rmtree(self._folder, ignore_errors=True)


__all__ = ["DuckSession", "Params", "Row", "Session", "SparkSession"]
