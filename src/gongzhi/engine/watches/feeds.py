"""``feeds.yaml``: what comes in from outside, from whom, on what basis, and what is let in.

    - id: power
      title: 用电曲线
      kind: series                  # readings in equal steps; extract: a table of another department
      source: 电网企业营销部
      basis: 数据共享责任清单第12项
      step: 15 minutes
      unit: kWh
      low: 0
      high: 5000
      late: 2 days
      register: power_meters        # the keys of its records are the series that are known
      columns: {series: 表号, at: 时间, value: 电量}

An extract lands in a register, whose own import knows its fields, keys and seals; nothing of it stays beside the database.
``sort_out`` is the measure of truth for what is let in: the city does the same over millions of rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, RootModel, StrictBool, StrictFloat, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import Id, Spec, Title
from gongzhi.engine.instants import SpanError, Unit, parse_span

#: what a reading may be beside good: received late, behind a meter that began anew, spread over a hole
LATE, RESET, ESTIMATED = "late", "reset", "estimated"
#: why a row is kept apart
UNREADABLE, UNKNOWN, FUTURE, RANGE = "unreadable", "unknown", "future", "range"
#: columns of a file of readings
SERIES_COLUMNS = ("series", "at", "value")
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
#: a clock that is ahead by no more than this is no wrong clock
AHEAD = timedelta(minutes=5)


def span_of(text: str) -> timedelta:
    """A span of minutes, hours or natural days. Raises SpanError for working time."""
    span = parse_span(text)
    per = {Unit.MINUTE: 1, Unit.HOUR: 60, Unit.DAY: 1440}
    if span.unit not in per:
        raise SpanError(text=text)
    return timedelta(minutes=float(span.amount) * per[span.unit])


def _span(value: object) -> object:
    try:
        span_of(str(value))
    except SpanError as error:
        raise PydanticCustomError("span", "应是分钟、小时或日，例如 15 minutes、2 days") from error
    return value


SpanText = Annotated[str, BeforeValidator(_span)]
Number = StrictInt | StrictFloat


class FeedSpec(Spec):
    """One row of ``feeds.yaml``."""

    id: Id
    title: Title
    kind: Literal["series", "extract"] = "series"
    #: who provides it
    source: Title
    #: law, list of shared data, or contract that it comes on
    basis: Title
    #: of a series: how far its readings are apart; a whole part of a day
    step: SpanText = ""
    unit: Annotated[str, Field(max_length=16)] = ""
    #: what comes in is the register of a meter, which only grows; stored are its differences
    counter: StrictBool = False
    #: which end of its step a reading's time names; that of a counter always names the end
    stamp: Literal["start", "end"] = "start"
    #: what lies below is kept apart
    low: Number | None = None
    #: what lies above is kept apart
    high: Number | None = None
    #: what comes in later after its step is marked
    late: SpanText = "2 days"
    #: its keys are the series that are known; of an extract: where it lands
    register_: Id | Literal[""] = Field(default="", alias="register")
    #: series, at, value (of an extract: fields of the register) -> column of the file
    columns: Mapping[Id, Annotated[str, Field(min_length=1, max_length=60)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> FeedSpec:
        if self.kind == "extract":
            if not self.register_:
                raise PydanticCustomError("feed", "extract 要写 register（落到哪个登记簿）")
            if self.step or self.unit or self.counter or self.low is not None or self.high is not None:
                raise PydanticCustomError("feed", "step、unit、counter、low、high 只与 kind: series 一起写")
            return self
        if not self.step or not self.unit:
            raise PydanticCustomError("feed", "series 要写 step（多久一个数）和 unit（单位）")
        if span_of(self.step) < timedelta(minutes=1) or DAY % span_of(self.step):
            raise PydanticCustomError("feed", "step 应能整除一天，例如 15 minutes、1 hour、1 day")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise PydanticCustomError("feed", "low 不能大于 high")
        if unknown := sorted(set(self.columns) - set(SERIES_COLUMNS)):
            raise PydanticCustomError("feed", f"columns 只写 series、at、value，没有 {unknown[0]}")
        return self

    @property
    def minutes(self) -> int:
        """The step in minutes; 0 of an extract."""
        return round(span_of(self.step) / timedelta(minutes=1)) if self.step else 0

    @property
    def micros(self) -> int:
        """The step in microseconds."""
        return self.minutes * 60_000_000

    @property
    def late_micros(self) -> int:
        """When a reading counts as late, in microseconds behind the end of its step."""
        return span_of(self.late) // MICROSECOND

    @property
    def backwards(self) -> int:
        """What to take off a reading's time for the start of its step, in microseconds."""
        return self.micros if self.counter or self.stamp == "end" else 0

    def column(self, name: str) -> str:
        """What the file calls it."""
        return self.columns.get(name, name)


