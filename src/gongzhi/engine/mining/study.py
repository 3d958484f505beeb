"""What a log says, as values: made from the answers of the queries (``city/analytics/queries/mining_*.sql``).

Times are hours. ``share`` of an arc is its part of all waiting: the sum over all times that one step followed the other,
divided by the sum over all arcs. The bottleneck is the arc with the greatest share: what would be saved if nobody waited there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

HOUR = 3_600_000_000
#: an arc that holds less of the waiting is no bottleneck worth a sentence
LEAST_SHARE = 0.05

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A way through, and how many cases went it."""

    path: tuple[str, ...]
    cases: int
    share: float
    cumulative: float
    median_hours: float
    #: numbers of the steps as the queries know them; opens the variant to its cases
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A sum of times and how they lie, in natural hours and, where a calendar is known, in working hours."""

    total: float
    mean: float
    median: float
    p90: float
    worked_mean: float | None = None
    worked_median: float | None = None
    worked_p90: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """One step directly after another."""

    source: str
    target: str
    n: int
    times: Times
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: how often, in how many cases, how often again."""

    label: str
    n: int
    cases: int
    #: cases that did it more than once, and how many times too often
    again: int
    repeats: int
    firsts: int
    lasts: int
    #: from its beginning to its end; None where no beginnings are told
    handling: Times | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """From whom to whom; mean hours until the taker had done their step."""

    giver: str
    taker: str
    n: int
    mean_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PingPong:
    """From an office to another and straight back, to a step that had been done before."""

    office: str
    other: str
    n: int
    cases: int
    mean_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An arc of the drawn mechanism: choice and the step that it opened; how long that stayed open."""

    cause: str
    step: str
    n: int
    done: int
    times: Times | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Everything that was found."""

    cases: int
    steps_taken: int
    variants_total: int
    #: microseconds since 1970
    first_us: int
    last_us: int
    median_hours: float
    p90_hours: float
    variants: tuple[Variant, ...]
    arcs: tuple[Arc, ...]
    steps: tuple[Step, ...]
    offices: tuple[Handover, ...]
    roles: tuple[Handover, ...]
    pingpong: tuple[PingPong, ...]
    drawn: tuple[Drawn, ...] = ()
    ends: tuple[Drawn, ...] = ()

    def dump(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)

    def bottlenecks(self, most: int = 3) -> list[Arc]:
        """The arcs that hold most of the waiting, the worst first."""
        worst = sorted(self.arcs, key=lambda arc: (-arc.times.total, arc.source, arc.target))
        return [arc for arc in worst[:most] if arc.share >= LEAST_SHARE]


def study_of(answers: Mapping[str, Sequence[Row]]) -> Study:
    """The values from the rows of each query; a query that was not asked is absent."""
    (totals,) = answers["totals"]
    names = {str(row["code"]): str(row["label"]) for row in answers["labels"]}
    waiting = sum(int(row["total"] or 0) for row in answers["arcs"])
    handling = {row["label"]: row for row in answers.get("handling", ())}
    return Study(
        cases=totals["cases"],
        steps_taken=totals["steps"],
        variants_total=totals["variants"],
        first_us=totals["first_us"] or 0,
        last_us=totals["last_us"] or 0,
        median_hours=_hours(totals["median_span"]),
        p90_hours=_hours(totals["p90_span"]),
        variants=_variants(answers["variants"], names, totals["cases"]),
        arcs=tuple(
            Arc(
                source=row["source"],
                target=row["target"],
                n=row["n"],
                times=_times(row),
                share=(row["total"] or 0) / waiting if waiting else 0.0,
            )
            for row in answers["arcs"]
        ),
        steps=tuple(_step(row, handling.get(row["label"])) for row in answers["each"]),
        offices=tuple(_handover(row) for row in answers["offices"]),
        roles=tuple(_handover(row) for row in answers["roles"]),
        pingpong=tuple(
            PingPong(
                office=row["origin"],
                other=row["other"],
                n=row["n"],
                cases=row["cases"],
                mean_hours=_hours(row["total"] / row["n"]),
            )
            for row in answers["pingpong"]
        ),
        drawn=tuple(_drawn(row) for row in answers.get("causes", ())),
        ends=tuple(
            Drawn(cause=row["cause"], step=f"end.{row['outcome']}", n=row["n"], done=row["n"], times=None)
            for row in answers.get("ends", ())
        ),
    )


def _variants(rows: Sequence[Row], names: Mapping[str, str], cases: int) -> tuple[Variant, ...]:
    found, sofar = [], 0
    for row in rows:
        sofar += row["cases"]
        found.append(
            Variant(
                path=tuple(names[code] for code in str(row["path"]).split(",")),
                cases=row["cases"],
                share=row["cases"] / cases,
                cumulative=sofar / cases,
                median_hours=_hours(row["median_span"]),
                key=str(row["path"]),
            )
        )
    return tuple(found)


def _step(row: Row, handled: Row | None) -> Step:
    return Step(
        label=row["label"],
        n=row["n"],
        cases=row["cases"],
        again=row["again"],
        repeats=row["repeats"],
        firsts=row["firsts"],
        lasts=row["lasts"],
        handling=_times(handled) if handled else None,
    )


def _handover(row: Row) -> Handover:
    return Handover(
        giver=row["giver"], taker=row["taker"], n=row["n"], mean_hours=_hours(row["total"] / row["n"])
    )


def _drawn(row: Row) -> Drawn:
    times = _times({**row, "n": row["done"]}) if row["done"] else None
    return Drawn(cause=row["cause"], step=row["step"], n=row["n"], done=row["done"], times=times)


def _times(row: Row) -> Times:
    worked = row.get("worked_median") is not None
    return Times(
        total=_hours(row["total"]),
        mean=_hours((row["total"] or 0) / row["n"]),
        median=_hours(row["median"]),
        p90=_hours(row["p90"]),
        worked_mean=_hours(row["worked_total"] / (row.get("worked_n") or row["n"])) if worked else None,
        worked_median=_hours(row["worked_median"]) if worked else None,
        worked_p90=_hours(row["worked_p90"]) if worked else None,
    )


def _hours(us: float | None) -> float:
    return round((us or 0) / HOUR, 4)


def show_hours(hours: float) -> str:
    """Hours as people say them.

    >>> [show_hours(each) for each in (0.004, 0.25, 6.2, 47.9, 100)]
    ['不到1分钟', '15分钟', '6.2小时', '47.9小时', '4.2天']
    """
    if hours * 60 < 1:
        return "不到1分钟"
    if hours < 1:
        return f"{hours * 60:.0f}分钟"
    if hours < 48:
        return f"{hours:.1f}小时"
    return f"{hours / 24:,.1f}天"


__all__ = [
    "HOUR", "Arc", "Drawn", "Handover", "PingPong", "Step", "Study", "Times", "Variant", "show_hours", "study_of",
]  # fmt: skip
