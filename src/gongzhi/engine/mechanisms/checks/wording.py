"""Every expression compiles, and uses names that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gongzhi.engine.cases.convening import FIGURES
from gongzhi.engine.cases.day_counts import DAY_NAMES
from gongzhi.engine.cases.objecting import ACTOR
from gongzhi.engine.cases.spec import CallSpec, CaseTypeSpec, StepSpec, ValueLimit
from gongzhi.engine.cases.surroundings import KNOWN_CELLS, NAMES, registers_in
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, listing, refusal
from gongzhi.engine.mechanisms.checks.records import register_of, unknown_register
from gongzhi.engine.mechanisms.loader import Draft


def validate(draft: Draft) -> Iterator[Problem]:
    """Conditions, values and mappings of case types (those of fields are checked with the form)."""
    for spec in draft.case_types.values():
        names = {name for field in spec.fields for name in (field.id, field.title)} | DAY_NAMES
        for path, text, beside in _expressions(spec):
            if beside >= NAMES:
                beside |= _columns(draft, text)
                yield from _registers(draft, case_file(spec), path, text)
                if _is_away(draft, text):
                    beside |= _names_in(text)
            yield from expression(draft, case_file(spec), path, text, names | beside)


def _columns(draft: Draft, text: str) -> frozenset[str]:
    """The names by which an expression may filter the records that it looks through."""
    found = set(CELL if KNOWN_CELLS in text else ())
    for id_ in registers_in(text):
        register = register_of(draft, id_)
        if register is not None:
            found |= {"key", "state", *register.derived, *(field.id for field in register.fields)}
    return frozenset(found)


def _is_away(draft: Draft, text: str) -> bool:
    """Whether it looks through a register of a mechanism that is not at hand: its columns are taken on trust."""
    return any(
        register_of(draft, id_) is None and unknown_register(draft, id_) is None for id_ in registers_in(text)
    )


def _names_in(text: str) -> frozenset[str]:
    try:
        return compile_expression(text).names
    except GongzhiError:
        return NONE


def _registers(draft: Draft, file: str, path: Path, text: str) -> Iterator[Problem]:
    """An expression looks only through small registers that are there."""
    for id_ in sorted(registers_in(text)):
        register = register_of(draft, id_)
        if register is None and (words := unknown_register(draft, id_)):
            yield finding(draft, file, path, "M125", *words)
        elif register is not None and not register.small:
            message = f"“{text}”要看遍登记簿“{register.title}”，它没有写 small: true"
            remedy = "只有不超过两千条的登记簿可以看遍：是的话请在登记簿里写 small: true。"
            yield finding(draft, file, path, "M139", message, remedy)


def texts_of(spec: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    """Every expression of a case type with its place: conditions, values, objections."""
    yield from ((path, text) for path, text, _names in _expressions(spec))
    for number, field in enumerate(spec.fields):
        for key in ("visible_when", "valid_when"):
            if text := getattr(field, key):
                yield ("fields", number, key), text


def expression(draft: Draft, file: str, path: Path, text: str, names: Collection[str]) -> Iterator[Problem]:
    """Problems of one expression: it does not parse, or names something that is not there."""
    try:
        compiled = compile_expression(text)
    except GongzhiError as error:
        yield refusal(draft, file, path, error)
        return
    for name in sorted(compiled.names - set(names)):
        message = f"“{text}”里的“{name}”不是字段"
        yield finding(draft, file, path, "M061", message, f"可用：{listing(sorted(names))}。")


#: names of the time of the act, for conditions and values of choices
TIME = frozenset({"now", "today"})
#: what ``known_cells`` says of a column
CELL = frozenset({"register", "register_title", "field", "title", "kind", "privacy", "also"})
NONE: frozenset[str] = frozenset()


def _expressions(spec: CaseTypeSpec) -> Iterator[tuple[Path, str, frozenset[str]]]:
    """Every expression of a case type with its place and the names that it may use beside the fields."""
    for clock_id, clock in spec.clocks.items():
        if isinstance(clock.limit, ValueLimit):
            yield ("clocks", clock_id, "limit", "value"), clock.limit.value, NONE
    if spec.objection:
        yield ("objection",), spec.objection, TIME | NAMES | {"opener"}
    for name, value in spec.sets.items():
        if isinstance(value, str):
            yield ("sets", name), value, TIME | NAMES
    for id_, step in spec.steps.items():
        yield from ((("steps", id_, *path), text, names) for path, text, names in _of_step(step))
        for part in ("topic", "text") if step.assembly else ():
            if text := getattr(step.assembly, part):
                yield ("steps", id_, "assembly", part), text, TIME


def _of_step(step: StepSpec) -> Iterator[tuple[Path, str, frozenset[str]]]:
    if isinstance(step.within, ValueLimit):
        yield ("within", "value"), step.within.value, NONE
    for choice_id, choice in step.choices.items():
        path: Path = ("choices", choice_id)
        if choice.when:
            yield (*path, "when"), choice.when, TIME | NAMES
        if choice.objection:
            yield (*path, "objection"), choice.objection, TIME | NAMES | {ACTOR}
        if choice.extends:
            yield (*path, "extends", "by"), choice.extends.by, NONE
        for name, value in choice.sets.items():
            if isinstance(value, str):
                counted = frozenset({FIGURES}) if step.assembly else NONE
                yield (*path, "sets", name), value, TIME | NAMES | {ACTOR} | counted
    for timer_id, timer in step.timers.items():
        if timer.at:
            yield ("timers", timer_id, "at"), timer.at, TIME
        if isinstance(timer.after, ValueLimit):
            yield ("timers", timer_id, "after", "value"), timer.after.value, NONE
    if step.calls:
        yield from _of_calls(step.calls, TIME | {"item"} if step.each else TIME)


def _of_calls(calls: CallSpec, names: frozenset[str]) -> Iterator[tuple[Path, str, frozenset[str]]]:
    if calls.when:
        yield ("calls", "when"), calls.when, TIME
    yield from ((("calls", "with", name), text, names) for name, text in calls.with_.items())
    ended = names | {"child", "outcome"} | ({"item_name"} if "item" in names else frozenset())
    yield from ((("calls", "takes", name), text, ended) for name, text in calls.takes.items())