class FeedsSpec(RootModel[tuple[FeedSpec, ...]]):
    """``feeds.yaml``: a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A row as it came: its line, its series, when (UTC microseconds; None: unreadable) and how much (None: unreadable)."""

    line: int
    series: str
    us: int | None
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What became of the rows. ``good``: (series, start of the step) -> (value, quality); ``apart``: line -> reason;
    ``same`` and ``conflicts``: lines that another line of the same reading stands for."""

    good: Mapping[tuple[str, int], tuple[float, str]]
    apart: Mapping[int, str]
    same: int
    conflicts: int


def sort_out(spec: FeedSpec, rows: Iterable[Reading], *, known: Set[str] | None, received_us: int) -> Sorted:
    """What is let in and what is kept apart, and why.

    ``known``: the series that are let in, None for all; ``received_us``: when the file came. Of several rows of one step the
    last one counts.
    """
    good: dict[tuple[str, int], tuple[float, str]] = {}
    apart: dict[int, str] = {}
    same = conflicts = 0
    for row in rows:
        if reason := _reason(spec, row, known, received_us):
            apart[row.line] = reason
            continue
        assert row.us is not None and row.value is not None
        start = (row.us - spec.backwards) // spec.micros * spec.micros
        if (before := good.get((row.series, start))) is not None:
            same += before[0] == row.value
            conflicts += before[0] != row.value
        is_late = received_us - (start + spec.micros) > spec.late_micros
        good[row.series, start] = (row.value, LATE if is_late else "")
    return Sorted(good=good, apart=apart, same=same, conflicts=conflicts)


def _reason(spec: FeedSpec, row: Reading, known: Set[str] | None, received_us: int) -> str:
    if not row.series or row.us is None or row.value is None or not math.isfinite(row.value):
        return UNREADABLE
    if known is not None and row.series not in known:
        return UNKNOWN
    if row.us > received_us + AHEAD // MICROSECOND:
        return FUTURE
    if (spec.low is not None and row.value < spec.low) or (spec.high is not None and row.value > spec.high):
        return RANGE
    return ""


def differences(registers: Iterable[tuple[int, float]], step: int) -> list[tuple[int, float, str]]:
    """The consumption per step of one meter: (start of the step, how much, quality) from (instant, register) in order of time.

    A register that falls has begun anew: what it shows is what was used since. Over a hole the difference is spread evenly,
    so that the sum stays true. Instants and ``step`` in microseconds, instants on whole steps.
    """
    found: list[tuple[int, float, str]] = []
    before: tuple[int, float] | None = None
    for at, register in registers:
        if before is not None:
            used = register - before[1]
            steps = (at - before[0]) // step
            quality = RESET if used < 0 else ESTIMATED if steps > 1 else ""
            each = (register if used < 0 else used) / steps
            found += [(before[0] + number * step, each, quality) for number in range(steps)]
        before = (at, register)
    return found


__all__ = [
    "AHEAD",
    "ESTIMATED",
    "FUTURE",
    "LATE",
    "RANGE",
    "RESET",
    "SERIES_COLUMNS",
    "UNKNOWN",
    "UNREADABLE",
    "FeedSpec",
    "FeedsSpec",
    "Reading",
    "Sorted",
    "differences",
    "sort_out",
    "span_of",
]
