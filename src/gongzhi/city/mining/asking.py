"""From a log in tables to a study: the queries in their order, on whichever engine settings choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from gongzhi.city.analytics.engines import Session
from gongzhi.city.analytics.warehouse import Warehouse
from gongzhi.city.mining.logs import LOG
from gongzhi.engine.calendars import Calendar, calendar
from gongzhi.engine.mining import EmptyLog, Study, study_of, work_days

#: "any time": microseconds since 1970 far enough on both sides
EARLIEST, LATEST = 0, 4_102_444_800_000_000
#: variants that are told, and those that are replayed on the drawn flow
MOST_VARIANTS, MOST_REPLAYED = 200, 5_000
#: times per arc in a comparison of periods
MOST_TIMES = 2_000
#: what is asked of every log, in the order of a progress bar: name in the study -> (query, parameters)
_QUESTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("totals", "mining_totals", {}),
    ("variants", "mining_variants", {"most": MOST_VARIANTS}),
    ("arcs", "mining_arcs", {}),
    ("each", "mining_each", {}),
    ("offices", "mining_handovers", {"by": "office"}),
    ("roles", "mining_handovers", {"by": "role"}),
    ("pingpong", "mining_pingpong", {}),
    ("odd", "mining_odd", {}),
)
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which cases are looked at."""

    #: of our own facts; empty: a log in a file
    mechanism: str = ""
    type: str = ""
    area_path: str = ""
    #: ``step`` or ``choice``: what counts as one activity of our own log
    level: str = "step"
    #: microseconds since 1970: when the case began
    since: int = EARLIEST
    until: int = LATEST


@dataclass(slots=True)
class Asked:
    """A log that stands in a session's tables, ready for questions."""

    session: Session
    params: dict[str, Any]
    timed: bool
    own: bool

    def rows(self, query: str, **more: Any) -> list[dict[str, Any]]:
        """Ask one more question."""
        return self.session.rows(query, {**self.params, **more})

    def answers(self, tell: Tell = lambda what: None) -> dict[str, list[dict[str, Any]]]:
        """Everything that ``study_of`` wants, and ``odd``. EmptyLog where no case is left."""
        found: dict[str, list[dict[str, Any]]] = {"labels": self.rows("mining_labels_now")}
        for name, query, more in _QUESTIONS:
            tell(name)
            found[name] = self.rows(query, **more)
            if name == "totals" and not found["totals"][0]["cases"]:
                raise EmptyLog(why="选定的范围里一件也没有")
        if self.timed:
            found["handling"] = self.rows("mining_handling")
        if self.own:
            found["causes"] = self.rows("mining_causes")
            found["ends"] = self.rows("mining_ends")
        return found

    def study(self, tell: Tell = lambda what: None) -> Study:
        """The study of this log."""
        return study_of(self.answers(tell))


def lay_own(session: Session, which: Which, house: Warehouse | None = None, *, days: bool = True) -> Asked:
    """Our own facts of a mechanism's cases as a log."""
    for name, (paths, schema) in (house or Warehouse.city()).tables().items():
        session.files(name, paths, schema)
    params = {
        "mechanism": which.mechanism,
        "type": which.type,
        "area_path": which.area_path,
        "level": which.level,
        "since": which.since,
        "until": which.until,
    }
    session.keep("chosen", "mining_chosen", params)
    session.keep("log", "mining_log", params)
    # a task waits from being opened to being decided: the start is an offer, not the beginning of work
    return _lay(session, params | {"offered": 1}, own=True, offset=8 * 3600, days=_days() if days else None)


def lay_file(
    session: Session, paths: Iterable[Path], which: Which | None = None, *, days: Calendar | None = None
) -> Asked:
    """Logs that ``logs.write_log`` wrote; ``days`` where working hours are known."""
    which = which or Which()
    whole = (which.since, which.until) == (EARLIEST, LATEST)
    session.files("log" if whole else "whole", list(paths), LOG)
    if not whole:
        session.keep("log", "mining_period", {"since": which.since, "until": which.until})
    return _lay(session, {"offered": 0}, own=False, offset=8 * 3600, days=days)


def _lay(session: Session, params: dict[str, Any], *, own: bool, offset: int, days: Calendar | None) -> Asked:
    params["by_seq"] = int(own)
    phases = {row["phase"]: row["n"] for row in session.rows("mining_phases", params)}
    begin = "start" if phases.get("start") else "schedule"
    if begin == "schedule":
        params["offered"] = 1
    params |= {"begin": begin, "offset": offset * 1_000_000}
    timed = bool(phases.get(begin))
    session.keep("instances", "mining_instances" if timed else "mining_completes", params)
    bounds = session.rows("mining_bounds", params)[0]
    session.values("days", _table(days, bounds["first_us"], bounds["last_us"]))
    session.keep("labels", "mining_labels", params)
    session.keep("steps", "mining_steps", params)
    session.keep("paths", "mining_paths", params)
    return Asked(session, params, timed, own)


def _days() -> Calendar:
    return calendar("china", unannounced="weekends")


def _table(days: Calendar | None, first: int | None, last: int | None) -> pa.Table:
    """The days on which the log has events, one more on each side for the offset of the zone."""
    columns = work_days(calendar("china", unannounced="weekends"), date(1970, 1, 2), date(1970, 1, 1))
    if days is not None and first is not None and last is not None:
        columns = work_days(days, _date(first) - timedelta(days=1), _date(last) + timedelta(days=1))
    return pa.table({name: pa.array(values, type=pa.int64()) for name, values in columns.items()})


def _date(us: int) -> date:
    return datetime.fromtimestamp(us / 1_000_000, UTC).date()


def micro(at: datetime) -> int:
    """Microseconds since 1970."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


__all__ = [
    "EARLIEST", "LATEST", "MOST_REPLAYED", "MOST_TIMES", "Asked", "Which", "lay_file", "lay_own", "micro",
]  # fmt: skip
