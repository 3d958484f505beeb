"""The run of watches: registers, readings and counts of some local days go through the watches of all active mechanisms.

A day may be run as often as one likes: the same alerts are found again and are not written twice. What an alert leads to is
a reaction (``watch_reactions``).
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from gongzhi.city.alerts import catalogue as feeds
from gongzhi.city.alerts import finding, readings
from gongzhi.city.alerts.models import RuleState, WatchRun
from gongzhi.city.alerts.raising import Raised, Rule, raise_alerts
from gongzhi.city.alerts.watch_errors import DaysWrong, NoSuchWatch
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library, watch_counts
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.records.queries.wholes import whole
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.watches import (
    DAY_US,
    KINDS,
    Records,
    Span,
    Subjects,
    Unwatched,
    Warned,
    WatchSpec,
    parameters,
    rows,
    warned,
)
from gongzhi.engine.watches.feeds import span_of

log = logging.getLogger("gongzhi.watches")
#: days that one run takes
MOST_DAYS = 400
#: rows that can't be watched and are named in a run
_NAMED = 20
_EPOCH = date(1970, 1, 1)
_NOBODY = Subjects()
#: what one watch may break on without stopping the others: a file of readings that is damaged, a value that does not fit
_FAILS = (GongzhiError, duckdb.Error, ArithmeticError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A watch of a mechanism that runs here."""

    held: Held
    spec: WatchSpec

    @property
    def name(self) -> str:
        """``mechanism.watch``."""
        return f"{self.held.mechanism.id}.{self.spec.id}"

    @property
    def feed(self) -> str:
        """``mechanism.feed`` of what it reads; empty for registers and counts."""
        if not self.spec.feed or "." in self.spec.feed:
            return self.spec.feed
        return f"{self.held.mechanism.id}.{self.spec.feed}"

    def rule(self) -> Rule:
        """What its alerts remember of it."""
        mechanism = self.held.mechanism
        content = mechanism.files.get(f"watches/{self.spec.id}.yaml", b"")
        return Rule(
            mechanism=mechanism.id,
            watch=self.spec.id,
            title=self.spec.title,
            kind=self.spec.kind,
            version=mechanism.version,
            digest=hashlib.sha256(content).hexdigest(),
            feed=self.feed,
            read_by=self.spec.read_by,
        )


def known() -> Iterator[Known]:
    """Every watch, in order of mechanism."""
    for held in library.active():
        for spec in held.mechanism.watches.values():
            yield Known(held=held, spec=spec)


def one(mechanism: str, watch: str) -> Known:
    """One of them. Raises NoSuchWatch."""
    for each in known():
        if (each.held.mechanism.id, each.spec.id) == (mechanism, watch):
            return each
    raise NoSuchWatch(watch=f"{mechanism}.{watch}"[:80])


@dataclass(slots=True)
class _Registers:
    """Registers as watches see them, each read once."""

    held: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def for_(self, specs: Sequence[WatchSpec]) -> Records:
        for id_ in dict.fromkeys(id_ for spec in specs for id_ in registers_of(spec)):
            if id_ not in self.held:
                self.held[id_] = list(whole(id_))
        return self.held


def registers_of(spec: WatchSpec) -> list[str]:
    """The registers that a watch reads."""
    named = [spec.over.register_, *(look.register_ for look in spec.over.look.values())]
    named += [each.register_ for each in spec.covered_by]
    named += [spec.periods.register_] if spec.periods else []
    return [each for each in dict.fromkeys(named) if each]


@dataclass(slots=True)
class _Run:
    row: WatchRun
    registers: _Registers = field(default_factory=_Registers)

    def take(self, each: Known, found: Sequence[Warned], series: Mapping[str, Any]) -> None:
        raised: Raised = raise_alerts(each.rule(), found, series, at=self.row.at)
        self.row.alerts += raised.seen
        self.row.fresh += raised.fresh
        self.row.covered += raised.covered

    def miss(self, each: Known, unwatched: Sequence[Unwatched]) -> None:
        if unwatched:
            told = [{"key": one.key, "why": one.why} for one in unwatched[:_NAMED]]
            self.row.unwatched[each.name] = {"count": len(unwatched), "rows": told}

    def fail(self, group: Sequence[Known], error: Exception) -> None:
        why = error.message if isinstance(error, GongzhiError) else str(error).split("\n", maxsplit=1)[0]
        for each in group:
            self.row.trouble[each.name] = why[:300]
        log.warning("watches %s: %s", [each.name for each in group], error)


def run(
    first: date,
    last: date,
    *,
    only: Sequence[Known] | None = None,
    engine: str = "",
) -> WatchRun:
    """Put the local days from ``first`` to ``last`` (included) through all watches that are not suspended.

    What one watch can't compute is told in the run and stops none of the others. Raises DaysWrong.
    """
    if not first <= last <= clock.today() or (last - first).days >= MOST_DAYS:
        raise DaysWrong(first=first.isoformat(), last=last.isoformat())
    began = time.perf_counter()
    doing = _Run(WatchRun(first=first, last=last, at=clock.now()))
    resting = set(RuleState.objects.filter(suspended=True).values_list("mechanism", "watch"))
    asked = known() if only is None else only
    running = [each for each in asked if (each.held.mechanism.id, each.spec.id) not in resting]
    by_feed: dict[str, list[Known]] = {}
    for each in running:
        by_feed.setdefault(each.feed, []).append(each)
    for feed, group in by_feed.items():
        if not feed:
            for each in group:
                _one(doing, each, first, last)
            continue
        try:
            _series(doing, feed, group, first, last, engine)
        except _FAILS as error:
            doing.fail(group, error)
    doing.row.seconds = round(time.perf_counter() - began, 3)
    doing.row.save()
    return doing.row


def number_of(day: date) -> int:
    """A date as days since 1970."""
    return (day - _EPOCH).days


def _date(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _series(doing: _Run, feed: str, group: Sequence[Known], first: date, last: date, engine: str) -> None:
    step = round(span_of(feeds.one(feed).spec.step).total_seconds()) * 1_000_000
    span = Span(first=number_of(first), last=number_of(last) + 1, step=step)
    specs = [each.spec for each in group]
    records = doing.registers.for_(specs)

    def files(since: int, until: int) -> list[Path]:
        return readings.tables(feed, _date(since), _date(until))

    seen = finding.see(specs, records, files, span, clock.today(), engine=engine)
    for each, found in zip(group, seen, strict=True):
        doing.miss(each, found.watched.unwatched)
        doing.take(each, found.warned, {one.key: one.series for one in found.watched.subjects})


def _one(doing: _Run, each: Known, first: date, last: date) -> None:
    """A watch over a register, or over counts."""
    try:
        spec, today = each.spec, clock.today()
        records = doing.registers.for_([spec])
        if KINDS[spec.kind].shape == "rows":
            watched, found = rows(spec, records, today)
            doing.miss(each, watched.unwatched)
            doing.take(each, warned(spec, watched, found, records), {})
            return
        counts, called = watch_counts.counts_of(each.held, spec, records, first, last)
        span = Span(first=number_of(first), last=number_of(last) + 1, step=DAY_US)
        surges = finding.find_surges(parameters(spec, today), counts, span)
        from_watch = warned(spec, _NOBODY, surges, records, called=called)
        doing.take(each, from_watch, {})
    except _FAILS as error:
        doing.fail([each], error)


__all__ = ["Known", "known", "number_of", "one", "registers_of", "run"]
