"""The plain evaluation of watches over series: the measure of truth. SQL (``city/analytics/queries/watch_*.sql``) must agree.

Everything is whole numbers: values in thousandths, time in microseconds since 1970 UTC. Days are local days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from gongzhi.engine.watches.kinds import DAY_US, HOUR_US, MINUTE_US, ZONE_US, day_of, start_of
from gongzhi.engine.watches.spec import WatchSpec
from gongzhi.engine.watches.subjects import Subject, Subjects

#: series -> start of the step -> value in thousandths
Readings = Mapping[str, Mapping[int, int]]
Number = int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A window in which a watch saw something: from, to (not included), and the numbers as they were computed."""

    subject: str
    since: int
    until: int
    numbers: Mapping[str, Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is computed: local days from the first to before the last, and the step of the series in microseconds."""

    first: int
    last: int
    step: int

    @property
    def per_day(self) -> int:
        """Points of a day."""
        return DAY_US // self.step


def find(spec: WatchSpec, watched: Subjects, readings: Readings, span: Span) -> list[Found]:
    """What a watch over series sees on the days of ``span``, in order of time and subject.

    ``readings`` hold everything that a day needs before it (baselines, points before midnight); days of ``span`` may be
    computed one by one or all at once: the windows are the same.
    """
    finder = _FINDERS[spec.kind]
    return once(each for subject in watched.subjects for each in finder(subject, watched, readings, span))


def once(found: Iterable[Found]) -> list[Found]:
    """In order of time and subject; of two windows of a subject that begin together (two orders at once) the first."""
    made: dict[tuple[int, str], Found] = {}
    for each in sorted(
        found, key=lambda one: (one.since, one.subject, -one.until, str(one.numbers.get("order")))
    ):
        made.setdefault((each.since, each.subject), each)
    return list(made.values())


# — runs of points


Point = tuple[int, int, int]


def runs(subject: str, points: Sequence[Point], least: int, span: Span) -> Iterator[Found]:
    """Consecutive points (start, two values to be added), cut at local midnight.

    A piece is raised if it has ``least`` points, or if fewer than ``least`` stand right before midnight and both together have
    them: then the window begins before midnight. So a night is found whether the days are computed together or not.
    """
    island: list[Point] = []
    for point in [*sorted(points), None]:
        if island and (point is None or point[0] != island[-1][0] + span.step):
            yield from _pieces(subject, island, least, span)
            island = []
        if point is not None:
            island.append(point)


def _pieces(subject: str, island: Sequence[Point], least: int, span: Span) -> Iterator[Found]:
    before = 0
    while before < len(island):
        day = day_of(island[before][0])
        end = before
        while end < len(island) and day_of(island[end][0]) == day:
            end += 1
        joined = before < least
        if span.first <= day < span.last and (end - before >= least or (joined and end >= least)):
            window = island[0 if joined else before : end]
            numbers = {
                "points": len(window),
                "first": sum(each[1] for each in window),
                "second": sum(each[2] for each in window),
            }
            yield Found(subject=subject, since=window[0][0], until=window[-1][0] + span.step, numbers=numbers)
        before = end


def _renamed(found: Iterator[Found], names: Mapping[str, str], **more: Number) -> Iterator[Found]:
    for each in found:
        numbers: dict[str, Number] = {"points": each.numbers["points"]}
        numbers |= {name: each.numbers[part] for part, name in names.items()}
        yield Found(subject=each.subject, since=each.since, until=each.until, numbers={**numbers, **more})


def _off_while_on(subject: Subject, watched: Subjects, readings: Readings, span: Span) -> Iterator[Found]:
    target, source = (readings.get(subject.series[part][0], {}) for part in ("target", "source"))
    on, off = subject.params["on_above"], subject.params["off_below"]
    points = [
        (us, running, target[us])
        for us, running in source.items()
        if running > on and us in target and target[us] <= off
    ]
    least = int(subject.params["points"])
    yield from _renamed(runs(subject.key, points, least, span), {"first": "source", "second": "target"})


def _stop_order(subject: Subject, watched: Subjects, readings: Readings, span: Span) -> Iterator[Found]:
    target = readings.get(subject.series["target"][0], {})
    for period in watched.periods:
        if period.subject == subject.key:
            points = [
                (us, value, 0)
                for us, value in target.items()
                if period.since <= us < period.until and value > subject.params["idle"]
            ]
            least = int(subject.params["points"])
            yield from _renamed(
                runs(subject.key, points, least, span), {"first": "target"}, order=period.order
            )


def _silent(subject: Subject, watched: Subjects, readings: Readings, span: Span) -> Iterator[Found]:
    target = readings.get(subject.series["target"][0], {})
    missing, flat = int(subject.params["missing"]), int(subject.params["flat"])
    if missing:
        # enough days before, for the points before midnight; each day begins where a step does
        first = span.first - -(-missing // span.per_day)
        grid = range(start_of(first), start_of(span.last), span.step)
        gone = [(us, 0, 0) for us in grid if us not in target and us >= subject.params["from"]]
        yield from _renamed(runs(subject.key, gone, missing, span), {}, what="missing", value=0)
    if flat:
        above = subject.params["flat_above"]
        same = [
            (us, value, 0)
            for us, value in target.items()
            if value > above and target.get(us - span.step) == value
        ]
        for each in runs(subject.key, same, flat, span):
            points = int(each.numbers["points"])
            value = int(each.numbers["first"]) // points
            numbers: dict[str, Number] = {"points": points, "what": "flat", "value": value}
            yield Found(subject=each.subject, since=each.since, until=each.until, numbers=numbers)


# — edges


def _lead_lag(subject: Subject, watched: Subjects, readings: Readings, span: Span) -> Iterator[Found]:
    target, source = (readings.get(subject.series[part][0], {}) for part in ("target", "source"))
    on, off = subject.params["on_above"], subject.params["off_below"]
    lead, lag = (int(subject.params[name]) * MINUTE_US // span.step for name in ("lead", "lag"))
    days: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    for us, value in source.items():
        before = source.get(us - span.step)
        if before is None or (value > on) == (before > on):
            continue
        starts = value > on
        window = (
            range(us - lead * span.step, us, span.step)
            if starts
            else range(us, us + lag * span.step, span.step)
        )
        if not window:
            continue
        idle = sum(each in target and target[each] <= off for each in window)
        if idle >= subject.params["points"]:
            days[day_of(window[-1])].append((window[0], window[-1] + span.step, idle, int(starts)))
    for day in range(span.first, span.last):
        if edges := days.get(day):
            starting = sum(each[3] for each in edges)
            numbers: dict[str, Number] = {
                "starts": starting,
                "stops": len(edges) - starting,
                "points": sum(each[2] for each in edges),
            }
            since, until = min(each[0] for each in edges), max(each[1] for each in edges)
            yield Found(subject=subject.key, since=since, until=until, numbers=numbers)


# — days


def _sums(subject: Subject, part: str, readings: Readings) -> dict[int, int]:
    """Local day -> what its points come to, all series of the part together."""
    sums: dict[int, int] = defaultdict(int)
    for series in subject.series[part]:
        for us, value in readings.get(series, {}).items():
            sums[day_of(us)] += value
    return sums


def _day(subject: str, day: int, numbers: Mapping[str, Number]) -> Found:
    return Found(subject=subject, since=start_of(day), until=start_of(day + 1), numbers=numbers)


def _low_ratio(subject: Subject, watched: Subjects, readings: Readings, span: Span) -> Iterator[Found]:
    target, source = _sums(subject, "target", readings), _sums(subject, "source", readings)
    params = subject.params
    ratios = {
        day: float(target[day]) / float(total)
        for day, total in source.items()
        if day in target and total > 0 and total >= params["source_least"]
    }
    for day in range(span.first, span.last):
        if day not in ratios:
            continue
        before = sorted(ratios[each] for each in range(day - int(params["days"]), day) if each in ratios)
        if not before or len(before) < params["least"]:
            continue
        baseline = before[floor(params["quantile"] * float(len(before) - 1))]
        if ratios[day] < params["margin"] * baseline:
            yield _day(
                subject.key,
                day,
                {
                    "ratio": ratios[day],
                    "baseline": baseline,
                    "source": source[day],
                    "target": target[day],
                    "days": len(before),
                },
            )


def is_night(us: int, night_from: float, night_to: float) -> bool:
    """Whether a point lies in the night hours of its local day (22 to 6: from 22:00 on and before 06:00)."""
    hour = (us + ZONE_US) % DAY_US // HOUR_US
    if night_from > night_to:
        return hour >= night_from or hour < night_to
    return night_from <= hour < night_to


def _night_ratio(subject: Subject, watched: Subjects, readings: Readings, span: Span) -> Iterator[Found]:
    params = subject.params
    night: dict[int, int] = defaultdict(int)
    daytime: dict[int, int] = defaultdict(int)
    for series in subject.series["target"]:
        for us, value in readings.get(series, {}).items():
            dark = is_night(us, params["night_from"], params["night_to"])
            (night if dark else daytime)[day_of(us)] += value
    for day in range(span.first, span.last):
        # a day of which one half is missing is no ratio
        whole = day in night and day in daytime and night[day] > 0 and night[day] >= params["least"]
        if whole and float(night[day]) > params["above"] * float(daytime[day]):
            ratio = float(night[day]) / float(daytime[day]) if daytime[day] > 0 else 0.0
            yield _day(subject.key, day, {"night": night[day], "daytime": daytime[day], "ratio": ratio})


def _limit_order(subject: Subject, watched: Subjects, readings: Readings, span: Span) -> Iterator[Found]:
    sums = _sums(subject, "target", readings)
    weeks, least = int(subject.params["weeks"]), subject.params["least"]
    for period in watched.periods:
        if period.subject != subject.key:
            continue
        begins = day_of(period.since)
        for day in range(span.first, span.last):
            if day not in sums or start_of(day) < period.since or start_of(day + 1) > period.until:
                continue
            usual = [
                sums[each]
                for each in range(begins - 7 * weeks, begins)
                if (day - each) % 7 == 0 and each in sums
            ]
            allowed = (1.0 - period.cut) * float(sum(usual))
            if usual and len(usual) >= least and float(sums[day]) * float(len(usual)) > allowed:
                yield _day(
                    subject.key,
                    day,
                    {
                        "used": sums[day],
                        "reference": sum(usual),
                        "weeks": len(usual),
                        "cut": period.cut,
                        "order": period.order,
                    },
                )


Finder = Callable[[Subject, Subjects, Readings, Span], Iterator[Found]]
_FINDERS: Mapping[str, Finder] = {
    "off_while_on": _off_while_on,
    "stop_order": _stop_order,
    "silent": _silent,
    "lead_lag": _lead_lag,
    "low_ratio": _low_ratio,
    "night_ratio": _night_ratio,
    "limit_order": _limit_order,
}


__all__ = ["Found", "Number", "Point", "Readings", "Span", "find", "is_night", "once", "runs"]
