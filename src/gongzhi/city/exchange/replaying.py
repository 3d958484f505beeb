"""A case that really was, once more under a candidate: would the form have taken it, how far the same steps lead, and when
everything would have been due. Nothing is written, and nothing sealed is opened: a stand-in of the right kind takes its place.

What can't be followed is said, not guessed: a step that the candidate does not have, values that it would have asked for
and nobody gave, another matter that it would have waited for. Who may act is not compared; the roles are mapped elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.city.cases.sealing import is_mark
from gongzhi.engine.cases import (
    SYSTEM,
    Case,
    CaseType,
    Choose,
    Common,
    Fact,
    Open,
    Tick,
    World,
    apply,
    decide,
    reading,
)
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.forms import Field

#: instead of what is sealed: right in form, nobody's
STAND_INS: Mapping[str, Any] = {
    "phone": "13800000000",
    "identity_number": "11010519491231002X",
    "credit_code": "91350100M000100Y43",
    "date": "2000-01-01",
    "number": 1,
    "money": 1,
    "yesno": False,
}
#: common actions that move clocks; all others change nothing that is compared here
_MOVING = ("ask", "answer")


@dataclass(slots=True)
class Replayed:
    """What became of one case."""

    case: Case | None = None
    #: fields that the opening form would have sent back, with why
    missing: dict[str, str] = field(default_factory=dict)
    #: why it could not be opened for another reason
    refused: str = ""
    #: where the steps part: (step, choice, why); ``None``: they went the same way to the end
    parted: tuple[str, str, str] | None = None
    #: steps that were taken on the candidate
    steps: int = 0
    #: titles of steps that were done after the candidate's limit for them
    late_steps: list[str] = field(default_factory=list)


def replayed(facts: Sequence[Fact], old: CaseType, new: CaseType, world: World) -> Replayed:
    """The facts of a case of ``old`` on ``new``."""
    found = Replayed()
    names = fields_alike(old, new)
    for fact in facts:
        if fact.kind == "opened":
            _open(found, fact, new, names, world)
        elif found.case is None or found.parted is not None:
            break
        else:
            _time_passes(found, new, fact.at, world)
            _fact(found, fact, new, names, world)
    return found


def fields_alike(old: CaseType, new: CaseType) -> dict[str, str]:
    """Our field -> the candidate's: of the same id and kind, else of the same title and kind."""
    titles = {(each.label, each.kind): each.id for each in new.form.fields}
    found = {}
    for each in old.form.fields:
        same = new.form.by_id.get(each.id)
        if same is not None and same.kind == each.kind:
            found[each.id] = each.id
        elif (each.label, each.kind) in titles:
            found[each.id] = titles[each.label, each.kind]
    return found


def due_times(
    old: CaseType, was: Case, new: CaseType, found: Replayed, now: datetime
) -> list[dict[str, Any]]:
    """Each clock of the candidate beside ours of the same id: due then and now, and whether what really happened was in time."""
    told = []
    case = found.case
    for id_, rule in new.clocks.items() if case is not None else ():
        ours = reading(old, was, id_, now) if id_ in old.clocks else None
        theirs = reading(new, case, id_, now) if case is not None else None
        if theirs is None or theirs.due is None:
            continue
        done = ours.stopped if ours is not None else was.ended_at
        finished = done or now
        told.append(
            {
                "clock": rule.title,
                "was": ours.due.isoformat() if ours is not None and ours.due else "",
                "new": theirs.due.isoformat(),
                "done": done.isoformat() if done else "",
                "late_was": bool(ours is not None and ours.due and finished > ours.due),
                "late_new": finished > theirs.due,
            }
        )
    return told


def _open(found: Replayed, fact: Fact, new: CaseType, names: Mapping[str, str], world: World) -> None:
    asked = {ask.field for ask in new.opening}
    form = _values(fact.data.get("values", {}), names, new, asked)
    by = fact.by if fact.by.role in new.opened_by else SYSTEM
    command = Open(form=form, channel=str(fact.data.get("channel", "web")))
    try:
        facts = decide(new, None, command, at=fact.at, by=by, world=world)
        found.case = apply(new, None, facts[0])
    except GongzhiError as error:
        fields = error.data.get("fields")
        if isinstance(fields, Mapping):
            found.missing = {new.form[id_].label: str(why) for id_, why in fields.items()}
        else:
            found.refused = error.message


def _fact(found: Replayed, fact: Fact, new: CaseType, names: Mapping[str, str], world: World) -> None:
    if fact.kind == "chosen":
        _choose(found, fact, new, names, world)
    elif fact.kind == "happened":
        found.parted = (_title(new, fact.step), "", _("从这里起要等另一件事的结果，推不下去"))
    elif fact.kind in _MOVING:
        _common(found, fact, new, world)
    elif fact.kind in ("merged", "merge", "withdraw"):
        found.parted = ("", "", _("这一件后来并案或撤回了"))


def _choose(found: Replayed, fact: Fact, new: CaseType, names: Mapping[str, str], world: World) -> None:
    case = found.case
    assert case is not None
    rule = new.steps.get(fact.step)
    choice = rule.choices.get(fact.choice) if rule else None
    task = next((each for each in case.tasks if each.step == fact.step), None)
    if rule is None or choice is None:
        found.parted = (_title(new, fact.step), fact.choice, _("新机制没有这一步或这个选项"))
        return
    if task is None:
        found.parted = (rule.title, choice.title, _("在新机制里这时还没有走到这一步"))
        return
    asked = {ask.field for ask in choice.asks}
    values = _values(fact.data.get("values", {}), names, new, asked)
    by = replace(fact.by, role=task.role, office=task.office or fact.by.office)
    command = Choose(step=fact.step, choice=fact.choice, values=values, task=task.id)
    try:
        made = decide(new, case, command, at=fact.at, by=by, world=world)
    except GongzhiError as error:
        found.parted = (rule.title, choice.title, error.message[:200])
        return
    for each in made:
        found.case = apply(new, found.case, each)
    found.steps += 1
    if task.due is not None and fact.at > task.due:
        found.late_steps.append(rule.title)


def _common(found: Replayed, fact: Fact, new: CaseType, world: World) -> None:
    assert found.case is not None
    values = {name: value for name, value in fact.data.get("values", {}).items() if not is_mark(value)}
    try:
        command = Common(kind=fact.kind, values=values)  # type: ignore[arg-type]
        for each in decide(new, found.case, command, at=fact.at, by=fact.by, world=world):
            found.case = apply(new, found.case, each)
    except GongzhiError:
        found.parted = ("", "", _("这里停过表或补过材料，在新机制里接不上"))


def _time_passes(found: Replayed, new: CaseType, at: datetime, world: World) -> None:
    assert found.case is not None
    for fact in decide(new, found.case, Tick(), at=at, by=SYSTEM, world=world):
        found.case = apply(new, found.case, fact)


def _values(
    values: Mapping[str, Any], names: Mapping[str, str], new: CaseType, asked: set[str]
) -> dict[str, Any]:
    told = {}
    for id_, value in values.items():
        name = names.get(id_, "")
        if name in asked and value is not None:
            told[name] = _stand_in(new.form[name]) if is_mark(value) else value
    return told


def _stand_in(of: Field) -> Any:
    """A value in place of a sealed one."""
    if of.kind in ("choice", "choices") and of.options:
        return of.options[0] if of.kind == "choice" else [of.options[0]]
    return STAND_INS.get(of.kind, _("已加密"))


def _title(new: CaseType, step: str) -> str:
    return new.steps[step].title if step in new.steps else step
