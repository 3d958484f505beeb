"""Computes a mechanism's measures from cases and their facts: figures with denominator, interval and the rows behind.

``view`` makes of one case the names that a measure's expressions may use:

    every field of the form        its value (a number, a date, text, a list; null where nothing was entered)
    end                            id of the end that was reached; null while the case is open
    channel                        how the matter came in
    opened_at, ended_at            instants
    <clock>_hours                  hours on the wall clock from the clock's start to its stop (or to now), pauses included
    <clock>_elapsed                what the clock counted, in the unit of its limit, pauses not included
    <clock>_late                   whether the limit was or is exceeded; null where the clock never started
    <clock>_stopped                whether the clock has stopped
    <clock>_paused_days            natural days that the clock stood still
    did_<step>_<choice>            how often the choice was taken
    open_<step>                    whether the step is open now
    late_<step>                    whether the step was ever overdue
    doers                          how many different persons took a step; the reporter is not one of them
    rating                         the stars (1 to 5) that the reporter gave; null where nobody rated
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from gongzhi.engine.cases import Case, CaseType, Fact, hands, reading
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.cases.values import feel_value
from gongzhi.engine.clocks import Reading
from gongzhi.engine.expressions import Expression, compile_expression
from gongzhi.engine.measures import Quantile, Rate, quantile, rate
from gongzhi.engine.mechanisms.schema import MeasureSpec

_CLOCK_WORDS = ("hours", "elapsed", "late", "stopped", "paused_days")
_HOUR = Decimal(3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure over some cases. ``rows`` are positions in the sequence of views, so that a figure opens to its rows."""

    measure: MeasureSpec
    #: of a rate; ``None`` for other kinds
    rate: Rate | None = None
    #: of a median or percentile
    quantile: Quantile | None = None
    #: the number to show; ``None`` when there is no case
    value: float | None
    n: int
    rows: tuple[int, ...]
    hits: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()


def names(spec: CaseTypeSpec) -> frozenset[str]:
    """Every name that a measure over this case type may use."""
    found = {"end", "channel", "opened_at", "ended_at", "doers", "rating"} | {
        field.id for field in spec.fields
    }
    found |= {f"{clock}_{word}" for clock in spec.clocks for word in _CLOCK_WORDS}
    for id_, step in spec.steps.items():
        found |= {f"open_{id_}", f"late_{id_}"} | {f"did_{id_}_{choice}" for choice in step.choices}
    return frozenset(found)


def view(case_type: CaseType, case: Case, facts: Iterable[Fact], at: datetime) -> dict[str, Any]:
    """One case as its measures see it at an instant (see the module's table)."""
    made: dict[str, Any] = {
        id_: feel_value(field, case.data.get(id_)) for id_, field in case_type.form.by_id.items()
    }
    made |= {
        "end": case.ended or None,
        "channel": case.channel,
        "opened_at": case.opened_at,
        "ended_at": case.ended_at,
        "doers": Decimal(len(hands(case_type, case))),
        "rating": None,
    }
    open_steps = {task.step for task in case.tasks}
    for id_, step in case_type.steps.items():
        made |= {f"open_{id_}": id_ in open_steps, f"late_{id_}": False}
        made |= {f"did_{id_}_{choice}": Decimal(0) for choice in step.choices}
    for fact in facts:
        if fact.kind == "chosen":
            made[f"did_{fact.step}_{fact.choice}"] = (
                made.get(f"did_{fact.step}_{fact.choice}", Decimal(0)) + 1
            )
        elif fact.kind == "alerted" and fact.step:
            made[f"late_{fact.step}"] = True
        elif fact.kind == "rated":
            made["rating"] = Decimal(str(fact.data["stars"]))
    for clock in case_type.clocks:
        made |= _clock(clock, reading(case_type, case, clock, at), case.ended_at or at)
    return made


def _clock(clock: str, read: Reading | None, at: datetime) -> dict[str, Any]:
    if read is None or read.started is None:
        return {f"{clock}_{word}": None for word in _CLOCK_WORDS}
    until = read.stopped or at
    paused = sum(((each.until or until) - each.since).total_seconds() for each in read.pauses)
    values = (
        Decimal(int((until - read.started).total_seconds())) / _HOUR,
        read.elapsed,
        read.left < 0 or (read.due is not None and not read.paused and until > read.due),
        read.stopped is not None,
        Decimal(int(paused)) / (24 * _HOUR),
    )
    return {f"{clock}_{word}": value for word, value in zip(_CLOCK_WORDS, values, strict=True)}


def figure(measure: MeasureSpec, views: Sequence[Mapping[str, Any]]) -> Figure:
    """The measure over these views. Raises what its expressions raise (the linter has compiled them before)."""
    excluded = _where(measure.exclude, views, range(len(views))) if measure.exclude else ()
    left = [number for number in range(len(views)) if number not in set(excluded)]
    rows = _where(measure.denominator, views, left) if measure.denominator else tuple(left)
    if measure.kind in ("rate", "count"):
        return _counted(measure, views, rows, excluded)
    expression = compile_expression(measure.value)
    found = [(number, expression.evaluate(views[number])) for number in rows]
    values = [(number, float(value)) for number, value in found if value is not None]
    numbers = [value for _, value in values]
    shown: Quantile | None = None
    if measure.kind == "mean":
        value = sum(numbers) / len(numbers) if numbers else None
    else:
        share = 0.5 if measure.percentile is None else measure.percentile / 100
        shown = quantile(numbers, share)
        value = shown.value
    rows = tuple(number for number, _ in values)
    return Figure(measure=measure, quantile=shown, value=value, n=len(numbers), rows=rows, excluded=excluded)


def _counted(
    measure: MeasureSpec, views: Sequence[Mapping[str, Any]], rows: tuple[int, ...], excluded: tuple[int, ...]
) -> Figure:
    hits = _where(measure.numerator, views, rows)
    if measure.kind == "count":
        return Figure(measure=measure, value=len(hits), n=len(rows), rows=rows, hits=hits, excluded=excluded)
    made = rate(len(hits), len(rows))
    return Figure(
        measure=measure, rate=made, value=made.value, n=len(rows), rows=rows, hits=hits, excluded=excluded
    )


def _where(text: str, views: Sequence[Mapping[str, Any]], rows: Iterable[int]) -> tuple[int, ...]:
    condition: Expression = compile_expression(text)
    return tuple(number for number in rows if condition.evaluate(views[number]) is True)


__all__ = ["Figure", "figure", "names", "view"]
