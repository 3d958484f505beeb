"""What a command would cause: ``decide(case_type, case, command, …) -> facts``. Pure: time, actor and city come in.

Every refusal is an error of ``errors.py`` that says who may do what now; nothing is half done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from gongzhi.engine import flows
from gongzhi.engine.cases import errors, everycase
from gongzhi.engine.cases.casetypes import Ask, CaseType, ChoiceRule, StepRule, TableRule
from gongzhi.engine.cases.consequences import Before, Effects, outcome
from gongzhi.engine.cases.convening import convened, is_held
from gongzhi.engine.cases.entering import checked
from gongzhi.engine.cases.model import Actor, Case, Choose, Command, Common, Fact, Happened, Open, Task, Tick
from gongzhi.engine.cases.objecting import actor_names, object_to_choice, object_to_opening
from gongzhi.engine.cases.spec import OPENER_PERSON, OPENER_ROLE
from gongzhi.engine.cases.surroundings import surroundings
from gongzhi.engine.cases.ticking import tick
from gongzhi.engine.cases.values import clock_names, evaluate, flow_data, json_value, settled
from gongzhi.engine.cases.world import World
from gongzhi.engine.expressions import Expression
from gongzhi.engine.forms.characters import plain
from gongzhi.engine.forms.problems import Wrong
from gongzhi.engine.instants import Span, Unit, parse_span, show_instant


def decide(
    case_type: CaseType, case: Case | None, command: Command, *, at: datetime, by: Actor, world: World
) -> tuple[Fact, ...]:
    """The facts that ``command`` by ``by`` at ``at`` causes; fold them in with ``apply``.

    Raises a ``CaseRefused`` (C001…) where the command is forbidden or its values do not pass; then nothing changed.
    """
    if isinstance(command, Open):
        return (_open(case_type, command, at, by, world),)
    if case is None:
        raise errors.NotUnderstood(reason="这件事还没有登记")
    if case.ended and not (isinstance(command, Common) and command.kind in everycase.AFTERWARDS):
        if isinstance(command, Tick):
            return ()
        raise errors.CaseEnded(end=case_type.ends.get(case.ended, case.ended))
    if isinstance(command, Choose):
        if by.role == "system" and is_held(case_type, command.step):
            return (convened(case_type, case, command, at, world),)
        return (_choose(case_type, case, command, at, by, world),)
    if isinstance(command, Tick):
        return tick(case_type, case, at, world)
    if isinstance(command, Happened):
        return _happened(case_type, case, command, at, by, world)
    return (_common(case_type, case, command, at, by, world),)


def _open(case_type: CaseType, command: Open, at: datetime, by: Actor, world: World) -> Fact:
    if by.role not in case_type.opened_by and by.role != "system":
        may = "、".join(case_type.role_title(role) for role in case_type.opened_by)
        raise errors.MayNotOpen(role=case_type.role_title(by.role), title=case_type.title, may=may)
    values = checked(case_type, command.form, case_type.opening, {}, at, world)
    told = {OPENER_ROLE: by.role, OPENER_PERSON: by.person}
    values |= {field.id: told[field.prefill] for field in case_type.form.fields if field.prefill in told}
    values |= _settled(case_type, case_type.sets, values, at, world, keep=True)
    object_to_opening(case_type, values, by, at, world)
    advance = flows.start(case_type.flow, flow_data(case_type, values, at))
    before = Before(opener=by, data=values, marks={}, limits={}, tasks=(), timers=())
    result = outcome(case_type, before, advance, Effects(marks=("opened",)), at=at, world=world)
    behind = {"behind": list(command.behind)} if command.behind else {}
    data = {"values": values, "channel": command.channel, **behind, **result}
    return Fact(kind="opened", at=at, by=by, data=data)


def _choose(case_type: CaseType, case: Case, command: Choose, at: datetime, by: Actor, world: World) -> Fact:
    task = find_task(case_type, case, command.step, command.task, by, world)
    step = case_type.steps[task.step]
    if step.meeting is not None:
        raise errors.DecidedByMeeting(step=step.title, meeting=step.meeting.rules.title)
    choice = step.choices.get(command.choice)
    if choice is None:
        raise errors.NoSuchChoice(step=step.title, choice=command.choice, may=_titles(step.choices.values()))
    if refusal := forbidden(case_type, case, task, choice, by, at, world):
        raise refusal
    values = checked(case_type, command.values, choice.asks, case.data, at, world)
    data = {**case.data, **values}
    if not _is_met(case_type, choice, data, at, world):
        raise _unmet(step, choice)
    object_to_choice(case_type, choice.objection, data, at, world, by)
    found = _settled(case_type, choice.sets, data, at, world, beside=actor_names(by))
    values, data = {**values, **found}, {**data, **found}
    effects = Effects(
        marks=choice.marks,
        pauses=choice.pauses,
        resumes=choice.resumes,
        reopens=choice.reopens,
        extends=_extension(case_type, case, choice, data, task),
    )
    advance = flows.advance(
        case_type.flow, case.flow, flows.Chosen(task.id, choice.id), flow_data(case_type, data, at)
    )
    result = outcome(case_type, before_of(case, data), advance, effects, at=at, world=world)
    return Fact(
        kind="chosen",
        at=at,
        by=by,
        step=step.id,
        choice=choice.id,
        task=task.id,
        data={"values": values, **result},
    )


def _settled(
    case_type: CaseType,
    rules: Mapping[str, Expression | TableRule],
    data: Mapping[str, Any],
    at: datetime,
    world: World,
    *,
    keep: bool = False,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """What is set by rule, one after the other: each sees what those before it gave. ``keep``: null sets nothing."""
    found: dict[str, Any] = {}
    for name, rule in rules.items():
        around = surroundings(rule, at, world) if isinstance(rule, Expression) else clock_names(at)
        value = settled(case_type, rule, {**data, **found}, {**around, **beside})
        if value is not None or not keep:
            found[name] = value
    return found


def find_task(case_type: CaseType, case: Case, step: str, id_: int | None, by: Actor, world: World) -> Task:
    """The open task of ``step`` that is ``by``'s; errors say who may do what now."""
    tasks = [task for task in case.tasks if task.step == step and (id_ is None or task.id == id_)]
    now = now_open(case_type, case, world)
    if not tasks:
        raise errors.NoSuchTask(step=case_type.step_title(step), now=now)
    mine = [
        task
        for task in tasks
        if everycase.may_work(task, by, world) or everycase.in_place_of(case_type, case, task, by)
    ]
    if not mine:
        role, office = case_type.role_title(tasks[0].role), world.office_name(tasks[0].office)
        raise errors.NotYours(step=case_type.step_title(step), role=role, office=office, now=now)
    task = mine[0]
    if by.role == task.role == "resident" and "reporter" not in everycase.relations(
        case_type, case, by, world
    ):
        raise errors.NotYours(step=case_type.step_title(step), role="反映人", office="本件", now=now)
    if task.person and task.person != by.person:
        raise errors.TakenByAnother(step=case_type.step_title(step), person=task.person)
    return task


