"""Watches over readings by SQL: the files ``analytics/queries/watch_*.sql``, on DuckDB or Spark. Agrees row by row with
``engine.watches.find``, which is the measure of truth.

    with finding.opened(files, watched, span, back=finding.lookback(...)) as desk:
        found = desk.find(spec, subjects)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from gongzhi.city.analytics.engines import Row, Session
from gongzhi.city.analytics.running import session
from gongzhi.engine.watches import (
    Found,
    Period,
    Records,
    Span,
    Subject,
    Subjects,
    Warned,
    WatchSpec,
    day_of,
    once,
    start_of,
    subjects_of,
    warned,
)
from gongzhi.engine.watches.counting import Counts

#: columns of the files of a feed
READINGS = pa.schema(
    [
        ("series", pa.string()),
        ("us", pa.int64()),
        ("value", pa.float64()),
        ("quality", pa.string()),
        ("batch", pa.int64()),
    ]
)
_INT, _TEXT, _REAL = pa.int64(), pa.string(), pa.float64()
_MINUTE_US = 60_000_000
#: numbers that a query may expand days or points by: a year of days, and more points than a day has
_TICKS = 1500


def lookback(spec: WatchSpec, watched: Subjects, span: Span) -> int:
    """How many local days before the first one a watch must see: baselines, and points before midnight."""

    def most(*names: str) -> int:
        return int(max((each.params.get(name, 0) for each in watched.subjects for name in names), default=0))

    if spec.kind == "low_ratio":
        return most("days")
    if spec.kind == "limit_order":
        begins = [
            day_of(each.since) for each in watched.periods
            if start_of(span.first) < each.until and each.since < start_of(span.last)
        ]  # fmt: skip
        return max(0, span.first - min(begins) + 7 * most("weeks")) if begins else 0
    if spec.kind == "lead_lag":
        minutes = most("lead") + most("lag")
        return -(-(minutes * _MINUTE_US // span.step + 1) // span.per_day)
    if spec.kind == "night_ratio":
        return 0
    points = most("points", "missing", "flat")
    return -(-(points + 1) // span.per_day) + (1 if most("flat") else 0)


@dataclass(slots=True)
class Desk:
    """A session with the readings of some days, over which watches are asked one after the other."""

    session: Session
    span: Span
    #: the first day that was loaded
    since: int
    ids: Mapping[str, int]
    _daily: bool = False

    def find(self, spec: WatchSpec, watched: Subjects) -> list[Found]:
        """What a watch over series sees on the days of the span."""
        if not watched.subjects:
            return []
        return once(_FINDERS[spec.kind](self, spec, watched))

    # — what the queries read

    def ask(self, query: str) -> list[Row]:
        """The rows of a query."""
        return self.session.rows(query, self.params)

    @property
    def params(self) -> dict[str, Any]:
        """Parameters that any of the queries may name."""
        return {
            "first": self.span.first,
            "last": self.span.last,
            "step": self.span.step,
            "per_day": self.span.per_day,
        }

    def daily(self) -> None:
        """Sums of days, once."""
        if not self._daily:
            self.session.keep("daily", "watch_daily", {})
            self._daily = True

    def subjects(
        self, subjects: Iterable[Subject], columns: Mapping[str, str], series: Sequence[str] = ()
    ) -> None:
        """The table ``subjects``: key, one id per series, and parameters as ``column -> parameter``."""
        found = list(subjects)
        made: dict[str, pa.Array] = {"subject": pa.array([each.key for each in found], _TEXT)}
        for part in series:
            made[part] = pa.array([self.ids[each.series[part][0]] for each in found], _INT)
        for column, name in columns.items():
            real = name in ("quantile", "margin", "above", "cut")
            made[column] = pa.array([each.params[name] for each in found], _REAL if real else _INT)
        self.session.values("subjects", pa.table(made))

    def members(self, subjects: Iterable[Subject]) -> None:
        """The table ``members``: which series are added up for which part of a subject."""
        rows = [
            (each.key, part, self.ids[one])
            for each in subjects
            for part, ids in each.series.items()
            for one in ids
        ]
        keys, roles, numbers = zip(*rows, strict=True) if rows else ((), (), ())
        columns = {
            "subject": pa.array(keys, _TEXT),
            "role": pa.array(roles, _TEXT),
            "s": pa.array(numbers, _INT),
        }
        self.session.values("members", pa.table(columns))

    def periods(self, periods: Sequence[Period]) -> None:
        """The table ``periods``: orders that hold."""
        columns = {
            "subject": pa.array([each.subject for each in periods], _TEXT),
            "period": pa.array([each.order for each in periods], _TEXT),
            "since_us": pa.array([each.since for each in periods], _INT),
            "until_us": pa.array([each.until for each in periods], _INT),
            "cut": pa.array([each.cut for each in periods], _REAL),
        }
        self.session.values("periods", pa.table(columns))

    def runs(self, query: str) -> list[Row]:
        """Windows of the points that a query gives."""
        self.session.keep("points", query, self.params)
        return self.ask("watch_runs")


@contextmanager
def opened(
    files: Sequence[Path], series: Iterable[str], span: Span, *, back: int = 0, engine: str = "", memory: str = "", threads: int = 0,
) -> Iterator[Desk]:  # fmt: skip
    """A desk with the readings of these series, from ``back`` days before the span on. ``files``: Parquet of the feed."""
    with session(engine, memory=memory, threads=threads) as held:
        ids = {id_: number for number, id_ in enumerate(sorted(set(series)), 1)}
        since = span.first - back
        held.files("feed_files", files, READINGS)
        columns = {"id": pa.array(list(ids.values()), pa.int32()), "series": pa.array(list(ids), _TEXT)}
        held.values("series_ids", pa.table(columns))
        held.keep("readings", "watch_readings", {"since": start_of(since), "until": start_of(span.last)})
        held.values("ticks", pa.table({"i": pa.array(range(_TICKS), _INT)}))
        yield Desk(session=held, span=span, since=since, ids=ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one watch saw: the alerts, whom it looked at, and how long the queries took."""

    spec: WatchSpec
    watched: Subjects
    warned: Sequence[Warned]
    seconds: float


