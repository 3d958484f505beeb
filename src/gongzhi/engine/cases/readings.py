"""What the clocks of a case say at an instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gongzhi.engine.cases.casetypes import CaseType, ClockRule, LimitRule
from gongzhi.engine.cases.errors import NoLimitFound
from gongzhi.engine.cases.model import Case, Limit
from gongzhi.engine.cases.values import evaluate, named_values
from gongzhi.engine.clocks import Mark, Reading, replay
from gongzhi.engine.instants import parse_span

#: reason of the pause that a stopped clock becomes when work is sent back (``reopens``)
SENT_BACK = "sent_back"


def reading(case_type: CaseType, case: Case, clock: str, at: datetime) -> Reading | None:
    """What ``clock`` says at ``at``; ``None`` while it has not started.

    The citizen's clock and a unit's clock differ only by their marks and their closed list of pauses.
    """
    return read_marks(
        case_type, case_type.clocks[clock], case.marks.get(clock, ()), case.limits.get(clock), at
    )


def read_marks(
    case_type: CaseType, rule: ClockRule, marks: Sequence[Mark], limit: Limit | None, at: datetime
) -> Reading | None:
    """The same over marks and a limit that are not (yet) a case's."""
    if not marks or limit is None or marks[0].at > at:
        return None
    return replay(
        parse_span(limit.span),
        marks,
        case_type.calendar,
        at,
        pauses=rule.pauses | {SENT_BACK},
        warn=rule.warn,
        roll="next_working_day" if rule.rolls else "none",
    )


def find_limit(case_type: CaseType, rule: LimitRule, data: Mapping[str, Any], clock: str) -> Limit | None:
    """The limit that a rule gives for these data, with its *because*.

    ``None`` while the table (or the expression) can't say because a value that it asks for is not known yet; raises ``NoLimitFound``
    where all are known and no row fits (the linter reports such gaps beforehand).
    """
    if rule.value is not None:
        found = evaluate(case_type, rule.value, data)
        return Limit(span=str(parse_span(str(found)))) if found else None
    if rule.table is None:
        return Limit(span=str(rule.span))
    names = [column.name for column in rule.table.inputs]
    values = named_values(case_type, data, names)
    decision = rule.table.decide(values)
    span = decision.value.get(rule.take) if decision.matched and isinstance(decision.value, dict) else None
    if not span and None in values.values():
        return None
    if not span:
        raise NoLimitFound(table=rule.table.title or rule.table.id, clock=clock)
    rows = ",".join(str(row) for row in decision.because.rows)
    return Limit(span=str(parse_span(str(span))), because=f"{decision.because.table}:{rows}")


def hands(case_type: CaseType, case: Case) -> frozenset[str]:
    """The different persons whose hands a case went through: everybody who took a step that was not the reporter's.

    Reducing them (66 to 16 for one project) is what a one-seal bureau is for; whoever asked is no hand.
    """
    return frozenset(
        person
        for step, persons in case.doers.items()
        if step not in case_type.steps or case_type.steps[step].role != "resident"
        for person in persons
    )