def forbidden(
    case_type: CaseType, case: Case, task: Task, choice: ChoiceRule, by: Actor, at: datetime, world: World
) -> errors.CaseRefused | None:
    """Why this choice of an own task can't be taken now; ``None`` if it can."""
    step = case_type.steps[task.step]
    if step.meeting is not None:
        return errors.DecidedByMeeting(step=step.title, meeting=step.meeting.rules.title)
    if case.opened_at > at:
        return errors.BackInTime(last=show_instant(case.opened_at))
    for barred in step.not_by:
        if by.person in case.doers.get(barred, ()):
            return errors.SeparationOfDuties(barred=case_type.step_title(barred), step=step.title)
    if not _asks_for(case_type, choice) and not _is_met(case_type, choice, case.data, at, world):
        return _unmet(step, choice)
    if choice.personally and task.role == "resident" and by.role != "resident":
        return errors.NotYours(
            step=step.title, role="反映人本人", office="", now=now_open(case_type, case, world)
        )
    if choice.before_due and task.due is not None and at > task.due:
        return errors.TooLate(choice=choice.title, due=show_instant(task.due))
    if (
        choice.at_most is not None
        and not choice.has_then
        and _times_taken(case, task, choice) >= choice.at_most
    ):
        may = _titles(each for each in step.choices.values() if each is not choice)
        return errors.UsedUp(choice=choice.title, at_most=choice.at_most or 0, may=may)
    return None


def allowed(
    case_type: CaseType, case: Case, by: Actor, *, at: datetime, world: World
) -> list[tuple[Task, ChoiceRule]]:
    """Every choice of every open task that ``by`` could take at ``at``, in the order of the case type."""
    return [
        (task, choice)
        for task in case.tasks
        if (everycase.may_work(task, by, world) or everycase.in_place_of(case_type, case, task, by))
        and task.person in ("", by.person)
        for choice in case_type.steps[task.step].choices.values()
        if forbidden(case_type, case, task, choice, by, at, world) is None
    ]