def see(
    specs: Sequence[WatchSpec], records: Records, files: Callable[[int, int], Sequence[Path]], span: Span, today: date, *,
    engine: str = "", memory: str = "", threads: int = 0,
) -> Iterator[Seen]:  # fmt: skip
    """Several watches over one series feed, without any database: what each sees on the local days of ``span``.

    ``files``: Parquet files of the feed for local days (first, last not included), days since 1970; more days than asked do no harm.
    """
    watched = {spec.id: subjects_of(spec, records, today) for spec in specs}
    back = max((lookback(spec, watched[spec.id], span) for spec in specs), default=0)
    series = frozenset[str]().union(*(each.series for each in watched.values()))
    if not series:
        yield from (Seen(spec=spec, watched=watched[spec.id], warned=(), seconds=0.0) for spec in specs)
        return
    held = files(span.first - back, span.last)
    with opened(held, series, span, back=back, engine=engine, memory=memory, threads=threads) as desk:
        for spec in specs:
            began = time.perf_counter()
            found = desk.find(spec, watched[spec.id])
            seconds = time.perf_counter() - began
            told = warned(spec, watched[spec.id], found, records, step=span.step)
            yield Seen(spec=spec, watched=watched[spec.id], warned=told, seconds=seconds)


def find_surges(params: Mapping[str, float], counts: Counts, span: Span, *, engine: str = "") -> list[Found]:
    """The same as ``engine.watches.surges``, by SQL."""
    rows = [(subject, day, number) for subject, days in counts.items() for day, number in days.items()]
    subjects, days, numbers = zip(*rows, strict=True) if rows else ((), (), ())
    table = {"subject": pa.array(subjects, _TEXT), "d": pa.array(days, _INT), "n": pa.array(numbers, _INT)}
    length, weeks = int(params["days"]), int(params["weeks"])
    given = {
        "days": length, "weeks": weeks, "times": float(params["times"]), "enough": int(params["least"]),
        "first": span.first, "last": span.last,
    }  # fmt: skip
    with session(engine) as held:
        held.values("counts", pa.table(table))
        held.values("ticks", pa.table({"i": pa.array(range(_TICKS), _INT)}))
        asked = held.rows("watch_surge", given)
    return once(
        Found(
            subject=row["subject"],
            since=start_of(row["d"] + 1 - length),
            until=start_of(row["d"] + 1),
            numbers={"count": row["now"], "usual": row["usual"], "weeks": weeks},
        )
        for row in asked
    )


# — one finder per kind


