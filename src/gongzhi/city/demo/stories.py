"""The scenarios of a mechanism, lived through in the city: real posts, records, reactions, child cases and papers.

A scenario names offices by their names, knows only the records that it needs, and stands at some day of the past. Here each
gets real offices and records, is moved by whole weeks to the last days, and is acted out through the city's own
actions. What a scenario expects is the engine's business and was checked when the mechanism was installed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.actions.ticking import tick_case
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import reporter_of
from gongzhi.city.cases.world import WORLD
from gongzhi.city.demo.answers import AHEAD, answered, signature, uploaded
from gongzhi.city.demo.bookkeeping import bring_balances
from gongzhi.city.demo.registry import Registry, account, moved
from gongzhi.city.demo.staffing import Staff
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.people.actions import remember_resident, sign_mandate
from gongzhi.city.people.actions.mandates import Covers, Signature
from gongzhi.city.people.mandates import Checked, Scope, Signed
from gongzhi.city.people.models import Resident
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, PlainWorld
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.cases.convening import HELD, is_held
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows.spec import Choice
from gongzhi.engine.forms import Field
from gongzhi.engine.instants import parse_instant, parse_span
from gongzhi.engine.mechanisms import Mechanism
from gongzhi.engine.mechanisms.mechanism import Scenario
from gongzhi.engine.mechanisms.schema import ActSpec, PersonSpec

#: choices that a child case is led through before it is left where it is
MOST_STEPS = 40
#: no way leads there
FAR = 999
WEEK = timedelta(days=7)
#: how far back a stretch with the same working days is looked for, and how many days after a story still count
SEARCH, AFTER = 26, timedelta(days=14)
CHANNELS = {"window_clerk": "window", "seat": "video", "grid_worker": "grid", "hotline_agent": "hotline"}


@dataclass(slots=True)
class Told:
    """What became of one scenario in the city."""

    mechanism: str
    name: str
    case: UUID | None = None
    ended: str = ""
    #: lines that were acted out, of all that the scenario has
    lines: int = 0
    error: str = ""


@dataclass(slots=True)
class Teller:
    """Acts scenarios out. ``now`` is the present of the demo: nothing happens after it."""

    staff: Staff
    registry: Registry
    chance: random.Random
    now: datetime
    residents: dict[str, Standing] = field(default_factory=dict)

    def tell(
        self,
        mechanism: Mechanism,
        scenario: Scenario,
        *,
        back: int,
        lines: int | None = None,
        search: int = SEARCH,
    ) -> Told:
        """Act out the first ``lines`` lines (all, when None), so that the last one lies ``back`` days ago or some weeks more.

        ``search``: of so many weeks the one whose working days are like the scenario's own; 1 takes the last.
        """
        told = Told(mechanism=mechanism.id, name=scenario.name)
        case_type = catalogue.current(mechanism.id, scenario.spec.case)
        shift = self._shift(scenario, case_type, back, lines, search)
        try:
            self._act_out(mechanism, scenario, case_type, shift, lines, told)
        except GongzhiError as error:
            told.error = f"{error.code} {error.message}"
        if told.case:
            told.ended = Case.every.get(pk=told.case).ended
        return told

    def _shift(
        self, scenario: Scenario, case_type: CaseType, back: int, lines: int | None, search: int
    ) -> timedelta:
        """By how many whole weeks the scenario moves: of the last ``search`` weeks those whose working days are like its own.

        A limit counts working days: a story of an ordinary week that met the National Day would end otherwise.
        """
        first = at = parse_instant(scenario.spec.at)
        for act in scenario.spec.steps[:lines]:
            at = _instant(act, at, timedelta(0), case_type)
        latest = WEEK * ((self.now - timedelta(days=back) - at) // WEEK)
        days = [first.date() + timedelta(days=each) for each in range((at - first).days + AFTER.days)]
        calendar = case_type.calendar
        worked = [calendar.is_working_day(day) for day in days]

        def unlike(shift: timedelta) -> int:
            return sum(calendar.is_working_day(d + shift) != w for d, w in zip(days, worked, strict=True))

        return min((latest - WEEK * weeks for weeks in range(search)), key=unlike)

    def _act_out(
        self,
        mechanism: Mechanism,
        scenario: Scenario,
        case_type: CaseType,
        shift: timedelta,
        lines: int | None,
        told: Told,
    ) -> None:
        spec = scenario.spec
        self.registry.told_offices |= spec.world.offices
        self.registry.told_parents |= spec.world.parents
        self.registry.told_matters = dict(spec.world.cases)
        known = spec.by.office and spec.by.office != PlainWorld().county
        self.registry.home = self.registry.office(spec.by.office) if known else ""
        self.registry.know(spec.world.records, shift)
        at = parse_instant(spec.at) + shift
        by = self._actor(spec.by, case_type, None)
        form = self._values(case_type, spec.form, shift, by)
        opening = [
            ask for ask in case_type.opening if not case_type.form[ask.field].prefill.startswith("case.")
        ]
        form = answered(
            case_type.form,
            [a for a in opening if not _filled(case_type, a)],
            form,
            at=at + timedelta(days=AHEAD),
            office=self._any_office(by),
            by=by,
        )
        with clock.frozen(at):
            bring_balances(self.registry, spec.world.balances)
            receipt = actions.open_case(
                mechanism.id,
                spec.case,
                form,
                by=by,
                channel=CHANNELS.get(by.role, "web"),
                reporter=self._reporter(by, form),
                mandate=self._mandate(by, case_type, mechanism.id, at) if by.role == "proxy" else None,
                at=at,
            )
        told.case = UUID(receipt.case)
        react_to_all()
        for act in spec.steps[:lines]:
            at = min(_instant(act, at, shift, case_type), self.now)
            if act.refused:
                continue
            with clock.frozen(at):
                self._line(told.case, act, case_type, shift, at)
            react_to_all()
            told.lines += 1
        if lines is None and self.registry.keep:
            self._finish_rest(told.case, at)

    def _finish_rest(self, case: UUID, at: datetime) -> None:
        """What a finished story no longer speaks of comes to an end too: nobody's desk keeps it for months."""
        for link in Child.objects.filter(parent=case, case__ended_at=None).order_by("id"):
            with clock.frozen(at):
                self.lead(link.case_id, "", at, {})

    def _line(self, case: UUID, act: ActSpec, case_type: CaseType, shift: timedelta, at: datetime) -> None:
        tick_case(case, at)
        row = Case.every.get(pk=case)
        state = engine.load_case(row.state)
        if act.fact == "child_ended":
            self._finish_child(row, act, at)
            return
        if act.fact:
            if state.ended:  # the city has brought it about by itself
                return
            actions.happened(act.fact, self._values(case_type, act.with_, shift, SYSTEM), case_id=case, at=at)
            return
        if not act.do or state.ended:
            return
        step, dot, choice = act.do.partition(".")
        task = self._task(state, step, act)
        if choice == HELD and is_held(case_type, step):  # what a meeting came to, not what somebody picks
            actions.choose(case, step, choice, act.with_, by=SYSTEM, task=task.id if task else None, at=at)
            return
        by = self._doer(act, case_type, row, task)
        values = self._values(case_type, act.with_, shift, by)
        if not dot:
            actions.act(case, step, values, by=by, at=at)
            return
        actions.choose(case, step, choice, values, by=by, task=task.id if task else None, at=at)

    # --- who and with what ---------------------------------------------------------------------------------

    def _task(self, state: engine.Case, step: str, act: ActSpec) -> engine.Task | None:
        open_ = [task for task in state.tasks if task.step == step]
        wanted = (
            {act.task, self.registry.known_office(str(act.task))} - {""} if act.task is not None else set()
        )
        return next(
            (t for t in open_ if not wanted or t.id in wanted or t.item in wanted or t.office in wanted), None
        )

    def _meant(self, task: str | None) -> set[str]:
        """What a story may mean by a task: its id, an item of it, an office, a record."""
        if not task:
            return set()
        played = {key for (_register, told), key in self.registry.stand_ins.items() if told == task}
        return ({task, self.registry.known_office(task)} | played) - {""}

    def _doer(self, act: ActSpec, case_type: CaseType, row: Case, task: engine.Task | None) -> Standing:
        if act.by is not None and act.by.role != "resident" and not (task and task.person):
            if task is not None and task.role == act.by.role and self._is_elsewhere(act.by, task):
                return self.staff.holder(task.role, task.office, case_type.role_title(task.role))
            return self._actor(act.by, case_type, task)
        if task is None or task.role == "resident":
            return reporter_of(row)
        return self.staff.doer(task, case_type.role_title(task.role))

    def _is_elsewhere(self, by: PersonSpec, task: engine.Task) -> bool:
        """Whether the story's office is another than the one that the city's own areas give the task to."""
        named = self.registry.known_office(by.office) if by.office else ""
        return (
            bool(named and task.office and not WORLD.is_within(named, task.office)) and named != task.office
        )

    def _actor(self, by: PersonSpec, case_type: CaseType, task: engine.Task | None) -> Standing:
        if by.role == "system":
            return SYSTEM
        if by.role == "resident":
            return self._resident(by.person or "王秀英")
        office = self.registry.office(by.office) if by.office and by.office != PlainWorld().county else ""
        if task is not None and not office:
            office = task.office
        office = office or WORLD.office_for(by.role, "county", "")
        title = case_type.role_title(by.role)
        # 民政局承办人 is no name: whoever does it there
        person = "" if by.person == f"{by.office}{title}" else by.person
        return self.staff.holder(by.role, office, title, person)

    def _resident(self, name: str) -> Standing:
        if name not in self.residents:
            made = remember_resident(phone=f"199{self.chance.randint(0, 99_999_999):08}", name=name)
            self.residents[name] = resident(f"resident:{made.pk}")
        return self.residents[name]

    def _reporter(self, by: Standing, form: Mapping[str, Any]) -> UUID | None:
        """The resident behind a case: themselves, or for whom the desk writes it down."""
        if by.role == "proxy":
            return None
        if by.role == "resident":
            return UUID(by.person.removeprefix("resident:"))
        phone = form.get("phone")
        if isinstance(phone, str) and phone.startswith("1"):
            return remember_resident(phone=phone, name="").pk
        return None

    def _mandate(self, by: Standing, case_type: CaseType, mechanism: str, at: datetime) -> UUID:
        """A proxy acts for nobody without a written mandate; for this kind of matter, a month long."""
        who = self._resident("王秀英")
        mandate = sign_mandate(
            by,
            mandator=Resident.objects.get(pk=who.person.removeprefix("resident:")),
            agent=by,
            covers=Covers(
                scope=Scope.TYPES, title=case_type.title, mechanism=mechanism, types=[case_type.id]
            ),
            words="代我递交材料、跟踪进度、领取结果，不收费。",
            until=at.date() + timedelta(days=30),
            signature=Signature(how=Signed.DRAWN, image=signature(), checked=Checked.CARD_SEEN),
        )
        return UUID(str(mandate.pk))

    def _any_office(self, by: Standing) -> str:
        return by.office or WORLD.office_for("officer", "county", "")

    def _values(
        self, case_type: CaseType, given: Mapping[str, Any], shift: timedelta, by: Standing
    ) -> dict[str, Any]:
        """A scenario's values with real offices, areas, records and files, and days moved along."""
        made = {}
        for name, value in given.items():
            field_ = case_type.form.by_id.get(name)
            made[name] = self.real(field_, value, shift, by) if field_ else value
        return made

    def real(self, field_: Field, value: Any, shift: timedelta, by: Standing) -> Any:
        """One value of a scenario as the city knows it."""
        if field_.kind == "office":
            return self.registry.office(str(value))
        if field_.kind == "offices":
            return [self.registry.office(str(each)) for each in value]
        if field_.kind == "area":
            return self.registry.area(str(value))
        if field_.kind == "place" and isinstance(value, Mapping) and value.get("area"):
            return {**value, "area": self.registry.area(str(value["area"]))}
        if field_.kind == "case":
            return self.registry.matter(str(value), by.office)
        if field_.kind == "date":
            return moved(value, shift)
        if field_.kind == "person":
            return account(str(value))
        if field_.kind == "files" and isinstance(value, list):
            return [
                uploaded(by, str(each.get("name", "材料")), str(each.get("sha256", ""))) for each in value
            ]
        if field_.kind == "table" and isinstance(value, list):
            columns = {column.id: column for column in field_.columns}
            return [
                {
                    k: self.real(columns[k], self.registry.renamed.get(str(v), v), shift, by)
                    if k in columns
                    else v
                    for k, v in row.items()
                }
                for row in value
            ]
        if field_.register:
            return self.registry.real(field_, value)
        return value

    # --- child cases ---------------------------------------------------------------------------------------

    def _finish_child(self, parent: Case, act: ActSpec, at: datetime) -> None:
        """Lead the child of the named step to the named end, the way its own staff would."""
        wanted = str(act.with_.get("step") or act.task or "")
        open_ = [
            link
            for link in Child.objects.filter(parent=parent, token__isnull=False)
            .select_related("case")
            .order_by("id")
            if link.case.ended_at is None
        ]
        names = self._meant(wanted)
        link = next((each for each in open_ if not names or {each.step, each.item} & names), None)
        if link is not None and not self.lead(link.case_id, str(act.with_.get("outcome", "")), at, act.with_):
            # an end that hangs on the hour may be out of reach today: another one will do
            self.lead(link.case_id, "", at, act.with_)

    def lead(self, case: UUID, end: str, at: datetime, given: Mapping[str, Any]) -> str:
        """Take choices until the case reaches the end; gives the end that it reached, empty when it stays open."""
        for _ in range(MOST_STEPS):
            row = Case.every.get(pk=case)
            if row.ended:
                return row.ended
            if not self._advance(row, end, at, given):
                break
            react_to_all()
        return Case.every.get(pk=case).ended

    def step(self, case: UUID, end: str, at: datetime) -> bool:
        """One choice of a case towards an end, at a time; whether there was one."""
        with clock.frozen(at):
            return self._advance(Case.every.get(pk=case), end, at, {})

    def _advance(self, row: Case, end: str, at: datetime, given: Mapping[str, Any]) -> bool:
        """One step towards the end: of the open tasks' choices the one from which the end is nearest."""
        case_type = catalogue.case_type(row.mechanism, row.version, row.type)
        state = engine.load_case(row.state)
        for link in Child.objects.filter(parent=row, token__isnull=False, case__ended_at=None):
            self.lead(link.case_id, "", at, {})
            return True
        near = distances(case_type, end)
        ways = [
            (near.get(target, FAR), task, choice)
            for task in state.tasks
            for choice in choices_of(case_type, task.step)
            for target in (*choice.to, *choice.then)
        ]
        for distance, task, choice in sorted(ways, key=lambda each: each[0]):
            if distance < FAR and self._take(row, case_type, task, choice.id, at, given):
                return True
        return False

    def _take(
        self,
        row: Case,
        case_type: CaseType,
        task: engine.Task,
        choice: str,
        at: datetime,
        given: Mapping[str, Any],
    ) -> bool:
        """Take a choice with what it must know; where that isn't enough, with what it may know too; days are today's, and
        where they must lie ahead, some days later."""
        step, doers = case_type.steps[task.step], engine.load_case(row.state).doers
        barred = {person for each in step.not_by for person in doers.get(each, ())}
        by = (
            reporter_of(row)
            if task.role == "resident"
            else self.staff.another(task, case_type.role_title(task.role), barred)
        )
        asks = step.choices[choice].asks
        known = {ask.field: given[ask.field] for ask in asks if ask.field in given}
        for ahead, every in ((0, False), (0, True), (AHEAD, False), (AHEAD, True)):
            wanted = [replace(ask, optional=False) if every else ask for ask in asks]
            day = at + timedelta(days=ahead)
            values = answered(
                case_type.form, wanted, known, at=day, office=self._any_office(by), by=by, every=every
            )
            try:
                with transaction.atomic():
                    actions.choose(row.pk, task.step, choice, values, by=by, task=task.id, at=at)
            except GongzhiError:
                continue
            return True
        return False


