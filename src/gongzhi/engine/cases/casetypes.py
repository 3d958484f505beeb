"""A case type, compiled once from its specification and then only read.

``compile_case_type`` turns names into objects (fields, tables, expressions, the graph), so that deciding a
command looks nothing up by text. The linter has collected all problems before; here the first one raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from gongzhi.engine.assemblies import Rules
from gongzhi.engine.calendars import Calendar
from gongzhi.engine.cases.graph import flow_spec
from gongzhi.engine.cases.spec import (
    BurdenSpec,
    CaseTypeSpec,
    ChoiceSpec,
    ClockDue,
    ClockSpec,
    ConfinedSpec,
    OnlyOneSpec,
    StepSpec,
    TableTake,
    TimerSpec,
    ValueLimit,
    asked,
    performer,
)
from gongzhi.engine.expressions import Expression, compile_expression
from gongzhi.engine.flows import Flow, compile_flow
from gongzhi.engine.forms import Field, Form, form_from
from gongzhi.engine.instants import Span, parse_span
from gongzhi.engine.tables import Table

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any


@dataclass(frozen=True, slots=True)
class Ask:
    """A field that is asked somewhere; ``optional`` overrides the field's own ``required``."""

    field: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """One output of a decision table, decided over the data."""

    table: Table
    take: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """How long a clock runs: a fixed span, or a decision table's output column."""

    span: Span | None = None
    table: Table | None = None
    take: str = ""
    #: an expression over the data that gives the span
    value: Expression | None = None
    #: due together with this clock (steps only)
    clock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """A clock of the case type. ``starts`` and ``stops`` are names of marks (``opened`` and ``ended`` are given)."""

    id: str
    title: str
    starts: str
    stops: str
    limit: LimitRule
    #: the closed list of reasons for which it may pause
    pauses: frozenset[str] = frozenset()
    #: date field that says from which day it really runs
    since: str = ""
    #: whether natural days that end on a rest day end with the next working day
    rolls: bool = False
    #: share of the limit that is left when the light turns yellow
    warn: Decimal = Decimal("0.2")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRule:
    """What taking a choice asks for and causes, beside where it leads (that is the flow's)."""

    id: str
    title: str
    asks: tuple[Ask, ...] = ()
    when: Expression | None = None
    when_text: str = ""
    unless: str = ""
    #: gives the words of a refusal, or null
    objection: Expression | None = None
    at_most: int | None = None
    #: whether a choice taken more than ``at_most`` times leads elsewhere instead of being refused
    has_then: bool = False
    before_due: bool = False
    #: no desk takes it in the reporter's place
    personally: bool = False
    marks: tuple[str, ...] = ()
    pauses: str = ""
    resumes: str = ""
    #: clock, and an expression that gives the number of its units
    extends: tuple[str, Expression] | None = None
    reopens: tuple[str, ...] = ()
    sets: Mapping[str, Expression | TableRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRule:
    """When a step's timer fires: so long after the step opened, at a computed instant, and again every so long."""

    id: str
    after: LimitRule | None = None
    at: Expression | None = None
    every: Span | None = None
    emits: str = ""
    marks: tuple[str, ...] = ()
    #: the mark is dated at the opening of the step
    since_opening: bool = False
    #: reason for which clocks go on again
    resumes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRule:
    """The meeting that decides a step, and what stands on its ballot."""

    rules: Rules
    topic: Expression | None = None
    text: Expression | None = None
    #: field that says where; empty: the scope of the step
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """Who acts in a step, within what time, and what is asked."""

    id: str
    title: str
    role: str = ""
    scope: str = ""
    #: field that names the one person who does it
    person: str = ""
    within: LimitRule | None = None
    not_by: tuple[str, ...] = ()
    #: only the reporter, or an agent with a written mandate; see ``everycase.in_place_of``
    personally: bool = False
    choices: Mapping[str, ChoiceRule] = field(default_factory=dict)
    timers: Mapping[str, TimerRule] = field(default_factory=dict)
    #: child case: (case type, their field -> expression over our data)
    calls: tuple[str, Mapping[str, Expression]] | None = None
    #: our field -> expression over ``child`` and ``outcome`` when the child has ended
    takes: Mapping[str, Expression] = field(default_factory=dict)
    meeting: MeetingRule | None = None

    @property
    def is_work(self) -> bool:
        """Whether somebody has to act (a waiting step is nobody's task)."""
        return bool(self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseType:
    """Everything that the engine knows of one kind of case, in one version of its mechanism."""

    id: str
    title: str
    version: str
    number: str
    opened_by: tuple[str, ...]
    opening: tuple[Ask, ...]
    form: Form
    flow: Flow
    steps: Mapping[str, StepRule]
    clocks: Mapping[str, ClockRule]
    ends: Mapping[str, str]
    calendar: Calendar
    #: role id -> Chinese title
    roles: Mapping[str, str]
    #: field id or title -> field
    fields: Mapping[str, Field]
    suggest: Mapping[str, Any] = field(default_factory=dict)
    #: names that conditions of the flow itself use (``calls.when``)
    flow_names: frozenset[str] = frozenset()
    #: record field -> the fields that are filled from the record, with the column of each
    fills: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: reason of a pause -> Chinese title
    reasons: Mapping[str, str] = field(default_factory=dict)
    #: what is settled when a case is opened
    sets: Mapping[str, Expression | TableRule] = field(default_factory=dict)
    #: what there may be only one of at a time
    only_one: tuple[OnlyOneSpec, ...] = ()
    #: gives the words with which the opening is refused, or null
    objection: Expression | None = None
    #: what one case costs people at the grassroots
    burden: BurdenSpec | None = None
    #: case types (``type`` or ``mechanism.type``) whose cases may be the same matter as one of this type
    same_matter: tuple[str, ...] = ()
    #: roles that read its cases at all; empty: whoever the city lets read cases
    read_by: frozenset[str] = frozenset()
    #: the cases exist for ``read_by`` only; ``None``: they are cases like any other
    confined: ConfinedSpec | None = None

    def is_closed_to(self, role: str) -> bool:
        """Whether the case type keeps its cases from this role, whatever the role may read elsewhere."""
        return bool(self.read_by) and role != "system" and role not in self.read_by

    def reason_title(self, reason: str) -> str:
        """Chinese words of the reason for which a clock stands still; the id where the mechanism gives none."""
        return self.reasons.get(reason) or {"awaiting_reporter": "等反映人回答"}.get(reason, reason)

    def role_title(self, role: str) -> str:
        """Chinese title of a role; the id where the mechanism gives none.

        The two roles without a post are named here because no mechanism declares them.
        """
        return self.roles.get(role) or {"resident": "群众", "system": "系统"}.get(role, role)

    def step_title(self, step: str) -> str:
        rule = self.steps.get(step)
        return rule.title if rule else step


def compile_case_type(
    spec: CaseTypeSpec,
    tables: Mapping[str, Table],
    calendar: Calendar,
    *,
    version: str = "",
    roles: Mapping[str, str] | None = None,
    assemblies: Mapping[str, Rules] | None = None,
) -> CaseType:
    """Compile a ``CaseTypeSpec`` (see ``spec.py``) with its mechanism's tables and kinds of meetings, and a calendar.

    Raises ``Refused`` or the room's own error for the first thing that does not fit; lint first to see all.
    """
    form = form_from([field.model_dump(by_alias=True) for field in spec.fields])
    by_name = {f.id: f for f in form.fields} | {f.title: f for f in form.fields}
    return CaseType(
        id=spec.id,
        title=spec.title,
        version=version,
        number=spec.number,
        opened_by=tuple(spec.opened_by),
        opening=_asks(spec.opens_with),
        form=form,
        flow=compile_flow(flow_spec(spec, conditions=False)),
        steps={id_: _step(id_, step, tables, assemblies or {}) for id_, step in spec.steps.items()},
        clocks={id_: _clock(id_, clock, tables) for id_, clock in spec.clocks.items()},
        ends=dict(spec.ends),
        calendar=calendar,
        roles=dict(roles or {}),
        fields=by_name,
        suggest=dict(spec.suggest),
        reasons=dict(spec.reasons),
        flow_names=_flow_names(spec),
        fills=fills_of(form),
        sets={name: _value(value, tables) for name, value in spec.sets.items()},
        only_one=spec.only_one,
        objection=compile_expression(spec.objection) if spec.objection else None,
        burden=spec.burden,
        same_matter=spec.same_matter,
        read_by=frozenset(spec.read_by),
        confined=spec.confined,
    )


def _flow_names(spec: CaseTypeSpec) -> frozenset[str]:
    texts = [step.calls.when for step in spec.steps.values() if step.calls and step.calls.when]
    return frozenset().union(*(compile_expression(text).names for text in texts))


def fills_of(form: Form) -> dict[str, dict[str, str]]:
    """Which fields are filled from the record or case that another field names: that field -> {field: column}."""
    filled: dict[str, dict[str, str]] = {
        each.id: {} for each in form.fields if each.kind in ("record", "case")
    }
    for each in form.fields:
        source, _, column = each.prefill.partition(".")
        if source in filled:
            filled[source][each.id] = column
    return filled


def _asks(names: Iterable[str]) -> tuple[Ask, ...]:
    return tuple(Ask(*asked(name)) for name in names)


def _limit(value: str | TableTake | ValueLimit | ClockDue, tables: Mapping[str, Table]) -> LimitRule:
    if isinstance(value, str):
        return LimitRule(span=parse_span(value))
    if isinstance(value, ClockDue):
        return LimitRule(clock=value.clock)
    if isinstance(value, ValueLimit):
        return LimitRule(value=compile_expression(value.value))
    return LimitRule(table=tables[value.table], take=value.take)


def _clock(id_: str, clock: ClockSpec, tables: Mapping[str, Table]) -> ClockRule:
    return ClockRule(
        id=id_,
        title=clock.title,
        starts=clock.from_,
        stops=clock.until,
        limit=_limit(clock.limit, tables),
        pauses=frozenset(clock.pauses),
        since=clock.since,
        rolls=clock.rolls,
        warn=clock.warn,
    )


def _meeting(step: StepSpec, assemblies: Mapping[str, Rules]) -> MeetingRule | None:
    asked_for = step.assembly
    if asked_for is None:
        return None
    return MeetingRule(
        rules=assemblies[asked_for.kind],
        topic=compile_expression(asked_for.topic) if asked_for.topic else None,
        text=compile_expression(asked_for.text) if asked_for.text else None,
        place=asked_for.place,
    )


def _step(id_: str, step: StepSpec, tables: Mapping[str, Table], assemblies: Mapping[str, Rules]) -> StepRule:
    role, scope = performer(step.who)
    shared = _asks(step.asks)
    calls = None
    if step.calls:
        mapped = {name: compile_expression(text) for name, text in step.calls.with_.items()}
        calls = (step.calls.case, mapped)
    return StepRule(
        id=id_,
        title=step.title,
        role=role,
        scope=scope,
        person=step.person,
        within=_limit(step.within, tables) if step.within else None,
        not_by=tuple(step.not_by),
        personally=step.personally,
        choices={id_: _choice(id_, choice, shared, tables) for id_, choice in step.choices.items()},
        timers={id_: _timer(id_, timer, tables) for id_, timer in step.timers.items()},
        calls=calls,
        takes={name: compile_expression(text) for name, text in step.calls.takes.items()}
        if step.calls
        else {},
        meeting=_meeting(step, assemblies),
    )


def _choice(id_: str, choice: ChoiceSpec, shared: tuple[Ask, ...], tables: Mapping[str, Table]) -> ChoiceRule:
    own = _asks(choice.asks)
    named = {ask.field for ask in own}
    return ChoiceRule(
        id=id_,
        title=choice.title or id_,
        asks=tuple(ask for ask in shared if ask.field not in named) + own,
        when=compile_expression(choice.when) if choice.when else None,
        when_text=choice.when,
        unless=choice.unless,
        objection=compile_expression(choice.objection) if choice.objection else None,
        at_most=choice.at_most,
        has_then=bool(choice.then),
        before_due=choice.before_due,
        personally=choice.personally,
        marks=tuple(choice.marks),
        pauses=choice.pauses,
        resumes=choice.resumes,
        extends=(choice.extends.clock, compile_expression(choice.extends.by)) if choice.extends else None,
        reopens=choice.reopens,
        sets={name: _value(value, tables) for name, value in choice.sets.items()},
    )


def _value(value: str | TableTake, tables: Mapping[str, Table]) -> Expression | TableRule:
    if isinstance(value, TableTake):
        return TableRule(table=tables[value.table], take=value.take)
    return compile_expression(value)


def _timer(id_: str, timer: TimerSpec, tables: Mapping[str, Table]) -> TimerRule:
    return TimerRule(
        id=id_,
        after=_limit(timer.after, tables) if timer.after is not None else None,
        at=compile_expression(timer.at) if timer.at else None,
        every=parse_span(timer.every) if timer.every else None,
        emits=timer.emits,
        marks=(timer.marks,) if timer.marks else (),
        since_opening=timer.since == "opening",
        resumes=timer.resumes,
    )


def case_number(pattern: str, year: int, sequence: int) -> str:
    """The number of a case, e.g. ``MQ{yyyy}{seq:06}``.

    >>> case_number("MQ{yyyy}{seq:06}", 2024, 17)
    'MQ2024000017'
    """
    return pattern.format(yyyy=year, seq=sequence)


def due_after(calendar: Calendar, start: datetime, span: Span) -> datetime:
    """When a step that opened at ``start`` is due (the day of the event is not counted)."""
    return calendar.add(start, span)
