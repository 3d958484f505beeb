"""The parts of a case that is worked on as several: which run, which wait for which, which came back with what.

Three queries, however many parts: the children with their case, and the open tasks of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.world import office_name
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Child
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.casetypes import StepRule
from gongzhi.engine.cases.values import flow_data
from gongzhi.engine.flows.graph import arcs_of
from gongzhi.engine.mechanisms import selecting
from gongzhi.engine.mechanisms.bundles import STEP

#: not_needed, blocked (waits for other parts), ahead (not begun), running, yours (the applicant's to do), returned (was sent
#: back to the applicant, who has answered), ended
Standing = Literal["not_needed", "blocked", "ahead", "running", "yours", "returned", "ended"]
#: the role of whoever asked for the matter
REPORTER = "resident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a case."""

    step: str
    title: str
    standing: Standing
    item: str = ""
    #: titles of the parts for whose results it waits
    waits_for: tuple[str, ...] = ()
    case: Case | None = None
    #: title of the end that it reached
    result: str = ""
    #: who has it now, and until when
    holders: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    due: datetime | None = None
    light: str = "none"
    #: titles of the parts that wait for it
    blocks: tuple[str, ...] = field(default=())


def parts(row: Case, case_type: CaseType, state: engine.Case, at: datetime | None = None) -> list[Part]:
    """The parts in the order of the case type; empty for a case that calls no others."""
    if not calls(case_type):
        return []
    links = Child.objects.filter(parent=row, token__isnull=False).select_related("case")
    tasks = Task.objects.filter(case__parent_link__parent=row).select_related("office")
    left_out = not_asked_for(row, case_type, state)
    found = list(links.order_by("id")), list(tasks)
    return laid_out(case_type, state, *found, at or clock.now(), left_out=left_out)


def not_asked_for(row: Case, case_type: CaseType, state: engine.Case) -> frozenset[str]:
    """Steps of items for which the answers to a bundle's questions did not ask: nobody waits for them."""
    held = library.LIBRARY.version(row.mechanism, row.version)
    bundle = held.mechanism.bundles.get(row.type) if held else None
    if bundle is None:
        return frozenset()
    asked_for = selecting.needed(bundle, case_type, state.data)
    return frozenset(STEP.format(id_) for id_ in bundle.items if id_ not in asked_for)


def calls(case_type: CaseType) -> bool:
    """Whether cases of this type are worked on as several."""
    return any(rule.calls is not None for rule in case_type.steps.values())


def laid_out(
    case_type: CaseType,
    state: engine.Case,
    links: Sequence[Child],
    own_tasks: Sequence[Task],
    at: datetime,
    *,
    left_out: frozenset[str] = frozenset(),
) -> list[Part]:
    """The parts, from the links to the children (with their cases) and the open tasks of these. No query."""
    calling = {id_: rule for id_, rule in case_type.steps.items() if rule.calls is not None}
    children: dict[str, list[Child]] = {}
    for link in links:
        children.setdefault(link.step or link.case.type, []).append(link)
    tasks: dict[object, list[Task]] = {}
    for task in own_tasks:
        tasks.setdefault(task.case_id, []).append(task)
    waiting = {token.node for token in state.flow.tokens}
    before = predecessors(case_type, calling)
    wanted = {id_ for id_ in calling if is_needed(case_type, state, id_, at, before[id_])} - left_out
    finished = {
        id_ for id_, own in children.items() if id_ not in waiting and all(link.case.ended_at for link in own)
    }
    made = []
    for id_, rule in calling.items():
        own = children.get(id_, [])
        if not own and id_ not in waiting and only_after_the_reporter(case_type, id_):
            continue  # the second time of a part that was not sent back, or still lies with the applicant
        if not own:
            names = tuple(calling[each].title for each in before[id_] if each in wanted - finished)
            standing = _absent(id_, id_ in wanted and not state.ended, names, waiting)
            made.append(Part(step=id_, title=rule.title, standing=standing, waits_for=names))
        for link in own:
            part = _part(id_, rule, link, tasks.get(link.case_id, []), at)
            made.append(_sent_back(part, link.case, case_type, state))
    return [_with_blocks(part, made) for part in made]


