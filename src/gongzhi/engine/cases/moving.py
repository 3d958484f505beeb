"""What becomes of an open case when an office or area that it names has ended: it goes on at the successor's.

Only what says who acts and where is changed (the offices that steps go to, the helpers, the place); what was recorded of
the past stays. Clocks run on: a reform of offices takes nothing from the person who waits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gongzhi.engine import flows
from gongzhi.engine.cases.casetypes import CaseType
from gongzhi.engine.cases.model import Actor, Case, Fact, Task

#: fields that name acting offices whatever the steps say
ACTING = ("lead", "helpers")


def move(
    case_type: CaseType,
    case: Case,
    *,
    offices: Mapping[str, str] | None = None,
    areas: Mapping[str, str] | None = None,
    stay: Collection[str] = (),
    lead: str = "",
    at: datetime,
    by: Actor,
    why: Mapping[str, Any] | None = None,
) -> Fact | None:
    """The fact ``moved`` for an open case, or ``None`` where nothing of it is concerned; fold it in with ``apply``.

    ``offices`` and ``areas`` map codes that ended to their successors; a task stays with the person who took it only if
    that person is in ``stay`` (works at the successor's). ``lead``: who answers for it while nobody holds it. ``why`` is what the journal says beside it (basis, date).
    """
    if case.ended:
        return None
    offices, areas = offices or {}, areas or {}
    values = _values(case_type, case, offices, areas)
    tasks = [
        _moved(task, offices, stay) for task in case.tasks if task.office in offices or task.item in offices
    ]
    desks = (lead, case.opened_by.office, case.behind[1] if case.behind else "")
    items = {token.item: offices[token.item] for token in case.flow.tokens if token.item in offices}
    named = {
        code: offices[code]
        for code in (*desks, *items, *(task.office for task in case.tasks))
        if code in offices
    }
    if not (values or tasks or named):
        return None
    data: dict[str, Any] = {"values": values, "offices": named, "holders": tasks, **(why or {})}
    return Fact(kind="moved", at=at, by=by, data=data)


def after_move(case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    """What a fact ``moved`` changes beside the values, as arguments for ``replace``."""
    offices: Mapping[str, str] = data.get("offices", {})
    held = {id_: (office, item, person) for id_, office, item, person in data.get("holders", ())}
    tasks = tuple(
        replace(task, office=held[task.id][0], item=held[task.id][1], person=held[task.id][2])
        if task.id in held
        else task
        for task in case.tasks
    )
    changes: dict[str, Any] = {"tasks": tasks, "flow": flows.rename_items(case.flow, offices)}
    if case.opened_by.office in offices:
        changes["opened_by"] = replace(case.opened_by, office=offices[case.opened_by.office])
    if case.behind and case.behind[1] in offices:
        changes["behind"] = (case.behind[0], offices[case.behind[1]])
    return changes


def _moved(task: Task, offices: Mapping[str, str], stay: Collection[str]) -> list[Any]:
    moved = task.office in offices
    person = "" if moved and task.person not in stay else task.person
    return [task.id, offices.get(task.office, task.office), offices.get(task.item, task.item), person]


def _values(
    case_type: CaseType, case: Case, offices: Mapping[str, str], areas: Mapping[str, str]
) -> dict[str, Any]:
    """The fields that name an ended office or area, with the successor in its place."""
    acting = {*ACTING, *(step.scope for step in case_type.steps.values())}
    changed: dict[str, Any] = {}
    for field in case_type.form.fields:
        value = case.data.get(field.id)
        if value and (field.kind != "office" or field.id in acting):
            after = _succeeded(field.kind, value, offices, areas)
            if after != value:
                changed[field.id] = after
    return changed


def _succeeded(kind: str, value: Any, offices: Mapping[str, str], areas: Mapping[str, str]) -> Any:
    if kind in ("office", "area") and isinstance(value, str):
        return (offices if kind == "office" else areas).get(value, value)
    if kind == "offices" and isinstance(value, list):
        return list(dict.fromkeys(offices.get(code, code) for code in value))
    if kind == "place" and isinstance(value, Mapping) and str(value.get("area", "")) in areas:
        return {**value, "area": areas[value["area"]]}
    return value
