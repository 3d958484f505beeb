"""The SQL files, and the same text in the dialect of another engine.

The files are written for DuckDB, with named parameters (``$since``). What sqlglot can't turn into Spark by itself is listed
in ``_FOR_SPARK``; a file keeps to what both engines compute alike: whole numbers for time, and a total order wherever
something is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import sqlglot
from sqlglot import exp

from gongzhi.city.analytics.errors import NoSuchQuery

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PARAMETER = re.compile(r"\$([a-z_]+)")


@lru_cache(maxsize=128)
def text_of(query: str) -> str:
    """The DuckDB text of ``queries/<query>.sql``. NoSuchQuery when there is none."""
    place = files("gongzhi.city.analytics").joinpath(f"queries/{query}.sql")
    if not _NAME.fullmatch(query) or not place.is_file():
        raise NoSuchQuery(query=query)
    return place.read_text(encoding="utf-8")


def used(text: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Those parameters that the text names. KeyError when one is not given."""
    return {name: params[name] for name in dict.fromkeys(_PARAMETER.findall(text))}


@lru_cache(maxsize=128)
def spark_text(query: str) -> str:
    """The same query in Spark's dialect."""
    tree = sqlglot.parse_one(text_of(query), read="duckdb")
    return tree.transform(_for_spark).sql(dialect="spark")


def _for_spark(node: exp.Expression) -> exp.Expression:
    """DuckDB's ``quantile_cont`` is Spark's ``percentile``: exact, interpolated, and nulls left out by both."""
    if isinstance(node, exp.PercentileCont) and node.expression is not None:
        return exp.Anonymous(this="percentile", expressions=[node.this, node.expression])
    return node


__all__ = ["spark_text", "text_of", "used"]
