"""Our own log for others: pseudonyms instead of cases and people, in CSV, XES or OCEL 2.0, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from gongzhi.city.analytics.running import session
from gongzhi.city.analytics.warehouse import Warehouse
from gongzhi.city.mining.asking import Which
from gongzhi.engine.mining import Event, write_csv, write_ocel, write_xes

#: format -> (ending, type of the content)
FORMATS = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xes": ("xes", "application/xml; charset=utf-8"),
    "ocel": ("json", "application/json; charset=utf-8"),
}


def own_events(which: Which, house: Warehouse | None = None) -> Iterator[Event]:
    """The steps of the chosen cases, case by case in order of time.

    A task that opens is told as ``schedule`` (offered to somebody), not as ``start``: nobody clocks in.
    """
    with session() as opened:
        for name, (paths, schema) in (house or Warehouse.city()).tables().items():
            opened.files(name, paths, schema)
        params = {
            "mechanism": which.mechanism,
            "type": which.type,
            "area_path": which.area_path,
            "since": which.since,
            "until": which.until,
        }
        opened.keep("chosen", "mining_chosen", params)
        for row in opened.rows("mining_export", params):
            yield Event(
                case=row["case_id"],
                activity=row["step"],
                at=datetime.fromtimestamp(row["us"] / 1_000_000, UTC),
                lifecycle="schedule" if row["lifecycle"] == "start" else "complete",
                instance=str(row["token"]),
                resource=row["actor"],
                role=row["role"],
                group=row["office"],
                more={"gongzhi:choice": row["choice"]} if row["choice"] else {},
            )


def written(events: Iterator[Event], form: str, title: str = "") -> Iterator[bytes]:
    """The bytes of the file. KeyError for an unknown format."""
    if form == "xes":
        return write_xes(events, title=title)
    return {"csv": write_csv, "ocel": write_ocel}[form](events)


__all__ = ["FORMATS", "own_events", "written"]