def now_open(case_type: CaseType, case: Case, world: World) -> str:
    """One line for refusals: which steps are open and whose they are."""
    parts = [
        f"{case_type.step_title(task.step)}({world.office_name(task.office)}{case_type.role_title(task.role)})"
        for task in case.tasks
    ]
    return "、".join(parts) or "没有待办的步骤"


def before_of(case: Case, data: Mapping[str, Any]) -> Before:
    """The parts of a running case that consequences build on, with the data as just entered."""
    return Before(
        opener=case.opened_by,
        data=data,
        marks=case.marks,
        limits=case.limits,
        tasks=case.tasks,
        timers=case.timers,
    )


def _extension(
    case_type: CaseType, case: Case, choice: ChoiceRule, data: Mapping[str, Any], task: Task
) -> tuple[str, Span, datetime] | None:
    """What an approved extension adds: a number counts in the unit of the clock's own limit."""
    if choice.extends is None:
        return None
    clock, expression = choice.extends
    by = evaluate(case_type, expression, data)
    unit = parse_span(case.limits[clock].span).unit if clock in case.limits else Unit.WORKING_DAY
    span = Span(by, unit) if isinstance(by, Decimal) else parse_span(str(by))
    return clock, span, task.opened_at


def _happened(
    case_type: CaseType, case: Case, command: Happened, at: datetime, by: Actor, world: World
) -> tuple[Fact, ...]:
    """A fact for which a step waits, or the end of a child case; a fact nobody waits for causes nothing."""
    values = dict(command.values)
    token: int | None = None
    step = ""
    event: flows.Event = flows.Occurred(command.fact)
    data: dict[str, Any] = {"fact": command.fact}
    if command.fact == "child_ended":
        token, ended = int(values.pop("token")), str(values.pop("outcome"))
        step = next((each.node for each in case.flow.tokens if each.id == token), "")
        taken = _taken(case_type, case, token, {"child": values, "outcome": ended}, at, world)
        event = flows.ChildEnded(token, ended, taken)
        data |= {"outcome": ended, "values": taken}
    now = {**case.data, **data.get("values", {})}
    advance = flows.advance(case_type.flow, case.flow, event, flow_data(case_type, now, at))
    if not advance.closed and not advance.opened and not advance.ended:
        return ()
    result = outcome(case_type, before_of(case, now), advance, Effects(), at=at, world=world)
    return (Fact(kind="happened", at=at, by=by, step=step, task=token, data={**data, **result}),)


def _taken(
    case_type: CaseType, case: Case, token: int, child: Mapping[str, Any], at: datetime, world: World
) -> dict[str, Any]:
    """What the step takes over from its child: nothing of it comes in by itself.

    ``item_name`` is the branch's office in words, for summaries that people read (``item`` is its code in a city).
    """
    held = next((each for each in case.flow.tokens if each.id == token), None)
    rule = case_type.steps.get(held.node) if held else None
    item = held.item if held else ""
    beside = {**clock_names(at), "item": item, "item_name": world.office_name(item) if item else "", **child}
    takes = rule.takes if rule else {}
    return {name: json_value(evaluate(case_type, text, case.data, beside)) for name, text in takes.items()}


def _common(case_type: CaseType, case: Case, command: Common, at: datetime, by: Actor, world: World) -> Fact:
    title, may = everycase.RIGHTS[command.kind]
    if case_type.confined is not None and command.kind not in everycase.IN_CONFINED:
        raise errors.KeptOutOfChain(action=title)
    if not may & everycase.relations(case_type, case, by, world):
        named = "、".join(everycase.RELATIONS[each] for each in sorted(may))
        raise errors.NoRight(action=title, may=named)
    command = replace(command, values=_sound(command.values))
    decider = _COMMON.get(command.kind)
    data = decider(case_type, case, command, at, by, world) if decider else {"values": dict(command.values)}
    return Fact(kind=command.kind, at=at, by=by, task=command.task, data=data)