def choices_of(case_type: CaseType, step: str) -> tuple[Choice, ...]:
    """The choices of a step as the flow knows them."""
    spec = case_type.flow.spec
    found = spec.step(step) if spec else None
    return found.choices if found else ()


def _filled(case_type: CaseType, ask: Ask) -> bool:
    """Whether a record that the form names gives the field."""
    return any(ask.field in follows for follows in case_type.fills.values())


def _instant(act: ActSpec, before: datetime, shift: timedelta, case_type: CaseType) -> datetime:
    if act.at.startswith("+"):
        return case_type.calendar.add(before, parse_span(act.at[1:]))
    if act.at:
        return parse_instant(act.at) + shift
    return before + timedelta(minutes=1) if act.do else before


def distances(case_type: CaseType, end: str) -> dict[str, int]:
    """Step -> how many steps it is from an end (from any, when none is named)."""
    spec = case_type.flow.spec
    goals = {f"end.{end}"} if end in case_type.ends else {f"end.{each}" for each in case_type.ends}
    found = dict.fromkeys(goals, 0)
    for _ in case_type.steps:
        for step in spec.steps if spec else ():
            # a choice that is used up leads elsewhere (``then``): so a visit fails when nobody was met three times
            outs = [t for choice in step.choices for t in (*choice.to, *choice.then)] + list(
                step.calls.to if step.calls else ()
            )
            near = min((found[target] for target in outs if target in found), default=None)
            if near is not None and near + 1 < found.get(step.id, FAR):
                found[step.id] = near + 1
    return found
