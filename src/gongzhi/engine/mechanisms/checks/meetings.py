"""Steps that a meeting decides name a kind of meeting that is there, whose roll can be made."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.cases.spec import AssemblyStepSpec, CaseTypeSpec
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.assemblies import AssemblySpec
from gongzhi.engine.mechanisms.checks.finding import case_file, finding, unknown
from gongzhi.engine.mechanisms.checks.records import register_of, unknown_register
from gongzhi.engine.mechanisms.loader import Draft

#: what a register of members must say of each of them
MEMBER_COLUMNS = ("body", "area", "name")
PLACES = ("area", "place", "office")


def validate(draft: Draft) -> Iterator[Problem]:
    """Kinds of meetings, and the steps that ask for one."""
    for meeting in draft.assemblies.values():
        yield from _kind(draft, meeting)
    for spec in draft.case_types.values():
        for id_, step in spec.steps.items():
            if step.assembly is not None:
                yield from _step(draft, spec, id_, step.assembly)


def _kind(draft: Draft, meeting: AssemblySpec) -> Iterator[Problem]:
    file = f"assemblies/{meeting.id}.yaml"
    roles = draft.manifest.roles if draft.manifest else None
    named = [(("chair",), meeting.chair), *((("tellers",), role) for role in meeting.tellers)]
    for path, role in named:
        if roles is not None and role not in roles:
            yield finding(draft, file, path, "M211", *unknown("角色", role, roles))
    if not meeting.members:
        return
    register = register_of(draft, meeting.members)
    if register is None:
        if words := unknown_register(draft, meeting.members):
            yield finding(draft, file, ("members",), "M212", *words)
        return
    columns = {field.id for field in register.fields}
    if missing := [name for name in MEMBER_COLUMNS if name not in columns]:
        message = f"登记簿“{register.title}”缺{'、'.join(missing)}这些栏，编不出名册"
        yield finding(draft, file, ("members",), "M212", message, "请补上：组织、所在地、姓名。")


def _step(draft: Draft, spec: CaseTypeSpec, id_: str, asked: AssemblyStepSpec) -> Iterator[Problem]:
    path = ("steps", id_, "assembly")
    if asked.kind not in draft.assemblies:
        yield finding(draft, case_file(spec), path, "M210", *unknown("会议", asked.kind, draft.assemblies))
    if asked.place:
        kinds = {field.id: field.kind for field in spec.fields}
        if kinds.get(asked.place) not in PLACES:
            known = [name for name, kind in kinds.items() if kind in PLACES]
            words = unknown("地点字段", asked.place, known)
            yield finding(draft, case_file(spec), (*path, "place"), "M213", *words)


__all__ = ["validate"]