def _sound(values: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a common action as they may be stored: the same characters are refused as in a form."""
    try:
        return {
            name: plain(value, lines=True) if isinstance(value, str) else value
            for name, value in values.items()
        }
    except Wrong as error:
        raise errors.NotUnderstood(reason="文字里有看不见的控制字符、颠倒顺序的字符,或者太长") from error


def _asked(
    case_type: CaseType, case: Case, command: Common, at: datetime, by: Actor, world: World
) -> dict[str, Any]:
    """A question opens or closes; clocks that list ``awaiting_reporter`` stand still in between."""
    asking = command.kind == "ask"
    text = str(command.values.get("text", "")).strip()
    if not text:
        raise errors.NotUnderstood(reason="请写出要问的话" if asking else "请写出回答")
    if asking == bool(case.question):
        raise errors.NotUnderstood(reason="上一个问题还没有回答" if asking else "现在没有等您回答的问题")
    effects = (
        Effects(pauses=everycase.AWAITING_REPORTER)
        if asking
        else Effects(resumes=everycase.AWAITING_REPORTER)
    )
    advance = flows.Advance(state=case.flow)
    result = outcome(case_type, before_of(case, case.data), advance, effects, at=at, world=world)
    return {"values": {"text": text}, **result}


def _ending(
    case_type: CaseType, case: Case, command: Common, at: datetime, by: Actor, world: World
) -> dict[str, Any]:
    end = everycase.ENDS[command.kind]
    if end not in case_type.ends:
        raise errors.NotUnderstood(reason=f"“{case_type.title}”没有“{everycase.RIGHTS[command.kind][0]}”")
    advance = flows.Advance(state=flows.State(next=case.flow.next), closed=case.flow.tokens, ended=end)
    result = outcome(case_type, before_of(case, case.data), advance, Effects(), at=at, world=world)
    return {"values": dict(command.values), **result}


def _correction(
    case_type: CaseType, case: Case, command: Common, at: datetime, by: Actor, world: World
) -> dict[str, Any]:
    """A correction is a new fact with a reason; what was written before stays in the journal."""
    values = dict(command.values)
    reason = str(values.pop("reason", "")).strip()
    if not reason or not values:
        raise errors.NotUnderstood(reason="更正要写明改什么和为什么")
    if unknown := [name for name in values if name not in case_type.form]:
        raise errors.NotUnderstood(reason=f"没有“{'、'.join(unknown)}”这一栏")
    open_ = {field.id for field in everycase.correctable(case_type)}
    if judged := [case_type.form[name].label for name in values if name not in open_]:
        raise errors.NotUnderstood(reason=f"“{'、'.join(judged)}”由独立的人判断,不能更正")
    corrected = checked(case_type, values, [Ask(name) for name in values], case.data, at, world)
    data = {**case.data, **corrected}
    result = outcome(
        case_type, before_of(case, data), flows.Advance(state=case.flow), Effects(), at=at, world=world
    )
    return {"values": corrected, "reason": reason, **result}


def _handed_over(
    case_type: CaseType, case: Case, command: Common, at: datetime, by: Actor, world: World
) -> dict[str, Any]:
    task = next((task for task in case.tasks if task.id == command.task), None)
    person = str(command.values.get("person", ""))
    if task is None or not person:
        raise errors.NotUnderstood(reason="请指明哪一项、移交给谁")
    if not everycase.may_work(task, by, world):
        raise errors.NoRight(action="移交同事", may=everycase.RELATIONS["holder"])
    return {"person": person, "values": {}}


_Decider = Callable[[CaseType, Case, Common, datetime, Actor, World], dict[str, Any]]
_COMMON: Mapping[str, _Decider] = {
    "ask": _asked,
    "answer": _asked,
    "withdraw": _ending,
    "merge": _ending,
    "correct": _correction,
    "hand_over": _handed_over,
}


def _times_taken(case: Case, task: Task, choice: ChoiceRule) -> int:
    """How often the choice was taken in this case, or in this branch of it."""
    name = f"{task.step}.{choice.id}"
    return case.flow.used.get(f"{name}@{task.item}" if task.item else name, 0)


def _asks_for(case_type: CaseType, choice: ChoiceRule) -> bool:
    """Whether the choice's own form asks for something that its condition looks at: then it is judged afterwards."""
    if choice.when is None:
        return False
    asked = {ask.field for ask in choice.asks}
    asked = asked.union(*(case_type.fills.get(name, ()) for name in asked))
    return any(name in case_type.fields and case_type.fields[name].id in asked for name in choice.when.names)


def _is_met(
    case_type: CaseType, choice: ChoiceRule, data: Mapping[str, Any], at: datetime, world: World
) -> bool:
    """Whether the choice's own condition holds for the data; true where it has none."""
    when = choice.when
    return when is None or evaluate(case_type, when, data, surroundings(when, at, world)) is True


def _unmet(step: StepRule, choice: ChoiceRule) -> errors.ConditionNotMet:
    may = _titles(each for each in step.choices.values() if each is not choice)
    return errors.ConditionNotMet(choice=choice.title, when=choice.unless or choice.when_text, may=may)


def _titles(choices: Iterable[ChoiceRule]) -> str:
    return "、".join(choice.title for choice in choices) or "无"


__all__ = ["allowed", "before_of", "decide", "find_task", "forbidden", "now_open"]
