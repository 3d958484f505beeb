"""Somebody else's reader (r4pm, MIT or Apache-2.0, the Rust library of RWTH Aachen) takes our exports and counts the same."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.mining import Event, Troubles, read_log, write_ocel, write_xes

r4pm = pytest.importorskip("r4pm", reason="the outside reader r4pm is not installed")

DATA = Path(os.environ.get("GONGZHI_DATA") or Path(__file__).parents[4] / "shared" / "data") / "eventlogs"
SMALL = "case,activity,time,lifecycle,group,instance\n" + "".join(
    f"{case},{activity},2024-01-0{place + 1} 10:0{n},complete,甲局 & 乙局,{case}-{place}\n"
    for n, (case, path) in enumerate(
        [("一", "受理 派单 办理"), ("二", "受理 办理"), ("三", "受理 派单 办理")]
    )
    for place, activity in enumerate(path.split())
)


def log_of(name: str) -> list[Event]:
    if name == "small":
        content = SMALL.encode()
    else:
        path = DATA / name
        if not path.is_file():
            pytest.skip("the event logs are not here (GONGZHI_DATA)")
        content = path.read_bytes()
    events = read_log(io.BytesIO(content), Troubles())
    return sorted(events, key=lambda event: (event.case, event.at, event.line))


def imported(tmp_path: Path, kind: str, ending: str, write: Callable[..., Any], events: list[Event]) -> Any:
    path = tmp_path / f"log.{ending}"
    path.write_bytes(b"".join(write(events)))
    return r4pm.import_item(kind, str(path))


def ways(events: list[Event]) -> Counter[tuple[str, ...]]:
    paths: dict[str, list[str]] = {}
    for event in events:
        paths.setdefault(event.case, []).append(event.activity)
    return Counter(tuple(path) for path in paths.values())


@pytest.mark.parametrize(
    ("name", "variants"), [("small", 2), ("receipt_events.csv", 116), ("traffic_fines_10k.csv", 44)]
)
def test_it_writes_xes_that_others_read_alike(tmp_path: Path, name: str, variants: int) -> None:
    from r4pm import bindings

    events = log_of(name)
    log = imported(tmp_path, "EventLog", "xes", write_xes, events)
    projection = bindings.log_to_activity_projection(log)
    assert bindings.get_num_variants(projection) == variants
    found = {tuple(each["activities"]): each["count"] for each in bindings.get_variants(projection)}
    assert found == dict(ways(events))


@pytest.mark.parametrize("name", ["small", "receipt_events.csv"])
def test_it_writes_ocel_that_others_read_alike(tmp_path: Path, name: str) -> None:
    from r4pm import bindings

    events = log_of(name)
    log = bindings.slim_link_ocel(imported(tmp_path, "OCEL", "json", write_ocel, events))
    assert bindings.num_events(log) == len(events)
    things = {event.case for event in events} | {("office", event.group) for event in events if event.group}
    things |= {(event.case, event.instance) for event in events if event.instance}
    assert bindings.num_objects(log) == len(things)
