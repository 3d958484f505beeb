"""A plant with three meters, and files as a utility writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gongzhi.city.alerts import actions, readings
from gongzhi.city.alerts.catalogue import Declared
from gongzhi.city.alerts.models import Batch
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.watches.feeds import FeedSpec

FEED = "plants.power"
COUNTER = "plants.meters"


def spec(**more: Any) -> FeedSpec:
    """A feed of kilowatt hours by the quarter of an hour."""
    plain = {
        "id": "power", "title": "用电曲线", "source": "电网企业", "basis": "数据共享清单", "step": "15 minutes", "unit": "kWh",
        "low": 0, "high": 1000, "register": "meters", "columns": {"series": "表号", "at": "时间", "value": "电量"},
    }  # fmt: skip
    return FeedSpec.model_validate({**plain, **more})


class Meters:
    """A source of feeds, and the meters that are known."""

    def __init__(self) -> None:
        self.known = ["M1", "M2", "M3"]
        self.specs = [spec(), spec(id="meters", title="表底", counter=True, high=None)]

    def feeds(self) -> dict[str, Declared]:
        """See ``FeedSource``."""
        made = [Declared(mechanism="plants", spec=each) for each in self.specs]
        return {each.name: each for each in made}


def rows(
    series: str, start: str, values: Iterable[float], *, every: int = 15, ahead: int = 0
) -> list[tuple[str, str, float]]:
    """Lines of a file: one every ``every`` minutes from a local time on, by a clock that is ``ahead`` minutes."""
    first = parse_instant(start) + timedelta(minutes=ahead)
    return [
        (series, f"{first + timedelta(minutes=every * number):%Y-%m-%d %H:%M}", value)
        for number, value in enumerate(values)
    ]


def csv(*parts: list[tuple[str, str, float]], head: str = "表号,时间,电量", encoding: str = "utf-8") -> bytes:
    """A file of these lines."""
    lines = [f"{series},{at},{value:g}" for part in parts for series, at, value in part]
    return "\n".join([head, *lines, ""]).encode(encoding)


def day(
    shape: Callable[[int], float] = lambda slot: 10 + 8 * math.sin(slot / 96 * 6.28) + slot % 3,
) -> list[float]:
    """A day of 96 values."""
    return [round(shape(slot), 3) for slot in range(96)]


def send(content: bytes, *, feed: str = FEED, name: str = "a.csv", **more: Any) -> Batch:
    """Take in and store at once."""
    made = actions.receive(SYSTEM, feed, content=content, name=name, later=False, **more)
    return actions.store(made.pk)


def there(feed: str = FEED) -> dict[tuple[str, str], tuple[float, str]]:
    """(series, local time) -> (value, quality) of everything that is stored."""
    files = readings.tables(feed)
    if not files:
        return {}
    table = pa.concat_tables([pq.read_table(path, schema=readings.SCHEMA) for path in files])
    found = {}
    for row in table.to_pylist():
        at = datetime.fromtimestamp(row["us"] / 1_000_000, parse_instant("2025-01-01").tzinfo)
        key = (row["series"], f"{at:%Y-%m-%d %H:%M}")
        assert key not in found, f"{key} is there twice"
        found[key] = (row["value"], row["quality"])
    return found


def kinds(batch: Batch) -> dict[str, int]:
    """Kind of finding -> how many series."""
    found: dict[str, int] = {}
    for finding in batch.findings.all():
        found[finding.kind] = found.get(finding.kind, 0) + 1
    return found