def _window(row: Row, numbers: Mapping[str, Any]) -> Found:
    return Found(subject=row["subject"], since=row["since_us"], until=row["until_us"], numbers=numbers)


def _day(row: Row, *names: str) -> Found:
    numbers = {name: row[name] for name in names}
    return Found(
        subject=row["subject"], since=start_of(row["d"]), until=start_of(row["d"] + 1), numbers=numbers
    )


def _off_while_on(desk: Desk, spec: WatchSpec, watched: Subjects) -> Iterator[Found]:
    columns = {"points": "points", "on_above": "on_above", "off_below": "off_below"}
    desk.subjects(watched.subjects, columns, ("target", "source"))
    for row in desk.runs("watch_off_while_on"):
        yield _window(row, {"points": row["points"], "source": row["a"], "target": row["b"]})


def _stop_order(desk: Desk, spec: WatchSpec, watched: Subjects) -> Iterator[Found]:
    desk.subjects(watched.subjects, {"points": "points", "idle": "idle"}, ("target",))
    desk.periods(watched.periods)
    for row in desk.runs("watch_stop_order"):
        yield _window(row, {"points": row["points"], "target": row["a"], "order": row["grp"]})


def _silent(desk: Desk, spec: WatchSpec, watched: Subjects) -> Iterator[Found]:
    columns = {"missing": "missing", "flat": "flat", "flat_above": "flat_above", "from_us": "from"}
    desk.subjects(watched.subjects, columns, ("target",))
    desk.daily()
    desk.session.values("calendar", pa.table({"d": pa.array(range(desk.since, desk.span.last), _INT)}))
    for row in desk.runs("watch_silent"):
        value = row["a"] // row["points"]
        yield _window(row, {"points": row["points"], "what": row["grp"], "value": value})


def _lead_lag(desk: Desk, spec: WatchSpec, watched: Subjects) -> Iterator[Found]:
    made = [
        Subject(
            key=each.key,
            name=each.name,
            series=each.series,
            params={
                **each.params,
                **{name: int(each.params[name]) * _MINUTE_US // desk.span.step for name in ("lead", "lag")},
            },
        )
        for each in watched.subjects
    ]
    columns = {
        "lead_points": "lead", "lag_points": "lag", "points": "points", "on_above": "on_above", "off_below": "off_below",
    }  # fmt: skip
    desk.subjects(made, columns, ("target", "source"))
    for row in desk.ask("watch_lead_lag"):
        yield _window(row, {name: row[name] for name in ("starts", "stops", "points")})


def _low_ratio(desk: Desk, spec: WatchSpec, watched: Subjects) -> Iterator[Found]:
    columns = {
        "quantile": "quantile", "days": "days", "enough": "least", "source_least": "source_least", "margin": "margin",
    }  # fmt: skip
    desk.subjects(watched.subjects, columns)
    desk.members(watched.subjects)
    desk.daily()
    for row in desk.ask("watch_low_ratio"):
        yield _day(row, "ratio", "baseline", "source", "target", "days")


def _night_ratio(desk: Desk, spec: WatchSpec, watched: Subjects) -> Iterator[Found]:
    columns = {"above": "above", "night_from": "night_from", "night_to": "night_to", "enough": "least"}
    desk.subjects(watched.subjects, columns)
    desk.members(watched.subjects)
    for row in desk.ask("watch_night_ratio"):
        yield _day(row, "night", "daytime", "ratio")


def _limit_order(desk: Desk, spec: WatchSpec, watched: Subjects) -> Iterator[Found]:
    desk.subjects(watched.subjects, {"weeks": "weeks", "enough": "least"})
    desk.members(watched.subjects)
    desk.periods(watched.periods)
    desk.daily()
    for row in desk.ask("watch_limit_order"):
        found = _day(row, "used", "reference", "weeks", "cut")
        yield Found(
            subject=found.subject,
            since=found.since,
            until=found.until,
            numbers={**found.numbers, "order": row["period"]},
        )


_FINDERS = {
    "off_while_on": _off_while_on,
    "stop_order": _stop_order,
    "silent": _silent,
    "lead_lag": _lead_lag,
    "low_ratio": _low_ratio,
    "night_ratio": _night_ratio,
    "limit_order": _limit_order,
}

__all__ = ["READINGS", "Desk", "Seen", "find_surges", "lookback", "opened", "see"]
