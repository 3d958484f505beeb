"""Settings of the facts: Parquet files for mining and scorecards, and who computes over them."""

from __future__ import annotations

from pathlib import Path

from gongzhi.city.project import environment as env

_home = env.folder("GONGZHI_HOME", "var")
GONGZHI_WAREHOUSE = env.folder("GONGZHI_WAREHOUSE", str(Path(_home) / "warehouse"))
GONGZHI_ANALYTICS = env.one_of("GONGZHI_ANALYTICS", "duckdb", {"duckdb": "duckdb", "spark": "spark"})
GONGZHI_ANALYTICS_MEMORY = env.one_of(
    "GONGZHI_ANALYTICS_MEMORY", "1GB", {f"{size}GB": f"{size}GB" for size in range(1, 257)}
)
GONGZHI_SPARK_MASTER = env.text("GONGZHI_SPARK_MASTER", "local[2]")
#: batches of one feed that may wait to be stored before a push is answered 429
GONGZHI_FEEDS_WAITING = env.number("GONGZHI_FEEDS_WAITING", 200, least=1, most=100_000)
#: broker of ``gongzhi feeds mqtt``: mqtt://user:password@host:1883/prefix, mqtts:// with TLS; empty: none
GONGZHI_MQTT = env.address("GONGZHI_MQTT", schemes=("mqtt", "mqtts"))
