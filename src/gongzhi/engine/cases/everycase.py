"""What every case knows without being drawn: note, attach, ask, answer, urge, supervise, hand over, correct,
withdraw, link, merge. Who may do them is this one table, not each case type's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gongzhi.engine.cases.casetypes import CaseType
from gongzhi.engine.cases.model import Actor, Case, Task
from gongzhi.engine.cases.world import World
from gongzhi.engine.forms import Field

#: relations of an actor to a case, with the Chinese that a refusal names
RELATIONS: Final[Mapping[str, str]] = {
    "reporter": "反映人",
    "holder": "正在办理的人",
    "intake": "受理人员",
    "front": "可以登记这类事的人员",
    "duty": "值班长和领导",
    "system": "系统",
}
#: action -> (Chinese title, relations that may do it)
RIGHTS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "note": ("记一笔", frozenset({"reporter", "holder", "intake", "front", "duty", "system"})),
    "attach": ("加附件", frozenset({"reporter", "holder", "intake", "front", "duty"})),
    "ask": ("问反映人", frozenset({"holder", "intake"})),
    "answer": ("回答", frozenset({"reporter", "intake"})),
    "urge": ("催办", frozenset({"reporter", "intake", "front", "duty", "system"})),
    "supervise": ("督办", frozenset({"duty", "system"})),
    "hand_over": ("移交同事", frozenset({"holder"})),
    "correct": ("更正", frozenset({"intake"})),
    "withdraw": ("撤回", frozenset({"reporter", "intake", "system"})),
    "link": ("关联", frozenset({"intake", "holder", "duty", "system"})),
    "merge": ("并入", frozenset({"intake", "system"})),
}
#: actions that end the case, and the end that they reach; only a case type that declares the end has the action
ENDS: Final[Mapping[str, str]] = {"withdraw": "withdrawn", "merge": "merged"}
#: field in which a choice that leads to the end ``merged`` names the other case
SAME_AS: Final = "same_as"
#: actions that are still possible after the end
AFTERWARDS: Final = frozenset({"note", "link", "attach"})
#: reason under which clocks that list it stand still while a question to the reporter is open
AWAITING_REPORTER: Final = "awaiting_reporter"
#: what alone may be done beside the steps in a case that is confined: every other common action writes words into the chain of
#: facts, where they could never be destroyed
IN_CONFINED: Final = frozenset({"hand_over"})
#: platform roles that stand over all cases
DUTY_ROLES: Final = frozenset({"duty_officer", "leader"})


def offers(case_type: CaseType, kind: str) -> bool:
    """Whether cases of the type know the common action at all."""
    if case_type.confined is not None and kind not in IN_CONFINED:
        return False
    return kind not in ENDS or ENDS[kind] in case_type.ends


def may_work(task: Task, actor: Actor, world: World) -> bool:
    """Whether the task is for this actor's role and office (or an office below it)."""
    if task.role != actor.role:
        return False
    return not task.office or actor.office == task.office or world.is_within(actor.office, task.office)


def in_place_of(case_type: CaseType, case: Case, task: Task, actor: Actor) -> bool:
    """Whether the actor may take a step that is the reporter's: the desk (role and office) that took the matter in for
    somebody who has no phone or computer. The fact names who did it; a matter that residents opened themselves stays theirs,
    and so does what somebody must do ``personally``.
    """
    if task.role != "resident" or (desk := desk_of(case)) is None:
        return False
    if case_type.steps[task.step].personally:
        return False
    return (actor.role, actor.office) == desk


def desk_of(case: Case) -> tuple[str, str] | None:
    """Role and office of the desk that took the matter in; None where the reporter did so themselves."""
    opener = case.opened_by
    if opener.role in ("resident", "system"):
        return case.behind
    return opener.role, opener.office


def relations(case_type: CaseType, case: Case, actor: Actor, world: World) -> frozenset[str]:
    """How the actor stands to the case; the keys are those of ``RELATIONS``.

    A reporter without an account is the person id ``resident:…`` that the door has verified for this very case.
    """
    found = set()
    if actor.role == "system":
        found.add("system")
    if actor.role == "resident":
        if case.opened_by.role != "resident" or case.opened_by.person == actor.person:
            found.add("reporter")
    else:
        if actor.role in case_type.opened_by:
            found.add("front")
        if is_intake(case_type, case, actor):
            found.add("intake")
    if actor.role in DUTY_ROLES:
        found.add("duty")
    if any(may_work(task, actor, world) for task in case.tasks):
        found.add("holder")
    return frozenset(found)


def is_intake(case_type: CaseType, case: Case, actor: Actor) -> bool:
    """Whether the actor took the matter in: whoever wrote it down for somebody, and the desk of the first step.

    Having a role that may open such cases is not enough: officers may open them too, and whoever handles a case
    must not be able to withdraw it or to answer in the reporter's place.
    """
    if (actor.person, actor.role) == (case.opened_by.person, case.opened_by.role):
        return True
    firsts = (case_type.steps[arc.target] for arc in case_type.flow.start if arc.target in case_type.steps)
    return any(
        first.role == actor.role
        and (first.scope == "county" or (first.scope == "opener" and actor.office == case.opened_by.office))
        for first in firsts
    )


def correctable(case_type: CaseType) -> tuple[Field, ...]:
    """The fields that a correction may change: not what is asked where somebody independent judges (``not_by``).

    A verdict (is it solved? are you satisfied?) is given once, by whoever may give it; writing it beforehand or
    afterwards "as a correction" would go around the separation of duties.
    """
    judged = {
        ask.field
        for step in case_type.steps.values()
        if step.not_by
        for choice in step.choices.values()
        for ask in choice.asks
    }
    return tuple(field for field in case_type.form.fields if field.id not in judged)
