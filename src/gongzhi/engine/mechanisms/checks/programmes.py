"""Programmes: registers, columns, tables and names exist, every row says why, and the what-if can reckon them.

Also the deeds that give and end benefits, reactions to their facts, and the examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gongzhi.engine.benefits import FUNCTIONS, NAMES, ProgrammeSpec, compile_programme, whatif
from gongzhi.engine.benefits.examples import is_known
from gongzhi.engine.benefits.months import month_of
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.finding import Path, finding, refusal, unknown
from gongzhi.engine.mechanisms.checks.records import register_of, unknown_register
from gongzhi.engine.mechanisms.checks.references import BUILT_IN_ROLES, SCOPES
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.registers import RegisterSpec

#: facts of a benefit that reactions may wait for
FACTS = ("granted", "stopped", "paid", "returned", "review_due", "overpaid")
#: what reactions to them may name
BENEFIT = frozenset({"benefit", "today"})
#: kind of field -> how the what-if computes with it
KINDS = {"number": "number", "money": "number", "date": "date", "yesno": "boolean"}


def validate(draft: Draft) -> Iterator[Problem]:
    """Everything that ``programmes/``, its deeds, reactions and examples say."""
    for spec in draft.programmes.values():
        yield from _programme(draft, f"programmes/{spec.id}.yaml", spec)
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        yield from _reaction(draft, number, reaction)
    for example in draft.examples:
        if example.kind == "programme":
            yield from _example(draft, example)


def programme_of(draft: Draft, name: str) -> ProgrammeSpec | None:
    """The programme of that name, of this mechanism or of one that is at hand."""
    mechanism, dot, id_ = name.partition(".")
    if not dot or (draft.manifest is not None and mechanism == draft.manifest.id):
        return draft.programmes.get(id_ or mechanism)
    other = draft.others.get(mechanism)
    return other.programmes.get(id_) if other else None


def _programme(draft: Draft, file: str, spec: ProgrammeSpec) -> Iterator[Problem]:
    people = register_of(draft, spec.people.register_)
    if people is None and (words := unknown_register(draft, spec.people.register_)):
        yield finding(draft, file, ("people", "register"), "M280", *words)
    columns = {field.id: field for field in people.fields} if people else {}
    for key in ("born", "area", "household", "name", "identity") if people else ():
        column = getattr(spec.people, key)
        if column and column not in columns:
            path: Path = ("people", key) if ("people" in spec.model_fields_set) else ("id",)
            yield finding(draft, file, path, "M281", *unknown("栏目", column, columns))
    yield from _facts(draft, file, spec, columns)
    yield from _provider(draft, file, spec)
    for number, name in enumerate(spec.overlaps):
        mine = "." not in name
        if mine and name not in draft.programmes:
            words = unknown("待遇项目", name, draft.programmes)
            yield finding(draft, file, ("overlaps", number), "M282", *words)
    yield from _conditions(draft, file, spec, people)


def _facts(draft: Draft, file: str, spec: ProgrammeSpec, people: Mapping[str, Any]) -> Iterator[Problem]:
    for name, fact in spec.facts.items():
        path: Path = ("facts", name)
        register = register_of(draft, fact.register_)
        if register is None:
            if words := unknown_register(draft, fact.register_):
                yield finding(draft, file, (*path, "register"), "M280", *words)
            continue
        known = {field.id for field in register.fields}
        if fact.by not in known:
            yield finding(draft, file, (*path, "by"), "M281", *unknown("栏目", fact.by, sorted(known)))
        if people and fact.of != "key" and fact.of not in people:
            yield finding(draft, file, (*path, "of"), "M281", *unknown("栏目", fact.of, people))
        for key in ("where", "value"):
            if text := getattr(fact, key):
                yield from expression(draft, file, (*path, key), text, {"row"})


def _provider(draft: Draft, file: str, spec: ProgrammeSpec) -> Iterator[Problem]:
    role, at, scope = (part.strip() for part in spec.provider.partition("@"))
    roles = [*(draft.manifest.roles if draft.manifest else ()), *BUILT_IN_ROLES]
    if not at or role not in roles or scope not in SCOPES:
        words = unknown("岗位", spec.provider, [f"{each} @ county" for each in roles])
        yield finding(draft, file, ("provider",), "M282", *words)


def _conditions(
    draft: Draft, file: str, spec: ProgrammeSpec, people: RegisterSpec | None
) -> Iterator[Problem]:
    """The table says why in every row; every name exists; SQL can say it all."""
    try:
        programme = compile_programme(spec, draft.tables)
    except GongzhiError as error:
        if (
            f"tables/{spec.eligibility.table}.csv" not in draft.files
            or spec.eligibility.table in draft.tables
        ):
            yield refusal(draft, file, ("eligibility",), error)
        return
    for rule in programme.table.rules:
        if not rule.note:
            message = f"条件表“{programme.table.id}”第{rule.number}行没有写说明"
            remedy = "说明就是告诉本人“为什么”的话，每一行都要写。"
            yield finding(draft, file, ("eligibility", "table"), "M283", message, remedy)
    for path, text in spec.expressions():
        try:
            compile_expression(text)
        except GongzhiError as error:
            yield refusal(draft, file, path, error)
            return
    if people is None:
        return
    known = {field.id for field in people.fields}
    for name in programme.columns:
        if name not in known:
            words = unknown("名字", name, sorted({*known, *NAMES, *FUNCTIONS, *spec.facts, *spec.parameters}))
            yield finding(draft, file, ("id",), "M281", *words)
            return
    try:
        whatif.query((programme, programme), kinds_of(draft, spec), _some_month(spec), "people")
    except GongzhiError as error:
        message = f"测算做不了：{error.sentence % error.data}"
        yield finding(draft, file, ("id",), "M284", message, error.remedy)


def _some_month(spec: ProgrammeSpec) -> date:
    """A month in which every parameter has a value, so that nothing is null by chance."""
    return month_of(max((each.values[-1].from_ for each in spec.parameters.values()), default=_EPOCH))


#: for a programme without parameters any month is as good
_EPOCH = date(2020, 1, 1)


def kinds_of(draft: Draft, spec: ProgrammeSpec) -> dict[str, str]:
    """How the what-if computes with each column and fact."""
    people = register_of(draft, spec.people.register_)
    made = {field.id: KINDS.get(field.kind, "text") for field in people.fields} if people else {}
    for name, fact in spec.facts.items():
        register = register_of(draft, fact.register_)
        made[name] = kind_of_fact(fact.take, fact.value, register)
    return made


def kind_of_fact(take: str, value: str, register: RegisterSpec | None) -> str:
    """number, text, boolean or date."""
    if take in ("any", "count", "sum"):
        return "boolean" if take == "any" else "number"
    column = value.removeprefix("row.").strip()
    fields = {field.id: field.kind for field in register.fields} if register else {}
    return KINDS.get(fields.get(column, "number"), "text")


def _reaction(draft: Draft, number: int, reaction: Any) -> Iterator[Problem]:
    file, on, do = "reactions.yaml", reaction.on, reaction.do
    if on.programme:
        if on.programme not in draft.programmes:
            words = unknown("待遇项目", on.programme, draft.programmes)
            yield finding(draft, file, (number, "on", "programme"), "M282", *words)
        if on.fact not in FACTS:
            yield finding(draft, file, (number, "on", "fact"), "M282", *unknown("事实", on.fact, FACTS))
        if not (do.open or do.record):
            message = "待遇的事实之后只能 open 或 record"
            yield finding(draft, file, (number, "do"), "M285", message, "请改用其中一个。")
        if reaction.when:
            yield from expression(draft, file, (number, "when"), reaction.when, BENEFIT)
    for key, deed in (("grant", do.grant), ("stop", do.stop)):
        if deed is None:
            continue
        path: Path = (number, "do", key)
        mechanism, dot, _ = deed.programme.partition(".")
        away = (
            bool(dot)
            and mechanism not in draft.others
            and mechanism in (draft.manifest.needs if draft.manifest else ())
        )
        if programme_of(draft, deed.programme) is None and not away:
            words = unknown("待遇项目", deed.programme, draft.programmes)
            yield finding(draft, file, (*path, "programme"), "M282", *words)
        spec = draft.case_types.get(on.case)
        if spec is None:
            continue
        names = {field.id for field in spec.fields} | {"fact", "case", "today"}
        for inner, text in deed.expressions():
            yield from expression(draft, file, (*path, inner), text, names)
        awaited = [step.waits_for.fact for step in spec.steps.values() if step.waits_for]
        if deed.tells and deed.tells not in awaited:
            yield finding(draft, file, (*path, "tells"), "M090", *unknown("等待的事实", deed.tells, awaited))


def _example(draft: Draft, example: Any) -> Iterator[Problem]:
    spec = example.spec
    made = draft.yaml[example.file]
    number = next(i for i in range(len(made.value)) if made.where((i,)).line == example.line)
    if spec.programme not in draft.programmes:
        words = unknown("待遇项目", spec.programme, draft.programmes)
        yield finding(draft, example.file, (number, "programme"), "M282", *words)
    for place, act in enumerate(spec.steps):
        for name in act.expect:
            if not is_known(act.do or "run", name):
                path: Path = (number, "steps", place, "expect", name)
                yield finding(
                    draft,
                    example.file,
                    path,
                    "M114",
                    *unknown(
                        "预期",
                        name,
                        [
                            "paid",
                            "back",
                            "owes",
                            "entitled",
                            "because",
                            "amount",
                            "starts",
                            "ends",
                            "has",
                            "granted",
                        ],
                    ),
                )
    claimed = draft.manifest.covers if draft.manifest else ()
    for place, each in enumerate(spec.covers):
        if each not in claimed:
            words = unknown("机制 covers 里的编号", each, claimed)
            yield finding(draft, example.file, (number, "covers", place), "M111", *words)


__all__ = ["BENEFIT", "FACTS", "kind_of_fact", "kinds_of", "programme_of", "validate"]
