"""Scenarios name what exists, prove what the mechanism claims, and miss nothing of the flow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import everycase
from gongzhi.engine.cases.convening import HELD
from gongzhi.engine.cases.spec import CaseTypeSpec, asked
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.instants import parse_instant, parse_span
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, unknown
from gongzhi.engine.mechanisms.checks.references import BUILT_IN_ROLES
from gongzhi.engine.mechanisms.expectations import CLOCK_WORDS, WORDS, is_known
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.mechanism import Scenario
from gongzhi.engine.mechanisms.schema import ActSpec, PersonSpec

_CODE = re.compile(r"[A-Z]{1,2}\d{3}\Z")


def validate(draft: Draft) -> Iterator[Problem]:
    """Problems of every scenario, and choices that no scenario takes."""
    names: dict[str, Scenario] = {}
    for scenario in draft.scenarios:
        if scenario.name in names:
            yield _at(draft, scenario, ("name",), "M112", "两个情景同名", "请改一个名字。")
        names[scenario.name] = scenario
        spec = draft.case_types.get(scenario.spec.case)
        if spec is None:
            known = draft.case_types
            yield _at(draft, scenario, ("case",), "M110", *unknown("事项", scenario.spec.case, known))
            continue
        yield from _opening(draft, scenario, spec)
        for number, act in enumerate(scenario.spec.steps):
            yield from _act(draft, scenario, spec, ("steps", number), act)
    yield from _missed(draft)


def _at(draft: Draft, scenario: Scenario, path: Path, code: str, message: str, remedy: str) -> Problem:
    made = draft.yaml[scenario.file]
    number = next(i for i in range(len(made.value)) if made.where((i,)).line == scenario.line)
    return finding(draft, scenario.file, (number, *path), code, message, remedy)


def _opening(draft: Draft, scenario: Scenario, spec: CaseTypeSpec) -> Iterator[Problem]:
    opening = [asked(text)[0] for text in spec.opens_with]
    claimed = draft.manifest.covers if draft.manifest else ()
    for number, each in enumerate(scenario.spec.covers):
        if each not in claimed:
            message, remedy = unknown("机制 covers 里的编号", each, claimed)
            yield _at(draft, scenario, ("covers", number), "M111", message, remedy)
    for name in scenario.spec.form:
        if name not in opening and not scenario.spec.refused:
            yield _at(draft, scenario, ("form", name), "M110", *unknown("登记字段", name, opening))
    try:
        calendar(scenario.spec.calendar)
    except GongzhiError as error:
        yield _at(
            draft, scenario, ("calendar",), error.code, error.sentence % error.data, error.remedy % error.data
        )
    yield from _person(draft, scenario, ("by",), scenario.spec.by)
    yield from _instant(draft, scenario, ("at",), scenario.spec.at)
    yield from _code(draft, scenario, ("refused",), scenario.spec.refused)
    yield from _expected(draft, scenario, spec, ("expect",), scenario.spec.expect)


def _act(draft: Draft, scenario: Scenario, spec: CaseTypeSpec, path: Path, act: ActSpec) -> Iterator[Problem]:
    step_id, dot, choice_id = act.do.partition(".")
    if dot:
        step = spec.steps.get(step_id)
        if step is None:
            yield _at(draft, scenario, (*path, "do"), "M110", *unknown("步骤", step_id, spec.steps))
        elif step.assembly and choice_id == HELD:  # its figures, from which the outcome is computed
            pass
        elif choice_id not in step.choices and not act.refused:
            yield _at(draft, scenario, (*path, "do"), "M110", *unknown("选项", choice_id, step.choices))
        elif choice_id in step.choices and not act.refused:
            fields = [asked(text)[0] for text in (*step.asks, *step.choices[choice_id].asks)]
            for name in act.with_:
                if name not in fields:
                    yield _at(
                        draft, scenario, (*path, "with", name), "M110", *unknown("这一步的字段", name, fields)
                    )
    elif act.do and act.do not in everycase.RIGHTS:
        yield _at(draft, scenario, (*path, "do"), "M110", *unknown("通用动作", act.do, everycase.RIGHTS))
    if act.by:
        yield from _person(draft, scenario, (*path, "by"), act.by)
    if act.at:
        yield from _instant(draft, scenario, (*path, "at"), act.at)
    yield from _code(draft, scenario, (*path, "refused"), act.refused)
    yield from _expected(draft, scenario, spec, (*path, "expect"), act.expect)


def _person(draft: Draft, scenario: Scenario, path: Path, by: PersonSpec) -> Iterator[Problem]:
    roles = [*(draft.manifest.roles if draft.manifest else ()), *BUILT_IN_ROLES]
    if by.role not in roles:
        yield _at(draft, scenario, path, "M040", *unknown("角色", by.role, roles))


def _instant(draft: Draft, scenario: Scenario, path: Path, text: str) -> Iterator[Problem]:
    try:
        parse_span(text[1:]) if text.startswith("+") else parse_instant(text)
    except GongzhiError as error:
        yield _at(draft, scenario, path, error.code, error.sentence % error.data, error.remedy % error.data)


def _code(draft: Draft, scenario: Scenario, path: Path, code: str) -> Iterator[Problem]:
    if code and not _CODE.match(code):
        yield _at(
            draft, scenario, path, "M113", f"“{code}”不是错误编号", "例如 C007,见 docs/reference/errors.md。"
        )


def _expected(
    draft: Draft, scenario: Scenario, spec: CaseTypeSpec, path: Path, expect: Mapping[str, object]
) -> Iterator[Problem]:
    fields = {field.id for field in spec.fields}
    for name, value in expect.items():
        if not is_known(name, spec.clocks):
            known = [*WORDS, *(f"{clock}_{word}" for clock in spec.clocks for word in CLOCK_WORDS)]
            yield _at(draft, scenario, (*path, name), "M114", *unknown("预期", name, known))
        elif name == "data" and isinstance(value, Mapping):
            for field in value:
                if field not in fields:
                    yield _at(
                        draft, scenario, (*path, name, field), "M110", *unknown("字段", field, sorted(fields))
                    )
        elif name == "ended" and value and value not in spec.ends:
            yield _at(draft, scenario, (*path, name), "M110", *unknown("结局", str(value), spec.ends))
        elif name == "open":
            for step in value if isinstance(value, list) else [value]:
                if step not in spec.steps:
                    yield _at(draft, scenario, (*path, name), "M110", *unknown("步骤", str(step), spec.steps))


def _missed(draft: Draft) -> Iterator[Problem]:
    """Choices that no scenario takes, and claims that no scenario could prove."""
    taken = {
        (scenario.spec.case, act.do)
        for scenario in draft.scenarios
        for act in scenario.spec.steps
        if not act.refused
    }
    for spec in draft.case_types.values() if draft.scenarios else ():
        for id_, step in spec.steps.items():
            for choice_id in (HELD,) if step.assembly else step.choices:
                if (spec.id, f"{id_}.{choice_id}") not in taken:
                    path: Path = ("steps", id_) if step.assembly else ("steps", id_, "choices", choice_id)
                    message = f"没有情景走过 {id_}.{choice_id}"
                    yield finding(draft, case_file(spec), path, "M116", message, "请补一个情景。", "notice")
    told = [each.spec.covers for each in draft.scenarios] + [each.spec.covers for each in draft.examples]
    named = {each for covers in told for each in covers}
    for number, each in enumerate(draft.manifest.covers if draft.manifest and told else ()):
        if each not in named and all(told):
            message = f"没有情景证明 {each}"
            yield finding(
                draft, "mechanism.yaml", ("covers", number), "M115", message, "请补情景，或从 covers 里删去。"
            )
