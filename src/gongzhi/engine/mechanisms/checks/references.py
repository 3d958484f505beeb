"""What a case type names must exist: roles, fields, steps, clocks, marks, pauses, other case types."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.cases.everycase import ENDS, SAME_AS
from gongzhi.engine.cases.spec import (
    OPENER_PERSON,
    OPENER_ROLE,
    CaseTypeSpec,
    ClockDue,
    Kind,
    StepSpec,
    asked,
    performer,
)
from gongzhi.engine.cases.world import MATTER
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, unknown
from gongzhi.engine.mechanisms.loader import Draft

BUILT_IN_ROLES = ("resident", "system")
#: scopes of ``who`` that are no field
SCOPES = ("county", "item", "opener", "reporter")
PLACED_KINDS = ("office", "area", "place")
#: kinds of fields that can hold the number of another case
NAMING_KINDS = ("case", "text")
LIST_KINDS = ("offices", "records", "choices", "table")


def validate(draft: Draft) -> Iterator[Problem]:
    """Every reference of every case type."""
    for spec in draft.case_types.values():
        yield from _roles(draft, spec)
        yield from _fields(draft, spec)
        yield from _clocks(draft, spec)
        yield from _steps(draft, spec)
        yield from _calls(draft, spec)
        yield from _only_one(draft, spec)
        yield from _matters(draft, spec)
        yield from _merging(draft, spec)
        for role in spec.burden.minutes if spec.burden else ():
            roles = {**(draft.manifest.roles if draft.manifest else {})}
            if role not in roles:
                path: Path = ("burden", "minutes", role)
                yield finding(draft, case_file(spec), path, "M040", *unknown("角色", role, roles))


def _only_one(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    """What there is one of must be known when a case is opened: asked there, taken from what is named there, or who opens it."""
    asks = {asked(text)[0] for text in spec.opens_with}
    filled = {field.id: field.prefill for field in spec.fields}
    opener = (OPENER_ROLE, OPENER_PERSON)
    known = asks | {id_ for id_, text in filled.items() if text in opener or text.partition(".")[0] in asks}
    for number, rule in enumerate(spec.only_one):
        for name in rule.of:
            if name not in known:
                path: Path = ("only_one", number, "of")
                message = f"“{name}”在登记时还不知道"
                remedy = f"请写进 opens_with；登记时知道的有：{'、'.join(sorted(known))}。"
                yield finding(draft, case_file(spec), path, "M160", message, remedy)


def _matters(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    """What is taken from another case is something that a case says of itself."""
    about = {field.id for field in spec.fields if field.kind == "case"}
    for number, field in enumerate(spec.fields):
        source, _, name = field.prefill.partition(".")
        if source in about and name not in MATTER:
            path: Path = ("fields", number, "prefill")
            yield finding(draft, case_file(spec), path, "M161", *unknown("另一件事的栏目", name, MATTER))


def _merging(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    """A choice that ends a case as merged must know into which: the city looks it up in the field ``same_as``.

    The common action ``merge`` asks for the other case by itself; an end that only it reaches needs no field.
    """
    kinds = {field.id: field.kind for field in spec.fields}
    goal = f"end.{ENDS['merge']}"
    if kinds.get(SAME_AS) in NAMING_KINDS and SAME_AS in {asked(text)[0] for _path, text in _asked(spec)}:
        return
    for id_, step in spec.steps.items():
        for choice_id, choice in step.choices.items():
            if goal in (*choice.to, *choice.then):
                path: Path = ("steps", id_, "choices", choice_id)
                message = f"选项“{choice.title or choice_id}”转到 {goal}，却没有问并入哪一件（{SAME_AS}）"
                field = f"{{id: {SAME_AS}, title: 并入的编号, kind: case, required: true}}"
                remedy = f"请加字段 {field}，并在这个选项写 asks: [{SAME_AS}]；不是并入别的事的，请给结局换个编号。"
                yield finding(draft, case_file(spec), path, "M249", message, remedy)


def _roles(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    roles = {**(draft.manifest.roles if draft.manifest else {}), **dict.fromkeys(BUILT_IN_ROLES, "")}
    kinds = {field.id: field.kind for field in spec.fields}
    file = case_file(spec)
    for key, named in (("opened_by", spec.opened_by), ("read_by", spec.read_by)):
        for number, role in enumerate(named):
            if role not in roles:
                yield finding(draft, file, (key, number), "M040", *unknown("角色", role, roles))
    for id_, step in spec.steps.items():
        if not step.who:
            continue
        role, scope = performer(step.who)
        path: Path = ("steps", id_, "who")
        if role not in roles:
            yield finding(draft, file, path, "M040", *unknown("角色", role, roles))
        if scope in SCOPES:
            if scope == "item" and not step.each:
                yield finding(
                    draft, file, path, "M042", "@ item 只用在有 each 的步骤", "请加 each,或换一个范围。"
                )
            continue
        if kinds.get(scope) not in PLACED_KINDS:
            message = f"“@ {scope}”不是单位或区划字段"
            fields = [field for field, kind in kinds.items() if kind in PLACED_KINDS]
            yield finding(draft, file, path, "M042", message, f"可用：{'、'.join([*SCOPES, *fields])}。")


def _fields(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    file = case_file(spec)
    kinds = {field.id: field.kind for field in spec.fields}
    named = list(_named(spec))
    for path, name in named:
        if name not in kinds:
            yield finding(draft, file, path, "M041", *unknown("字段", name, kinds))
    for id_, step in spec.steps.items():
        if step.each and kinds.get(step.each) not in LIST_KINDS:
            message = f"each 的“{step.each}”不是列表字段"
            yield finding(
                draft, file, ("steps", id_, "each"), "M041", message, f"可用种类：{'、'.join(LIST_KINDS)}。"
            )
    yield from _of_kind(draft, spec, kinds)
    used = {name for path, name in named if "suggest" not in path}
    filled = fills_of(spec)
    for number, field in enumerate(spec.fields):
        if field.id not in used | filled:
            message = f"字段“{field.id}”没有一步来填"
            yield finding(
                draft, file, ("fields", number), "M056", message, "请删去，或在 asks 里用上。", "warning"
            )


def _of_kind(draft: Draft, spec: CaseTypeSpec, kinds: dict[str, Kind]) -> Iterator[Problem]:
    """Who alone does a step, and from which day a clock runs, are fields of the right kind."""
    persons = (
        (("steps", id_, "person"), step.person, "person") for id_, step in spec.steps.items() if step.person
    )
    days = (
        (("clocks", id_, "since"), clock.since, "date") for id_, clock in spec.clocks.items() if clock.since
    )
    for path, name, kind in (*persons, *days):
        if kinds.get(name) != kind:
            fitting = [each for each, held in kinds.items() if held == kind]
            remedy = f"可用：{'、'.join(fitting) or '无'}。"
            yield finding(draft, case_file(spec), path, "M245", f"“{name}”不是 {kind} 字段", remedy)


def fills_of(spec: CaseTypeSpec) -> set[str]:
    """Fields that are filled without being asked: from a record that another field names, or from a child case."""
    records = {field.id for field in spec.fields if field.kind in ("record", "case")}
    filled = {
        field.id
        for field in spec.fields
        if field.prefill.partition(".")[0] in records or field.prefill in (OPENER_ROLE, OPENER_PERSON)
    }
    return filled.union(*(step.calls.takes for step in spec.steps.values() if step.calls))


def _named(spec: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    """Every place that names a field."""
    for path, text in _asked(spec):
        yield path, asked(text)[0]
    yield from ((("suggest", name), name) for name in spec.suggest)
    yield from ((("sets", name), name) for name in spec.sets)
    for id_, step in spec.steps.items():
        yield from ((("steps", id_, "suggest", name), name) for name in step.suggest)
        takes = step.calls.takes if step.calls else ()
        yield from ((("steps", id_, "calls", "takes", name), name) for name in takes)
        for choice_id, choice in step.choices.items():
            path = ("steps", id_, "choices", choice_id, "sets")
            yield from (((*path, name), name) for name in choice.sets)


def _asked(spec: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    yield from ((("opens_with", number), text) for number, text in enumerate(spec.opens_with))
    for id_, step in spec.steps.items():
        yield from ((("steps", id_, "asks", number), text) for number, text in enumerate(step.asks))
        for choice_id, choice in step.choices.items():
            for number, text in enumerate(choice.asks):
                yield ("steps", id_, "choices", choice_id, "asks", number), text


def _clocks(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    file = case_file(spec)
    choices = [choice for step in spec.steps.values() for choice in step.choices.values()]
    timers = [timer for step in spec.steps.values() for timer in step.timers.values()]
    made = {mark for choice in choices for mark in choice.marks} | {
        timer.marks for timer in timers if timer.marks
    }
    for id_, clock in spec.clocks.items():
        for key, mark, given in (("from", clock.from_, "opened"), ("until", clock.until, "ended")):
            if mark != given and mark not in made:
                message = f"没有一个选项记下“{mark}”(marks)"
                yield finding(
                    draft,
                    file,
                    ("clocks", id_, key),
                    "M044",
                    message,
                    f"可用：{'、'.join([given, *sorted(made)])}。",
                )
    reasons = {reason for clock in spec.clocks.values() for reason in clock.pauses}
    for reason in sorted(set(spec.reasons) - reasons):
        message = f"没有一个时钟会为“{reason}”暂停"
        yield finding(draft, file, ("reasons", reason), "M045", message, "请删去，或写进时钟的 pauses。")
    paused = {choice.pauses for choice in choices}
    yield from _resuming_timers(draft, spec, paused)
    for step_id, step in spec.steps.items():
        for choice_id, choice in step.choices.items():
            path: Path = ("steps", step_id, "choices", choice_id)
            if choice.pauses and choice.pauses not in reasons:
                message = f"没有一个时钟允许为“{choice.pauses}”暂停"
                yield finding(
                    draft,
                    file,
                    (*path, "pauses"),
                    "M045",
                    message,
                    f"可用：{'、'.join(sorted(reasons)) or '无'}。",
                )
            if choice.resumes and choice.resumes not in paused:
                message = f"“{choice.resumes}”从来没有暂停过"
                yield finding(
                    draft, file, (*path, "resumes"), "M045", message, "请与某个选项的 pauses 写成一样。"
                )
            for key, clock_id in (
                *(("reopens", clock) for clock in choice.reopens),
                ("extends", choice.extends.clock if choice.extends else ""),
            ):
                if clock_id and clock_id not in spec.clocks:
                    yield finding(draft, file, (*path, key), "M043", *unknown("时钟", clock_id, spec.clocks))


def _resuming_timers(draft: Draft, spec: CaseTypeSpec, paused: set[str]) -> Iterator[Problem]:
    for step_id, step in spec.steps.items():
        for timer_id, timer in step.timers.items():
            if timer.resumes and timer.resumes not in paused:
                path: Path = ("steps", step_id, "timers", timer_id, "resumes")
                message = f"“{timer.resumes}”从来没有暂停过"
                yield finding(
                    draft, case_file(spec), path, "M045", message, "请与某个选项的 pauses 写成一样。"
                )


def _steps(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    file = case_file(spec)
    for id_, step in spec.steps.items():
        for name in step.not_by:
            if name not in spec.steps:
                yield finding(
                    draft, file, ("steps", id_, "not_by"), "M046", *unknown("步骤", name, spec.steps)
                )
        if isinstance(step.within, ClockDue) and step.within.clock not in spec.clocks:
            yield finding(
                draft,
                file,
                ("steps", id_, "within"),
                "M043",
                *unknown("时钟", step.within.clock, spec.clocks),
            )
        if step.within is None and step.choices:
            message = f"“{step.title}”没有写时限"
            yield finding(
                draft, file, ("steps", id_), "M050", message, "请写 within；真不限时的，说明理由。", "warning"
            )
        yield from _titles(draft, file, id_, step)


def _titles(draft: Draft, file: str, id_: str, step: StepSpec) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for choice_id, choice in step.choices.items():
        path: Path = ("steps", id_, "choices", choice_id)
        if not choice.title:
            yield finding(
                draft, file, path, "M051", f"选项“{choice_id}”没有中文标题", "请写 title,按钮上要用。"
            )
        elif choice.title in seen:
            message = f"选项“{choice_id}”与“{seen[choice.title]}”标题相同"
            yield finding(draft, file, path, "M051", message, "请区分两个按钮。")
        seen[choice.title] = choice_id


def _calls(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    for id_, step in spec.steps.items():
        if step.calls is None:
            continue
        path: Path = ("steps", id_, "calls")
        child = draft.case_types.get(step.calls.case)
        if child is None and is_needed(draft, step.calls.case):
            continue
        if child is None:
            known = draft.case_types
            yield finding(
                draft, case_file(spec), (*path, "case"), "M048", *unknown("事项", step.calls.case, known)
            )
            continue
        for end in step.calls.by_end:
            if end not in child.ends:
                words = unknown(f"事项“{child.id}”的结局", end, child.ends)
                yield finding(draft, case_file(spec), (*path, "by_end", end), "M048", *words)
        opening = dict(asked(text) for text in child.opens_with)
        for name in step.calls.with_:
            if name not in opening:
                message, remedy = unknown(f"事项“{child.id}”的登记字段", name, opening)
                yield finding(draft, case_file(spec), (*path, "with", name), "M048", message, remedy)
        needed = {field.id for field in child.fields if field.required and opening.get(field.id) is False}
        for name in sorted(needed - set(step.calls.with_)):
            message = f"打开“{child.title}”少了必填的“{name}”"
            yield finding(draft, case_file(spec), (*path, "with"), "M048", message, "请在 with 里补上。")


def is_needed(draft: Draft, case: str) -> bool:
    """Whether the reference is to a case type of a mechanism that this one needs; the city checks it at installation."""
    other, dot, _ = case.partition(".")
    return bool(dot) and draft.manifest is not None and other in draft.manifest.needs
