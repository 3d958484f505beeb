"""Runs scenarios on the engine alone: no database, no server, no clock.

    a line with ``do``       one minute after the line before, unless it says ``at``
    other lines              at the same instant, unless they say ``at``
    ``at: +2 working days``  counted from the line before, by the scenario's calendar

Before a line acts, time passes up to it: timers that are due fire and lights that change alert, as the city's tick
would have it. A role acts through a person of its own (``officer`` of 城管局 is one person, of 住建局 another), so
that separation of duties is exercised; ``by: {person: …, role: …}`` makes one person act twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import (
    SYSTEM,
    Actor,
    Case,
    CaseType,
    Choose,
    Command,
    Common,
    Fact,
    Happened,
    Open,
    PlainWorld,
    Tick,
    World,
    apply,
    compile_case_type,
    decide,
)
from gongzhi.engine.cases.claims import claims
from gongzhi.engine.cases.convening import HELD, is_held
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant, parse_span
from gongzhi.engine.mechanisms.expectations import Seen, differences
from gongzhi.engine.mechanisms.mechanism import Example, Mechanism, Scenario
from gongzhi.engine.mechanisms.playing import PLAYERS
from gongzhi.engine.mechanisms.schema import ActSpec, PersonSpec
from gongzhi.engine.registers.reading import Reader, cells_of, read_plainly, reader_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that came out differently. ``line`` is the 1-based number of the scenario's step; 0 is the opening."""

    line: int
    what: str
    expected: str
    actual: str

    def __str__(self) -> str:
        place = f"第{self.line}步" if self.line else "登记时"
        return f"{place} {self.what}：预期 {self.expected}，实际 {self.actual}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one scenario."""

    scenario: Scenario | Example
    failures: tuple[Failure, ...]
    #: steps that were run, the opening not counted
    steps: int
    #: the end that was reached, or empty
    reached: str
    facts: tuple[Fact, ...]
    case: Case | None = None

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.failures

    @property
    def name(self) -> str:
        """The scenario's sentence."""
        return self.scenario.name

    def __str__(self) -> str:
        head = f"{'通过' if self.passed else '未过'} {self.scenario.file}:{self.scenario.line} {self.name}"
        return "\n".join([head, *(f"    {failure}" for failure in self.failures)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The results of all scenarios of a mechanism."""

    mechanism: str
    results: tuple[Result, ...]

    @property
    def failed(self) -> tuple[Result, ...]:
        """Those that came out differently."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        """Whether there are scenarios and all of them passed."""
        return bool(self.results) and not self.failed

    def __str__(self) -> str:
        lines = [str(result) for result in self.results]
        good = len(self.results) - len(self.failed)
        return "\n".join([*lines, f"{self.mechanism}: {good} of {len(self.results)} scenarios passed"])


def run_all(mechanism: Mechanism) -> Report:
    """Run every scenario of the mechanism, each on its own calendar."""
    compiled: dict[str, Mapping[str, CaseType]] = {}
    results = []
    for scenario in mechanism.scenarios:
        name = scenario.spec.calendar
        try:
            if name not in compiled:
                compiled[name] = compile_all(mechanism, name)
            results.append(run(scenario, mechanism, compiled[name]))
        except GongzhiError as error:  # the case types can't be compiled, or nobody knows the calendar
            told = Failure(line=0, what="编译", expected="没有差错", actual=f"{error.code} {error.message}")
            results.append(Result(scenario=scenario, failures=(told,), steps=0, reached="", facts=()))
    results += [run_example(example, mechanism) for example in mechanism.examples]
    return Report(mechanism=mechanism.id, results=tuple(results))


def run_example(example: Example, mechanism: Mechanism) -> Result:
    """Run one example of something that is no case."""
    try:
        failures = tuple(
            Failure(line=each.line, what=each.what, expected=each.expected, actual=each.actual)
            for each in PLAYERS[example.kind](example, mechanism)
        )
    except GongzhiError as error:
        told = f"{error.code} {error.message}"
        failures = (Failure(line=0, what="运行", expected="没有差错", actual=told),)
    return Result(scenario=example, failures=failures, steps=0, reached="", facts=())


def compile_all(mechanism: Mechanism, name: str = "china") -> dict[str, CaseType]:
    """All case types of a mechanism, compiled. Raises ``Refused`` or a room's error for what can't be compiled."""
    days = calendar(name)
    return {
        id_: compile_case_type(
            spec,
            mechanism.tables,
            days,
            version=mechanism.version,
            roles=mechanism.roles,
            assemblies=mechanism.meeting_rules,
        )
        for id_, spec in mechanism.case_types.items()
    }


def run(scenario: Scenario, mechanism: Mechanism, compiled: Mapping[str, CaseType] | None = None) -> Result:
    """Run one scenario; failures are collected, and a refusal that nobody expected ends the run.

    ``compiled`` must be on the scenario's calendar; without it the case types are compiled here, which raises what
    ``compile_all`` raises.
    """
    types = compiled or compile_all(mechanism, scenario.spec.calendar)
    named = scenario.spec.world.records
    held = {id_: spec for id_, spec in mechanism.registers.items() if id_ in named}
    readers = {id_: reader_of(held[id_]) if id_ in held else read_plainly for id_ in named}
    cells = [cell for register in mechanism.registers.values() for cell in cells_of(register)]
    return _Run(scenario, types, readers=readers, cells=cells).result()


@dataclass(slots=True)
class _Run:
    scenario: Scenario
    types: Mapping[str, CaseType]
    case: Case | None = None
    facts: list[Fact] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    children: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    bad_fields: tuple[str, ...] = ()
    line: int = 0
    #: how FEEL reads records, and what registers hold
    readers: Mapping[str, Reader] = field(default_factory=dict)
    cells: Sequence[Mapping[str, str]] = ()

    @property
    def case_type(self) -> CaseType:
        return self.types[self.scenario.spec.case]

    @property
    def world(self) -> World:
        world = self.scenario.spec.world
        return PlainWorld(
            parents=world.parents,
            county_offices=world.county_offices,
            area_offices=world.area_offices,
            records=world.records,
            readers=self.readers,
            cells=(*self.cells, *world.known_cells),
            cases=world.cases,
            offices=world.offices,
            named=world.named,
            balances=world.balances,
            homes=world.homes,
            digests=world.digests,
            benefits=world.benefits,
        )

    def result(self) -> Result:
        try:
            self._play()
        except GongzhiError as error:
            self._fail("运行", "没有差错", f"{error.code} {error.message}")
        return Result(
            scenario=self.scenario,
            failures=tuple(self.failures),
            steps=self.line,
            reached=self.case.ended if self.case else "",
            facts=tuple(self.facts),
            case=self.case,
        )

    def _play(self) -> None:
        spec = self.scenario.spec
        at = parse_instant(spec.at)
        opening = Open(form=dict(spec.form), channel=spec.channel)
        going_on = self._command(opening, self._actor(spec.by, None), at, spec.refused)
        self._compare(spec.expect, at)
        for act in spec.steps if going_on else ():
            self.line += 1
            at = self._instant(act, at)
            self._pass_time(at)
            if not self._act(act, at):
                return
            self._compare(act.expect, at)

    def _instant(self, act: ActSpec, before: datetime) -> datetime:
        if act.at.startswith("+"):
            return self.case_type.calendar.add(before, parse_span(act.at[1:]))
        if act.at:
            return parse_instant(act.at)
        return before + timedelta(minutes=1) if act.do else before

    def _pass_time(self, at: datetime) -> None:
        if self.case is not None:
            for fact in decide(self.case_type, self.case, Tick(), at=at, by=SYSTEM, world=self.world):
                self._fold(fact)

    def _act(self, act: ActSpec, at: datetime) -> bool:
        """Do what the line says; False when the run can't go on."""
        self.bad_fields = ()
        if not (act.do or act.fact):
            return True
        actor = self._actor(act.by, act) if act.by else self._default_actor(act)
        return self._command(self._meant(act, actor), actor, at, act.refused)

    def _meant(self, act: ActSpec, actor: Actor) -> Command:
        values = dict(act.with_)
        if act.fact:
            if act.fact == "child_ended" and self.case is not None:
                step = values.pop("step", "") or act.task or ""
                tokens = [
                    token.id
                    for token in self.case.flow.tokens
                    if step in ("", token.node, token.item, token.id)
                ]
                values["token"] = tokens[0] if tokens else 0
            return Happened(fact=act.fact, values=values)
        step, dot, choice = act.do.partition(".")
        if dot:
            return Choose(step=step, choice=choice, values=values, task=self._task_id(act, step))
        task = next((task.id for task in self._tasks(actor)), None) if step == "hand_over" else None
        return Common(kind=step, values=values, task=task)  # type: ignore[arg-type]

    def _task_id(self, act: ActSpec, step: str) -> int | None:
        if act.task is None or isinstance(act.task, int):
            return act.task
        tasks = self.case.tasks if self.case else ()
        return next(
            (task.id for task in tasks if task.step == step and act.task in (task.item, task.office)), 0
        )

    def _command(self, command: Command, by: Actor, at: datetime, refused: str) -> bool:
        try:
            facts = decide(self.case_type, self.case, command, at=at, by=by, world=self.world)
        except GongzhiError as error:
            self.bad_fields = tuple(error.data.get("fields", ()))
            if error.code == refused:
                return True
            self._fail("拒绝", refused or "办理成功", f"{error.code} {error.message}")
            return False
        if isinstance(command, Open) and (clash := self._clash(facts, at)):
            if clash.code == refused:
                return True
            self._fail("拒绝", refused or "办理成功", f"{clash.code} {clash.message}")
            return False
        if refused:
            self._fail("拒绝", refused, "办理成功")
            return False
        for fact in facts:
            self._fold(fact)
        return True

    def _clash(self, facts: Sequence[Fact], at: datetime) -> GongzhiError | None:
        """The refusal if a case that was opened before claims the same."""
        mine = {each.key: each for each in claims(self.case_type, facts[0].data["values"], at)}
        for number, taken in enumerate(self.scenario.spec.world.taken, 1):
            before = parse_instant(str(taken["at"])) if "at" in taken else at
            for other in claims(self.case_type, taken, before):
                if other.key in mine:
                    return mine[other.key].refusal(f"第{number}件")
        return None

    def _fold(self, fact: Fact) -> None:
        self.case = apply(self.case_type, self.case, fact)
        self.facts.append(fact)
        if fact.kind == "alerted":
            alert = str(fact.data["alert"])
            self.alerts.append(f"{fact.step}:red" if fact.step else alert)
        elif fact.kind == "fired" and fact.data.get("emits"):
            self.alerts.append(str(fact.data["emits"]))
        for call in fact.data.get("calls", ()):
            self._open_child(call, fact.at)

    def _open_child(self, call: Mapping[str, Any], at: datetime) -> None:
        """The child case must be one that can be opened: a call whose values do not fit is a failure here."""
        name = str(call["case"])
        child = self.types.get(name)
        if child is None and "." in name:  # of another mechanism: its own scenarios say what can be opened
            self.children.append((name, call["with"]))
            return
        if child is None:
            self._fail("calls", "机制里的事项", str(call["case"]))
            return
        values = {name: value for name, value in call["with"].items() if value is not None}
        opened = decide(child, None, Open(form=values, channel="call"), at=at, by=SYSTEM, world=self.world)
        self.children.append((child.id, opened[0].data["values"]))

    def _compare(self, expect: Mapping[str, Any], at: datetime) -> None:
        seen = Seen(
            case_type=self.case_type,
            case=self.case,
            at=at,
            world=self.world,
            actor=lambda role: self._actor(PersonSpec(role=role), None),
            alerts=self.alerts,
            children=self.children,
            bad_fields=self.bad_fields,
        )
        for what, expected, actual in differences(expect, seen):
            self._fail(what, expected, actual)

    def _default_actor(self, act: ActSpec) -> Actor:
        """Whoever's turn it is, in the step that the line names; what a meeting came to, the system enters."""
        step, _, choice = act.do.partition(".")
        if choice == HELD and is_held(self.case_type, step):
            return SYSTEM
        task_id = self._task_id(act, step)
        for task in self.case.tasks if self.case else ():
            if task.step == step and task_id in (None, task.id):
                return self._actor(PersonSpec(person=task.person, role=task.role, office=task.office), act)
        return SYSTEM if act.fact else self._actor(self.scenario.spec.by, act)

    def _actor(self, by: PersonSpec, act: ActSpec | None) -> Actor:
        if by.role == "system":
            return SYSTEM
        if by.role == "resident":
            return Actor(
                person=by.person or "群众甲", role="resident", area=by.area, name=by.person or "群众甲"
            )
        office = by.office or self._office(by.role, act)
        person = by.person or f"{office}{self.case_type.role_title(by.role)}"
        return Actor(person=person, role=by.role, office=office, area=by.area, name=person)

    def _office(self, role: str, act: ActSpec | None) -> str:
        """The office in which a role acts when the scenario does not say: that of its open task."""
        step = act.do.partition(".")[0] if act else ""
        wanted = self._task_id(act, step) if act else None
        tasks = [task for task in (self.case.tasks if self.case else ()) if task.role == role]
        named = [task for task in tasks if task.step == step and wanted in (None, task.id)]
        for task in (*named, *tasks):
            return task.office
        return self.world.office_for(role, "county", "")

    def _tasks(self, actor: Actor) -> Sequence[Any]:
        return [task for task in (self.case.tasks if self.case else ()) if task.role == actor.role]

    def _fail(self, what: str, expected: str, actual: str) -> None:
        self.failures.append(Failure(line=self.line, what=what, expected=expected, actual=actual))


__all__ = ["Failure", "Report", "Result", "compile_all", "run", "run_all", "run_example"]