def parts_of(row: Case) -> list[Part]:
    """The parts of a case whose page shows nothing else of its state."""
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    if not any(rule.calls for rule in case_type.steps.values()):
        return []
    return parts(row, case_type, engine.load_case(row.state))


def _with_blocks(part: Part, others: list[Part]) -> Part:
    if part.standing in ("ended", "returned", "not_needed"):
        return part
    held_up = tuple(other.title for other in others if part.title in other.waits_for)
    return replace(part, blocks=held_up)


def _absent(id_: str, wanted: bool, blocked: tuple[str, ...], waiting: set[str]) -> Standing:
    """Why a part has no case: it is being opened, is not needed, waits for others, or has not come yet."""
    if id_ in waiting:
        return "running"
    if not wanted:
        return "not_needed"
    return "blocked" if blocked else "ahead"


def is_needed(
    case_type: CaseType, state: engine.Case, step: str, at: datetime, before: Sequence[str] = ()
) -> bool:
    """Whether the data ask for this part, or may still do so because it looks at what a part before it will bring."""
    needed = case_type.flow.nodes[step].needed
    if needed is None or needed.evaluate(flow_data(case_type, state.data, at)) is True:
        return True
    awaited = {
        name for other in before for name in case_type.steps[other].takes if state.data.get(name) is None
    }
    names: frozenset[str] = getattr(needed, "names", frozenset())
    return bool(names & awaited)


def _part(id_: str, rule: StepRule, link: Child, tasks: list[Task], at: datetime) -> Part:
    case = link.case
    held = library.LIBRARY.version(case.mechanism, case.version)
    child = held.case_types[case.type] if held else None
    yours = any(task.role == "resident" for task in tasks)
    return Part(
        step=id_,
        item=link.item,
        title=f"{rule.title}（{office_name(link.item)}）" if link.item else rule.title,
        standing="ended" if case.ended_at else "yours" if yours else "running",
        case=case,
        result=child.ends.get(case.ended, case.ended) if child else case.ended,
        holders=tuple(dict.fromkeys(task.office.short_name for task in tasks if task.office)),
        now=tuple(child.step_title(task.step) if child else task.step for task in tasks),
        due=min((task.due for task in tasks), default=None),
        light=case.light(at),
    )


def _sent_back(part: Part, case: Case, case_type: CaseType, state: engine.Case) -> Part:
    """A part whose end leads to the applicant is not done: it waits for them now, or has been answered."""
    arcs = case_type.flow.nodes[part.step].by_end.get(case.ended, ()) if case.ended else ()
    steps = {arc.target for arc in arcs if _is_the_reporters(case_type, arc.target)}
    if not steps:
        return part
    task = next((each for each in state.tasks if each.step in steps), None)
    if task is None:
        return replace(part, standing="returned")
    return replace(part, standing="yours", now=(case_type.step_title(task.step),), due=task.due, light="none")


def only_after_the_reporter(case_type: CaseType, step: str) -> bool:
    """Whether nothing but a step of the applicant leads to a calling step: it is called once more, after a supplement."""
    before = [
        id_
        for id_, node in case_type.flow.nodes.items()
        if id_ != step and any(arc.target == step for arc, _side in arcs_of(node))
    ]
    return bool(before) and all(_is_the_reporters(case_type, id_) for id_ in before)


def _is_the_reporters(case_type: CaseType, step: str) -> bool:
    rule = case_type.steps.get(step)
    return rule is not None and rule.calls is None and rule.role == REPORTER


def predecessors(case_type: CaseType, calling: dict[str, StepRule]) -> dict[str, list[str]]:
    """Calling step -> the calling steps that lead straight to it."""
    before: dict[str, list[str]] = {id_: [] for id_ in calling}
    for id_ in calling:
        node = case_type.flow.nodes[id_]
        for arc in (*node.child, *(arc for arcs in node.by_end.values() for arc in arcs)):
            if arc.target in before:
                before[arc.target].append(id_)
    return before
